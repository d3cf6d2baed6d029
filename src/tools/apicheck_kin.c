/* apicheck_kin - is an operation near one that the document protects? */
#include <ctype.h>
#include <string.h>

#include "apicheck_kin.h"

/* The length of path without a slash at its end. */
static size_t
trimmed(const char *path)
{
	size_t length = strlen(path);

	return length > 1 && path[length - 1] == '/' ? length - 1 : length;
}

static int
reads(const struct api_op *op)
{
	return strcmp(op->method, "GET") == 0;
}

static int
lies_below(const struct api_op *op, const struct api_op *other)
{
	size_t length = trimmed(other->path), own = trimmed(op->path);

	if (!reads(other) || length <= 1 || own < length ||
	    strncmp(op->path, other->path, length) != 0)
		return 0;
	/* Who reads must be known, who signs up (POST) cannot be. */
	if (own == length)
		return op != other && strcmp(op->method, "POST") != 0 &&
		    strcmp(op->method, "OPTIONS") != 0;
	return op->path[length] == '/';
}

/* A list whose single items are protected.  What has no name, as "/", is no
 * list. */
static int
lies_above(const struct api_op *op, const struct api_op *other)
{
	size_t own = trimmed(op->path), length = trimmed(other->path);
	const char *rest = other->path + own;

	return reads(op) && reads(other) && own > 1 && length > own + 3 &&
	    op->path[own - 1] != '}' &&
	    strncmp(op->path, other->path, own) == 0 &&
	    rest[0] == '/' && rest[1] == '{' &&
	    strcspn(rest + 1, "/") == length - own - 1 &&
	    strcspn(rest, "}") == length - own - 1;
}

/* v1, v2, v2.1: the length of a version's segment, or 0. */
static size_t
version(const char *segment)
{
	size_t length = 1;

	if (tolower((unsigned char)segment[0]) != 'v' ||
	    !isdigit((unsigned char)segment[1]))
		return 0;
	while (isdigit((unsigned char)segment[length]) ||
	    segment[length] == '.')
		length++;
	return segment[length] == '/' || segment[length] == '\0' ? length : 0;
}

/* Do both have the same path and method, but for one version? */
static int
is_other_version(const struct api_op *op, const struct api_op *other)
{
	const char *a = op->path, *b = other->path;
	size_t differ = 0, la, lb;

	if (strcmp(op->method, other->method) != 0)
		return 0;
	for (; *a == '/' && *b == '/'; a += la, b += lb) {
		a++;
		b++;
		la = strcspn(a, "/");
		lb = strcspn(b, "/");
		if ((la == lb && strncmp(a, b, la) == 0) ||
		    (*a == '{' && *b == '{'))
			continue;
		if (version(a) == 0 || version(b) == 0)
			return 0;
		differ++;
	}
	return *a == '\0' && *b == '\0' && differ == 1;
}

const char *
kin_reason(const struct api *api, const struct api_op *op)
{
	const struct api_op *other;
	size_t i;

	for (i = 0; i < api->count; i++) {
		other = &api->ops[i];
		if (other->guard != API_GUARDED ||
		    strcmp(op->base, other->base) != 0)
			continue;
		if (lies_below(op, other))
			return "it lies at or below a protected path";
		if (is_other_version(op, other))
			return "another version of it is protected";
	}
	return NULL;
}

int
kin_is_list(const struct api *api, const struct api_op *op)
{
	size_t i;

	for (i = 0; i < api->count; i++)
		if (api->ops[i].guard == API_GUARDED &&
		    strcmp(op->base, api->ops[i].base) == 0 &&
		    lies_above(op, &api->ops[i]))
			return 1;
	return 0;
}
