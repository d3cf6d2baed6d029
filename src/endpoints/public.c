/* public - what anyone can see. */
#include "endpoint.h"

static void
show(struct call *c)
{
	cJSON *out = cJSON_CreateObject();

	cJSON_AddStringToObject(out, "message", "Anyone can see this");
	reply_json(c->req, 200, out);
}

const struct endpoint endpoint = {
	.path = "/public",
	.methods = {
		{ HTTP_GET, .scope = SCOPE_PUBLIC, .handle = show,
		    .says = "What anyone can see",
		    .gives = "{'message':'Anyone can see this'}" },
	},
};
