/* apicheck_plan - which operations are attacked, and why.
 *
 * A forgotten guard leaves no trace in a document that is made from the code,
 * so what the document is silent about is looked at twice. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "apicheck_kin.h"
#include "apicheck_plan.h"
#include "apicheck_tap.h"
#include "text.h"

int
plan_is_safe(const char *method)
{
	return strcmp(method, "GET") == 0 || strcmp(method, "HEAD") == 0 ||
	    strcmp(method, "OPTIONS") == 0;
}

int
plan_matches(const char *template, const char *path)
{
	const char *close, *star = NULL, *retry = NULL;

	/* As a shell's pattern: go back to the last name, and let it have one
	 * character more. */
	while (*path != '\0') {
		close = *template == '{' ? strchr(template, '}') : NULL;
		if (close != NULL && *path != '/') {
			star = template = close + 1;
			retry = ++path;
		} else if (*template == *path && close == NULL) {
			template++;
			path++;
		} else if (star != NULL && *retry != '/' && *retry != '\0') {
			template = star;
			path = ++retry;
		} else {
			return 0;
		}
	}
	return *template == '\0';
}

static int
is_listed(const char *word, size_t length, const char *const *list)
{
	for (; *list != NULL; list++)
		if (strlen(*list) == length &&
		    strncasecmp(*list, word, length) == 0)
			return 1;
	return 0;
}

/* Is one of text's words in the list?  Names of parameters do not count. */
static int
has_word(const char *text, const char *const *list)
{
	size_t length;

	while (*text != '\0') {
		if (*text == '{')
			text += strcspn(text, "}");
		for (length = 0; isalnum((unsigned char)text[length]);)
			length++;
		if (length > 0 && is_listed(text, length, list))
			return 1;
		text += length > 0 ? length : *text != '\0';
	}
	return 0;
}

/* Ways in and what everyone asks are open on purpose, wherever they are. */
static int
is_entrance(const struct api_op *op)
{
	static const char *const words[] = { "public", "open", "login",
	    "logout", "signin", "signup", "register", "registration", "token",
	    "oauth", "oauth2", "authorize", "callback", "refresh", "forgot",
	    "reset", "health", "healthz", "livez", "readyz", "ping", "status",
	    "version", "docs", "well", "known", "jwks", NULL };

	return has_word(op->path, words);
}

/* Is a whole segment of path private by its name: /admin, /secure-data?  Not
 * what merely has such a word in it, as /blog/private-beta. */
static int
sounds_private(const char *path)
{
	static const char *const strong[] = { "secure", "secured", "secret",
	    "secrets", "private", "protected", "admin", "internal",
	    "confidential", "restricted", NULL };
	static const char *const segments[] = { "me", "my", "account",
	    "accounts", "profile", "billing", "personal", NULL };
	static const char *const plain[] = { "data", "api", "area", "info",
	    "page", "pages", "panel", "content", "resource", "resources",
	    "route", "zone", NULL };
	size_t length, word;

	for (; *path != '\0'; path += length) {
		path += *path == '/';
		length = strcspn(path, "/");
		word = strcspn(path, "-_/");
		if (is_listed(path, length, strong) ||
		    is_listed(path, length, segments))
			return 1;
		if (word < length && is_listed(path, word, strong) &&
		    is_listed(path + word + 1, length - word - 1, plain))
			return 1;
	}
	return 0;
}

/* A token in the query may be the next page's; only one that must be there is
 * a credential. */
static int
is_query_credential(struct api *api, const struct api_op *op,
    const cJSON *param)
{
	static const char *const certain[] = { "access_token", "api_key",
	    "apikey", NULL };
	static const char *const likely[] = { "token", "session", "sessionid",
	    "session_id", "jwt", NULL };
	const char *name = api_text(api, param, "name");

	if (is_entrance(op) || op->guard == API_GUARDED)
		return 0;
	return is_listed(name, strlen(name), certain) ||
	    (is_listed(name, strlen(name), likely) &&
	    cJSON_IsTrue(api_member(api, param, "required")));
}

/* Parameters that carry credentials, in documents that declare no scheme. */
static int
takes_credentials(struct api *api, struct api_op *op)
{
	static const char *const headers[] = { "x-api-key", "api-key", "apikey",
	    "x-token", "x-auth-token", "x-access-token", "x-key", "token",
	    NULL };
	static const char *const others[] = { "access_token", "api_key",
	    "apikey", "token", "session", "sessionid", "session_id", "jwt",
	    NULL };
	const cJSON *list[API_PARAMS];
	size_t count = api_params(api, op, list), i, before = op->slot_count;

	for (i = 0; i < count; i++) {
		const char *in = api_text(api, list[i], "in");
		const char *name = api_text(api, list[i], "name");

		if (in == NULL || name == NULL || !api_is_token(name))
			continue;
		if (strcmp(in, "header") == 0 &&
		    text_equal_nocase(name, "authorization"))
			api_add_slot(op, API_AUTH, "Bearer");
		else if (strcmp(in, "header") == 0 &&
		    is_listed(name, strlen(name), headers))
			api_add_slot(op, API_HEADER, name);
		else if (strcmp(in, "cookie") == 0 &&
		    is_listed(name, strlen(name), others))
			api_add_slot(op, API_COOKIE, name);
		else if (strcmp(in, "query") == 0 &&
		    is_query_credential(api, op, list[i]))
			api_add_slot(op, API_QUERY, name);
	}
	return op->slot_count > before;
}

/* Of several places for credentials, those that are parameters and have a value
 * of the operator's (--param) are no longer attacked: the value goes with every
 * request.  In a place that is left, it is as good as a good token. */
