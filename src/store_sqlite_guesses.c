/* store_sqlite_guesses - the ledger on SQLite: wrong guesses, who came in. */
#include "store_sqlite.h"

/* What is counted for a key, as of now. */
static enum store_rc
get(struct store *store, const struct store_guess *guess, const uint8_t *key,
    struct store_count *row)
{
	sqlite3_stmt *s = sqlite_query(store, Q_GUESS_GET, "d", key);
	enum store_rc rc = sqlite_row(store, s);

	row->count = row->last = row->until = 0;
	if (rc != STORE_OK)
		return sqlite_any(rc);
	row->count = sqlite3_column_int64(s, 0);
	row->last = sqlite3_column_int64(s, 1);
	row->until = sqlite3_column_int64(s, 2);
	sqlite3_reset(s);
	store_count_age(row, guess);
	return STORE_OK;
}

/* STORE_OK: no key has to wait.  STORE_TAKEN: until then. */
static enum store_rc
look(struct store *store, const struct store_guess *guess, int64_t *until,
    int64_t *count)
{
	struct store_count row;
	size_t i;

	*until = *count = 0;
	for (i = 0; i < guess->keys; i++) {
		if (get(store, guess, guess->key[i], &row) != STORE_OK)
			return STORE_DOWN;
		store_count_look(&row, guess, until, count);
	}
	return *until == 0 ? STORE_OK : STORE_TAKEN;
}

enum store_rc
sqlite_guess_look(struct store *store, const struct store_guess *guess,
    int64_t *until, int64_t *count)
{
	if (sqlite_ready(store) != 0)
		return STORE_DOWN;
	return look(store, guess, until, count) == STORE_DOWN ? STORE_DOWN :
	    STORE_OK;
}

static enum store_rc
count_wrong(struct store *store, const struct store_guess *guess,
    const uint8_t *key)
{
	struct store_count row;

	if (get(store, guess, key, &row) != STORE_OK)
		return STORE_DOWN;
	store_count_wrong(&row, guess);
	return sqlite_change(store, sqlite_query(store, Q_GUESS_PUT, "diii",
	    key, row.count, row.last, row.until));
}

/* Keep a table bounded: delete a few rows from before stale, and where there
 * still are more than most, some that are worth least. */
static enum store_rc
keep_bounded(struct store *store, enum query old, int64_t stale,
    enum query full, int64_t most, enum query some)
{
	sqlite3_stmt *s;
	enum store_rc rc = sqlite_any(sqlite_change(store,
	    sqlite_query(store, old, "i", stale)));

	if (rc != STORE_OK)
		return rc;
	s = sqlite_query(store, full, "i", most);
	rc = sqlite_row(store, s);
	if (rc != STORE_OK)
		return sqlite_any(rc);
	sqlite3_reset(s);
	return sqlite_change(store, sqlite_query(store, some, ""));
}

enum store_rc
sqlite_guess_wrong(struct store *store, const struct store_guess *guess,
    int64_t *until)
{
	enum store_rc rc;
	int64_t count;
	size_t i;

	if (sqlite_begin(store) != 0)
		return STORE_DOWN;
	rc = look(store, guess, until, &count);
	for (i = 0; rc == STORE_OK && i < guess->keys; i++)
		rc = count_wrong(store, guess, guess->key[i]);
	if (rc == STORE_OK)
		rc = keep_bounded(store, Q_GUESS_STALE,
		    guess->now - guess->forget, Q_GUESS_FULL,
		    STORE_GUESSES_MAX, Q_GUESS_LEAST);
	return sqlite_end(store, rc);
}

enum store_rc
sqlite_guess_right(struct store *store, const struct store_guess *guess,
    const uint8_t login[CRYPTO_DIGEST], int64_t *until)
{
	enum store_rc rc;
	int64_t count;

	if (sqlite_begin(store) != 0)
		return STORE_DOWN;
	rc = look(store, guess, until, &count);
	if (rc == STORE_OK)
		rc = sqlite_any(sqlite_change(store, sqlite_query(store,
		    Q_GUESS_DELETE, "d", login)));
	if (rc == STORE_OK)
		rc = sqlite_change(store, sqlite_query(store, Q_LOGIN_PUT,
		    "di", login, guess->now));
	if (rc == STORE_OK)
		rc = keep_bounded(store, Q_LOGIN_STALE,
		    guess->now - STORE_LOGIN_KNOWN, Q_LOGIN_FULL,
		    STORE_LOGINS_MAX, Q_LOGIN_LEAST);
	return sqlite_end(store, rc);
}

enum store_rc
sqlite_login_get(struct store *store, const uint8_t login[CRYPTO_DIGEST],
    int64_t *when)
{
	sqlite3_stmt *s = sqlite_read(store, Q_LOGIN_GET, "d", login);
	enum store_rc rc = sqlite_row(store, s);

	if (rc != STORE_OK)
		return rc;
	*when = sqlite3_column_int64(s, 0);
	sqlite3_reset(s);
	return rc;
}

enum store_rc
sqlite_guess_forget(struct store *store, int64_t *count)
{
	enum store_rc rc;

	if (sqlite_begin(store) != 0)
		return STORE_DOWN;
	rc = sqlite_any(sqlite_change(store, sqlite_query(store,
	    Q_GUESS_FORGET, "")));
	*count = rc == STORE_OK ? sqlite3_changes(SQ(store)->db) : 0;
	return sqlite_end(store, rc);
}
