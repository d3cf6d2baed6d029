/* store - the ledger: users, tokens and items, wherever they are kept.
 *
 * Every verb is one atomic step, and what it acknowledges with STORE_OK is
 * durable.  Times are seconds since 1970.  Rows are the caller's storage. */
#ifndef STORE_H
#define STORE_H

#include <stddef.h>
#include <stdint.h>

#include "crypto.h"
#include "scope.h"

/* What a verb says.  STORE_DOWN: the ledger did not answer, nothing was
 * decided and nothing acknowledged; the reason is in the log. */
enum store_rc {
	STORE_DOWN,
	STORE_NONE,			/* there is no such thing */
	STORE_TAKEN,			/* the name is in use */
	STORE_REUSED,			/* used up, and used again */
	STORE_OK
};

enum store_mode {
	STORE_CLOSED,			/* for programs that need no ledger */
	STORE_READ,
	STORE_WRITE
};

struct store;

/* Opening
 * ------- */

/* Get a handle for the ledger at url, "sqlite:PATH", or "pgsql:" and then a
 * connection string of libpq's, which is borrowed.  The ledger is opened by the
 * first verb, and again when it was moved, replaced or broken: a handle
 * outlives all that.  Never returns NULL. */
struct store	*store_new(const char *url, enum store_mode mode);
/* The ledger's file in url, or "". */
const char	*store_file(const char *url);
/* For a process that is about to give up its rights: from now on a handle for
 * reading opens nothing for writing, not even what SQLite writes for readers.
 * With now, open the ledger, and set up for many requests what can be set up
 * only here; when that fails the log says why, and the next verb tries again.
 * Processes of one name, an endpoint's path, may keep what was read in common,
 * as long as nothing was written; with NULL nothing is kept.  No other handle of
 * the process may be for writing. */
void	store_start(struct store *store, int now, const char *name);
/* Is the ledger there, and could not be opened for what this process may not
 * do?  A process that starts anew may. */
int	store_is_stuck(const struct store *store);
/* The time by the clock of the ledger, which decides for all who share it: what
 * the verbs are told as now comes from here, at the start of each request.
 * STORE_DOWN: now is as it was, and all verbs are STORE_DOWN until the next
 * call. */
enum store_rc	store_now(struct store *store, int64_t *now);
/* Write what may be shown and logged of url: it may hold a password. */
#define STORE_TITLE	1100
void	store_title(const char *url, char title[STORE_TITLE]);
/* Is there something about url that an operator should know?  Returns 1, and
 * says it in why. */
int	store_caution(const char *url, char *why, size_t size);
/* Close and free; NULL is fine. */
void	store_free(struct store *store);
/* Make a new, empty ledger at url.  STORE_TAKEN when a file is there. */
enum store_rc	store_create(const char *url);
/* The schema that we know. */
#define STORE_SCHEMA	3
/* Bring the ledger at url to the schema that we know, as one transaction;
 * from says which it had.  STORE_NONE when it has one that we do not know. */
enum store_rc	store_upgrade(const char *url, int64_t *from);
/* Does the ledger answer? */
enum store_rc	store_ping(struct store *store);
/* Read everything and compare it with what it should be.  Says in why (of
 * size bytes) what is wrong, and in version the schema's number. */
enum store_rc	store_examine(struct store *store, int64_t *version,
    char *why, size_t size);
/* Write a consistent copy into a new file, mode 0600, while others work. */
enum store_rc	store_backup(struct store *store, const char *path);
/* Put a copy back in place of all that url holds.  A ledger in use sees it as
 * one transaction; a broken or missing one is replaced.  A copy of an older
 * schema needs store_upgrade then.  STORE_NONE when path holds no sound
 * ledger; why says what is wrong with it. */
enum store_rc	store_restore(const char *url, const char *path, char *why,
    size_t size);

/* Users
 * ----- */

#define STORE_NAME_MAX	64

struct store_user {
	int64_t	id;
	char	name[STORE_NAME_MAX + 1];
	char	password[CRYPTO_HASH_SIZE];	/* a hash, never the clear */
	char	scope[SCOPE_MAX + 1];
	int	disabled;
	int64_t	created;
};

/* The built-in public client, which is in no ledger; its name is taken. */
extern const char STORE_TUTORIAL[];

