/* store_sqlite_files - the ledger on SQLite: are its files those we opened? */
#include <libgen.h>
#include <string.h>

#include "config.h"
#include "store_sqlite.h"

int
sqlite_look(const char *path, struct stat now[SEEN], char *why, size_t size)
{
	static const char *const suffix[] = { "", "-wal", "-shm", "" };
	char name[CONFIG_PATH + 8];
	const char *one = name;
	size_t length = strlen(path), i;

	if (length >= CONFIG_PATH)
		return -1;
	memcpy(name, path, length);
	for (i = 0; i < SEEN; i++) {
		strcpy(name + length, suffix[i]);
		if (i == SEEN_DIRECTORY)
			one = dirname(name);
		if (why != NULL && config_private(one, why, size) != 0)
			return -1;
		if (stat(one, &now[i]) != 0)
			return -1;
	}
	return 0;
}

int
sqlite_is_same(const struct stat a[SEEN], const struct stat b[SEEN])
{
	size_t i;

	for (i = 0; i < SEEN; i++)
		if (a[i].st_dev != b[i].st_dev || a[i].st_ino != b[i].st_ino ||
		    a[i].st_uid != b[i].st_uid || a[i].st_mode != b[i].st_mode)
			return 0;
	return 1;
}

int
sqlite_is_unmoved(struct store *store)
{
	struct stat now[SEEN];

	if (sqlite_look(store->place, now, NULL, 0) != 0 ||
	    !sqlite_is_same(now, SQ(store)->seen) || now[SEEN_LEDGER].st_size <
	    SQ(store)->seen[SEEN_LEDGER].st_size)
		return 0;
	SQ(store)->seen[SEEN_LEDGER].st_size = now[SEEN_LEDGER].st_size;
	return 1;
}
