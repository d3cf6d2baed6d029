/* store_sqlite_verbs - the ledger on SQLite: users, tokens, items. */
#include <string.h>

#include "log.h"
#include "store_sqlite.h"
#include "text.h"

static void
bind_text(sqlite3_stmt *s, int at, const char *text)
{
	sqlite3_bind_text(s, at, text, -1, SQLITE_STATIC);
}

static void
bind_digest(sqlite3_stmt *s, int at, const uint8_t digest[CRYPTO_DIGEST])
{
	sqlite3_bind_blob(s, at, digest, CRYPTO_DIGEST, SQLITE_STATIC);
}

/* Copy a text column.  One that does not fit was not written by us. */
static int
read_text(sqlite3_stmt *s, int column, char *out, size_t size)
{
	const char *text = (const char *)sqlite3_column_text(s, column);

	if (text != NULL && text_copy(out, size, text) == 0)
		return 0;
	log_event("ledger: a value does not fit");
	return -1;
}

static int
read_user(sqlite3_stmt *s, struct store_user *user)
{
	user->id = sqlite3_column_int64(s, 0);
	user->disabled = sqlite3_column_int(s, 4) != 0;
	user->created = sqlite3_column_int64(s, 5);
	return read_text(s, 1, user->name, sizeof user->name) |
	    read_text(s, 2, user->password, sizeof user->password) |
	    read_text(s, 3, user->scope, sizeof user->scope);
}

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
	return read_text(s, 3, token->name, sizeof token->name) |
	    read_text(s, 4, token->user_scope, sizeof token->user_scope) |
	    read_text(s, 6, token->scope, sizeof token->scope);
}

static int
read_item(sqlite3_stmt *s, struct store_item *item)
{
	return read_text(s, 0, item->id, sizeof item->id) |
	    read_text(s, 1, item->title, sizeof item->title);
}

/* A query of an open ledger, or NULL. */
static sqlite3_stmt *
open_query(struct store *store, enum query query)
{
	return sqlite_ready(store) == 0 ? sqlite_query(store, query) : NULL;
}

/* Run a bound change inside a transaction: did it change a row? */
static enum store_rc
change(struct store *store, sqlite3_stmt *s)
{
	if (sqlite_step(store, s) != 0)
		return STORE_DOWN;
	return sqlite3_changes(store->db) > 0 ? STORE_OK : STORE_NONE;
}

/* A change of the one user called name; value is bound as ?2. */
static enum store_rc
change_user(struct store *store, enum query query, const char *name,
    const char *text, int number)
{
	sqlite3_stmt *s = sqlite_query(store, query);

	if (s == NULL)
		return STORE_DOWN;
	bind_text(s, 1, name);
	if (text != NULL)
		bind_text(s, 2, text);
	else if (sqlite3_bind_parameter_count(s) > 1)
		sqlite3_bind_int(s, 2, number);
	return change(store, s);
}

enum store_rc
store_user_get(struct store *store, const char *name, struct store_user *user)
{
	sqlite3_stmt *s = open_query(store, Q_USER_GET);
	int row;

	if (s == NULL)
		return STORE_DOWN;
	bind_text(s, 1, name);
	row = sqlite_step(store, s);
	if (row <= 0)
		return row == 0 ? STORE_NONE : STORE_DOWN;
	row = read_user(s, user);
	sqlite3_reset(s);
	return row == 0 ? STORE_OK : STORE_DOWN;
}

enum store_rc
store_user_add(struct store *store, struct store_user *user)
{
	enum store_rc rc = STORE_DOWN;
	sqlite3_stmt *s;

	if (sqlite_begin(store) != 0)
		return STORE_DOWN;
	s = sqlite_query(store, Q_USER_ADD);
	if (s != NULL) {
		bind_text(s, 1, user->name);
		bind_text(s, 2, user->password);
		bind_text(s, 3, user->scope);
		sqlite3_bind_int64(s, 4, user->created);
		rc = change(store, s);
	}
	if (rc == STORE_OK)
		user->id = sqlite3_last_insert_rowid(store->db);
	return sqlite_end(store, rc == STORE_NONE ? STORE_TAKEN : rc);
}

enum store_rc
store_user_list(struct store *store,
    void (*each)(const struct store_user *user, void *arg), void *arg)
{
	sqlite3_stmt *s = open_query(store, Q_USER_LIST);
	struct store_user user;
	int row = -1;

	while (s != NULL && (row = sqlite_step(store, s)) == 1) {
		if (read_user(s, &user) != 0) {
			sqlite3_reset(s);
			return STORE_DOWN;
		}
		each(&user, arg);
	}
	return row == 0 ? STORE_OK : STORE_DOWN;
}

