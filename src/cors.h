/* cors - may a page of another origin read this? */
#ifndef CORS_H
#define CORS_H

#include "config.h"
#include "http.h"

/* Add to the answer what a browser asks of it (Fetch, "CORS protocol"), before
 * anything is sent.  A page whose Origin is configured, byte by byte, may read
 * the answer and the headers that clients need, whatever the answer is; for
 * all others nothing is said.  Where any origin is configured the answer
 * depends on who asks, and says so.  Never allows credentials (cookies): a
 * page brings its token itself. */
void	cors_allow(struct http_req *req, const struct config *config);

/* Does a browser ask, for a page whose origin is configured, whether that may
 * send a request?  Says 1 or 0. */
int	cors_is_preflight(struct http_req *req, const struct config *config);

/* Answer that with 204: methods, a list as in Allow, may be used, and so may
 * the headers that we read.  cors_allow() has been called. */
void	cors_preflight(struct http_req *req, const char *methods);

#endif
