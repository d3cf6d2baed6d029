/* form - questions: a request body as checked fields. */
#include <string.h>
#include <strings.h>

#include "crypto.h"
#include "form.h"
#include "text.h"

static int
refuse(struct form_error *error, int status, const char *text)
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
form_type_ok(const char *value)
{
	static const char type[] = "application/x-www-form-urlencoded";
	const char *p;

	if (value == NULL || strlen(value) > 200 ||
	    strncasecmp(value, type, sizeof type - 1) != 0)
		return 0;
	p = value + sizeof type - 1;
	p += strspn(p, " \t");
	while (p != NULL && *p == ';')
		p = read_parameter(p);
	return p != NULL && *p == '\0';
}

/* Decode text in place.  Returns 0, or -1 for a bad %XX, for a NUL or another
 * control character, and for what is not UTF-8 afterwards. */
static int
decode(char *text)
{
	char *in, *out = text;
	int high, low;

	for (in = text; *in != '\0'; in++) {
		if (*in == '+') {
			*out++ = ' ';
			continue;
		}
		if (*in != '%') {
			*out++ = *in;
			continue;
		}
		if ((high = text_hex(in[1])) < 0 || (low = text_hex(in[2])) < 0)
			return -1;
		*out = (char)(high << 4 | low);
		if (*out++ == '\0')
			return -1;
		in += 2;
	}
	*out = '\0';
	return text_is_clean(text) ? 0 : -1;
}

/* Take one "name=value" of the body into the next field. */
static int
take_field(struct form *form, char *text, struct form_error *error)
{
	char *value = strchr(text, '=');
	size_t i;

	if (value != NULL)
		*value++ = '\0';
	else
		value = text + strlen(text);
	if (decode(text) != 0 || decode(value) != 0)
		return refuse(error, 400, "The form holds bad percent-encoding,"
		    " a control character or bytes that are not UTF-8");
	if (text[0] == '\0' || strlen(text) > FORM_NAME)
		return refuse(error, 400,
		    "A parameter's name is missing or too long");
	for (i = 0; i < form->count; i++)
		if (strcmp(form->field[i].name, text) == 0)
			return refuse(error, 400, "A parameter is repeated");
	if (form->count == FORM_FIELDS)
		return refuse(error, 400, "There are too many parameters");
	form->field[form->count].name = text;
	form->field[form->count++].value = value;
	return 0;
}

int
form_parse(struct form *form, size_t length, struct form_error *error)
{
	char *text = form->body, *end;

	form->count = 0;
	form->body[length] = '\0';
	if (strlen(form->body) != length)
		return refuse(error, 400, "The form holds a NUL");
	for (; text != NULL; text = end) {
		end = strchr(text, '&');
		if (end != NULL)
			*end++ = '\0';
		if (*text != '\0' && take_field(form, text, error) != 0)
			return -1;
	}
	return 0;
}

int
form_read(struct http_req *req, struct form *form, struct form_error *error)
{
	const char *coding = http_var(req, "HTTP_CONTENT_ENCODING");
	size_t length = 0;

	form->count = 0;
	if (coding != NULL && coding[0] != '\0' &&
	    !text_equal_nocase(coding, "identity"))
		return refuse(error, 415, "Content-Encoding is not supported");
	if (!form_type_ok(http_var(req, "CONTENT_TYPE")))
		return refuse(error, 400, "The Content-Type must be "
		    "application/x-www-form-urlencoded, in UTF-8");
	switch (http_body(req, form->body, sizeof form->body, &length)) {
	case HTTP_BODY_OK:
		return form_parse(form, length, error);
	case HTTP_BODY_TOO_LARGE:
		return refuse(error, 413, "The body is larger than 16 KiB");
	case HTTP_BODY_BROKEN:
		break;
	}
	return refuse(error, 400, "The body is not as long as announced");
}

const char *
form_get(const struct form *form, const char *name)
{
	size_t i;

	for (i = 0; i < form->count; i++)
		if (strcmp(form->field[i].name, name) == 0)
			return form->field[i].value[0] != '\0' ?
			    form->field[i].value : NULL;
	return NULL;
}

void
form_wipe(struct form *form)
{
	crypto_wipe(form->body, sizeof form->body);
	form->count = 0;
}
