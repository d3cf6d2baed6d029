/* store_sqlite - the ledger on SQLite: opening, noticing, transactions. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "config.h"
#include "log.h"
#include "store_sqlite.h"
#include "xalloc.h"

struct store *
sqlite_open(const char *place, enum store_mode mode)
{
	struct sqlite *store = xcalloc(1, sizeof *store);

	/* One thread, and nobody counts its memory: locks and sums cost every
	 * check.  Nothing is allocated ahead: twenty pages that nobody uses.
	 * Later calls change nothing. */
	sqlite3_config(SQLITE_CONFIG_SINGLETHREAD);
	sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
	sqlite3_config(SQLITE_CONFIG_PAGECACHE, NULL, 0, 0);
	store->base = (struct store){ &store_sqlite_ops, place, mode };
	store->attached = store->watch = -1;
	store->rest_ns = SQLITE_AT_REST_NS;
	return &store->base;
}

void
sqlite_complain(sqlite3 *db, const char *path, const char *doing)
{
	log_event("ledger %s: %s: %s", path, doing,
	    db != NULL ? sqlite3_errmsg(db) : "out of memory");
}

void
sqlite_close(struct store *store)
{
	size_t i;

	for (i = 0; i < QUERIES; i++) {
		sqlite3_finalize(SQ(store)->prepared[i]);
		SQ(store)->prepared[i] = NULL;
	}
	sqlite3_close(SQ(store)->db);
	SQ(store)->db = NULL;
	/* Not before: a close ends all locks that SQLite has on the file. */
	if (SQ(store)->attached >= 0)
		close(SQ(store)->attached);
	if (SQ(store)->watch >= 0)
		close(SQ(store)->watch);
	SQ(store)->attached = SQ(store)->watch = -1;
}

int
sqlite_run(sqlite3 *db, const char *path, const char *text)
{
	if (sqlite3_exec(db, text, NULL, NULL, NULL) == SQLITE_OK)
		return 0;
	sqlite_complain(db, path, "settings");
	return -1;
}

int
sqlite_number(sqlite3 *db, const char *text, int64_t *value)
{
	sqlite3_stmt *statement;
	int rc = SQLITE_ERROR;

	if (sqlite3_prepare_v2(db, text, -1, &statement, NULL) == SQLITE_OK)
		rc = sqlite3_step(statement);
	if (rc == SQLITE_ROW)
		*value = sqlite3_column_int64(statement, 0);
	sqlite3_finalize(statement);
	return rc == SQLITE_ROW ? 0 : -1;
}

/* Is the file as long as its own header says?  What is still in the log alone
 * counts in neither. */
static int
is_whole(struct store *store)
{
	sqlite3_file *file = SQ(store)->file;
	sqlite3_int64 size = 0, pages, page;
	unsigned char h[32];

	if (file->pMethods->xFileSize(file, &size) != SQLITE_OK ||
	    file->pMethods->xRead(file, h, sizeof h, 0) != SQLITE_OK)
		return 0;
	page = h[16] << 8 | h[17];
	pages = (sqlite3_int64)h[28] << 24 | h[29] << 16 | h[30] << 8 | h[31];
	return page > 1 && pages * page <= size;
}

/* Is this our ledger, of a schema that we know, and as durable as we say? */
static int
check_ledger(struct store *store)
{
	sqlite3 *db = SQ(store)->db;
	int64_t id, version, sync, wal;

	if (sqlite_number(db, "PRAGMA application_id", &id) != 0 ||
	    sqlite_number(db, "PRAGMA user_version", &version) != 0 ||
	    sqlite_number(db, "PRAGMA synchronous", &sync) != 0 ||
	    sqlite_number(db, "SELECT journal_mode = 'wal' "
		"FROM pragma_journal_mode", &wal) != 0) {
		sqlite_complain(db, store->place, "open");
		return -1;
	}
	if (id != SQLITE_LEDGER_ID) {
		log_event("ledger %s: is not a ledger of Postern",
		    store->place);
		return -1;
	}
	if (version != SQLITE_LEDGER_SCHEMA) {
		log_event("ledger %s: has schema %lld, this program knows %d%s",
		    store->place, (long long)version, SQLITE_LEDGER_SCHEMA,
		    version < SQLITE_LEDGER_SCHEMA ?
		    ": run postern upgrade" : "");
		return -1;
	}
	if (!is_whole(store)) {
		log_event("ledger %s: is cut short: put a copy back with "
		    "postern restore", store->place);
		return -1;
	}
	if (sync != 2 || wal != 1) {
		log_event("ledger %s: not in WAL mode with synchronous=FULL: "
		    "sqlite3 %s 'PRAGMA journal_mode = WAL'",
		    store->place, store->place);
		return -1;
	}
	return 0;
}

