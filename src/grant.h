/* grant - what a client trades for a token (RFC 6749, 4). */
#ifndef GRANT_H
#define GRANT_H

#include "client.h"

/* Serve a request to the token endpoint: read its form, find its client, do
 * what it asks for, and answer with tokens (RFC 6749, 5.1) or an error (5.2).
 * The grants are client_credentials (4.4), refresh_token (6, with rotation as
 * in RFC 9700, 4.14) and, where the configuration turns it on, password (4.3).
 * Tokens are in the ledger before the answer starts. */
void	grant_serve(struct http_req *req, struct store *store,
    const struct config *config, int64_t now);

#endif
