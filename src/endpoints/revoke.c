/* revoke - a client gives a token back (RFC 7009). */
#include <string.h>

#include "client.h"
#include "endpoint.h"
#include "peer.h"
#include "token.h"

static void
note(struct call *c, const uint8_t digest[CRYPTO_DIGEST], const char *subject,
    const char *client)
{
	char id[STORE_ID_SIZE];
	const struct audit audit = { .event = "token_revoked", .token = id,
		.subject = subject, .client = client };

	store_id(digest, id);
	peer_audit(c->req, c->config, &audit);
}

/* End a refresh token with its family, if it is the client's. */
static enum store_rc
end_refresh(struct call *c, const uint8_t digest[CRYPTO_DIGEST],
    const char *client)
{
	struct store_refresh row;
	enum store_rc rc = store_refresh_get(c->store, digest, &row);

	if (rc == STORE_OK && strcmp(row.client, client) != 0)
		rc = STORE_NONE;
	if (rc == STORE_OK)
		rc = store_refresh_revoke(c->store, row.family);
	if (rc == STORE_OK)
		note(c, digest, row.name, client);
	return rc;
}

static enum store_rc
end_token(struct call *c, const uint8_t digest[CRYPTO_DIGEST],
    const char *client)
{
	struct store_token row;
	enum store_rc rc = store_token_get(c->store, digest, &row);

	if (rc == STORE_OK && strcmp(row.client, client) != 0)
		rc = STORE_NONE;
	if (rc == STORE_OK)
		rc = store_token_revoke(c->store, digest);
	if (rc == STORE_OK)
		note(c, digest, row.name, client);
	return rc;
}

/* End the token text, if it is the client's.  Anything else has no effect, and
 * only STORE_DOWN is a failure. */
static enum store_rc
end(struct call *c, const char *text, const char *client)
{
	uint8_t digest[CRYPTO_DIGEST];

	token_digest(digest, text, strlen(text));
	switch (token_shape(text, strlen(text))) {
	case TOKEN_OURS_REFRESH:
		return end_refresh(c, digest, client);
	case TOKEN_OURS:
		return end_token(c, digest, client);
	default:
		return STORE_NONE;
	}
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
			{ "token", "'pst_at_...'",
			    .says = "of the client that asks" },
			CLIENT_FIELDS
		    },
		    .gives = "{}", .refuses = { 429 } },
	},
};
