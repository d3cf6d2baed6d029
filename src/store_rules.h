/* store_rules - what the rows of the ledger mean, whatever keeps them.  Only
 * the backends include this. */
#ifndef STORE_RULES_H
#define STORE_RULES_H

#include "store.h"

/* How many expired tokens, and as many families, go on the way of an issue. */
#define STORE_PURGE_BATCH	((int64_t)32)

/* What a principal is, as the ledger says it. */
enum { STORE_IS_USER, STORE_IS_CONFIDENTIAL, STORE_IS_PUBLIC };

enum store_kind	store_kind_of(int64_t number);

/* What is counted for a key. */
struct store_count {
	int64_t	count;			/* of wrong guesses */
	int64_t	last;			/* when the last one was */
	int64_t	until;			/* the end of the wait, or 0 */
};

/* Bring what was read up to now: nothing is left after a while, and nothing of
 * what a clock that was wrong wrote about the time to come. */
void	store_count_age(struct store_count *row,
    const struct store_guess *guess);
/* Count one wrong guess more, now. */
void	store_count_wrong(struct store_count *row,
    const struct store_guess *guess);
/* Add a key's row to what was seen of others: the latest end of those that
 * have to wait, and the sum. */
void	store_count_look(const struct store_count *row,
    const struct store_guess *guess, int64_t *until, int64_t *count);

/* May a refresh token that was used before, as row says, be used once more?
 * STORE_OK, or STORE_REUSED; STORE_TAKEN for another key.  successor is
 * NULL when it is not there, having been made by a key that is lost:
 * STORE_NONE. */
enum store_rc	store_refresh_again(const struct store_use *use,
    const struct store_refresh *row, const struct store_refresh *successor);
/* Is there a use of row at all now? */
int	store_refresh_lives(const struct store_use *use,
    const struct store_refresh *row);

#endif