static void
settle_given(struct api_op *op, size_t declared, const struct samples *samples)
{
	size_t i, kept = 0;

	for (i = 0; i < op->slot_count; i++) {
		op->slots[i].given = i < declared ||
		    op->slots[i].place == API_AUTH ? NULL :
		    sample_given(samples, op->slots[i].name);
		if (op->slots[i].given == NULL)
			kept++;
	}
	for (i = declared; i < op->slot_count;) {
		if (op->slots[i].given == NULL || (kept == 0 && i == 0)) {
			i++;
			continue;
		}
		op->slot_count--;
		memmove(&op->slots[i], &op->slots[i + 1],
		    (op->slot_count - i) * sizeof op->slots[i]);
	}
}

/* Is this where some scheme's tokens come from? */
static int
gives_tokens(struct api *api, const struct api_op *op)
{
	static const char *const names[] = { "tokenUrl", "refreshUrl",
	    "authorizationUrl" };
	const cJSON *all = api_member(api, api_member(api, api->root,
	    "components"), "securitySchemes"), *scheme, *flow;
	size_t i, length, own = strlen(op->path);
	const char *url;

	cJSON_ArrayForEach(scheme, all) {
		cJSON_ArrayForEach(flow, api_member(api, scheme, "flows")) {
			for (i = 0; i < sizeof names / sizeof names[0]; i++) {
				url = api_text(api, flow, names[i]);
				if (url == NULL)
					continue;
				url += strncmp(url, "./", 2) == 0 ? 2 : 0;
				length = strlen(url);
				if (strcmp(url, op->path + 1) == 0 ||
				    (length >= own && strcmp(url + length -
				    own, op->path) == 0))
					return 1;
			}
		}
	}
	return 0;
}

static int
is_named(const struct api_op *op, const char *const *list, size_t count)
{
	size_t i;

	for (i = 0; i < count; i++)
		if (strcmp(op->path, list[i]) == 0 ||
		    plan_matches(op->path, list[i]))
			return 1;
	return 0;
}

static const char *
reason_for(struct api *api, struct api_op *op, const struct plan *plan)
{
	const cJSON *answers = api_member(api, op->node, "responses");
	size_t declared = op->slot_count;
	int has_params = takes_credentials(api, op);

	settle_given(op, declared, &plan->samples);
	if (op->guard == API_GUARDED)
		return "the document protects it";
	if (gives_tokens(api, op))
		return NULL;
	if (plan->open_count > 0)
		return "it is not among the public ones";
	if (op->guard == API_OPEN)
		return NULL;
	if (has_params)
		return "it takes credentials as parameters";
	if (is_entrance(op))
		return NULL;
	if (api_member(api, answers, "401") != NULL ||
	    api_member(api, answers, "403") != NULL)
		return "the document tells how it refuses";
	if (kin_reason(api, op) != NULL)
		return kin_reason(api, op);
	return sounds_private(op->path) ? "its name says so" : NULL;
}

/* A route of the operator's: the operation that the document has, else a new
 * one. */
static int
take_route(struct api *api, const char *route)
{
	static const char *const methods[] = { "GET", "HEAD", "OPTIONS", "POST",
	    "PUT", "PATCH", "DELETE", NULL };
	const char *method = "GET", *path = strchr(route, '/');
	struct api_op *op = NULL;
	size_t i, length;

	if (path == NULL || !text_is_clean(route))
		return -1;
	length = strcspn(route, " \t/");
	for (i = 0; length > 0 && methods[i] != NULL; i++)
		if (strlen(methods[i]) == length &&
		    strncasecmp(methods[i], route, length) == 0)
			break;
	if (length > 0 && methods[i] == NULL)
		return -1;
	method = length > 0 ? methods[i] : method;
	for (i = 0; i < api->count && op == NULL; i++)
		if (strcmp(api->ops[i].method, method) == 0 &&
		    plan_matches(api->ops[i].path, path))
			op = &api->ops[i];
	if (op == NULL)
		op = api_add(api, method, path);
	if (op != NULL)
		op->why = "the operator names it";
	return 0;
}

/* An operation whose place for credentials nobody tells has that of the first
 * that does. */
static void
find_slot(struct api *api, struct api_op *op)
{
	size_t i;

	for (i = 0; i < api->count && op->slot_count == 0; i++)
		if (api->ops[i].slot_count > 0)
			op->slots[op->slot_count++] = api->ops[i].slots[0];
	if (op->slot_count == 0)
		api_add_slot(op, API_AUTH, "Bearer");
}

/* A name that is of no operation is a slip, and leaves open what was meant. */
static void
note_typos(const struct api *api, const struct plan *plan)
{
	size_t i, at;

	for (i = 0; i < plan->open_count; i++) {
		for (at = 0; at < api->count; at++)
			if (is_named(&api->ops[at], &plan->open[i], 1))
				break;
		if (at == api->count)
			tap_note("--public %.200s is the path of no operation",
			    plan->open[i]);
	}
}

int
plan_make(struct api *api, const struct plan *plan, const char **bad)
{
	struct api_op *op;
	size_t i;

	for (i = 0; i < api->count; i++) {
		op = &api->ops[i];
		op->is_public = is_named(op, plan->open, plan->open_count);
		op->why = op->is_public ? NULL :
		    reason_for(api, op, plan);
	}
	note_typos(api, plan);
	for (i = 0; i < plan->route_count; i++) {
		*bad = plan->routes[i];
		if (take_route(api, *bad) != 0)
			return -1;
	}
	for (i = 0; i < api->count; i++)
		find_slot(api, &api->ops[i]);
	return 0;
}
