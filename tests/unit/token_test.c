/* token_test - tokens, digests, passwords, and the header's grammar. */
#include <sys/types.h>

#include "auth.h"
#include "tap.h"
#include "token.h"

static const struct { const char *value; enum auth_verdict verdict;
    const char *token; } headers[] = {
	{ NULL, AUTH_NONE, NULL }, { "", AUTH_NONE, NULL },
	{ " ", AUTH_NONE, NULL }, { "Basic x", AUTH_NONE, NULL },
	{ "Bearers x", AUTH_NONE, NULL }, { "Bear", AUTH_NONE, NULL },
	{ "Bearer-x y", AUTH_NONE, NULL }, { "x", AUTH_NONE, NULL },
	{ "Bearer", AUTH_MALFORMED, NULL }, { "bearer ", AUTH_MALFORMED, NULL },
	{ "Bearer\tx", AUTH_MALFORMED, NULL },
	{ "Bearer x ", AUTH_MALFORMED, NULL },
	{ "Bearer x\t", AUTH_MALFORMED, NULL },
	{ "Bearer x, Bearer y", AUTH_MALFORMED, NULL },
	{ "Basic x, Bearer y", AUTH_MALFORMED, NULL },
	{ "Basic x,bearer", AUTH_MALFORMED, NULL },
	{ "Basic x,Bearerx", AUTH_NONE, NULL },
	{ "Digest a=\"b\", c=d", AUTH_NONE, NULL },
	{ "Bearer =", AUTH_MALFORMED, NULL },
	{ "Bearer a=b", AUTH_MALFORMED, NULL },
	{ "Bearer \xff", AUTH_MALFORMED, NULL },
	{ "Bearer a", AUTH_ALLOW, "a" }, { "BEARER   a==", AUTH_ALLOW, "a==" },
	{ "bearer aZ09-._~+/=", AUTH_ALLOW, "aZ09-._~+/=" },
};

static void
test_headers(void)
{
	const char *token;
	size_t length, i;

	for (i = 0; i < sizeof headers / sizeof headers[0]; i++) {
		token = "";
		is(auth_parse(headers[i].value, &token, &length),
		    headers[i].verdict, "header");
		if (headers[i].token != NULL)
			is_text(token, headers[i].token, "... its token");
	}
}

static void
test_shape(void)
{
	/* zlib's CRC-32 of the first 50 bytes is 0x2a1124fa. */
	static const char fixed[] = "pst_at_"
	    "00000000000000000000000000000000000000000000llK94";
	char text[TOKEN_SIZE], other[TOKEN_SIZE + 2];
	size_t i, wrong = 0;

	is(token_shape(fixed, 56), TOKEN_OURS, "a checksum made elsewhere");
	token_make(text, TOKEN_ACCESS);
	is(strlen(text), 56u, "56 characters");
	is(token_shape(text, 56), TOKEN_OURS, "is ours");
	for (i = 0; i < 56; i++) {
		strcpy(other, text);
		other[i] = other[i] == 'a' ? 'b' : 'a';
		wrong += token_shape(other, 56) == TOKEN_OURS;
	}
	is(wrong, 0u, "no neighbour is");
	for (i = 0; i < 56; i++)
		wrong += token_shape(text, i) == TOKEN_OURS;
	is(wrong, 0u, "no beginning is");
	is(token_shape(text, 3), TOKEN_FOREIGN, "three bytes are foreign");
	is(token_shape(text, 4), TOKEN_BROKEN, "pst_ is broken");
	is(token_shape("securetoken", 11), TOKEN_FOREIGN, "foreign");
	token_make(other, TOKEN_ACCESS);
	ok(strcmp(text, other) != 0, "two are different");
	ok(!token_is_b64token("", 0), "nothing is no b64token");
	ok(!token_is_b64token("=", 1), "padding alone is none");
	ok(token_is_b64token("a=", 2), "padding behind is fine");
	ok(!token_is_b64token("a=a", 3), "padding within is not");
}

