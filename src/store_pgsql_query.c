/* store_pgsql_query - the ledger on PostgreSQL: asking, in time; trying again
 * where nothing was done; transactions. */
#include <errno.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "log.h"
#include "store_pgsql_sql.h"
#include "text.h"

#define ANSWER		3000		/* milliseconds; the server gives up
					 * a little before */
#define ATTEMPTS	12
#define PARAMETERS	STORE_COLUMNS

/* How often a query was asked by this connection: once, it is not worth a
 * question of its own to prepare it (plain CGI asks nothing twice). */
enum { NEVER, ONCE, PREPARED };

/* Oids of the types, which are the same everywhere. */
enum { OID_BYTEA = 17, OID_INT8 = 20, OID_TEXT = 25, OID_BYTEA_ARRAY = 1001,
	OID_TEXT_ARRAY = 1009, OID_INT8_ARRAY = 1016 };

struct parameters {
	const char	*sql;		/* in place of a query's, or NULL */
	int		 count;
	const char	*value[PARAMETERS];
	int		 length[PARAMETERS];
	int		 format[PARAMETERS];
	Oid		 type[PARAMETERS];
	char		 number[PARAMETERS][24];
};

static Oid
type_of(char letter)
{
	switch (letter) {
	case 't':
		return OID_TEXT;
	case 'd':
		return OID_BYTEA;
	case 'a':
		return OID_BYTEA_ARRAY;
	case 'I':
		return OID_INT8_ARRAY;
	case 'T':
		return OID_TEXT_ARRAY;
	default:
		return OID_INT8;
	}
}

static void
bind(struct parameters *p, const char *types, va_list args)
{
	int i;

	memset(p, 0, sizeof *p);
	for (i = 0; types[i] != '\0'; i++) {
		p->type[i] = type_of(types[i]);
		if (types[i] != 'i') {
			p->value[i] = va_arg(args, const char *);
			p->format[i] = types[i] == 'd';
			p->length[i] = CRYPTO_DIGEST;
			continue;
		}
		snprintf(p->number[i], sizeof p->number[i], "%lld",
		    (long long)va_arg(args, int64_t));
		p->value[i] = p->number[i];
	}
	p->count = i;
}

/* Send what is to be sent, and wait until there is a whole answer. */
static int
await(struct pgsql *pg, int64_t deadline)
{
	struct pollfd file = { .fd = pq.socket(pg->link) };
	int64_t left;
	int unsent;

	for (;;) {
		unsent = pq.flush(pg->link);
		if (unsent < 0)
			return -1;
		if (unsent == 0 && !pq.isBusy(pg->link))
			return 0;
		left = deadline - pgsql_clock();
		file.events = (short)(POLLIN | (unsent ? POLLOUT : 0));
		if (left <= 0 || poll(&file, 1, (int)left) == 0) {
			pg->trouble = PGSQL_LATE;
			return -1;
		}
		if ((file.revents & ~POLLOUT) != 0 &&
		    !pq.consumeInput(pg->link))
			return -1;
	}
}

static enum pgsql_trouble
judge(const struct store *store, const char *state)
{
	static const struct { const char *state; enum pgsql_trouble means; }
	    states[] = { { "40001", PGSQL_AGAIN },
		{ "40P01", PGSQL_AGAIN }, { "23505", PGSQL_TWICE },
		{ "22021", PGSQL_ALIEN },	/* is not UTF-8 */
		{ "08", PGSQL_LOST }, { "57P", PGSQL_LOST },
		{ "26000", PGSQL_LOST } };	/* prepared for another */
	size_t i;

	if (state == NULL)
		return PGSQL_LOST;
	/* What was a primary is none any more. */
	if (store->mode == STORE_WRITE && strcmp(state, "25006") == 0)
		return PGSQL_LOST;
	for (i = 0; i < sizeof states / sizeof states[0]; i++)
		if (strncmp(state, states[i].state,
		    strlen(states[i].state)) == 0)
			return states[i].means;
	return PGSQL_OTHER;
}

