/* store_pgsql_rows - the ledger on PostgreSQL: row by row. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "store_pgsql.h"
#include "xalloc.h"

#define SQL_SIZE	1024
#define NUMBER		24

/* "user" is a word of SQL's. */
static const char *
column(const struct store_table *table, size_t i)
{
	return strcmp(table->column[i], "user") == 0 ? "owner" :
	    table->column[i];
}

static int
take_row(struct store *store, int at, const struct store_table *table,
    struct store_row *row)
{
	union store_value *value = row->value;
	int i, bad = 0;

	memset(row, 0, sizeof *row);
	for (i = 0; table->types[i] != '\0'; i++, value++) {
		if (table->types[i] == 'd')
			bad |= pgsql_digest(store, at, i, value->digest);
		else if (table->types[i] == 't')
			bad |= pgsql_text(store, at, i, value->text,
			    sizeof value->text);
		else
			value->number = pgsql_int(store, at, i);
	}
	return bad;
}

enum store_rc
pgsql_rows_read(struct store *store, const struct store_table *table,
    const struct store_row *after, struct store_row *rows, size_t most,
    size_t *count)
{
	char sql[SQL_SIZE] = "SELECT ", number[24];
	const char key[2] = { table->types[0], '\0' };
	const char *value[1] = { number };
	size_t i, length = strlen(sql);
	enum store_rc rc;

	for (i = 0; table->types[i] != '\0'; i++)
		length += (size_t)snprintf(sql + length, SQL_SIZE - length,
		    table->types[i] == 'd' ? "%sencode(%s, 'hex')" : "%s%s",
		    i > 0 ? ", " : "", column(table, i));
	snprintf(sql + length, SQL_SIZE - length,
	    " FROM %s %s%s%s ORDER BY %s LIMIT %zu", table->name,
	    after != NULL ? "WHERE " : "", after != NULL ? column(table, 0) :
	    "", after != NULL ? " > $1" : "", column(table, 0), most);
	if (after != NULL && key[0] == 'd')
		value[0] = (const char *)after->value[0].digest;
	else if (after != NULL)
		snprintf(number, sizeof number, "%lld",
		    (long long)after->value[0].number);
	rc = pgsql_any(pgsql_rows_do(store, sql, after != NULL ? key : "",
	    value, 1));
	*count = rc == STORE_OK ? (size_t)pgsql_rows(store) : 0;
	for (i = 0; rc == STORE_OK && i < *count; i++)
		if (take_row(store, (int)i, table, &rows[i]) != 0)
			rc = STORE_DOWN;
	return rc;
}

/* Write one value as an element of an array. */
static char *
write_element(char *at, char type, const union store_value *value)
{
	static const char digits[] = "0123456789abcdef";
	const char *text = value->text;
	size_t i;

	if (type == 'n' && value->number == 0)
		return stpcpy(at, "NULL");
	if (type != 'd' && type != 't')
		return at + snprintf(at, NUMBER, "%lld",
		    (long long)value->number);
	*at++ = '"';
	if (type == 'd') {
		at = stpcpy(at, "\\\\x");
		for (i = 0; i < CRYPTO_DIGEST; i++) {
			*at++ = digits[value->digest[i] >> 4];
			*at++ = digits[value->digest[i] & 15];
		}
	} else {
		for (; *text != '\0'; text++) {
			if (*text == '"' || *text == '\\')
				*at++ = '\\';
			*at++ = *text;
		}
	}
	*at++ = '"';
	return at;
}

/* A column of all rows as an array. */
static char *
write_column(char type, size_t i, const struct store_row *rows, size_t count)
{
	size_t room = type == 't' ? 2 * sizeof rows->value[0].text + 4 :
	    type == 'd' ? 2 * CRYPTO_DIGEST + 8 : NUMBER + 1, row;
	char *text = xmalloc(count * room + 3), *at = text;

	*at++ = '{';
	for (row = 0; row < count; row++) {
		if (row > 0)
			*at++ = ',';
		at = write_element(at, type, &rows[row].value[i]);
	}
	strcpy(at, "}");
	return text;
}

static char
array_of(char type)
{
	if (type == 'd')
		return 'a';
	return type == 't' ? 'T' : 'I';
}

/* What comes next gets the next number. */
static enum store_rc
go_on_counting(struct store *store, const struct store_table *table)
{
	char sql[SQL_SIZE];

	if (table->types[0] != 'i')
		return STORE_OK;
	snprintf(sql, sizeof sql, "SELECT setval(pg_get_serial_sequence("
	    "'postern.%s', '%s'), (SELECT max(%s) FROM %s))", table->name,
	    table->column[0], table->column[0], table->name);
	return pgsql_rows_do(store, sql, "", NULL, 1);
}

enum store_rc
pgsql_rows_write(struct store *store, const struct store_table *table,
    const struct store_row *rows, size_t count)
{
	char sql[SQL_SIZE], types[STORE_COLUMNS + 1] = "";
	char names[SQL_SIZE / 4] = "", values[SQL_SIZE / 4] = "";
	char *array[STORE_COLUMNS];
	size_t i, name = 0, value = 0;
	enum store_rc rc;

	if (count == 0)
		return go_on_counting(store, table);
	for (i = 0; table->types[i] != '\0'; i++) {
		types[i] = array_of(table->types[i]);
		name += (size_t)snprintf(names + name, sizeof names - name,
		    "%s%s", i > 0 ? ", " : "", column(table, i));
		value += (size_t)snprintf(values + value,
		    sizeof values - value, "%s$%zu", i > 0 ? ", " : "", i + 1);
		array[i] = write_column(table->types[i], i, rows, count);
	}
	snprintf(sql, sizeof sql, "INSERT INTO %s (%s) "
	    "SELECT * FROM unnest(%s)", table->name, names, values);
	rc = pgsql_rows_do(store, sql, types, (const char *const *)array, 0);
	while (i-- > 0)
		free(array[i]);
	return rc;
}
