/* guess - may this account be tried from there, or was too much guessed?
 *
 * Wrong tries are counted in the ledger, for all processes, by the account and
 * by the network that they come from (an IPv4 address, 64 bits of an IPv6
 * one), whether there is such an account or not.  guess_free of them cost
 * nothing, then a wait starts, which doubles.  So that strangers lock nobody
 * out, where an account came in from during the last 30 days only the wrong
 * tries of that account from there count. */
#ifndef GUESS_H
#define GUESS_H

#include "config.h"
#include "http.h"
#include "store.h"

enum guess_rc {
	GUESS_DOWN,			/* the ledger did not answer */
	GUESS_WAIT,			/* Retry-After is set: 429 */
	GUESS_OK
};

/* One try, from guess_start to guess_wrong or guess_right. */
struct guess {
	struct http_req	*req;
	struct store	*store;
	int		 on;
	struct store_guess row;
	uint8_t		 login[CRYPTO_DIGEST];	/* account and network */
	int64_t		 known;		/* when it came in last, or 0 */
	int64_t		 count;		/* wrong ones so far */
};

/* Start a try for an account: a name of a user or of a client, as kind says, or
 * what pretends to be one.  Wrong tries for the one are none for the other.
 * GUESS_OK: go on, and end it. */
enum guess_kind { GUESS_USER = 'a', GUESS_CLIENT = 'c' };
enum guess_rc	guess_start(struct guess *guess, struct http_req *req,
    struct store *store, const struct config *config, enum guess_kind kind,
    const char *account, int64_t now);
/* The same where the account is proved, and guesses at something: from
 * wherever it asks, it is known by its name alone. */
enum guess_rc	guess_start_for(struct guess *guess, struct http_req *req,
    struct store *store, const struct config *config, const char *account,
    int64_t now);

/* It was wrong, and is counted.  GUESS_OK: say so.  GUESS_WAIT: others used up
 * what was left meanwhile; nothing may be told. */
enum guess_rc	guess_wrong(struct guess *guess);
/* It was right.  GUESS_OK: let it in, and nothing else does.  (Not after
 * guess_start_for, which has nothing to forget.) */
enum guess_rc	guess_right(struct guess *guess);

/* The account came in by something that cannot be guessed, as a refresh token:
 * from there it is known.  That this could not be noted harms nobody now. */
void	guess_note(struct http_req *req, struct store *store,
    const struct config *config, const char *account, int64_t now);

#endif
