/* apicheck_credential - the cases of tokens that nobody gave out. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "apicheck_aim.h"
#include "apicheck_attack.h"
#include "apicheck_words.h"
#include "crypto.h"
#include "text.h"

static int
garbage(const struct aim *aim)
{
	struct attack_case c;
	const char *token, *name;
	size_t i;

	aim_begin(&c, aim, "a garbage token");
	for (i = 0; (token = token_garbage(i, &name)) != NULL; i++)
		aim_token(&c, aim, name, token);
	return case_end(&c, "look the token up, or verify its signature, "
	    "before answering: a scheme that is declared (FastAPI's "
	    "OAuth2PasswordBearer) only reads the header");
}

static int
empty(const struct aim *aim)
{
	struct attack_case c;
	char line[80];

	aim_begin(&c, aim, "an empty token");
	if (aim_is_auth(aim)) {
		aim_line(&c, aim, "an empty Authorization",
		    "Authorization;", NULL);
		snprintf(line, sizeof line, "Authorization: %.40s",
		    aim->slot->name);
		aim_line(&c, aim, "the scheme alone", line, NULL);
		strcat(line, " ");
		aim_line(&c, aim, "the scheme and a blank", line, NULL);
		strcat(line, "\"\"");
		aim_line(&c, aim, "the scheme and \"\"", line, NULL);
		if (strcmp(aim->slot->name, "Basic") == 0)
			aim_token(&c, aim, "no user, no password", ":");
	} else {
		aim_token(&c, aim, "nothing", "");
		aim_token(&c, aim, "\"\"", "\"\"");
	}
	return case_end(&c, "refuse an empty token before looking it up, and "
	    "compare with nothing that may be unset or empty");
}

static int
wrong_scheme(const struct aim *aim)
{
	static const char *const schemes[] = { "Basic", "Bearer", "Token",
	    "Digest", "JWT", "" };
	char name[40], line[TOKEN_LONG + 80];
	const char *token, *unused;
	struct attack_case c;
	size_t i;

	aim_begin(&c, aim, "a wrong scheme");
	token = token_garbage(0, &unused);
	for (i = 0; i < sizeof schemes / sizeof schemes[0]; i++) {
		if (aim_is_auth(aim) && strcmp(schemes[i], aim->slot->name) == 0)
			continue;
		snprintf(name, sizeof name, "%s garbage", schemes[i]);
		snprintf(line, sizeof line, "Authorization: %s%s%s", schemes[i],
		    schemes[i][0] != '\0' ? " " : "", token);
		aim_line(&c, aim, name, line, NULL);
		if (!aim_is_bearer(aim) || aim->good == NULL)
			continue;
		snprintf(name, sizeof name, "%s and a good token",
		    schemes[i][0] != '\0' ? schemes[i] : "no scheme");
		snprintf(line, sizeof line, "Authorization: %s%s%s", schemes[i],
		    schemes[i][0] != '\0' ? " " : "", aim->good);
		aim_line(&c, aim, name, line, NULL);
	}
	crypto_wipe(line, sizeof line);
	return case_end(&c, "compare the scheme with the one that is declared, "
	    "and answer any other with 401");
}

static void
known(const struct aim *aim)
{
	const struct tokens *tokens = aim->s->tokens;
	struct attack_case c;
	const char *token;
	char pair[80];
	size_t i;

	aim_begin(&c, aim, "a token that stands in tutorials");
	if (tokens->count == 0) {
		case_skip(aim->s, c.name, "without a token on standard input, "
		    "nobody knows which is meant to be good");
		return;
	}
	for (i = 0; (token = token_known(i)) != NULL; i++) {
		snprintf(pair, sizeof pair, "%s:%s", token, token);
		if (aim_is_auth(aim) && strcmp(aim->slot->name, "Basic") == 0)
			aim_token(&c, aim, pair, pair);
		else if (!tokens_have(tokens, token))
			aim_token(&c, aim, token, token);
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

	aim_begin(&c, aim, "a near miss of a good token");
	if (aim->good == NULL) {
		case_skip(aim->s, c.name, aim->no_good);
		return;
	}
	for (i = 0; (token = token_near(aim->good, i, &name)) != NULL; i++) {
		if (token[0] != '\0' && !tokens_have(aim->s->tokens, token) &&
		    text_is_clean(token))
			aim_token(&c, aim, name, token);
		crypto_wipe(token, strlen(token));
		free(token);
	}
	case_end(&c, "compare the whole token, byte by byte and in constant "
	    "time (hmac.compare_digest), or verify the signature with the one "
	    "algorithm that you sign with");
}

/* Does a token open the operation, there?  What refuses in words to all has
 * not been opened. */
static int
opens(struct subject *s, const struct api_slot *slot, const char *token)
{
	struct ask_request request = case_request(s, s->op->method, s->target);
	struct ask_answer answer;

	case_credential(&request, slot, token);
	ask(&request, &answer);
	if (answer.status != 0)
		s->good_status = answer.status;
	if (!case_is_data(answer.status) || (s->in_words &&
	    words_refuse(&answer))) {
		ask_forget(&answer);
		return 0;
	}
	ask_forget(&s->good);
	s->good = answer;
	return 1;
}

/* The first good token that is let in there, or NULL. */
static const char *
find_good(struct subject *s, const struct api_slot *slot)
{
	const struct token *token;
	size_t i;

	for (i = 0; i < s->tokens->count; i++) {
		token = &s->tokens->all[i];
		if (token->kind == TOKEN_GOOD && token_fits(token, slot) &&
		    opens(s, slot, token->text))
			return token->text;
	}
	return slot->given != NULL && opens(s, slot, slot->given) ?
	    slot->given : NULL;
}

void
attack_find_good(struct subject *s)
{
	size_t i;

	for (i = 0; i < s->op->slot_count; i++) {
		s->goods[i] = find_good(s, &s->op->slots[i]);
		/* The same request is let in with a token. */
		if (s->goods[i] != NULL && s->plain != 429 &&
		    (s->plain >= 300 || s->in_words))
			s->refuses = 1;
	}
}

void
attack_slot(struct subject *s, size_t slot)
{
	int takes_empty, takes_others;
	char why[160];
	struct aim aim = { s, &s->op->slots[slot], s->goods[slot], why };

	snprintf(why, sizeof why, "a good token gets %ld here: give one that "
	    "may do this, and values with --param NAME=VALUE", s->good_status);
	if (ask_stopped())
		aim.no_good = ask_reason();
	else if (s->good_status == 0)
		aim.no_good = "no \"good TOKEN\" was given";
	if (garbage(&aim)) {
		s->takes_any = 1;
		case_skip(s, "all other tokens", "any token is taken anyway");
		return;
	}
	takes_empty = empty(&aim);
	takes_others = wrong_scheme(&aim);
	known(&aim);
	near_miss(&aim);
	aim_dead(&aim, TOKEN_EXPIRED, "an expired token",
	    "no \"expired TOKEN\" was given", "compare the time of expiry with "
	    "the clock at every request (in a JWT, exp)");
	aim_dead(&aim, TOKEN_REVOKED, "a revoked token",
	    "no \"revoked TOKEN\" was given", "look up at every request whether "
	    "the token was revoked");
	aim_scope(&aim);
	aim_query(&aim);
	aim_doubled(&aim, takes_empty, takes_others);
}
