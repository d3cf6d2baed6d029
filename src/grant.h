/* grant - what a client trades for a token (RFC 6749, 4). */
#ifndef GRANT_H
#define GRANT_H

#include "config.h"
#include "form.h"
#include "store.h"
#include "token.h"

/* What came of a request for a token: a token, or one of RFC 6749 5.2's
 * errors with the status to send it with. */
struct grant {
	int		 status;	/* 200, or that of the error */
	const char	*error;		/* NULL with a token */
	const char	*description;
	char		 token[TOKEN_SIZE];
	int64_t		 expires_in;	/* seconds */
	char		 scope[SCOPE_MAX + 1];
};

/* Do what the form asks for: today the password grant (RFC 6749, 4.3), where
 * the configuration turns it on.  address, the client's, is for the log. */
void	grant_request(struct store *store, const struct config *config,
    const struct form *form, const char *address, int64_t now,
    struct grant *grant);

/* Give a user a new token: its scope is asked (already within the user's), or
 * all that the user has when asked is NULL.  Fills grant; the token is in the
 * ledger before this returns with status 200. */
void	grant_issue(struct store *store, const struct store_user *user,
    const char *asked, int64_t ttl, int64_t now, struct grant *grant);

#endif
