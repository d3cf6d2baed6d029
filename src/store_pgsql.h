/* store_pgsql - what the files of the PostgreSQL ledger share.  Nobody else
 * includes this. */
#ifndef STORE_PGSQL_H
#define STORE_PGSQL_H

#include "config.h"
#include "pq.h"
#include "store_ops.h"
#include "store_rules.h"

enum pgsql_query {
	P_PING, P_CLOCK, P_COUNT,
	P_USER_GET, P_USER_ADD, P_USER_LIST, P_USER_PASSWORD, P_USER_SCOPE,
	P_USER_DISABLED, P_USER_DELETE, P_USER_HOLD,
	P_CLIENT_GET, P_CLIENT_ADD, P_CLIENT_LIST, P_CLIENT_SECRET,
	P_CLIENT_DELETE, P_CLIENT_TOKENS, P_CLIENT_FAMILIES,
	P_TOKEN_GET, P_TOKEN_ADD, P_KEY_COUNT, P_TOKEN_LIST, P_TOKEN_REVOKE,
	P_TOKEN_REVOKE_RANGE, P_TOKEN_REVOKE_USER, P_TOKEN_PURGE, P_TOKEN_FREE,
	P_TOKEN_USED,
	P_FAMILY_ADD, P_FAMILY_HOLD, P_FAMILY_REVOKE, P_FAMILY_REVOKE_USER,
	P_FAMILY_PURGE,
	P_REFRESH_GET, P_REFRESH_ADD, P_REFRESH_USED, P_REFRESH_ACCESS,
	P_GUESS_GET, P_GUESS_HOLD, P_GUESS_PUT, P_GUESS_DELETE, P_GUESS_STALE,
	P_GUESS_COUNT, P_GUESS_LEAST, P_GUESS_FORGET, P_LOGIN_GET, P_LOGIN_PUT,
	P_LOGIN_STALE, P_LOGIN_COUNT, P_LOGIN_LEAST,
	P_ITEM_LIST, P_ITEM_GET, P_ITEM_COUNT, P_ITEM_ADD, P_ITEM_TITLE,
	P_ITEM_DELETE,
	PGSQL_QUERIES
};

/* What went wrong last, and so what may be done about it. */
enum pgsql_trouble {
	PGSQL_OTHER,			/* nothing */
	PGSQL_LATE,			/* no answer in time: nothing */
	PGSQL_LOST,			/* the connection: make another */
	PGSQL_AGAIN,			/* in the way of others: try again */
	PGSQL_TWICE,			/* a unique value is there already */
	PGSQL_ALIEN,			/* a text that no value can be */
	PGSQL_FINE
};

struct pgsql {
	struct store	 base;		/* its place is string, below */
	char		 string[CONFIG_PATH];	/* for libpq */
	char		 title[STORE_TITLE];	/* what the log calls it */
	PGconn		*link;		/* NULL: not connected */
	PGresult	*result;	/* of the last query */
	unsigned char	 known[PGSQL_QUERIES];	/* see pgsql_query */
	enum pgsql_trouble trouble;
	int		 warned;	/* the server warned since */
	int64_t		 skew;		/* its clock less ours, ms */
	int64_t		 skew_at;	/* when it was so, by ours */
	int64_t		 shut_until;	/* monotonic, ms: connect to nobody */
	int		 is_lost;	/* store_now got no answer */
	int		 attempts, links;	/* of the transaction at hand */
	int		 is_over;	/* the transaction at hand is */
	enum store_rc	 said;		/* what came of it */
};

/* What a handle is to us. */
#define PG(store)	((struct pgsql *)(store))

struct store	*pgsql_open(const char *place, enum store_mode mode);
void	pgsql_free(struct store *store);
void	pgsql_start(struct store *store, int now, const char *name);
int	pgsql_is_stuck(const struct store *store);
void	pgsql_title(const char *place, char title[STORE_TITLE]);
int	pgsql_caution(const char *place, char *why, size_t size);
void	pgsql_token_used(struct store *store,
    const uint8_t digest[CRYPTO_DIGEST], int64_t now);
#define V(name, args, pass)	enum store_rc pgsql_##name args;
STORE_VERBS(V)
STORE_PARTS(V)
#undef V

/* The connection
 * -------------- */

/* Write the connection string that stands behind the scheme: a URI starts there
 * with two slashes.  "" when it is too long. */
