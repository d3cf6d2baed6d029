/* apicheck_tokens - the tokens that we were given, and some that we make. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "apicheck_tokens.h"
#include "crypto.h"
#include "text.h"
#include "xalloc.h"

static const char *
take_word(char **at)
{
	char *word;

	*at += strspn(*at, " \t");
	word = *at;
	*at += strcspn(*at, " \t");
	if (**at != '\0')
		*(*at)++ = '\0';
	return word;
}

static enum token_kind
kind_of(const char *word)
{
	static const char *const names[] = { "", "good", "limited", "expired",
	    "revoked" };
	size_t i;

	for (i = 1; i < sizeof names / sizeof names[0]; i++)
		if (strcmp(word, names[i]) == 0)
			return (enum token_kind)i;
	return TOKEN_NONE;
}

static int
is_scheme(const char *word)
{
	return text_equal_nocase(word, "bearer") ||
	    text_equal_nocase(word, "basic") ||
	    text_equal_nocase(word, "token");
}

/* Returns what is wrong with the line, or NULL. */
static const char *
read_line(struct tokens *tokens, char *line)
{
	struct token *token = &tokens->all[tokens->count];
	const char *first, *second;

	line[strcspn(line, "\r\n")] = '\0';
	first = take_word(&line);
	if (*first == '\0' || *first == '#')
		return NULL;
	second = take_word(&line);
	token->kind = kind_of(first);
	if (*second == '\0' && token->kind == TOKEN_NONE) {
		token->kind = TOKEN_GOOD;
		second = first;
	}
	if (is_scheme(second) || (is_scheme(first) && *second != '\0'))
		return "Bearer, Basic and Token are no tokens: a line is KIND "
		    "TOKEN, without the scheme, as in good eyJhbGci...";
	if (token->kind == TOKEN_NONE)
		return "a line starts with good, limited, expired or revoked";
	if (*second == '\0')
		return "a line names a kind and no token";
	if (!text_is_clean(second) || strlen(second) > TOKEN_LONG)
		return "a token has control characters, or over 4096 bytes";
	if (tokens->count + 1 == TOKENS)
		return "there are more than 63 tokens";
	line += strspn(line, " \t");
	if (*line != '\0' && token->kind != TOKEN_LIMITED)
		return "good, expired and revoked take one word, the token; "
		    "scopes belong behind limited TOKEN alone";
	token->text = xstrdup(second);
	token->scopes = xstrdup(line);
	tokens->count++;
	return NULL;
}

int
tokens_read(struct tokens *tokens, FILE *in, const char **why)
{
	char *line = NULL;
	size_t size = 0;

	*why = NULL;
	while (*why == NULL && getline(&line, &size, in) > 0)
		*why = read_line(tokens, line);
	if (line != NULL)
		crypto_wipe(line, size);
	free(line);
	return *why == NULL ? 0 : -1;
}

void
tokens_forget(struct tokens *tokens)
{
	struct token *token;

	while (tokens->count > 0) {
		token = &tokens->all[--tokens->count];
		crypto_wipe(token->text, strlen(token->text));
		free(token->text);
		free(token->scopes);
	}
}

int
tokens_have(const struct tokens *tokens, const char *text)
{
	size_t i;

	for (i = 0; i < tokens->count; i++)
		if (strcmp(tokens->all[i].text, text) == 0)
			return 1;
	return 0;
}

int
tokens_have_good(const struct tokens *tokens)
{
	size_t i;

	for (i = 0; i < tokens->count; i++)
		if (tokens->all[i].kind == TOKEN_GOOD)
			return 1;
	return 0;
}

int
token_fits(const struct token *token, const struct api_slot *slot)
{
	int is_basic = slot->place == API_AUTH &&
	    strcmp(slot->name, "Basic") == 0;

	return !is_basic || strchr(token->text, ':') != NULL;
}

const char *
token_garbage(size_t at, const char **name)
{
	static char letters[41], ages[TOKEN_LONG + 1];
	static const struct {
		const char *text, *name;
	} list[] = {
		{ letters, "random letters" },
		{ "null", NULL }, { "undefined", NULL }, { "none", NULL },
		{ "0", NULL }, { "true", NULL }, { "*", NULL }, { "{}", NULL },
		{ "%00", NULL }, { "' OR '1'='1", NULL },
		/* {"alg":"none","typ":"JWT"} {"sub":"admin","exp":4102444800} */
		{ "eyJhbGciOiJub25lIiwidHlwIjoiSldUIn0."
		    "eyJzdWIiOiJhZG1pbiIsImV4cCI6NDEwMjQ0NDgwMH0.",
		    "an unsigned JWT" },
		{ ages, "4 KiB of letters" },
	};

	if (at >= sizeof list / sizeof list[0])
		return NULL;
	if (letters[0] == '\0') {
		crypto_random_base62(letters, sizeof letters - 1);
		memset(ages, 'a', sizeof ages - 1);
	}
	*name = list[at].name != NULL ? list[at].name : list[at].text;
	return list[at].text;
}

