/* store_sqlite_refresh - the ledger on SQLite: refresh tokens. */
#include <string.h>

#include "store_sqlite.h"

static int
read_refresh(sqlite3_stmt *s, struct store_refresh *refresh)
{
	refresh->family = sqlite3_column_int64(s, 0);
	refresh->user_disabled = sqlite3_column_int(s, 2) != 0;
	refresh->expires = sqlite3_column_int64(s, 5);
	refresh->family_expires = sqlite3_column_int64(s, 6);
	refresh->used = sqlite3_column_int64(s, 7);
	refresh->key = sqlite3_column_int64(s, 8);
	refresh->created = sqlite3_column_int64(s, 9);
	return sqlite_text(s, 1, refresh->name, sizeof refresh->name) |
	    sqlite_text(s, 3, refresh->client, sizeof refresh->client) |
	    sqlite_text(s, 4, refresh->scope, sizeof refresh->scope) |
	    sqlite_text(s, 10, refresh->user_scope,
		sizeof refresh->user_scope);
}

/* Take the one row that a bound statement may have. */
static enum store_rc
take_refresh(struct store *store, sqlite3_stmt *s,
    struct store_refresh *refresh)
{
	enum store_rc rc = sqlite_row(store, s);

	if (rc != STORE_OK)
		return rc;
	if (read_refresh(s, refresh) != 0)
		rc = STORE_DOWN;
	sqlite3_reset(s);
	return rc;
}

enum store_rc
sqlite_refresh_get(struct store *store, const uint8_t digest[CRYPTO_DIGEST],
    struct store_refresh *refresh)
{
	return take_refresh(store,
	    sqlite_read(store, Q_REFRESH_GET, "d", digest), refresh);
}

enum store_rc
sqlite_refresh_add(struct store *store, const struct store_user *user,
    const struct store_token *token, const uint8_t access[CRYPTO_DIGEST],
    const uint8_t first[CRYPTO_DIGEST], int64_t expires,
    int64_t family_expires)
{
	enum store_rc rc;
	int64_t family = 0, purged;

	if (sqlite_begin(store) != 0)
		return STORE_DOWN;
	rc = sqlite_purge(store, token->created,
	    STORE_PURGE_BATCH, &purged);
	if (rc == STORE_OK)
		rc = sqlite_change(store, sqlite_query(store, Q_FAMILY_ADD,
		    "ittii", user->id, token->client, token->scope,
		    token->created, family_expires));
	if (rc == STORE_OK) {
		family = sqlite3_last_insert_rowid(SQ(store)->db);
		rc = sqlite_insert_token(store, user, token, access, family);
	}
	if (rc == STORE_OK)
		rc = sqlite_change(store, sqlite_query(store, Q_REFRESH_ADD,
		    "dii", first, family, expires));
	return sqlite_end(store, rc);
}

/* May a refresh token that was used before be used once more? */
static enum store_rc
judge_again(struct store *store, const struct store_use *use,
    const struct store_refresh *row)
{
	struct store_refresh successor;
	enum store_rc rc = take_refresh(store, sqlite_query(store,
	    Q_REFRESH_GET, "d", use->successor), &successor);

	return rc == STORE_DOWN ? rc : store_refresh_again(use, row,
	    rc == STORE_OK ? &successor : NULL);
}

/* Mark it as used, and have its successor. */
static enum store_rc
use_first(struct store *store, const struct store_use *use,
    const struct store_refresh *row)
{
	enum store_rc rc = sqlite_change(store, sqlite_query(store,
	    Q_REFRESH_USED, "dii", use->digest, use->now, use->key));

	return rc != STORE_OK ? rc : sqlite_change(store, sqlite_query(store,
	    Q_REFRESH_ADD, "dii", use->successor, row->family, use->expires));
}

static enum store_rc
use_token(struct store *store, const struct store_use *use)
{
	struct store_refresh row;
	enum store_rc rc = take_refresh(store, sqlite_query(store,
	    Q_REFRESH_GET, "d", use->digest), &row);

	if (rc != STORE_OK)
		return rc;
	if (!store_refresh_lives(use, &row))
		return STORE_NONE;
	rc = row.used == 0 ? use_first(store, use, &row) :
	    judge_again(store, use, &row);
	if (rc == STORE_REUSED) {
		rc = sqlite_change(store, sqlite_query(store, Q_FAMILY_REVOKE,
		    "i", row.family));
		return rc == STORE_OK ? STORE_REUSED : rc;
	}
	if (rc != STORE_OK)
		return rc;
	return sqlite_change(store, sqlite_query(store, Q_REFRESH_ACCESS,
	    "ditii", use->access, row.family, use->scope, use->now,
	    use->access_expires));
}

enum store_rc
sqlite_refresh_use(struct store *store, const struct store_use *use)
{
	enum store_rc rc, ended;

	if (sqlite_begin(store) != 0)
		return STORE_DOWN;
	rc = use_token(store, use);
	/* The end of a family is written too. */
	ended = sqlite_end(store, rc == STORE_REUSED ? STORE_OK : rc);
	return rc == STORE_REUSED && ended == STORE_OK ? rc : ended;
}

enum store_rc
sqlite_refresh_revoke(struct store *store, int64_t family)
{
	return sqlite_write(store, Q_FAMILY_REVOKE, "i", family);
}
