/* store_sqlite_users - the ledger on SQLite: users and their items. */
#include "store_sqlite.h"

static int
read_user(sqlite3_stmt *s, struct store_user *user)
{
	user->id = sqlite3_column_int64(s, 0);
	user->disabled = sqlite3_column_int(s, 4) != 0;
	user->created = sqlite3_column_int64(s, 5);
	return sqlite_read_text(s, 1, user->name, sizeof user->name) |
	    sqlite_read_text(s, 2, user->password, sizeof user->password) |
	    sqlite_read_text(s, 3, user->scope, sizeof user->scope);
}

static int
read_item(sqlite3_stmt *s, struct store_item *item)
{
	return sqlite_read_text(s, 0, item->id, sizeof item->id) |
	    sqlite_read_text(s, 1, item->title, sizeof item->title);
}

enum store_rc
store_user_get(struct store *store, const char *name, struct store_user *user)
{
	sqlite3_stmt *s = sqlite_open_query(store, Q_USER_GET);
	int row;

	if (s == NULL)
		return STORE_DOWN;
	sqlite_bind_text(s, 1, name);
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
		sqlite_bind_text(s, 1, user->name);
		sqlite_bind_text(s, 2, user->password);
		sqlite_bind_text(s, 3, user->scope);
		sqlite3_bind_int64(s, 4, user->created);
		rc = sqlite_change(store, s);
	}
	if (rc == STORE_OK)
		user->id = sqlite3_last_insert_rowid(store->db);
	return sqlite_end(store, rc == STORE_NONE ? STORE_TAKEN : rc);
}

enum store_rc
store_user_list(struct store *store,
    void (*each)(const struct store_user *user, void *arg), void *arg)
{
	sqlite3_stmt *s = sqlite_open_query(store, Q_USER_LIST);
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
		sqlite_bind_text(s, 2, user->password);
		sqlite_bind_text(s, 3, hash);
		rc = sqlite_change(store, s);
	}
	return sqlite_end(store, rc);
}

enum store_rc
store_user_set_scope(struct store *store, const char *name, const char *scope)
{
	if (sqlite_begin(store) != 0)
		return STORE_DOWN;
	return sqlite_end(store,
	    sqlite_change_user(store, Q_USER_SCOPE, name, scope, 0));
}

enum store_rc
store_user_set_disabled(struct store *store, const char *name, int disabled)
{
	enum store_rc rc;

	if (sqlite_begin(store) != 0)
		return STORE_DOWN;
	rc = sqlite_change_user(store, Q_USER_DISABLED, name, NULL, disabled);
	if (rc == STORE_OK && disabled &&
	    sqlite_change_user(store, Q_TOKEN_REVOKE_USER, name, NULL, 0) ==
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
	    sqlite_change_user(store, Q_USER_DELETE, name, NULL, 0));
}

enum store_rc
store_item_list(struct store *store, const char *name,
    void (*each)(const struct store_item *item, void *arg), void *arg)
{
	sqlite3_stmt *s = sqlite_open_query(store, Q_ITEM_LIST);
	struct store_item item;
	int row = -1;

	if (s != NULL)
		sqlite_bind_text(s, 1, name);
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
	sqlite_bind_text(s, 1, name);
	sqlite_bind_text(s, 2, item->id);
	sqlite_bind_text(s, 3, item->title);
	return sqlite_end(store, sqlite_change(store, s));
}
