/* apicheck_case - a case is some requests that must all be refused. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "apicheck_case.h"
#include "apicheck_plan.h"
#include "apicheck_tap.h"
#include "apicheck_words.h"
#include "crypto.h"
#include "text.h"
#include "xalloc.h"

static struct ask_answer nowhere;

int
case_is_data(long status)
{
	return status >= 200 && status < 300;
}

void
case_learn_nowhere(const char *target)
{
	struct ask_request request = ask_new("GET", target);

	ask(&request, &nowhere);
	if (case_is_data(nowhere.status))
		tap_note("a path that cannot exist is answered with %ld: "
		    "answers that equal that one are no findings",
		    nowhere.status);
}

void
case_forget_nowhere(void)
{
	ask_forget(&nowhere);
}

struct ask_request
case_request(const struct subject *subject, const char *method,
    const char *target)
{
	struct ask_request request = ask_new(method, target);
	size_t i;

	for (i = 0; i < subject->header_count; i++)
		ask_add(&request, "%s", subject->headers[i]);
	if (strcmp(method, "GET") != 0 && strcmp(method, "HEAD") != 0)
		request.body = subject->body != NULL ? subject->body :
		    plan_is_safe(method) ? NULL : "";
	return request;
}

static char *
base64(const char *text)
{
	static const char set[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	    "abcdefghijklmnopqrstuvwxyz0123456789+/";
	const unsigned char *b = (const unsigned char *)text;
	size_t length = strlen(text), i;
	char *out = xcalloc(1, (length + 2) / 3 * 4 + 1), *to = out;
	unsigned int v;

	for (i = 0; i < length; i += 3, to += 4) {
		v = (unsigned int)b[i] << 16;
		if (i + 1 < length)
			v |= (unsigned int)b[i + 1] << 8;
		if (i + 2 < length)
			v |= b[i + 2];
		to[0] = set[v >> 18];
		to[1] = set[v >> 12 & 63];
		to[2] = to[3] = '=';
		if (i + 1 < length)
			to[2] = set[v >> 6 & 63];
		if (i + 2 < length)
			to[3] = set[v & 63];
	}
	return out;
}

/* Put NAME=TOKEN behind the query. */
static void
add_query(struct ask_request *request, const char *name, const char *token)
{
	char *safe = ask_encode(token, ""), *key = ask_encode(name, "");
	char *old = request->target;
	size_t size = strlen(old) + strlen(safe) + strlen(key) + 3;

	request->target = xmalloc(size);
	snprintf(request->target, size, "%s%c%s=%s", old,
	    strchr(old, '?') != NULL ? '&' : '?', key, safe);
	free(old);
	free(key);
	crypto_wipe(safe, strlen(safe));
	free(safe);
}

void
case_credential(struct ask_request *request, const struct api_slot *slot,
    const char *token)
{
	char *safe;

	switch (slot->place) {
	case API_AUTH:
		safe = strcmp(slot->name, "Basic") == 0 ? base64(token) :
		    xstrdup(token);
		ask_add(request, "Authorization: %s %s", slot->name, safe);
		break;
	case API_HEADER:
		safe = xstrdup("");
		ask_add(request, *token != '\0' ? "%s: %s" : "%s;%s",
		    slot->name, token);
		break;
	case API_QUERY:
		safe = xstrdup("");
		add_query(request, slot->name, token);
		break;
	default:
		safe = strpbrk(token, ";, \"") != NULL ?
		    ask_encode(token, "") : xstrdup(token);
		ask_add(request, "Cookie: %s=%s", slot->name, safe);
	}
	crypto_wipe(safe, strlen(safe));
	free(safe);
}

void
case_begin(struct attack_case *c, const struct subject *subject,
    const char *name)
{
	memset(c, 0, sizeof *c);
	c->subject = subject;
	snprintf(c->name, sizeof c->name, "%s", name);
}

static int
equals(const struct ask_answer *a, const struct ask_answer *b)
{
	return a->length > 0 && a->length == b->length &&
	    memcmp(a->body, b->body, a->length) == 0;
}

/* OPTIONS tells methods to everyone; only the operation's own data counts. */
static int
options_has_data(const struct subject *s, const struct ask_answer *answer)
{
	if (strcmp(s->op->method, "OPTIONS") == 0 &&
	    s->op->guard == API_GUARDED)
		return 1;
	return equals(answer, &s->good) || (answer->length > 0 &&
	    !answer->says_methods && (answer->body[0] == '{' ||
	    answer->body[0] == '['));
}

/* Once of each operation: they come one after the other. */
static void
note_words(const struct subject *s, long status)
{
	static const struct api_op *noted;

	if (noted != s->op)
		tap_note("%s refuses in words and says %ld: say 401 or 403",
		    s->op->label, status);
	noted = s->op;
}

static int
has_data(const struct subject *s, const char *method, int is_own,
    const struct ask_answer *answer)
{
	if (!case_is_data(answer->status))
		return 0;
	/* It has no body, so the status must differ from GET's refusal. */
	if (strcmp(method, "HEAD") == 0)
		return is_own || !case_is_data(s->plain);
	if (!equals(answer, &s->good) && words_refuse(answer)) {
		note_words(s, answer->status);
		return 0;
	}
	if (strcmp(method, "OPTIONS") == 0)
		return options_has_data(s, answer);
	return is_own || !plan_is_safe(method) || answer->length > 0;
}

static void
note_hit(struct attack_case *c, const char *form, long status)
{
	size_t length = strlen(c->hits);

	if (c->status == 0)
		c->status = status;
	if (length + strlen(form) + 3 < sizeof c->hits)
		snprintf(c->hits + length, sizeof c->hits - length, "%s%s",
		    length > 0 ? ", " : "", form);
}

