/* apicheck_credential - the cases of one place for credentials. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "apicheck_attack.h"
#include "apicheck_tap.h"
#include "crypto.h"
#include "text.h"
#include "xalloc.h"

/* What is attacked now: a place, and the token that is good there. */
struct aim {
	const struct subject	*s;
	const struct api_slot	*slot;
	const char		*good;		/* or NULL */
	const char		*no_good;	/* why there is none */
};

/* The case's name; with several places, the place's too. */
static void
begin(struct attack_case *c, const struct aim *aim, const char *name)
{
	char text[128];

	snprintf(text, sizeof text, "%s (%s)", name, aim->slot->name);
	case_begin(c, aim->s, aim->s->op->slot_count > 1 ? text : name);
}

static struct ask_request
request_for(const struct aim *aim)
{
	return case_request(aim->s, aim->s->op->method, aim->s->target);
}

static void
try_token(struct attack_case *c, const struct aim *aim, const char *form,
    const char *token)
{
	struct ask_request request = request_for(aim);

	case_credential(&request, aim->slot, token);
	case_try(c, form, &request, NULL);
}

static void
try_line(struct attack_case *c, const struct aim *aim, const char *form,
    const char *line, const char *second)
{
	struct ask_request request = request_for(aim);

	ask_add(&request, "%s", line);
	if (second != NULL)
		ask_add(&request, "%s", second);
	case_try(c, form, &request, NULL);
}

static int
is_auth(const struct aim *aim)
{
	return aim->slot->place == API_AUTH;
}

static int
is_bearer(const struct aim *aim)
{
	return is_auth(aim) && strcmp(aim->slot->name, "Bearer") == 0;
}

static int
garbage(const struct aim *aim)
{
	struct attack_case c;
	const char *token, *name;
	size_t i;

	begin(&c, aim, "a garbage token");
	for (i = 0; (token = token_garbage(i, &name)) != NULL; i++)
		try_token(&c, aim, name, token);
	return case_end(&c, "look the token up, or verify its signature, before "
	    "answering: a scheme that is declared (FastAPI's "
	    "OAuth2PasswordBearer) only reads the header");
}

static void
empty(const struct aim *aim)
{
	struct attack_case c;
	char line[80];

	begin(&c, aim, "an empty token");
	if (is_auth(aim)) {
		try_line(&c, aim, "an empty Authorization", "Authorization;",
		    NULL);
		snprintf(line, sizeof line, "Authorization: %.40s",
		    aim->slot->name);
		try_line(&c, aim, "the scheme alone", line, NULL);
		strcat(line, " ");
		try_line(&c, aim, "the scheme and a blank", line, NULL);
		strcat(line, "\"\"");
		try_line(&c, aim, "the scheme and \"\"", line, NULL);
		if (strcmp(aim->slot->name, "Basic") == 0)
			try_token(&c, aim, "no user, no password", ":");
	} else {
		try_token(&c, aim, "nothing", "");
		try_token(&c, aim, "\"\"", "\"\"");
	}
	case_end(&c, "refuse an empty token before looking it up, and compare "
	    "with nothing that may be unset or empty");
}

static void
wrong_scheme(const struct aim *aim)
{
	static const char *const schemes[] = { "Basic", "Bearer", "Token",
	    "Digest", "JWT", "" };
	char name[40], line[TOKEN_LONG + 80];
	const char *token, *unused;
	struct attack_case c;
	size_t i;

	begin(&c, aim, "a wrong scheme");
	token = token_garbage(0, &unused);
	for (i = 0; i < sizeof schemes / sizeof schemes[0]; i++) {
		if (is_auth(aim) && strcmp(schemes[i], aim->slot->name) == 0)
			continue;
		snprintf(name, sizeof name, "%s garbage", schemes[i]);
		snprintf(line, sizeof line, "Authorization: %s%s%s", schemes[i],
		    schemes[i][0] != '\0' ? " " : "", token);
		try_line(&c, aim, name, line, NULL);
		if (!is_bearer(aim) || aim->good == NULL)
			continue;
		snprintf(name, sizeof name, "%s and a good token",
		    schemes[i][0] != '\0' ? schemes[i] : "no scheme");
		snprintf(line, sizeof line, "Authorization: %s%s%s", schemes[i],
		    schemes[i][0] != '\0' ? " " : "", aim->good);
		try_line(&c, aim, name, line, NULL);
	}
	crypto_wipe(line, sizeof line);
	case_end(&c, "compare the scheme with the one that is declared, and "
	    "answer any other with 401");
}

