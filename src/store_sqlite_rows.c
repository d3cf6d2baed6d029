/* store_sqlite_rows - the ledger on SQLite: row by row. */
#include <stdio.h>
#include <string.h>

#include "store_sqlite.h"

#define SQL_SIZE	512

/* Prepare a statement of no query's, in a ledger that is open. */
static sqlite3_stmt *
prepare(struct store *store, const char *sql)
{
	sqlite3_stmt *s = NULL;

	if (sqlite3_prepare_v2(SQ(store)->db, sql, -1, &s, NULL) != SQLITE_OK)
		sqlite_complain(SQ(store)->db, store->place, "prepare");
	return s;
}

static void
bind(sqlite3_stmt *s, int at, char type, const union store_value *value)
{
	if (type == 'd')
		sqlite3_bind_blob(s, at, value->digest, CRYPTO_DIGEST,
		    SQLITE_STATIC);
	else if (type == 't')
		sqlite3_bind_text(s, at, value->text, -1, SQLITE_STATIC);
	else if (type == 'n' && value->number == 0)
		sqlite3_bind_null(s, at);
	else
		sqlite3_bind_int64(s, at, value->number);
}

static int
take_row(sqlite3_stmt *s, const struct store_table *table,
    struct store_row *row)
{
	union store_value *value = row->value;
	int i, bad = 0;

	memset(row, 0, sizeof *row);
	for (i = 0; table->types[i] != '\0'; i++, value++) {
		if (table->types[i] == 't')
			bad |= sqlite_text(s, i, value->text,
			    sizeof value->text);
		else if (table->types[i] != 'd')
			value->number = sqlite3_column_int64(s, i);
		else if (sqlite3_column_bytes(s, i) == CRYPTO_DIGEST)
			memcpy(value->digest, sqlite3_column_blob(s, i),
			    CRYPTO_DIGEST);
		else
			bad = -1;
	}
	return bad;
}

/* When a key was used stands beside the ledger. */
static void
add_note(const struct store *store, const struct store_table *table,
    struct store_row *row)
{
	enum { KIND = 2, USED = 10 };
	int64_t used;

	if (strcmp(table->name, "tokens") != 0 ||
	    row->value[KIND].number != STORE_KIND_KEY)
		return;
	used = sqlite_used(store, row->value[0].digest);
	if (used > row->value[USED].number)
		row->value[USED].number = used;
}

enum store_rc
sqlite_rows_read(struct store *store, const struct store_table *table,
    const struct store_row *after, struct store_row *rows, size_t most,
    size_t *count)
{
	char sql[SQL_SIZE] = "SELECT ";
	size_t i, length = strlen(sql);
	sqlite3_stmt *s;
	int row, bad = 0;

	*count = 0;
	for (i = 0; table->types[i] != '\0'; i++)
		length += (size_t)snprintf(sql + length, SQL_SIZE - length,
		    "%s%s", i > 0 ? ", " : "", table->column[i]);
	snprintf(sql + length, SQL_SIZE - length, " FROM %s WHERE %s %s "
	    "ORDER BY %s LIMIT %zu", table->name, table->column[0],
	    after != NULL ? "> ?1" : "IS NOT NULL", table->column[0], most);
	if (sqlite_ready(store) != 0 || (s = prepare(store, sql)) == NULL)
		return STORE_DOWN;
	if (after != NULL)
		bind(s, 1, table->types[0], &after->value[0]);
	while ((row = sqlite3_step(s)) == SQLITE_ROW) {
		bad |= take_row(s, table, &rows[*count]);
		add_note(store, table, &rows[(*count)++]);
	}
	if (row != SQLITE_DONE)
		sqlite_complain(SQ(store)->db, store->place, "query");
	sqlite3_finalize(s);
	return row == SQLITE_DONE && !bad ? STORE_OK : STORE_DOWN;
}

static enum store_rc
insert(struct store *store, const struct store_table *table,
    const struct store_row *rows, size_t count)
{
	char sql[SQL_SIZE];
	size_t i, row, length = (size_t)snprintf(sql, sizeof sql,
	    "INSERT INTO %s VALUES (?1", table->name);
	int rc = SQLITE_DONE;
	sqlite3_stmt *s;

	for (i = 1; table->types[i] != '\0'; i++)
		length += (size_t)snprintf(sql + length, SQL_SIZE - length,
		    ", ?%zu", i + 1);
	strcpy(sql + length, ")");
	s = prepare(store, sql);
	if (s == NULL)
		return STORE_DOWN;
	for (row = 0; row < count && rc == SQLITE_DONE; row++) {
		for (i = 0; table->types[i] != '\0'; i++)
			bind(s, (int)i + 1, table->types[i],
			    &rows[row].value[i]);
		rc = sqlite3_step(s);
		if (rc != SQLITE_DONE)
			sqlite_complain(SQ(store)->db, store->place, "insert");
		sqlite3_reset(s);
	}
	sqlite3_finalize(s);
	return rc == SQLITE_DONE ? STORE_OK : STORE_DOWN;
}

enum store_rc
sqlite_rows_write(struct store *store, const struct store_table *table,
    const struct store_row *rows, size_t count)
{
	if (sqlite_begin(store) != 0)
		return STORE_DOWN;
	return sqlite_end(store, insert(store, table, rows, count));
}
