/* http_vars - the wire: what the web server says of a request, by name. */
#include <stdlib.h>
#include <string.h>

#include "http_req.h"
#include "xalloc.h"

static void
make_room(struct http_req *req, char **list)
{
	size_t count = 0;

	while (list[count] != NULL)
		count++;
	if (count <= req->room)
		return;
	free(req->vars);
	req->vars = xcalloc(count, sizeof *req->vars);
	req->room = count;
}

/* Does it start with HTTP_FORWARDED or HTTP_X_FORWARDED_?  Most differ soon. */
static int
tells_of_proxy(const char *text, size_t length)
{
	static const char plain[] = "HTTP_FORWARDED";
	static const char other[] = "HTTP_X_FORWARDED_";

	if (length < sizeof plain - 1 || memcmp(text, other, 5) != 0)
		return 0;
	return memcmp(text, plain, sizeof plain - 1) == 0 ||
	    strncmp(text, other, sizeof other - 1) == 0;
}

void
http_index(struct http_req *req, char **list)
{
	struct http_var *var;
	const char *end;
	size_t slot;

	make_room(req, list);
	memset(req->slots, 0, sizeof req->slots);
	req->is_forwarded = req->knows_method = 0;
	for (var = req->vars; *list != NULL; var++, list++) {
		end = strchr(*list, '=');
		var->text = *list;
		var->length = end != NULL ? (size_t)(end - *list) : 0;
		slot = http_slot(var->text, var->length);
		var->next = req->slots[slot];
		req->slots[slot] = var;
		req->is_forwarded |= tells_of_proxy(var->text, var->length);
	}
}

/* The last value of a variable, and how often it is there. */
static inline const char *
find(const struct http_req *req, const char *name, size_t length, size_t slot,
    int *times)
{
	const struct http_var *var;
	const char *value = NULL;

	*times = 0;
	for (var = req->slots[slot]; var != NULL; var = var->next) {
		if (var->length != length ||
		    memcmp(var->text, name, length) != 0)
			continue;
		if (++*times == 1)
			value = var->text + length + 1;
	}
	return value;
}

const char *
http_find_var(struct http_req *req, const char *name, size_t length,
    size_t slot)
{
	int times;
	const char *value = find(req, name, length, slot, &times);

	if (times > 1)
		req->doubled = 1;
	return req->doubled ? NULL : value;
}

const char *
http_find_hint(const struct http_req *req, const char *name, size_t length,
    size_t slot)
{
	int times;
	const char *value = find(req, name, length, slot, &times);

	return times == 1 ? value : NULL;
}

int
http_doubled(const struct http_req *req)
{
	return req->doubled;
}

int
http_is_forwarded(const struct http_req *req)
{
	return req->is_forwarded;
}