static void
known(const struct aim *aim)
{
	const struct tokens *tokens = aim->s->tokens;
	struct attack_case c;
	const char *token;
	char pair[80];
	size_t i;

	begin(&c, aim, "a token that stands in tutorials");
	if (tokens->count == 0) {
		case_skip(aim->s, c.name, "without a token on standard input, "
		    "nobody knows which is meant to be good");
		return;
	}
	for (i = 0; (token = token_known(i)) != NULL; i++) {
		snprintf(pair, sizeof pair, "%s:%s", token, token);
		if (is_auth(aim) && strcmp(aim->slot->name, "Basic") == 0)
			try_token(&c, aim, pair, pair);
		else if (!tokens_have(tokens, token))
			try_token(&c, aim, token, token);
	}
	case_end(&c, "take it away: everyone knows it; make tokens of 128 "
	    "random bits or more");
}

static void
near_miss(const struct aim *aim)
{
	struct attack_case c;
	const char *name;
	char *token;
	size_t i;

	begin(&c, aim, "a near miss of a good token");
	if (aim->good == NULL) {
		case_skip(aim->s, c.name, aim->no_good);
		return;
	}
	for (i = 0; (token = token_near(aim->good, i, &name)) != NULL; i++) {
		if (token[0] != '\0' && !tokens_have(aim->s->tokens, token) &&
		    text_is_clean(token))
			try_token(&c, aim, name, token);
		crypto_wipe(token, strlen(token));
		free(token);
	}
	case_end(&c, "compare the whole token, byte by byte and in constant "
	    "time (hmac.compare_digest), or verify the signature with the one "
	    "algorithm that you sign with");
}

static void
dead(const struct aim *aim, enum token_kind kind, const char *name,
    const char *missing, const char *advice)
{
	const struct tokens *tokens = aim->s->tokens;
	struct attack_case c;
	size_t i;

	begin(&c, aim, name);
	for (i = 0; i < tokens->count; i++)
		if (tokens->all[i].kind == kind &&
		    token_fits(&tokens->all[i], aim->slot))
			try_token(&c, aim, name, tokens->all[i].text);
	if (c.tried == 0 && !ask_stopped())
		case_skip(aim->s, c.name, missing);
	else
		case_end(&c, advice);
}

static void
wrong_scope(const struct aim *aim)
{
	const struct subject *s = aim->s;
	const struct token *token;
	struct attack_case c;
	size_t i;

	begin(&c, aim, "a token of another scope");
	if (!api_asks_scope(s->api, s->op, aim->slot)) {
		case_skip(s, c.name, "the document asks for no scope");
		return;
	}
	for (i = 0; i < s->tokens->count; i++) {
		token = &s->tokens->all[i];
		if (token->kind == TOKEN_LIMITED &&
		    token_fits(token, aim->slot) && api_lacks_scope(s->api,
		    s->op, aim->slot, token->scopes))
			try_token(&c, aim, c.name, token->text);
	}
	if (c.tried == 0 && !ask_stopped())
		case_skip(s, c.name, "no \"limited TOKEN SCOPE...\" without "
		    "its scopes was given");
	else
		case_end(&c, "compare the token's scopes with those that the "
		    "route asks for (FastAPI: Security with SecurityScopes), "
		    "and answer 403");
}

