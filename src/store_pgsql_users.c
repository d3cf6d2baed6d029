/* store_pgsql_users - the ledger on PostgreSQL: users, clients, items. */
#include "store_pgsql.h"

int
pgsql_read_user(struct store *store, int row, struct store_user *user)
{
	user->id = pgsql_int(store, row, 0);
	user->disabled = pgsql_int(store, row, 4) != 0;
	user->created = pgsql_int(store, row, 5);
	return pgsql_text(store, row, 1, user->name, sizeof user->name) |
	    pgsql_text(store, row, 2, user->password, sizeof user->password) |
	    pgsql_text(store, row, 3, user->scope, sizeof user->scope);
}

enum store_rc
pgsql_user_get(struct store *store, const char *name, struct store_user *user)
{
	enum store_rc rc = pgsql_read(store, P_USER_GET, "t", name);

	return rc == STORE_OK && pgsql_read_user(store, 0, user) != 0 ?
	    STORE_DOWN : rc;
}

enum store_rc
pgsql_user_list(struct store *store,
    void (*each)(const struct store_user *user, void *arg), void *arg)
{
	enum store_rc rc = pgsql_any(pgsql_read(store, P_USER_LIST, ""));
	struct store_user user;
	int row;

	for (row = 0; rc == STORE_OK && row < pgsql_rows(store); row++) {
		if (pgsql_read_user(store, row, &user) != 0)
			return STORE_DOWN;
		each(&user, arg);
	}
	return rc;
}

enum store_rc
pgsql_user_add(struct store *store, struct store_user *user)
{
	enum store_rc rc = pgsql_write(store, P_USER_ADD, "ttti", user->name,
	    user->password, user->scope, user->created);

	if (rc == STORE_OK)
		user->id = pgsql_int(store, 0, 0);
	return rc == STORE_NONE ? STORE_TAKEN : rc;
}

enum store_rc
pgsql_user_set_password(struct store *store, const struct store_user *user,
    const char *hash)
{
	return pgsql_write(store, P_USER_PASSWORD, "itt", user->id,
	    user->password, hash);
}

static enum store_rc
change_password(struct store *store, const struct store_user *user,
    const char *hash, const uint8_t keep[CRYPTO_DIGEST])
{
	enum store_rc rc = pgsql_ask(store, P_USER_PASSWORD, "itt", user->id,
	    user->password, hash);
	int64_t count;

	return rc != STORE_OK ? rc :
	    pgsql_revoke_user(store, user->name, keep, &count);
}

enum store_rc
pgsql_user_change_password(struct store *store, const struct store_user *user,
    const char *hash, const uint8_t keep[CRYPTO_DIGEST])
{
	while (pgsql_begin(store))
		pgsql_end(store, change_password(store, user, hash, keep));
	return pgsql_said(store);
}

enum store_rc
pgsql_user_set_scope(struct store *store, const char *name, const char *scope)
{
	return pgsql_write(store, P_USER_SCOPE, "tt", name, scope);
}

static enum store_rc
set_disabled(struct store *store, const char *name, int disabled)
{
	enum store_rc rc = pgsql_ask(store, P_USER_DISABLED, "ti", name,
	    (int64_t)disabled);
	int64_t count;

	return rc != STORE_OK || !disabled ? rc :
	    pgsql_revoke_user(store, name, NULL, &count);
}

enum store_rc
pgsql_user_set_disabled(struct store *store, const char *name, int disabled)
{
	while (pgsql_begin(store))
		pgsql_end(store, set_disabled(store, name, disabled));
	return pgsql_said(store);
}

enum store_rc
pgsql_user_delete(struct store *store, const char *name)
{
	return pgsql_write(store, P_USER_DELETE, "t", name);
}

static int
read_client(struct store *store, int row, struct store_client *client)
{
	client->is_public = pgsql_int(store, row, 6) != STORE_IS_CONFIDENTIAL;
	client->introspect = pgsql_int(store, row, 8) != 0;
	return pgsql_read_user(store, row, &client->self) |
	    pgsql_text(store, row, 7, client->grants, sizeof client->grants);
}

enum store_rc
pgsql_client_get(struct store *store, const char *name,
    struct store_client *client)
{
	enum store_rc rc = pgsql_read(store, P_CLIENT_GET, "t", name);

	return rc == STORE_OK && read_client(store, 0, client) != 0 ?
	    STORE_DOWN : rc;
}

