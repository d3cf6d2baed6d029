/* keys - the caller's own API keys. */
#include <stdio.h>
#include <string.h>

#include "endpoint.h"
#include "token.h"

#define KEYS_MAX	100		/* of one user */
#define NAME_MAX_CHARS	64

#define KEY_SEEN	"'id':'7f3c2a91b0d4e586','name':'laptop','scope':'me'," \
			"'created_at':1767225600,'expires_at':1775001600,"

struct list {
	cJSON	*keys;
	int64_t	 now;
};

/* What is shown of a key, as often as one asks. */
static cJSON *
describe(const struct store_token *key)
{
	cJSON *out = cJSON_CreateObject();
	char id[STORE_ID_SIZE];

	store_id(key->digest, id);
	cJSON_AddStringToObject(out, "id", id);
	cJSON_AddStringToObject(out, "name", key->label);
	cJSON_AddStringToObject(out, "scope", key->scope);
	cJSON_AddNumberToObject(out, "created_at", (double)key->created);
	cJSON_AddNumberToObject(out, "expires_at", (double)key->expires);
	return out;
}

static void
add(const struct store_token *key, void *arg)
{
	struct list *list = arg;
	cJSON *one;

	if (key->expires <= list->now)
		return;
	one = describe(key);
	if (key->used > 0)
		cJSON_AddNumberToObject(one, "last_used_at", (double)key->used);
	else
		cJSON_AddNullToObject(one, "last_used_at");
	cJSON_AddItemToArray(list->keys, one);
}

static void
show(struct call *c)
{
	struct list list = { cJSON_CreateArray(), c->now };

	reply_list(c->req, list.keys, store_token_list(c->store,
	    c->who.subject, STORE_KIND_KEY, add, &list));
}

/* Fill key from what was asked for.  Says what is wrong, or NULL. */
static const char *
read_key(const struct call *c, struct store_token *key)
{
	const struct config *config = c->config;
	const char *name, *scope = "";
	int64_t most = config->key_ttl_max, ttl = config->key_ttl;

	ttl = ttl < most ? ttl : most;
	if (json_string(c->in, "name", 1, NAME_MAX_CHARS, &name) != JSON_OK)
		return "name must be a text of 1 to 64 characters";
	if (json_string(c->in, "scope", 0, SCOPE_MAX, &scope) == JSON_BAD ||
	    !scope_valid(scope))
		return "scope must be a list of scopes, each named once";
	if (scope_within(SCOPE_KEYS, scope))
		return "No key has the scope keys";
	if (!scope_within(scope, c->who.scope))
		return "scope is wider than that of the token that asks";
	if (json_number(c->in, "ttl", 1, most, &ttl) == JSON_BAD)
		return "ttl must be a number of seconds that is allowed here";
	strcpy(key->label, name);
	strcpy(key->scope, scope[0] != '\0' ? scope : c->who.scope);
	scope_remove(key->scope, SCOPE_KEYS);
	key->expires = c->now + ttl;
	return NULL;
}

/* The one time that the key itself is shown. */
static void
hand_out(struct call *c, const struct store_token *key, const char *text)
{
	cJSON *out = describe(key);
	char url[CONFIG_VALUE + 40], id[STORE_ID_SIZE];

	store_id(key->digest, id);
	call_audit(c, "key_made", id);
	snprintf(url, sizeof url, "%s/keys/%s", c->config->issuer, id);
	http_header(c->req, "Location", url);
	cJSON_AddStringToObject(out, "key", text);
	reply_json(c->req, 201, out);
}

static void
make(struct call *c)
{
	struct store_token key = { .kind = STORE_KIND_KEY, .created = c->now };
	struct store_user user;
	char text[TOKEN_SIZE];
	const char *wrong = read_key(c, &key);
	enum store_rc rc;

	if (wrong != NULL) {
		reply_problem(c->req, 400, wrong);
		return;
	}
	token_make(text, TOKEN_KEY);
	token_digest(key.digest, text, strlen(text));
	rc = store_user_get(c->store, c->who.subject, &user);
	if (rc == STORE_OK)
		rc = store_key_add(c->store, &user, &key, key.digest, KEYS_MAX);
	if (rc == STORE_OK)
		hand_out(c, &key, text);
	else if (rc == STORE_TAKEN)
		reply_problem(c->req, 409, "There are 100 keys already");
	else if (rc == STORE_NONE)
		reply_problem(c->req, 403, "Only users have keys");
	else
		reply_unavailable(c->req);
	crypto_wipe(text, sizeof text);
}

static void
end(struct call *c)
{
	switch (store_token_revoke_id(c->store, c->id, STORE_KIND_KEY,
	    c->who.subject)) {
	case STORE_OK:
		call_audit(c, "key_ended", c->id);
		reply_empty(c->req, 204);
		return;
	case STORE_NONE:
		reply_problem(c->req, 404, "There is no such key of yours");
		return;
	default:
		reply_unavailable(c->req);
	}
}

const struct endpoint endpoint = {
	.path = "/keys",
	.store = STORE_WRITE,
	.methods = {
		{ HTTP_GET, .scope = SCOPE_KEYS, .handle = show,
		    .says = "The caller's own keys",
		    .gives = "[{" KEY_SEEN "'last_used_at':null}]" },
		{ HTTP_POST, .scope = SCOPE_KEYS, .handle = make,
		    .says = "Make a key, which is shown this once",
		    .members = {
			{ "name", "'laptop'", .says = "1 to 64 characters" },
			{ "scope", "'me'", "no wider than that of the token "
			    "that asks, and as wide when absent", 1 },
			{ "ttl", "3600", "seconds", 1 },
		    },
		    .status = 201,
		    .gives = "{" KEY_SEEN "'key':'pst_key_...'}",
		    .refuses = { 409 } },
	},
	.id_methods = {
		{ HTTP_DELETE, .scope = SCOPE_KEYS, .handle = end,
		    .says = "End a key", .status = 204 },
	},
};