static void
in_query(const struct aim *aim)
{
	static const char *const names[] = { "access_token", "token", "api_key",
	    "apikey", "key", "auth", "authorization", "bearer_token", "jwt" };
	const struct subject *s = aim->s;
	struct api_slot query = { API_QUERY, NULL };
	struct ask_request request;
	struct attack_case c;
	size_t i, j;
	int is_meant;

	if (aim->slot->place == API_QUERY)
		return;
	begin(&c, aim, "a good token in the query");
	if (aim->good == NULL) {
		case_skip(s, c.name, aim->no_good);
		return;
	}
	for (i = 0; i < sizeof names / sizeof names[0]; i++) {
		query.name = names[i];
		is_meant = 0;
		for (j = 0; j < s->op->slot_count; j++)
			if (s->op->slots[j].place == API_QUERY &&
			    text_equal_nocase(s->op->slots[j].name, names[i]))
				is_meant = 1;
		if (is_meant)
			continue;
		request = request_for(aim);
		case_credential(&request, &query, aim->good);
		case_try(&c, names[i], &request, NULL);
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
		request = request_for(aim);
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

static void
doubled(const struct aim *aim)
{
	const char *token, *unused;
	struct attack_case c;
	char line[160], other[160];

	if (aim->slot->place == API_QUERY || aim->slot->place == API_COOKIE)
		return;
	begin(&c, aim, "a doubled header");
	token = token_garbage(0, &unused);
	if (is_auth(aim)) {
		snprintf(line, sizeof line, "Authorization: %.40s %s",
		    aim->slot->name, token);
		snprintf(other, sizeof other, "Authorization: %s %s",
		    is_bearer(aim) ? "Basic" : "Bearer", token);
		try_line(&c, aim, "garbage twice", line, line);
		try_line(&c, aim, "another scheme, then garbage", other, line);
		try_line(&c, aim, "garbage, then another scheme", line, other);
		try_line(&c, aim, "empty, then garbage", "Authorization;",
		    line);
		try_line(&c, aim, "garbage, then empty", line,
		    "Authorization;");
	} else {
		snprintf(line, sizeof line, "%.100s: %s", aim->slot->name,
		    token);
		snprintf(other, sizeof other, "%.100s;", aim->slot->name);
		try_line(&c, aim, "garbage twice", line, line);
		try_line(&c, aim, "empty, then garbage", other, line);
	}
	case_end(&c, "refuse a request with two of these headers (400)");
	note_doubled_good(aim);
}

/* The first good token that is let in there, or NULL. */
static const char *
find_good(struct subject *s, const struct api_slot *slot)
{
	struct ask_request request;
	struct ask_answer answer;
	const struct token *token;
	size_t i;

	for (i = 0; i < s->tokens->count; i++) {
		token = &s->tokens->all[i];
		if (token->kind != TOKEN_GOOD || !token_fits(token, slot))
			continue;
		request = case_request(s, s->op->method, s->target);
		case_credential(&request, slot, token->text);
		ask(&request, &answer);
		s->good_status = answer.status;
		if (answer.status >= 200 && answer.status <= 299) {
			ask_forget(&s->good);
			s->good = answer;
			return token->text;
		}
		ask_forget(&answer);
	}
	return NULL;
}

void
attack_find_good(struct subject *s)
{
	size_t i;

	for (i = 0; i < s->op->slot_count; i++) {
		s->goods[i] = find_good(s, &s->op->slots[i]);
		/* The same request is let in with a token. */
		if (s->goods[i] != NULL && s->plain >= 300 && s->plain != 429)
			s->refuses = 1;
	}
}

void
attack_slot(const struct subject *s, size_t slot)
{
	char why[160];
	struct aim aim = { s, &s->op->slots[slot], s->goods[slot], why };

	snprintf(why, sizeof why, "a good token gets %ld here: give one that "
	    "may do this, and values with --param NAME=VALUE", s->good_status);
	if (ask_stopped())
		aim.no_good = ask_reason();
	else if (s->good_status == 0)
		aim.no_good = "no \"good TOKEN\" was given";
	if (garbage(&aim)) {
		case_skip(s, "all other tokens", "any token is taken anyway");
		return;
	}
	empty(&aim);
	wrong_scheme(&aim);
	known(&aim);
	near_miss(&aim);
	dead(&aim, TOKEN_EXPIRED, "an expired token",
	    "no \"expired TOKEN\" was given", "compare the time of expiry with "
	    "the clock at every request (in a JWT, exp)");
	dead(&aim, TOKEN_REVOKED, "a revoked token",
	    "no \"revoked TOKEN\" was given", "look up at every request whether "
	    "the token was revoked");
	wrong_scope(&aim);
	in_query(&aim);
	doubled(&aim);
}
