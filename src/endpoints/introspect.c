/* introspect - tell a client what a token is good for (RFC 7662). */
#include <string.h>

#include "client.h"
#include "endpoint.h"
#include "token.h"

/* What there is to say of a live token that the client may see. */
struct seen {
	const char	*name, *client, *type;
	char		 scope[SCOPE_MAX + 1];
	int64_t		 created, expires;
};

/* Fill seen from an access token's or a key's row.  Returns 1, or 0 when it is
 * not alive. */
static int
see_token(const struct store_token *row, int64_t now, struct seen *seen)
{
	seen->name = row->name;
	seen->client = row->client;
	seen->type = "bearer";
	seen->created = row->created;
	seen->expires = row->expires;
	scope_common(row->scope, row->user_scope, seen->scope);
	return row->kind != STORE_KIND_NONE && !row->user_disabled &&
	    row->expires > now;
}

/* The same for a refresh token, which is alive until it is used. */
static int
see_refresh(const struct store_refresh *row, int64_t now, struct seen *seen)
{
	seen->name = row->name;
	seen->client = row->client;
	seen->type = "refresh_token";
	seen->created = row->created;
	seen->expires = row->expires < row->family_expires ? row->expires :
	    row->family_expires;
	strcpy(seen->scope, row->scope);
	return row->used == 0 && !row->user_disabled && seen->expires > now;
}

static void
say(struct call *c, const struct seen *seen, const char *id)
{
	cJSON *out = cJSON_CreateObject();

	cJSON_AddTrueToObject(out, "active");
	cJSON_AddStringToObject(out, "scope", seen->scope);
	if (seen->client[0] != '\0')
		cJSON_AddStringToObject(out, "client_id", seen->client);
	cJSON_AddStringToObject(out, "username", seen->name);
	cJSON_AddStringToObject(out, "sub", seen->name);
	cJSON_AddStringToObject(out, "token_type", seen->type);
	cJSON_AddNumberToObject(out, "exp", (double)seen->expires);
	cJSON_AddNumberToObject(out, "iat", (double)seen->created);
	if (c->config->issuer[0] != '\0')
		cJSON_AddStringToObject(out, "iss", c->config->issuer);
	cJSON_AddStringToObject(out, "jti", id);
	reply_json(c->req, 200, out);
}

/* Look for the token text and answer. */
static void
look(struct call *c, const char *text, const struct store_client *client)
{
	struct store_refresh refresh;
	struct store_token token;
	struct seen seen = { .client = "" };
	uint8_t digest[CRYPTO_DIGEST];
	char id[STORE_ID_SIZE];
	enum token_shape shape = token_shape(text, strlen(text));
	enum store_rc rc = STORE_NONE;
	int alive = 0;
	cJSON *out;

	token_digest(digest, text, strlen(text));
	if (shape == TOKEN_OURS_REFRESH) {
		rc = store_refresh_get(c->store, digest, &refresh);
		alive = rc == STORE_OK && see_refresh(&refresh, c->now, &seen);
	} else if (shape == TOKEN_OURS || (shape == TOKEN_FOREIGN &&
	    c->config->foreign_tokens)) {
		rc = store_token_get(c->store, digest, &token);
		alive = rc == STORE_OK && see_token(&token, c->now, &seen);
	}
	if (rc == STORE_DOWN) {
		client_refuse(c->req, c->config, CLIENT_DOWN);
	} else if (alive && (client->introspect ||
	    strcmp(seen.client, client->self.name) == 0)) {
		store_id(digest, id);
		say(c, &seen, id);
	} else {
		out = cJSON_CreateObject();
		cJSON_AddFalseToObject(out, "active");
		reply_json(c->req, 200, out);
	}
}

static void
introspect(struct call *c)
{
	static struct form form;
	struct store_client client;
	const char *text;

	if (client_require(c->req, c->store, c->config, &form, &client) != 1)
		return;
	text = form_get(&form, "token");
	if (client.is_public)		/* naming itself proves nothing */
		client_refuse(c->req, c->config, CLIENT_UNKNOWN);
	else if (text == NULL)
		reply_oauth_error(c->req, 400, c->config->realm,
		    "invalid_request", "token is missing");
	else
		look(c, text, &client);
	form_wipe(&form);
}

const struct endpoint endpoint = {
	.path = "/introspect",
	.store = STORE_READ,
	.methods = {
		{ HTTP_POST, .scope = SCOPE_PUBLIC, .handle = introspect,
		    .says = "Tell what a token is good for" },
	},
};