static const struct { const char *prefix; enum token_shape shape; } kinds[] = {
	{ TOKEN_ACCESS, TOKEN_OURS }, { TOKEN_KEY, TOKEN_OURS },
	{ TOKEN_REFRESH, TOKEN_OURS_REFRESH },
	{ TOKEN_SECRET, TOKEN_OURS_SECRET },
	{ "pst_xx_", TOKEN_BROKEN }, { "pst_", TOKEN_BROKEN },
	{ "pst_kez_", TOKEN_BROKEN }, { "pst_at", TOKEN_BROKEN },
	{ "psz_at_", TOKEN_FOREIGN } };

static void
test_kinds(void)
{
	char text[TOKEN_SIZE];
	size_t i, length;

	for (i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
		token_make(text, kinds[i].prefix);
		length = strlen(text);
		is(length, strlen(kinds[i].prefix) + 49, kinds[i].prefix);
		is(token_shape(text, length), kinds[i].shape, "... its shape");
		is(token_shape(text, length - 1), kinds[i].shape ==
		    TOKEN_FOREIGN ? TOKEN_FOREIGN : TOKEN_BROKEN, "... cut");
		text[length - 1] = text[length - 1] == 'x' ? 'y' : 'x';
		is(token_shape(text, length), kinds[i].shape ==
		    TOKEN_FOREIGN ? TOKEN_FOREIGN : TOKEN_BROKEN,
		    "... with another checksum");
	}
	token_make(text, TOKEN_ACCESS);
	memcpy(text, TOKEN_REFRESH, 7);
	is(token_shape(text, strlen(text)), TOKEN_BROKEN,
	    "the checksum counts the prefix");
}

/* Made elsewhere, with Python's integers and zlib. */
static void
test_derive(void)
{
	uint8_t seed[CRYPTO_KEY] = { 0 };
	char text[TOKEN_SIZE];
	size_t i;

	token_derive(text, TOKEN_REFRESH, seed);
	is_text(text, "pst_rt_0000000000000000000000000000000000000000000155QT5",
	    "all zeros");
	is(token_shape(text, strlen(text)), TOKEN_OURS_REFRESH, "... whole");
	seed[31] = 62;
	token_derive(text, TOKEN_SECRET, seed);
	is_text(text, "pst_cs_00000000000000000000000000000000000000000100IqfJz",
	    "the last byte is the least");
	for (i = 0; i < sizeof seed; i++)
		seed[i] = (uint8_t)(i + 1);
	token_derive(text, TOKEN_KEY, seed);
	is_text(text, "pst_key_0Eoh211G4c8wtVWM00my5rsNSFlKgaWqQ4mb8gdEqno1Ds"
	    "HWZ", "1 to 32");
	is(seed[0], 1, "... the seed stays");
	memset(seed, 0xff, sizeof seed);
	token_derive(text, TOKEN_REFRESH, seed);
	is_text(text, "pst_rt_yhjskwdA6OZ1AL1YmHWZWm8LLG7HjnuCA2j5rOw8Xp12eB3ZT",
	    "all ones");
	is(token_shape(text, strlen(text)), TOKEN_OURS_REFRESH, "... whole");
}

/* Python's hmac with SHA-512, cut to 32 bytes. */
static void
test_hmac(void)
{
	static const uint8_t wanted[CRYPTO_KEY] = {
		0x2c, 0xf6, 0x4d, 0x2e, 0x85, 0x20, 0xc3, 0x1d,
		0xb1, 0xb4, 0xe2, 0x1e, 0xfc, 0x5f, 0xcf, 0x90,
		0xde, 0xd3, 0x57, 0x7d, 0x60, 0x9f, 0xf2, 0x98,
		0x04, 0xc6, 0xcf, 0xf4, 0x03, 0xbf, 0xbf, 0x34 };
	uint8_t key[CRYPTO_KEY], out[CRYPTO_KEY], other[CRYPTO_KEY];
	size_t i;

	for (i = 0; i < sizeof key; i++)
		key[i] = (uint8_t)(i + 1);
	crypto_hmac(out, key, "abc", 3);
	ok(crypto_equal(out, wanted, sizeof out), "HMAC-SHA-512/256 of abc");
	crypto_random(key, sizeof key);
	crypto_random(other, sizeof other);
	ok(!crypto_equal(key, other, sizeof key), "random is random");
	crypto_hmac(other, key, "abc", 3);
	ok(!crypto_equal(out, other, sizeof out), "another key, another HMAC");
}

