/* grant_kinds - what the grants share.  Nobody else includes this. */
#ifndef GRANT_KINDS_H
#define GRANT_KINDS_H

#include "client.h"
#include "token.h"

/* One request, and what came of it: tokens, or one of RFC 6749 5.2's errors. */
struct grant {
	struct http_req		*req;
	struct store		*store;
	const struct config	*config;
	const struct form	*form;
	int64_t			 now;
	struct store_client	 client;

	int		 status;	/* 200, or that of the error */
	const char	*error;		/* NULL with a token */
	const char	*description;
	char		 access[TOKEN_SIZE];
	char		 refresh[TOKEN_SIZE];	/* "" for none */
	char		 scope[SCOPE_MAX + 1];
	char		 subject[STORE_NAME_MAX + 1];	/* "" for unknown */
	char		 shown[STORE_ID_SIZE];	/* the refresh token's, or "" */
	int		 reused;	/* it was, and its family has ended */
};

/* The grants that have a file of their own. */
void	grant_password(struct grant *grant);
void	grant_refresh(struct grant *grant);

/* What comes of it when no token does. */
void	grant_refuse(struct grant *grant, int status, const char *error,
    const char *description);
void	grant_invalid(struct grant *grant, const char *description);
void	grant_unavailable(struct grant *grant);
void	grant_wait(struct grant *grant);

/* Take the scope that is asked for, or all that is allowed when none is.
 * Returns 0, or -1 after the refusal. */
int	grant_take_scope(struct grant *grant, const char *allowed);
/* Make a new token: its text, and its digest for the ledger. */
void	grant_make(char text[TOKEN_SIZE], const char *prefix,
    uint8_t digest[CRYPTO_DIGEST]);
/* Give a principal an access token, and with a family's life a first refresh
 * token too.  STORE_NONE, and a refusal, when the owner is not in the ledger as
 * it was read; what the owner is now may be tried. */
enum store_rc	grant_issue(struct grant *grant, const struct store_user *owner,
    int with_refresh);
int64_t	grant_least(int64_t a, int64_t b);

#endif
