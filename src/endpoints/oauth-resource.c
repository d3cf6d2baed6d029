/* oauth-resource - whose tokens are taken here, and how (RFC 9728). */
#include "endpoint.h"

static void
show(struct call *c)
{
	static const char *const header[] = { "header" };
	const char *issuer = c->config->issuer;
	cJSON *out;

	if (!reply_needs_issuer(c->req, c->config))
		return;
	out = cJSON_CreateObject();
	cJSON_AddStringToObject(out, "resource", issuer);
	cJSON_AddItemToObject(out, "authorization_servers",
	    cJSON_CreateStringArray(&issuer, 1));
	cJSON_AddItemToObject(out, "bearer_methods_supported",
	    cJSON_CreateStringArray(header, 1));
	reply_json(c->req, 200, out);
}

const struct endpoint endpoint = {
	.path = "/.well-known/oauth-protected-resource",
	.methods = {
		{ HTTP_GET, .scope = SCOPE_PUBLIC, .handle = show,
		    .says = "Whose tokens are taken here",
		    .gives = "{'resource':'https://www.example',"
			"'authorization_servers':['https://www.example'],"
			"'bearer_methods_supported':['header']}",
		    .refuses = { 404 } },
	},
};
