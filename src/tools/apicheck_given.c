/* apicheck_given - the cases of tokens that are real, and not good enough. */
#include <stdio.h>
#include <string.h>

#include "apicheck_aim.h"
#include "apicheck_tap.h"
#include "text.h"

/* Where no good token is let in, a refusal of a lesser one tells nothing; that
 * it is let in tells all the same. */
static void
doubt_place(struct attack_case *c, const struct aim *aim)
{
	if (aim->good == NULL && aim->s->good_status != 0 &&
	    c->unsure[0] == '\0')
		snprintf(c->unsure, sizeof c->unsure, "%s", aim->no_good);
}

void
aim_dead(const struct aim *aim, enum token_kind kind, const char *name,
    const char *missing, const char *advice)
{
	const struct tokens *tokens = aim->s->tokens;
	struct attack_case c;
	size_t i;

	aim_begin(&c, aim, name);
	for (i = 0; i < tokens->count; i++)
		if (tokens->all[i].kind == kind &&
		    token_fits(&tokens->all[i], aim->slot))
			aim_token(&c, aim, name, tokens->all[i].text);
	if (c.tried == 0 && !ask_stopped())
		case_skip(aim->s, c.name, missing);
	else {
		doubt_place(&c, aim);
		case_end(&c, advice);
	}
}

void
aim_scope(const struct aim *aim)
{
	const struct subject *s = aim->s;
	const struct token *token;
	struct attack_case c;
	size_t i;

	aim_begin(&c, aim, "a token of another scope");
	if (!api_asks_scope(s->api, s->op, aim->slot)) {
		case_skip(s, c.name, "the document asks for no scope");
		return;
	}
	for (i = 0; i < s->tokens->count; i++) {
		token = &s->tokens->all[i];
		if (token->kind == TOKEN_LIMITED &&
		    token_fits(token, aim->slot) && api_lacks_scope(s->api,
		    s->op, aim->slot, token->scopes))
			aim_token(&c, aim, c.name, token->text);
	}
	if (c.tried == 0 && !ask_stopped())
		case_skip(s, c.name, "no \"limited TOKEN SCOPE...\" without "
		    "its scopes was given");
	else {
		doubt_place(&c, aim);
		case_end(&c, "compare the token's scopes with those that the "
		    "route asks for (FastAPI: Security with SecurityScopes), "
		    "and answer 403");
	}
}

/* Does the document say that credentials go there? */
static int
is_place(const struct aim *aim, const char *name)
{
	const struct api_op *op = aim->s->op;
	size_t i;

	for (i = 0; i < op->slot_count; i++)
		if (op->slots[i].place == API_QUERY &&
		    text_equal_nocase(op->slots[i].name, name))
			return 1;
	return 0;
}

static void
try_query(struct attack_case *c, const struct aim *aim, const char *name)
{
	struct api_slot query = { API_QUERY, name, NULL };
	struct ask_request request;

	if (is_place(aim, name))
		return;
	request = aim_request(aim);
	case_credential(&request, &query, aim->good);
	case_try(c, name, &request, NULL);
}

void
aim_query(const struct aim *aim)
{
	static const char *const names[] = { "access_token", "token", "api_key",
	    "apikey", "key", "auth", "authorization", "bearer_token", "jwt" };
	const struct subject *s = aim->s;
	const cJSON *params[API_PARAMS];
	struct attack_case c;
	size_t count, i;

	if (aim->slot->place == API_QUERY)
		return;
	aim_begin(&c, aim, "a good token in the query");
	if (aim->good == NULL) {
		case_skip(s, c.name, aim->no_good);
		return;
	}
	for (i = 0; i < sizeof names / sizeof names[0]; i++)
		try_query(&c, aim, names[i]);
	count = api_params(s->api, s->op, params);
	for (i = 0; i < count; i++) {
		const char *in = api_text(s->api, params[i], "in");
		const char *name = api_text(s->api, params[i], "name");

		if (in != NULL && name != NULL && strcmp(in, "query") == 0 &&
		    (strcasestr(name, "token") || strcasestr(name, "auth")))
			try_query(&c, aim, name);
	}
	case_end(&c, "take the token from where the document says alone: URLs "
	    "end in logs and histories (RFC 9700, 4.3.2; RFC 6750, 5.3)");
}

/* The first header that counts may be the good one: that is lax, and opens
 * nothing. */
static void
note_doubled_good(const struct aim *aim)
{
	static int noted;
	const char *token, *unused;
	struct ask_request request;
	struct ask_answer answer;
	int i;

	for (i = 0; i < 2 && !noted && aim->good != NULL; i++) {
		token = token_garbage(0, &unused);
		request = aim_request(aim);
		case_credential(&request, aim->slot, i == 0 ? aim->good :
		    token);
		case_credential(&request, aim->slot, i == 0 ? token :
		    aim->good);
		ask(&request, &answer);
		if (answer.status >= 200 && answer.status < 300) {
			noted = 1;
			tap_note("%s answers %ld when a good credential comes "
			    "twice, once as garbage: no hole, but refuse two",
			    aim->s->op->label, answer.status);
		}
		ask_forget(&answer);
	}
}

/* Two lines, in both orders. */
static void
try_pair(struct attack_case *c, const struct aim *aim, const char *form,
    const char *first, const char *second)
{
	char name[80];

	snprintf(name, sizeof name, strcmp(first, second) == 0 ? "%s" :
	    "%s, then garbage", form);
	aim_line(c, aim, name, first, second);
	if (strcmp(first, second) == 0)
		return;
	snprintf(name, sizeof name, "%s behind garbage", form);
	aim_line(c, aim, name, second, first);
}

/* takes_empty and takes_others: what was found before is not found again. */
void
aim_doubled(const struct aim *aim, int takes_empty, int takes_others)
{
	const char *token, *unused;
	struct attack_case c;
	char line[160], other[160];

	if (aim->slot->place == API_QUERY || aim->slot->place == API_COOKIE)
		return;
	aim_begin(&c, aim, "a doubled header");
	token = token_garbage(0, &unused);
	if (aim_is_auth(aim)) {
		snprintf(line, sizeof line, "Authorization: %.40s %s",
		    aim->slot->name, token);
		snprintf(other, sizeof other, "Authorization: %s %s",
		    aim_is_bearer(aim) ? "Basic" : "Bearer", token);
		try_pair(&c, aim, "garbage twice", line, line);
		if (!takes_others)
			try_pair(&c, aim, "another scheme", other, line);
		snprintf(other, sizeof other, "Authorization;");
	} else {
		snprintf(line, sizeof line, "%.100s: %s", aim->slot->name,
		    token);
		snprintf(other, sizeof other, "%.100s;", aim->slot->name);
		try_pair(&c, aim, "garbage twice", line, line);
	}
	if (!takes_empty)
		try_pair(&c, aim, "an empty one", other, line);
	case_end(&c, "refuse a request with two of these headers (400)");
	note_doubled_good(aim);
}
