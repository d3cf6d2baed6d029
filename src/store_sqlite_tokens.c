/* store_sqlite_tokens - the ledger on SQLite: tokens. */
#include <string.h>

#include "store_sqlite.h"
#include "text.h"

static int
read_token(sqlite3_stmt *s, struct store_token *token)
{
	const void *digest = sqlite3_column_blob(s, 0);

	if (digest == NULL || sqlite3_column_bytes(s, 0) != CRYPTO_DIGEST ||
	    sqlite3_column_int(s, 9) != 1)
		return -1;
	memcpy(token->digest, digest, CRYPTO_DIGEST);
	token->kind = sqlite3_column_int(s, 1) == STORE_KIND_ACCESS ?
	    STORE_KIND_ACCESS : STORE_KIND_NONE;
	token->user = sqlite3_column_int64(s, 2);
	token->user_disabled = sqlite3_column_int(s, 5) != 0;
	token->created = sqlite3_column_int64(s, 7);
	token->expires = sqlite3_column_int64(s, 8);
	return sqlite_text(s, 3, token->name, sizeof token->name) |
	    sqlite_text(s, 4, token->user_scope, sizeof token->user_scope) |
	    sqlite_text(s, 6, token->scope, sizeof token->scope);
}

enum store_rc
store_token_get(struct store *store, const uint8_t digest[CRYPTO_DIGEST],
    struct store_token *token)
{
	sqlite3_stmt *s = sqlite_read(store, Q_TOKEN_GET, "d", digest);
	enum store_rc rc = sqlite_row(store, s);

	if (rc != STORE_OK)
		return rc;
	if (read_token(s, token) != 0)
		rc = STORE_DOWN;
	sqlite3_reset(s);
	return rc;
}

/* Delete expired tokens inside a transaction; that there are none is fine. */
static enum store_rc
purge(struct store *store, int64_t now, int64_t most)
{
	enum store_rc rc = sqlite_change(store,
	    sqlite_query(store, Q_TOKEN_PURGE, "ii", now, most));

	return rc == STORE_NONE ? STORE_OK : rc;
}

/* Insert one token inside a transaction. */
static enum store_rc
insert(struct store *store, const struct store_user *user,
    const struct store_token *token, const uint8_t digest[CRYPTO_DIGEST])
{
	sqlite3_stmt *s = sqlite_query(store, Q_TOKEN_GET, "d", digest);
	enum store_rc rc = sqlite_row(store, s);

	if (rc == STORE_OK)
		sqlite3_reset(s);
	if (rc != STORE_NONE)
		return rc == STORE_OK ? STORE_TAKEN : rc;
	return sqlite_change(store, sqlite_query(store, Q_TOKEN_ADD, "diittii",
	    digest, (int64_t)token->kind, user->id, user->password,
	    token->scope, token->created, token->expires));
}

enum store_rc
store_token_add(struct store *store, const struct store_user *user,
    const struct store_token *token, const uint8_t (*digests)[CRYPTO_DIGEST],
    size_t count)
{
	const int64_t batch = 32;
	enum store_rc rc;
	size_t i;

	if (sqlite_begin(store) != 0)
		return STORE_DOWN;
	rc = purge(store, token->created, batch);
	for (i = 0; i < count && rc == STORE_OK; i++)
		rc = insert(store, user, token, digests[i]);
	return sqlite_end(store, rc);
}

enum store_rc
store_token_list(struct store *store, const char *name,
    void (*each)(const struct store_token *token, void *arg), void *arg)
{
	sqlite3_stmt *s = sqlite_read(store, Q_TOKEN_LIST, "t", name);
	struct store_token token;
	int row;

	while ((row = sqlite_step(store, s)) == 1 &&
	    read_token(s, &token) == 0)
		each(&token, arg);
	return sqlite_done(s, row);
}

enum store_rc
store_token_revoke(struct store *store, const uint8_t digest[CRYPTO_DIGEST])
{
	return sqlite_write(store, Q_TOKEN_REVOKE, "d", digest);
}

enum store_rc
store_token_revoke_id(struct store *store, const char *id)
{
	uint8_t first[CRYPTO_DIGEST], last[CRYPTO_DIGEST];

	memset(first, 0, sizeof first);
	memset(last, 0xff, sizeof last);
	if (store_id_read(id, first) != 0 || store_id_read(id, last) != 0)
		return STORE_NONE;
	return sqlite_write(store, Q_TOKEN_REVOKE_ID, "dd", first, last);
}

enum store_rc
store_token_revoke_user(struct store *store, const char *name, int64_t *count)
{
	struct store_user user;
	enum store_rc rc = store_user_get(store, name, &user);

	*count = 0;
	if (rc != STORE_OK)
		return rc;
	rc = sqlite_write(store, Q_TOKEN_REVOKE_USER, "t", name);
	if (rc == STORE_OK)
		*count = sqlite3_changes64(store->db);
	return rc == STORE_NONE ? STORE_OK : rc;
}

enum store_rc
store_token_purge(struct store *store, int64_t now, int64_t most,
    int64_t *count)
{
	enum store_rc rc = sqlite_write(store, Q_TOKEN_PURGE, "ii", now, most);

	*count = rc == STORE_OK ? sqlite3_changes64(store->db) : 0;
	return rc == STORE_NONE ? STORE_OK : rc;
}