enum store_rc
store_user_set_password(struct store *store, const struct store_user *user,
    const char *hash)
{
	enum store_rc rc = STORE_DOWN;
	sqlite3_stmt *s;

	if (sqlite_begin(store) != 0)
		return STORE_DOWN;
	s = sqlite_query(store, Q_USER_PASSWORD);
	if (s != NULL) {
		sqlite3_bind_int64(s, 1, user->id);
		bind_text(s, 2, user->password);
		bind_text(s, 3, hash);
		rc = change(store, s);
	}
	return sqlite_end(store, rc);
}

enum store_rc
store_user_set_scope(struct store *store, const char *name, const char *scope)
{
	if (sqlite_begin(store) != 0)
		return STORE_DOWN;
	return sqlite_end(store,
	    change_user(store, Q_USER_SCOPE, name, scope, 0));
}

enum store_rc
store_user_set_disabled(struct store *store, const char *name, int disabled)
{
	enum store_rc rc;

	if (sqlite_begin(store) != 0)
		return STORE_DOWN;
	rc = change_user(store, Q_USER_DISABLED, name, NULL, disabled);
	if (rc == STORE_OK && disabled &&
	    change_user(store, Q_TOKEN_REVOKE_USER, name, NULL, 0) ==
	    STORE_DOWN)
		rc = STORE_DOWN;
	return sqlite_end(store, rc);
}

enum store_rc
store_user_delete(struct store *store, const char *name)
{
	if (sqlite_begin(store) != 0)
		return STORE_DOWN;
	return sqlite_end(store,
	    change_user(store, Q_USER_DELETE, name, NULL, 0));
}

enum store_rc
store_token_get(struct store *store, const uint8_t digest[CRYPTO_DIGEST],
    struct store_token *token)
{
	sqlite3_stmt *s = open_query(store, Q_TOKEN_GET);
	int row;

	if (s == NULL)
		return STORE_DOWN;
	bind_digest(s, 1, digest);
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
	return change(store, s) == STORE_DOWN ? STORE_DOWN : STORE_OK;
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
	bind_digest(s, 1, digest);
	row = sqlite_step(store, s);
	if (row != 0) {
		if (row == 1)
			sqlite3_reset(s);
		return row == 1 ? STORE_TAKEN : STORE_DOWN;
	}
	s = sqlite_query(store, Q_TOKEN_ADD);
	if (s == NULL)
		return STORE_DOWN;
	bind_digest(s, 1, digest);
	sqlite3_bind_int(s, 2, (int)token->kind);
	sqlite3_bind_int64(s, 3, user->id);
	bind_text(s, 4, user->password);
	bind_text(s, 5, token->scope);
	sqlite3_bind_int64(s, 6, token->created);
	sqlite3_bind_int64(s, 7, token->expires);
	return change(store, s);
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
	sqlite3_stmt *s = open_query(store, Q_TOKEN_LIST);
	struct store_token token;
	int row = -1;

	if (s != NULL)
		bind_text(s, 1, name);
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
	bind_digest(s, 1, digest);
	return sqlite_end(store, change(store, s));
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
	bind_digest(s, 1, first);
	bind_digest(s, 2, last);
	return sqlite_end(store, change(store, s));
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
	rc = change_user(store, Q_TOKEN_REVOKE_USER, name, NULL, 0);
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

enum store_rc
store_item_list(struct store *store, const char *name,
    void (*each)(const struct store_item *item, void *arg), void *arg)
{
	sqlite3_stmt *s = open_query(store, Q_ITEM_LIST);
	struct store_item item;
	int row = -1;

	if (s != NULL)
		bind_text(s, 1, name);
	while (s != NULL && (row = sqlite_step(store, s)) == 1) {
		if (read_item(s, &item) != 0) {
			sqlite3_reset(s);
			return STORE_DOWN;
		}
		each(&item, arg);
	}
	return row == 0 ? STORE_OK : STORE_DOWN;
}

enum store_rc
store_item_add(struct store *store, const char *name,
    const struct store_item *item)
{
	sqlite3_stmt *s;

	if (sqlite_begin(store) != 0)
		return STORE_DOWN;
	s = sqlite_query(store, Q_ITEM_ADD);
	if (s == NULL)
		return STORE_DOWN;
	bind_text(s, 1, name);
	bind_text(s, 2, item->id);
	bind_text(s, 3, item->title);
	return sqlite_end(store, change(store, s));
}
