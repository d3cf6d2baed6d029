/* token - trade a user's name and password for a token (RFC 6749). */
#include "endpoint.h"
#include "grant.h"
#include "peer.h"

static void
answer(struct call *c, const struct grant *grant)
{
	cJSON *out;

	if (grant->error != NULL) {
		reply_oauth_error(c->req, grant->status, c->config->realm,
		    grant->error, grant->description);
		return;
	}
	out = cJSON_CreateObject();
	cJSON_AddStringToObject(out, "access_token", grant->token);
	cJSON_AddStringToObject(out, "token_type", "bearer");
	cJSON_AddNumberToObject(out, "expires_in", (double)grant->expires_in);
	cJSON_AddStringToObject(out, "scope", grant->scope);
	reply_json(c->req, 200, out);
}

static void
trade(struct call *c)
{
	static struct form form;
	struct form_error error;
	struct grant grant;
	char address[PEER_ADDRESS];

	if (form_read(c->req, &form, &error) != 0) {
		reply_oauth_error(c->req, error.status, c->config->realm,
		    "invalid_request", error.text);
	} else if (auth_has_basic(c->req)) {
		reply_oauth_error(c->req, 401, c->config->realm,
		    "invalid_client", "The client is unknown");
	} else {
		peer_address(c->req, c->config, address);
		grant_request(c->store, c->config, &form, address, c->now,
		    &grant);
		answer(c, &grant);
		crypto_wipe(&grant, sizeof grant);
	}
	form_wipe(&form);
}

const struct endpoint endpoint = {
	.path = "/token",
	.store = STORE_WRITE,
	.methods = {
		{ HTTP_POST, .scope = SCOPE_PUBLIC, .handle = trade,
		    .says = "Trade name and password for a token" },
	},
};
