/* store_pgsql_refresh - the ledger on PostgreSQL: refresh tokens. */
#include "store_pgsql.h"

/* Take the row of P_REFRESH_GET, if rc says that there is one. */
static enum store_rc
take_refresh(struct store *store, enum store_rc rc,
    struct store_refresh *refresh)
{
	if (rc != STORE_OK)
		return rc;
	refresh->family = pgsql_int(store, 0, 0);
	refresh->user_disabled = pgsql_int(store, 0, 2) != 0;
	refresh->expires = pgsql_int(store, 0, 5);
	refresh->family_expires = pgsql_int(store, 0, 6);
	refresh->used = pgsql_int(store, 0, 7);
	refresh->key = pgsql_int(store, 0, 8);
	refresh->created = pgsql_int(store, 0, 9);
	return (pgsql_text(store, 0, 1, refresh->name, sizeof refresh->name) |
	    pgsql_text(store, 0, 3, refresh->client, sizeof refresh->client) |
	    pgsql_text(store, 0, 4, refresh->scope, sizeof refresh->scope) |
	    pgsql_text(store, 0, 10, refresh->user_scope,
		sizeof refresh->user_scope)) == 0 ? STORE_OK : STORE_DOWN;
}

enum store_rc
pgsql_refresh_get(struct store *store, const uint8_t digest[CRYPTO_DIGEST],
    struct store_refresh *refresh)
{
	return take_refresh(store, pgsql_read(store, P_REFRESH_GET, "d",
	    digest), refresh);
}

struct family {
	const uint8_t	*access, *first;
	int64_t		 expires, family_expires;
};

static enum store_rc
start(struct store *store, const struct store_user *user,
    const struct store_token *token, const struct family *f)
{
	int64_t purged, family;
	enum store_rc rc = pgsql_purge(store, token->created,
	    STORE_PURGE_BATCH, &purged);

	if (rc == STORE_OK)
		rc = pgsql_ask(store, P_FAMILY_ADD, "ittii", user->id,
		    token->client, token->scope, token->created,
		    f->family_expires);
	if (rc != STORE_OK)
		return rc;
	family = pgsql_int(store, 0, 0);
	rc = pgsql_insert_tokens(store, user, token,
	    (const uint8_t (*)[CRYPTO_DIGEST])f->access, 1, family);
	return rc != STORE_OK ? rc : pgsql_ask(store, P_REFRESH_ADD, "dii",
	    f->first, family, f->expires);
}

enum store_rc
pgsql_refresh_add(struct store *store, const struct store_user *user,
    const struct store_token *token, const uint8_t access[CRYPTO_DIGEST],
    const uint8_t first[CRYPTO_DIGEST], int64_t expires,
    int64_t family_expires)
{
	const struct family family = { access, first, expires,
		family_expires };

	while (pgsql_begin(store))
		pgsql_end(store, start(store, user, token, &family));
	return pgsql_said(store);
}

/* May a refresh token that was used before be used once more? */
static enum store_rc
judge_again(struct store *store, const struct store_use *use,
    const struct store_refresh *row)
{
	struct store_refresh successor;
	enum store_rc rc = take_refresh(store, pgsql_ask(store, P_REFRESH_GET,
	    "d", use->successor), &successor);

	return rc == STORE_DOWN ? rc : store_refresh_again(use, row,
	    rc == STORE_OK ? &successor : NULL);
}

/* Mark it as used, and have its successor. */
static enum store_rc
use_first(struct store *store, const struct store_use *use,
    const struct store_refresh *row)
{
	enum store_rc rc = pgsql_ask(store, P_REFRESH_USED, "dii", use->digest,
	    use->now, use->key);

	return rc != STORE_OK ? rc : pgsql_ask(store, P_REFRESH_ADD, "dii",
	    use->successor, row->family, use->expires);
}

static enum store_rc
use_token(struct store *store, const struct store_use *use)
{
	struct store_refresh row;
	enum store_rc rc = pgsql_ask(store, P_FAMILY_HOLD, "d", use->digest);

	if (rc == STORE_OK)
		rc = take_refresh(store, pgsql_ask(store, P_REFRESH_GET, "d",
		    use->digest), &row);
	if (rc != STORE_OK)
		return rc;
	if (!store_refresh_lives(use, &row))
		return STORE_NONE;
	rc = row.used == 0 ? use_first(store, use, &row) :
	    judge_again(store, use, &row);
	if (rc == STORE_REUSED) {
		rc = pgsql_ask(store, P_FAMILY_REVOKE, "i", row.family);
		return rc == STORE_OK ? STORE_REUSED : rc;
	}
	if (rc != STORE_OK)
		return rc;
	return pgsql_ask(store, P_REFRESH_ACCESS, "ditii", use->access,
	    row.family, use->scope, use->now, use->access_expires);
}

enum store_rc
pgsql_refresh_use(struct store *store, const struct store_use *use)
{
	while (pgsql_begin(store))
		pgsql_end(store, use_token(store, use));
	return pgsql_said(store);
}

enum store_rc
pgsql_refresh_revoke(struct store *store, int64_t family)
{
	return pgsql_write(store, P_FAMILY_REVOKE, "i", family);
}
