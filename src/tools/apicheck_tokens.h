/* apicheck_tokens - the tokens that we were given, and some that we make. */
#ifndef APICHECK_TOKENS_H
#define APICHECK_TOKENS_H

#include <stddef.h>
#include <stdio.h>

#include "apicheck_document.h"

#define TOKENS		64
#define TOKEN_LONG	4096

enum token_kind {
	TOKEN_NONE,
	TOKEN_GOOD,		/* live, with every scope */
	TOKEN_LIMITED,		/* live, with the scopes that are named */
	TOKEN_EXPIRED,
	TOKEN_REVOKED
};

struct token {
	enum token_kind	 kind;
	char		*text;
	char		*scopes;	/* blanks between; perhaps empty */
};

struct tokens {
	struct token	all[TOKENS];
	size_t		count;
};

/* Read "KIND TOKEN [SCOPE...]" a line; a token alone is a good one; blank
 * lines and those that start with # do not count.  Only limited has scopes, and
 * a scheme's name is no token.  Returns 0, or -1 and says in why what is wrong:
 * nothing of the line. */
int	tokens_read(struct tokens *tokens, FILE *in, const char **why);
/* Give all back, and leave none in memory. */
void	tokens_forget(struct tokens *tokens);

/* Is text one of the tokens that we were given? */
int	tokens_have(const struct tokens *tokens, const char *text);
/* Was there a good one? */
int	tokens_have_good(const struct tokens *tokens);
/* May token go into slot?  Basic takes NAME:PASSWORD alone. */
int	token_fits(const struct token *token, const struct api_slot *slot);

/* The tokens that nobody gave out, one after the other from at 0 on: the token
 * and what to call it, or NULL behind the last. */
const char	*token_garbage(size_t at, const char **name);
/* The same for those that stand in tutorials. */
const char	*token_known(size_t at);
/* The same for those that are nearly token's; "" stands for one that this
 * token does not have.  The caller wipes and frees it. */
char	*token_near(const char *token, size_t at, const char **name);

#endif
