/* client - who calls the token endpoint and its kin (RFC 6749, 2.3). */
#include <string.h>

#include "auth.h"
#include "client.h"
#include "guess.h"
#include "peer.h"
#include "reply.h"
#include "token.h"

void
client_tutorial(struct store_client *client)
{
	memset(client, 0, sizeof *client);
	strcpy(client->self.name, STORE_TUTORIAL);
	strcpy(client->grants, "password refresh_token");
	client->is_public = 1;
}

int
client_is_tutorial(const struct store_client *client)
{
	return strcmp(client->self.name, STORE_TUTORIAL) == 0;
}

/* Does the client have that secret (NULL for none)? */
static int
is_its_own(const struct store_client *client, const char *secret)
{
	char digest[TOKEN_DIGEST_TEXT];

	if (client->is_public || secret == NULL)
		return client->is_public && secret == NULL;
	token_digest_text(digest, secret);
	return strlen(client->self.password) == sizeof digest - 1 &&
	    crypto_equal(client->self.password, digest, sizeof digest);
}

/* The client called id, when secret is its own. */
static enum client_rc
prove(struct store *store, const struct config *config, const char *id,
    const char *secret, struct store_client *client)
{
	if (!store_name_valid(id))
		return CLIENT_UNKNOWN;
	if (strcmp(id, STORE_TUTORIAL) == 0) {
		client_tutorial(client);
		return config->password_grant && secret == NULL ? CLIENT_OK :
		    CLIENT_UNKNOWN;
	}
	switch (store_client_get(store, id, client)) {
	case STORE_OK:
		return is_its_own(client, secret) ? CLIENT_OK : CLIENT_UNKNOWN;
	case STORE_NONE:
		return CLIENT_UNKNOWN;
	default:
		return CLIENT_DOWN;
	}
}

/* Who asks, as the request says. */
struct claim {
	struct http_req	*req;
	struct store	*store;
	const struct config *config;
	int64_t		 now;
};

/* Only a name that is a client's is noted. */
static void
note(const struct claim *claim, const char *id, const char *event)
{
	struct store_client client;
	const struct audit audit = { .event = event,
		.client = store_name_valid(id) && store_client_get(
		    claim->store, id, &client) == STORE_OK ? id : NULL };

	peer_audit(claim->req, claim->config, &audit);
}

static enum client_rc
held_back(const struct claim *claim, const char *id, enum guess_rc rc)
{
	if (rc != GUESS_WAIT)
		return CLIENT_DOWN;
	note(claim, id, "limit_hit");
	return CLIENT_WAIT;
}

/* The same, unless too much was guessed.  A name alone is no guess. */
static enum client_rc
try(const struct claim *claim, const char *id, const char *secret,
    struct store_client *client)
{
	struct guess guess;
	enum guess_rc held;
	enum client_rc rc;

	if (secret == NULL) {
		rc = prove(claim->store, claim->config, id, NULL, client);
		if (rc == CLIENT_UNKNOWN)
			note(claim, id, "client_refused");
		return rc;
	}
	held = guess_start(&guess, claim->req, claim->store, claim->config,
	    GUESS_CLIENT, id, claim->now);
	if (held != GUESS_OK)
		return held_back(claim, id, held);
	rc = prove(claim->store, claim->config, id, secret, client);
	if (rc != CLIENT_OK && rc != CLIENT_UNKNOWN)
		return rc;
	held = rc == CLIENT_OK ? guess_right(&guess) : guess_wrong(&guess);
	if (held != GUESS_OK)
		return held_back(claim, id, held);
	if (rc == CLIENT_UNKNOWN)
		note(claim, id, "client_refused");
	return rc;
}

enum client_rc
client_identify(struct http_req *req, struct store *store,
    const struct config *config, const struct form *form, int64_t now,
    struct store_client *client)
{
	const struct claim claim = { req, store, config, now };
	const char *id = form_get(form, "client_id");
	const char *secret = form_get(form, "client_secret");
	struct auth_basic basic;
	enum client_rc rc;

	switch (auth_basic(req, &basic)) {
	case AUTH_BASIC_NONE:
		if (id != NULL)
			return try(&claim, id, secret, client);
		return secret == NULL ? CLIENT_ABSENT : CLIENT_UNKNOWN;
	case AUTH_BASIC_OK:
		break;
	default:
		return CLIENT_UNKNOWN;
	}
	if (secret != NULL)
		rc = CLIENT_TWICE;
	else if (id != NULL && strcmp(id, basic.id) != 0)
		rc = CLIENT_UNKNOWN;
	else
		rc = try(&claim, basic.id, basic.secret[0] != '\0' ?
		    basic.secret : NULL, client);
	crypto_wipe(&basic, sizeof basic);
	return rc;
}

void
client_refuse(struct http_req *req, const struct config *config,
    enum client_rc rc)
{
	if (rc == CLIENT_TWICE)
		reply_oauth_error(req, 400, config->realm, "invalid_request",
		    "The client authenticates in two ways at once");
	else if (rc == CLIENT_DOWN)
		reply_oauth_error(req, 503, config->realm,
		    "temporarily_unavailable",
		    "The service cannot answer now");
	else if (rc == CLIENT_WAIT)
		reply_oauth_error(req, 429, config->realm, "slow_down",
		    "Too many wrong ones: Retry-After says for how long to "
		    "wait");
	else
		reply_oauth_error(req, 401, config->realm, "invalid_client",
		    "The client is unknown or its secret is wrong");
}

static int
is_complete(struct http_req *req, const struct config *config,
    const struct form *form)
{
	if (form_get(form, "token") != NULL)
		return 1;
	reply_oauth_error(req, 400, config->realm, "invalid_request",
	    "token is missing");
	return 0;
}

int
client_require(struct http_req *req, struct store *store,
    const struct config *config, int proof, int64_t now, struct form *form,
    struct store_client *client)
{
	struct body_error error;
	enum client_rc rc;

	if (form_read(req, form, &error) != 0) {
		reply_oauth_error(req, error.status, config->realm,
		    "invalid_request", error.text);
		return 0;
	}
	rc = client_identify(req, store, config, form, now, client);
	if (rc == CLIENT_OK && proof && client->is_public)
		rc = CLIENT_UNKNOWN;	/* a name alone proves nothing */
	if (rc != CLIENT_OK)
		client_refuse(req, config, rc);
	else if (is_complete(req, config, form))
		return 1;
	form_wipe(form);
	return 0;
}
