/* apicheck_pretend - headers that pretend to be a proxy's, a user's, a path. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "apicheck_attack.h"
#include "apicheck_plan.h"
#include "xalloc.h"

static void
add_line(struct ask_request *request, const char *header, const char *target)
{
	ask_add(request, "%s: %s", header, target);
}

/* Ask for an open path, and name the protected one in a header: a framework
 * may go by that, behind a guard that goes by the path. */
static void
try_through(struct attack_case *c, const char *open)
{
	static const char *const headers[] = { "X-Original-URL",
	    "X-Rewrite-URL" };
	const struct subject *s = c->subject;
	struct ask_request request = ask_new("GET", open), control;
	struct ask_answer usual;
	char form[128];
	size_t i;

	ask(&request, &usual);
	for (i = 0; i < 2 && strcmp(s->target, s->control) != 0; i++) {
		request = case_request(s, "GET", open);
		add_line(&request, headers[i], s->target);
		control = case_request(s, "GET", open);
		add_line(&control, headers[i], s->control);
		snprintf(form, sizeof form, "%s: with its path, at %.60s",
		    headers[i], open);
		case_try_through(c, form, &request, &usual, &control);
	}
	ask_forget(&usual);
}

/* The path of an operation that is open, or NULL.  The caller frees it. */
static char *
open_path(const struct api *api)
{
	const struct api_op *op;
	char *path;
	size_t i, size;

	for (i = 0; i < api->count; i++) {
		op = &api->ops[i];
		if (op->why != NULL || op->elsewhere != NULL ||
		    strcmp(op->method, "GET") != 0 || strcmp(op->path, "/") ==
		    0 || strchr(op->path, '{') != NULL)
			continue;
		size = strlen(op->base) + strlen(op->path) + 1;
		path = xmalloc(size);
		snprintf(path, size, "%s%s", op->base, op->path);
		return path;
	}
	return NULL;
}

static void
try_open_paths(struct attack_case *c)
{
	const struct subject *s = c->subject;
	char *open;

	if (strcmp(s->op->method, "GET") != 0)
		return;
	if (strcmp(s->target, "/") != 0)
		try_through(c, "/");
	open = open_path(s->api);
	if (open != NULL && open[0] != '\0')
		try_through(c, open);
	free(open);
}

void
attack_pretending(const struct subject *s)
{
	static const char *const lines[] = { "X-Forwarded-For: 127.0.0.1",
	    "X-Real-IP: 127.0.0.1", "Forwarded: for=127.0.0.1",
	    "X-Forwarded-Host: localhost", "X-Original-URL: /",
	    "X-Rewrite-URL: /", "X-HTTP-Method-Override: OPTIONS",
	    "Remote-User: admin", "X-Remote-User: admin", "X-User: admin",
	    "X-Forwarded-User: admin", "X-Admin: true", "X-Internal: true" };
	struct ask_request request;
	struct attack_case c;
	size_t i;

	case_begin(&c, s, "headers that pretend");
	for (i = 0; i < sizeof lines / sizeof lines[0]; i++) {
		request = case_request(s, s->op->method, s->target);
		ask_add(&request, "%s", lines[i]);
		case_try(&c, lines[i], &request, s->control);
	}
	try_open_paths(&c);
	case_end(&c, "never decide by a header that any client can write, "
	    "unless a proxy that you trust overwrites it");
}