static int
open_database(struct store *store)
{
	int flags = SQLITE_OPEN_NOMUTEX | (store->mode == STORE_WRITE ?
	    SQLITE_OPEN_READWRITE : SQLITE_OPEN_READONLY);
	int keep = 1;

	if ((SQ(store)->is_confined ? sqlite_open_reader(store) :
	    sqlite3_open_v2(store->place, &SQ(store)->db, flags, NULL)) !=
	    SQLITE_OK) {
		sqlite_complain(SQ(store)->db, store->place, "open");
		return -1;
	}
	sqlite3_extended_result_codes(SQ(store)->db, 1);
	sqlite3_busy_handler(SQ(store)->db, sqlite_retry, NULL);
	/* The log file stays when the last user leaves: a plain CGI call that
	 * finds it just being removed would fail. */
	sqlite3_file_control(SQ(store)->db, "main", SQLITE_FCNTL_PERSIST_WAL,
	    &keep);
	/* Who closes because a file was replaced has an old view of the log,
	 * and must not clear the log by it: only store_free does. */
	sqlite3_db_config(SQ(store)->db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1,
	    NULL);
	/* One transaction: each would lock the file, and look, for itself. */
	if (sqlite_run(SQ(store)->db, store->place,
	    SQLITE_SETTINGS "; BEGIN") != 0 ||
	    sqlite3_file_control(SQ(store)->db, "main",
	    SQLITE_FCNTL_FILE_POINTER, &SQ(store)->file) != SQLITE_OK ||
	    check_ledger(store) != 0)
		return -1;
	return sqlite_run(SQ(store)->db, store->place, "COMMIT");
}

/* Open the ledger, and know that the files seen afterwards are those that were
 * opened: they were there before.  The first who comes makes -wal and -shm,
 * and looks once more. */
static int
open_ledger(struct store *store)
{
	struct stat before[SEEN];
	char why[CONFIG_PATH + 128] = "changes while it is opened";
	int tries, known;

	if (config_private(store->place, why, sizeof why) != 0) {
		log_event("ledger %s", why);
		return -1;
	}
	for (tries = 0; tries < 3; tries++) {
		known = sqlite_look(store->place, before, NULL, 0) == 0;
		if (open_database(store) != 0)
			return -1;
		if (sqlite_look(store->place, SQ(store)->seen, why,
		    sizeof why) != 0)
			break;
		if (known && sqlite_is_same(before, SQ(store)->seen))
			return 0;
		sqlite_close(store);
	}
	log_event("ledger %s: %s", store->place, why);
	return -1;
}

void
sqlite_free(struct store *store)
{
	if (SQ(store)->db != NULL && sqlite_is_unmoved(store))
		sqlite3_db_config(SQ(store)->db,
		    SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 0, NULL);
	sqlite_close(store);
	sqlite_live_close(store);
	free(store);
}

int
sqlite_ready(struct store *store)
{
	if (SQ(store)->db != NULL && sqlite_is_unmoved(store))
		return 0;
	if (SQ(store)->db != NULL)
		sqlite_close(store);
	SQ(store)->is_stuck = 0;
	if (open_ledger(store) == 0)
		return 0;
	SQ(store)->is_stuck = sqlite_is_barred(SQ(store)->db);
	sqlite_close(store);
	return -1;
}

static int
run(struct store *store, enum query query)
{
	return sqlite_step(store, sqlite_query(store, query, ""));
}

/* Who waited for the lock while the file was replaced must not write into the
 * old one. */
int
sqlite_begin(struct store *store)
{
	int tries;

	for (tries = 0; tries < 2; tries++) {
		if (sqlite_ready(store) != 0 || run(store, Q_BEGIN) != 0)
			return -1;
		if (sqlite_is_unmoved(store))
			return 0;
		sqlite_close(store);
	}
	return -1;
}

enum store_rc
sqlite_end(struct store *store, enum store_rc rc)
{
	if (SQ(store)->db == NULL)
		return STORE_DOWN;
	if (rc == STORE_OK && run(store, Q_COMMIT) == 0)
		return STORE_OK;
	if (SQ(store)->db != NULL && !sqlite3_get_autocommit(SQ(store)->db))
		run(store, Q_ROLLBACK);
	return rc == STORE_OK ? STORE_DOWN : rc;
}

enum store_rc
sqlite_ping(struct store *store)
{
	sqlite3_stmt *s = sqlite_read(store, Q_PING, "");
	enum store_rc rc = sqlite_row(store, s);

	if (rc == STORE_OK)
		sqlite3_reset(s);
	return rc;
}
