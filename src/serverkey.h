/* serverkey - the keys that only this server has, in a file outside the
 * ledger: server.keys, beside postern.conf.  Whoever reads the ledger alone
 * cannot make what they make.
 *
 * A line has a key's id, when it was made, and its bytes: "ID CREATED HEX";
 * the newest stands first.  Where a line is anything else, or the file open to
 * others, no key is there at all. */
#ifndef SERVERKEY_H
#define SERVERKEY_H

#include <stdint.h>

#include "config.h"
#include "crypto.h"

#define SERVERKEY_MAX	128		/* keys at one time */

struct server_key {
	int64_t	id;			/* from 1 on, never used twice */
	int64_t	created;
	uint8_t	key[CRYPTO_KEY];	/* to be wiped by who got it */
};

/* Open the file and keep it, for a process that will open none. */
void	serverkey_hold(const struct config *config);
/* Was there another file since, that could not be opened? */
int	serverkey_is_stuck(void);

/* Get the key with an id, or the newest for 0.  Returns 0, or -1 with the
 * reason in the log when there is no such key. */
int	serverkey_get(const struct config *config, int64_t id,
    struct server_key *key);
/* Call each for every key, newest first; the key's bytes are left out.
 * Returns 0, or -1 with the reason in the log. */
int	serverkey_list(const struct config *config,
    void (*each)(const struct server_key *key, void *arg), void *arg);

/* Put a fresh key on top, drop those that were superseded more than keep
 * seconds before now, and make the file where there is none.  Readers see the
 * old file or the new one.  made is the fresh key.  Returns 0, or -1 with the
 * reason in the log, the file being as it was. */
int	serverkey_rotate(const struct config *config, int64_t now, int64_t keep,
    struct server_key *made);
/* Make the file with a first key, unless it is there.  Returns as above. */
int	serverkey_ensure(const struct config *config, int64_t now);

#endif
