/* refresh_test - the ledger's contract: refresh tokens and their families. */
#include <sys/wait.h>
#include <unistd.h>

#include "store.h"
#include "tap.h"
#include "urls.h"

#define GRACE	30

static struct store *w, *r;
static int seen;

static void
on_token(const struct store_token *token, void *arg)
{
	(void)token;
	(*(int *)arg)++;
}

static int
count_tokens(void)
{
	seen = 0;
	store_token_list(r, "eve", STORE_KIND_ACCESS, on_token, &seen);
	return seen;
}

static struct store_user
get_user(void)
{
	struct store_user user;

	is(store_user_get(r, "eve", &user), STORE_OK, "the user");
	return user;
}

/* Start a family at 1000: the refresh token first, the access token access. */
static enum store_rc
start(const struct store_user *user, int first, int access, int64_t expires,
    int64_t family_expires)
{
	struct store_token row = { .kind = STORE_KIND_ACCESS, .created = 1000,
		.expires = 1900, .scope = "me items", .client = "app" };
	const uint8_t one[CRYPTO_DIGEST] = { (uint8_t)first, 1 };
	const uint8_t two[CRYPTO_DIGEST] = { (uint8_t)access, 2 };

	return store_refresh_add(w, user, &row, two, one, expires,
	    family_expires);
}

/* Use a refresh token, by the key, for its successor and an access token. */
static enum store_rc
use_by(struct store *store, int from, int to, int64_t key, int64_t now,
    int access)
{
	struct store_use use = { .digest = { (uint8_t)from, 1 },
		.successor = { (uint8_t)to, 1 }, .key = key, .now = now,
		.grace = GRACE, .expires = now + 500,
		.access = { (uint8_t)access, 2 }, .scope = "me",
		.access_expires = now + 900 };

	return store_refresh_use(store, &use);
}

static enum store_rc
use(int from, int to, int64_t now, int access)
{
	return use_by(w, from, to, 1, now, access);
}

static enum store_rc
get(int number, struct store_refresh *refresh)
{
	return store_refresh_get(r, (uint8_t[CRYPTO_DIGEST]){ (uint8_t)number,
	    1 }, refresh);
}

static enum store_rc
get_access(int number, struct store_token *token)
{
	return store_token_get(r, (uint8_t[CRYPTO_DIGEST]){ (uint8_t)number,
	    2 }, token);
}

static void
test_first_use(void)
{
	struct store_user user = get_user();
	struct store_refresh one, two;
	struct store_token token;

	is(get(1, &one), STORE_NONE, "no refresh token yet");
	is(use(1, 2, 1000, 51), STORE_NONE, "... to be used");
	is(get_access(51, &token), STORE_NONE, "... and no access token");
	is(start(&user, 1, 50, 1400, 3000), STORE_OK, "a family");
	is(start(&user, 9, 50, 1400, 3000), STORE_TAKEN, "... taken");
	is(get(9, &one), STORE_NONE, "... and no half of one");
	is(get(1, &one), STORE_OK, "read");
	is_text(one.name, "eve", "... whose");
	is_text(one.client, "app", "... issued to");
	is_text(one.scope, "me items", "... its scope");
	is(one.expires, 1400, "... its end");
	is(one.family_expires, 3000, "... its family's");
	is(one.used, 0, "... not used");
	is(get_access(50, &token), STORE_OK, "the access token");
	is_text(token.client, "app", "... issued to");
	is(get_access(1, &token), STORE_NONE, "a refresh token is none");
	is(use(1, 2, 1010, 51), STORE_OK, "used");
	is(get(1, &one), STORE_OK, "... is still known");
	is(one.used, 1010, "... as used");
	is(one.key, 1, "... by the key");
	is(get(2, &two), STORE_OK, "its successor");
	is(two.family, one.family, "... is of the family");
	is(two.used, 0, "... not used");
	is(two.expires, 1510, "... with an end of its own");
	is(two.family_expires, 3000, "... and the family's");
	is_text(two.scope, "me items", "... and all the scope");
	is(get_access(51, &token), STORE_OK, "a new access token");
	is_text(token.scope, "me", "... with less scope");
	is_text(token.name, "eve", "... whose");
	is_text(token.client, "app", "... issued to");
	is(token.kind, STORE_KIND_ACCESS, "... its kind");
	is(token.created, 1010, "... from now");
	is(token.expires, 1910, "... to its end");
	is(get_access(50, &token), STORE_OK, "... the old one stays");
}

