/* store_sqlite_mark - the ledger on SQLite: a name for what it holds. */
#include <stdatomic.h>
#include <string.h>
#include <time.h>

#include "store_sqlite.h"

/* What -shm starts with: twice the same twelve words (SQLite's walformat). */
#define INDEX_SIZE	32768
#define INDEX_VERSION	3007000
#define INDEX_WORDS	12
#define INDEX_MARK	2		/* the first of those in a mark */

static void
name_file(struct sqlite_mark *mark, const struct stat *file)
{
	mark->changed = file->st_ctim.tv_sec * INT64_C(1000000000) +
	    file->st_ctim.tv_nsec;
	mark->file = file->st_ino;
}

int
sqlite_mark(struct store *store, struct sqlite_mark *mark)
{
	const volatile uint32_t *index;
	sqlite3_file *file = SQ(store)->file;
	volatile void *map = NULL;
	uint32_t once[INDEX_WORDS], differ = 0;
	size_t i;
	int rc;

	/* Without a lock on -shm, as a confined reader who opened the ledger
	 * anew, it may be what nobody goes by; and what is read in a transaction
	 * is as old as that. */
	if (SQ(store)->live == NULL ||
	    (SQ(store)->is_confined && SQ(store)->attached < 0) ||
	    sqlite3_txn_state(SQ(store)->db, NULL) != SQLITE_TXN_NONE)
		return 0;
	rc = file->pMethods->xShmMap(file, 0, INDEX_SIZE, 0, &map);
	if ((rc != SQLITE_OK && rc != SQLITE_READONLY) ||
	    (index = map) == NULL)
		return 0;
	/* Who commits writes the second first. */
	for (i = 0; i < INDEX_WORDS; i++)
		once[i] = index[i];
	atomic_thread_fence(memory_order_acquire);
	for (i = 0; i < INDEX_WORDS; i++)
		differ |= once[i] ^ index[INDEX_WORDS + i];
	if (differ != 0 || once[0] != INDEX_VERSION)
		return 0;
	memcpy(mark->index, once + INDEX_MARK, sizeof mark->index);
	name_file(mark, &SQ(store)->seen[SEEN_LEDGER]);
	return 1;
}

int
sqlite_mark_at_rest(struct store *store, struct sqlite_mark *mark)
{
	struct stat seen[SEEN];
	const struct stat *file = &seen[SEEN_LEDGER];

	if (SQ(store)->live == NULL || !SQ(store)->is_single ||
	    sqlite_look_at_rest(store->place, seen) != 0 ||
	    seen[SEEN_WAL].st_size != 0 || file->st_ctim.tv_nsec == 0)
		return 0;
	memset(mark->index, 0, sizeof mark->index);
	name_file(mark, file);
	return 1;
}

int
sqlite_is_settled(const struct store *store, const struct sqlite_mark *mark)
{
	static const uint32_t at_rest[sizeof mark->index / sizeof(uint32_t)];
	const int64_t least = memcmp(mark->index, at_rest, sizeof at_rest) ==
	    0 ? SQ(store)->rest_ns : SQLITE_SETTLED_NS;
	struct timespec now;

	return clock_gettime(CLOCK_REALTIME, &now) == 0 &&
	    now.tv_sec * INT64_C(1000000000) + now.tv_nsec - mark->changed >=
	    least;
}
