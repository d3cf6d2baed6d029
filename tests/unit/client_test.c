/* client_test - the ledger's contract: clients and what is issued to them. */
#include "store.h"
#include "tap.h"
#include "urls.h"

static int seen;

static void
on_client(const struct store_client *client, void *arg)
{
	(void)client;
	(*(int *)arg)++;
}

static void
on_user(const struct store_user *user, void *arg)
{
	(void)user;
	(*(int *)arg)++;
}

static struct store_user
new_user(const char *name)
{
	struct store_user user = { .created = 100 };

	strcpy(user.name, name);
	strcpy(user.password, "hash");
	strcpy(user.scope, "me items");
	return user;
}

static enum store_rc
get_token(struct store *store, int number, struct store_token *token)
{
	uint8_t digest[CRYPTO_DIGEST] = { (uint8_t)number };

	return store_token_get(store, digest, token);
}

static struct store_client
new_client(const char *name, int is_public)
{
	struct store_client client = { .is_public = is_public,
		.introspect = !is_public };

	client.self = new_user(name);
	strcpy(client.self.password, is_public ? "" : "b2b:00");
	strcpy(client.grants, "refresh_token password");
	return client;
}

static void
test_clients(struct store *w, struct store *r)
{
	struct store_client app = new_client("app", 0), read;
	struct store_client spa = new_client("spa", 1);
	struct store_client taken = new_client("ann", 0);
	struct store_user user = new_user("app");

	is(store_client_get(r, "app", &read), STORE_NONE, "no client yet");
	is(store_client_add(w, &app), STORE_OK, "a client");
	is(store_client_add(w, &spa), STORE_OK, "a public one");
	is(store_client_add(w, &app), STORE_TAKEN, "... taken");
	is(store_client_add(w, &taken), STORE_TAKEN, "a user has the name");
	is(store_user_add(w, &user), STORE_TAKEN, "a client has the name");
	strcpy(taken.self.name, STORE_TUTORIAL);
	strcpy(user.name, STORE_TUTORIAL);
	is(store_client_add(w, &taken), STORE_TAKEN, "the built-in one");
	is(store_user_add(w, &user), STORE_TAKEN, "... for users too");
	is(store_client_get(r, "app", &read), STORE_OK, "read");
	is(read.self.id, app.self.id, "... the same one");
	is_text(read.self.password, "b2b:00", "... its secret");
	is_text(read.self.scope, "me items", "... its scope");
	is_text(read.grants, "refresh_token password", "... its grants");
	ok(!read.is_public && read.introspect, "... its kind");
	is(store_client_get(r, "spa", &read), STORE_OK, "the public one");
	ok(read.is_public && !read.introspect, "... its kind");
	is(store_client_get(r, "ann", &read), STORE_NONE, "a user is none");
	is(store_user_get(r, "app", &user), STORE_NONE, "... nor the reverse");
	is(store_user_set_scope(w, "app", "x"), STORE_NONE, "... to be changed");
	is(store_user_set_disabled(w, "app", 1), STORE_NONE, "... nor disabled");
	is(store_user_delete(w, "app"), STORE_NONE, "... nor deleted");
	is(store_client_delete(w, "ann"), STORE_NONE, "... in neither way");
	is(store_client_set_secret(w, "app", "b2b:11"), STORE_OK, "a secret");
	store_client_get(r, "app", &read);
	is_text(read.self.password, "b2b:11", "... is the new one");
	is(store_client_set_secret(w, "spa", "x"), STORE_NONE, "public: none");
	is(store_client_set_secret(w, "ann", "x"), STORE_NONE, "nor a user");
	seen = 0;
	is(store_client_list(r, on_client, &seen), STORE_OK, "list");
	is(seen, 2, "... two");
	seen = 0;
	store_user_list(r, on_user, &seen);
	is(seen, 1, "... and one user");
}

/* What a client got ends with it, for itself and for users. */
static void
test_client_tokens(struct store *w, struct store *r)
{
	struct store_client app;
	struct store_user user;
	struct store_token row = { .kind = STORE_KIND_ACCESS, .created = 1000,
		.expires = 2000, .client = "app" }, token;
	const uint8_t digests[3][CRYPTO_DIGEST] = { { 20 }, { 21 }, { 22 } };

	store_client_get(r, "app", &app);
	store_user_get(r, "ann", &user);
	is(store_token_add(w, &user, &row, digests, 1), STORE_OK, "a user's");
	is(store_token_add(w, &app.self, &row, digests + 1, 1), STORE_OK,
	    "its own");
	row.client[0] = '\0';
	is(store_token_add(w, &user, &row, digests + 2, 1), STORE_OK,
	    "one without client");
	is(get_token(r, 20, &token), STORE_OK, "read");
	is_text(token.client, "app", "... whom it was issued to");
	is_text(token.name, "ann", "... for whom");
	is(get_token(r, 21, &token), STORE_OK, "read");
	is_text(token.name, "app", "... for itself");
	is_text(token.user_scope, "me items", "... with its scope");
	is(store_client_delete(w, "app"), STORE_OK, "deleted");
	is(store_client_delete(w, "app"), STORE_NONE, "... once");
	is(get_token(r, 20, &token), STORE_NONE, "... the user's is gone");
	is(get_token(r, 21, &token), STORE_NONE, "... its own is gone");
	is(get_token(r, 22, &token), STORE_OK, "... the other stays");
}

static void
test_url(const char *url)
{
	struct store_user user = new_user("ann");
	struct store *w, *r;

	store_create(url);
	w = store_new(url, STORE_WRITE);
	r = store_new(url, STORE_READ);
	is(store_user_add(w, &user), STORE_OK, "a user");
	test_clients(w, r);
	test_client_tokens(w, r);
	store_free(w);
	store_free(r);
}

int
main(void)
{
	return over_urls(test_url);
}
