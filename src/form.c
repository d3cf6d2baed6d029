/* form - questions: a request body as checked fields. */
#include <string.h>

#include "crypto.h"
#include "form.h"
#include "text.h"

int
form_decode(char *text)
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
take_field(struct form *form, char *text, struct body_error *error)
{
	char *value = strchr(text, '=');
	size_t i;

	if (value != NULL)
		*value++ = '\0';
	else
		value = text + strlen(text);
	if (form_decode(text) != 0 || form_decode(value) != 0)
		return body_refuse(error, 400,
		    "The form holds bad percent-encoding, a control character"
		    " or bytes that are not UTF-8");
	if (text[0] == '\0' || strlen(text) > FORM_NAME)
		return body_refuse(error, 400,
		    "A parameter's name is missing or too long");
	for (i = 0; i < form->count; i++)
		if (strcmp(form->field[i].name, text) == 0)
			return body_refuse(error, 400,
			    "A parameter is repeated");
	if (form->count == FORM_FIELDS)
		return body_refuse(error, 400, "There are too many parameters");
	form->field[form->count].name = text;
	form->field[form->count++].value = value;
	return 0;
}

int
form_parse(struct form *form, size_t length, struct body_error *error)
{
	char *text = form->body, *end;

	form->count = 0;
	form->body[length] = '\0';
	if (strlen(form->body) != length)
		return body_refuse(error, 400, "The form holds a NUL");
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
form_read(struct http_req *req, struct form *form, struct body_error *error)
{
	size_t length;

	form->count = 0;
	if (body_read(req, BODY_FORM, form->body, sizeof form->body, &length,
	    error) != 0)
		return -1;
	return form_parse(form, length, error);
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
