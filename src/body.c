/* body - a request's body, whole and in the type that was asked for. */
#include <string.h>
#include <strings.h>

#include "body.h"
#include "text.h"

static const struct {
	const char *name, *refusal;
} types[] = {
	[BODY_NONE] = { NULL, "No body is read here" },
	[BODY_FORM] = { "application/x-www-form-urlencoded",
	    "The Content-Type must be application/x-www-form-urlencoded,"
	    " in UTF-8" },
	[BODY_JSON] = { "application/json",
	    "The Content-Type must be application/json, in UTF-8" },
};

int
body_refuse(struct body_error *error, int status, const char *text)
{
	error->status = status;
	error->text = text;
	return -1;
}

/* The length of the token (RFC 9110, 5.6.2) that starts at p. */
static size_t
token_length(const char *p)
{
	return strspn(p, "!#$%&'*+-.^_`|~0123456789"
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");
}

/* Read one ";name=value"; returns what follows, or NULL when it is malformed
 * or names a charset other than UTF-8. */
static const char *
read_parameter(const char *p)
{
	const char *name = p + 1 + strspn(p + 1, " \t");
	size_t name_length = token_length(name), length;
	const char *value = name + name_length + 1;
	int quoted;

	if (name_length == 0 || name[name_length] != '=')
		return NULL;
	quoted = *value == '"';
	value += quoted;
	length = token_length(value);
	if (length == 0 || (quoted && value[length] != '"'))
		return NULL;
	if (name_length == 7 && strncasecmp(name, "charset", 7) == 0 &&
	    (length != 5 || strncasecmp(value, "utf-8", 5) != 0))
		return NULL;
	p = value + length + quoted;
	return p + strspn(p, " \t");
}

int
body_type_ok(const char *value, enum body_type type)
{
	const char *name = types[type].name, *p;

	if (name == NULL || value == NULL || strlen(value) > 200 ||
	    strncasecmp(value, name, strlen(name)) != 0)
		return 0;
	p = value + strlen(name);
	p += strspn(p, " \t");
	while (p != NULL && *p == ';')
		p = read_parameter(p);
	return p != NULL && *p == '\0';
}

int
body_read(struct http_req *req, enum body_type type, char *body, size_t size,
    size_t *length, struct body_error *error)
{
	const char *coding = http_var(req, "HTTP_CONTENT_ENCODING");

	*length = 0;
	if (coding != NULL && coding[0] != '\0' &&
	    !text_equal_nocase(coding, "identity"))
		return body_refuse(error, 415,
		    "Content-Encoding is not supported");
	if (!body_type_ok(http_var(req, "CONTENT_TYPE"), type))
		return body_refuse(error, 400, types[type].refusal);
	switch (http_body(req, body, size, length)) {
	case HTTP_BODY_OK:
		return 0;
	case HTTP_BODY_TOO_LARGE:
		return body_refuse(error, 413, "The body is too large");
	case HTTP_BODY_BROKEN:
		break;
	}
	return body_refuse(error, 400, "The body is not as long as announced");
}
