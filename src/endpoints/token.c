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
		    .says = "Trade name and password for a token", .form = 1,
		    .members = {
			{ "grant_type", "'password'",
			    .says = "client_credentials, refresh_token, "
			    "password" },
			{ "username", "'demo'", "of the grant password", 1 },
			{ "password", "'secret'", "of the grant password", 1 },
			{ "refresh_token", "'pst_rt_...'",
			    "of the grant refresh_token", 1 },
			{ "scope", "'me'", "all that may be had, "
			    "when absent", 1 },
			CLIENT_FIELDS
		    },
		    .gives = "{'access_token':'pst_at_...',"
			"'token_type':'bearer','expires_in':1800,"
			"'scope':'me','refresh_token?':'pst_rt_...'}",
		    .refuses = { 429 } },
	},
};
