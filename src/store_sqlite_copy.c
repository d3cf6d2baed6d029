/* store_sqlite_copy - the ledger on SQLite: examine, backup, restore. */
#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "config.h"
#include "log.h"
#include "store_sqlite.h"
#include "text.h"

/* Ask SQLite for a full check.  Returns 0, or -1 with its first finding. */
static int
check_all(sqlite3 *db, char *why, size_t size)
{
	sqlite3_stmt *s = NULL;
	const char *finding = NULL;
	int sound;

	if (sqlite3_prepare_v2(db, "PRAGMA integrity_check(1)", -1, &s,
	    NULL) == SQLITE_OK && sqlite3_step(s) == SQLITE_ROW)
		finding = (const char *)sqlite3_column_text(s, 0);
	sound = finding != NULL && strcmp(finding, "ok") == 0;
	if (!sound)
		snprintf(why, size, "%s",
		    finding != NULL ? finding : sqlite3_errmsg(db));
	sqlite3_finalize(s);
	return sound ? 0 : -1;
}

enum store_rc
sqlite_examine(struct store *store, int64_t *version, char *why, size_t size)
{
	*version = 0;
	snprintf(why, size, "does not open; the reason stands above");
	if (sqlite_ready(store) != 0)
		return STORE_DOWN;
	if (sqlite_number(SQ(store)->db, "PRAGMA user_version", version) != 0)
		return STORE_DOWN;
	return check_all(SQ(store)->db, why, size) == 0 ? STORE_OK : STORE_NONE;
}

/* Make what was renamed or created in the directory of path durable. */
static int
sync_directory(const char *path)
{
	char copy[CONFIG_PATH];
	int fd, rc;

	if (text_copy(copy, sizeof copy, path) != 0)
		return -1;
	fd = open(dirname(copy), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return -1;
	rc = fsync(fd);
	close(fd);
	return rc;
}

/* Copy all pages of from into to, as one transaction of to.  Says STORE_OK;
 * STORE_TAKEN when others would not let go of to; else STORE_DOWN. */
static enum store_rc
copy_pages(sqlite3 *to, sqlite3 *from, const char *path)
{
	sqlite3_backup *job = sqlite3_backup_init(to, "main", from, "main");
	int rc, tries = 0;

	if (job == NULL) {
		sqlite_complain(to, path, "copy");
		return STORE_DOWN;
	}
	/* sqlite3_backup_step does not wait for locks by itself. */
	while ((rc = sqlite3_backup_step(job, -1)) == SQLITE_BUSY &&
	    tries++ < 100)
		sqlite3_sleep(50);
	if (sqlite3_backup_finish(job) == SQLITE_OK && rc == SQLITE_DONE)
		return STORE_OK;
	log_event("ledger %s: copy: %s", path, sqlite3_errstr(rc));
	return rc == SQLITE_BUSY ? STORE_TAKEN : STORE_DOWN;
}

/* Write a copy of from into a new file at path.  The copy is one plain file:
 * it waits in no log and needs no other file beside it. */
static enum store_rc
copy_to_file(sqlite3 *from, const char *path)
{
	enum store_rc rc = STORE_DOWN;
	sqlite3 *to = NULL;
	int fd = open(path, O_CREAT | O_EXCL | O_RDWR | O_CLOEXEC, 0600);

	if (fd < 0) {
		log_event("%s: %s", path, strerror(errno));
		return errno == EEXIST ? STORE_TAKEN : STORE_DOWN;
	}
	if (sqlite3_open_v2(path, &to, SQLITE_OPEN_READWRITE, NULL) ==
	    SQLITE_OK && copy_pages(to, from, path) == STORE_OK &&
	    sqlite_run(to, path, "PRAGMA journal_mode = DELETE") == 0)
		rc = STORE_OK;
	sqlite3_close(to);
	if (rc == STORE_OK && (fsync(fd) != 0 || sync_directory(path) != 0))
		rc = STORE_DOWN;
	close(fd);
	if (rc != STORE_OK)
		unlink(path);
	return rc;
}

enum store_rc
sqlite_backup(struct store *store, const char *path)
{
	if (sqlite_ready(store) != 0)
		return STORE_DOWN;
	return copy_to_file(SQ(store)->db, path);
}

/* Open a copy for reading, when it is a sound ledger of a schema that we know
 * or can upgrade. */
static sqlite3 *
open_copy(const char *path, char *why, size_t size)
{
	sqlite3 *db = NULL;
	int64_t id = 0, version = 0;

	if (sqlite3_open_v2(path, &db, SQLITE_OPEN_READONLY, NULL) !=
	    SQLITE_OK ||
	    sqlite_number(db, "PRAGMA application_id", &id) != 0 ||
	    sqlite_number(db, "PRAGMA user_version", &version) != 0)
		snprintf(why, size, "%s", sqlite3_errmsg(db));
	else if (id != SQLITE_LEDGER_ID)
		snprintf(why, size, "is not a ledger of Postern");
	else if (version < 1 || version > SQLITE_LEDGER_SCHEMA)
		snprintf(why, size, "has schema %lld, this program knows %d",
		    (long long)version, SQLITE_LEDGER_SCHEMA);
	else if (check_all(db, why, size) == 0)
		return db;
	sqlite3_close(db);
	return NULL;
}

/* Put the copy where no ledger opens, or one whose log is broken.  The old log
 * files go first: SQLite would play them into the new file. */
static enum store_rc
replace_file(const char *path, sqlite3 *copy)
{
	char fresh[CONFIG_PATH], other[CONFIG_PATH];
	static const char *const logs[] = { "-wal", "-shm", "-journal" };
	sqlite3 *db = NULL;
	int ok;
	size_t i;

	if (snprintf(fresh, sizeof fresh, "%s.restore", path) >=
	    (int)sizeof fresh)
		return STORE_DOWN;
	unlink(fresh);			/* of a restore that was cut short */
	if (copy_to_file(copy, fresh) != STORE_OK)
		return STORE_DOWN;
	ok = sqlite3_open_v2(fresh, &db, SQLITE_OPEN_READWRITE, NULL) ==
	    SQLITE_OK &&
	    sqlite_run(db, fresh, "PRAGMA journal_mode = WAL") == 0;
	sqlite3_close(db);
	for (i = 0; ok && i < sizeof logs / sizeof logs[0]; i++) {
		snprintf(other, sizeof other, "%.1000s%s", path, logs[i]);
		ok = unlink(other) == 0 || errno == ENOENT;
	}
	if (ok && rename(fresh, path) == 0 && sync_directory(path) == 0)
		return STORE_OK;
	log_event("ledger %s: restore: %s", path, strerror(errno));
	return STORE_DOWN;
}

enum store_rc
sqlite_restore(const char *place, const char *path, char *why, size_t size)
{
	struct store *store = sqlite_open(place, STORE_WRITE);
	sqlite3 *copy = open_copy(path, why, size);
	enum store_rc rc = STORE_NONE;

	if (copy != NULL) {
		rc = sqlite_ready(store) != 0 ? STORE_DOWN :
		    copy_pages(SQ(store)->db, copy, store->place);
		sqlite_close(store);
		if (rc == STORE_DOWN)
			rc = replace_file(store->place, copy);
	}
	if (rc == STORE_DOWN || rc == STORE_TAKEN)
		snprintf(why, size, "could not be put back; the reason stands "
		    "above");
	sqlite3_close(copy);
	sqlite_free(store);
	return rc;
}
