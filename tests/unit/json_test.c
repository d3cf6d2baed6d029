/* json_test - what JSON is let in, and what the accessors make of it. */
#include "json.h"
#include "json_scan.h"
#include "tap.h"

static const char *const good[] = {
	"{}", " {} ", "\t\r\n{\t\r\n}\t\r\n", "{\"a\":1}", "{ \"a\" : 1 }",
	"{\"a\":1,\"b\":2}", "{\"a\":[]}", "{\"a\":[1,2]}", "{\"a\":[[],{}]}",
	"{\"a\":true,\"b\":false,\"c\":null}", "{\"\":\"\"}",
	"{\"a\":0}", "{\"a\":-0}", "{\"a\":-1}", "{\"a\":10}", "{\"a\":0.5}",
	"{\"a\":1e5}", "{\"a\":1E+5}", "{\"a\":1e-5}", "{\"a\":-0.0e-0}",
	"{\"a\":1.7976931348623157e308}", "{\"a\":1e-999}",
	"{\"a\":9007199254740993}",
	"{\"a\":\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u0001\\u00e4\\uFFFF\"}",
	"{\"a\":\"\\ud83d\\ude00\"}", "{\"a\":\"\\uDBFF\\uDFFF\"}",
	"{\"a\":\"\xc3\xa4\xf0\x9f\x98\x80\xed\x9f\xbf\xee\x80\x80\"}",
	"{\"a\":\"\x7f\"}", "{\"\xc3\xa4\":1}", "{\"a\":\"/*\"}",
	"{\"a\":1,\"A\":2}", "{\"a\":{\"a\":1}}", "{\"__proto__\":{}}",
	"{\"a\":[{\"a\":1},{\"a\":1}]}", "{\"a\":\"a\",\"aa\":1,\"\":2}",
};

