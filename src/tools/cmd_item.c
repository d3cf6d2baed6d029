/* cmd_item - items: add, list, delete. */
#include <stdio.h>
#include <string.h>

#include "cmd.h"
#include "text.h"

static int
add(int argc, char **argv)
{
	const char *name = NULL, *title;
	const struct cmd_option options[] = { { "user", &name, NULL },
		{ NULL, NULL, NULL } };
	struct store_item item;
	struct store *store;
	enum store_rc rc;

	cmd_read(argc, argv, options, &title, 1);
	if (name == NULL)
		cmd_misused("whose item? --user NAME");
	if (title[0] == '\0' || !text_is_clean(title) ||
	    text_copy(item.title, sizeof item.title, title) != 0 ||
	    text_length(title) > STORE_TITLE_MAX / 4)
		cmd_refuse("the title must be 1 to %d characters of UTF-8 "
		    "without controls", STORE_TITLE_MAX / 4);
	crypto_random_base62(item.id, STORE_ITEM_ID);
	store = cmd_store(STORE_WRITE);
	strcpy(item.owner, cmd_user_named(store, name).name);
	rc = store_item_add(store, &item, STORE_ITEMS_MAX);
	if (rc == STORE_TAKEN)
		cmd_refuse("%s has %d items already", name, STORE_ITEMS_MAX);
	cmd_expect(rc, "user any more");
	printf("item_id %s\n", item.id);
	return cmd_done();
}

static void
print_line(const struct store_item *item, void *arg)
{
	(void)arg;
	printf("%s %s\n", item->id, item->title);
}

static int
list(int argc, char **argv)
{
	const char *name = NULL;
	const struct cmd_option options[] = { { "user", &name, NULL },
		{ NULL, NULL, NULL } };
	struct store *store;

	cmd_read(argc, argv, options, NULL, 0);
	if (name == NULL)
		cmd_misused("whose items? --user NAME");
	store = cmd_store(STORE_READ);
	cmd_user_named(store, name);
	cmd_expect(store_item_list(store, name, print_line, NULL), "user");
	return cmd_done();
}

static int
delete(int argc, char **argv)
{
	const char *name = NULL, *id;
	const struct cmd_option options[] = { { "user", &name, NULL },
		{ NULL, NULL, NULL } };
	struct store *store;

	cmd_read(argc, argv, options, &id, 1);
	if (name == NULL)
		cmd_misused("whose item? --user NAME");
	store = cmd_store(STORE_WRITE);
	cmd_user_named(store, name);
	cmd_expect(store_item_delete(store, name, id), "item of that user");
	return cmd_done();
}

const struct cmd cmd_item[] = {
	{ "add", add, "item add --user NAME TITLE",
	"  Add an item to what the user owns, 1000 at most; prints its id.\n" },
	{ "list", list, "item list --user NAME",
	"  Print the user's items: id, title.\n" },
	{ "delete", delete, "item delete --user NAME ID",
	"  Delete one of the user's items by its id.\n" },
	{ NULL, NULL, NULL, NULL }
};
