/* endpoint - the door: what an endpoint declares, and all that stands before
 * its handler.  For every request, in this order: path (404), a browser's
 * preflight (204), method (405), HTTPS (403), guard (400, 401, 403, 503), body
 * (400, 413, 415), and only then the handler. */
#ifndef ENDPOINT_H
#define ENDPOINT_H

#include "auth.h"
#include "form.h"
#include "http.h"
#include "json.h"
#include "reply.h"

#define ENDPOINT_METHODS	6
#define ENDPOINT_MEMBERS	7
#define ENDPOINT_REFUSALS	3

/* One request on its way through an endpoint.  All of it is lent to the
 * handler for the length of the call. */
struct call {
	struct http_req		*req;
	struct store		*store;	/* as the endpoint declared it */
	const struct config	*config;
	const char		*id;	/* the {id} of the path, or NULL */
	const cJSON		*in;	/* of methods that declare members */
	int64_t			 now;
	struct principal	 who;	/* of guarded methods */
};

/* Note in the audit log that the caller did something; token, the public id of
 * what it was done to, may be NULL. */
void	call_audit(const struct call *call, const char *event,
    const char *token);

/* A member of a JSON body, or a field of a form. */
struct member {
	const char	*name;
	const char	*like;	/* an example, as gives below: its type too */
	const char	*says;	/* what it may be, in a few words */
	int		 optional;
};

/* The last fields of each form that a client sends. */
#define CLIENT_FIELDS							\
	{ "client_id", "'machine'", "the client, unless by Basic", 1 },	\
	{ "client_secret", "'pst_cs_...'", "a confidential one's", 1 }

struct method {
	enum http_method	 method;
	const char		*scope;	/* a scope, SCOPE_ANY, SCOPE_PUBLIC */
	void			(*handle)(struct call *call);
	const char		*says;	/* what it does, in a few words */
	/* The body must be a JSON object that has no members but these; or,
	 * with form, the handler reads them as a form of a client's. */
	struct member		 members[ENDPOINT_MEMBERS + 1];
	int			 form;
	/* For the API's own description: what it answers when all is well (0
	 * is 200), an example of the body, and what else than the door and the
	 * guard it refuses with.  The example is JSON with ' for ", and names
	 * that end in ? are not always there; NULL is no body. */
	int			 status;
	const char		*gives;
	int			 refuses[ENDPOINT_REFUSALS];
};

/* What each file in endpoints/ defines, under the name endpoint.  A program
 * whose endpoint names a method without scope, handler or says does not
 * start: being public must be said out loud.  HEAD comes with GET. */
struct endpoint {
	const char	*path;		/* a well-known one has our mount point
					 * behind it too (RFC 8414, 3.1) */
	enum store_mode	 store;		/* beyond what the guard needs */
	struct method	 methods[ENDPOINT_METHODS];
	struct method	 id_methods[ENDPOINT_METHODS];	/* path/{id} */
	const char	*id_name;	/* what {id} is called; NULL: id */
	/* Instead of methods: an authorizer, which every path and method comes
	 * to, and which asks the guard itself.  Preflights come to it too. */
	void		(*judge)(struct call *call);
};

extern const struct endpoint endpoint;

#endif