/* Is name 1 to 64 bytes of A-Z a-z 0-9 . _ @ + - ? */
int	store_name_valid(const char *name);

/* Fill user from the ledger; the name is compared byte by byte. */
enum store_rc	store_user_get(struct store *store, const char *name,
    struct store_user *user);
/* Add user; its id is filled in.  STORE_TAKEN when a user or a client has
 * the name. */
enum store_rc	store_user_add(struct store *store, struct store_user *user);
/* Call each for every user, by name. */
enum store_rc	store_user_list(struct store *store,
    void (*each)(const struct store_user *user, void *arg), void *arg);
/* Replace the hash of user's password, if it still is user->password. */
enum store_rc	store_user_set_password(struct store *store,
    const struct store_user *user, const char *hash);
/* The same, and end all tokens of the user but the one with the digest keep. */
enum store_rc	store_user_change_password(struct store *store,
    const struct store_user *user, const char *hash,
    const uint8_t keep[CRYPTO_DIGEST]);
enum store_rc	store_user_set_scope(struct store *store, const char *name,
    const char *scope);
/* Disable (and end all tokens of) or enable a user. */
enum store_rc	store_user_set_disabled(struct store *store, const char *name,
    int disabled);
/* Delete a user with its tokens and items. */
enum store_rc	store_user_delete(struct store *store, const char *name);

/* Clients
 * ------- */

#define STORE_GRANTS_MAX	63

/* A client is a principal too: self has its name, its scope and, in place of
 * a password, the text of its secret's digest ("" for a public client).  Users
 * and clients share their names. */
struct store_client {
	struct store_user self;
	int	is_public;
	int	introspect;			/* may look at every token */
	char	grants[STORE_GRANTS_MAX + 1];	/* written like scopes */
};

enum store_rc	store_client_get(struct store *store, const char *name,
    struct store_client *client);
enum store_rc	store_client_add(struct store *store,
    struct store_client *client);
enum store_rc	store_client_list(struct store *store,
    void (*each)(const struct store_client *client, void *arg), void *arg);
/* Replace the digest of a confidential client's secret. */
enum store_rc	store_client_set_secret(struct store *store, const char *name,
    const char *secret);
/* Delete a client, with all tokens that were issued to it. */
enum store_rc	store_client_delete(struct store *store, const char *name);

/* Access tokens and API keys
 * -------------------------- */

/* A token's public id: the first 64 bits of its digest, in hexadecimal. */
#define STORE_ID_SIZE	17
#define STORE_LABEL_MAX	256			/* bytes: 64 characters */

enum store_kind { STORE_KIND_NONE, STORE_KIND_ACCESS, STORE_KIND_KEY };

struct store_token {
	uint8_t	digest[CRYPTO_DIGEST];
	enum store_kind	kind;
	int64_t	user;
	char	name[STORE_NAME_MAX + 1];	/* the user's, or client's */
	char	user_scope[SCOPE_MAX + 1];	/* what the user has now */
	int	user_disabled;
	char	scope[SCOPE_MAX + 1];		/* what the token was given */
	int64_t	created;
	int64_t	expires;
	char	client[STORE_NAME_MAX + 1];	/* issued to; "" for none */
	char	label[STORE_LABEL_MAX + 1];	/* what a key is called */
	int64_t	used;				/* a key's last use, coarse */
};

void	store_id(const uint8_t digest[CRYPTO_DIGEST], char id[STORE_ID_SIZE]);
/* Write the first bytes of a digest from an id.  Returns 0, or -1 when id is
 * none. */
int	store_id_read(const char *id, uint8_t digest[CRYPTO_DIGEST]);

/* Fill token from the ledger. */
enum store_rc	store_token_get(struct store *store,
    const uint8_t digest[CRYPTO_DIGEST], struct store_token *token);
/* Add count tokens that differ in their digests only, all or none, and delete
 * a few expired ones on the way.  Of token kind, scope, created, expires,
 * client and label count.  user must be the user as it was read: when it was
 * deleted or disabled since, or its password changed, the answer is
 * STORE_NONE.  STORE_TAKEN when a digest is there already. */
enum store_rc	store_token_add(struct store *store,
    const struct store_user *user, const struct store_token *token,
    const uint8_t (*digests)[CRYPTO_DIGEST], size_t count);
