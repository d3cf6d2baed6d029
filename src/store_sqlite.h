/* store_sqlite - what the files of the SQLite ledger share.  Nobody else
 * includes this. */
#ifndef STORE_SQLITE_H
#define STORE_SQLITE_H

#include <sqlite3.h>
#include <sys/stat.h>

#include "store_ops.h"
#include "store_rules.h"

#define SQLITE_LEDGER_ID	1347638350	/* "PSTN" */
#define SQLITE_LEDGER_SCHEMA	STORE_SCHEMA

/* mmap, because a heap cache that fits 100,000 tokens would cost every worker
 * megabytes, and one that does not costs 39 us a look-up. */
#define SQLITE_SETTINGS							\
	"PRAGMA mmap_size = 1073741824;"				\
	"PRAGMA foreign_keys = ON;"					\
	"PRAGMA synchronous = FULL;"					\
	"PRAGMA temp_store = MEMORY;"					\
	"PRAGMA trusted_schema = OFF;"					\
	"PRAGMA cell_size_check = ON;"					\
	"PRAGMA journal_size_limit = 1048576"

enum query {
	Q_BEGIN, Q_COMMIT, Q_ROLLBACK, Q_PING,
	Q_USER_GET, Q_USER_ADD, Q_USER_LIST, Q_USER_PASSWORD, Q_USER_SCOPE,
	Q_USER_DISABLED, Q_USER_DELETE,
	Q_CLIENT_GET, Q_CLIENT_ADD, Q_CLIENT_LIST, Q_CLIENT_SECRET,
	Q_CLIENT_DELETE, Q_CLIENT_TOKENS, Q_CLIENT_FAMILIES,
	Q_TOKEN_GET, Q_TOKEN_ADD, Q_KEY_FULL, Q_TOKEN_LIST,
	Q_TOKEN_LIST_USER, Q_TOKEN_REVOKE,
	Q_TOKEN_REVOKE_ID, Q_TOKEN_REVOKE_USER, Q_TOKEN_PURGE, Q_TOKEN_FREE,
	Q_FAMILY_ADD, Q_FAMILY_REVOKE, Q_FAMILY_REVOKE_USER, Q_FAMILY_PURGE,
	Q_REFRESH_GET, Q_REFRESH_ADD, Q_REFRESH_USED, Q_REFRESH_ACCESS,
	Q_GUESS_GET, Q_GUESS_PUT, Q_GUESS_DELETE, Q_GUESS_STALE, Q_GUESS_FULL,
	Q_GUESS_LEAST, Q_GUESS_FORGET, Q_LOGIN_GET, Q_LOGIN_PUT, Q_LOGIN_STALE,
	Q_LOGIN_FULL, Q_LOGIN_LEAST,
	Q_ITEM_LIST, Q_ITEM_GET, Q_ITEM_FULL, Q_ITEM_ADD, Q_ITEM_TITLE,
	Q_ITEM_DELETE,
	QUERIES
};

/* What must stay as it was when the ledger was opened.  Who deletes -wal or
 * -shm leaves those who have them open in a world of their own. */
enum { SEEN_LEDGER, SEEN_WAL, SEEN_SHM, SEEN_DIRECTORY, SEEN };

struct sqlite {
	struct store	 base;		/* its place is a path */
	sqlite3		*db;		/* NULL: not open */
	sqlite3_file	*file;		/* db's own handle of the ledger */
	struct stat	 seen[SEEN];	/* when it was opened */
	time_t		 looked;	/* when they were seen last */
	int		 watch;		/* tells what happens to them, or -1 */
	int		 watched[SEEN];	/* by these numbers */
	int		 watches_above;	/* and all directories above */
	sqlite3_stmt	*prepared[QUERIES];
	int		 is_confined;	/* open nothing for writing */
	int		 is_single;	/* there is but one request */
	int64_t		 rest_ns;	/* SQLITE_AT_REST_NS, but in tests */
	int		 attached;	/* a lock that keeps -shm, or -1 */
	int		 is_stuck;	/* see store_is_stuck */
	const void	*live;		/* tokens that were read, or NULL */
	int		 live_fd;	/* what live is a map of */
	uint64_t	 live_seed;	/* of their sums */
};

