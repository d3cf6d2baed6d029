/* token - trade a user's name and password for a token (RFC 6749). */
#include "endpoint.h"
#include "grant.h"

static void
trade(struct call *c)
{
	grant_serve(c->req, c->store, c->config, c->now);
}

const struct endpoint endpoint = {
	.path = "/token",
	.store = STORE_WRITE,
	.methods = {
		{ HTTP_POST, .scope = SCOPE_PUBLIC, .handle = trade,
		    .says = "Trade name and password for a token" },
	},
};
