/* store_sqlite_live - the ledger on SQLite: tokens that were read are kept, and
 * hold until anything at all is written to the ledger.
 *
 * All processes of an endpoint share a file, PATH-live/NAME.2, and nobody else
 * opens it: who has taken over one of them can let in whom he wants where he
 * lets them in anyway.  It is read in memory, and written to by pwrite alone,
 * for a full disk would kill who writes to memory. */
#include <fcntl.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "config.h"
#include "store_sqlite.h"
#include "text.h"

#define SLOTS	131072		/* 33 MiB, of which the disk has what is used */
#define PROBES	32		/* of 8, 5 % of 100,000 tokens find none */
#define FORMAT	"2"		/* counts whatever changes in all this */

enum { NAME, USER_SCOPE, SCOPE, CLIENT, LABEL, TEXTS };

struct slot {
	uint64_t		sum;	/* of all that follows */
	struct sqlite_mark	mark;
	uint8_t			digest[CRYPTO_DIGEST];
	int64_t			user, created, expires, used;
	uint8_t			kind, user_disabled;
	char			text[134];	/* TEXTS strings */
};

_Static_assert(sizeof(struct slot) == 256, "no slot lies across a border");

/* The ids of all slots stand together in front: to look for one costs a line of
 * the processor's cache, and not one for each slot that is passed. */
struct table {
	uint64_t	ids[SLOTS];
	struct slot	slots[SLOTS];
};

#define FILE_SIZE	((off_t)sizeof(struct table))

/* One that was copied, to be summed up. */
union copy {
	struct slot	slot;
	uint64_t	words[sizeof(struct slot) / sizeof(uint64_t)];
};

/* Sum up a slot, so that one is known that was half written when it was read, or
 * was written before the machine started: seed stands for that start. */
static uint64_t
sum_up(const union copy *copy, uint64_t seed)
{
	size_t i;

	for (i = 1; i < sizeof copy->words / sizeof copy->words[0]; i++) {
		seed = (seed ^ copy->words[i]) * UINT64_C(0x9e3779b97f4a7c15);
		seed ^= seed >> 29;
	}
	return seed;
}

/* A token is in one of PROBES slots from where its id says. */
static uint64_t
id_of(const uint8_t digest[CRYPTO_DIGEST])
{
	uint64_t id;

	memcpy(&id, digest, sizeof id);
	return id;
}

static size_t
place(uint64_t id)
{
	return id % (SLOTS - PROBES);
}

/* Give token the texts of a slot. */
static int
read_texts(const struct slot *slot, struct store_token *token)
{
	char *const out[TEXTS] = { token->name, token->user_scope,
		token->scope, token->client, token->label };
	static const size_t size[TEXTS] = { sizeof token->name,
		sizeof token->user_scope, sizeof token->scope,
		sizeof token->client, sizeof token->label };
	const char *at = slot->text, *end = at + sizeof slot->text;
	size_t i, length;

	for (i = 0; i < TEXTS; i++) {
		length = strnlen(at, (size_t)(end - at)) + 1;
		if (length > (size_t)(end - at) || length > size[i])
			return -1;
		memcpy(out[i], at, length);
		at += length;
	}
	return 0;
}

/* Is what was copied whole, and of this start of the machine? */
static int
is_whole(const union copy *copy, uint64_t seed)
{
	return copy->slot.sum == sum_up(copy, seed);
}

int
sqlite_live_get(struct store *store, const struct sqlite_mark *mark,
    const uint8_t digest[CRYPTO_DIGEST], struct store_token *token)
{
	const uint64_t id = id_of(digest);
	const struct table *table = SQ(store)->live;
	static union copy copy;
	const struct slot *slot = &copy.slot;
	size_t at = place(id), end = at + PROBES;

	while (at < end && table->ids[at] != id)
		at++;
	if (at == end)
		return 0;
	copy.slot = table->slots[at];
	atomic_signal_fence(memory_order_acquire);	/* the copy is judged */
	if (memcmp(&slot->mark, mark, sizeof *mark) != 0 ||
	    !crypto_equal(slot->digest, digest, CRYPTO_DIGEST) ||
	    !is_whole(&copy, SQ(store)->live_seed) ||
	    read_texts(slot, token) != 0)
		return 0;
	memcpy(token->digest, digest, CRYPTO_DIGEST);
	token->kind = store_kind_of(slot->kind);
	token->user = slot->user;
	token->user_disabled = slot->user_disabled;
	token->created = slot->created;
	token->expires = slot->expires;
	token->used = slot->used;
	return 1;
}

/* Find the slot for an id: its own, or one that holds no more, or one that
 * must give way. */