/* What a handle is to us. */
#define SQ(store)	((struct sqlite *)(store))

struct store	*sqlite_open(const char *place, enum store_mode mode);
void	sqlite_start(struct store *store, int now, const char *name);
int	sqlite_is_stuck(const struct store *store);
void	sqlite_title(const char *place, char title[STORE_TITLE]);
int	sqlite_caution(const char *place, char *why, size_t size);
void	sqlite_free(struct store *store);
void	sqlite_token_used(struct store *store,
    const uint8_t digest[CRYPTO_DIGEST], int64_t now);
#define V(name, args, pass)	enum store_rc sqlite_##name args;
STORE_VERBS(V)
STORE_PARTS(V)
#undef V

#define SQLITE_BUSY_MS	2000
#define SQLITE_RETRY_MS		2

/* Log what SQLite says of db and where. */
void	sqlite_complain(sqlite3 *db, const char *path, const char *doing);
/* Open the ledger, or see that the open one still is the file at its path.
 * Returns 0, or -1 with the reason in the log. */
int	sqlite_ready(struct store *store);
/* Close; the next verb opens again. */
void	sqlite_close(struct store *store);
/* Look at the ledger, the files beside it, and the directory.  With why, of
 * size bytes, each must also be ours and closed to others.  Returns 0, or -1. */
int	sqlite_look(const char *path, struct stat now[SEEN], char *why,
    size_t size);
/* The same for a ledger that is not open: all must be plain files, ours and
 * nobody else's (by a link's name SQLite would have another log), and are
 * looked at in an order, the log before the ledger: who empties the log has
 * written by then what was in it to the ledger. */
int	sqlite_look_at_rest(const char *path, struct stat now[SEEN]);
/* Are these the same files, of the same owner and mode? */
int	sqlite_is_same(const struct stat a[SEEN], const struct stat b[SEEN]);
/* Are the files those that we opened, still private, and the ledger not cut
 * short under our map of it? */
int	sqlite_is_unmoved(struct store *store);
/* Have the kernel tell from here on when something happens to the files of the
 * open ledger, so that they need not be looked at for each request; until it is
 * closed.  Where that fails they are looked at. */
void	sqlite_watch(struct store *store);
/* Open store->db so that ledger, log and -shm are open for reading alone, and
 * can be nothing else: nothing that this process does writes to them.  What
 * is missing of the two is made, empty.  Returns what SQLite says. */
int	sqlite_open_reader(struct store *store);
/* Was it what the process may do that made the last call on db fail, rather
 * than the ledger?  NULL is fine. */
int	sqlite_is_barred(sqlite3 *db);
/* When a key was used by what is noted beside the ledger, or 0. */
int64_t	sqlite_used(const struct store *store,
    const uint8_t digest[CRYPTO_DIGEST]);
/* Run one statement of text, or several, that answer nothing. */
int	sqlite_run(sqlite3 *db, const char *path, const char *sql);
/* SQLite's busy handler: wait a little, SQLITE_BUSY_MS in all. */
int	sqlite_retry(void *unused, int tries);
/* Read an integer that a statement answers. */
int	sqlite_number(sqlite3 *db, const char *sql, int64_t *value);

/* Live tokens
 * ----------- */

/* A name for all that the ledger holds, which no other content has: the commit
 * by its number, the checksum of the log up to it and the log's salts, from
 * where SQLite itself looks whether anything was written; and the file that
 * lies below the log by its number and when it was changed, which nobody can
 * set. */
struct sqlite_mark {
	uint32_t	index[8];	/* all 0: nothing is in the log */
	int64_t		changed;	/* nanoseconds since 1970 */
	uint64_t	file;
};

/* A change of the file within what a clock may not tell apart could leave its
 * time as it was: nothing is kept so soon after one, and later where the time
 * alone tells of commits. */
#define SQLITE_SETTLED_NS	INT64_C(50000000)
#define SQLITE_AT_REST_NS	INT64_C(2500000000)

/* Name what the ledger, which is open, holds now.  Returns 1, or 0 when no
 * tokens are kept, a transaction is open or somebody commits at this moment. */
