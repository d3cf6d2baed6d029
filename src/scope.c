/* scope - lists of scopes, as RFC 6749 section 3.3 writes them. */
#include <string.h>

#include "scope.h"

static int
is_scope_char(char c)
{
	return c >= 0x21 && c <= 0x7e && c != '"' && c != '\\';
}

/* The length of the scope-token that starts at list. */
static size_t
token_length(const char *list)
{
	return strcspn(list, " ");
}

/* Is the scope-token of length bytes in list? */
static int
has(const char *list, const char *one, size_t length)
{
	size_t here;

	for (; length > 0 && *list != '\0'; list += here + (list[here] == ' ')) {
		here = token_length(list);
		if (here == length && memcmp(list, one, length) == 0)
			return 1;
	}
	return 0;
}

int
scope_valid(const char *list)
{
	const char *p = list;
	size_t i, length;

	if (*list == '\0')
		return 1;
	if (strlen(list) > SCOPE_MAX)
		return 0;
	for (;;) {
		length = token_length(p);
		if (length == 0)
			return 0;
		for (i = 0; i < length; i++)
			if (!is_scope_char(p[i]))
				return 0;
		if (p[length] == '\0')
			return 1;
		if (has(p + length + 1, p, length))
			return 0;
		p += length + 1;
	}
}

int
scope_within(const char *asked, const char *allowed)
{
	size_t length;

	for (; *asked != '\0'; asked += length + (asked[length] == ' ')) {
		length = token_length(asked);
		if (!has(allowed, asked, length))
			return 0;
	}
	return 1;
}

void
scope_common(const char *a, const char *b, char out[SCOPE_MAX + 1])
{
	size_t at = 0, length;

	out[0] = '\0';
	if (strlen(a) > SCOPE_MAX || strlen(b) > SCOPE_MAX)
		return;
	if (strcmp(a, b) == 0) {	/* a token has mostly all */
		strcpy(out, a);
		return;
	}
	for (; *a != '\0'; a += length + (a[length] == ' ')) {
		length = token_length(a);
		if (!has(b, a, length))
			continue;
		if (at > 0)
			out[at++] = ' ';
		memcpy(out + at, a, length);
		at += length;
	}
	out[at] = '\0';
}

void
scope_remove(char list[SCOPE_MAX + 1], const char *one)
{
	char next[SCOPE_MAX + 1];
	const char *rest = list;
	size_t at = 0, length;

	/* What is kept is written where it was read, or before that. */
	while ((rest = scope_next(rest, next)) != NULL) {
		if (strcmp(next, one) == 0)
			continue;
		if (at > 0)
			list[at++] = ' ';
		length = strlen(next);
		memcpy(list + at, next, length);
		at += length;
	}
	list[at] = '\0';
}

const char *
scope_next(const char *list, char one[SCOPE_MAX + 1])
{
	size_t length = token_length(list);

	if (length == 0 || length > SCOPE_MAX)
		return NULL;
	memcpy(one, list, length);
	one[length] = '\0';
	return list + length + (list[length] == ' ');
}
