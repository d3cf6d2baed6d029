/* store_pgsql_tokens - the ledger on PostgreSQL: tokens. */
#include <stdlib.h>
#include <string.h>

#include "store_pgsql.h"
#include "xalloc.h"

#define CLOCK	13			/* column of P_TOKEN_GET */

static int
read_token(struct store *store, int row, struct store_token *token)
{
	if (pgsql_int(store, row, 9) != 1 ||
	    pgsql_digest(store, row, 0, token->digest) != 0)
		return -1;
	token->kind = store_kind_of(pgsql_int(store, row, 1));
	token->user = pgsql_int(store, row, 2);
	token->user_disabled = pgsql_int(store, row, 5) != 0;
	token->created = pgsql_int(store, row, 7);
	token->expires = pgsql_int(store, row, 8);
	token->used = pgsql_int(store, row, 12);
	return pgsql_text(store, row, 3, token->name, sizeof token->name) |
	    pgsql_text(store, row, 4, token->user_scope,
		sizeof token->user_scope) |
	    pgsql_text(store, row, 6, token->scope, sizeof token->scope) |
	    pgsql_text(store, row, 10, token->client, sizeof token->client) |
	    pgsql_text(store, row, 11, token->label, sizeof token->label);
}

enum store_rc
pgsql_token_get(struct store *store, const uint8_t digest[CRYPTO_DIGEST],
    struct store_token *token)
{
	enum store_rc rc = pgsql_read(store, P_TOKEN_GET, "d", digest);

	if (rc == STORE_OK && read_token(store, 0, token) != 0)
		rc = STORE_DOWN;
	if (rc == STORE_OK)
		pgsql_set_clock(store, 0, CLOCK);
	return rc;
}

/* A deletion; adds to count how many rows it was, not counting what went with
 * them. */
static enum store_rc
add_count(struct store *store, enum store_rc rc, int64_t *count)
{
	if (rc == STORE_OK)
		*count += pgsql_count(store);
	return pgsql_any(rc);
}

enum store_rc
pgsql_purge(struct store *store, int64_t now, int64_t most, int64_t *count)
{
	enum store_rc rc;

	*count = 0;
	rc = add_count(store, pgsql_ask(store, P_TOKEN_PURGE, "ii", now, most),
	    count);
	return rc != STORE_OK ? rc : add_count(store,
	    pgsql_ask(store, P_FAMILY_PURGE, "ii", now, most), count);
}

/* Write digests as an array: {"\\x00...","\\x01..."} */
static char *
write_array(const uint8_t (*digests)[CRYPTO_DIGEST], size_t count)
{
	static const char digits[] = "0123456789abcdef";
	char *text = xmalloc(count * (2 * CRYPTO_DIGEST + 6) + 3), *at = text;
	size_t i, j;

	*at++ = '{';
	for (i = 0; i < count; i++) {
		at = stpcpy(at, i == 0 ? "\"\\\\x" : ",\"\\\\x");
		for (j = 0; j < CRYPTO_DIGEST; j++) {
			*at++ = digits[digests[i][j] >> 4];
			*at++ = digits[digests[i][j] & 15];
		}
		*at++ = '"';
	}
	strcpy(at, "}");
	return text;
}

enum store_rc
pgsql_insert_tokens(struct store *store, const struct store_user *user,
    const struct store_token *token, const uint8_t (*digests)[CRYPTO_DIGEST],
    size_t count, int64_t family)
{
	char *array = write_array(digests, count);
	enum store_rc rc = pgsql_ask(store, P_TOKEN_ADD, "aiittiitti", array,
	    (int64_t)token->kind, user->id, user->password, token->scope,
	    token->created, token->expires, token->client, token->label,
	    family);

	free(array);
	return rc;
}

static enum store_rc
token_add(struct store *store, const struct store_user *user,
    const struct store_token *token, const uint8_t (*digests)[CRYPTO_DIGEST],
    size_t count)
{
	int64_t purged;
	enum store_rc rc = pgsql_purge(store, token->created,
	    STORE_PURGE_BATCH, &purged);
	size_t i, part;

	for (i = 0; rc == STORE_OK && i < count; i += part) {
		part = count - i < PGSQL_BATCH ? count - i : PGSQL_BATCH;
		rc = pgsql_insert_tokens(store, user, token, digests + i, part,
		    0);
	}
	return rc;
}

enum store_rc
pgsql_token_add(struct store *store, const struct store_user *user,
    const struct store_token *token, const uint8_t (*digests)[CRYPTO_DIGEST],
    size_t count)
{
	while (pgsql_begin(store))
		pgsql_end(store, token_add(store, user, token, digests,
		    count));
	return pgsql_said(store);
}

