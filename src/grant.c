/* grant - what a client trades for a token (RFC 6749, 4 and 6). */
#include <string.h>

#include "grant.h"
#include "log.h"
#include "password.h"
#include "peer.h"
#include "reply.h"
#include "serverkey.h"
#include "token.h"

#define USERNAME_MAX	255		/* bytes; longer ones are no names */

/* One request, and what came of it: tokens, or one of RFC 6749 5.2's errors. */
struct grant {
	struct http_req		*req;
	struct store		*store;
	const struct config	*config;
	const struct form	*form;
	int64_t			 now;
	struct store_client	 client;

	int		 status;	/* 200, or that of the error */
	const char	*error;		/* NULL with a token */
	const char	*description;
	char		 access[TOKEN_SIZE];
	char		 refresh[TOKEN_SIZE];	/* "" for none */
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
invalid_grant(struct grant *grant, const char *description)
{
	refuse(grant, 400, "invalid_grant", description);
}

static int64_t
least(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

/* Take the scope that is asked for, or all that is allowed when none is.
 * Returns 0, or -1 after the refusal. */
static int
take_scope(struct grant *grant, const char *allowed)
{
	const char *asked = form_get(grant->form, "scope");

	if (asked == NULL)
		asked = allowed;
	if (!scope_valid(asked) || !scope_within(asked, allowed)) {
		refuse(grant, 400, "invalid_scope", "scope is not a list of "
		    "scopes, each named once, that may be had here");
		return -1;
	}
	strcpy(grant->scope, asked);
	return 0;
}

/* Make a new token: its text, and its digest for the ledger. */
static void
make(char text[TOKEN_SIZE], const char *prefix, uint8_t digest[CRYPTO_DIGEST])
{
	token_make(text, prefix);
	token_digest(digest, text, strlen(text));
}

/* Give a principal an access token, and with a family's life a first refresh
 * token too. */
static void
issue(struct grant *grant, const struct store_user *owner, int with_refresh)
{
	const struct config *config = grant->config;
	int64_t now = grant->now, end = now + config->refresh_ttl;
	struct store_token row = { .kind = STORE_KIND_ACCESS, .created = now,
		.expires = now + config->access_ttl };
	uint8_t access[1][CRYPTO_DIGEST], first[CRYPTO_DIGEST];
	enum store_rc rc;

	strcpy(row.scope, grant->scope);
	strcpy(row.client, grant->client.self.name);
	make(grant->access, TOKEN_ACCESS, access[0]);
	if (with_refresh) {
		make(grant->refresh, TOKEN_REFRESH, first);
		rc = store_refresh_add(grant->store, owner, &row, access[0],
		    first, least(end, now + config->refresh_idle), end);
	} else {
		rc = store_token_add(grant->store, owner, &row,
		    (const uint8_t (*)[CRYPTO_DIGEST])access, 1);
	}
	if (rc == STORE_OK)
		grant->status = 200;
	else if (rc == STORE_NONE)	/* ended while we looked */
		invalid_grant(grant, "The grant has ended");
	else
		unavailable(grant);
}

/* The password was right: keep its hash as strong as the configuration asks.
 * That this could not be written is no reason to refuse the login. */
static void
renew_hash(struct grant *grant, struct store_user *user, const char *password)
{
	char hash[CRYPTO_HASH_SIZE];

	if (!password_is_dated(grant->config, user->password) ||
	    password_hash(grant->config, password, hash) != 0)
		return;
	if (store_user_set_password(grant->store, user, hash) == STORE_OK)
		strcpy(user->password, hash);
}

/* RFC 6749, 4.3, for a user whose password was right. */
static void
give_user(struct grant *grant, struct store_user *user, const char *password)
{
	char allowed[SCOPE_MAX + 1];

	if (client_is_tutorial(&grant->client))
		strcpy(allowed, user->scope);
	else
		scope_common(user->scope, grant->client.self.scope, allowed);
	if (take_scope(grant, allowed) != 0)
		return;
	renew_hash(grant, user, password);
	issue(grant, user, scope_within("refresh_token",
	    grant->client.grants));
}

static void
password_grant(struct grant *grant)
{
	const char *username = form_get(grant->form, "username");
	const char *password = form_get(grant->form, "password");
	const char *asked = form_get(grant->form, "scope");
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
		found = store_user_get(grant->store, username, &user);
	if (found == STORE_DOWN) {
		unavailable(grant);
		return;
	}
	switch (password_check(grant->config, found == STORE_OK ? &user : NULL,
	    password)) {
	case PASSWORD_RIGHT:
		give_user(grant, &user, password);
		return;
	case PASSWORD_WRONG:
		/* A name that is nobody's may be a password in the wrong
		 * field. */
		peer_address(grant->req, grant->config, address);
		log_event("login refused from %s for %s", address,
		    found == STORE_OK ? username : "an unknown name");
		invalid_grant(grant, "Incorrect username or password");
		return;
	case PASSWORD_BUSY:
		break;
	}
	unavailable(grant);
}

/* RFC 6749, 4.4: the client is the principal. */
static void
client_grant(struct grant *grant)
{
	const struct store_user *self = &grant->client.self;

	if (take_scope(grant, self->scope) == 0)
		issue(grant, self, 0);
}

/* Use the refresh token text, whose row was read: derive its successor, which
 * is the same however often that is done. */
static enum store_rc
use(struct grant *grant, const char *text, const uint8_t digest[CRYPTO_DIGEST],
    const struct store_refresh *row)
{
	const struct config *config = grant->config;
	struct store_use what = { .now = grant->now,
		.grace = config->refresh_grace,
		.expires = least(row->family_expires,
		    grant->now + config->refresh_idle),
		.access_expires = grant->now + config->access_ttl };
	struct server_key key;
	uint8_t seed[CRYPTO_DIGEST];

	if (serverkey_get(config, row->used != 0 ? row->key : 0, &key) != 0)
		return STORE_DOWN;
	crypto_hmac(seed, key.key, text, strlen(text));
	token_derive(grant->refresh, TOKEN_REFRESH, seed);
	what.key = key.id;
	crypto_wipe(&key, sizeof key);
	crypto_wipe(seed, sizeof seed);
	memcpy(what.digest, digest, CRYPTO_DIGEST);
	token_digest(what.successor, grant->refresh, strlen(grant->refresh));
	make(grant->access, TOKEN_ACCESS, what.access);
	strcpy(what.scope, grant->scope);
	return store_refresh_use(grant->store, &what);
}

/* Read the refresh token's row and use it, when it is this client's and lives.
 * STORE_NONE also after a refusal of its own. */
static enum store_rc
read_and_use(struct grant *grant, const char *text,
    const uint8_t digest[CRYPTO_DIGEST])
{
	struct store_refresh row;
	enum store_rc rc = store_refresh_get(grant->store, digest, &row);

	if (rc != STORE_OK)
		return rc;
	if (strcmp(row.client, grant->client.self.name) != 0)
		return STORE_NONE;	/* and harms nobody */
	if (row.user_disabled || row.expires <= grant->now ||
	    row.family_expires <= grant->now)
		return STORE_NONE;
	if (take_scope(grant, row.scope) != 0)
		return STORE_NONE;
	rc = use(grant, text, digest, &row);
	if (rc == STORE_REUSED)
		log_event("a refresh token of %s was used again, through "
		    "client %s: all its tokens have ended", row.name,
		    row.client);
	return rc;
}

/* RFC 6749, 6. */
static void
refresh_grant(struct grant *grant)
{
	const char *text = form_get(grant->form, "refresh_token");
	uint8_t digest[CRYPTO_DIGEST];
	enum store_rc rc = STORE_NONE;
	int tries = 3;

	if (text == NULL) {
		refuse(grant, 400, "invalid_request",
		    "refresh_token is missing");
		return;
	}
	if (token_shape(text, strlen(text)) == TOKEN_OURS_REFRESH) {
		token_digest(digest, text, strlen(text));
		do	/* again, when somebody used it by another key */
			rc = read_and_use(grant, text, digest);
		while (rc == STORE_TAKEN && --tries > 0);
	}
	if (rc == STORE_OK)
		grant->status = 200;
	else if (rc == STORE_DOWN || rc == STORE_TAKEN)
		unavailable(grant);
	else if (grant->error == NULL)
		invalid_grant(grant, "The refresh token is not valid");
}

static const struct kind {
	const char	*name;
	void		(*serve)(struct grant *grant);
} kinds[] = {
	{ "password", password_grant },
	{ "client_credentials", client_grant },
	{ "refresh_token", refresh_grant },
};
#define KINDS	(sizeof kinds / sizeof kinds[0])

/* The grant that the form asks for, or NULL. */
static const struct kind *
find_kind(const struct grant *grant, const char *type)
{
	const struct kind *kind;

	for (kind = kinds; kind < kinds + KINDS; kind++)
		if (strcmp(kind->name, type) == 0)
			return kind->serve == password_grant &&
			    !grant->config->password_grant ? NULL : kind;
	return NULL;
}

/* Without a client, it is the tutorial's where that may have the grant. */
static enum client_rc
find_client(struct grant *grant, const struct kind *kind)
{
	enum client_rc rc = client_identify(grant->req, grant->store,
	    grant->config, grant->form, &grant->client);

	if (rc != CLIENT_ABSENT || !grant->config->password_grant ||
	    kind->serve == client_grant)
		return rc;
	client_tutorial(&grant->client);
	return CLIENT_OK;
}

static void
answer(const struct grant *grant)
{
	cJSON *out;

	if (grant->error != NULL) {
		reply_oauth_error(grant->req, grant->status,
		    grant->config->realm, grant->error, grant->description);
		return;
	}
	out = cJSON_CreateObject();
	cJSON_AddStringToObject(out, "access_token", grant->access);
	cJSON_AddStringToObject(out, "token_type", "bearer");
	cJSON_AddNumberToObject(out, "expires_in",
	    (double)grant->config->access_ttl);
	cJSON_AddStringToObject(out, "scope", grant->scope);
	if (grant->refresh[0] != '\0')
		cJSON_AddStringToObject(out, "refresh_token", grant->refresh);
	reply_json(grant->req, 200, out);
}

static void
serve(struct grant *grant)
{
	const char *type = form_get(grant->form, "grant_type");
	const struct kind *kind = type != NULL ? find_kind(grant, type) : NULL;
	enum client_rc rc;

	if (kind == NULL) {
		refuse(grant, 400, type == NULL ? "invalid_request" :
		    "unsupported_grant_type", type == NULL ?
		    "grant_type is missing" : "This grant is not offered here");
		answer(grant);
		return;
	}
	rc = find_client(grant, kind);
	if (rc != CLIENT_OK) {
		client_refuse(grant->req, grant->config, rc);
		return;
	}
	if (scope_within(type, grant->client.grants))
		kind->serve(grant);
	else
		refuse(grant, 400, "unauthorized_client",
		    "The client may not use this grant");
	answer(grant);
}

void
grant_serve(struct http_req *req, struct store *store,
    const struct config *config, int64_t now)
{
	static struct form form;
	struct body_error error;
	struct grant grant = { .req = req, .store = store, .config = config,
		.form = &form, .now = now };

	if (form_read(req, &form, &error) != 0)
		reply_oauth_error(req, error.status, config->realm,
		    "invalid_request", error.text);
	else
		serve(&grant);
	form_wipe(&form);
	crypto_wipe(&grant, sizeof grant);
}
