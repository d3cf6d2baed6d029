/* token - a token's shape: prefix, 43 random characters, checksum.  The clear
 * text of a token exists here, in the answer that hands it out, and nowhere
 * else. */
#ifndef TOKEN_H
#define TOKEN_H

#include <stddef.h>
#include <stdint.h>

#include "crypto.h"

/* 256 random bits in base62, and a CRC-32 in base62 over all before it. */
#define TOKEN_RANDOM	43
#define TOKEN_CHECK	6
#define TOKEN_PREFIX	8		/* the longest: pst_key_ */
#define TOKEN_SIZE	(TOKEN_PREFIX + TOKEN_RANDOM + TOKEN_CHECK + 1)

#define TOKEN_ACCESS	"pst_at_"
#define TOKEN_REFRESH	"pst_rt_"
#define TOKEN_KEY	"pst_key_"
#define TOKEN_SECRET	"pst_cs_"	/* a client's */

/* What a text is, judged without the ledger. */
enum token_shape {
	TOKEN_BROKEN,			/* ours by its start, but not whole */
	TOKEN_FOREIGN,			/* not ours */
	TOKEN_OURS_REFRESH,		/* a refresh token of ours */
	TOKEN_OURS_SECRET,		/* a client's secret of ours */
	TOKEN_OURS			/* what opens doors: an access token or
					 * an API key of ours */
};

/* Make a new token with prefix in text. */
void	token_make(char text[TOKEN_SIZE], const char *prefix);
/* Make the token with prefix whose 43 characters are seed as a number, the
 * first byte and the first digit being the most significant. */
void	token_derive(char text[TOKEN_SIZE], const char *prefix,
    const uint8_t seed[CRYPTO_KEY]);
/* Judge the length bytes of text. */
enum token_shape	token_shape(const char *text, size_t length);
/* The digest under which the ledger knows a token. */
void	token_digest(uint8_t digest[CRYPTO_DIGEST], const char *text,
    size_t length);
/* The same as a text, as the ledger keeps a client's secret: "b2b:" and 64
 * hexadecimal digits. */
#define TOKEN_DIGEST_TEXT	(4 + 2 * CRYPTO_DIGEST + 1)
void	token_digest_text(char out[TOKEN_DIGEST_TEXT], const char *text);
/* Are the length bytes of text, which a NUL ends, RFC 6750's b64token? */
int	token_is_b64token(const char *text, size_t length);

#endif
