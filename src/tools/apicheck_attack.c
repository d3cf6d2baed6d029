/* apicheck_attack - all the cases, on each operation. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "apicheck_attack.h"
#include "apicheck_kin.h"
#include "apicheck_plan.h"
#include "apicheck_signal.h"
#include "apicheck_tap.h"
#include "apicheck_words.h"
#include "crypto.h"
#include "xalloc.h"

/* The target with its last fixed part replaced by letters that nobody has. */
static char *
control_of(struct attack *attack, const struct api_op *op)
{
	static char letters[17];
	struct api_op other = *op;
	char *path = xcalloc(1, strlen(op->path) + 32), *target, *start, *end;
	size_t rest;

	if (letters[0] == '\0')
		crypto_random_base62(letters, sizeof letters - 1);
	strcpy(path, op->path);
	end = path + strlen(path);
	start = end;
	while (start > path && (start[0] != '/' || start + 1 >= end ||
	    strchr("{/", start[1]) != NULL)) {
		if (*start == '/')
			end = start;
		start--;
	}
	if (*start == '/' && start[1] != '{' && start[1] != '/') {
		rest = strlen(end);
		memmove(start + 1 + strlen(letters), end, rest + 1);
		memcpy(start + 1, letters, strlen(letters));
	}
	other.path = path;
	target = sample_target(attack->api, &other, &attack->samples);
	free(path);
	return target;
}

static void
fill_headers(struct attack *attack, struct subject *s)
{
	const cJSON *list[API_PARAMS];
	size_t count = api_params(s->api, s->op, list), i, size;
	char *value, *line;

	for (i = 0; i < count; i++) {
		const char *name = api_text(s->api, list[i], "name");
		const char *in = api_text(s->api, list[i], "in");
		int is_cookie = in != NULL && strcmp(in, "cookie") == 0;

		if (in == NULL || (!is_cookie && strcmp(in, "header") != 0) ||
		    !sample_is_wanted(s->api, s->op, list[i],
		    &attack->samples) ||
		    !api_is_token(name))
			continue;
		value = sample_value(s->api, list[i], &attack->samples);
		size = strlen(name) + strlen(value) + 16;
		line = xmalloc(size);
		snprintf(line, size, is_cookie ? "Cookie: %s=%s" : "%s: %s",
		    name, value);
		s->headers[s->header_count++] = line;
		free(value);
	}
}

static void
prepare(struct attack *attack, const struct api_op *op, struct subject *s)
{
	const char *type;
	char *line;
	size_t size;

	memset(s, 0, sizeof *s);
	s->api = attack->api;
	s->op = op;
	s->tokens = attack->tokens;
	s->target = sample_target(attack->api, op, &attack->samples);
	s->control = control_of(attack, op);
	fill_headers(attack, s);
	if (plan_is_safe(op->method) || s->header_count == API_PARAMS)
		return;
	s->body = sample_body(attack->api, op, &type);
	size = strlen(type) + 16;
	line = xmalloc(size);
	snprintf(line, size, "Content-Type: %s", type);
	s->headers[s->header_count++] = line;
}

static void
dismiss(struct subject *s)
{
	while (s->header_count > 0)
		free(s->headers[--s->header_count]);
	free(s->target);
	free(s->control);
	free(s->body);
	ask_forget(&s->good);
}

/* An operation that nobody protects: at least say so, here and at the end. */
static void
look_at_open(const struct subject *s, struct api_op *op)
{
	static const char advice[] = "open by the document; if that is meant, "
	    "say --public PATH, and all else is checked";
	struct ask_request request = case_request(s, op->method, s->target);
	struct ask_answer answer;
	char text[80];

	ask(&request, &answer);
	op->answers_all = op->guard != API_OPEN && answer.length > 0 &&
	    case_is_data(answer.status) && !words_refuse(&answer);
	snprintf(text, sizeof text, "no token, answered with %ld",
	    answer.status);
	op->is_doubtful = op->answers_all && kin_is_list(s->api, op);
	case_skip(s, text, op->guard == API_OPEN ? "the document opens it" :
	    advice);
	ask_forget(&answer);
}

/* The case with which all others begin.  Returns 1 for a finding. */
static int
no_token(struct attack_case *c, struct subject *s)
{
	struct ask_request request = case_request(s, s->op->method, s->target);

	case_begin(c, s, "no token");
	s->plain = case_try(c, c->name, &request, NULL);
	s->refuses = s->plain == 401 || s->plain == 403;
	s->in_words = c->in_words;
	return c->hits[0] != '\0';
}

/* What did the good token do here? */
static void
count_good(struct attack *attack, const struct subject *s, struct api_op *op,
    long cases)
{
	size_t i;

	if (s->good_status == 0)
		return;
	attack->tried++;
	for (i = 0; i < op->slot_count; i++) {
		if (s->goods[i] != NULL) {
			attack->opened++;
			return;
		}
	}
	op->ignores_good = 1;
	attack->weak += cases;
}

static void
attack_one(struct attack *attack, struct subject *s, struct api_op *op)
{
	static const char advice[] = "guard it: declare its dependency "
	    "(FastAPI: Depends or Security, on the route or its router), "
	    "refuse with 401; if it is meant to be open, say --public PATH";
	struct attack_case c;
	long before = tap_count();
	size_t i;
	int is_open = no_token(&c, s);

	attack->attacked += s->refuses || is_open;
	if (s->op->guard != API_GUARDED)
		tap_note("%s is attacked, for %s", s->op->label, s->op->why);
	if (is_open) {
		case_end(&c, advice);
		case_skip(s, "all other cases", "the route is open anyway");
		return;
	}
	attack_find_good(s);
	case_end(&c, advice);
	for (i = 0; i < s->op->slot_count; i++)
		attack_slot(s, i);
	attack_paths(s);
	attack_methods(s, attack->is_unsafe);
	attack_pretending(s);
	attack->attacked += s->refuses && s->plain != 401 && s->plain != 403;
	count_good(attack, s, op, tap_count() - before);
}

static void
visit(struct attack *attack, struct api_op *op)
{
	struct subject s;
	char text[300];

	prepare(attack, op, &s);
	tap_working_on(op->label);
	if (op->elsewhere != NULL) {
		snprintf(text, sizeof text, "it lives at %.200s, another "
		    "origin: not called", op->elsewhere);
		case_skip(&s, "all cases", text);
	} else if (ask_stopped()) {
		case_skip(&s, "all cases", ask_reason());
	} else if (op->is_public) {
		case_skip(&s, "all cases", "public, the operator says");
	} else if (!plan_is_safe(op->method) && (!attack->is_unsafe ||
	    op->why == NULL)) {
		case_skip(&s, "all cases", attack->is_unsafe ?
		    "open by the document" : "it may change things: --unsafe");
	} else if (op->why == NULL) {
		look_at_open(&s, op);
	} else {
		attack_one(attack, &s, op);
	}
	dismiss(&s);
}

void
attack_all(struct attack *attack)
{
	char letters[17], target[32];
	size_t i;

	crypto_random_base62(letters, 16);
	snprintf(target, sizeof target, "/%s", letters);
	case_learn_nowhere(target);
	for (i = 0; i < attack->api->count && signal_came() == NULL; i++)
		visit(attack, &attack->api->ops[i]);
	case_forget_nowhere();
}
