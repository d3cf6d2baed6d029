/* form_test - the form's parser. */
#include "form.h"
#include "tap.h"

static struct form form;

static int
parse(const char *body, size_t length)
{
	struct body_error error = { 0, NULL };
	int rc;

	memcpy(form.body, body, length);
	rc = form_parse(&form, length, &error);
	return rc == 0 ? 0 : error.status;
}

static const struct { const char *body; int status; const char *a; } bodies[] = {
	{ "", 0, NULL }, { "&", 0, NULL }, { "a=1", 0, "1" },
	{ "b=2&a=1", 0, "1" }, { "a=1&", 0, "1" }, { "&&a=1&&", 0, "1" },
	{ "a", 0, NULL }, { "a=", 0, NULL }, { "a=1=2", 0, "1=2" },
	{ "a=+x+", 0, " x " }, { "a=%2B", 0, "+" }, { "a=%2525", 0, "%25" },
	{ "%61=1", 0, "1" }, { "a=%C3%A4", 0, "\xc3\xa4" },
	{ "a=\xc3\xa4", 0, "\xc3\xa4" }, { "A=1", 0, NULL },
	{ "a=%26%3D", 0, "&=" }, { "a=;b=2", 0, ";b=2" },
	{ "a=1&a=1", 400, NULL }, { "a=1&%61=2", 400, NULL },
	{ "=1", 400, NULL }, { "=", 400, NULL }, { "a=%", 400, NULL },
	{ "a=%1", 400, NULL }, { "a=%g1", 400, NULL }, { "a=%1g", 400, NULL },
	{ "a=%00", 400, NULL }, { "a=%0a", 400, NULL }, { "a=\n", 400, NULL },
	{ "a=%ff", 400, NULL }, { "a=%c3", 400, NULL }, { "%c3=%a4", 400, NULL },
	{ "a=%%41", 400, NULL },
};

int
main(void)
{
	char many[FORM_FIELDS * 8 + 16] = "";
	size_t i;

	for (i = 0; i < sizeof bodies / sizeof bodies[0]; i++) {
		const char *a;

		is(parse(bodies[i].body, strlen(bodies[i].body)),
		    bodies[i].status, bodies[i].body);
		if (bodies[i].status != 0)
			continue;
		a = form_get(&form, "a");
		ok((a == NULL) == (bodies[i].a == NULL) &&
		    (a == NULL || strcmp(a, bodies[i].a) == 0), "... a");
	}
	is(parse("a=1\0b", 5), 400, "a NUL");
	for (i = 0; i < FORM_FIELDS; i++)
		snprintf(many + strlen(many), 8, "p%zu=&", i);
	is(parse(many, strlen(many)), 0, "as many fields as fit");
	strcat(many, "q=");
	is(parse(many, strlen(many)), 400, "one more");
	parse("password=x", 10);
	form_wipe(&form);
	is(form.body[9], 0, "wiped");
	ok(form_get(&form, "password") == NULL, "and gone");
	return tap_done();
}
