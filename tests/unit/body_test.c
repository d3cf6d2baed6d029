/* body_test - the media types of bodies. */
#include "body.h"
#include "tap.h"

static const struct {
	const char *value;
	enum body_type type;
	int good;
} types[] = {
#define FORM	"application/x-www-form-urlencoded"
#define JSON	"application/json"
	{ NULL, BODY_FORM, 0 }, { "", BODY_FORM, 0 },
	{ FORM, BODY_FORM, 1 }, { FORM ";charset=utf-8", BODY_FORM, 1 },
	{ FORM "; charset=UTF-8", BODY_FORM, 1 },
	{ FORM " ; charset=\"utf-8\"", BODY_FORM, 1 },
	{ FORM "; a=b; charset=utf-8", BODY_FORM, 1 },
	{ FORM "; charset=utf-16", BODY_FORM, 0 },
	{ FORM "; charset=\"utf-8", BODY_FORM, 0 },
	{ FORM "; charset=", BODY_FORM, 0 }, { FORM "; charset", BODY_FORM, 0 },
	{ FORM ";", BODY_FORM, 0 }, { FORM "; ", BODY_FORM, 0 },
	{ FORM "x", BODY_FORM, 0 }, { FORM ", text/plain", BODY_FORM, 0 },
	{ "text/plain", BODY_FORM, 0 }, { "application/x-www", BODY_FORM, 0 },
	{ FORM "; a=b, c/d", BODY_FORM, 0 },
	{ FORM "; charset=utf-8 x", BODY_FORM, 0 },
	{ FORM "; charset=utf-8; charset=x", BODY_FORM, 0 },
	{ NULL, BODY_JSON, 0 }, { "", BODY_JSON, 0 },
	{ JSON, BODY_JSON, 1 }, { "Application/JSON", BODY_JSON, 1 },
	{ JSON ";charset=UTF-8", BODY_JSON, 1 },
	{ JSON "; charset=utf-16", BODY_JSON, 0 },
	{ JSON "; charset=latin1", BODY_JSON, 0 },
	{ JSON "x", BODY_JSON, 0 }, { JSON "-seq", BODY_JSON, 0 },
	{ JSON ", " JSON, BODY_JSON, 0 }, { " " JSON, BODY_JSON, 0 },
	{ "text/json", BODY_JSON, 0 }, { "application/problem+json", BODY_JSON, 0 },
	{ "\xff", BODY_JSON, 0 }, { FORM, BODY_JSON, 0 }, { JSON, BODY_FORM, 0 },
	{ NULL, BODY_NONE, 0 }, { "", BODY_NONE, 0 }, { JSON, BODY_NONE, 0 },
};

int
main(void)
{
	struct body_error error = { 0, NULL };
	size_t i;

	for (i = 0; i < sizeof types / sizeof types[0]; i++)
		is(body_type_ok(types[i].value, types[i].type), types[i].good,
		    types[i].value != NULL ? types[i].value : "(none)");
	is(body_refuse(&error, 413, "x"), -1, "a refusal");
	is(error.status, 413, "... with its status");
	is_text(error.text, "x", "... and its text");
	return tap_done();
}
