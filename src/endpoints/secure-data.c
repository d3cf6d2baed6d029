/* secure-data - what anyone with a live token can see. */
#include "endpoint.h"

static void
show(struct call *c)
{
	cJSON *out = cJSON_CreateObject();

	cJSON_AddStringToObject(out, "data", "This is protected data");
	cJSON_AddStringToObject(out, "user", c->who.subject);
	reply_json(c->req, 200, out);
}

const struct endpoint endpoint = {
	.path = "/secure-data",
	.methods = {
		{ HTTP_GET, .scope = SCOPE_ANY, .handle = show,
		    .says = "What anyone with a token can see",
		    .gives = "{'data':'This is protected data',"
			"'user':'demo'}" },
	},
};
