/* grant - what a client trades for a token (RFC 6749, 4). */
#include <string.h>

#include "auth.h"
#include "form.h"
#include "grant.h"
#include "log.h"
#include "password.h"
#include "peer.h"
#include "reply.h"
#include "token.h"

#define USERNAME_MAX	255		/* bytes; longer ones are no names */

/* The built-in public client of the tutorial. */
static const char tutorial[] = "tutorial";

/* What came of a request: a token, or one of RFC 6749 5.2's errors. */
struct grant {
	int		 status;	/* 200, or that of the error */
	const char	*error;		/* NULL with a token */
	const char	*description;
	char		 token[TOKEN_SIZE];
	int64_t		 expires_in;	/* seconds */
	char		 scope[SCOPE_MAX + 1];
};

static void
refuse(struct grant *grant, int status, const char *error,
    const char *description)
{
	grant->status = status;
	grant->error = error;
	grant->description = description;
}

static void
unavailable(struct grant *grant)
{
	refuse(grant, 503, "temporarily_unavailable",
	    "The service cannot answer now");
}

static void
invalid_grant(struct grant *grant)
{
	refuse(grant, 400, "invalid_grant", "Incorrect username or password");
}

/* Give a user a new token: its scope is asked (already within the user's), or
 * all that the user has when asked is NULL. */
static void
issue(struct store *store, const struct store_user *user,
    const char *asked, int64_t ttl, int64_t now, struct grant *grant)
{
	struct store_token row = { .kind = STORE_KIND_ACCESS, .created = now,
		.expires = now + ttl };
	uint8_t digest[1][CRYPTO_DIGEST];

	strcpy(row.scope, asked != NULL ? asked : user->scope);
	strcpy(grant->scope, row.scope);
	grant->expires_in = ttl;
	token_make(grant->token, TOKEN_ACCESS);
	token_digest(digest[0], grant->token, strlen(grant->token));
	switch (store_token_add(store, user, &row,
	    (const uint8_t (*)[CRYPTO_DIGEST])digest, 1)) {
	case STORE_OK:
		grant->status = 200;
		return;
	case STORE_NONE:
		invalid_grant(grant);	/* ended while we looked */
		return;
	default:
		unavailable(grant);
	}
}

/* The password was right: keep its hash as strong as the configuration asks.
 * That this could not be written is no reason to refuse the login. */
static void
renew_hash(struct store *store, const struct config *config,
    struct store_user *user, const char *password)
{
	char hash[CRYPTO_HASH_SIZE];

	if (!password_is_dated(config, user->password) ||
	    password_hash(config, password, hash) != 0)
		return;
	if (store_user_set_password(store, user, hash) == STORE_OK)
		strcpy(user->password, hash);
}

static void
give_user(struct store *store, const struct config *config,
    struct store_user *user, const char *password, const char *asked,
    int64_t now, struct grant *grant)
{
	if (asked != NULL && !scope_within(asked, user->scope)) {
		refuse(grant, 400, "invalid_scope",
		    "The user does not have this scope");
		return;
	}
	renew_hash(store, config, user, password);
	issue(store, user, asked, config->access_ttl, now, grant);
}

static void
password_grant(struct http_req *req, struct store *store,
    const struct config *config, const struct form *form, int64_t now,
    struct grant *grant)
{
	const char *username = form_get(form, "username");
	const char *password = form_get(form, "password");
	const char *asked = form_get(form, "scope");
	struct store_user user;
	enum store_rc found = STORE_NONE;
	char address[PEER_ADDRESS];

	if (username == NULL || password == NULL ||
	    strlen(username) > USERNAME_MAX ||
	    strlen(password) > PASSWORD_MAX) {
		refuse(grant, 400, "invalid_request",
		    "username or password is missing or too long");
		return;
	}
	if (asked != NULL && !scope_valid(asked)) {
		refuse(grant, 400, "invalid_scope",
		    "scope is not a list of scopes, each named once");
		return;
	}
	if (store_name_valid(username))
		found = store_user_get(store, username, &user);
	if (found == STORE_DOWN) {
		unavailable(grant);
		return;
	}
	switch (password_check(config, found == STORE_OK ? &user : NULL,
	    password)) {
	case PASSWORD_RIGHT:
		give_user(store, config, &user, password, asked, now, grant);
		return;
	case PASSWORD_WRONG:
		/* A name that is nobody's may be a password in the wrong
		 * field. */
		peer_address(req, config, address);
		log_event("login refused from %s for %s", address,
		    found == STORE_OK ? username : "an unknown name");
		invalid_grant(grant);
		return;
	case PASSWORD_BUSY:
		break;
	}
	unavailable(grant);
}

static void
request(struct http_req *req, struct store *store,
    const struct config *config, const struct form *form, int64_t now,
    struct grant *grant)
{
	const char *type = form_get(form, "grant_type");
	const char *client = form_get(form, "client_id");

	if (type == NULL)
		refuse(grant, 400, "invalid_request", "grant_type is missing");
	else if (auth_has_basic(req) ||
	    (client != NULL && strcmp(client, tutorial) != 0))
		refuse(grant, 401, "invalid_client", "The client is unknown");
	else if (strcmp(type, "password") != 0 || !config->password_grant)
		refuse(grant, 400, "unsupported_grant_type",
		    "This grant is not offered here");
	else
		password_grant(req, store, config, form, now, grant);
}

static void
answer(struct http_req *req, const char *realm, const struct grant *grant)
{
	cJSON *out;

	if (grant->error != NULL) {
		reply_oauth_error(req, grant->status, realm, grant->error,
		    grant->description);
		return;
	}
	out = cJSON_CreateObject();
	cJSON_AddStringToObject(out, "access_token", grant->token);
	cJSON_AddStringToObject(out, "token_type", "bearer");
	cJSON_AddNumberToObject(out, "expires_in", (double)grant->expires_in);
	cJSON_AddStringToObject(out, "scope", grant->scope);
	reply_json(req, 200, out);
}

void
grant_serve(struct http_req *req, struct store *store,
    const struct config *config, int64_t now)
{
	static struct form form;
	struct body_error error;
	struct grant grant = { .status = 0 };

	if (form_read(req, &form, &error) != 0)
		refuse(&grant, error.status, "invalid_request", error.text);
	else
		request(req, store, config, &form, now, &grant);
	answer(req, config->realm, &grant);
	form_wipe(&form);
	crypto_wipe(&grant, sizeof grant);
}