static const char *const bad[] = {
	/* Not one object. */
	"", " ", "1", "-1", "null", "true", "[]", "[{}]", "\"x\"", "{}x",
	"{} {}", "{},", "{}{", "{}]", "x{}", "\xef\xbb\xbf{}", "{}\xef\xbb\xbf",
	"\xfe\xff{}", "\x0b{}", "\x0c{}", "{}\x1a", "\xc2\xa0{}", "{}//x",
	"/**/{}", "{", "}", "{\"a\"", "{\"a\":", "{\"a\":1", "{\"a\":1,",
	/* Commas, colons, names. */
	"{,}", "{\"a\":1,}", "{,\"a\":1}", "{\"a\":1,,\"b\":2}",
	"{\"a\" 1}", "{\"a\"::1}", "{\"a\",1}", "{\"a\"=1}", "{\"a\":1 \"b\":2}",
	"{\"a\"}", "{\"a\":}", "{:1}", "{a:1}", "{'a':1}", "{1:1}", "{null:1}",
	"{\"a\":1;\"b\":2}", "{\"a\":1]", "{\"a\":[1}", "{\"a\":[1,]}",
	"{\"a\":[,1]}", "{\"a\":[,]}", "{\"a\":[1 2]}", "{\"a\":[1,,2]}",
	"{\"a\":[1:2]}", "{\"a\":[\"b\":1]}", "{{}}", "{[]}", "{\"a\":'b'}",
	"{\"a\":/**/1}", "{\"a\":1}/", "{\"a\":\v1}",
	/* Words. */
	"{\"a\":True}", "{\"a\":tru}", "{\"a\":truex}", "{\"a\":nul}",
	"{\"a\":NULL}", "{\"a\":nulll}", "{\"a\":falsey}", "{\"a\":undefined}",
	"{\"a\":NaN}", "{\"a\":nan}", "{\"a\":Infinity}", "{\"a\":-inf}",
	/* Numbers. */
	"{\"a\":007}", "{\"a\":00}", "{\"a\":01}", "{\"a\":-01}", "{\"a\":5.}",
	"{\"a\":.5}", "{\"a\":-.5}", "{\"a\":+1}", "{\"a\":-}", "{\"a\":--1}",
	"{\"a\":- 1}", "{\"a\":1e}", "{\"a\":1e+}", "{\"a\":1e1.5}",
	"{\"a\":1.e5}", "{\"a\":e5}", "{\"a\":0x10}", "{\"a\":0b1}",
	"{\"a\":1_000}", "{\"a\":1,5}", "{\"a\":1.2.3}", "{\"a\":1e999}",
	"{\"a\":-1e999}", "{\"a\":1.8e308}", "{\"a\":1d}", "{\"a\":1f}",
	"{\"a\":\xd9\xa1}",
	/* Strings. */
	"{\"a\":\"", "{\"a\":\"b}", "{\"a\":\"\\\"}", "{\"a\":\"\\", "{\"a",
	"{\"a\":\"\n\"}", "{\"a\":\"\t\"}", "{\"a\":\"\x01\"}",
	"{\"a\":\"\x1f\"}", "{\"a\nb\":1}", "{\"a\":\"\\x41\"}",
	"{\"a\":\"\\'\"}", "{\"a\":\"\\a\"}", "{\"a\":\"\\v\"}",
	"{\"a\":\"\\0\"}", "{\"a\":\"\\U0041\"}", "{\"a\":\"\\\n\"}",
	"{\"a\":\"\\N\"}", "{\"a\":\"\\\xc3\xa4\"}", "{\"a\":\"b\"\"c\"}",
	/* Escaped code units. */
	"{\"a\":\"\\u0000\"}", "{\"a\":\"x\\u0000y\"}", "{\"\\u0000\":1}",
	"{\"a\":\"\\u\"}", "{\"a\":\"\\u1\"}", "{\"a\":\"\\u12\"}",
	"{\"a\":\"\\u123\"}", "{\"a\":\"\\u12g4\"}", "{\"a\":\"\\u+123\"}",
	"{\"a\":\"\\u 123\"}", "{\"a\":\"\\u", "{\"a\":\"\\u123",
	"{\"a\":\"\\ud800\"}", "{\"a\":\"\\udc00\"}", "{\"a\":\"\\ud800x\"}",
	"{\"a\":\"\\ud800\\n\"}", "{\"a\":\"\\ud800\\u0041\"}",
	"{\"a\":\"\\ud800\\ud800\"}", "{\"a\":\"\\udc00\\ud800\"}",
	"{\"a\":\"\\ud800\\u\"}", "{\"a\":\"\\ud800\\udc0\"}",
	"{\"a\":\"\\ud800\\", "{\"a\":\"\\ud800", "{\"\\ud800\":1}",
	"{\"a\":\"\\ud83d\xed\xb8\x80\"}", "{\"a\":\"\\ud800\\xdc00\"}",
	/* Bytes that are not UTF-8. */
	"{\"a\":\"\xff\"}", "{\"a\":\"\xc3\"}", "{\"a\":\"\x80\"}",
	"{\"a\":\"\xc0\x80\"}", "{\"a\":\"\xc1\xbf\"}",
	"{\"a\":\"\xe0\x80\xaf\"}", "{\"a\":\"\xed\xa0\x80\"}",
	"{\"a\":\"\xf0\x80\x80\xaf\"}", "{\"a\":\"\xf4\x90\x80\x80\"}",
	"{\"a\":\"\xf5\x80\x80\x80\"}", "{\"a\":\"\xe2\x82\"}",
	"{\"\xff\":1}", "{\"a\":\xff}", "{\xff}", "{\"a\":\"\xf0\x9f\x98",
	/* A member twice. */
	"{\"a\":1,\"a\":1}", "{\"a\":1,\"b\":2,\"a\":3}",
	"{\"a\":1,\"\\u0061\":2}", "{\"\\u00e4\":1,\"\xc3\xa4\":2}",
	"{\"/\":1,\"\\/\":2}", "{\"\":1,\"\":2}", "{\"a\":null,\"a\":null}",
	"{\"b\":{\"a\":1,\"a\":2}}", "{\"b\":[1,[{\"a\":1,\"a\":2}]]}",
	"{\"\\ud83d\\ude00\":1,\"\xf0\x9f\x98\x80\":2}",
};

static char text[65536];

/* Append count times part to text. */
static void
add(const char *part, int count)
{
	while (count-- > 0)
		strcat(text, part);
}

static void
begin(const char *part)
{
	text[0] = '\0';
	add(part, 1);
}

