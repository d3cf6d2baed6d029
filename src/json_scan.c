/* json_scan - is a text JSON, by the letter?  (RFC 8259, and no more.) */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "json_scan.h"
#include "text.h"

/* No byte that we accept is a NUL, so none behind the end is looked at. */
struct scan {
	const char	*at;
	int		 depth;
	const char	*wrong;
};

static int	scan_value(struct scan *scan);

static int
refuse(struct scan *scan, const char *wrong)
{
	scan->wrong = wrong;
	return -1;
}

static int
malformed(struct scan *scan)
{
	return refuse(scan, "The JSON is malformed");
}

static void
skip_space(struct scan *scan)
{
	scan->at += strspn(scan->at, " \t\r\n");
}

/* Skip white space and the byte that must follow it. */
static int
expect(struct scan *scan, char byte)
{
	skip_space(scan);
	if (*scan->at != byte)
		return malformed(scan);
	scan->at++;
	return 0;
}

/* Read \uXXXX.  Returns the code unit, or -1. */
static int
read_unit(struct scan *scan)
{
	int unit = 0, digit, i;

	if (scan->at[0] != '\\' || scan->at[1] != 'u')
		return -1;
	scan->at += 2;
	for (i = 0; i < 4; i++) {
		digit = text_hex(*scan->at);
		if (digit < 0)
			return -1;
		unit = unit << 4 | digit;
		scan->at++;
	}
	return unit;
}

static int
scan_escape(struct scan *scan)
{
	int unit;

	if (scan->at[1] != 'u') {
		if (scan->at[1] == '\0' ||
		    strchr("\"\\/bfnrt", scan->at[1]) == NULL)
			return malformed(scan);
		scan->at += 2;
		return 0;
	}
	unit = read_unit(scan);
	if (unit < 0)
		return malformed(scan);
	if (unit == 0)
		return refuse(scan, "The JSON holds a NUL");
	if (unit < 0xd800 || unit > 0xdfff)
		return 0;
	if (unit <= 0xdbff) {
		unit = read_unit(scan);
		if (unit >= 0xdc00 && unit <= 0xdfff)
			return 0;
	}
	return refuse(scan, "The JSON holds half a surrogate pair");
}

static int
scan_string(struct scan *scan)
{
	size_t size;

	if (expect(scan, '"') != 0)
		return -1;
	while (*scan->at != '"') {
		if (*scan->at == '\\') {
			if (scan_escape(scan) != 0)
				return -1;
			continue;
		}
		size = text_utf8_size(scan->at);
		if (size == 0 || (unsigned char)*scan->at < 0x20)
			return refuse(scan, "A string is not ended, or holds a"
			    " raw control character or bytes that are not"
			    " UTF-8");
		scan->at += size;
	}
	scan->at++;
	return 0;
}

/* Skip digits, one at least. */
static int
scan_digits(struct scan *scan)
{
	size_t count = strspn(scan->at, "0123456789");

	scan->at += count;
	return count > 0 ? 0 : malformed(scan);
}

static int
scan_number(struct scan *scan)
{
	const char *start = scan->at;

	if (*scan->at == '-')
		scan->at++;
	if (*scan->at == '0')
		scan->at++;		/* and no digit behind it */
	else if (scan_digits(scan) != 0)
		return -1;
	if (*scan->at == '.') {
		scan->at++;
		if (scan_digits(scan) != 0)
			return -1;
	}
	if (*scan->at == 'e' || *scan->at == 'E') {
		scan->at++;
		if (*scan->at == '+' || *scan->at == '-')
			scan->at++;
		if (scan_digits(scan) != 0)
			return -1;
	}
	/* cJSON reads no further than this into a number. */
	if (scan->at - start > JSON_NUMBER || !isfinite(strtod(start, NULL)))
		return refuse(scan, "A number is too long or too large");
	return 0;
}

static int
scan_word(struct scan *scan, const char *word)
{
	if (strncmp(scan->at, word, strlen(word)) != 0)
		return malformed(scan);
	scan->at += strlen(word);
	return 0;
}

/* Read the name and the colon of an object's count-th member. */
static int
scan_name(struct scan *scan, size_t count)
{
	if (count > JSON_MEMBERS)
		return refuse(scan, "An object has too many members");
	return scan_string(scan) == 0 ? expect(scan, ':') : -1;
}

/* Read an object or an array, which ends with close. */
static int
scan_container(struct scan *scan, char close)
{
	size_t count = 0;

	if (++scan->depth > JSON_DEPTH)
		return refuse(scan, "The JSON is nested too deeply");
	do {
		scan->at++;		/* the bracket or a comma */
		skip_space(scan);
		if (count == 0 && *scan->at == close)
			break;
		count++;
		if (close == '}' && scan_name(scan, count) != 0)
			return -1;
		if (scan_value(scan) != 0)
			return -1;
		skip_space(scan);
	} while (*scan->at == ',');
	scan->depth--;
	return expect(scan, close);
}

/* Recursion ends at JSON_DEPTH. */
static int
scan_value(struct scan *scan)
{
	skip_space(scan);
	switch (*scan->at) {
	case '{':
		return scan_container(scan, '}');
	case '[':
		return scan_container(scan, ']');
	case '"':
		return scan_string(scan);
	case 't':
		return scan_word(scan, "true");
	case 'f':
		return scan_word(scan, "false");
	case 'n':
		return scan_word(scan, "null");
	default:
		return scan_number(scan);
	}
}

int
json_scan(const char *text, const char **wrong)
{
	struct scan scan = { text, 0, NULL };
	int rc;

	skip_space(&scan);
	if (*scan.at != '{')
		rc = refuse(&scan, "The JSON is not an object");
	else if ((rc = scan_value(&scan)) == 0)
		rc = expect(&scan, '\0');
	if (rc != 0)
		*wrong = scan.wrong;
	return rc;
}
