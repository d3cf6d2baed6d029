/* store_sqlite_clients - the ledger on SQLite: clients. */
#include "store_sqlite.h"

static int
read_client(sqlite3_stmt *s, struct store_client *client)
{
	client->is_public = sqlite3_column_int(s, 6) !=
	    STORE_IS_CONFIDENTIAL;
	client->introspect = sqlite3_column_int(s, 8) != 0;
	return sqlite_read_user(s, &client->self) |
	    sqlite_text(s, 7, client->grants, sizeof client->grants);
}

enum store_rc
sqlite_client_get(struct store *store, const char *name,
    struct store_client *client)
{
	sqlite3_stmt *s = sqlite_read(store, Q_CLIENT_GET, "t", name);
	enum store_rc rc = sqlite_row(store, s);

	if (rc != STORE_OK)
		return rc;
	if (read_client(s, client) != 0)
		rc = STORE_DOWN;
	sqlite3_reset(s);
	return rc;
}

enum store_rc
sqlite_client_list(struct store *store,
    void (*each)(const struct store_client *client, void *arg), void *arg)
{
	sqlite3_stmt *s = sqlite_read(store, Q_CLIENT_LIST, "");
	struct store_client client;
	int row;

	while ((row = sqlite_step(store, s)) == 1 &&
	    read_client(s, &client) == 0)
		each(&client, arg);
	return sqlite_done(s, row);
}

enum store_rc
sqlite_client_add(struct store *store, struct store_client *client)
{
	struct store_user *self = &client->self;
	enum store_rc rc = sqlite_write(store, Q_CLIENT_ADD, "tttiiti",
	    self->name, self->password, self->scope, self->created,
	    (int64_t)(client->is_public ? STORE_IS_PUBLIC :
	    STORE_IS_CONFIDENTIAL),
	    client->grants, (int64_t)client->introspect);

	if (rc == STORE_OK)
		self->id = sqlite3_last_insert_rowid(SQ(store)->db);
	return rc == STORE_NONE ? STORE_TAKEN : rc;
}

enum store_rc
sqlite_client_set_secret(struct store *store, const char *name,
    const char *secret)
{
	return sqlite_write(store, Q_CLIENT_SECRET, "tt", name, secret);
}

enum store_rc
sqlite_client_delete(struct store *store, const char *name)
{
	enum store_rc rc;

	if (sqlite_begin(store) != 0)
		return STORE_DOWN;
	rc = sqlite_change(store, sqlite_query(store, Q_CLIENT_DELETE, "t",
	    name));
	if (rc == STORE_OK)
		rc = sqlite_any(sqlite_change(store, sqlite_query(store,
		    Q_CLIENT_FAMILIES, "t", name)));
	if (rc == STORE_OK)
		rc = sqlite_any(sqlite_change(store, sqlite_query(store,
		    Q_CLIENT_TOKENS, "t", name)));
	return sqlite_end(store, rc);
}
