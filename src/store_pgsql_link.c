/* store_pgsql_link - the ledger on PostgreSQL: the connection.  Nothing else
 * opens a socket, and all that must hold of a server is asked here. */
#include <arpa/inet.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "log.h"
#include "store_pgsql.h"
#include "text.h"

/* Milliseconds.  A server that does not answer is not asked again by this
 * process for a while: others wait in line behind the request at hand. */
#define SLOW		1000
#define SHUT		1000

#define SESSION								\
	"SET search_path = postern;"					\
	"SET client_min_messages = warning;"				\
	"SET statement_timeout = 2500;"					\
	"SET lock_timeout = 2000;"					\
	"SET idle_in_transaction_session_timeout = 5000;"		\
	"SET default_transaction_read_only = %s;"			\
	"SELECT current_setting('synchronous_commit', true), "		\
	"current_setting('synchronous_standby_names', true), "		\
	"current_setting('fsync', true), "				\
	"current_setting('full_page_writes', true), "			\
	"pg_is_in_recovery(), "						\
	"(extract(epoch from clock_timestamp()) * 1000)::bigint, %s"

enum { SYNC, STANDBYS, FSYNC, PAGES, RECOVERY, CLOCK, SCHEMA };

int64_t
pgsql_clock(void)
{
	struct timespec now;

	clock_gettime(CLOCK_BOOTTIME, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

void
pgsql_set_clock(struct store *store, int row, int column)
{
	struct pgsql *pg = PG(store);

	pg->skew_at = pgsql_clock();
	pg->skew = pgsql_int(store, row, column) - pg->skew_at;
}

/* What the string, or else the environment, says of keyword; NULL for
 * nothing. */
static const char *
option(const PQconninfoOption *options, const char *keyword)
{
	for (; options != NULL && options->keyword != NULL; options++)
		if (strcmp(options->keyword, keyword) == 0)
			return options->val != NULL ? options->val :
			    options->envvar != NULL ?
			    getenv(options->envvar) : NULL;
	return NULL;
}

void
pgsql_string(const char *place, char string[CONFIG_PATH])
{
	if (snprintf(string, CONFIG_PATH, "%s%s",
	    strncmp(place, "//", 2) == 0 ? "postgresql:" : "", place) >=
	    CONFIG_PATH)
		string[0] = '\0';
}

/* Take a connection string apart; NULL when it is none. */
static PQconninfoOption *
parse(const char *place)
{
	char string[CONFIG_PATH];

	pgsql_string(place, string);
	return pq_load() == 0 ? pq.conninfoParse(string, NULL) : NULL;
}

void
pgsql_title(const char *place, char title[STORE_TITLE])
{
	PQconninfoOption *options = parse(place);
	const char *host = option(options, "host");
	const char *name = option(options, "dbname");

	if (host == NULL)
		host = option(options, "hostaddr");
	if (host == NULL)
		host = option(options, "service");
	snprintf(title, STORE_TITLE, "pgsql:%.200s/%.64s",
	    host != NULL ? host : "", name != NULL ? name : "");
	if (options != NULL)
		pq.conninfoFree(options);
}

/* Is it this machine?  Nothing said is the socket that libpq knows. */
static int
is_here(const char *host)
{
	struct in_addr address;

	return host[0] == '\0' || host[0] == '/' || host[0] == '@' ||
	    strcmp(host, "localhost") == 0 || strcmp(host, "::1") == 0 ||
	    (inet_pton(AF_INET, host, &address) == 1 &&
	    ntohl(address.s_addr) >> 24 == IN_LOOPBACKNET);
}

/* The next of a list with commas between. */
static const char *
next_of(char **list)
{
	const char *one = strsep(list, ",");

	return one != NULL ? one : "";
}

/* Does the string lead away from this machine?  A service file may.  An address
 * stands for the host of its place, and an empty one for none. */
static int
is_far(const PQconninfoOption *options)
{
	const char *hosts = option(options, "host"), *host, *address;
	const char *addresses = option(options, "hostaddr");
	char copy[2][CONFIG_PATH], *host_at = copy[0], *address_at = copy[1];

	if (option(options, "service") != NULL ||
	    text_copy(copy[0], CONFIG_PATH, hosts != NULL ? hosts : "") != 0 ||
	    text_copy(copy[1], CONFIG_PATH, addresses != NULL ? addresses :
		"") != 0)
		return 1;
	while (host_at != NULL || address_at != NULL) {
		host = next_of(&host_at);
		address = next_of(&address_at);
		if (!is_here(address[0] != '\0' ? address : host))
			return 1;
	}
	return 0;
}

/* What holds where neither the string nor a service file says otherwise, which
 * the environment is the place for.  A process may have two ledgers: what is
 * said there is the user's once, and ours from then on. */
static int
set_defaults(const char *place)
{
	static int is_ours;
	PQconninfoOption *options = parse(place);
	const char *mode;

	if (options == NULL)
		return -1;
	mode = is_far(options) ? "verify-full" : "prefer";
	pq.conninfoFree(options);
	setenv("PGCONNECT_TIMEOUT", "3", 0);
	setenv("PGGSSENCMODE", "disable", 0);	/* it looks for tickets */
	if (getenv("PGSSLMODE") == NULL)
		is_ours = 1;
	return is_ours ? setenv("PGSSLMODE", mode, 1) : 0;
}

int
pgsql_caution(const char *place, char *why, size_t size)
{
	PQconninfoOption *options = parse(place);
	const char *mode = option(options, "sslmode");
	int weak = options != NULL && is_far(options) && mode != NULL &&
	    strcmp(mode, "verify-full") != 0;

	if (weak)
		snprintf(why, size, "sslmode=%.20s does not see who answers: "
		    "leave it out, or say verify-full", mode);
	if (options != NULL)
		pq.conninfoFree(options);
	return weak;
}

/* Note what the server warns of: that a commit was cut short, among others. */
static void
on_notice(void *arg, const PGresult *result)
{
	const char *state = pq.resultErrorField(result, PG_DIAG_SQLSTATE);
	struct pgsql *pg = arg;

	if (state != NULL && strncmp(state, "01", 2) == 0)
		pg->warned = 1;
}

static PGconn *
connect_to(const struct store *store)
{
	/* What stands before dbname gives way to the string, what stands
	 * behind it does not: a standby must never answer a check, because what
	 * was revoked may not have come there yet. */
	const char *const keywords[] = { "fallback_application_name",
	    "keepalives_idle", "keepalives_interval", "keepalives_count",
	    "tcp_user_timeout", "dbname", "client_encoding",
	    "target_session_attrs", NULL };
	const char *const values[] = { "postern", "10", "3", "3", "3000",
	    store->place, "UTF8", "read-write", NULL };

	return pq.connectdbParams(keywords, values, 1);
}

static int
refuse(const struct pgsql *pg, const char *why)
{
	log_event("ledger %s: %s", pg->title, why);
	return -1;
}

/* Does the server keep what it acknowledges?  One that does not know a setting
 * has nothing that could be turned off. */
static int
check_server(struct store *store)
{
	struct pgsql *pg = PG(store);
	const char *value[RECOVERY + 1];
	int i;

	for (i = 0; i <= RECOVERY; i++)
		value[i] = pq.getvalue(pg->result, 0, i);
	if (strcmp(value[RECOVERY], "t") == 0)
		return refuse(pg, "is a standby, which may lag behind: name "
		    "the primary");
	if (strcmp(value[FSYNC], "off") == 0 ||
	    strcmp(value[PAGES], "off") == 0)
		return refuse(pg, "fsync or full_page_writes is off: it would "
		    "lose what it acknowledged; turn both on in "
		    "postgresql.conf");
	if (strcmp(value[SYNC], "off") == 0)
		return refuse(pg, "synchronous_commit is off: it would lose "
		    "what it acknowledged; ALTER ROLE or ALTER DATABASE ... "
		    "SET synchronous_commit = on");
	if (strcmp(value[SYNC], "local") == 0 && value[STANDBYS][0] != '\0')
		return refuse(pg, "synchronous_commit is local: a standby that "
		    "takes over would lack what was acknowledged; ALTER ROLE "
		    "or ALTER DATABASE ... SET synchronous_commit = on");
	return 0;
}

static int
check_schema(struct store *store)
{
	struct pgsql *pg = PG(store);
	int64_t version = pgsql_int(store, 0, SCHEMA);

	if (version == STORE_SCHEMA)
		return 0;
	log_event("ledger %s: has schema %lld, this program knows %d%s",
	    pg->title, (long long)version, STORE_SCHEMA,
	    version < STORE_SCHEMA ? ": run postern upgrade" : "");
	return -1;
}

/* Set the session up, and ask all that is to be known, in one question. */
static int
start_session(struct store *store, int is_raw)
{
	char text[1024];

	snprintf(text, sizeof text, SESSION,
	    store->mode == STORE_WRITE ? "off" : "on",
	    is_raw ? "0" : "(SELECT schema FROM postern.ledger)");
	if (pgsql_command(store, text) != 0 || pgsql_rows(store) != 1)
		return -1;
	pgsql_set_clock(store, 0, CLOCK);
	return check_server(store) == 0 &&
	    (is_raw || check_schema(store) == 0) ? 0 : -1;
}

static int
start_link(struct store *store, int is_raw)
{
	struct pgsql *pg = PG(store);

	if (pq_load() != 0)
		return -1;
	if (pg->title[0] == '\0')
		pgsql_title(store->place, pg->title);
	if (set_defaults(store->place) != 0)
		return refuse(pg, "store is no connection string: see "
		    "docs/many-machines.md");
	pg->link = connect_to(store);
	if (pq.status(pg->link) != CONNECTION_OK) {
		log_event("ledger %s: %.*s", pg->title,
		    (int)strcspn(pq.errorMessage(pg->link), "\n"),
		    pq.errorMessage(pg->link));
		return -1;
	}
	pq.setNoticeReceiver(pg->link, on_notice, pg);
	if (pq.setnonblocking(pg->link, 1) != 0)
		return -1;
	return start_session(store, is_raw);
}

void
pgsql_shut(struct store *store)
{
	PG(store)->shut_until = pgsql_clock() + SHUT;
}

/* Has the server hung up?  It says nothing else while nobody asks. */
static int
is_open(const struct pgsql *pg)
{
	struct pollfd file = { pq.socket(pg->link), POLLIN | POLLRDHUP, 0 };

	return poll(&file, 1, 0) == 0;
}

static int
ready(struct store *store, int is_raw)
{
	struct pgsql *pg = PG(store);
	int64_t start = pgsql_clock();

	pg->trouble = PGSQL_FINE;
	if (pg->link != NULL && is_open(pg))
		return 0;
	pgsql_close(store);
	pg->trouble = PGSQL_LATE;
	if (start < pg->shut_until)
		return -1;
	if (start_link(store, is_raw) == 0) {
		pg->trouble = PGSQL_FINE;
		return 0;
	}
	if (pg->trouble == PGSQL_FINE)
		pg->trouble = PGSQL_OTHER;	/* it answered, and is refused */
	pgsql_close(store);
	if (pgsql_clock() - start >= SLOW)
		pgsql_shut(store);
	return -1;
}

int
pgsql_ready(struct store *store)
{
	if (!PG(store)->is_lost)
		return ready(store, 0);
	PG(store)->trouble = PGSQL_OTHER;
	return -1;
}

int
pgsql_ready_raw(struct store *store)
{
	return ready(store, 1);
}

void
pgsql_close(struct store *store)
{
	struct pgsql *pg = PG(store);

	if (pg->result != NULL)
		pq.clear(pg->result);
	pg->result = NULL;
	if (pg->link != NULL)
		pq.finish(pg->link);
	pg->link = NULL;
	memset(pg->known, 0, sizeof pg->known);
}
