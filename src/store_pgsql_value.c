/* store_pgsql_value - the ledger on PostgreSQL: what an answer holds. */
#include <stdlib.h>
#include <string.h>

#include "log.h"
#include "store_pgsql.h"
#include "text.h"

int
pgsql_rows(struct store *store)
{
	return pq.ntuples(PG(store)->result);
}

int64_t
pgsql_count(struct store *store)
{
	return strtoll(pq.cmdTuples(PG(store)->result), NULL, 10);
}

int64_t
pgsql_int(struct store *store, int row, int column)
{
	return strtoll(pq.getvalue(PG(store)->result, row, column), NULL, 10);
}

int
pgsql_text(struct store *store, int row, int column, char *out, size_t size)
{
	if (text_copy(out, size, pq.getvalue(PG(store)->result, row,
	    column)) == 0)
		return 0;
	log_event("ledger %s: a value does not fit", PG(store)->title);
	return -1;
}

int
pgsql_digest(struct store *store, int row, int column,
    uint8_t digest[CRYPTO_DIGEST])
{
	const char *text = pq.getvalue(PG(store)->result, row, column);
	size_t i;
	int high, low;

	if (strlen(text) / 2 != CRYPTO_DIGEST || strlen(text) % 2 != 0)
		return -1;
	for (i = 0; i < CRYPTO_DIGEST; i++) {
		high = text_hex(text[2 * i]);
		low = text_hex(text[2 * i + 1]);
		if (high < 0 || low < 0)
			return -1;
		digest[i] = (uint8_t)(high << 4 | low);
	}
	return 0;
}
