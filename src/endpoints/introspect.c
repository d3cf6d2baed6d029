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
	.store = STORE_READ,
	.methods = {
		{ HTTP_POST, .scope = SCOPE_PUBLIC, .handle = look,
		    .says = "Tell what a token is good for" },
	},
};
