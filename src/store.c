/* store - what holds of the ledger whatever keeps it. */
#include <string.h>

#include "store.h"
#include "text.h"

const char STORE_TUTORIAL[] = "tutorial";

const char *
store_file(const char *url)
{
	return strncmp(url, "sqlite:", 7) == 0 ? url + 7 : "";
}

int
store_name_valid(const char *name)
{
	static const char allowed[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	    "abcdefghijklmnopqrstuvwxyz0123456789._@+-";
	size_t length = strlen(name);

	return length > 0 && length <= STORE_NAME_MAX &&
	    strspn(name, allowed) == length;
}

void
store_id(const uint8_t digest[CRYPTO_DIGEST], char id[STORE_ID_SIZE])
{
	static const char digits[] = "0123456789abcdef";
	size_t i;

	for (i = 0; i < STORE_ID_SIZE - 1; i++)
		id[i] = digits[digest[i / 2] >> (i % 2 == 0 ? 4 : 0) & 15];
	id[i] = '\0';
}

int
store_id_read(const char *id, uint8_t digest[CRYPTO_DIGEST])
{
	int high, low;
	size_t i;

	if (strlen(id) != STORE_ID_SIZE - 1)
		return -1;
	for (i = 0; i < (STORE_ID_SIZE - 1) / 2; i++) {
		high = text_hex(id[2 * i]);
		low = text_hex(id[2 * i + 1]);
		if (high < 0 || low < 0)
			return -1;
		digest[i] = (uint8_t)(high << 4 | low);
	}
	return 0;
}