static void
test_digest(void)
{
	/* BLAKE2b-256 of "abc" (RFC 7693's function, 32 bytes). */
	static const uint8_t abc[CRYPTO_DIGEST] = {
		0xbd, 0xdd, 0x81, 0x3c, 0x63, 0x42, 0x39, 0x72,
		0x31, 0x71, 0xef, 0x3f, 0xee, 0x98, 0x57, 0x9b,
		0x94, 0x96, 0x4e, 0x3b, 0xb1, 0xcb, 0x3e, 0x42,
		0x72, 0x62, 0xc8, 0xc0, 0x68, 0xd5, 0x23, 0x19 };
	uint8_t digest[CRYPTO_DIGEST];
	char id[STORE_ID_SIZE];

	token_digest(digest, "abc", 3);
	ok(crypto_equal(digest, abc, sizeof abc), "BLAKE2b-256 of abc");
	store_id(digest, id);
	is_text(id, "bddd813c63423972", "its public id");
	digest[31] ^= 1;
	ok(!crypto_equal(digest, abc, sizeof abc), "one bit differs");
}

static const char *const bad_hashes[] = { "", "x", "$argon2id$", "$2b$12$x",
	"$argon2i$v=19$m=8192,t=1,p=1$c2FsdHNhbHRzYWx0$aGFzaA",
	"$argon2id$v=16$m=8192,t=1,p=1$c2FsdHNhbHRzYWx0$aGFzaA",
	"$argon2id$v=19$m=8192,t=1,p=2$c2FsdHNhbHRzYWx0$aGFzaA",
	"$argon2id$v=19$m=262145,t=1,p=1$c2FsdHNhbHRzYWx0$aGFzaA",
	"$argon2id$v=19$m=8192,t=17,p=1$c2FsdHNhbHRzYWx0$aGFzaA",
	"$argon2id$v=19$m=99999999999999999999,t=1,p=1$c2FsdA$aA",
	"$argon2id$v=19$m=-1,t=1,p=1$c2FsdA$aA", "$argon2id$v=19$m=8192" };

static void
test_passwords(void)
{
	const struct crypto_cost cost = { CRYPTO_MEMORY_MIN, 1 };
	struct crypto_cost read;
	char hash[CRYPTO_HASH_SIZE];
	size_t i;

	is(crypto_password_hash(hash, "secret", 6, &cost), 0, "a hash");
	is(crypto_password_cost(hash, &read), 0, "its cost");
	is(read.memory, cost.memory, "... memory");
	is(read.passes, cost.passes, "... passes");
	is(crypto_password_verify(hash, "secret", 6), 1, "right");
	is(crypto_password_verify(hash, "secreT", 6), 0, "wrong");
	is(crypto_password_verify(hash, "secret", 5), 0, "cut");
	is(crypto_password_verify(hash, "", 0), 0, "empty");
	for (i = 0; i < sizeof bad_hashes / sizeof bad_hashes[0]; i++) {
		is(crypto_password_cost(bad_hashes[i], &read), -1, "no hash");
		is(crypto_password_verify(bad_hashes[i], "secret", 6), 0,
		    "... and nobody's password");
	}
}

int
main(void)
{
	test_headers();
	test_shape();
	test_kinds();
	test_derive();
	test_hmac();
	test_digest();
	test_passwords();
	return tap_done();
}
