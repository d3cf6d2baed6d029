/* store_rules - what the rows of the ledger mean, whatever keeps them. */
#include <stddef.h>

#include "store_rules.h"

static int64_t
least(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

enum store_kind
store_kind_of(int64_t number)
{
	return number == STORE_KIND_ACCESS || number == STORE_KIND_KEY ?
	    (enum store_kind)number : STORE_KIND_NONE;
}

void
store_count_age(struct store_count *row, const struct store_guess *guess)
{
	row->last = least(row->last, guess->now);
	row->until = least(row->until, guess->now + guess->wait_max);
	if (row->last + guess->forget < guess->now)
		row->count = row->until = 0;
}

/* How long the wait is after so many wrong ones. */
static int64_t
wait_after(const struct store_guess *guess, int64_t count)
{
	int64_t wait = guess->wait;

	if (count < guess->free)
		return 0;
	while (count-- > guess->free && wait < guess->wait_max)
		wait *= 2;
	return least(wait, guess->wait_max);
}

void
store_count_wrong(struct store_count *row, const struct store_guess *guess)
{
	int64_t wait = wait_after(guess, ++row->count);

	row->last = guess->now;
	row->until = wait > 0 ? guess->now + wait : 0;
}

void
store_count_look(const struct store_count *row,
    const struct store_guess *guess, int64_t *until, int64_t *count)
{
	*count += row->count;
	if (row->until > guess->now && row->until > *until)
		*until = row->until;
}

int
store_refresh_lives(const struct store_use *use,
    const struct store_refresh *row)
{
	return !row->user_disabled && row->expires > use->now &&
	    row->family_expires > use->now;
}

enum store_rc
store_refresh_again(const struct store_use *use,
    const struct store_refresh *row, const struct store_refresh *successor)
{
	if (row->key != use->key)
		return STORE_TAKEN;
	if (successor == NULL)
		return STORE_NONE;
	if (successor->used == 0)
		return STORE_OK;	/* the client lost the answer */
	return use->grace > 0 && use->now - row->used <= use->grace ?
	    STORE_OK : STORE_REUSED;
}