/* Add one key, as store_token_add does.  STORE_TAKEN when the user has most
 * of them that live. */
enum store_rc	store_key_add(struct store *store,
    const struct store_user *user, const struct store_token *key,
    const uint8_t digest[CRYPTO_DIGEST], int64_t most);
/* Call each for every token of kind of the user name, or of all users when
 * name is NULL. */
enum store_rc	store_token_list(struct store *store, const char *name,
    enum store_kind kind,
    void (*each)(const struct store_token *token, void *arg), void *arg);
/* End a token, from the next check on, in every process. */
enum store_rc	store_token_revoke(struct store *store,
    const uint8_t digest[CRYPTO_DIGEST]);
/* End a token by its id; of a kind, and of the user name unless name is
 * NULL. */
enum store_rc	store_token_revoke_id(struct store *store, const char *id,
    enum store_kind kind, const char *name);
/* End all tokens of the user name, refresh tokens and keys too; count says how
 * many access tokens and keys there were. */
enum store_rc	store_token_revoke_user(struct store *store, const char *name,
    int64_t *count);
/* Delete up to most tokens that expired at or before now, and as many families
 * of refresh tokens; count has both. */
enum store_rc	store_token_purge(struct store *store, int64_t now,
    int64_t most, int64_t *count);
/* Note that a key was used at the time now, unless a use less than
 * STORE_USED_COARSE seconds before is noted.  The note is the time of an empty
 * file beside the ledger, PATH-used/ID: who may only read can make it. */
#define STORE_USED_COARSE	3600
void	store_token_used(struct store *store,
    const uint8_t digest[CRYPTO_DIGEST], int64_t now);

/* Refresh tokens (RFC 6749, 6; RFC 9700, 4.14)
 * -------------------------------------------- */

/* A family starts with a login and goes on with each use of a refresh token,
 * which makes a successor; all its access tokens belong to it. */
struct store_refresh {
	int64_t	family;
	char	name[STORE_NAME_MAX + 1];	/* the user's */
	int	user_disabled;
	char	user_scope[SCOPE_MAX + 1];	/* what the user has now */
	char	client[STORE_NAME_MAX + 1];
	char	scope[SCOPE_MAX + 1];		/* what the login was given */
	int64_t	created;		/* when the family began */
	int64_t	expires;		/* of this token, when it is idle */
	int64_t	family_expires;		/* of all of them */
	int64_t	used;			/* when first used, or 0 */
	int64_t	key;			/* that made its successor */
};

enum store_rc	store_refresh_get(struct store *store,
    const uint8_t digest[CRYPTO_DIGEST], struct store_refresh *refresh);

/* Start a family: one access token and one refresh token, both or none.  As
 * for store_token_add; expires and family_expires are the refresh token's. */
enum store_rc	store_refresh_add(struct store *store,
    const struct store_user *user, const struct store_token *token,
    const uint8_t access[CRYPTO_DIGEST], const uint8_t first[CRYPTO_DIGEST],
    int64_t expires, int64_t family_expires);

struct store_use {
	uint8_t	digest[CRYPTO_DIGEST];		/* the refresh token */
	uint8_t	successor[CRYPTO_DIGEST];	/* derived from it */
	int64_t	key;				/* by this key */
	int64_t	now;
	int64_t	grace;				/* seconds */
	int64_t	expires;			/* of the successor */
	uint8_t	access[CRYPTO_DIGEST];		/* a new access token */
	char	scope[SCOPE_MAX + 1];		/* its scope */
	int64_t	access_expires;
};

/* Use a refresh token.  One that was not used before, or was first used at
 * most grace ago, or whose successor was never used, gives an access token and
 * leads to its one successor: STORE_OK.  STORE_REUSED: it was used up, and the
 * whole family has ended.  STORE_TAKEN: somebody used it meanwhile by another
 * key; read it again.  STORE_NONE: there is none that lives. */
enum store_rc	store_refresh_use(struct store *store,
    const struct store_use *use);
/* End a family, with its access tokens. */
enum store_rc	store_refresh_revoke(struct store *store, int64_t family);

/* Guessing
 * -------- */