void	pgsql_string(const char *place, char string[CONFIG_PATH]);
/* Connect, unless that was done and the server has not hung up since.  Returns
 * 0, or -1 with the reason in the log, also when what is there is no ledger, a
 * standby, or a server that does not keep what it acknowledges. */
int	pgsql_ready(struct store *store);
/* The same for who makes the ledger: there may be none. */
int	pgsql_ready_raw(struct store *store);
/* Hang up; the next verb connects again. */
void	pgsql_close(struct store *store);
/* The server did not answer: ask it nothing for a while. */
void	pgsql_shut(struct store *store);
/* Our clock: milliseconds that only go on, also while the machine sleeps. */
int64_t	pgsql_clock(void);
/* Take the server's clock, milliseconds since 1970, from an answer. */
void	pgsql_set_clock(struct store *store, int row, int column);

/* Statements
 * ---------- */

/* What follows a string of types is bound to $1, $2, ...: t a text, d a digest
 * of CRYPTO_DIGEST bytes, either perhaps NULL, i an int64_t, a a text that is
 * an array of digests.  All say STORE_OK when there were rows, answered or
 * changed, STORE_NONE when there were none, STORE_TAKEN when a unique value
 * was there already, and else STORE_DOWN with the reason in the log. */

/* A query that reads, outside of a transaction; asked again by another
 * connection when this one was lost. */
enum store_rc	pgsql_read(struct store *store, enum pgsql_query query,
    const char *types, ...);
/* A change that is a transaction of its own.  When the connection is lost
 * nobody knows what came of it, and it is not asked again. */
enum store_rc	pgsql_write(struct store *store, enum pgsql_query query,
    const char *types, ...);
/* Either, inside a transaction. */
enum store_rc	pgsql_ask(struct store *store, enum pgsql_query query,
    const char *types, ...);
/* A statement of no query's, with values as text, digests as they are; as
 * pgsql_read does with may_repeat, and else as pgsql_write.  I and T are arrays
 * of int64_t and of texts. */
enum store_rc	pgsql_rows_do(struct store *store, const char *sql,
    const char *types, const char *const *values, int may_repeat);
/* Run text, perhaps several statements; the result is the last one's.  Returns
 * 0, or -1 with the reason in the log. */
int	pgsql_command(struct store *store, const char *text);
/* One whose rows nobody counts: that there were none is fine. */
enum store_rc	pgsql_any(enum store_rc rc);

/* The last result: its rows, how many it answered or changed, its values. */
int	pgsql_rows(struct store *store);
int64_t	pgsql_count(struct store *store);
int64_t	pgsql_int(struct store *store, int row, int column);
/* These return 0, or -1 for what does not fit: it was not written by us. */
int	pgsql_text(struct store *store, int row, int column, char *out,
    size_t size);
int	pgsql_digest(struct store *store, int row, int column,
    uint8_t digest[CRYPTO_DIGEST]);

/* Transactions
 * ------------ */

/* A verb that is a transaction goes
 *
 *	while (pgsql_begin(store))
 *		pgsql_end(store, body(store, ...));
 *	return pgsql_said(store);
 *
 * and its body may be run several times: when the server wants it tried again,
 * and when the connection was lost, once, unless that was during the commit.
 * pgsql_end commits when rc is STORE_OK or STORE_REUSED, and else rolls back. */
int	pgsql_begin(struct store *store);
void	pgsql_end(struct store *store, enum store_rc rc);
enum store_rc	pgsql_said(struct store *store);

/* Inside of a transaction
 * ----------------------- */

/* Read what P_USER_... and P_CLIENT_... answer; 0, or -1. */
int	pgsql_read_user(struct store *store, int row, struct store_user *user);
/* End all tokens of the user name but the one with the digest keep, which may
 * be NULL.  count has access tokens and keys. */
enum store_rc	pgsql_revoke_user(struct store *store, const char *name,
    const uint8_t *keep, int64_t *count);
/* Insert tokens, at most PGSQL_BATCH; family 0 for none. */
#define PGSQL_BATCH	1000
enum store_rc	pgsql_insert_tokens(struct store *store,
    const struct store_user *user, const struct store_token *token,
    const uint8_t (*digests)[CRYPTO_DIGEST], size_t count, int64_t family);
/* Delete up to most expired tokens, and families; count has both. */
enum store_rc	pgsql_purge(struct store *store, int64_t now, int64_t most,
    int64_t *count);

#endif