const char *
token_known(size_t at)
{
	static const char *const list[] = { "securetoken", "secret", "test",
	    "admin", "token", "password", "changeme", "demo",
	    "fake-super-secret-token", "fake-super-secret-key",
	    "coneofsilence", "123456" };

	return at < sizeof list / sizeof list[0] ? list[at] : NULL;
}

/* Another character.  Of base64url's it is the one with the highest bit turned
 * over: the lowest bits of the last one may count for nothing. */
static char
other(char c)
{
	static const char set[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	    "abcdefghijklmnopqrstuvwxyz0123456789-_";
	const char *at = c != '\0' ? strchr(set, c) : NULL;

	if (at == NULL)
		return 'x';
	return set[(at - set + 32) % 64];
}

/* Change the letter case, of a password alone where there is a user's name. */
static void
change_case(char *text, int (*change)(int))
{
	char *colon = strchr(text, ':');

	for (text = colon != NULL ? colon : text; *text != '\0'; text++)
		*text = (char)change((unsigned char)*text);
}

static int
swap_case(int c)
{
	return isupper(c) ? tolower(c) : toupper(c);
}

/* A JWT of the same claims, without algorithm or without signature. */
static char *
unsign(const char *token, int keep_head)
{
	static const char none[] = "eyJhbGciOiJub25lIiwidHlwIjoiSldUIn0";
	const char *first = strchr(token, '.');
	const char *second = first != NULL ? strchr(first + 1, '.') : NULL;
	size_t head, claims;
	char *text;

	if (second == NULL || strncmp(token, "eyJ", 3) != 0)
		return xstrdup("");
	head = keep_head ? (size_t)(first - token) : sizeof none - 1;
	claims = (size_t)(second - first) + 1;
	text = xcalloc(1, head + claims + 1);
	memcpy(text, keep_head ? token : none, head);
	memcpy(text + head, first, claims);
	return text;
}

enum {
	NEAR_LAST, NEAR_FIRST, NEAR_MIDDLE, NEAR_CUT, NEAR_BEHEADED, NEAR_MORE,
	NEAR_BEFORE, NEAR_HALF, NEAR_ONE, NEAR_UPPER, NEAR_LOWER, NEAR_SWAPPED,
	NEAR_UNSIGNED, NEAR_SIGNLESS, NEAR_ALL
};

static void
distort(char *text, size_t length, size_t at)
{
	size_t middle = length / 2 + (text[length / 2] == '.');

	switch (at) {
	case NEAR_LAST: text[length - 1] = other(text[length - 1]); break;
	case NEAR_FIRST: text[0] = other(text[0]); break;
	case NEAR_MIDDLE: text[middle] = other(text[middle]); break;
	case NEAR_CUT: text[length - 1] = '\0'; break;
	case NEAR_BEHEADED: memmove(text, text + 1, length); break;
	case NEAR_MORE: text[length] = 'x'; break;
	case NEAR_BEFORE:
		memmove(text + 1, text, length);
		text[0] = 'x';
		break;
	case NEAR_HALF: text[length / 2] = '\0'; break;
	case NEAR_ONE: text[1] = '\0'; break;
	case NEAR_UPPER: change_case(text, toupper); break;
	case NEAR_LOWER: change_case(text, tolower); break;
	default: change_case(text, swap_case);
	}
}

char *
token_near(const char *token, size_t at, const char **name)
{
	static const char *const names[] = { "its last character changed",
	    "its first character changed", "one in the middle changed",
	    "its last character cut", "its first character cut",
	    "one character more", "one character before it", "its first half",
	    "its first character alone", "in upper case", "in lower case",
	    "its letter case swapped", "its claims, unsigned (alg none)",
	    "its claims, without signature" };
	size_t length = strlen(token);
	char *text;

	if (at >= NEAR_ALL)
		return NULL;
	*name = names[at];
	if (at >= NEAR_UNSIGNED)
		return unsign(token, at == NEAR_SIGNLESS);
	text = xcalloc(1, length + 3);
	memcpy(text, token, length);
	distort(text, length, at);
	if (strcmp(text, token) == 0)
		text[0] = '\0';
	return text;
}
