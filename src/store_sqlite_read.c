/* store_sqlite_read - the ledger on SQLite: opened so that nothing can be
 * written, and when a key was used noted beside it. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "config.h"
#include "store_sqlite.h"

#define READER	"postern-reader"
#define URI_SIZE	(3 * CONFIG_PATH + 32)

/* The byte of -shm that says "in use, do not start over" to all who come
 * (UNIX_SHM_DMS in SQLite's os_unix.c). */
#define IN_USE	128

static sqlite3_vfs reader;

/* Make an empty file for reading alone, unless there is one. */
static void
make_empty(const char *path)
{
	int fd = open(path, O_RDONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);

	if (fd >= 0)
		close(fd);
}

/* SQLite opens the log for writing even for those who only read.  Where it is
 * missing it starts empty, as it would with a writer, and -shm with it. */
static int
open_file(sqlite3_vfs *vfs, sqlite3_filename name, sqlite3_file *file,
    int flags, int *out)
{
	char shm[CONFIG_PATH + 8];
	size_t length = name != NULL ? strlen(name) : 0;

	(void)vfs;
	if ((flags & SQLITE_OPEN_WAL) != 0 && length > 4 &&
	    length < sizeof shm) {
		flags &= ~(SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE);
		flags |= SQLITE_OPEN_READONLY;
		memcpy(shm, name, length + 1);
		memcpy(shm + length - 4, "-shm", 4);
		if (access(name, F_OK) != 0)
			make_empty(name);
		if (access(shm, F_OK) != 0)
			make_empty(shm);
	}
	return sqlite3_vfs_find(NULL)->xOpen(&reader, name, file, flags, out);
}

/* Write path as a URI that asks for a -shm that is not written to. */
static void
write_uri(const char *path, char uri[URI_SIZE])
{
	static const char digits[] = "0123456789abcdef";
	char *at = stpcpy(uri, path[0] == '/' ? "file://" : "file:");

	for (; *path != '\0'; path++) {
		if (strchr("%?#", *path) == NULL) {
			*at++ = *path;
			continue;
		}
		*at++ = '%';
		*at++ = digits[*path >> 4 & 15];
		*at++ = digits[*path & 15];
	}
	strcpy(at, "?readonly_shm=1");
}

int
sqlite_open_reader(struct store *store)
{
	char uri[URI_SIZE];

	if (strlen(store->place) >= CONFIG_PATH)
		return SQLITE_CANTOPEN;
	if (reader.xOpen == NULL) {
		if (sqlite3_initialize() != SQLITE_OK)
			return SQLITE_ERROR;
		reader = *sqlite3_vfs_find(NULL);
		reader.zName = READER;
		reader.xOpen = open_file;
		sqlite3_vfs_register(&reader, 0);
	}
	write_uri(store->place, uri);
	return sqlite3_open_v2(uri, &SQ(store)->db, SQLITE_OPEN_NOMUTEX |
	    SQLITE_OPEN_READONLY | SQLITE_OPEN_URI, READER);
}

/* Lock the byte by a lock of the file's, not of the process's: SQLite must
 * see it as another's. */
static int
attach(const char *path)
{
	struct flock lock = { .l_type = F_RDLCK, .l_whence = SEEK_SET,
		.l_start = IN_USE, .l_len = 1 };
	char shm[CONFIG_PATH + 8];
	int fd;

	snprintf(shm, sizeof shm, "%.*s-shm", CONFIG_PATH, path);
	fd = open(shm, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	if (fd < 0 || fcntl(fd, F_OFD_SETLK, &lock) == 0)
		return fd;
	close(fd);
	return -1;
}

/* Where nobody keeps -shm in use, readers that cannot write must read the log
 * anew for each request.  So a writer sets it up here, and leaves. */
static void
set_up(struct store *store)
{
	char why[CONFIG_PATH + 128];
	sqlite3 *db = NULL;
	int64_t version;
	int keep = 1;

	if (config_private(store->place, why, sizeof why) == 0 &&
	    sqlite3_open_v2(store->place, &db, SQLITE_OPEN_READONLY |
	    SQLITE_OPEN_NOMUTEX, NULL) == SQLITE_OK) {
		sqlite3_busy_handler(db, sqlite_retry, NULL);
		sqlite3_file_control(db, "main", SQLITE_FCNTL_PERSIST_WAL,
		    &keep);
		sqlite3_db_config(db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1,
		    NULL);
		if (sqlite_number(db, "PRAGMA user_version", &version) == 0)
			SQ(store)->attached = attach(store->place);
	}
	sqlite3_close(db);
}

/* Is there anything in the log?  Where nobody has the ledger open SQLite's
 * readers must read it anew, and one that a killed writer left, with a header
 * and nothing else, keeps them looking for ten seconds, in vain. */
static int
has_log(const struct store *store)
{
	char path[CONFIG_PATH + 8];
	struct stat info;

	snprintf(path, sizeof path, "%.*s-wal", CONFIG_PATH, store->place);
	return stat(path, &info) == 0 && info.st_size > 0;
}

void
sqlite_start(struct store *store, int now, const char *name)
{
	SQ(store)->is_confined = store->mode == STORE_READ;
	SQ(store)->is_single = !now;
	if (SQ(store)->is_confined && (now || has_log(store)))
		set_up(store);
	if (now && sqlite_ready(store) == 0 && name != NULL)
		sqlite_watch(store);
	if (name != NULL)
		sqlite_live_open(store, name);
}

int
sqlite_is_barred(sqlite3 *db)
{
	int rc = db != NULL ? sqlite3_errcode(db) & 0xff : SQLITE_OK;

	return rc == SQLITE_CANTOPEN || rc == SQLITE_READONLY ||
	    rc == SQLITE_PERM;
}

int
sqlite_is_stuck(const struct store *store)
{
	return SQ(store)->is_stuck;
}

/* The file whose time is a key's last use. */
static int
name_note(const struct store *store, const uint8_t digest[CRYPTO_DIGEST],
    char path[CONFIG_PATH])
{
	char id[STORE_ID_SIZE];

	store_id(digest, id);
	return snprintf(path, CONFIG_PATH, "%s-used/%s", store->place, id) <
	    CONFIG_PATH ? 0 : -1;
}

int64_t
sqlite_used(const struct store *store, const uint8_t digest[CRYPTO_DIGEST])
{
	char path[CONFIG_PATH];
	struct stat info;

	return name_note(store, digest, path) == 0 && stat(path, &info) == 0 ?
	    (int64_t)info.st_mtim.tv_sec : 0;
}

void
sqlite_token_used(struct store *store, const uint8_t digest[CRYPTO_DIGEST],
    int64_t now)
{
	const struct timespec times[2] = { { .tv_nsec = UTIME_OMIT },
		{ .tv_sec = (time_t)now } };
	char path[CONFIG_PATH];
	int fd;

	if (now - sqlite_used(store, digest) < STORE_USED_COARSE ||
	    name_note(store, digest, path) != 0)
		return;
	fd = open(path, O_RDONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (fd < 0 && errno == ENOENT) {
		*strrchr(path, '/') = '\0';
		mkdir(path, 0700);
		path[strlen(path)] = '/';
		fd = open(path, O_RDONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW,
		    0600);
	}
	if (fd < 0)
		return;
	futimens(fd, times);
	close(fd);
}
