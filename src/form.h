/* form - questions: a request body as checked fields. */
#ifndef FORM_H
#define FORM_H

#include <stddef.h>

#include "body.h"

#define FORM_FIELDS	64		/* fields of a form at most */
#define FORM_NAME	128		/* bytes of a field's name at most */

struct form {
	size_t	count;
	struct {
		const char *name, *value;
	} field[FORM_FIELDS];
	char	body[BODY_MAX + 1];
};

/* Read the request's body as application/x-www-form-urlencoded.  Refused is
 * what body_read and form_parse refuse.  Returns 0, or -1 and fills error. */
int	form_read(struct http_req *req, struct form *form,
    struct body_error *error);

/* Take apart the first length bytes of form->body.  Percent-encoding is
 * decoded once; bad encoding, control characters, invalid UTF-8, a nameless
 * or repeated field and too many fields are refused.  Returns 0, or -1 and
 * fills error. */
int	form_parse(struct form *form, size_t length, struct body_error *error);

/* Decode one name or value in place, once.  Returns 0, or -1 for a bad %XX, a
 * NUL or another control character, and for what is not UTF-8 afterwards. */
int	form_decode(char *text);

/* The value of a field, or NULL when it is absent or empty (RFC 6749, 3.2
 * treats the two alike).  Lives as long as form. */
const char	*form_get(const struct form *form, const char *name);

/* Forget the body, for it may hold a password. */
void	form_wipe(struct form *form);

#endif
