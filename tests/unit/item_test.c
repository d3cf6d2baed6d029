/* item_test - the ledger's contract: items, and whose they are. */
#include <sys/wait.h>
#include <unistd.h>

#include "store.h"
#include "tap.h"
#include "urls.h"

static int seen;
static struct store_item last;

static void
on_item(const struct store_item *item, void *arg)
{
	last = *item;
	(*(int *)arg)++;
}

static int
count(struct store *store, const char *owner)
{
	seen = 0;
	last = (struct store_item){ .id = "" };
	is(store_item_list(store, owner, on_item, &seen), STORE_OK, "list");
	return seen;
}

static void
add_user(struct store *store, const char *name)
{
	struct store_user user = { .created = 100 };

	strcpy(user.name, name);
	strcpy(user.password, "hash");
	strcpy(user.scope, "items");
	is(store_user_add(store, &user), STORE_OK, "a user");
}

static void
test_own(struct store *w, struct store *r)
{
	struct store_item item = { "one", "Title", "demo" }, read;

	is(store_item_get(r, "demo", "one", &read), STORE_NONE, "no item yet");
	is(store_item_set_title(w, &item), STORE_NONE, "... to change");
	is(count(r, "demo"), 0, "... and it is not made");
	is(store_item_delete(w, "demo", "one"), STORE_NONE, "... to delete");
	is(store_item_add(w, &item, 9), STORE_OK, "an item");
	is(store_item_get(r, "demo", "one", &read), STORE_OK, "... read");
	is_text(read.id, "one", "... its id");
	is_text(read.title, "Title", "... its title");
	is_text(read.owner, "demo", "... its owner");
	strcpy(item.title, "Zweite T\303\274re");
	is(store_item_set_title(w, &item), STORE_OK, "another title");
	is(store_item_set_title(w, &item), STORE_OK, "... the same again");
	is(store_item_get(r, "demo", "one", &read), STORE_OK, "... read");
	is_text(read.title, "Zweite T\303\274re", "... is there");
	is(store_item_get(r, "demo", "ONE", &read), STORE_NONE, "case counts");
	is(store_item_get(r, "demo", "on", &read), STORE_NONE, "all of it does");
	is(store_item_get(r, "demo", "", &read), STORE_NONE, "none");
	is(store_item_get(r, "demo", "%", &read), STORE_NONE, "no pattern");
	is(store_item_delete(w, "demo", "one"), STORE_OK, "deleted");
	is(store_item_get(r, "demo", "one", &read), STORE_NONE, "... gone");
	is(store_item_delete(w, "demo", "one"), STORE_NONE, "... once");
}

static void
test_anothers(struct store *w, struct store *r)
{
	struct store_item item = { "two", "Title", "demo" }, read;

	is(store_item_add(w, &item, 9), STORE_OK, "an item");
	is(store_item_get(r, "eve", "two", &read), STORE_NONE, "not hers");
	strcpy(item.owner, "eve");
	strcpy(item.title, "Mine");
	is(store_item_set_title(w, &item), STORE_NONE, "... to change");
	is(store_item_delete(w, "eve", "two"), STORE_NONE, "... to delete");
	is(store_item_delete(w, "nobody", "two"), STORE_NONE, "nor nobody's");
	is(store_item_add(w, &item, 9), STORE_DOWN, "an id is there once");
	is(count(r, "eve"), 0, "she has none");
	is(count(r, "demo"), 1, "he has it");
	is_text(last.title, "Title", "... as it was");
	is_text(last.owner, "demo", "... and it is his");
}

static void
test_clients(struct store *w, struct store *r)
{
	struct store_client client = { .self = { .created = 100 } };
	struct store_item item = { "robots", "Title", "robot" };

	strcpy(client.self.name, "robot");
	is(store_client_add(w, &client), STORE_OK, "a client");
	is(store_item_add(w, &item, 9), STORE_NONE, "... gets no item");
	is(count(r, "robot"), 0, "... and has none");
}

static void
test_most(struct store *w, struct store *r)
{
	struct store_item item = { "three", "Title", "demo" };

	is(store_item_add(w, &item, 1), STORE_TAKEN, "a second of one");
	is(store_item_add(w, &item, 2), STORE_OK, "... of two");
	strcpy(item.id, "four");
	is(store_item_add(w, &item, 2), STORE_TAKEN, "a third of two");
	strcpy(item.owner, "eve");
	is(store_item_add(w, &item, 2), STORE_OK, "... is another's first");
	strcpy(item.owner, "demo");
	strcpy(item.id, "five");
	is(store_item_delete(w, "demo", "two"), STORE_OK, "one deleted");
	is(store_item_add(w, &item, 2), STORE_OK, "... one added");
	is(count(r, "demo"), 2, "two");
	is_text(last.id, "five", "... the newest last");
}

/* Eight processes add at once: no more than may be. */
static void
test_processes(const char *url, struct store *r)
{
	struct store_item item = { "ab", "Title", "demo" };
	int child, number, status, odd = 0;
	enum store_rc rc;

	for (child = 0; child < 8; child++) {
		if (fork() != 0)
			continue;
		struct store *own = store_new(url, STORE_WRITE);

		for (number = 0; number < 5; number++) {
			item.id[0] = (char)('a' + child);
			item.id[1] = (char)('a' + number);
			rc = store_item_add(own, &item, 20);
			odd |= rc != STORE_OK && rc != STORE_TAKEN;
		}
		store_free(own);
		_exit(odd);
	}
	while (wait(&status) > 0)
		odd |= status;
	is(odd, 0, "eight processes, five items each");
	is(count(r, "demo"), 20, "... twenty, for no more may be");
}

static void
test_url(const char *url)
{
	struct store *w, *r;

	is(store_create(url), STORE_OK, "made");
	w = store_new(url, STORE_WRITE);
	r = store_new(url, STORE_READ);
	add_user(w, "demo");
	add_user(w, "eve");
	test_own(w, r);
	test_anothers(w, r);
	test_clients(w, r);
	test_most(w, r);
	store_free(w);
	test_processes(url, r);
	w = store_new(url, STORE_WRITE);
	is(store_user_delete(w, "demo"), STORE_OK, "the user is deleted");
	is(count(r, "demo"), 0, "... with all items");
	is(count(r, "eve"), 1, "... but hers");
	store_free(w);
	store_free(r);
}

int
main(void)
{
	return over_urls(test_url);
}
