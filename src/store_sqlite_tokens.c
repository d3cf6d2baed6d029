/* store_sqlite_tokens - the ledger on SQLite: tokens. */
#include <string.h>

#include "store_sqlite.h"
#include "text.h"

/* When a key was used is noted beside the ledger. */
static void
read_use(const struct store *store, struct store_token *token)
{
	int64_t used;

	if (token->kind == STORE_KIND_KEY &&
	    (used = sqlite_used(store, token->digest)) > token->used)
		token->used = used;
}

static int
read_token(sqlite3_stmt *s, struct store_token *token)
{
	const void *digest = sqlite3_column_blob(s, 0);

	if (digest == NULL || sqlite3_column_bytes(s, 0) != CRYPTO_DIGEST ||
	    sqlite3_column_int(s, 9) != 1)
		return -1;
	memcpy(token->digest, digest, CRYPTO_DIGEST);
	token->kind = store_kind_of(sqlite3_column_int64(s, 1));
	token->user = sqlite3_column_int64(s, 2);
	token->user_disabled = sqlite3_column_int(s, 5) != 0;
	token->created = sqlite3_column_int64(s, 7);
	token->expires = sqlite3_column_int64(s, 8);
	token->used = sqlite3_column_int64(s, 12);
	return sqlite_text(s, 3, token->name, sizeof token->name) |
	    sqlite_text(s, 4, token->user_scope, sizeof token->user_scope) |
	    sqlite_text(s, 6, token->scope, sizeof token->scope) |
	    sqlite_text(s, 10, token->client, sizeof token->client) |
	    sqlite_text(s, 11, token->label, sizeof token->label);
}

/* Read a token from the ledger, and keep it under mark, unless that is NULL. */
static enum store_rc
ask(struct store *store, const uint8_t digest[CRYPTO_DIGEST],
    const struct sqlite_mark *mark, struct store_token *token)
{
	sqlite3_stmt *s = sqlite_query(store, Q_TOKEN_GET, "d", digest);
	enum store_rc rc = sqlite_row(store, s);

	if (rc != STORE_OK)
		return rc;
	if (read_token(s, token) != 0)
		rc = STORE_DOWN;
	sqlite3_reset(s);
	if (rc == STORE_OK && mark != NULL)
		sqlite_live_put(store, mark, token);
	return rc;
}

/* The same for a ledger that is not open, and is not opened when the token is
 * kept. */
static enum store_rc
get_at_rest(struct store *store, const uint8_t digest[CRYPTO_DIGEST],
    const struct sqlite_mark *mark, struct store_token *token)
{
	struct sqlite_mark after;
	enum store_rc rc;

	if (sqlite_live_get(store, mark, digest, token))
		return STORE_OK;
	if (sqlite_ready(store) != 0)
		return STORE_DOWN;
	rc = ask(store, digest, NULL, token);
	/* What was in the log meanwhile is not in the file that mark names. */
	if (rc == STORE_OK && sqlite_mark_at_rest(store, &after) &&
	    memcmp(mark, &after, sizeof after) == 0)
		sqlite_live_put(store, mark, token);
	return rc;
}

static enum store_rc
get(struct store *store, const uint8_t digest[CRYPTO_DIGEST],
    struct store_token *token)
{
	struct sqlite_mark mark;

	if (SQ(store)->db == NULL && sqlite_mark_at_rest(store, &mark))
		return get_at_rest(store, digest, &mark, token);
	if (sqlite_ready(store) != 0)
		return STORE_DOWN;
	if (!sqlite_mark(store, &mark))
		return ask(store, digest, NULL, token);
	if (sqlite_live_get(store, &mark, digest, token))
		return STORE_OK;
	return ask(store, digest, &mark, token);
}

enum store_rc
sqlite_token_get(struct store *store, const uint8_t digest[CRYPTO_DIGEST],
    struct store_token *token)
{
	enum store_rc rc = get(store, digest, token);

	if (rc == STORE_OK)
		read_use(store, token);
	return rc;
}

/* A deletion inside a transaction; adds to count how many rows it was, not
 * counting what went with them. */
static enum store_rc
delete(struct store *store, sqlite3_stmt *s, int64_t *count)
{
	enum store_rc rc = sqlite_change(store, s);

	if (rc == STORE_OK)
		*count += sqlite3_changes64(SQ(store)->db);
	return sqlite_any(rc);
}

enum store_rc
sqlite_purge(struct store *store, int64_t now, int64_t most, int64_t *count)
{
	enum store_rc rc;

	*count = 0;
	rc = delete(store, sqlite_query(store, Q_TOKEN_PURGE, "ii", now, most),
	    count);
	return rc != STORE_OK ? rc : delete(store,
	    sqlite_query(store, Q_FAMILY_PURGE, "ii", now, most), count);
}

