/* users-me-items - the caller's own items. */
#include <stdio.h>
#include <string.h>

#include "endpoint.h"
#include "text.h"

#define ITEMS_READ	"items"		/* neither contains the other */
#define ITEMS_WRITE	"items:write"

#define ITEM	"{'item_id':'vGj2kXzR09bQ','title':'A lantern','owner':'demo'}"
#define TITLE	{ { "title", "'A lantern'", .says = "1 to 200 characters" } }

static cJSON *
describe(const struct store_item *item)
{
	cJSON *out = cJSON_CreateObject();

	cJSON_AddStringToObject(out, "item_id", item->id);
	cJSON_AddStringToObject(out, "title", item->title);
	cJSON_AddStringToObject(out, "owner", item->owner);
	return out;
}

static void
add(const struct store_item *item, void *list)
{
	cJSON_AddItemToArray(list, describe(item));
}

static void
show(struct call *c)
{
	cJSON *list = cJSON_CreateArray();

	reply_list(c->req, list,
	    store_item_list(c->store, c->who.subject, add, list));
}

/* Start an item of the caller's with the title that was asked for.  Returns 1,
 * or 0 after having said what is wrong. */
static int
read_item(struct call *c, struct store_item *item)
{
	const char *title;

	if (json_string(c->in, "title", 1, STORE_TITLE_MAX / 4, &title) !=
	    JSON_OK) {
		reply_problem(c->req, 400,
		    "title must be a text of 1 to 200 characters");
		return 0;
	}
	strcpy(item->title, title);
	strcpy(item->owner, c->who.subject);
	return 1;
}

static void
hand_out(struct call *c, const struct store_item *item)
{
	char url[CONFIG_VALUE + 40];

	snprintf(url, sizeof url, "%s/users/me/items/%s", c->config->issuer,
	    item->id);
	http_header(c->req, "Location", url);
	reply_json(c->req, 201, describe(item));
}

static void
make(struct call *c)
{
	struct store_item item;

	if (!read_item(c, &item))
		return;
	crypto_random_base62(item.id, STORE_ITEM_ID);
	switch (store_item_add(c->store, &item, STORE_ITEMS_MAX)) {
	case STORE_OK:
		hand_out(c, &item);
		return;
	case STORE_TAKEN:
		reply_problem(c->req, 409, "There are 1000 items already");
		return;
	case STORE_NONE:
		reply_problem(c->req, 403, "Only users have items");
		return;
	default:
		reply_unavailable(c->req);
	}
}

/* Say what a verb said of one item; without an item there is nothing to show.
 * Another's is none. */
static void
answer(struct call *c, enum store_rc rc, const struct store_item *item)
{
	if (rc == STORE_NONE)
		reply_problem(c->req, 404, "There is no such item of yours");
	else if (rc != STORE_OK)
		reply_unavailable(c->req);
	else if (item != NULL)
		reply_json(c->req, 200, describe(item));
	else
		reply_empty(c->req, 204);
}

static void
show_one(struct call *c)
{
	struct store_item item;

	answer(c, store_item_get(c->store, c->who.subject, c->id, &item),
	    &item);
}

static void
replace(struct call *c)
{
	struct store_item item;
	enum store_rc rc = STORE_NONE;

	if (!read_item(c, &item))
		return;
	if (text_copy(item.id, sizeof item.id, c->id) == 0)
		rc = store_item_set_title(c->store, &item);
	answer(c, rc, &item);
}

static void
end(struct call *c)
{
	answer(c, store_item_delete(c->store, c->who.subject, c->id), NULL);
}

const struct endpoint endpoint = {
	.path = "/users/me/items",
	.store = STORE_WRITE,
	.methods = {
		{ HTTP_GET, .scope = ITEMS_READ, .handle = show,
		    .says = "The caller's own items", .gives = "[" ITEM "]" },
		{ HTTP_POST, .scope = ITEMS_WRITE, .handle = make,
		    .says = "Make an item", .members = TITLE,
		    .status = 201, .gives = ITEM, .refuses = { 409 } },
	},
	.id_name = "item_id",
	.id_methods = {
		{ HTTP_GET, .scope = ITEMS_READ, .handle = show_one,
		    .says = "One of the caller's own items", .gives = ITEM },
		{ HTTP_PUT, .scope = ITEMS_WRITE, .handle = replace,
		    .says = "Give an item another title",
		    .members = TITLE, .gives = ITEM },
		{ HTTP_DELETE, .scope = ITEMS_WRITE, .handle = end,
		    .says = "Delete an item", .status = 204 },
	},
};
