/* token - a token's shape: prefix, 43 random characters, checksum. */
#include <string.h>

#include "token.h"

static const char base62[] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    "abcdefghijklmnopqrstuvwxyz";

static void
make_table(uint32_t table[256])
{
	uint32_t crc, i, bit;

	for (i = 0; i < 256; i++) {
		for (crc = i, bit = 0; bit < 8; bit++)
			crc = crc >> 1 ^ (crc & 1) * 0xedb88320;
		table[i] = crc;
	}
}

/* CRC-32 (IEEE 802.3). */
static uint32_t
crc32(const char *text, size_t length)
{
	static uint32_t table[256];
	uint32_t crc;
	size_t i;

	if (table[1] == 0)
		make_table(table);
	for (crc = 0xffffffff, i = 0; i < length; i++)
		crc = crc >> 8 ^ table[(crc ^ (unsigned char)text[i]) & 255];
	return ~crc;
}

static void
write_check(char check[TOKEN_CHECK + 1], const char *text, size_t length)
{
	uint32_t crc = crc32(text, length);
	size_t i;

	for (i = TOKEN_CHECK; i > 0; i--, crc /= 62)
		check[i - 1] = base62[crc % 62];
	check[TOKEN_CHECK] = '\0';
}

void
token_make(char text[TOKEN_SIZE], const char *prefix)
{
	size_t length = strlen(prefix);

	memcpy(text, prefix, length);
	crypto_random_base62(text + length, TOKEN_RANDOM);
	length += TOKEN_RANDOM;
	write_check(text + length, text, length);
}

void
token_derive(char text[TOKEN_SIZE], const char *prefix,
    const uint8_t seed[CRYPTO_KEY])
{
	uint8_t number[CRYPTO_KEY];
	size_t length = strlen(prefix), digit, i;
	unsigned int rest;

	memcpy(text, prefix, length);
	memcpy(number, seed, sizeof number);
	for (digit = TOKEN_RANDOM; digit > 0; digit--) {
		for (rest = 0, i = 0; i < sizeof number; i++) {
			rest = rest << 8 | number[i];
			number[i] = (uint8_t)(rest / 62);
			rest %= 62;
		}
		text[length + digit - 1] = base62[rest];
	}
	length += TOKEN_RANDOM;
	write_check(text + length, text, length);
	crypto_wipe(number, sizeof number);
}

/* What a token of ours is, by the length bytes of its prefix. */
static enum token_shape
shape_of(const char *prefix, size_t length)
{
	static const struct {
		const char		*prefix;
		enum token_shape	 shape;
	} kinds[] = { { TOKEN_ACCESS, TOKEN_OURS }, { TOKEN_KEY, TOKEN_OURS },
	    { TOKEN_REFRESH, TOKEN_OURS_REFRESH },
	    { TOKEN_SECRET, TOKEN_OURS_SECRET } };
	size_t i;

	for (i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
		if (strlen(kinds[i].prefix) == length &&
		    memcmp(kinds[i].prefix, prefix, length) == 0)
			return kinds[i].shape;
	return TOKEN_BROKEN;
}

enum token_shape
token_shape(const char *text, size_t length)
{
	static const size_t behind = TOKEN_RANDOM + TOKEN_CHECK;
	char check[TOKEN_CHECK + 1];
	enum token_shape shape;

	if (length < 4 || memcmp(text, "pst_", 4) != 0)
		return TOKEN_FOREIGN;
	if (length < behind)
		return TOKEN_BROKEN;
	shape = shape_of(text, length - behind);
	if (shape == TOKEN_BROKEN)
		return TOKEN_BROKEN;
	/* The checksum is no secret: it spares the ledger the garbage. */
	write_check(check, text, length - TOKEN_CHECK);
	return memcmp(text + length - TOKEN_CHECK, check, TOKEN_CHECK) == 0 ?
	    shape : TOKEN_BROKEN;
}

void
token_digest(uint8_t digest[CRYPTO_DIGEST], const char *text, size_t length)
{
	crypto_digest(digest, text, length);
}

void
token_digest_text(char out[TOKEN_DIGEST_TEXT], const char *text)
{
	static const char digits[] = "0123456789abcdef";
	uint8_t digest[CRYPTO_DIGEST];
	size_t i;

	token_digest(digest, text, strlen(text));
	strcpy(out, "b2b:");
	for (i = 0; i < CRYPTO_DIGEST; i++) {
		out[4 + 2 * i] = digits[digest[i] >> 4];
		out[5 + 2 * i] = digits[digest[i] & 15];
	}
	out[TOKEN_DIGEST_TEXT - 1] = '\0';
}

int
token_is_b64token(const char *text, size_t length)
{
	static unsigned char known[256];
	const char *c = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	    "abcdefghijklmnopqrstuvwxyz0123456789-._~+/";
	size_t i = 0;

	if (known['A'] == 0)
		for (; *c != '\0'; c++)
			known[(unsigned char)*c] = 1;
	while (known[(unsigned char)text[i]] != 0)
		i++;
	return i > 0 && i + strspn(text + i, "=") == length;
}
