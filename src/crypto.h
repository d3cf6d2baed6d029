/* crypto - random, digest, HMAC, compare, wipe, password hash.
 * The only owner of libsodium. */
#ifndef CRYPTO_H
#define CRYPTO_H

#include <stddef.h>
#include <stdint.h>

#define CRYPTO_DIGEST		32	/* bytes of a digest */
#define CRYPTO_KEY		32	/* bytes of a key, and of an HMAC */
#define CRYPTO_HASH_SIZE	128	/* a password hash with its NUL */

/* Comparing and forgetting
 * ------------------------ */

/* Are size bytes the same?  Takes the same time whatever they are. */
int	crypto_equal(const void *a, const void *b, size_t size);
/* Overwrite size bytes, and not be optimised away. */
void	crypto_wipe(void *secret, size_t size);

/* Making
 * ------ */

/* Fill out with size random bytes.  When the kernel has no randomness to give,
 * the process ends. */
void	crypto_random(void *out, size_t size);
/* Fill text with count random characters of 0-9A-Za-z, 5.95 bits each, and a
 * NUL: text holds count + 1 bytes.  Ends like crypto_random. */
void	crypto_random_base62(char *text, size_t count);
/* The 256-bit BLAKE2b digest of size bytes. */
void	crypto_digest(uint8_t digest[CRYPTO_DIGEST], const void *data,
	    size_t size);
/* HMAC-SHA-512/256 of size bytes, which nobody can make or check without the
 * key (RFC 2104; RFC 4231 cut to its first 256 bits). */
void	crypto_hmac(uint8_t out[CRYPTO_KEY], const uint8_t key[CRYPTO_KEY],
	    const void *data, size_t size);

/* Passwords: Argon2id (RFC 9106), one lane, kept as a PHC string
 * -------------------------------------------------------------- */

/* The cost of one hash.  Hashes that cost more than the ceilings are not
 * computed, whoever wrote them into the ledger. */
struct crypto_cost {
	int64_t	memory;			/* KiB */
	int64_t	passes;
};
#define CRYPTO_MEMORY_MIN	7168	/* OWASP's smallest, with 5 passes */
#define CRYPTO_MEMORY_MAX	262144
#define CRYPTO_PASSES_MIN	1
#define CRYPTO_PASSES_MAX	16

/* Hash a password of length bytes into hash.  Returns 0, or -1 when the
 * memory for it is not to be had. */
int	crypto_password_hash(char hash[CRYPTO_HASH_SIZE],
	    const char *password, size_t length,
	    const struct crypto_cost *cost);
/* Does the password belong to the hash?  Returns 1 when it does; 0 when not,
 * when hash is not one of ours or lies above a ceiling, and when memory is
 * short. */
int	crypto_password_verify(const char *hash, const char *password,
	    size_t length);
/* Read the cost of a hash.  Returns 0, or -1 when it is not an Argon2id hash
 * of one lane or lies above a ceiling. */
int	crypto_password_cost(const char *hash, struct crypto_cost *cost);

#endif
