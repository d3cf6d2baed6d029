/* apicheck_path - variants of the path, other methods. */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "apicheck_attack.h"
#include "apicheck_plan.h"
#include "text.h"
#include "xalloc.h"

enum {
	VARY_SLASH, VARY_SLASHES, VARY_INNER, VARY_DOT, VARY_DOTS, VARY_BEHIND,
	VARY_UPPER, VARY_ENCODED, VARY_ENCODED_SLASH, VARY_SEMICOLON, VARY_JSON,
	VARY_BLANK, VARY_NUL, VARY_QUERY, VARY_ALL
};

static const char *const vary_names[] = { "a slash at the end, or none",
    "two slashes in front", "two slashes within", "/./ in front",
    "/x/../ in front", "/. at the end", "upper case", "a letter encoded",
    "%2f at the end", ";x at the end", ".json at the end", "%20 at the end",
    "%00 at the end", "? at the end" };

/* Encode the last letter of path, which has room for it. */
static void
encode_letter(char *path)
{
	size_t at = strlen(path);
	char hex[4];

	while (at > 0 && !isalpha((unsigned char)path[at - 1]))
		at--;
	if (at == 0 || (at > 2 && path[at - 3] == '%') ||
	    (at > 1 && path[at - 2] == '%'))
		return;
	memmove(path + at + 2, path + at, strlen(path + at) + 1);
	snprintf(hex, sizeof hex, "%%%02X", (unsigned char)path[at - 1]);
	memcpy(path + at - 1, hex, 3);
}

/* A variant of path without query, or NULL when it is the same.  The caller
 * frees it. */
static char *
vary(const char *path, int how)
{
	static const char *const before[VARY_ALL] = {
		[VARY_SLASHES] = "/", [VARY_DOT] = "/.", [VARY_DOTS] = "/x/.."
	};
	static const char *const behind[VARY_ALL] = {
		[VARY_BEHIND] = "/.", [VARY_ENCODED_SLASH] = "%2f",
		[VARY_SEMICOLON] = ";x", [VARY_JSON] = ".json",
		[VARY_BLANK] = "%20", [VARY_NUL] = "%00", [VARY_QUERY] = "?"
	};
	size_t length = strlen(path), size = length + 16;
	char *out = xcalloc(1, size), *at;

	snprintf(out, size, "%s%s%s", before[how] != NULL ? before[how] : "",
	    path, behind[how] != NULL ? behind[how] : "");
	switch (how) {
	case VARY_SLASH:
		if (length > 1 && path[length - 1] == '/')
			out[length - 1] = '\0';
		else
			out[length] = '/';
		break;
	case VARY_INNER:
		at = strrchr(out, '/');
		if (at != NULL && at != out)
			memmove(at + 1, at, strlen(at) + 1);
		break;
	case VARY_UPPER:
		for (at = out; *at != '\0'; at++)
			*at = (char)toupper((unsigned char)*at);
		break;
	case VARY_ENCODED:
		encode_letter(out);
		break;
	default:
		break;
	}
	if (strcmp(out, path) != 0)
		return out;
	free(out);
	return NULL;
}

/* The variant with the query behind it. */
static char *
vary_target(const char *target, int how)
{
	size_t length = strcspn(target, "?"), size;
	char *path = strndup(target, length), *varied, *out;

	varied = path != NULL ? vary(path, how) : NULL;
	free(path);
	if (varied == NULL)
		return NULL;
	size = strlen(varied) + strlen(target + length) + 1;
	out = xmalloc(size);
	snprintf(out, size, "%s%s", varied, target + length +
	    (how == VARY_QUERY && target[length] == '?'));
	free(varied);
	return out;
}

static void
decode(char *path)
{
	char *to = path;

	for (; *path != '\0'; path++, to++) {
		*to = *path;
		if (*path != '%' || text_hex(path[1]) < 0 ||
		    text_hex(path[2]) < 0)
			continue;
		*to = (char)(text_hex(path[1]) * 16 + text_hex(path[2]));
		path += 2;
	}
	*to = '\0';
}

/* Take empty and dotted segments out, as some servers do. */
static void
normalise(char *path)
{
	char *from = path, *to = path;
	size_t length;

	while (*from == '/') {
		length = 1 + strcspn(from + 1, "/");
		if ((length == 1 && from[1] != '\0') ||
		    (length == 2 && from[1] == '.' && from[2] != '\0')) {
			from += length;
			continue;
		}
		if (length == 3 && strncmp(from, "/..", 3) == 0) {
			while (to > path && *--to != '/')
				;
		} else {
			length = length == 2 && from[1] == '.' ? 1 : length;
			memmove(to, from, length);
			to += length;
		}
		from += 1 + strcspn(from + 1, "/");
	}
	*to = '\0';
}

