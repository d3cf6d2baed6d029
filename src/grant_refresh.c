/* grant_refresh - a refresh token for its successor (RFC 6749, 6). */
#include <string.h>

#include "grant_kinds.h"
#include "guess.h"
#include "peer.h"
#include "serverkey.h"

/* Use the refresh token text, whose row was read: derive its successor, which
 * is the same however often that is done. */
static enum store_rc
use(struct grant *grant, const char *text, const uint8_t digest[CRYPTO_DIGEST],
    const struct store_refresh *row)
{
	const struct config *config = grant->config;
	struct store_use what = { .now = grant->now,
		.grace = config->refresh_grace,
		.expires = grant_least(row->family_expires,
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
	grant_make(grant->access, TOKEN_ACCESS, what.access);
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
	char allowed[SCOPE_MAX + 1];

	if (rc != STORE_OK)
		return rc;
	store_id(digest, grant->shown);
	strcpy(grant->subject, row.name);
	if (strcmp(row.client, grant->client.self.name) != 0)
		return STORE_NONE;	/* and harms nobody */
	if (row.user_disabled || row.expires <= grant->now ||
	    row.family_expires <= grant->now)
		return STORE_NONE;
	scope_common(row.scope, row.user_scope, allowed);
	if (grant_take_scope(grant, allowed) != 0)
		return STORE_NONE;
	rc = use(grant, text, digest, &row);
	grant->reused = rc == STORE_REUSED;
	return rc;
}

/* RFC 6749, 6. */
void
grant_refresh(struct grant *grant)
{
	const char *text = form_get(grant->form, "refresh_token");
	uint8_t digest[CRYPTO_DIGEST];
	enum store_rc rc = STORE_NONE;
	int tries = 3;

	if (text == NULL) {
		grant_refuse(grant, 400, "invalid_request",
		    "refresh_token is missing");
		return;
	}
	if (token_shape(text, strlen(text)) == TOKEN_OURS_REFRESH) {
		token_digest(digest, text, strlen(text));
		do	/* again, when somebody used it by another key */
			rc = read_and_use(grant, text, digest);
		while (rc == STORE_TAKEN && --tries > 0);
	}
	if (rc == STORE_OK) {
		grant->status = 200;
		guess_note(grant->req, grant->store, grant->config,
		    grant->subject, grant->now);
	}
	else if (rc == STORE_DOWN || rc == STORE_TAKEN)
		grant_unavailable(grant);
	else if (grant->error == NULL)
		grant_invalid(grant, "The refresh token is not valid");
}

