/* introspect - tell a client what a token is good for (RFC 7662). */
#ifndef INTROSPECT_H
#define INTROSPECT_H

#include "client.h"

/* Serve a request to the introspection endpoint: read its form, find its
 * client, which must have proved itself, and answer about the token.  One that
 * does not live, or that the client may not see, is {"active":false} and
 * nothing else. */
void	introspect_serve(struct http_req *req, struct store *store,
    const struct config *config, int64_t now);

#endif