static int
accepts(const char *json, size_t length)
{
	const char *wrong = NULL;
	cJSON *tree = json_parse(json, length, &wrong);

	cJSON_Delete(tree);
	return tree != NULL ? 1 : wrong != NULL ? 0 : -1;
}

static void
test_limits(void)
{
	static const char nul[] = "{\"a\":\"x\0y\"}", behind[] = "{}\0";
	int depth, i;

	is(accepts(nul, sizeof nul - 1), 0, "a NUL in a string");
	is(accepts(behind, sizeof behind - 1), 0, "a NUL behind the end");
	is(accepts("\0{}", 3), 0, "a NUL before the beginning");
	for (depth = JSON_DEPTH; depth <= JSON_DEPTH + 1; depth++) {
		begin("{\"a\":");
		add("[", depth - 1);
		add("]", depth - 1);
		add("}", 1);
		is(accepts(text, strlen(text)), depth == JSON_DEPTH, "arrays");
		begin("");
		add("{\"a\":", depth - 1);
		add("{}", 1);
		add("}", depth - 1);
		is(accepts(text, strlen(text)), depth == JSON_DEPTH, "objects");
	}
	begin("{\"a\":[");
	add("[[[]]],", 100);
	add("{}]}", 1);
	is(accepts(text, strlen(text)), 1, "much side by side is not deep");
	begin("{\"a\":");
	add("[", 20000);
	is(accepts(text, strlen(text)), 0, "20000 brackets");
	begin("");
	add("{\"a\":", 10000);
	is(accepts(text, strlen(text)), 0, "10000 braces");
	for (i = JSON_MEMBERS; i <= JSON_MEMBERS + 1; i++) {
		begin("{");
		for (depth = 0; depth < i; depth++)
			sprintf(text + strlen(text), "%s\"k%d\":%d",
			    depth > 0 ? "," : "", depth, depth);
		add("}", 1);
		is(accepts(text, strlen(text)), i == JSON_MEMBERS, "members");
	}
	for (i = JSON_NUMBER; i <= JSON_NUMBER + 1; i++) {
		begin("{\"a\":");
		add("1", i);
		add("}", 1);
		is(accepts(text, strlen(text)), i == JSON_NUMBER, "digits");
		begin("{\"a\":0.");
		add("0", i - 4);
		add("e5}", 1);
		is(accepts(text, strlen(text)), i == JSON_NUMBER, "an exponent");
	}
	begin("{\"a\":");
	add("9", 400);
	add("}", 1);
	is(accepts(text, strlen(text)), 0, "400 digits");
}

static const struct { const char *value; enum json_rc rc; } numbers[] = {
	{ "1", JSON_OK }, { "1.0", JSON_OK }, { "1e0", JSON_OK },
	{ "10e-1", JSON_OK }, { "-5", JSON_OK }, { "100", JSON_OK },
	{ "0", JSON_OK }, { "101", JSON_BAD }, { "-6", JSON_BAD },
	{ "1.5", JSON_BAD }, { "-0", JSON_BAD }, { "-0.0", JSON_BAD },
	{ "1e300", JSON_BAD }, { "-1e300", JSON_BAD }, { "null", JSON_BAD },
	{ "true", JSON_BAD }, { "false", JSON_BAD }, { "\"1\"", JSON_BAD },
	{ "[1]", JSON_BAD }, { "[]", JSON_BAD }, { "{}", JSON_BAD },
	{ "4294967297", JSON_BAD },
};

static const struct { const char *value; enum json_rc rc; } wide[] = {
	{ "9007199254740991", JSON_OK }, { "-9007199254740991", JSON_OK },
	{ "9007199254740992", JSON_BAD }, { "9007199254740993", JSON_BAD },
	{ "-9007199254740992", JSON_BAD }, { "9223372036854775807", JSON_BAD },
	{ "-9223372036854775808", JSON_BAD }, { "4294967297", JSON_OK },
};

/* The number behind a, or what is not one. */
static enum json_rc
number(const char *value, int64_t min, int64_t max, int64_t *out)
{
	const char *wrong;
	enum json_rc rc;
	cJSON *tree;

	begin("{\"a\":");
	add(value, 1);
	add("}", 1);
	tree = json_parse(text, strlen(text), &wrong);
	rc = json_number(tree, "a", min, max, out);
	cJSON_Delete(tree);
	return rc;
}

