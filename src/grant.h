/* grant - what a client trades for a token (RFC 6749, 4). */
#ifndef GRANT_H
#define GRANT_H

#include "config.h"
#include "http.h"
#include "store.h"

/* Serve a request to the token endpoint: read its form, do what it asks for,
 * and answer with a token (RFC 6749, 5.1) or an error (5.2).  Today that is
 * the password grant (4.3), where the configuration turns it on.  The token is
 * in the ledger before the answer starts. */
void	grant_serve(struct http_req *req, struct store *store,
    const struct config *config, int64_t now);

#endif
