/* client - who calls the token endpoint and its kin (RFC 6749, 2.3). */
#include <string.h>

#include "auth.h"
#include "client.h"
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

/* The client called id, when secret (NULL for none) is its own. */
static enum client_rc
prove(struct store *store, const struct config *config, const char *id,
    const char *secret, struct store_client *client)
{
	char digest[TOKEN_DIGEST_TEXT];

	if (!store_name_valid(id))
		return CLIENT_UNKNOWN;
	if (strcmp(id, STORE_TUTORIAL) == 0) {
		client_tutorial(client);
		return config->password_grant && secret == NULL ? CLIENT_OK :
		    CLIENT_UNKNOWN;
	}
	switch (store_client_get(store, id, client)) {
	case STORE_OK:
		break;
	case STORE_NONE:
		return CLIENT_UNKNOWN;
	default:
		return CLIENT_DOWN;
	}
	if (client->is_public)
		return secret == NULL ? CLIENT_OK : CLIENT_UNKNOWN;
	if (secret == NULL)
		return CLIENT_UNKNOWN;
	token_digest_text(digest, secret);
	return strlen(client->self.password) == sizeof digest - 1 &&
	    crypto_equal(client->self.password, digest, sizeof digest) ?
	    CLIENT_OK : CLIENT_UNKNOWN;
}

enum client_rc
client_identify(struct http_req *req, struct store *store,
    const struct config *config, const struct form *form,
    struct store_client *client)
{
	const char *id = form_get(form, "client_id");
	const char *secret = form_get(form, "client_secret");
	struct auth_basic basic;
	enum client_rc rc;

	switch (auth_basic(req, &basic)) {
	case AUTH_BASIC_NONE:
		if (id != NULL)
			return prove(store, config, id, secret, client);
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
		rc = prove(store, config, basic.id,
		    basic.secret[0] != '\0' ? basic.secret : NULL, client);
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
    const struct config *config, int proof, struct form *form,
    struct store_client *client)
{
	struct body_error error;
	enum client_rc rc;

	if (form_read(req, form, &error) != 0) {
		reply_oauth_error(req, error.status, config->realm,
		    "invalid_request", error.text);
		return 0;
	}
	rc = client_identify(req, store, config, form, client);
	if (rc == CLIENT_OK && proof && client->is_public)
		rc = CLIENT_UNKNOWN;	/* a name alone proves nothing */
	if (rc != CLIENT_OK)
		client_refuse(req, config, rc);
	else if (is_complete(req, config, form))
		return 1;
	form_wipe(form);
	return 0;
}
