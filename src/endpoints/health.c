/* health - does the ledger answer?  The skeleton to copy. */
#include "endpoint.h"

static void
show(struct call *c)
{
	cJSON *out;

	if (store_ping(c->store) != STORE_OK) {
		reply_unavailable(c->req);
		return;
	}
	out = cJSON_CreateObject();
	cJSON_AddStringToObject(out, "status", "ok");
	reply_json(c->req, 200, out);
}

const struct endpoint endpoint = {
	.path = "/health",
	.store = STORE_READ,
	.methods = {
		{ HTTP_GET, .scope = SCOPE_PUBLIC, .handle = show,
		    .says = "Does the ledger answer",
		    .gives = "{'status':'ok'}" },
	},
};
