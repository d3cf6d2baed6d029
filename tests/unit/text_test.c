/* text_test - UTF-8, numbers, scopes. */
#include "scope.h"
#include "tap.h"
#include "text.h"

static const struct { const char *text; int clean; } utf8[] = {
	{ "", 1 }, { "plain", 1 }, { "\xc3\xa4", 1 }, { "\xe6\x97\xa5", 1 },
	{ "\xf0\x9f\x98\x80", 1 }, { "\xf4\x8f\xbf\xbf", 1 },
	{ "\xed\x9f\xbf", 1 }, { "\xee\x80\x80", 1 }, { "\xc2\x80", 1 },
	{ "\xc0\x80", 0 }, { "\xc1\xbf", 0 }, { "\xc0\xaf", 0 },
	{ "\xe0\x80\x80", 0 }, { "\xe0\x9f\xbf", 0 }, { "\xed\xa0\x80", 0 },
	{ "\xed\xbf\xbf", 0 }, { "\xf0\x80\x80\x80", 0 },
	{ "\xf0\x8f\xbf\xbf", 0 }, { "\xf4\x90\x80\x80", 0 },
	{ "\xf5\x80\x80\x80", 0 }, { "\xff", 0 }, { "\x80", 0 }, { "\xc3", 0 },
	{ "\xe6\x97", 0 }, { "\xf0\x9f\x98", 0 }, { "\xc3(", 0 },
	{ "a\nb", 0 }, { "a\tb", 0 }, { "\x01", 0 }, { "\x7f", 0 },
};

static const struct { const char *text; long long max; int rc;
    long long value; } numbers[] = {
	{ "0", 10, 0, 0 }, { "10", 10, 0, 10 }, { "11", 10, -1, 0 },
	{ "007", 10, 0, 7 }, { "", 10, -1, 0 }, { "-1", 10, -1, 0 },
	{ "+1", 10, -1, 0 }, { " 1", 10, -1, 0 }, { "1 ", 10, -1, 0 },
	{ "0x1", 10, -1, 0 }, { "1e1", 100, -1, 0 },
	{ "9223372036854775807", INT64_MAX, 0, INT64_MAX },
	{ "9223372036854775808", INT64_MAX, -1, 0 },
	{ "99999999999999999999", INT64_MAX, -1, 0 }, { "9", 5, -1, 0 },
};

static const struct { const char *list; int valid; } lists[] = {
	{ "", 1 }, { "me", 1 }, { "me items", 1 }, { "a b c d", 1 },
	{ "items:write", 1 }, { "!#[]~", 1 }, { " me", 0 }, { "me ", 0 },
	{ "me  items", 0 }, { "me me", 0 }, { "a b a", 0 }, { "m\"e", 0 },
	{ "m\\e", 0 }, { "m\te", 0 }, { "m\xc3\xa4", 0 }, { " ", 0 },
	{ "me mee", 1 }, { "mee me", 1 }, { "\x7f", 0 },
};

static const struct { const char *list, *left; } without[] = {
	{ "", "" }, { "keys", "" }, { "me", "me" }, { "keys me", "me" },
	{ "me keys", "me" }, { "me keys items", "me items" },
	{ "keysx xkeys key", "keysx xkeys key" }, { "a b c", "a b c" },
};

static const struct { const char *asked, *allowed; int within;
    const char *common; } pairs[] = {
	{ "", "", 1, "" }, { "", "me", 1, "" }, { "me", "", 0, "" },
	{ "me", "me", 1, "me" }, { "me", "mee", 0, "" },
	{ "mee", "me", 0, "" }, { "me items", "items me", 1, "me items" },
	{ "me admin", "me items", 0, "me" }, { "a b c", "c a", 0, "a c" },
	{ "items:write", "items", 0, "" }, { "items", "items:write", 0, "" },
};

int
main(void)
{
	char out[SCOPE_MAX + 1], longest[SCOPE_MAX + 2], small[4];
	const char *rest;
	int64_t value;
	size_t i;

#define EACH(table)	for (i = 0; i < sizeof table / sizeof table[0]; i++)
	EACH(utf8)
		is(text_is_clean(utf8[i].text), utf8[i].clean, "utf8");
	EACH(numbers) {
		value = 0;
		is(text_number(numbers[i].text, numbers[i].max, &value),
		    numbers[i].rc, numbers[i].text);
		is(value, numbers[i].value, "... its value");
	}
	EACH(lists)
		is(scope_valid(lists[i].list), lists[i].valid, "list");
	EACH(pairs) {
		is(scope_within(pairs[i].asked, pairs[i].allowed),
		    pairs[i].within, "within");
		scope_common(pairs[i].asked, pairs[i].allowed, out);
		is_text(out, pairs[i].common, "common");
	}
	memset(longest, 'a', SCOPE_MAX);
	longest[SCOPE_MAX] = '\0';
	ok(scope_valid(longest), "the longest list");
	strcat(longest, "a");
	ok(!scope_valid(longest), "a longer one");
	ok(!scope_within(longest, "a"), "... is within nothing");
	scope_common(longest, longest, out);
	is_text(out, "", "... and has nothing in common");
	EACH(without) {
		strcpy(out, without[i].list);
		scope_remove(out, "keys");
		is_text(out, without[i].left, "without keys");
	}
	rest = scope_next("me items", out);
	is_text(out, "me", "first");
	rest = scope_next(rest, out);
	is_text(out, "items", "second");
	ok(scope_next(rest, out) == NULL, "end");
	is(text_length("\xc3\xa4\xe6\x97\xa5x"), 3u, "three characters");
	is(text_copy(small, sizeof small, "abc"), 0, "fits");
	is(text_copy(small, sizeof small, "abcd"), -1, "does not fit");
	is_text(small, "", "... and nothing is cut");
	is(text_hex('f'), 15, "f");
	is(text_hex('G'), -1, "G");
	return tap_done();
}
