/* users-me-items - the caller's own items. */
#include "endpoint.h"

static void
add(const struct store_item *item, void *list)
{
	cJSON *one = cJSON_CreateObject();

	cJSON_AddStringToObject(one, "item_id", item->id);
	cJSON_AddStringToObject(one, "title", item->title);
	cJSON_AddStringToObject(one, "owner", item->owner);
	cJSON_AddItemToArray(list, one);
}

static void
show(struct call *c)
{
	cJSON *list = cJSON_CreateArray();

	reply_list(c->req, list,
	    store_item_list(c->store, c->who.subject, add, list));
}

const struct endpoint endpoint = {
	.path = "/users/me/items",
	.methods = {
		{ HTTP_GET, .scope = "items", .handle = show,
		    .says = "The caller's own items" },
	},
};
