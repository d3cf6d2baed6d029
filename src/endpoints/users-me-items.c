/* users-me-items - the caller's own items. */
#include "endpoint.h"

struct list {
	cJSON		*out;
	const char	*owner;
};

static void
add(const struct store_item *item, void *arg)
{
	struct list *list = arg;
	cJSON *one = cJSON_CreateObject();

	cJSON_AddStringToObject(one, "item_id", item->id);
	cJSON_AddStringToObject(one, "title", item->title);
	cJSON_AddStringToObject(one, "owner", list->owner);
	cJSON_AddItemToArray(list->out, one);
}

static void
show(struct call *c)
{
	struct list list = { cJSON_CreateArray(), c->who.subject };

	if (store_item_list(c->store, c->who.subject, add, &list) == STORE_OK) {
		reply_json(c->req, 200, list.out);
		return;
	}
	cJSON_Delete(list.out);
	reply_unavailable(c->req);
}

const struct endpoint endpoint = {
	.path = "/users/me/items",
	.methods = {
		{ HTTP_GET, .scope = "items", .handle = show,
		    .says = "The caller's own items" },
	},
};