/* Say what went wrong, in words that hold no value: libpq's of the connection,
 * the server's of a statement.  A connection in doubt is not used again. */
static int
complain(struct store *store, const PGresult *result)
{
	struct pgsql *pg = PG(store);
	const char *words = result == NULL ? NULL :
	    pq.resultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);

	if (result != NULL)
		pg->trouble = judge(store,
		    pq.resultErrorField(result, PG_DIAG_SQLSTATE));
	if (words == NULL)
		words = pg->trouble == PGSQL_LATE ? "no answer in time" :
		    pq.errorMessage(pg->link);
	if (pg->trouble < PGSQL_AGAIN)
		log_event("ledger %s: %.*s", pg->title,
		    (int)strcspn(words, "\n"), words);
	if (pg->trouble == PGSQL_LATE)
		pgsql_shut(store);
	if (pg->trouble == PGSQL_LOST || pg->trouble == PGSQL_LATE)
		pgsql_close(store);
	return -1;
}

/* Take the answer to what was sent; of several the last one. */
static int
receive(struct store *store, int is_sent)
{
	struct pgsql *pg = PG(store);
	int64_t deadline = pgsql_clock() + ANSWER;
	PGresult *next;

	pg->trouble = PGSQL_LOST;
	if (pg->result != NULL)
		pq.clear(pg->result);
	pg->result = NULL;
	if (!is_sent)
		return complain(store, NULL);
	for (;;) {
		if (await(pg, deadline) != 0)
			return complain(store, NULL);
		next = pq.getResult(pg->link);
		if (next == NULL)
			break;
		if (pg->result != NULL)
			pq.clear(pg->result);
		pg->result = next;
	}
	if (pg->result == NULL)
		return complain(store, NULL);
	if (pq.resultStatus(pg->result) != PGRES_TUPLES_OK &&
	    pq.resultStatus(pg->result) != PGRES_COMMAND_OK)
		return complain(store, pg->result);
	pg->trouble = PGSQL_FINE;
	return 0;
}

int
pgsql_command(struct store *store, const char *text)
{
	return receive(store, pq.sendQuery(PG(store)->link, text));
}

static int
run(struct store *store, enum pgsql_query query, const struct parameters *p)
{
	struct pgsql *pg = PG(store);
	char name[8];

	if (p->sql != NULL)
		return receive(store, pq.sendQueryParams(pg->link, p->sql,
		    p->count, p->type, p->value, p->length, p->format, 0));
	snprintf(name, sizeof name, "p%u", (unsigned int)query);
	if (pg->known[query] == NEVER) {
		pg->known[query] = ONCE;
		return receive(store, pq.sendQueryParams(pg->link,
		    pgsql_sql[query], p->count, p->type, p->value, p->length,
		    p->format, 0));
	}
	if (pg->known[query] == ONCE) {
		if (receive(store, pq.sendPrepare(pg->link, name,
		    pgsql_sql[query], p->count, p->type)) != 0)
			return -1;
		pg->known[query] = PREPARED;
	}
	return receive(store, pq.sendQueryPrepared(pg->link, name, p->count,
	    p->value, p->length, p->format, 0));
}

/* What came of the last query. */
static enum store_rc
say(struct store *store)
{
	if (PG(store)->trouble == PGSQL_TWICE)
		return STORE_TAKEN;
	if (PG(store)->trouble == PGSQL_ALIEN)
		return STORE_NONE;
	if (PG(store)->trouble != PGSQL_FINE)
		return STORE_DOWN;
	return pgsql_count(store) > 0 ? STORE_OK : STORE_NONE;
}

/* Others were in the way: let them pass, longer each time. */
static void
step_aside(int attempt)
{
	uint8_t byte;

	crypto_random(&byte, 1);
	poll(NULL, 0, 1 + (byte * attempt) / 64);
}

