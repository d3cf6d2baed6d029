/* revoke - a client gives a token back (RFC 7009). */
#include <string.h>

#include "client.h"
#include "endpoint.h"
#include "token.h"

/* End the token text, if it is the client's.  Anything else has no effect, and
 * only STORE_DOWN is a failure. */
static enum store_rc
end(struct call *c, const char *text, const char *client)
{
	struct store_refresh refresh;
	struct store_token token;
	uint8_t digest[CRYPTO_DIGEST];
	enum token_shape shape = token_shape(text, strlen(text));
	enum store_rc rc;

	token_digest(digest, text, strlen(text));
	if (shape == TOKEN_OURS_REFRESH) {
		rc = store_refresh_get(c->store, digest, &refresh);
		return rc == STORE_OK && strcmp(refresh.client, client) == 0 ?
		    store_refresh_revoke(c->store, refresh.family) : rc;
	}
	if (shape != TOKEN_OURS)
		return STORE_NONE;
	rc = store_token_get(c->store, digest, &token);
	return rc == STORE_OK && strcmp(token.client, client) == 0 ?
	    store_token_revoke(c->store, digest) : rc;
}

static void
revoke(struct call *c)
{
	static struct form form;
	struct store_client client;

	if (client_require(c->req, c->store, c->config, 0, c->now, &form,
	    &client) != 1)
		return;
	if (end(c, form_get(&form, "token"), client.self.name) == STORE_DOWN)
		client_refuse(c->req, c->config, CLIENT_DOWN);
	else	/* clients ignore it, but some want JSON */
		reply_json(c->req, 200, cJSON_CreateObject());
	form_wipe(&form);
}

const struct endpoint endpoint = {
	.path = "/revoke",
	.store = STORE_WRITE,
	.methods = {
		{ HTTP_POST, .scope = SCOPE_PUBLIC, .handle = revoke,
		    .says = "Give a token back", .form = 1,
		    .members = {
			{ "token", "'pst_at_...'", "of the client that asks" },
			CLIENT_FIELDS
		    },
		    .gives = "{}", .refuses = { 429 } },
	},
};
