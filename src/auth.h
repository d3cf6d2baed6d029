/* auth - the guard, the object that all endpoints share: HTTP_AUTHORIZATION or
 * HTTP_X_API_KEY in, verdict and principal out.  No heap, and no other file
 * reads them. */
#ifndef AUTH_H
#define AUTH_H

#include <stddef.h>
#include <stdint.h>

#include "config.h"
#include "http.h"
#include "store.h"

#define AUTH_HEADER_MAX	4096		/* bytes of either value */
#define AUTH_SECRET_MAX	255		/* bytes of a client's secret */

/* What a method may ask for instead of a scope.  Compared by address. */
extern const char SCOPE_PUBLIC[];	/* nothing at all */
extern const char SCOPE_ANY[];		/* any live token */

/* What lets a caller make and end keys; no key has it. */
extern const char SCOPE_KEYS[];

/* Who is calling, and by which token. */
struct principal {
	char	subject[STORE_NAME_MAX + 1];
	char	scope[SCOPE_MAX + 1];	/* what token and user both have */
	int64_t	expires;
	enum store_kind	kind;		/* STORE_KIND_NONE: nobody */
	uint8_t	digest[CRYPTO_DIGEST];	/* the token's */
	char	id[STORE_ID_SIZE];	/* its public id, if it is refused */
	int64_t	used;			/* a key's last use, coarse */
	char	client[STORE_NAME_MAX + 1];	/* issued to; "" for none */
};

/* The guard's verdict.  Exactly one value allows: compare with that. */
enum auth_verdict {
	AUTH_NONE,			/* no credentials, or another scheme */
	AUTH_MALFORMED,			/* not RFC 6750's grammar, or two */
	AUTH_BAD_KEY,			/* X-API-Key too long, twice, or beside
					 * Authorization */
	AUTH_INVALID,			/* unknown, expired, disabled ... */
	AUTH_NO_SCOPE,			/* live, but the scope is missing */
	AUTH_DOWN,			/* the ledger did not answer */
	AUTH_ALLOW
};

/* Find the one Bearer token in an Authorization value (NULL when absent), by
 * the grammar of RFC 6750 2.1 and RFC 9110 11.4.  Returns AUTH_ALLOW when it
 * stands there, in token and length, and else why not. */
enum auth_verdict	auth_parse(const char *value, const char **token,
    size_t *length);

/* Judge the request at the ledger's time, which is left in now when the ledger
 * was asked, by HTTP_AUTHORIZATION or what Apache's internal redirects make of
 * it (REDIRECT_HTTP_AUTHORIZATION and so on), where two values that differ are
 * refused, or else by HTTP_X_API_KEY, which takes keys alone.  scope is what
 * the token must have: a list that must be there whole, or SCOPE_ANY; the empty
 * list allows nobody.  Returns 1 and fills who, or 0 after having sent the
 * refusal. */
int	auth_require(struct http_req *req, struct store *store,
    const struct config *config, const char *scope, int64_t *now,
    struct principal *who);

/* A client's Basic credentials. */
struct auth_basic {
	char	id[STORE_NAME_MAX + 1];
	char	secret[AUTH_SECRET_MAX + 1];	/* "" for none */
};

enum auth_basic_rc {
	AUTH_BASIC_BROKEN,		/* meant to be some, but are none */
	AUTH_BASIC_NONE,
	AUTH_BASIC_OK
};

/* Read a client's Basic credentials (RFC 7617), each of the two percent-encoded
 * once more (RFC 6749, 2.3.1).  The caller wipes basic. */
enum auth_basic_rc	auth_basic(struct http_req *req,
    struct auth_basic *basic);

#endif
