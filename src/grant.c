/* grant - what a client trades for a token (RFC 6749, 4 and 6). */
#include <string.h>

#include "grant.h"
#include "grant_kinds.h"
#include "peer.h"
#include "reply.h"

void
grant_refuse(struct grant *grant, int status, const char *error,
    const char *description)
{
	grant->status = status;
	grant->error = error;
	grant->description = description;
}

void
grant_unavailable(struct grant *grant)
{
	grant_refuse(grant, 503, "temporarily_unavailable",
	    "The service cannot answer now");
}

void
grant_wait(struct grant *grant)
{
	grant_refuse(grant, 429, "slow_down",
	    "Too many wrong ones: Retry-After says for how long to wait");
}

void
grant_invalid(struct grant *grant, const char *description)
{
	grant_refuse(grant, 400, "invalid_grant", description);
}

int64_t
grant_least(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

int
grant_take_scope(struct grant *grant, const char *allowed)
{
	const char *asked = form_get(grant->form, "scope");

	if (asked == NULL)
		asked = allowed;
	if (!scope_valid(asked) || !scope_within(asked, allowed)) {
		grant_refuse(grant, 400, "invalid_scope", "scope is not a list "
		    "of scopes, each named once, that may be had here");
		return -1;
	}
	strcpy(grant->scope, asked);
	return 0;
}

void
grant_make(char text[TOKEN_SIZE], const char *prefix,
    uint8_t digest[CRYPTO_DIGEST])
{
	token_make(text, prefix);
	token_digest(digest, text, strlen(text));
}

enum store_rc
grant_issue(struct grant *grant, const struct store_user *owner,
    int with_refresh)
{
	const struct config *config = grant->config;
	int64_t now = grant->now, end = now + config->refresh_ttl;
	struct store_token row = { .kind = STORE_KIND_ACCESS, .created = now,
		.expires = now + config->access_ttl };
	uint8_t access[1][CRYPTO_DIGEST], first[CRYPTO_DIGEST];
	enum store_rc rc;

	strcpy(row.scope, grant->scope);
	strcpy(row.client, grant->client.self.name);
	grant_make(grant->access, TOKEN_ACCESS, access[0]);
	if (with_refresh) {
		grant_make(grant->refresh, TOKEN_REFRESH, first);
		rc = store_refresh_add(grant->store, owner, &row, access[0],
		    first, grant_least(end, now + config->refresh_idle), end);
	} else {
		rc = store_token_add(grant->store, owner, &row,
		    (const uint8_t (*)[CRYPTO_DIGEST])access, 1);
	}
	if (rc == STORE_OK) {
		grant->status = 200;
		grant->error = NULL;
	} else if (rc == STORE_NONE)	/* ended while we looked */
		grant_invalid(grant, "The grant has ended");
	else
		grant_unavailable(grant);
	return rc;
}

/* RFC 6749, 4.4: the client is the principal. */
static void
client_grant(struct grant *grant)
{
	const struct store_user *self = &grant->client.self;

	strcpy(grant->subject, self->name);
	if (grant_take_scope(grant, self->scope) == 0)
		grant_issue(grant, self, 0);
}

static const struct kind {
	const char	*name;
	void		(*serve)(struct grant *grant);
	const char	*event, *refusal;
} kinds[] = {
	{ "password", grant_password, "login", "login_refused" },
	{ "client_credentials", client_grant, "token_issued",
	    "grant_refused" },
	{ "refresh_token", grant_refresh, "token_refreshed",
	    "refresh_refused" },
};
#define KINDS	(sizeof kinds / sizeof kinds[0])

/* The grant that the form asks for, or NULL. */
static const struct kind *
find_kind(const struct grant *grant, const char *type)
{
	const struct kind *kind;

	for (kind = kinds; kind < kinds + KINDS; kind++)
		if (strcmp(kind->name, type) == 0)
			return kind->serve == grant_password &&
			    !grant->config->password_grant ? NULL : kind;
	return NULL;
}

/* Without a client, it is the tutorial's where that may have the grant. */
static enum client_rc
find_client(struct grant *grant, const struct kind *kind)
{
	enum client_rc rc = client_identify(grant->req, grant->store,
	    grant->config, grant->form, grant->now, &grant->client);

	if (rc != CLIENT_ABSENT || !grant->config->password_grant ||
	    kind->serve == client_grant)
		return rc;
	client_tutorial(&grant->client);
	return CLIENT_OK;
}

/* Note what came of it.  A limit was noted by who hit it. */
static void
note(const struct grant *grant, const struct kind *kind)
{
	uint8_t digest[CRYPTO_DIGEST];
	char id[STORE_ID_SIZE];
	struct audit audit = { .event = kind->event, .token = id,
		.subject = grant->subject, .client = grant->client.self.name };

	if (grant->error == NULL) {
		token_digest(digest, grant->access, strlen(grant->access));
		store_id(digest, id);
	} else if (grant->status == 400) {
		audit.event = grant->reused ? "refresh_token_reused" :
		    kind->refusal;
		audit.token = grant->shown;
		audit.detail = grant->reused ?
		    "all tokens of that login have ended" : grant->error;
	} else
		return;
	peer_audit(grant->req, grant->config, &audit);
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
		grant_refuse(grant, 400, type == NULL ? "invalid_request" :
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
		grant_refuse(grant, 400, "unauthorized_client",
		    "The client may not use this grant");
	note(grant, kind);
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