static size_t
choose(const struct table *table, const struct sqlite_mark *mark,
    uint64_t id)
{
	size_t first = place(id), chosen = first + (id >> 32) % PROBES, i;
	int is_free = 0;

	for (i = first; i < first + PROBES; i++) {
		if (table->ids[i] == id)
			return i;
		if (!is_free && memcmp(&table->slots[i].mark, mark,
		    sizeof *mark) != 0) {
			chosen = i;
			is_free = 1;
		}
	}
	return chosen;
}

/* Are the slot's texts all of the token's? */
static int
write_texts(struct slot *slot, const struct store_token *token)
{
	const char *const text[TEXTS] = { token->name, token->user_scope,
		token->scope, token->client, token->label };
	char *at = slot->text, *end = at + sizeof slot->text;
	size_t i;

	for (i = 0; i < TEXTS; i++) {
		if (text_copy(at, (size_t)(end - at), text[i]) != 0)
			return 0;
		at += strlen(at) + 1;
	}
	return 1;
}

void
sqlite_live_put(struct store *store, const struct sqlite_mark *mark,
    const struct store_token *token)
{
	union copy copy = { .slot = { .mark = *mark, .user = token->user,
		.created = token->created, .expires = token->expires,
		.used = token->used, .kind = (uint8_t)token->kind,
		.user_disabled = token->user_disabled != 0 } };
	const uint64_t id = id_of(token->digest);
	size_t at;

	if (!sqlite_is_settled(store, mark) || !write_texts(&copy.slot, token))
		return;
	memcpy(copy.slot.digest, token->digest, CRYPTO_DIGEST);
	copy.slot.sum = sum_up(&copy, SQ(store)->live_seed);
	at = choose(SQ(store)->live, mark, id);
	/* On a full disk it is read again each time. */
	if (pwrite(SQ(store)->live_fd, &copy, sizeof copy, (off_t)
	    (offsetof(struct table, slots) + at * sizeof copy)) ==
	    sizeof copy && pwrite(SQ(store)->live_fd, &id, sizeof id,
	    (off_t)(at * sizeof id)) < 0)
		return;
}

/* What stands for the start of the machine, and the schema that rows are read
 * by; or 0. */
static uint64_t
read_seed(void)
{
	uint64_t seed[4] = { 0 };
	int fd = open("/proc/sys/kernel/random/boot_id", O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return 0;
	if (read(fd, seed, sizeof seed) != sizeof seed)
		seed[0] = seed[1] = seed[2] = seed[3] = 0;
	close(fd);
	seed[0] ^= seed[1] << 1 ^ seed[2] << 2 ^ seed[3] << 3;
	return seed[0] != 0 ? seed[0] + SQLITE_LEDGER_SCHEMA : 0;
}

/* Open the file of an endpoint, of the right size, or return -1.  No file is
 * cut: who has it in his memory would be killed. */
static int
open_file(const char *place, const char *name)
{
	char path[CONFIG_PATH];
	struct stat info;
	size_t length = strlen(place);
	int fd;

	if (place[0] == '\0' || snprintf(path, sizeof path, "%s-live/%s." FORMAT,
	    place, name + 1) >= (int)sizeof path)
		return -1;
	for (length += strlen("-live/"); path[length] != '\0'; length++)
		if (path[length] == '/')
			path[length] = '+';
	*strrchr(path, '/') = '\0';
	mkdir(path, 0700);
	path[strlen(path)] = '/';
	fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (fd < 0 || (fstat(fd, &info) == 0 && S_ISREG(info.st_mode) &&
	    info.st_uid == geteuid() && (info.st_mode & 077) == 0 &&
	    (info.st_size == FILE_SIZE || (info.st_size < FILE_SIZE &&
	    ftruncate(fd, FILE_SIZE) == 0))))
		return fd;
	close(fd);
	return -1;
}

void
sqlite_live_open(struct store *store, const char *name)
{
	void *map;
	int fd;

	SQ(store)->live_seed = read_seed();
	if (SQ(store)->live_seed == 0 ||
	    (fd = open_file(store->place, name)) < 0)
		return;
	map = mmap(NULL, FILE_SIZE, PROT_READ, MAP_SHARED, fd, 0);
	if (map == MAP_FAILED) {
		close(fd);
		return;
	}
	SQ(store)->live = map;
	SQ(store)->live_fd = fd;
}

void
sqlite_live_close(struct store *store)
{
	if (SQ(store)->live == NULL)
		return;
	munmap((void *)SQ(store)->live, FILE_SIZE);
	close(SQ(store)->live_fd);
	SQ(store)->live = NULL;
}
