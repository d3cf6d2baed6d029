/* store_ops - what a backend of the ledger has: a function per verb.  The
 * contracts stand in store.h; only store.c, the
 * lists of backends and the backends include this. */
#ifndef STORE_OPS_H
#define STORE_OPS_H

#include "store.h"

/* The verbs that store.c hands over as they are: V(name, its parameters, what
 * is passed on). */
#define STORE_VERBS(V)							\
V(now, (struct store *store, int64_t *now), (store, now))		\
V(ping, (struct store *store), (store))					\
V(examine, (struct store *store, int64_t *version, char *why,		\
    size_t size), (store, version, why, size))				\
V(backup, (struct store *store, const char *path), (store, path))	\
V(user_get, (struct store *store, const char *name,			\
    struct store_user *user), (store, name, user))			\
V(user_list, (struct store *store,					\
    void (*each)(const struct store_user *user, void *arg), void *arg),	\
    (store, each, arg))							\
V(user_set_password, (struct store *store,				\
    const struct store_user *user, const char *hash),			\
    (store, user, hash))						\
V(user_change_password, (struct store *store,				\
    const struct store_user *user, const char *hash,			\
    const uint8_t keep[CRYPTO_DIGEST]), (store, user, hash, keep))	\
V(user_set_scope, (struct store *store, const char *name,		\
    const char *scope), (store, name, scope))				\
V(user_set_disabled, (struct store *store, const char *name,		\
    int disabled), (store, name, disabled))				\
V(user_delete, (struct store *store, const char *name), (store, name))	\
V(client_get, (struct store *store, const char *name,			\
    struct store_client *client), (store, name, client))		\
V(client_list, (struct store *store,					\
    void (*each)(const struct store_client *client, void *arg),		\
    void *arg), (store, each, arg))					\
V(client_set_secret, (struct store *store, const char *name,		\
    const char *secret), (store, name, secret))				\
V(client_delete, (struct store *store, const char *name),		\
    (store, name))							\
V(token_get, (struct store *store, const uint8_t digest[CRYPTO_DIGEST],	\
    struct store_token *token), (store, digest, token))			\
V(token_add, (struct store *store, const struct store_user *user,	\
    const struct store_token *token,					\
    const uint8_t (*digests)[CRYPTO_DIGEST], size_t count),		\
    (store, user, token, digests, count))				\
V(key_add, (struct store *store, const struct store_user *user,		\
    const struct store_token *key, const uint8_t digest[CRYPTO_DIGEST],	\
    int64_t most), (store, user, key, digest, most))			\
V(token_list, (struct store *store, const char *name,			\
    enum store_kind kind,						\
    void (*each)(const struct store_token *token, void *arg),		\
    void *arg), (store, name, kind, each, arg))				\
V(token_revoke, (struct store *store,					\
    const uint8_t digest[CRYPTO_DIGEST]), (store, digest))		\
V(token_revoke_user, (struct store *store, const char *name,		\
    int64_t *count), (store, name, count))				\
V(token_purge, (struct store *store, int64_t now, int64_t most,		\
    int64_t *count), (store, now, most, count))				\
V(refresh_get, (struct store *store,					\
    const uint8_t digest[CRYPTO_DIGEST],				\
    struct store_refresh *refresh), (store, digest, refresh))		\
V(refresh_add, (struct store *store, const struct store_user *user,	\
    const struct store_token *token,					\
    const uint8_t access[CRYPTO_DIGEST],				\
    const uint8_t first[CRYPTO_DIGEST], int64_t expires,		\
    int64_t family_expires), (store, user, token, access, first,	\
    expires, family_expires))						\
V(refresh_use, (struct store *store, const struct store_use *use),	\
    (store, use))							\
V(refresh_revoke, (struct store *store, int64_t family),		\
    (store, family))							\
V(guess_look, (struct store *store, const struct store_guess *guess,	\
    int64_t *until, int64_t *count), (store, guess, until, count))	\
V(guess_wrong, (struct store *store, const struct store_guess *guess,	\
    int64_t *until), (store, guess, until))				\
V(guess_right, (struct store *store, const struct store_guess *guess,	\
    const uint8_t login[CRYPTO_DIGEST], int64_t *until),		\
    (store, guess, login, until))					\
V(login_get, (struct store *store, const uint8_t login[CRYPTO_DIGEST],	\
    int64_t *when), (store, login, when))				\
V(guess_forget, (struct store *store, int64_t *count), (store, count))	\
V(item_list, (struct store *store, const char *owner,			\
    void (*each)(const struct store_item *item, void *arg), void *arg),	\
    (store, owner, each, arg))						\
V(item_get, (struct store *store, const char *owner, const char *id,	\
    struct store_item *item), (store, owner, id, item))			\
V(item_add, (struct store *store, const struct store_item *item,	\
    int64_t most), (store, item, most))					\
V(item_set_title, (struct store *store,					\
    const struct store_item *item), (store, item))			\
V(item_delete, (struct store *store, const char *owner,			\
    const char *id), (store, owner, id))				\
V(rows_read, (struct store *store, const struct store_table *table,	\
    const struct store_row *after, struct store_row *rows, size_t most,	\
    size_t *count), (store, table, after, rows, most, count))		\
V(rows_write, (struct store *store, const struct store_table *table,	\
    const struct store_row *rows, size_t count),			\
    (store, table, rows, count))

/* Those where store.c does a part itself; place is the URL behind the scheme
 * and its colon. */
#define STORE_PARTS(V)							\
V(create, (const char *place), )					\
V(upgrade, (const char *place, int64_t *from), )			\
V(restore, (const char *place, const char *path, char *why,		\
    size_t size), )							\
V(user_add, (struct store *store, struct store_user *user), )		\
V(client_add, (struct store *store, struct store_client *client), )	\
V(token_revoke_range, (struct store *store,				\
    const uint8_t first[CRYPTO_DIGEST],					\
    const uint8_t last[CRYPTO_DIGEST], enum store_kind kind,		\
    const char *name), )

struct store_ops {
	struct store	*(*open)(const char *place, enum store_mode mode);
	void		(*free)(struct store *store);
	void		(*start)(struct store *store, int now,
			    const char *name);
	int		(*is_stuck)(const struct store *store);
	void		(*title)(const char *place, char title[STORE_TITLE]);
	int		(*caution)(const char *place, char *why, size_t size);
	void		(*token_used)(struct store *store,
			    const uint8_t digest[CRYPTO_DIGEST], int64_t now);
#define V(name, args, pass)	enum store_rc (*name) args;
	STORE_VERBS(V)
	STORE_PARTS(V)
#undef V
};

/* What every handle starts with. */
struct store {
	const struct store_ops	*ops;
	const char		*place;		/* borrowed */
	enum store_mode		 mode;
};

extern const struct store_ops store_sqlite_ops, store_pgsql_ops;

/* The backends that a program has, by the scheme in a ledger's URL, ended by
 * NULL: store_list.c has them all; store_none.c none, for programs that never
 * open a ledger and are linked without what backends need. */
struct store_backend {
	const char		*scheme;
	const struct store_ops	*ops;
};
extern const struct store_backend store_backends[];

#endif
