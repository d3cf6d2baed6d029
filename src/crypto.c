/* crypto - random, digest, HMAC, compare, wipe, password hash.
 * The only owner of libsodium. */
#include <sodium.h>
#include <stdio.h>
#include <string.h>

#include "crypto.h"
#include "log.h"
#include "text.h"

_Static_assert(CRYPTO_HASH_SIZE == crypto_pwhash_STRBYTES, "hash size");
_Static_assert(CRYPTO_KEY == crypto_auth_hmacsha512256_KEYBYTES &&
    CRYPTO_KEY == crypto_auth_hmacsha512256_BYTES, "key size");

static void
start(void)
{
	static int started;

	if (started)
		return;
	if (sodium_init() < 0)
		log_fatal("libsodium does not start");
	started = 1;
}

int
crypto_equal(const void *a, const void *b, size_t size)
{
	return size == crypto_verify_32_BYTES ? crypto_verify_32(a, b) == 0 :
	    sodium_memcmp(a, b, size) == 0;
}

void
crypto_wipe(void *secret, size_t size)
{
	sodium_memzero(secret, size);
}

void
crypto_random(void *out, size_t size)
{
	start();
	randombytes_buf(out, size);
}

void
crypto_random_base62(char *text, size_t count)
{
	static const char digits[] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	    "abcdefghijklmnopqrstuvwxyz";
	size_t i;

	start();
	for (i = 0; i < count; i++)
		text[i] = digits[randombytes_uniform(62)];
	text[count] = '\0';
}

void
crypto_digest(uint8_t digest[CRYPTO_DIGEST], const void *data, size_t size)
{
	start();
	crypto_generichash(digest, CRYPTO_DIGEST, data, size, NULL, 0);
}

void
crypto_hmac(uint8_t out[CRYPTO_KEY], const uint8_t key[CRYPTO_KEY],
    const void *data, size_t size)
{
	start();
	crypto_auth_hmacsha512256(out, data, size, key);
}

int
crypto_base64(void *out, size_t size, const char *text, size_t *length)
{
	return sodium_base642bin(out, size, text, strlen(text), NULL, length,
	    NULL, sodium_base64_VARIANT_ORIGINAL);
}

int
crypto_password_hash(char hash[CRYPTO_HASH_SIZE], const char *password,
    size_t length, const struct crypto_cost *cost)
{
	start();
	return crypto_pwhash_str_alg(hash, password, length,
	    (unsigned long long)cost->passes, (size_t)cost->memory * 1024,
	    crypto_pwhash_ALG_ARGON2ID13);
}

int
crypto_password_verify(const char *hash, const char *password, size_t length)
{
	struct crypto_cost cost;

	if (crypto_password_cost(hash, &cost) != 0)
		return 0;
	start();
	return crypto_pwhash_str_verify(hash, password, length) == 0;
}

/* Read "<label><number>" up to the byte end; returns what follows or NULL. */
static const char *
read_cost(const char *p, const char *label, char end, int64_t max,
    int64_t *value)
{
	char number[12];
	size_t size = strlen(label);
	const char *stop;

	if (strncmp(p, label, size) != 0)
		return NULL;
	p += size;
	stop = strchr(p, end);
	if (stop == NULL || (size_t)(stop - p) >= sizeof number)
		return NULL;
	memcpy(number, p, (size_t)(stop - p));
	number[stop - p] = '\0';
	if (text_number(number, max, value) != 0)
		return NULL;
	return stop + 1;
}

int
crypto_password_cost(const char *hash, struct crypto_cost *cost)
{
	int64_t version, lanes;
	const char *p = hash;

	if ((p = read_cost(p, "$argon2id$v=", '$', 99, &version)) == NULL ||
	    (p = read_cost(p, "m=", ',', CRYPTO_MEMORY_MAX,
		&cost->memory)) == NULL ||
	    (p = read_cost(p, "t=", ',', CRYPTO_PASSES_MAX,
		&cost->passes)) == NULL ||
	    read_cost(p, "p=", '$', 99, &lanes) == NULL)
		return -1;
	return version == 19 && lanes == 1 ? 0 : -1;
}
