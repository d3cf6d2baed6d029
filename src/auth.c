/* auth - the guard: a token in, verdict and principal out. */
#include <string.h>
#include <strings.h>

#include "auth.h"
#include "form.h"
#include "peer.h"
#include "reply.h"
#include "text.h"
#include "token.h"

const char SCOPE_PUBLIC[] = "(public)";
const char SCOPE_ANY[] = "(any)";
const char SCOPE_KEYS[] = "keys";

static const char scheme[] = "Bearer";
#define SCHEME	(sizeof scheme - 1)

/* Does a word of RFC 9110's tchar go on with c? */
static int
is_word(char c)
{
	return c != '\0' && strchr("!#$%&'*+-.^_`|~0123456789"
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz", c) != NULL;
}

/* Web servers join two header lines with a comma: is there a Bearer behind
 * one in what starts as another scheme? */
static int
has_second(const char *value)
{
	while ((value = strchr(value, ',')) != NULL) {
		value++;
		value += strspn(value, " \t");
		if (strncasecmp(value, scheme, SCHEME) == 0 &&
		    !is_word(value[SCHEME]))
			return 1;
	}
	return 0;
}

enum auth_verdict
auth_parse(const char *value, const char **token, size_t *length)
{
	if (value == NULL || value[0] == '\0')
		return AUTH_NONE;
	if (strnlen(value, AUTH_HEADER_MAX + 1) > AUTH_HEADER_MAX)
		return AUTH_MALFORMED;
	if (strncasecmp(value, scheme, SCHEME) != 0 || is_word(value[SCHEME]))
		return has_second(value) ? AUTH_MALFORMED : AUTH_NONE;
	value += SCHEME;
	if (*value != ' ')
		return AUTH_MALFORMED;
	value += strspn(value, " ");
	*token = value;
	*length = strlen(value);
	return token_is_b64token(value, *length) ? AUTH_ALLOW :
	    AUTH_MALFORMED;
}

/* A token that a request shows, and what it must be in the ledger. */
struct shown {
	const char	*token;
	size_t		 length;
	enum store_kind	 kind;
};

/* What kind of token is it by its looks?  STORE_KIND_NONE spares the ledger. */
static enum store_kind
read_kind(const struct config *config, const struct shown *shown)
{
	switch (token_shape(shown->token, shown->length)) {
	case TOKEN_OURS:
		return memcmp(shown->token, TOKEN_KEY, sizeof TOKEN_KEY - 1) ==
		    0 ? STORE_KIND_KEY : STORE_KIND_ACCESS;
	case TOKEN_FOREIGN:
		return config->foreign_tokens ? STORE_KIND_ACCESS :
		    STORE_KIND_NONE;
	default:
		return STORE_KIND_NONE;
	}
}

/* Is the token's row one that may be used now, and for scope? */
static enum auth_verdict
judge(const struct store_token *row, const char *scope, int64_t now,
    struct principal *who)
{
	memcpy(who->subject, row->name, sizeof who->subject);
	if (row->user_disabled != 0 || row->expires <= now)
		return AUTH_INVALID;
	scope_common(row->scope, row->user_scope, who->scope);
	if (row->kind == STORE_KIND_KEY)
		scope_remove(who->scope, SCOPE_KEYS);
	if (scope != SCOPE_ANY &&
	    (scope[0] == '\0' || !scope_within(scope, who->scope)))
		return AUTH_NO_SCOPE;
	memcpy(who->client, row->client, sizeof who->client);
	who->expires = row->expires;
	who->used = row->used;
	who->kind = row->kind;
	return AUTH_ALLOW;
}

/* Ask the ledger of the token whose digest is in who. */
static enum auth_verdict
look_up(struct store *store, const struct shown *shown, const char *scope,
    int64_t *now, struct principal *who)
{
	static struct store_token row;	/* large, and filled whole */

	if (store_now(store, now) != STORE_OK)
		return AUTH_DOWN;
	switch (store_token_get(store, who->digest, &row)) {
	case STORE_OK:
		return row.kind == shown->kind ?
		    judge(&row, scope, *now, who) : AUTH_INVALID;
	case STORE_NONE:
		return AUTH_INVALID;
	default:
		return AUTH_DOWN;
	}
}

static enum auth_verdict
check(struct store *store, const struct shown *shown, const char *scope,
    int64_t *now, struct principal *who)
{
	enum auth_verdict verdict;

	if (shown->kind == STORE_KIND_NONE)
		return AUTH_INVALID;
	token_digest(who->digest, shown->token, shown->length);
	verdict = look_up(store, shown, scope, now, who);
	if (verdict != AUTH_ALLOW)
		store_id(who->digest, who->id);
	return verdict;
}

/* Find the Authorization value, NULL when there is none.  Apache renames the
 * variable at each internal redirect; a client cannot write those names.
 * Returns -1 when there are two values, of two names or of one. */
static int
read_header(struct http_req *req, const char **value)
{
	const char *const there[] = { http_var(req, "HTTP_AUTHORIZATION"),
	    http_var(req, "REDIRECT_HTTP_AUTHORIZATION"),
	    http_var(req, "REDIRECT_REDIRECT_HTTP_AUTHORIZATION"),
	    http_var(req, "REDIRECT_REDIRECT_REDIRECT_HTTP_AUTHORIZATION") };
	size_t i;

	*value = NULL;
	if (http_doubled(req))
		return -1;
	for (i = 0; i < sizeof there / sizeof there[0]; i++) {
		if (there[i] == NULL || there[i][0] == '\0')
			continue;
		if (*value != NULL && strcmp(*value, there[i]) != 0)
			return -1;
		*value = there[i];
	}
	return 0;
}

/* Find the token that the request shows.  Returns AUTH_ALLOW when there is one
 * to be checked. */
static enum auth_verdict
read_shown(struct http_req *req, const struct config *config,
    struct shown *shown)
{
	const char *value, *key;
	enum auth_verdict verdict;

	if (read_header(req, &value) != 0)
		return AUTH_MALFORMED;
	key = http_var(req, "HTTP_X_API_KEY");
	if (http_doubled(req))
		return AUTH_BAD_KEY;
	if (key == NULL || key[0] == '\0') {
		verdict = auth_parse(value, &shown->token, &shown->length);
		if (verdict == AUTH_ALLOW)
			shown->kind = read_kind(config, shown);
		return verdict;
	}
	/* A comma is how web servers join two lines. */
	if (value != NULL || strchr(key, ',') != NULL ||
	    strnlen(key, AUTH_HEADER_MAX + 1) > AUTH_HEADER_MAX)
		return AUTH_BAD_KEY;
	shown->token = key;
	shown->length = strlen(key);
	shown->kind = read_kind(config, shown) == STORE_KIND_KEY ?
	    STORE_KIND_KEY : STORE_KIND_NONE;
	return AUTH_ALLOW;
}

static enum auth_verdict
judge_request(struct http_req *req, struct store *store,
    const struct config *config, const char *scope, int64_t *now,
    struct principal *who)
{
	struct shown shown = { .kind = STORE_KIND_NONE };
	enum auth_verdict verdict = read_shown(req, config, &shown);

	return verdict == AUTH_ALLOW ? check(store, &shown, scope, now, who) :
	    verdict;
}

/* Who has no token at all is no event; who shows a wrong one is. */
static void
note_refusal(struct http_req *req, const struct config *config,
    const struct principal *who, const char *event, const char *scope)
{
	const struct audit audit = { .event = event, .token = who->id,
		.subject = who->subject, .detail = scope };

	peer_audit(req, config, &audit);
}

int
auth_require(struct http_req *req, struct store *store,
    const struct config *config, const char *scope, int64_t *now,
    struct principal *who)
{
	switch (judge_request(req, store, config, scope, now, who)) {
	case AUTH_ALLOW:
		return 1;
	case AUTH_NONE:
		reply_challenge(req, config, 401, NULL, NULL,
		    "Not authenticated");
		return 0;
	case AUTH_MALFORMED:
		reply_challenge(req, config, 400, "invalid_request", NULL,
		    "The Authorization header must hold one Bearer token");
		return 0;
	case AUTH_BAD_KEY:
		reply_challenge(req, config, 400, "invalid_request", NULL,
		    "One X-API-Key, and no Authorization beside it");
		return 0;
	case AUTH_INVALID:
		note_refusal(req, config, who, "token_refused", NULL);
		reply_challenge(req, config, 401, "invalid_token", NULL,
		    "Invalid authentication credentials");
		return 0;
	case AUTH_NO_SCOPE:
		note_refusal(req, config, who, "scope_refused", scope);
		reply_challenge(req, config, 403, "insufficient_scope",
		    scope, "Not enough permissions");
		return 0;
	case AUTH_DOWN:
		break;
	}
	reply_unavailable(req);
	return 0;
}

/* Take apart what was decoded: "id:secret", each percent-encoded. */
static int
split_basic(char *text, struct auth_basic *basic)
{
	char *colon = strchr(text, ':');

	if (colon == NULL || !text_is_clean(text))
		return -1;
	*colon = '\0';
	if (form_decode(text) != 0 || form_decode(colon + 1) != 0 ||
	    text[0] == '\0' ||
	    text_copy(basic->id, sizeof basic->id, text) != 0)
		return -1;
	return text_copy(basic->secret, sizeof basic->secret, colon + 1);
}

enum auth_basic_rc
auth_basic(struct http_req *req, struct auth_basic *basic)
{
	char text[AUTH_HEADER_MAX];
	const char *value;
	size_t length;
	int rc;

	if (read_header(req, &value) != 0)
		return AUTH_BASIC_BROKEN;
	if (value == NULL || strncasecmp(value, "Basic", 5) != 0 ||
	    is_word(value[5]))
		return AUTH_BASIC_NONE;
	if (value[5] != ' ' || strlen(value) > AUTH_HEADER_MAX)
		return AUTH_BASIC_BROKEN;
	value += 5 + strspn(value + 5, " ");
	rc = crypto_base64(text, sizeof text - 1, value, &length);
	text[rc == 0 ? length : 0] = '\0';
	if (rc == 0 && strlen(text) == length)
		rc = split_basic(text, basic);
	else
		rc = -1;
	crypto_wipe(text, sizeof text);
	return rc == 0 ? AUTH_BASIC_OK : AUTH_BASIC_BROKEN;
}
