/* users-me - tell the caller who its token says it is. */
#include "endpoint.h"

static void
show(struct call *c)
{
	cJSON *out = cJSON_CreateObject(), *scopes;
	char one[SCOPE_MAX + 1];
	const char *rest = c->who.scope;

	cJSON_AddStringToObject(out, "username", c->who.subject);
	cJSON_AddFalseToObject(out, "disabled");	/* or no token lives */
	scopes = cJSON_AddArrayToObject(out, "scopes");
	while ((rest = scope_next(rest, one)) != NULL)
		cJSON_AddItemToArray(scopes, cJSON_CreateString(one));
	reply_json(c->req, 200, out);
}

const struct endpoint endpoint = {
	.path = "/users/me",
	.methods = {
		{ HTTP_GET, .scope = "me", .handle = show, .says = "Who am I",
		    .gives = "{'username':'demo','disabled':false,"
			"'scopes':['me','items']}" },
	},
};
