/* store - the verbs of the ledger, and what holds of it whatever keeps it. */
#include <string.h>

#include "log.h"
#include "store_ops.h"
#include "text.h"

const char STORE_TUTORIAL[] = "tutorial";

const struct store_table store_tables[STORE_TABLES] = {
	{ "users", "itttiiiti", { "id", "name", "password", "scope",
	    "disabled", "created", "kind", "grants", "introspect" } },
	{ "families", "iittii", { "id", "user", "client", "scope", "created",
	    "expires" } },
	{ "refresh", "diiii", { "digest", "family", "expires", "used",
	    "key" } },
	{ "tokens", "diiitiitnti", { "digest", "alg", "kind", "user", "scope",
	    "created", "expires", "client", "family", "label", "used" } },
	{ "items", "itit", { "number", "id", "owner", "title" } },
	{ "guesses", "diii", { "key", "count", "last", "until" } },
	{ "logins", "di", { "key", "last" } },
};

const char *
store_file(const char *url)
{
	return strncmp(url, "sqlite:", 7) == 0 ? url + 7 : "";
}

int
store_name_valid(const char *name)
{
	static const char allowed[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	    "abcdefghijklmnopqrstuvwxyz0123456789._@+-";
	size_t length = strlen(name);

	return length > 0 && length <= STORE_NAME_MAX &&
	    strspn(name, allowed) == length;
}

void
store_id(const uint8_t digest[CRYPTO_DIGEST], char id[STORE_ID_SIZE])
{
	static const char digits[] = "0123456789abcdef";
	size_t i;

	for (i = 0; i < STORE_ID_SIZE - 1; i++)
		id[i] = digits[digest[i / 2] >> (i % 2 == 0 ? 4 : 0) & 15];
	id[i] = '\0';
}

int
store_id_read(const char *id, uint8_t digest[CRYPTO_DIGEST])
{
	int high, low;
	size_t i;

	if (strlen(id) != STORE_ID_SIZE - 1)
		return -1;
	for (i = 0; i < (STORE_ID_SIZE - 1) / 2; i++) {
		high = text_hex(id[2 * i]);
		low = text_hex(id[2 * i + 1]);
		if (high < 0 || low < 0)
			return -1;
		digest[i] = (uint8_t)(high << 4 | low);
	}
	return 0;
}

/* Which backend the URL names; one that none knows leads to the first, SQLite,
 * and no file, and so to no ledger. */
static const struct store_ops *
find(const char *url, const char **place)
{
	const struct store_backend *backend;
	size_t length;

	if (store_backends[0].ops == NULL)
		log_fatal("this program is made to open no ledger");
	for (backend = store_backends; backend->scheme != NULL; backend++) {
		length = strlen(backend->scheme);
		if (strncmp(url, backend->scheme, length) == 0) {
			*place = url + length;
			return backend->ops;
		}
	}
	*place = "";
	return store_backends[0].ops;
}

struct store *
store_new(const char *url, enum store_mode mode)
{
	const char *place;
	const struct store_ops *ops = find(url, &place);

	return ops->open(place, mode);
}

void
store_free(struct store *store)
{
	if (store != NULL)
		store->ops->free(store);
}

void
store_start(struct store *store, int now, const char *name)
{
	store->ops->start(store, now, name);
}

int
store_is_stuck(const struct store *store)
{
	return store->ops->is_stuck(store);
}

void
store_title(const char *url, char title[STORE_TITLE])
{
	const char *place;
	const struct store_ops *ops = find(url, &place);

	ops->title(place, title);
}

int
store_caution(const char *url, char *why, size_t size)
{
	const char *place;
	const struct store_ops *ops = find(url, &place);

	return ops->caution(place, why, size);
}

enum store_rc
store_create(const char *url)
{
	const char *place;
	const struct store_ops *ops = find(url, &place);

	return ops->create(place);
}

enum store_rc
store_upgrade(const char *url, int64_t *from)
{
	const char *place;
	const struct store_ops *ops = find(url, &place);

	return ops->upgrade(place, from);
}

enum store_rc
store_restore(const char *url, const char *path, char *why, size_t size)
{
	const char *place;
	const struct store_ops *ops = find(url, &place);

	return ops->restore(place, path, why, size);
}

enum store_rc
store_user_add(struct store *store, struct store_user *user)
{
	return strcmp(user->name, STORE_TUTORIAL) == 0 ? STORE_TAKEN :
	    store->ops->user_add(store, user);
}

enum store_rc
store_client_add(struct store *store, struct store_client *client)
{
	return strcmp(client->self.name, STORE_TUTORIAL) == 0 ? STORE_TAKEN :
	    store->ops->client_add(store, client);
}

enum store_rc
store_token_revoke_id(struct store *store, const char *id,
    enum store_kind kind, const char *name)
{
	uint8_t first[CRYPTO_DIGEST], last[CRYPTO_DIGEST];

	memset(first, 0, sizeof first);
	memset(last, 0xff, sizeof last);
	if (store_id_read(id, first) != 0 || store_id_read(id, last) != 0)
		return STORE_NONE;
	return store->ops->token_revoke_range(store, first, last, kind, name);
}

void
store_token_used(struct store *store, const uint8_t digest[CRYPTO_DIGEST],
    int64_t now)
{
	store->ops->token_used(store, digest, now);
}

#define V(name, args, pass)						\
enum store_rc								\
store_##name args							\
{									\
	return store->ops->name pass;					\
}
STORE_VERBS(V)
#undef V