enum store_rc
sqlite_insert_token(struct store *store, const struct store_user *user,
    const struct store_token *token, const uint8_t digest[CRYPTO_DIGEST],
    int64_t family)
{
	sqlite3_stmt *s = sqlite_query(store, Q_TOKEN_GET, "d", digest);
	enum store_rc rc = sqlite_row(store, s);

	if (rc == STORE_OK)
		sqlite3_reset(s);
	if (rc != STORE_NONE)
		return rc == STORE_OK ? STORE_TAKEN : rc;
	return sqlite_change(store, sqlite_query(store, Q_TOKEN_ADD,
	    "diittiitti", digest, (int64_t)token->kind, user->id,
	    user->password, token->scope, token->created, token->expires,
	    token->client, token->label, family));
}

enum store_rc
sqlite_token_add(struct store *store, const struct store_user *user,
    const struct store_token *token, const uint8_t (*digests)[CRYPTO_DIGEST],
    size_t count)
{
	enum store_rc rc;
	int64_t purged;
	size_t i;

	if (sqlite_begin(store) != 0)
		return STORE_DOWN;
	rc = sqlite_purge(store, token->created,
	    STORE_PURGE_BATCH, &purged);
	for (i = 0; i < count && rc == STORE_OK; i++)
		rc = sqlite_insert_token(store, user, token, digests[i], 0);
	return sqlite_end(store, rc);
}

enum store_rc
sqlite_key_add(struct store *store, const struct store_user *user,
    const struct store_token *key, const uint8_t digest[CRYPTO_DIGEST],
    int64_t most)
{
	enum store_rc rc;
	sqlite3_stmt *s;

	if (sqlite_begin(store) != 0)
		return STORE_DOWN;
	s = sqlite_query(store, Q_KEY_FULL, "iiii", user->id,
	    (int64_t)key->kind, key->created, most);
	rc = sqlite_row(store, s);
	if (rc == STORE_OK) {
		sqlite3_reset(s);
		rc = STORE_TAKEN;
	} else if (rc == STORE_NONE)
		rc = sqlite_insert_token(store, user, key, digest, 0);
	return sqlite_end(store, rc);
}

enum store_rc
sqlite_token_list(struct store *store, const char *name, enum store_kind kind,
    void (*each)(const struct store_token *token, void *arg), void *arg)
{
	sqlite3_stmt *s = sqlite_read(store, name != NULL ?
	    Q_TOKEN_LIST_USER : Q_TOKEN_LIST, "ti", name, (int64_t)kind);
	struct store_token token;
	int row;

	while ((row = sqlite_step(store, s)) == 1 &&
	    read_token(s, &token) == 0) {
		read_use(store, &token);
		each(&token, arg);
	}
	return sqlite_done(s, row);
}

enum store_rc
sqlite_token_revoke(struct store *store, const uint8_t digest[CRYPTO_DIGEST])
{
	return sqlite_write(store, Q_TOKEN_REVOKE, "d", digest);
}

enum store_rc
sqlite_token_revoke_range(struct store *store,
    const uint8_t first[CRYPTO_DIGEST], const uint8_t last[CRYPTO_DIGEST],
    enum store_kind kind, const char *name)
{
	return sqlite_write(store, Q_TOKEN_REVOKE_ID, "ddit", first, last,
	    (int64_t)kind, name);
}

enum store_rc
sqlite_revoke_user(struct store *store, const char *name, const uint8_t *keep,
    int64_t *count)
{
	enum store_rc rc = STORE_OK;

	*count = 0;
	if (keep != NULL)		/* or it goes with its family */
		rc = sqlite_any(sqlite_change(store,
		    sqlite_query(store, Q_TOKEN_FREE, "d", keep)));
	if (rc == STORE_OK)
		rc = delete(store, sqlite_query(store, Q_TOKEN_REVOKE_USER,
		    "td", name, keep), count);
	return rc != STORE_OK ? rc : sqlite_any(sqlite_change(store,
	    sqlite_query(store, Q_FAMILY_REVOKE_USER, "t", name)));
}

enum store_rc
sqlite_token_revoke_user(struct store *store, const char *name, int64_t *count)
{
	struct store_user user;
	enum store_rc rc = sqlite_user_get(store, name, &user);

	*count = 0;
	if (rc != STORE_OK)
		return rc;
	if (sqlite_begin(store) != 0)
		return STORE_DOWN;
	return sqlite_end(store, sqlite_revoke_user(store, name, NULL, count));
}

enum store_rc
sqlite_token_purge(struct store *store, int64_t now, int64_t most,
    int64_t *count)
{
	*count = 0;
	if (sqlite_begin(store) != 0)
		return STORE_DOWN;
	return sqlite_end(store, sqlite_purge(store, now, most, count));
}
