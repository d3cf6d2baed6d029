/* store - what holds of the ledger whatever keeps it. */
#include <stdio.h>
#include <string.h>

#include "store.h"

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