/* Goes on with the family of test_first_use. */
static void
test_reuse(void)
{
	struct store_refresh row;
	struct store_token token;
	int i, left = 0;

	is(use(2, 3, 1020, 52), STORE_OK, "the successor is used");
	is(use(1, 2, 1040, 53), STORE_OK, "again, 30 s after the first use");
	is(get(1, &row), STORE_OK, "read");
	is(row.used, 1010, "... the first use counts");
	is(get(2, &row), STORE_OK, "the successor");
	is(row.used, 1020, "... is as it was");
	is(use(1, 2, 1041, 54), STORE_REUSED, "31 s after it");
	for (i = 1; i <= 3; i++)
		left += get(i, &row) != STORE_NONE;
	for (i = 50; i <= 54; i++)
		left += get_access(i, &token) != STORE_NONE;
	is(left, 0, "... the family and its access tokens are gone");
	is(use(1, 2, 1042, 54), STORE_NONE, "... for ever");
	is(use(3, 4, 1042, 54), STORE_NONE, "... the live one too");
}

static void
test_lost_answer(void)
{
	struct store_user user = get_user();
	struct store_refresh row;

	is(start(&user, 10, 60, 1400, 3000), STORE_OK, "a family");
	is(start(&user, 15, 65, 1400, 3000), STORE_OK, "another");
	is(use(10, 11, 1010, 61), STORE_OK, "used, and the answer lost");
	is(use(10, 11, 1300, 62), STORE_OK, "long after: its successor waits");
	is(use(10, 11, 1310, 63), STORE_OK, "... and still does");
	is(get(11, &row), STORE_OK, "the successor");
	is(row.expires, 1510, "... ends when it was to end");
	is(use(11, 12, 1320, 64), STORE_OK, "it is used");
	is(use(10, 11, 1321, 66), STORE_REUSED, "then it is reuse");
	is(get(12, &row), STORE_NONE, "... the family is gone");
	is(get(15, &row), STORE_OK, "... the other one is not");
	is(count_tokens(), 1, "... nor is its access token");
	is(store_refresh_revoke(w, row.family), STORE_OK, "it is ended");
	is(store_refresh_revoke(w, row.family), STORE_NONE, "... once");
	is(get(15, &row), STORE_NONE, "... gone");
	is(count_tokens(), 0, "... with its access token");
}

static void
test_key(void)
{
	struct store_user user = get_user();
	struct store_refresh row;
	struct store_token token;

	is(start(&user, 20, 70, 1400, 3000), STORE_OK, "a family");
	is(use_by(w, 20, 21, 7, 1010, 71), STORE_OK, "used by key 7");
	is(use_by(w, 20, 22, 8, 1011, 72), STORE_TAKEN, "by key 8");
	is(get(22, &row), STORE_NONE, "... there is one successor");
	is(get_access(72, &token), STORE_NONE, "... and no token");
	is(use_by(w, 20, 22, 8, 1300, 72), STORE_TAKEN, "... nor is it reuse");
	is(get(20, &row), STORE_OK, "read again");
	is(row.key, 7, "... says which key");
	is(use_by(w, 20, 21, 7, 1012, 72), STORE_OK, "... and works by it");
	is(store_refresh_revoke(w, row.family), STORE_OK, "it is ended");
}

static void
test_expiry(void)
{
	struct store_user user = get_user();
	struct store_refresh row;
	int64_t count;

	is(start(&user, 30, 80, 1400, 1700), STORE_OK, "a family");
	is(use(30, 31, 1400, 81), STORE_NONE, "idle for too long");
	is(get(31, &row), STORE_NONE, "... no successor");
	is(use(30, 31, 1399, 81), STORE_OK, "one second before");
	is(use(30, 31, 1401, 82), STORE_NONE, "... no grace behind its end");
	is(use(31, 32, 1700, 82), STORE_NONE, "the family's end");
	is(use(31, 32, 1699, 82), STORE_OK, "one second before");
	is(get(32, &row), STORE_OK, "its successor");
	is(use(32, 33, 1700, 83), STORE_NONE, "... goes no further");
	is(store_token_purge(w, 1699, 10, &count), STORE_OK, "purge at 1699");
	is(count, 0, "... leaves all");
	is(store_token_purge(w, 1700, 10, &count), STORE_OK, "purge at 1700");
	is(count, 1, "... takes the family");
	is(get(30, &row), STORE_NONE, "... whole");
	is(count_tokens(), 0, "... with its access tokens");
}

