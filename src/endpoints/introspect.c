/* introspect - tell a client what a token is good for (RFC 7662). */
#include "endpoint.h"
#include "introspect.h"

static void
look(struct call *c)
{
	introspect_serve(c->req, c->store, c->config, c->now);
}

const struct endpoint endpoint = {
	.path = "/introspect",
	.store = STORE_WRITE,
	.methods = {
		{ HTTP_POST, .scope = SCOPE_PUBLIC, .handle = look,
		    .says = "Tell what a token is good for", .form = 1,
		    .members = {
			{ "token", "'pst_at_...'", .says = "of any kind" },
			CLIENT_FIELDS
		    },
		    .gives = "{'active':true,'scope?':'me',"
			"'client_id?':'machine','username?':'demo',"
			"'sub?':'demo','token_type?':'bearer',"
			"'exp?':1767225600,'iat?':1767223800,"
			"'iss?':'https://www.example',"
			"'jti?':'7f3c2a91b0d4e586'}",
		    .refuses = { 429 } },
	},
};
