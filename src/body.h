/* body - a request's body, whole and in the type that was asked for. */
#ifndef BODY_H
#define BODY_H

#include <stddef.h>

#include "http.h"

#define BODY_MAX	16384		/* bytes of a body at most */

/* The media types that we read. */
enum body_type {
	BODY_NONE,			/* accepts nothing */
	BODY_FORM,			/* application/x-www-form-urlencoded */
	BODY_JSON			/* application/json */
};

/* Why a body was refused, with the status that says so. */
struct body_error {
	int		 status;
	const char	*text;
};

/* Read the request's body into body of size bytes, and end it with a NUL.
 * Refused are a Content-Encoding (415), another or no media type (400), a body
 * that does not fit into size - 1 (413) and one that is not as long as
 * announced (400).  Returns 0, or -1 and fills error. */
int	body_read(struct http_req *req, enum body_type type, char *body,
    size_t size, size_t *length, struct body_error *error);

/* Is value a Content-Type that says type, in UTF-8 or without a charset?
 * NULL is not.  Parameters other than charset say nothing to us. */
int	body_type_ok(const char *value, enum body_type type);

/* Fill error.  Returns -1, for return body_refuse(...). */
int	body_refuse(struct body_error *error, int status, const char *text);

#endif