/* A query that is a transaction of its own. */
static enum store_rc
run_alone(struct store *store, enum pgsql_query query,
    const struct parameters *p, int may_repeat)
{
	struct pgsql *pg = PG(store);
	int attempt, lost = 0;

	for (attempt = 1; attempt <= ATTEMPTS; attempt++) {
		pg->warned = 0;
		if (pgsql_ready(store) != 0 || run(store, query, p) == 0)
			break;
		if (pg->trouble == PGSQL_AGAIN)
			step_aside(attempt);
		else if (pg->trouble != PGSQL_LOST || !may_repeat || lost++)
			break;
	}
	return pg->warned && !may_repeat ? STORE_DOWN : say(store);
}

enum store_rc
pgsql_read(struct store *store, enum pgsql_query query, const char *types, ...)
{
	struct parameters p;
	va_list args;

	va_start(args, types);
	bind(&p, types, args);
	va_end(args);
	return run_alone(store, query, &p, 1);
}

enum store_rc
pgsql_write(struct store *store, enum pgsql_query query, const char *types, ...)
{
	struct parameters p;
	va_list args;

	va_start(args, types);
	bind(&p, types, args);
	va_end(args);
	return run_alone(store, query, &p, 0);
}

enum store_rc
pgsql_rows_do(struct store *store, const char *sql, const char *types,
    const char *const *values, int may_repeat)
{
	struct parameters p = { .sql = sql };

	for (; types[p.count] != '\0'; p.count++) {
		p.type[p.count] = type_of(types[p.count]);
		p.value[p.count] = values[p.count];
		p.format[p.count] = types[p.count] == 'd';
		p.length[p.count] = CRYPTO_DIGEST;
	}
	return run_alone(store, P_PING, &p, may_repeat);
}

enum store_rc
pgsql_ask(struct store *store, enum pgsql_query query, const char *types, ...)
{
	struct parameters p;
	va_list args;

	if (PG(store)->link == NULL)
		return STORE_DOWN;
	va_start(args, types);
	bind(&p, types, args);
	va_end(args);
	run(store, query, &p);
	return say(store);
}

enum store_rc
pgsql_any(enum store_rc rc)
{
	return rc == STORE_NONE ? STORE_OK : rc;
}

int
pgsql_begin(struct store *store)
{
	struct pgsql *pg = PG(store);

	while (!pg->is_over && pg->attempts < ATTEMPTS) {
		pg->attempts++;
		pg->said = STORE_DOWN;
		if (pgsql_ready(store) != 0)
			break;
		if (pgsql_command(store, "BEGIN") == 0)
			return 1;
		if (pg->trouble != PGSQL_LOST || pg->links++ > 0)
			break;
	}
	pg->is_over = pg->attempts = pg->links = 0;
	return 0;
}

/* Nobody knows what came of a commit that was not answered, or that ended with
 * a warning: that the standby was not waited for. */
static enum store_rc
commit(struct store *store, enum store_rc rc)
{
	struct pgsql *pg = PG(store);

	pg->warned = 0;
	if (pgsql_command(store, "COMMIT") != 0)
		return STORE_DOWN;
	if (strcmp(pq.cmdStatus(pg->result), "COMMIT") == 0 && !pg->warned)
		return rc;
	log_event("ledger %s: a commit is in doubt", pg->title);
	return STORE_DOWN;
}

void
pgsql_end(struct store *store, enum store_rc rc)
{
	struct pgsql *pg = PG(store);
	enum pgsql_trouble trouble = pg->trouble;

	pg->said = rc;
	pg->is_over = 1;
	if (rc == STORE_OK || rc == STORE_REUSED) {
		pg->said = commit(store, rc);
		trouble = pg->trouble == PGSQL_AGAIN ? PGSQL_AGAIN :
		    PGSQL_OTHER;
	} else if (pg->link != NULL) {
		pgsql_command(store, "ROLLBACK");
	}
	if (pg->said == STORE_DOWN && (trouble == PGSQL_AGAIN ||
	    (trouble == PGSQL_LOST && pg->links++ == 0)))
		pg->is_over = 0;
	if (trouble == PGSQL_AGAIN)
		step_aside(pg->attempts);
}

enum store_rc
pgsql_said(struct store *store)
{
	return PG(store)->said;
}
