/* store_sqlite_users - the ledger on SQLite: users and their items. */
#include "store_sqlite.h"

int
sqlite_read_user(sqlite3_stmt *s, struct store_user *user)
{
	user->id = sqlite3_column_int64(s, 0);
	user->disabled = sqlite3_column_int(s, 4) != 0;
	user->created = sqlite3_column_int64(s, 5);
	return sqlite_text(s, 1, user->name, sizeof user->name) |
	    sqlite_text(s, 2, user->password, sizeof user->password) |
	    sqlite_text(s, 3, user->scope, sizeof user->scope);
}

enum store_rc
sqlite_user_get(struct store *store, const char *name, struct store_user *user)
{
	sqlite3_stmt *s = sqlite_read(store, Q_USER_GET, "t", name);
	enum store_rc rc = sqlite_row(store, s);

	if (rc != STORE_OK)
		return rc;
	if (sqlite_read_user(s, user) != 0)
		rc = STORE_DOWN;
	sqlite3_reset(s);
	return rc;
}

enum store_rc
sqlite_user_list(struct store *store,
    void (*each)(const struct store_user *user, void *arg), void *arg)
{
	sqlite3_stmt *s = sqlite_read(store, Q_USER_LIST, "");
	struct store_user user;
	int row;

	while ((row = sqlite_step(store, s)) == 1 &&
	    sqlite_read_user(s, &user) == 0)
		each(&user, arg);
	return sqlite_done(s, row);
}

enum store_rc
sqlite_user_add(struct store *store, struct store_user *user)
{
	enum store_rc rc = sqlite_write(store, Q_USER_ADD, "ttti", user->name,
	    user->password, user->scope, user->created);

	if (rc == STORE_OK)
		user->id = sqlite3_last_insert_rowid(SQ(store)->db);
	return rc == STORE_NONE ? STORE_TAKEN : rc;
}

enum store_rc
sqlite_user_set_password(struct store *store, const struct store_user *user,
    const char *hash)
{
	return sqlite_write(store, Q_USER_PASSWORD, "itt", user->id,
	    user->password, hash);
}

enum store_rc
sqlite_user_change_password(struct store *store, const struct store_user *user,
    const char *hash, const uint8_t keep[CRYPTO_DIGEST])
{
	enum store_rc rc;
	int64_t count;

	if (sqlite_begin(store) != 0)
		return STORE_DOWN;
	rc = sqlite_change(store, sqlite_query(store, Q_USER_PASSWORD, "itt",
	    user->id, user->password, hash));
	if (rc == STORE_OK)
		rc = sqlite_revoke_user(store, user->name, keep, &count);
	return sqlite_end(store, rc);
}

enum store_rc
sqlite_user_set_scope(struct store *store, const char *name, const char *scope)
{
	return sqlite_write(store, Q_USER_SCOPE, "tt", name, scope);
}

enum store_rc
sqlite_user_set_disabled(struct store *store, const char *name, int disabled)
{
	enum store_rc rc;
	int64_t count;

	if (sqlite_begin(store) != 0)
		return STORE_DOWN;
	rc = sqlite_change(store, sqlite_query(store, Q_USER_DISABLED, "ti",
	    name, (int64_t)disabled));
	if (rc == STORE_OK && disabled)
		rc = sqlite_revoke_user(store, name, NULL, &count);
	return sqlite_end(store, rc);
}

enum store_rc
sqlite_user_delete(struct store *store, const char *name)
{
	return sqlite_write(store, Q_USER_DELETE, "t", name);
}

static int
read_item(sqlite3_stmt *s, struct store_item *item)
{
	return sqlite_text(s, 0, item->id, sizeof item->id) |
	    sqlite_text(s, 1, item->title, sizeof item->title) |
	    sqlite_text(s, 2, item->owner, sizeof item->owner);
}

enum store_rc
sqlite_item_list(struct store *store, const char *owner,
    void (*each)(const struct store_item *item, void *arg), void *arg)
{
	sqlite3_stmt *s = sqlite_read(store, Q_ITEM_LIST, "t", owner);
	struct store_item item;
	int row;

	while ((row = sqlite_step(store, s)) == 1 && read_item(s, &item) == 0)
		each(&item, arg);
	return sqlite_done(s, row);
}

enum store_rc
sqlite_item_get(struct store *store, const char *owner, const char *id,
    struct store_item *item)
{
	sqlite3_stmt *s = sqlite_read(store, Q_ITEM_GET, "tt", owner, id);
	enum store_rc rc = sqlite_row(store, s);

	if (rc != STORE_OK)
		return rc;
	if (read_item(s, item) != 0)
		rc = STORE_DOWN;
	sqlite3_reset(s);
	return rc;
}

enum store_rc
sqlite_item_add(struct store *store, const struct store_item *item,
    int64_t most)
{
	enum store_rc rc;
	sqlite3_stmt *s;

	if (sqlite_begin(store) != 0)
		return STORE_DOWN;
	s = sqlite_query(store, Q_ITEM_FULL, "ti", item->owner, most);
	rc = sqlite_row(store, s);
	if (rc == STORE_OK) {
		sqlite3_reset(s);
		rc = STORE_TAKEN;
	} else if (rc == STORE_NONE)
		rc = sqlite_change(store, sqlite_query(store, Q_ITEM_ADD,
		    "ttt", item->owner, item->id, item->title));
	return sqlite_end(store, rc);
}

enum store_rc
sqlite_item_set_title(struct store *store, const struct store_item *item)
{
	return sqlite_write(store, Q_ITEM_TITLE, "ttt", item->owner, item->id,
	    item->title);
}

enum store_rc
sqlite_item_delete(struct store *store, const char *owner, const char *id)
{
	return sqlite_write(store, Q_ITEM_DELETE, "tt", owner, id);
}
