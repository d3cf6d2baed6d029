/* reply - answers: JSON, problem documents, challenges.
 *
 * Each answer carries Cache-Control: no-store, Pragma: no-cache and
 * X-Content-Type-Options: nosniff.  After the first answer to a request
 * further ones are ignored. */
#ifndef REPLY_H
#define REPLY_H

#include <cjson/cJSON.h>

#include "config.h"
#include "http.h"
#include "store.h"

/* Seconds after which a client may try again when we could not answer. */
#define REPLY_RETRY	"2"

/* Answer with a JSON body.  Takes out: it is freed, whatever happens. */
void	reply_json(struct http_req *req, int status, cJSON *out);

/* Answer with a file of a page for people, which may load, run and ask
 * nothing but what we serve. */
void	reply_page(struct http_req *req, const char *type, const char *data,
    size_t length);

/* Answer without a body, as 204 does. */
void	reply_empty(struct http_req *req, int status);

/* Answer 200 with out when rc is STORE_OK, else as reply_unavailable does.
 * Takes out. */
void	reply_list(struct http_req *req, cJSON *out, enum store_rc rc);

/* Answer 200 without a body, as a FastCGI Authorizer does that allows
 * (FastCGI, 6.3): the web server hands what is behind "Variable-" to the
 * guarded program as environment, where no client can write. */
void	reply_identity(struct http_req *req, const char *subject,
    const char *scope);

/* Answer with a problem document (RFC 9457).  detail is our own text. */
void	reply_problem(struct http_req *req, int status, const char *detail);

/* Answer with a Bearer challenge (RFC 6750, 3) and a problem document.  error
 * and scope, which holds no quotes, may be NULL.  Where an issuer is configured
 * the challenge says where our metadata are (RFC 9728, 5.1). */
void	reply_challenge(struct http_req *req, const struct config *config,
    int status, const char *error, const char *scope, const char *detail);

/* Is it configured who we are?  Returns 1, or 0 after having said with 404 that
 * it is not. */
int	reply_needs_issuer(struct http_req *req, const struct config *config);

/* Answer 503 with Retry-After: the ledger did not answer. */
void	reply_unavailable(struct http_req *req);

/* Answer as the token endpoint does (RFC 6749, 5.2): error is a code of that
 * section, description our own text.  A 401 carries a Basic challenge for
 * realm, a 503 Retry-After. */
void	reply_oauth_error(struct http_req *req, int status, const char *realm,
    const char *error, const char *description);

#endif
