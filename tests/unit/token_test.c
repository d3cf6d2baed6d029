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
	token_make(other, "pst_key_");
	is(token_shape(other, strlen(other)), TOKEN_BROKEN, "another kind");
	token_make(other, TOKEN_ACCESS);
	ok(strcmp(text, other) != 0, "two are different");
	ok(!token_is_b64token("", 0), "nothing is no b64token");
	ok(!token_is_b64token("=", 1), "padding alone is none");
	ok(token_is_b64token("a=", 2), "padding behind is fine");
	ok(!token_is_b64token("a=a", 3), "padding within is not");
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
	test_digest();
	test_passwords();
	return tap_done();
}