static void
test_numbers(void)
{
	int64_t value;
	size_t i;

	for (i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
		value = 77;
		is(number(numbers[i].value, -5, 100, &value), numbers[i].rc,
		    numbers[i].value);
		is(value != 77, numbers[i].rc == JSON_OK, "... set or left");
	}
	for (i = 0; i < sizeof wide / sizeof wide[0]; i++)
		is(number(wide[i].value, INT64_MIN, INT64_MAX, &value),
		    wide[i].rc, wide[i].value);
	is(number("-5", -5, 100, &value), JSON_OK, "the lowest");
	is(value, -5, "... is itself");
	is(number("9007199254740991", 0, INT64_MAX, &value), JSON_OK, "large");
	is(value, INT64_C(9007199254740991), "... and exact");
}

static void
test_members(void)
{
	static const char json[] = "{\"s\":\"t\",\"S\":\"T\",\"n\":1,"
	    "\"z\":null,\"b\":true,\"l\":[\"t\"],\"o\":{\"s\":\"t\"},\"e\":\"\"}";
	static const char *const all[] = { "e", "s", "S", "n", "z", "b", "l",
		"o", "more", NULL };
	static const char *const no_case[] = { "e", "s", "n", "z", "b", "l",
		"o", NULL };
	static const char *const none[] = { NULL };
	const char *wrong, *found = "";
	cJSON *tree = json_parse(json, sizeof json - 1, &wrong), *empty;
	int64_t value;

	is(json_string(tree, "s", 1, 1, &found), JSON_OK, "a text");
	is_text(found, "t", "... is it");
	is(json_string(tree, "s", 0, 0, &found), JSON_BAD, "too long");
	is(json_string(tree, "s", 2, 9, &found), JSON_BAD, "too short");
	is(json_string(tree, "e", 0, 0, &found), JSON_OK, "empty");
	is(json_string(tree, "e", 1, 9, &found), JSON_BAD, "... too short");
	is(json_string(tree, "n", 0, 9, &found), JSON_BAD, "a number");
	is(json_string(tree, "z", 0, 9, &found), JSON_BAD, "null");
	is(json_string(tree, "N", 0, 9, &found), JSON_ABSENT, "no text");
	is(json_number(tree, "x", 0, 9, &value), JSON_ABSENT, "no number");
	is(json_number(tree, "N", 0, 9, &value), JSON_ABSENT, "letter case");
	ok(json_has_only(tree, all), "all are known");
	ok(!json_has_only(tree, no_case), "one is unknown by its case");
	ok(!json_has_only(tree, none), "none is known");
	cJSON_Delete(tree);
	empty = json_parse("{}", 2, &wrong);
	ok(json_has_only(empty, none), "nothing unknown in nothing");
	cJSON_Delete(empty);
	is(json_number(NULL, "n", 0, 9, &value), JSON_ABSENT, "... no number");
	begin("{\"a\":\"\\u00e4\\ud83d\\ude00\\n\"}");
	empty = json_parse(text, strlen(text), &wrong);
	is_text(cJSON_GetStringValue(
	    cJSON_GetObjectItemCaseSensitive(empty, "a")), "\xc3\xa4\xf0\x9f\x98\x80\n", "decoded");
	is(json_string(empty, "a", 1, 9, &found), JSON_BAD, "a control");
	json_forget(empty);
	json_forget(NULL);
}

/* Try each text; its number names it, for it may hold any byte. */
static void
test_texts(const char *const *texts, size_t count, int wanted)
{
	char name[32];
	size_t i;

	for (i = 0; i < count; i++) {
		snprintf(name, sizeof name, "%s[%zu]", wanted ? "good" : "bad",
		    i);
		is(accepts(texts[i], strlen(texts[i])), wanted, name);
	}
}

int
main(void)
{
	json_start();
	test_texts(good, sizeof good / sizeof good[0], 1);
	test_texts(bad, sizeof bad / sizeof bad[0], 0);
	test_limits();
	test_numbers();
	test_members();
	return tap_done();
}