static void
test_users(void)
{
	const uint8_t keep[CRYPTO_DIGEST] = { 90, 2 };
	struct store_user user = get_user(), old = user;
	struct store_refresh row;
	struct store_token token;
	int64_t count;

	is(start(&user, 40, 90, 1400, 3000), STORE_OK, "a family");
	is(use(40, 41, 1010, 91), STORE_OK, "used");
	is(store_user_change_password(w, &user, "new", keep), STORE_OK,
	    "a new password");
	is(get_access(90, &token), STORE_OK, "... keeps the token that asked");
	is(get_access(91, &token), STORE_NONE, "... and no other");
	is(get(41, &row), STORE_NONE, "... nor the family");
	is(start(&old, 42, 92, 1400, 3000), STORE_NONE, "the user as it was");
	is(get_access(92, &token), STORE_NONE, "... gets nothing");
	user = get_user();
	is(start(&user, 42, 92, 1400, 3000), STORE_OK, "as it is");
	is(store_user_set_disabled(w, "eve", 1), STORE_OK, "disabled");
	is(use(42, 43, 1010, 93), STORE_NONE, "... and not to be used");
	is(start(&user, 43, 93, 1400, 3000), STORE_NONE, "... nor started");
	is(store_user_set_disabled(w, "eve", 0), STORE_OK, "enabled");
	is(get(42, &row), STORE_NONE, "... what ended stays ended");
	is(start(&user, 43, 93, 1400, 3000), STORE_OK, "a family");
	is(store_token_revoke_user(w, "eve", &count), STORE_OK, "all of one");
	is(count, 1, "... one access token");
	is(get(43, &row), STORE_NONE, "... and the family");
	is(count_tokens(), 0, "... nothing is left");
}

static void
test_client(void)
{
	struct store_client app = { .is_public = 1 };
	struct store_user user = get_user();
	struct store_refresh row;

	strcpy(app.self.name, "app");
	is(store_client_add(w, &app), STORE_OK, "a client");
	is(start(&user, 44, 94, 1400, 3000), STORE_OK, "a family");
	is(store_client_delete(w, "app"), STORE_OK, "the client is deleted");
	is(get(44, &row), STORE_NONE, "... its families are gone");
	is(count_tokens(), 0, "... and its access tokens");
}

/* Many processes use one refresh token at once, in two ways. */
static void
test_processes(const char *url)
{
	struct store_user user = get_user();
	struct store_refresh row;
	int child, status, ok_count = 0, taken = 0, other = 0;

	is(start(&user, 100, 200, 1400, 3000), STORE_OK, "a family");
	store_free(w);
	for (child = 0; child < 16; child++) {
		if (fork() != 0)
			continue;
		struct store *own = store_new(url, STORE_WRITE);
		enum store_rc rc = use_by(own, 100, 101 + child % 2,
		    1 + child % 2, 1010, 201 + child);

		store_free(own);
		_exit((int)rc);
	}
	while (wait(&status) > 0) {
		ok_count += WEXITSTATUS(status) == STORE_OK;
		taken += WEXITSTATUS(status) == STORE_TAKEN;
		other += WEXITSTATUS(status) != STORE_OK &&
		    WEXITSTATUS(status) != STORE_TAKEN;
	}
	w = store_new(url, STORE_WRITE);
	is(ok_count, 8, "eight of one key use it at once");
	is(taken, 8, "... the other key's eight read again");
	is(other, 0, "... nobody hears anything else");
	is((get(101, &row) == STORE_OK) + (get(102, &row) == STORE_OK), 1,
	    "... one successor");
	is(count_tokens(), 9, "... eight access tokens, and the first");
}

static void
test_url(const char *url)
{
	struct store_user user = { .name = "eve", .password = "hash",
		.scope = "me items" };

	store_create(url);
	w = store_new(url, STORE_WRITE);
	r = store_new(url, STORE_READ);
	is(store_user_add(w, &user), STORE_OK, "a user");
	test_first_use();
	test_reuse();
	test_lost_answer();
	test_key();
	test_expiry();
	test_users();
	test_client();
	test_processes(url);
	store_free(w);
	store_free(r);
}

int
main(void)
{
	return over_urls(test_url);
}
