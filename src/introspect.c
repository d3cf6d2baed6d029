/* introspect - tell a client what a token is good for (RFC 7662). */
#include <string.h>

#include "guess.h"
#include "introspect.h"
#include "peer.h"
#include "reply.h"
#include "token.h"

/* What there is to say of a token. */
struct seen {
	char	name[STORE_NAME_MAX + 1];
	char	client[STORE_NAME_MAX + 1];
	char	scope[SCOPE_MAX + 1];
	const char *type;
	int64_t	created, expires;
};

/* Find an access token or a key that lives. */
static enum store_rc
see_token(struct store *store, const uint8_t digest[CRYPTO_DIGEST],
    int64_t now, struct seen *seen)
{
	struct store_token row;
	enum store_rc rc = store_token_get(store, digest, &row);

	if (rc != STORE_OK)
		return rc;
	strcpy(seen->name, row.name);
	strcpy(seen->client, row.client);
	scope_common(row.scope, row.user_scope, seen->scope);
	seen->type = "bearer";
	seen->created = row.created;
	seen->expires = row.expires;
	return row.kind != STORE_KIND_NONE && !row.user_disabled &&
	    row.expires > now ? STORE_OK : STORE_NONE;
}

/* Find a refresh token that lives and was not used. */
static enum store_rc
see_refresh(struct store *store, const uint8_t digest[CRYPTO_DIGEST],
    int64_t now, struct seen *seen)
{
	struct store_refresh row;
	enum store_rc rc = store_refresh_get(store, digest, &row);

	if (rc != STORE_OK)
		return rc;
	strcpy(seen->name, row.name);
	strcpy(seen->client, row.client);
	scope_common(row.scope, row.user_scope, seen->scope);
	seen->type = "refresh_token";
	seen->created = row.created;
	seen->expires = row.expires < row.family_expires ? row.expires :
	    row.family_expires;
	return row.used == 0 && !row.user_disabled && seen->expires > now ?
	    STORE_OK : STORE_NONE;
}

/* Find the token text, as the guard would. */
static enum store_rc
see(struct store *store, const struct config *config, const char *text,
    const uint8_t digest[CRYPTO_DIGEST], int64_t now, struct seen *seen)
{
	switch (token_shape(text, strlen(text))) {
	case TOKEN_OURS_REFRESH:
		return see_refresh(store, digest, now, seen);
	case TOKEN_OURS:
		return see_token(store, digest, now, seen);
	case TOKEN_FOREIGN:
		return config->foreign_tokens ?
		    see_token(store, digest, now, seen) : STORE_NONE;
	default:
		return STORE_NONE;
	}
}

static void
say(struct http_req *req, const struct config *config,
    const struct seen *seen, const uint8_t digest[CRYPTO_DIGEST])
{
	cJSON *out = cJSON_CreateObject();
	char id[STORE_ID_SIZE];

	store_id(digest, id);
	cJSON_AddTrueToObject(out, "active");
	cJSON_AddStringToObject(out, "scope", seen->scope);
	if (seen->client[0] != '\0')
		cJSON_AddStringToObject(out, "client_id", seen->client);
	cJSON_AddStringToObject(out, "username", seen->name);
	cJSON_AddStringToObject(out, "sub", seen->name);
	cJSON_AddStringToObject(out, "token_type", seen->type);
	cJSON_AddNumberToObject(out, "exp", (double)seen->expires);
	cJSON_AddNumberToObject(out, "iat", (double)seen->created);
	if (config->issuer[0] != '\0')
		cJSON_AddStringToObject(out, "iss", config->issuer);
	cJSON_AddStringToObject(out, "jti", id);
	reply_json(req, 200, out);
}

static void
say_inactive(struct http_req *req)
{
	cJSON *out = cJSON_CreateObject();

	cJSON_AddFalseToObject(out, "active");
	reply_json(req, 200, out);
}

/* One question of a client's. */
struct question {
	struct http_req		*req;
	struct store		*store;
	const struct config	*config;
	int64_t			 now;
	const char		*text;		/* the token */
	uint8_t			 digest[CRYPTO_DIGEST];
	struct seen		 seen;
};

/* Is it there, and the client's to see? */
static enum store_rc
find(struct question *q, const struct store_client *client)
{
	enum store_rc rc = see(q->store, q->config, q->text, q->digest, q->now,
	    &q->seen);

	return rc == STORE_OK && !client->introspect &&
	    strcmp(q->seen.client, client->self.name) != 0 ? STORE_NONE : rc;
}

static void
answer(struct question *q, enum store_rc rc)
{
	if (rc == STORE_OK)
		say(q->req, q->config, &q->seen, q->digest);
	else if (rc == STORE_NONE)
		say_inactive(q->req);
	else
		client_refuse(q->req, q->config, CLIENT_DOWN);
}

/* What is none of our tokens, by its form, may be a guess at a foreign one.
 * Ours cannot be guessed: a client that asks about them, however many have
 * ended, is never held back. */
static void
answer_guess(struct question *q, const struct store_client *client)
{
	struct guess guess;
	enum store_rc found = STORE_DOWN;
	const struct audit hit = { .event = "limit_hit",
		.client = client->self.name };
	enum guess_rc rc = guess_start_for(&guess, q->req, q->store, q->config,
	    client->self.name, q->now);

	if (rc == GUESS_OK)
		found = find(q, client);
	if (found == STORE_NONE)
		rc = guess_wrong(&guess);
	if (rc == GUESS_WAIT)
		peer_audit(q->req, q->config, &hit);
	if (rc == GUESS_OK)
		answer(q, found);
	else
		client_refuse(q->req, q->config, rc == GUESS_WAIT ?
		    CLIENT_WAIT : CLIENT_DOWN);
}

void
introspect_serve(struct http_req *req, struct store *store,
    const struct config *config, int64_t now)
{
	static struct form form;
	struct store_client client;
	struct question q = { .req = req, .store = store, .config = config,
		.now = now };
	enum token_shape shape;

	if (client_require(req, store, config, 1, now, &form, &client) != 1)
		return;
	q.text = form_get(&form, "token");
	token_digest(q.digest, q.text, strlen(q.text));
	shape = token_shape(q.text, strlen(q.text));
	if (shape == TOKEN_OURS || shape == TOKEN_OURS_REFRESH)
		answer(&q, find(&q, &client));
	else
		answer_guess(&q, &client);
	form_wipe(&form);
}