int	sqlite_mark(struct store *store, struct sqlite_mark *mark);
/* Name what the ledger holds, open or not, while nothing at all is in its log:
 * as it is when the last who wrote has closed it, for all who write put it into
 * the log first.  For processes of one request, which need not open it then.
 * Returns 1, or 0 where that cannot be known: also where opening it may fail,
 * and on file systems that know whole seconds only. */
int	sqlite_mark_at_rest(struct store *store, struct sqlite_mark *mark);
/* Is it long enough ago that the file was changed? */
int	sqlite_is_settled(const struct store *store,
    const struct sqlite_mark *mark);

/* From here on keep tokens, for all processes of that name (an endpoint's
 * path).  Where that fails none are kept. */
void	sqlite_live_open(struct store *store, const char *name);
void	sqlite_live_close(struct store *store);
/* Fill token as it was read when the ledger had the same mark.  Returns 1, or 0
 * when it is not among those kept. */
int	sqlite_live_get(struct store *store, const struct sqlite_mark *mark,
    const uint8_t digest[CRYPTO_DIGEST], struct store_token *token);
/* Keep token, which was read after mark was named.  If somebody committed
 * between the two, mark names what the ledger never holds again. */
void	sqlite_live_put(struct store *store, const struct sqlite_mark *mark,
    const struct store_token *token);

/* Statements
 * ---------- */

/* What follows a string of types is bound to ?1, ?2, ...: t a text, d a digest
 * of CRYPTO_DIGEST bytes, i an int64_t.  It stays the caller's. */

/* The statement of a query, bound, or NULL with the reason in the log. */
sqlite3_stmt	*sqlite_query(struct store *store, enum query query,
    const char *types, ...);
/* The same outside of a transaction: opens the ledger when it must. */
sqlite3_stmt	*sqlite_read(struct store *store, enum query query,
    const char *types, ...);
/* Step a statement, NULL being an error.  Returns 1 for a row, and then the
 * caller resets the statement when it has read enough; 0 for the end; -1 for
 * an error, which was logged.  An error that is more than "busy" or "full"
 * closes the ledger. */
int	sqlite_step(struct store *store, sqlite3_stmt *statement);
/* Step to the one row that a statement may have, and say STORE_OK, STORE_NONE
 * or STORE_DOWN. */
enum store_rc	sqlite_row(struct store *store, sqlite3_stmt *statement);
/* What came of reading rows: row is what sqlite_step said last, 1 when a row
 * could not be read. */
enum store_rc	sqlite_done(sqlite3_stmt *statement, int row);
/* Step a change inside a transaction: STORE_OK when it changed a row, else
 * STORE_NONE. */
enum store_rc	sqlite_change(struct store *store, sqlite3_stmt *statement);
/* One change as a transaction of its own. */
enum store_rc	sqlite_write(struct store *store, enum query query,
    const char *types, ...);
/* One whose rows nobody counts: that it changed none is fine. */
enum store_rc	sqlite_any(enum store_rc rc);
/* Read what Q_USER_... and Q_CLIENT_... answer; 0, or -1. */
int	sqlite_read_user(sqlite3_stmt *statement, struct store_user *user);
/* End all tokens of the user name, inside a transaction, but the one with the
 * digest keep, which may be NULL.  count has access tokens and keys. */
enum store_rc	sqlite_revoke_user(struct store *store, const char *name,
    const uint8_t *keep, int64_t *count);
/* Insert a token inside a transaction; family 0 for none. */
enum store_rc	sqlite_insert_token(struct store *store,
    const struct store_user *user, const struct store_token *token,
    const uint8_t digest[CRYPTO_DIGEST], int64_t family);
/* Delete up to most expired tokens, and families, inside a transaction; count
 * has both. */
enum store_rc	sqlite_purge(struct store *store, int64_t now, int64_t most,
    int64_t *count);
/* Copy a text column.  Returns 0, or -1 for one that does not fit: it was not
 * written by us. */
int	sqlite_text(sqlite3_stmt *statement, int column, char *out, size_t size);

/* Transactions
 * ------------ */

/* Start a transaction for writing, on the file that is at the path now. */
int	sqlite_begin(struct store *store);
/* End it: commit when rc is STORE_OK, else roll back.  Returns rc, or
 * STORE_DOWN when the commit failed. */
enum store_rc	sqlite_end(struct store *store, enum store_rc rc);

#endif