/* What an answer that is no data leaves open. */
static void
doubt(struct attack_case *c, enum ask_rc rc, long status, int is_own)
{
	const struct subject *s = c->subject;

	if (status == 429)
		snprintf(c->unsure, sizeof c->unsure, "the server asks to "
		    "wait (429): use a lower --rate");
	else if (rc == ASK_NONE)
		snprintf(c->unsure, sizeof c->unsure, "no answer: %.200s",
		    ask_reason());
	else if (is_own && (s->plain == 401 || s->plain == 403) &&
	    (status == 404 || status == 422))
		snprintf(c->unsure, sizeof c->unsure, "%ld, where no token "
		    "gets %ld: perhaps past the guard; give values with "
		    "--param NAME=VALUE", status, s->plain);
}

static struct ask_request
copy(const struct ask_request *from, const char *target)
{
	struct ask_request request = ask_new(from->method, target);
	size_t i;

	request.body = from->body;
	for (i = 0; i < from->count; i++)
		ask_add(&request, "%s", from->headers[i]);
	return request;
}

/* Does the server answer the same request elsewhere too? */
static int
is_everywhere(const struct subject *s, struct ask_request *again)
{
	struct ask_answer answer;
	const char *method = again->method;
	int everywhere;

	ask(again, &answer);
	everywhere = has_data(s, method, 0, &answer);
	ask_forget(&answer);
	return everywhere;
}

static long
attempt(struct attack_case *c, const char *form, struct ask_request *request,
    const char *control, int is_shared)
{
	const struct subject *s = c->subject;
	struct ask_request again = { 0 };
	struct ask_answer answer;
	const char *method = request->method;
	int is_own = control == NULL && !is_shared, hit;
	/* A path of parameters alone has no place that cannot exist. */
	int has_control = control != NULL &&
	    strcmp(control, request->target) != 0;
	long status;
	enum ask_rc rc;

	if (has_control)
		again = copy(request, control);
	rc = ask(request, &answer);
	c->tried += rc != ASK_STOPPED;
	status = answer.status;
	hit = has_data(s, method, is_own, &answer);
	if (hit && !equals(&answer, &s->good) && (is_shared ||
	    equals(&answer, &nowhere) || (has_control &&
	    is_everywhere(s, &again))))
		hit = 0;
	ask_drop(&again);
	if (hit)
		note_hit(c, form, status);
	else if (case_is_data(status) && words_refuse(&answer))
		c->in_words = 1;
	else
		doubt(c, rc, status, is_own);
	ask_forget(&answer);
	return status;
}

long
case_try(struct attack_case *c, const char *form, struct ask_request *request,
    const char *control)
{
	return attempt(c, form, request, control, 0);
}

long
case_try_shared(struct attack_case *c, const char *form,
    struct ask_request *request)
{
	return attempt(c, form, request, NULL, 1);
}

long
case_try_through(struct attack_case *c, const char *form,
    struct ask_request *request, const struct ask_answer *usual,
    struct ask_request *control)
{
	const struct subject *s = c->subject;
	struct ask_answer answer;
	enum ask_rc rc = ask(request, &answer);
	long status = answer.status;

	c->tried += rc != ASK_STOPPED;
	if (has_data(s, s->op->method, 0, &answer) &&
	    !equals(&answer, usual) && (s->good.length > 0 ?
	    equals(&answer, &s->good) : !is_everywhere(s, control)))
		note_hit(c, form, status);
	else
		doubt(c, rc, status, 0);
	ask_drop(control);
	ask_forget(&answer);
	return status;
}

void
case_skip(const struct subject *subject, const char *name, const char *reason)
{
	tap_skip(subject->op->label, name, reason);
}

/* The refusal that all is compared with was none: say what is missing. */
static void
skip_unproven(const struct attack_case *c)
{
	const struct subject *s = c->subject;
	int length = (int)strcspn(s->target, "?");
	char text[600], other[80] = "";

	if (s->good_status != 0)
		snprintf(other, sizeof other, " (and %ld to the good token)",
		    s->good_status);
	snprintf(text, sizeof text, "%ld to no token at %.*s%s proves nothing: "
	    "%s with --param NAME=VALUE", s->plain, length < 200 ? length :
	    200, s->target, other, !tokens_have_good(s->tokens) ?
	    "give a good token, and values" : s->plain == 404 ?
	    "give values that exist" : "give values");
	case_skip(s, c->name, text);
}

int
case_end(struct attack_case *c, const char *advice)
{
	const struct subject *s = c->subject;
	char text[1024];

	if (c->hits[0] != '\0') {
		if (strcmp(c->hits, c->name) == 0)
			c->hits[0] = '\0';
		snprintf(text, sizeof text, "answers %ld with data to %s%s%s%s",
		    c->status, c->name, c->hits[0] != '\0' ? " (" : "",
		    c->hits, c->hits[0] != '\0' ? ")" : "");
		tap_finding(s->op->label, text, advice);
		return 1;
	}
	if (ask_stopped())
		case_skip(s, c->name, ask_reason());
	else if (c->unsure[0] != '\0')
		case_skip(s, c->name, c->unsure);
	else if (c->tried == 0)
		case_skip(s, c->name, "nothing to try");
	else if (!s->refuses)
		skip_unproven(c);
	else {
		snprintf(text, sizeof text, c->tried > 1 ? "%s, %d forms" :
		    "%s", c->name, c->tried);
		tap_ok(s->op->label, text);
	}
	return 0;
}
