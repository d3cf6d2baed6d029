/* store_pgsql_guesses - the ledger on PostgreSQL: wrong guesses, who came
 * in. */
#include "store_pgsql.h"

/* What is counted for a key, as of now, if rc says that there is a row. */
static enum store_rc
take_count(struct store *store, enum store_rc rc,
    const struct store_guess *guess, struct store_count *row)
{
	row->count = row->last = row->until = 0;
	if (rc != STORE_OK)
		return pgsql_any(rc);
	row->count = pgsql_int(store, 0, 0);
	row->last = pgsql_int(store, 0, 1);
	row->until = pgsql_int(store, 0, 2);
	store_count_age(row, guess);
	return STORE_OK;
}

/* STORE_OK: no key has to wait.  STORE_TAKEN: until then. */
static enum store_rc
look(struct store *store, const struct store_guess *guess, int is_inside,
    int64_t *until, int64_t *count)
{
	struct store_count row;
	enum store_rc rc;
	size_t i;

	*until = *count = 0;
	for (i = 0; i < guess->keys; i++) {
		rc = is_inside ?
		    pgsql_ask(store, P_GUESS_GET, "d", guess->key[i]) :
		    pgsql_read(store, P_GUESS_GET, "d", guess->key[i]);
		if (take_count(store, rc, guess, &row) != STORE_OK)
			return STORE_DOWN;
		store_count_look(&row, guess, until, count);
	}
	return *until == 0 ? STORE_OK : STORE_TAKEN;
}

enum store_rc
pgsql_guess_look(struct store *store, const struct store_guess *guess,
    int64_t *until, int64_t *count)
{
	return look(store, guess, 0, until, count) == STORE_DOWN ?
	    STORE_DOWN : STORE_OK;
}

/* Keep a table bounded: delete a few rows from before stale, and where there
 * still are more than most, some that are worth least. */
static enum store_rc
keep_bounded(struct store *store, enum pgsql_query old, int64_t stale,
    enum pgsql_query count, int64_t most, enum pgsql_query some)
{
	enum store_rc rc = pgsql_any(pgsql_ask(store, old, "i", stale));

	if (rc == STORE_OK)
		rc = pgsql_ask(store, count, "");
	if (rc != STORE_OK || pgsql_int(store, 0, 0) <= most)
		return rc;
	return pgsql_any(pgsql_ask(store, some, ""));
}

/* All rows are held before one is judged; everybody comes to them in the same
 * order, accounts before networks. */
static enum store_rc
count_wrong(struct store *store, const struct store_guess *guess,
    int64_t *until)
{
	struct store_count row[STORE_GUESS_KEYS];
	enum store_rc rc = STORE_OK;
	int64_t count = 0;
	size_t i;

	*until = 0;
	for (i = 0; i < guess->keys; i++) {
		if (take_count(store, pgsql_ask(store, P_GUESS_HOLD, "d",
		    guess->key[i]), guess, &row[i]) != STORE_OK)
			return STORE_DOWN;
		store_count_look(&row[i], guess, until, &count);
	}
	if (*until != 0)
		return STORE_TAKEN;
	for (i = 0; rc == STORE_OK && i < guess->keys; i++) {
		store_count_wrong(&row[i], guess);
		rc = pgsql_ask(store, P_GUESS_PUT, "diii", guess->key[i],
		    row[i].count, row[i].last, row[i].until);
	}
	return rc != STORE_OK ? rc : keep_bounded(store, P_GUESS_STALE,
	    guess->now - guess->forget, P_GUESS_COUNT, STORE_GUESSES_MAX,
	    P_GUESS_LEAST);
}

enum store_rc
pgsql_guess_wrong(struct store *store, const struct store_guess *guess,
    int64_t *until)
{
	while (pgsql_begin(store))
		pgsql_end(store, count_wrong(store, guess, until));
	return pgsql_said(store);
}

static enum store_rc
note_right(struct store *store, const struct store_guess *guess,
    const uint8_t login[CRYPTO_DIGEST], int64_t *until)
{
	int64_t count;
	enum store_rc rc = look(store, guess, 1, until, &count);

	if (rc == STORE_OK)
		rc = pgsql_any(pgsql_ask(store, P_GUESS_DELETE, "d", login));
	if (rc == STORE_OK)
		rc = pgsql_ask(store, P_LOGIN_PUT, "di", login, guess->now);
	return rc != STORE_OK ? rc : keep_bounded(store, P_LOGIN_STALE,
	    guess->now - STORE_LOGIN_KNOWN, P_LOGIN_COUNT, STORE_LOGINS_MAX,
	    P_LOGIN_LEAST);
}

enum store_rc
pgsql_guess_right(struct store *store, const struct store_guess *guess,
    const uint8_t login[CRYPTO_DIGEST], int64_t *until)
{
	while (pgsql_begin(store))
		pgsql_end(store, note_right(store, guess, login, until));
	return pgsql_said(store);
}

enum store_rc
pgsql_login_get(struct store *store, const uint8_t login[CRYPTO_DIGEST],
    int64_t *when)
{
	enum store_rc rc = pgsql_read(store, P_LOGIN_GET, "d", login);

	if (rc == STORE_OK)
		*when = pgsql_int(store, 0, 0);
	return rc;
}

enum store_rc
pgsql_guess_forget(struct store *store, int64_t *count)
{
	enum store_rc rc = pgsql_any(pgsql_write(store, P_GUESS_FORGET, ""));

	*count = rc == STORE_OK ? pgsql_count(store) : 0;
	return rc;
}
