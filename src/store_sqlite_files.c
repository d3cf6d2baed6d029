/* store_sqlite_files - the ledger on SQLite: are its files those we opened? */
#include <errno.h>
#include <libgen.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <time.h>
#include <unistd.h>

#include "config.h"
#include "store_sqlite.h"

/* The name of a file that is seen, in the storage name.  path fits. */
static const char *
name_seen(const char *path, size_t which, char name[CONFIG_PATH + 8])
{
	static const char *const suffix[] = { "", "-wal", "-shm", "" };

	stpcpy(stpcpy(name, path), suffix[which]);
	return which == SEEN_DIRECTORY ? dirname(name) : name;
}

int
sqlite_look(const char *path, struct stat now[SEEN], char *why, size_t size)
{
	char space[CONFIG_PATH + 8];
	const char *name;
	size_t i;

	if (strlen(path) >= CONFIG_PATH)
		return -1;
	for (i = 0; i < SEEN; i++) {
		name = name_seen(path, i, space);
		if (why != NULL && config_private(name, why, size) != 0)
			return -1;
		if (stat(name, &now[i]) != 0)
			return -1;
	}
	return 0;
}

int
sqlite_look_at_rest(const char *path, struct stat now[SEEN])
{
	static const size_t order[SEEN] = { SEEN_DIRECTORY, SEEN_SHM, SEEN_WAL,
		SEEN_LEDGER };
	char space[CONFIG_PATH + 8];
	struct stat *info;
	mode_t wanted;
	size_t i;

	if (path[0] == '\0' || strlen(path) >= CONFIG_PATH)
		return -1;
	for (i = 0; i < SEEN; i++) {
		info = &now[order[i]];
		wanted = order[i] == SEEN_DIRECTORY ? S_IFDIR | 0700 :
		    S_IFREG | 0600;
		if (lstat(name_seen(path, order[i], space), info) != 0 ||
		    info->st_uid != geteuid() ||
		    (info->st_mode & (S_IFMT | 0777)) != wanted)
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

/* What may make a name mean another file, or open a file to others.  The ledger
 * itself is also asked whether it was written to: it may have been cut short. */
#define CHANGES	(IN_ATTRIB | IN_MOVE_SELF | IN_DELETE_SELF)

/* Watch the directories above, up to the top.  Returns 1 when that tells of
 * every way for path to lead elsewhere: it goes over no symbolic link. */
static int
watch_above(int watch, const char *path)
{
	char real[PATH_MAX], *up = real;

	if (realpath(path, real) == NULL || strcmp(real, path) != 0)
		return 0;
	do {
		up = dirname(up);
		if (inotify_add_watch(watch, up, CHANGES) < 0)
			return 0;
	} while (up[1] != '\0');
	return 1;
}

/* Watch the ledger, the files beside it, and the directory.  It is open, so its
 * name fits. */
static int
watch_files(int watch, const char *path, int watched[SEEN])
{
	char space[CONFIG_PATH + 8];
	size_t i;

	for (i = 0; i < SEEN; i++) {
		watched[i] = inotify_add_watch(watch,
		    name_seen(path, i, space), i == SEEN_LEDGER ?
		    CHANGES | IN_MODIFY : CHANGES);
		if (watched[i] < 0)
			return -1;
	}
	return 0;
}

/* Is it one of those that are looked at? */
static int
is_watched(const struct sqlite *store, int number)
{
	size_t i;

	for (i = 0; i < SEEN; i++)
		if (store->watched[i] == number)
			return 1;
	return 0;
}

/* Read what has happened to what is watched: 0 for nothing.  What has a name
 * happened to another file in one of the directories.  Once something above was
 * touched, or more than the kernel could tell, who knows what else it was. */
static int
read_changes(struct sqlite *store)
{
	_Alignas(struct inotify_event) static char events[4096];
	const struct inotify_event *event;
	ssize_t size, at;
	int changes = 0;

	while ((size = read(store->watch, events, sizeof events)) > 0)
		for (at = 0; at < size;
		    at += (ssize_t)(sizeof *event + event->len)) {
			event = (const struct inotify_event *)(events + at);
			if (event->len > 0)
				continue;
			changes = 1;
			if (!is_watched(store, event->wd))
				store->watches_above = 0;
		}
	return changes || errno != EAGAIN;
}

void
sqlite_watch(struct store *store)
{
	int watch = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);

	if (watch < 0)
		return;
	/* A change before the look is seen by it, one after it is read. */
	if (watch_files(watch, store->place, SQ(store)->watched) == 0) {
		SQ(store)->watches_above = watch_above(watch, store->place);
		if (sqlite_is_unmoved(store)) {
			SQ(store)->watch = watch;
			if (!read_changes(SQ(store)))
				return;
		}
	}
	SQ(store)->watch = -1;
	close(watch);
}

/* Has nothing happened to the files since they were looked at?  Once a second
 * they are looked at anyway: nobody tells of a file system that is mounted over
 * them. */
static int
is_quiet(struct sqlite *store)
{
	const struct stat *seen = &store->seen[SEEN_LEDGER];
	struct stat now;

	if (store->watch < 0 || read_changes(store) ||
	    store->looked != time(NULL))
		return 0;
	return store->watches_above || (stat(store->base.place, &now) == 0 &&
	    now.st_dev == seen->st_dev && now.st_ino == seen->st_ino);
}

static int
look_again(struct store *store)
{
	const time_t looked = time(NULL);
	struct stat now[SEEN];

	if (sqlite_look(store->place, now, NULL, 0) != 0 ||
	    !sqlite_is_same(now, SQ(store)->seen) || now[SEEN_LEDGER].st_size <
	    SQ(store)->seen[SEEN_LEDGER].st_size)
		return 0;
	SQ(store)->seen[SEEN_LEDGER] = now[SEEN_LEDGER];
	SQ(store)->looked = looked;
	return 1;
}

int
sqlite_is_unmoved(struct store *store)
{
	return is_quiet(SQ(store)) || look_again(store);
}
