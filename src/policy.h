/* policy - what a request to something that we guard, but do not serve, must
 * be allowed to. */
#ifndef POLICY_H
#define POLICY_H

#include "config.h"
#include "http.h"
#include "scope.h"

/* Find the scopes that the request needs.  The web server says so in
 * POSTERN_SCOPE, set where it guards; else the guard rules of postern.conf do:
 * the longest prefix of the path, on a segment's border, whose rule must also
 * list the method (GET includes HEAD).  The path is what the server made of
 * it: REDIRECT_URI; from mod_fcgid SCRIPT_NAME and PATH_INFO; from a FastCGI
 * authorizer's server REQUEST_URI, where that is all there is.  One that could
 * be read in more than one way matches nothing.
 *
 * Writes a list into scope, "*" for any live token.  Returns 0, or -1 when
 * nothing says who may pass: then nobody may. */
int	policy_scope(struct http_req *req, const struct config *config,
    char scope[SCOPE_MAX + 1]);

#endif
