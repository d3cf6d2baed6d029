/* http_vars - the wire: what the web server says of a request, by name. */
#include <stdlib.h>
#include <string.h>

#include "http_req.h"
#include "xalloc.h"

/* Names differ in their length or in one of these letters, mostly. */
static size_t
slot_of(const char *name, size_t length)
{
	size_t last, middle;

	if (length == 0)
		return 0;
	last = (unsigned char)name[length - 1];
	middle = (unsigned char)name[length / 2];
	return (length + 3 * last + 5 * middle) % HTTP_SLOTS;
}

static void
make_room(struct http_req *req)
{
	size_t count = 0;

	while (req->vars[count] != NULL)
		count++;
	if (count <= req->room)
		return;
	free(req->next);
	req->next = xcalloc(count, sizeof *req->next);
	req->room = count;
}

/* Two dozen names are asked for in each request, and most are not there. */
void
http_index(struct http_req *req, char **list)
{
	size_t i, slot, length;
	const char *end;

	req->vars = list;
	make_room(req);
	memset(req->first, 0, sizeof req->first);
	for (i = 0; list[i] != NULL; i++) {
		end = strchr(list[i], '=');
		length = end != NULL ? (size_t)(end - list[i]) : 0;
		slot = slot_of(list[i], length);
		req->next[i] = req->first[slot];
		req->first[slot] = i + 1;
	}
}

/* The last value of a variable, and how often it is there. */
static const char *
find(const struct http_req *req, const char *name, int *times)
{
	size_t length = strlen(name), at;
	const char *value = NULL, *var;

	*times = 0;
	for (at = req->first[slot_of(name, length)]; at != 0;
	    at = req->next[at - 1]) {
		var = req->vars[at - 1];
		if (strncmp(var, name, length) != 0 || var[length] != '=')
			continue;
		if (++*times == 1)
			value = var + length + 1;
	}
	return value;
}

const char *
http_var(struct http_req *req, const char *name)
{
	int times;
	const char *value = find(req, name, &times);

	if (times > 1)
		req->doubled = 1;
	return req->doubled ? NULL : value;
}

const char *
http_hint(struct http_req *req, const char *name)
{
	int times;
	const char *value = find(req, name, &times);

	return times == 1 ? value : NULL;
}

int
http_doubled(const struct http_req *req)
{
	return req->doubled;
}

int
http_has_prefix(const struct http_req *req, const char *prefix)
{
	const char *a, *b;
	char **var;

	for (var = req->vars; *var != NULL; var++) {
		for (a = *var, b = prefix; *b != '\0' && *a == *b; a++, b++)
			;		/* most differ at once */
		if (*b == '\0')
			return 1;
	}
	return 0;
}
