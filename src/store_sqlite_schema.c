/* store_sqlite_schema - the ledger on SQLite: made, and taken over from an older
 * Postern. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "config.h"
#include "log.h"
#include "store_sqlite.h"

static const char schema[] =
#include "store_sqlite.sql.h"
;

static const char upgrade_1_to_2[] =
#include "store_sqlite_2.sql.h"
;

static const char upgrade_2_to_3[] =
#include "store_sqlite_3.sql.h"
;

enum store_rc
sqlite_create(const char *place)
{
	struct store *store = sqlite_open(place, STORE_WRITE);
	enum store_rc rc = STORE_DOWN;
	int fd = open(store->place, O_CREAT | O_EXCL | O_RDWR | O_CLOEXEC,
	    0600);

	if (fd < 0) {
		rc = errno == EEXIST ? STORE_TAKEN : STORE_DOWN;
		log_event("ledger %s: %s", store->place, strerror(errno));
		sqlite_free(store);
		return rc;
	}
	close(fd);
	if (sqlite3_open_v2(store->place, &SQ(store)->db, SQLITE_OPEN_READWRITE,
	    NULL) == SQLITE_OK &&
	    sqlite_run(SQ(store)->db, store->place, "PRAGMA journal_mode = WAL;"
		SQLITE_SETTINGS "; BEGIN IMMEDIATE;") == 0 &&
	    sqlite_run(SQ(store)->db, store->place, schema) == 0 &&
	    sqlite_run(SQ(store)->db, store->place, "COMMIT") == 0)
		rc = STORE_OK;
	if (rc != STORE_OK)
		unlink(store->place);
	sqlite_free(store);
	return rc;
}

enum store_rc
sqlite_upgrade(const char *place, int64_t *from)
{
	struct store *store = sqlite_open(place, STORE_WRITE);
	enum store_rc rc = STORE_DOWN;
	char why[CONFIG_PATH + 128];
	int64_t id = 0;

	*from = 0;
	if (config_private(store->place, why, sizeof why) != 0)
		log_event("ledger %s", why);
	else if (sqlite3_open_v2(store->place, &SQ(store)->db,
	    SQLITE_OPEN_READWRITE, NULL) == SQLITE_OK &&
	    sqlite3_busy_handler(SQ(store)->db, sqlite_retry, NULL) ==
	    SQLITE_OK &&
	    sqlite_run(SQ(store)->db, store->place, SQLITE_SETTINGS) == 0 &&
	    sqlite_run(SQ(store)->db, store->place, "BEGIN IMMEDIATE") == 0 &&
	    sqlite_number(SQ(store)->db, "PRAGMA application_id", &id) == 0 &&
	    sqlite_number(SQ(store)->db, "PRAGMA user_version", from) == 0)
		rc = STORE_OK;
	if (rc == STORE_OK && (id != SQLITE_LEDGER_ID || *from < 1 ||
	    *from > SQLITE_LEDGER_SCHEMA))
		rc = STORE_NONE;
	if (rc == STORE_OK && ((*from < 2 &&
	    sqlite_run(SQ(store)->db, store->place, upgrade_1_to_2) != 0) ||
	    (*from < 3 &&
	    sqlite_run(SQ(store)->db, store->place, upgrade_2_to_3) != 0) ||
	    sqlite_run(SQ(store)->db, store->place, "COMMIT") != 0))
		rc = STORE_DOWN;
	sqlite_close(store);
	sqlite_free(store);
	return rc;
}
