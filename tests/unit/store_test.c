/* store_test - the ledger's contract: users, tokens, keys, items. */
#include <sys/wait.h>
#include <unistd.h>

#include "store.h"
#include "tap.h"
#include "urls.h"

static int seen;
static struct store_token last;

static void
on_user(const struct store_user *user, void *arg)
{
	(void)user;
	(*(int *)arg)++;
}

static void
on_token(const struct store_token *token, void *arg)
{
	last = *token;
	(*(int *)arg)++;
}

static void
on_item(const struct store_item *item, void *arg)
{
	(void)item;
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
add_token(struct store *store, const struct store_user *user, int number,
    int64_t expires)
{
	struct store_token row = { .kind = STORE_KIND_ACCESS, .created = 1000,
		.expires = expires };
	uint8_t digest[1][CRYPTO_DIGEST] = { { (uint8_t)number } };

	strcpy(row.scope, "me");
	return store_token_add(store, user, &row,
	    (const uint8_t (*)[CRYPTO_DIGEST])digest, 1);
}

static enum store_rc
get_token(struct store *store, int number, struct store_token *token)
{
	uint8_t digest[CRYPTO_DIGEST] = { (uint8_t)number };

	return store_token_get(store, digest, token);
}

static void
test_users(struct store *w, struct store *r)
{
	struct store_user user = new_user("demo"), read;

	is(store_user_get(r, "demo", &read), STORE_NONE, "no user yet");
	is(store_user_add(w, &user), STORE_OK, "a user");
	is(store_user_add(w, &user), STORE_TAKEN, "... taken");
	is(store_user_get(r, "demo", &read), STORE_OK, "... read");
	is(read.id, user.id, "... the same one");
	is_text(read.scope, "me items", "... its scope");
	is(store_user_get(r, "Demo", &read), STORE_NONE, "case counts");
	is(store_user_set_password(w, &user, "hash2"), STORE_OK, "a password");
	is(store_user_set_password(w, &user, "hash3"), STORE_NONE,
	    "... not over another's change");
	is(store_user_set_scope(w, "nobody", "me"), STORE_NONE, "nobody");
	is(store_user_set_disabled(w, "nobody", 1), STORE_NONE, "nobody");
	is(store_user_delete(w, "nobody"), STORE_NONE, "nobody");
	seen = 0;
	is(store_user_list(r, on_user, &seen), STORE_OK, "list");
	is(seen, 1, "... one");
	is(store_user_add(r, &user), STORE_DOWN, "a reader cannot write");
}

static void
test_tokens(struct store *w, struct store *r)
{
	struct store_user user;
	struct store_token token;
	char id[STORE_ID_SIZE];
	int64_t count;

	store_user_get(r, "demo", &user);
	is(get_token(r, 1, &token), STORE_NONE, "no token yet");
	is(add_token(w, &user, 1, 2000), STORE_OK, "a token");
	is(add_token(w, &user, 1, 2000), STORE_TAKEN, "... taken");
	is(get_token(r, 1, &token), STORE_OK, "... read");
	is_text(token.name, "demo", "... its user");
	is_text(token.scope, "me", "... its scope");
	is_text(token.user_scope, "me items", "... its user's");
	is(token.expires, 2000, "... its end");
	is(token.kind, STORE_KIND_ACCESS, "... its kind");
	store_id(token.digest, id);
	is(store_token_revoke_id(w, "zz",
	    STORE_KIND_ACCESS, NULL), STORE_NONE, "no id");
	is(store_token_revoke_id(w, "zzzzzzzzzzzzzzzz",
	    STORE_KIND_ACCESS, NULL), STORE_NONE, "no id");
	is(store_token_revoke_id(w, id,
	    STORE_KIND_ACCESS, NULL), STORE_OK, "ended by its id");
	is(get_token(r, 1, &token), STORE_NONE, "... gone");
	is(store_token_revoke_id(w, id,
	    STORE_KIND_ACCESS, NULL), STORE_NONE, "... once");
	add_token(w, &user, 2, 2000);
	is(store_token_revoke(w, (uint8_t[CRYPTO_DIGEST]){ 2 }), STORE_OK,
	    "ended by its digest");
	is(store_token_revoke(w, (uint8_t[CRYPTO_DIGEST]){ 2 }), STORE_NONE,
	    "... once");
	is(add_token(w, &user, 3, 1000), STORE_OK, "expires at 1000");
	is(add_token(w, &user, 4, 1001), STORE_OK,
	    "... the next deletes it on the way");
	is(get_token(r, 3, &token), STORE_NONE, "... gone");
	is(store_token_purge(w, 1000, 10, &count), STORE_OK, "purge at 1000");
	is(count, 0, "... leaves 1001");
	is(store_token_purge(w, 1001, 10, &count), STORE_OK, "purge at 1001");
	is(count, 1, "... takes it");
	add_token(w, &user, 5, 2000);
	add_token(w, &user, 6, 2000);
	seen = 0;
	is(store_token_list(r, "demo",
	    STORE_KIND_ACCESS, on_token, &seen), STORE_OK, "list");
	is(seen, 2, "... two");
	is(last.expires, 2000, "... with their end");
	is(store_token_revoke_user(w, "nobody", &count), STORE_NONE, "nobody");
	is(store_token_revoke_user(w, "demo", &count), STORE_OK, "all of one");
	is(count, 2, "... two");
	is(store_token_revoke_user(w, "demo", &count), STORE_OK, "again");
	is(count, 0, "... none");
}

/* A token is only given to the user as it was read. */
static void
test_races(struct store *w, struct store *r)
{
	struct store_user user, old;
	struct store_token token;

	store_user_get(r, "demo", &user);
	old = user;
	store_user_set_password(w, &user, "hash9");
	is(add_token(w, &old, 7, 2000), STORE_NONE, "password changed since");
	store_user_get(r, "demo", &user);
	is(add_token(w, &user, 7, 2000), STORE_OK, "read again");
	is(store_user_set_disabled(w, "demo", 1), STORE_OK, "disabled");
	is(get_token(r, 7, &token), STORE_NONE, "... its tokens are gone");
	is(add_token(w, &user, 8, 2000), STORE_NONE, "... and it gets none");
	is(store_user_set_disabled(w, "demo", 0), STORE_OK, "enabled");
	is(add_token(w, &user, 8, 2000), STORE_OK, "... and it gets one");
	is(store_user_delete(w, "demo"), STORE_OK, "deleted");
	is(get_token(r, 8, &token), STORE_NONE, "... its tokens are gone");
	is(add_token(w, &user, 9, 2000), STORE_NONE, "... and it gets none");
	user = new_user("demo");
	store_user_add(w, &user);
	is(add_token(w, &old, 9, 2000), STORE_NONE,
	    "another of the same name is another user");
}

static void
test_keys(struct store *w, struct store *r)
{
	struct store_user user;
	struct store_token row = { .kind = STORE_KIND_KEY, .created = 1000,
		.expires = 2000, .scope = "me", .label = "backup" }, token;
	const uint8_t digests[2][CRYPTO_DIGEST] = { { 30 }, { 31 } };
	const uint8_t full[CRYPTO_DIGEST] = { 33 };
	char id[STORE_ID_SIZE];

	store_user_get(r, "demo", &user);
	is(store_token_add(w, &user, &row, digests, 2), STORE_OK, "two keys");
	is(add_token(w, &user, 32, 2000), STORE_OK, "a token");
	seen = 0;
	store_token_list(r, "demo", STORE_KIND_KEY, on_token, &seen);
	is(seen, 2, "two keys are listed");
	is(last.kind, STORE_KIND_KEY, "... as such");
	is_text(last.label, "backup", "... with their name");
	is(last.used, 0, "... not used");
	seen = 0;
	store_token_list(r, NULL, STORE_KIND_ACCESS, on_token, &seen);
	is(seen, 1, "... and one token");
	store_token_used(r, digests[0], 15000);
	is(get_token(r, 30, &token), STORE_OK, "used, on a reader");
	is(token.used, 15000, "... is noted");
	store_token_used(r, digests[0], 14000);
	get_token(r, 30, &token);
	is(token.used, 15000, "... and never goes back");
	store_token_used(r, digests[0], 15000 + STORE_USED_COARSE - 1);
	get_token(r, 30, &token);
	is(token.used, 15000, "... nor on within the hour");
	store_token_used(r, digests[0], 15000 + STORE_USED_COARSE);
	get_token(r, 30, &token);
	is(token.used, 15000 + STORE_USED_COARSE, "... but then");
	is(store_key_add(w, &user, &row, digests[0], 9), STORE_TAKEN,
	    "a key that is there");
	is(store_key_add(w, &user, &row, full, 2), STORE_TAKEN, "a third of two");
	is(store_key_add(w, &user, &row, full, 3), STORE_OK, "... of three");
	store_token_revoke(w, full);
	store_id(digests[0], id);
	is(store_token_revoke_id(w, id, STORE_KIND_ACCESS, NULL), STORE_NONE,
	    "a key is no token");
	is(store_token_revoke_id(w, id, STORE_KIND_KEY, "eve"), STORE_NONE,
	    "nor another's");
	is(store_token_revoke_id(w, id, STORE_KIND_KEY, "demo"), STORE_OK,
	    "ended by its owner");
	is(get_token(r, 30, &token), STORE_NONE, "... gone");
	is(get_token(r, 31, &token), STORE_OK, "... the other stays");
}

/* A new password ends all that the old one gave, but for one token. */
static void
test_change_password(struct store *w, struct store *r)
{
	const uint8_t keep[CRYPTO_DIGEST] = { 40 };
	struct store_user user, old;
	struct store_token token;

	store_user_get(r, "demo", &user);
	old = user;
	add_token(w, &user, 40, 2000);
	is(store_user_change_password(w, &user, "hash10", keep), STORE_OK,
	    "a new password");
	is(get_token(r, 40, &token), STORE_OK, "... one token stays");
	is(get_token(r, 31, &token), STORE_NONE, "... a key ends");
	is(get_token(r, 32, &token), STORE_NONE, "... another token ends");
	store_user_get(r, "demo", &user);
	is_text(user.password, "hash10", "... it is changed");
	add_token(w, &user, 41, 2000);
	is(store_user_change_password(w, &old, "hash11", keep), STORE_NONE,
	    "not over another's change");
	is(get_token(r, 41, &token), STORE_OK, "... and nothing ends");
	is(store_token_revoke_user(w, "demo", &(int64_t){ 0 }), STORE_OK,
	    "all of one");
}

static void
test_items(struct store *w, struct store *r)
{
	struct store_item item = { "one", "Title", "nobody" };

	is(store_item_add(w, &item, 9), STORE_NONE, "nobody's item");
	strcpy(item.owner, "demo");
	is(store_item_add(w, &item, 9), STORE_OK, "an item");
	seen = 0;
	is(store_item_list(r, "demo", on_item, &seen), STORE_OK, "list");
	is(seen, 1, "... one");
	seen = 0;
	is(store_item_list(r, "nobody", on_item, &seen), STORE_OK, "nobody");
	is(seen, 0, "... none");
}

/* Eight processes write at once: nothing is lost. */
static void
test_processes(const char *url, struct store *r)
{
	struct store_user user;
	int child, number, status, bad = 0;

	store_user_get(r, "demo", &user);
	for (child = 0; child < 8; child++) {
		if (fork() != 0)
			continue;
		struct store *own = store_new(url, STORE_WRITE);

		for (number = 0; number < 10; number++)
			bad |= add_token(own, &user, 100 + child * 10 + number,
			    9000) != STORE_OK;
		store_free(own);
		_exit(bad);
	}
	while (wait(&status) > 0)
		bad |= status;
	is(bad, 0, "eight processes, ten tokens each");
	seen = 0;
	store_token_list(r, "demo",
	    STORE_KIND_ACCESS, on_token, &seen);
	is(seen, 80, "... all there");
}

static void
test_url(const char *url)
{
	struct store *w = store_new(url, STORE_WRITE);
	struct store *r = store_new(url, STORE_READ);

	is(store_ping(r), STORE_DOWN, "no ledger");
	is(store_create(url), STORE_OK, "made");
	is(store_create(url), STORE_TAKEN, "... once");
	is(store_ping(r), STORE_OK, "it answers");
	test_users(w, r);
	test_tokens(w, r);
	test_races(w, r);
	test_keys(w, r);
	test_change_password(w, r);
	test_items(w, r);
	store_free(w);
	test_processes(url, r);
	store_free(r);
	store_free(NULL);
}

static void
test_names(void)
{
	char longest[STORE_NAME_MAX + 2];

	memset(longest, 'a', sizeof longest);
	longest[STORE_NAME_MAX + 1] = '\0';
	ok(!store_name_valid(longest), "65 bytes");
	longest[STORE_NAME_MAX] = '\0';
	ok(store_name_valid(longest), "64 bytes");
	ok(!store_name_valid(""), "none");
	ok(!store_name_valid("a b"), "a blank");
	ok(store_name_valid("A.z_0@x+y-z"), "all kinds");
}

int
main(void)
{
	test_names();
	return over_urls(test_url);
}
