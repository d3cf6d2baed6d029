/* password - does this password belong to that user, at a bounded cost.
 *
 * Argon2id takes 19 MiB and a core for milliseconds, so it runs only inside a
 * slot: one of a few files in the configuration's directory, locked with
 * flock(2) across all processes, and free again when a process dies. */
#ifndef PASSWORD_H
#define PASSWORD_H

#include "config.h"
#include "store.h"

#define PASSWORD_MAX	1024		/* bytes */
#define PASSWORD_LEAST	15		/* characters of one that is set: NIST
					 * SP 800-63B-4, no second factor */
#define PASSWORD_WAIT	2		/* seconds to wait for a slot */

enum password_rc {
	PASSWORD_WRONG,
	PASSWORD_BUSY,			/* no slot became free: 503 */
	PASSWORD_RIGHT
};

/* Open all slots and keep them, for a process that will open no file. */
void	password_hold(const struct config *config);

/* Check a password of 1 to PASSWORD_MAX bytes against user.  A NULL user,
 * or a disabled one, costs the same work and is PASSWORD_WRONG. */
enum password_rc	password_check(const struct config *config,
    const struct store_user *user, const char *password);

/* Do so many requests wait that the last would wait longer than PASSWORD_WAIT,
 * if each had a password checked, as long as this process's last ones took?
 * Then whoever comes first is refused, which costs nothing, until the rest can
 * be answered in time. */
int	password_is_rush(const struct config *config, int64_t waiting);

/* Hash a password at the configured cost, inside a slot.  Returns 0, or -1
 * when there was no slot or no memory. */
int	password_hash(const struct config *config, const char *password,
    char hash[CRYPTO_HASH_SIZE]);

/* Was the hash made at a lower cost than the configured one? */
int	password_is_dated(const struct config *config, const char *hash);

#endif