static enum store_rc
key_add(struct store *store, const struct store_user *user,
    const struct store_token *key, const uint8_t digest[CRYPTO_DIGEST],
    int64_t most)
{
	enum store_rc rc = pgsql_ask(store, P_USER_HOLD, "it", user->id,
	    (const char *)NULL);

	if (rc == STORE_OK)
		rc = pgsql_ask(store, P_KEY_COUNT, "iii", user->id,
		    (int64_t)key->kind, key->created);
	if (rc != STORE_OK)
		return rc;
	return pgsql_int(store, 0, 0) >= most ? STORE_TAKEN :
	    pgsql_insert_tokens(store, user, key,
	    (const uint8_t (*)[CRYPTO_DIGEST])digest, 1, 0);
}

enum store_rc
pgsql_key_add(struct store *store, const struct store_user *user,
    const struct store_token *key, const uint8_t digest[CRYPTO_DIGEST],
    int64_t most)
{
	while (pgsql_begin(store))
		pgsql_end(store, key_add(store, user, key, digest, most));
	return pgsql_said(store);
}

enum store_rc
pgsql_token_list(struct store *store, const char *name, enum store_kind kind,
    void (*each)(const struct store_token *token, void *arg), void *arg)
{
	enum store_rc rc = pgsql_any(pgsql_read(store, P_TOKEN_LIST, "ti",
	    name, (int64_t)kind));
	struct store_token token;
	int row;

	for (row = 0; rc == STORE_OK && row < pgsql_rows(store); row++) {
		if (read_token(store, row, &token) != 0)
			return STORE_DOWN;
		each(&token, arg);
	}
	return rc;
}

enum store_rc
pgsql_token_revoke(struct store *store, const uint8_t digest[CRYPTO_DIGEST])
{
	return pgsql_write(store, P_TOKEN_REVOKE, "d", digest);
}

enum store_rc
pgsql_token_revoke_range(struct store *store,
    const uint8_t first[CRYPTO_DIGEST], const uint8_t last[CRYPTO_DIGEST],
    enum store_kind kind, const char *name)
{
	return pgsql_write(store, P_TOKEN_REVOKE_RANGE, "ddit", first, last,
	    (int64_t)kind, name);
}

enum store_rc
pgsql_revoke_user(struct store *store, const char *name, const uint8_t *keep,
    int64_t *count)
{
	enum store_rc rc = STORE_OK;

	*count = 0;
	if (keep != NULL)		/* or it goes with its family */
		rc = pgsql_any(pgsql_ask(store, P_TOKEN_FREE, "d", keep));
	if (rc == STORE_OK)
		rc = add_count(store, pgsql_ask(store, P_TOKEN_REVOKE_USER,
		    "td", name, keep), count);
	return rc != STORE_OK ? rc :
	    pgsql_any(pgsql_ask(store, P_FAMILY_REVOKE_USER, "t", name));
}

/* The user is held, so that no login adds to what is ended meanwhile. */
static enum store_rc
token_revoke_user(struct store *store, const char *name, int64_t *count)
{
	enum store_rc rc = pgsql_ask(store, P_USER_GET, "t", name);

	if (rc == STORE_OK)
		rc = pgsql_ask(store, P_USER_HOLD, "it", (int64_t)-1, name);
	return rc != STORE_OK ? rc :
	    pgsql_revoke_user(store, name, NULL, count);
}

enum store_rc
pgsql_token_revoke_user(struct store *store, const char *name, int64_t *count)
{
	*count = 0;
	while (pgsql_begin(store))
		pgsql_end(store, token_revoke_user(store, name, count));
	return pgsql_said(store);
}

enum store_rc
pgsql_token_purge(struct store *store, int64_t now, int64_t most,
    int64_t *count)
{
	*count = 0;
	while (pgsql_begin(store))
		pgsql_end(store, pgsql_purge(store, now, most, count));
	return pgsql_said(store);
}

/* Nobody is told, so nobody waits: neither for a row or a table that others
 * hold, nor for the disk. */
void
pgsql_token_used(struct store *store, const uint8_t digest[CRYPTO_DIGEST],
    int64_t now)
{
	if (pgsql_ready(store) != 0 || pgsql_command(store,
	    "BEGIN READ WRITE; SET LOCAL lock_timeout = 20; "
	    "SET LOCAL synchronous_commit = off") != 0)
		return;
	if (pgsql_ask(store, P_TOKEN_USED, "dii", digest, now,
	    (int64_t)STORE_USED_COARSE) != STORE_DOWN)
		pgsql_command(store, "COMMIT");
	else if (PG(store)->link != NULL)
		pgsql_command(store, "ROLLBACK");
}
