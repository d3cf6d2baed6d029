/* store_pgsql - the ledger on PostgreSQL: handles, and the ledger as a
 * whole. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "log.h"
#include "store_pgsql.h"
#include "xalloc.h"

/* Who makes or changes the ledger does so alone. */
#define ALONE	"SELECT pg_advisory_xact_lock(1347638350)"

/* Milliseconds for which the server's clock is taken to go on as ours does.
 * Every check reads it anew. */
#define CLOCK_HOLDS	10000

static const char schema[] =
#include "store_pgsql.sql.h"
;

/* Loads libpq here and now: later a process may have given up that right. */
struct store *
pgsql_open(const char *place, enum store_mode mode)
{
	struct pgsql *pg = xcalloc(1, sizeof *pg);

	pgsql_string(place, pg->string);
	pg->base = (struct store){ &store_pgsql_ops, pg->string, mode };
	pq_load();
	return &pg->base;
}

void
pgsql_free(struct store *store)
{
	pgsql_close(store);
	free(store);
}

void
pgsql_start(struct store *store, int now, const char *name)
{
	(void)store;
	(void)now;
	(void)name;
}

int
pgsql_is_stuck(const struct store *store)
{
	(void)store;
	return 0;
}

enum store_rc
pgsql_now(struct store *store, int64_t *now)
{
	struct pgsql *pg = PG(store);

	pg->is_lost = 0;
	if (pgsql_ready(store) != 0 ||
	    (pgsql_clock() - pg->skew_at > CLOCK_HOLDS &&
	    pgsql_read(store, P_CLOCK, "") != STORE_OK)) {
		pg->is_lost = 1;
		return STORE_DOWN;
	}
	if (pgsql_clock() - pg->skew_at > CLOCK_HOLDS)
		pgsql_set_clock(store, 0, 0);
	*now = (pgsql_clock() + pg->skew) / 1000;
	return STORE_OK;
}

enum store_rc
pgsql_ping(struct store *store)
{
	return pgsql_read(store, P_PING, "");
}

/* Which schema has the ledger?  STORE_NONE: there is no ledger. */
static enum store_rc
read_schema(struct store *store, int64_t *version)
{
	*version = 0;
	if (pgsql_command(store, ALONE) != 0 || pgsql_command(store,
	    "SELECT count(*) FROM pg_class c JOIN pg_namespace n ON "
	    "n.oid = c.relnamespace WHERE n.nspname = 'postern' AND "
	    "c.relname = 'ledger'") != 0)
		return STORE_DOWN;
	if (pgsql_int(store, 0, 0) == 0)
		return STORE_NONE;
	if (pgsql_command(store, "SELECT schema FROM postern.ledger") != 0 ||
	    pgsql_rows(store) != 1)
		return STORE_DOWN;
	*version = pgsql_int(store, 0, 0);
	return STORE_OK;
}

static enum store_rc
create(struct store *store)
{
	int64_t version;
	enum store_rc rc = read_schema(store, &version);

	if (rc == STORE_OK)
		return STORE_TAKEN;
	return rc == STORE_NONE && pgsql_command(store, schema) == 0 ?
	    STORE_OK : STORE_DOWN;
}

enum store_rc
pgsql_create(const char *place)
{
	struct store *store = pgsql_open(place, STORE_WRITE);
	enum store_rc rc = STORE_DOWN;

	while (pgsql_ready_raw(store) == 0 && pgsql_begin(store))
		pgsql_end(store, create(store));
	rc = pgsql_said(store);
	pgsql_free(store);
	return rc;
}

/* From each schema to the next one; the first that PostgreSQL had is 3. */
static const char *const steps[STORE_SCHEMA + 1];

static enum store_rc
upgrade(struct store *store, int64_t *from)
{
	enum store_rc rc = read_schema(store, from);
	int64_t at;

	if (rc == STORE_OK && (*from < 3 || *from > STORE_SCHEMA))
		return STORE_NONE;
	for (at = *from; rc == STORE_OK && at < STORE_SCHEMA; at++)
		if (steps[at] == NULL || pgsql_command(store, steps[at]) != 0)
			rc = STORE_DOWN;
	return rc;
}

enum store_rc
pgsql_upgrade(const char *place, int64_t *from)
{
	struct store *store = pgsql_open(place, STORE_WRITE);
	enum store_rc rc;

	*from = 0;
	while (pgsql_ready_raw(store) == 0 && pgsql_begin(store))
		pgsql_end(store, upgrade(store, from));
	rc = pgsql_said(store);
	pgsql_free(store);
	return rc;
}

enum store_rc
pgsql_examine(struct store *store, int64_t *version, char *why, size_t size)
{
	enum store_rc rc;

	*version = 0;
	snprintf(why, size, "does not answer; the reason stands above");
	if (pgsql_ready(store) != 0)
		return STORE_DOWN;
	*version = STORE_SCHEMA;
	rc = pgsql_read(store, P_COUNT, "");
	return rc;
}

enum store_rc
pgsql_backup(struct store *store, const char *path)
{
	(void)path;
	pgsql_title(store->place, PG(store)->title);
	log_event("ledger %s: is PostgreSQL's to copy: use pg_dump --schema "
	    "postern", PG(store)->title);
	return STORE_DOWN;
}

enum store_rc
pgsql_restore(const char *place, const char *path, char *why, size_t size)
{
	(void)place;
	(void)path;
	snprintf(why, size, "a ledger on PostgreSQL is put back by pg_restore "
	    "or psql, or filled by postern migrate");
	return STORE_NONE;
}

const struct store_ops store_pgsql_ops = {
	.open = pgsql_open, .free = pgsql_free, .start = pgsql_start,
	.is_stuck = pgsql_is_stuck, .title = pgsql_title,
	.caution = pgsql_caution,
	.token_used = pgsql_token_used,
#define V(name, args, pass)	.name = pgsql_##name,
	STORE_VERBS(V)
	STORE_PARTS(V)
#undef V
};