#define STORE_GUESS_KEYS	2
#define STORE_GUESSES_MAX	65536	/* rows; the oldest leave first */
#define STORE_LOGINS_MAX	65536	/* rows; the oldest leave first */
#define STORE_LOGIN_KNOWN	2592000	/* seconds that one is remembered */

/* One try, by whoever the keys stand for.  They are keyed digests: the ledger
 * says neither who was guessed at nor from where. */
struct store_guess {
	uint8_t	key[STORE_GUESS_KEYS][CRYPTO_DIGEST];
	size_t	keys;			/* how many of them count */
	int64_t	now;
	int64_t	free;			/* wrong ones without a wait */
	int64_t	wait, wait_max;		/* seconds: the first, the longest */
	int64_t	forget;			/* seconds without a wrong one */
};

/* Until when must the keys wait?  until is 0 when none has to; count says how
 * many wrong ones are counted for all of them. */
enum store_rc	store_guess_look(struct store *store,
    const struct store_guess *guess, int64_t *until, int64_t *count);
/* Count a wrong try for each key; the last free one, and each after it, starts
 * a wait, which doubles.  STORE_TAKEN: one had to wait already, until says how
 * long, and nothing was counted. */
enum store_rc	store_guess_wrong(struct store *store,
    const struct store_guess *guess, int64_t *until);
/* Forget what was counted for the key login, and note that it came in now.
 * STORE_TAKEN as above. */
enum store_rc	store_guess_right(struct store *store,
    const struct store_guess *guess, const uint8_t login[CRYPTO_DIGEST],
    int64_t *until);
/* When did the key login come in last?  STORE_NONE: never, or long ago. */
enum store_rc	store_login_get(struct store *store,
    const uint8_t login[CRYPTO_DIGEST], int64_t *when);
/* Forget all that was counted. */
enum store_rc	store_guess_forget(struct store *store, int64_t *count);

/* Items
 * ----- */

#define STORE_ITEM_ID	12		/* characters, base62 */
#define STORE_TITLE_MAX	800		/* bytes: 200 characters */
#define STORE_ITEMS_MAX	1000		/* of one user */

struct store_item {
	char	id[STORE_ITEM_ID + 1];
	char	title[STORE_TITLE_MAX + 1];
	char	owner[STORE_NAME_MAX + 1];	/* a user's name */
};

/* Call each for every item of owner, oldest first. */
enum store_rc	store_item_list(struct store *store, const char *owner,
    void (*each)(const struct store_item *item, void *arg), void *arg);
/* Fill item with owner's item of that id.  Another's is STORE_NONE here, and
 * below, just as one that nobody has. */
enum store_rc	store_item_get(struct store *store, const char *owner,
    const char *id, struct store_item *item);
/* Add an item to what its owner has.  STORE_NONE when that is no user,
 * STORE_TAKEN when the owner has most items. */
enum store_rc	store_item_add(struct store *store,
    const struct store_item *item, int64_t most);
/* Give the owner's item of item's id the title of item. */
enum store_rc	store_item_set_title(struct store *store,
    const struct store_item *item);
enum store_rc	store_item_delete(struct store *store, const char *owner,
    const char *id);

/* Moving
 * ------ */

/* The ledger row by row, for what copies one into another.  The first column of
 * each table is its key.  types has a letter for each column: i a number, t a
 * text, d a digest; n a number that is 0 for nothing. */
#define STORE_TABLES	7
#define STORE_COLUMNS	11

struct store_table {
	const char	*name;
	const char	*types;
	const char	*column[STORE_COLUMNS];
};

extern const struct store_table store_tables[STORE_TABLES];

union store_value {
	int64_t	number;
	uint8_t	digest[CRYPTO_DIGEST];
	char	text[STORE_TITLE_MAX + 1];
};

struct store_row {
	union store_value value[STORE_COLUMNS];
};

/* Read up to most rows behind the one that after is, from the first for NULL,
 * by key; count says how many there were. */
enum store_rc	store_rows_read(struct store *store,
    const struct store_table *table, const struct store_row *after,
    struct store_row *rows, size_t most, size_t *count);
/* Write rows that are not there, all or none.  The tables are written in their
 * order, for rows name others.  A count of 0, at the end, makes the numbers of
 * new rows go on behind those that are there. */
enum store_rc	store_rows_write(struct store *store,
    const struct store_table *table, const struct store_row *rows,
    size_t count);

#endif