/* Another operation that answers method at path, or NULL. */
static const struct api_op *
other_at(const struct subject *s, const char *method, const char *path)
{
	const struct api_op *op, *found = NULL;
	size_t i, base;

	for (i = 0; i < s->api->count; i++) {
		op = &s->api->ops[i];
		base = strlen(op->base);
		if (op != s->op && strcmp(op->method, method) == 0 &&
		    strncmp(path, op->base, base) == 0 &&
		    plan_matches(op->path, path + base))
			found = op;
	}
	return found;
}

static int
is_own(const struct subject *s, const char *path)
{
	size_t length = strcspn(s->target, "?");

	return strlen(path) == length && strncmp(path, s->target, length) == 0;
}

/* The same for a target as it is, decoded, and without dots; what comes down
 * to our own path is our own. */
static const struct api_op *
neighbour(const struct subject *s, const char *method, const char *target)
{
	char *path = strndup(target, strcspn(target, "?"));
	const struct api_op *found;

	if (path == NULL)
		return NULL;
	found = other_at(s, method, path);
	decode(path);
	if (found == NULL && !is_own(s, path))
		found = other_at(s, method, path);
	normalise(path);
	if (found == NULL && !is_own(s, path))
		found = other_at(s, method, path);
	free(path);
	return found;
}

/* Without a token; and where that is refused, with garbage: is the refusal
 * more than a look for the header? */
static void
try_both(struct attack_case *c, const char *form, const char *method,
    const char *target, const char *control)
{
	const struct subject *s = c->subject;
	struct ask_request request = case_request(s, method, target);
	const char *name;
	char with[80];
	long status = case_try(c, form, &request, control);

	if ((status != 401 && status != 403) || s->takes_any)
		return;
	request = case_request(s, method, target);
	case_credential(&request, &s->op->slots[0], token_garbage(0, &name));
	snprintf(with, sizeof with, "%s, with a garbage token", form);
	case_try(c, with, &request, control);
}

static void
try_variant(struct attack_case *c, int how, const char *target)
{
	const struct subject *s = c->subject;
	const struct api_op *op = neighbour(s, s->op->method, target);
	struct ask_request request;
	char *control;

	if (op != NULL && (op->why != NULL || op->guard == API_GUARDED))
		return;			/* it is attacked by itself */
	if (op != NULL) {
		request = case_request(s, s->op->method, target);
		case_try_shared(c, vary_names[how], &request);
		return;
	}
	control = vary_target(s->control, how);
	try_both(c, vary_names[how], s->op->method, target, control != NULL ?
	    control : s->control);
	free(control);
}

void
attack_paths(const struct subject *s)
{
	struct attack_case c;
	char *target;
	int how;

	case_begin(&c, s, "variants of its path");
	for (how = 0; how < VARY_ALL; how++) {
		target = vary_target(s->target, how);
		if (target != NULL)
			try_variant(&c, how, target);
		free(target);
	}
	case_end(&c, "guard the handler, not the spelling of its path: give "
	    "the variant the same dependency, or no route at all");
}

/* Has an operation of the same path been asked with other methods before? */
static int
is_first(const struct subject *s)
{
	const struct api_op *op = s->api->ops;

	for (; op != s->op; op++)
		if (op->why != NULL && strcmp(op->path, s->op->path) == 0 &&
		    (plan_is_safe(op->method) || !plan_is_safe(s->op->method)))
			return 0;
	return 1;
}

void
attack_methods(const struct subject *s, int is_unsafe)
{
	static const char *const methods[] = { "HEAD", "OPTIONS", "GET",
	    "FROBNICATE", "POST", "PUT", "PATCH", "DELETE" };
	size_t count = is_unsafe ? sizeof methods / sizeof methods[0] : 3, i;
	struct attack_case c;

	case_begin(&c, s, "other methods");
	for (i = 0; i < count && is_first(s); i++)
		if (strcmp(methods[i], s->op->method) != 0 &&
		    neighbour(s, methods[i], s->target) == NULL)
			try_both(&c, methods[i], methods[i], s->target,
			    s->control);
	if (c.tried == 0)
		case_skip(s, c.name, "operations of their own, or asked above");
	else
		case_end(&c, "guard every method of the path, HEAD too, or "
		    "refuse it with 405");
}
