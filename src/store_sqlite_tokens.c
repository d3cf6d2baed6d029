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
	return sqlite_read_text(s, 3, token->name, sizeof token->name) |
	    sqlite_read_text(s, 4, token->user_scope, sizeof token->user_scope) |
	    sqlite_read_text(s, 6, token->scope, sizeof token->scope);
}

enum store_rc
store_token_get(struct store *store, const uint8_t digest[CRYPTO_DIGEST],
    struct store_token *token)
{
	sqlite3_stmt *s = sqlite_open_query(store, Q_TOKEN_GET);
	int row;

	if (s == NULL)
		return STORE_DOWN;
	sqlite_bind_digest(s, 1, digest);
	row = sqlite_step(store, s);
	if (row <= 0)
		return row == 0 ? STORE_NONE : STORE_DOWN;
	row = read_token(s, token);
	sqlite3_reset(s);
	return row == 0 ? STORE_OK : STORE_DOWN;
}

/* Delete expired tokens inside a transaction. */
static enum store_rc
purge(struct store *store, int64_t now, int64_t most)
{
	sqlite3_stmt *s = sqlite_query(store, Q_TOKEN_PURGE);

	if (s == NULL)
		return STORE_DOWN;
	sqlite3_bind_int64(s, 1, now);
	sqlite3_bind_int64(s, 2, most);
	return sqlite_change(store, s) == STORE_DOWN ? STORE_DOWN : STORE_OK;
}

/* Insert one token inside a transaction.  Its digest is random or was looked
 * up before, so one that is there already is no error of the ledger. */
static enum store_rc
insert_token(struct store *store, const struct store_user *user,
    const struct store_token *token, const uint8_t digest[CRYPTO_DIGEST])
{
	sqlite3_stmt *s = sqlite_query(store, Q_TOKEN_GET);
	int row;

	if (s == NULL)
		return STORE_DOWN;
	sqlite_bind_digest(s, 1, digest);
	row = sqlite_step(store, s);
	if (row != 0) {
		if (row == 1)
			sqlite3_reset(s);
		return row == 1 ? STORE_TAKEN : STORE_DOWN;
	}
	s = sqlite_query(store, Q_TOKEN_ADD);
	if (s == NULL)
		return STORE_DOWN;
	sqlite_bind_digest(s, 1, digest);
	sqlite3_bind_int(s, 2, (int)token->kind);
	sqlite3_bind_int64(s, 3, user->id);
	sqlite_bind_text(s, 4, user->password);
	sqlite_bind_text(s, 5, token->scope);
	sqlite3_bind_int64(s, 6, token->created);
	sqlite3_bind_int64(s, 7, token->expires);
	return sqlite_change(store, s);
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
		rc = insert_token(store, user, token, digests[i]);
	return sqlite_end(store, rc);
}

enum store_rc
store_token_list(struct store *store, const char *name,
    void (*each)(const struct store_token *token, void *arg), void *arg)
{
	sqlite3_stmt *s = sqlite_open_query(store, Q_TOKEN_LIST);
	struct store_token token;
	int row = -1;

	if (s != NULL)
		sqlite_bind_text(s, 1, name);
	while (s != NULL && (row = sqlite_step(store, s)) == 1) {
		if (read_token(s, &token) != 0) {
			sqlite3_reset(s);
			return STORE_DOWN;
		}
		each(&token, arg);
	}
	return row == 0 ? STORE_OK : STORE_DOWN;
}

enum store_rc
store_token_revoke(struct store *store, const uint8_t digest[CRYPTO_DIGEST])
{
	sqlite3_stmt *s;

	if (sqlite_begin(store) != 0)
		return STORE_DOWN;
	s = sqlite_query(store, Q_TOKEN_REVOKE);
	if (s == NULL)
		return STORE_DOWN;
	sqlite_bind_digest(s, 1, digest);
	return sqlite_end(store, sqlite_change(store, s));
}

enum store_rc
store_token_revoke_id(struct store *store, const char *id)
{
	uint8_t first[CRYPTO_DIGEST], last[CRYPTO_DIGEST];
	sqlite3_stmt *s;
	size_t i;

	if (strlen(id) != STORE_ID_SIZE - 1)
		return STORE_NONE;
	memset(first, 0, sizeof first);
	memset(last, 0xff, sizeof last);
	for (i = 0; i < (STORE_ID_SIZE - 1) / 2; i++) {
		int high = text_hex(id[2 * i]), low = text_hex(id[2 * i + 1]);

		if (high < 0 || low < 0)
			return STORE_NONE;
		first[i] = last[i] = (uint8_t)(high << 4 | low);
	}
	if (sqlite_begin(store) != 0)
		return STORE_DOWN;
	s = sqlite_query(store, Q_TOKEN_REVOKE_ID);
	if (s == NULL)
		return STORE_DOWN;
	sqlite_bind_digest(s, 1, first);
	sqlite_bind_digest(s, 2, last);
	return sqlite_end(store, sqlite_change(store, s));
}

enum store_rc
store_token_revoke_user(struct store *store, const char *name, int64_t *count)
{
	struct store_user user;
	enum store_rc rc;

	*count = 0;
	rc = store_user_get(store, name, &user);
	if (rc != STORE_OK)
		return rc;
	if (sqlite_begin(store) != 0)
		return STORE_DOWN;
	rc = sqlite_change_user(store, Q_TOKEN_REVOKE_USER, name, NULL, 0);
	if (rc == STORE_OK)
		*count = sqlite3_changes64(store->db);
	return sqlite_end(store, rc == STORE_NONE ? STORE_OK : rc);
}

enum store_rc
store_token_purge(struct store *store, int64_t now, int64_t most,
    int64_t *count)
{
	enum store_rc rc;

	*count = 0;
	if (sqlite_begin(store) != 0)
		return STORE_DOWN;
	rc = purge(store, now, most);
	if (rc == STORE_OK)
		*count = sqlite3_changes64(store->db);
	return sqlite_end(store, rc);
}