enum store_rc
pgsql_client_list(struct store *store,
    void (*each)(const struct store_client *client, void *arg), void *arg)
{
	enum store_rc rc = pgsql_any(pgsql_read(store, P_CLIENT_LIST, ""));
	struct store_client client;
	int row;

	for (row = 0; rc == STORE_OK && row < pgsql_rows(store); row++) {
		if (read_client(store, row, &client) != 0)
			return STORE_DOWN;
		each(&client, arg);
	}
	return rc;
}

enum store_rc
pgsql_client_add(struct store *store, struct store_client *client)
{
	struct store_user *self = &client->self;
	enum store_rc rc = pgsql_write(store, P_CLIENT_ADD, "tttiiti",
	    self->name, self->password, self->scope, self->created,
	    (int64_t)(client->is_public ? STORE_IS_PUBLIC :
	    STORE_IS_CONFIDENTIAL), client->grants,
	    (int64_t)client->introspect);

	if (rc == STORE_OK)
		self->id = pgsql_int(store, 0, 0);
	return rc == STORE_NONE ? STORE_TAKEN : rc;
}

enum store_rc
pgsql_client_set_secret(struct store *store, const char *name,
    const char *secret)
{
	return pgsql_write(store, P_CLIENT_SECRET, "tt", name, secret);
}

static enum store_rc
client_delete(struct store *store, const char *name)
{
	enum store_rc rc = pgsql_ask(store, P_CLIENT_DELETE, "t", name);

	if (rc == STORE_OK)
		rc = pgsql_any(pgsql_ask(store, P_CLIENT_FAMILIES, "t", name));
	if (rc == STORE_OK)
		rc = pgsql_any(pgsql_ask(store, P_CLIENT_TOKENS, "t", name));
	return rc;
}

enum store_rc
pgsql_client_delete(struct store *store, const char *name)
{
	while (pgsql_begin(store))
		pgsql_end(store, client_delete(store, name));
	return pgsql_said(store);
}

static int
read_item(struct store *store, int row, struct store_item *item)
{
	return pgsql_text(store, row, 0, item->id, sizeof item->id) |
	    pgsql_text(store, row, 1, item->title, sizeof item->title) |
	    pgsql_text(store, row, 2, item->owner, sizeof item->owner);
}

enum store_rc
pgsql_item_list(struct store *store, const char *owner,
    void (*each)(const struct store_item *item, void *arg), void *arg)
{
	enum store_rc rc = pgsql_any(pgsql_read(store, P_ITEM_LIST, "t",
	    owner));
	struct store_item item;
	int row;

	for (row = 0; rc == STORE_OK && row < pgsql_rows(store); row++) {
		if (read_item(store, row, &item) != 0)
			return STORE_DOWN;
		each(&item, arg);
	}
	return rc;
}

enum store_rc
pgsql_item_get(struct store *store, const char *owner, const char *id,
    struct store_item *item)
{
	enum store_rc rc = pgsql_read(store, P_ITEM_GET, "tt", owner, id);

	return rc == STORE_OK && read_item(store, 0, item) != 0 ?
	    STORE_DOWN : rc;
}

/* An id that is there already is no answer of this verb's. */
static enum store_rc
item_add(struct store *store, const struct store_item *item, int64_t most)
{
	enum store_rc rc = pgsql_ask(store, P_USER_HOLD, "it", (int64_t)-1,
	    item->owner);

	if (rc == STORE_OK)
		rc = pgsql_ask(store, P_ITEM_COUNT, "i",
		    pgsql_int(store, 0, 0));
	if (rc == STORE_OK && pgsql_int(store, 0, 0) >= most)
		return STORE_TAKEN;
	if (rc == STORE_OK)
		rc = pgsql_ask(store, P_ITEM_ADD, "ttt", item->owner, item->id,
		    item->title);
	return rc == STORE_TAKEN ? STORE_DOWN : rc;
}

enum store_rc
pgsql_item_add(struct store *store, const struct store_item *item,
    int64_t most)
{
	while (pgsql_begin(store))
		pgsql_end(store, item_add(store, item, most));
	return pgsql_said(store);
}

enum store_rc
pgsql_item_set_title(struct store *store, const struct store_item *item)
{
	return pgsql_write(store, P_ITEM_TITLE, "ttt", item->owner, item->id,
	    item->title);
}

enum store_rc
pgsql_item_delete(struct store *store, const char *owner, const char *id)
{
	return pgsql_write(store, P_ITEM_DELETE, "tt", owner, id);
}
