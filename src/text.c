/* text - what bytes mean: UTF-8, controls, hexadecimal, numbers. */
#include <string.h>
#include <strings.h>

#include "text.h"

size_t
text_utf8_size(const char *text)
{
	const unsigned char *b = (const unsigned char *)text;
	unsigned char low = 0x80, high = 0xbf;
	size_t size, i;

	if (b[0] < 0x80)
		return 1;
	if (b[0] < 0xc2 || b[0] > 0xf4)
		return 0;
	size = b[0] < 0xe0 ? 2 : b[0] < 0xf0 ? 3 : 4;
	if (b[0] == 0xe0)
		low = 0xa0;		/* overlong */
	if (b[0] == 0xed)
		high = 0x9f;		/* surrogates */
	if (b[0] == 0xf0)
		low = 0x90;		/* overlong */
	if (b[0] == 0xf4)
		high = 0x8f;		/* above U+10FFFF */
	if (b[1] < low || b[1] > high)
		return 0;
	for (i = 2; i < size; i++)
		if (b[i] < 0x80 || b[i] > 0xbf)
			return 0;
	return size;
}

int
text_is_control(char byte)
{
	return (unsigned char)byte < 0x20 || byte == 0x7f;
}

int
text_is_clean(const char *text)
{
	size_t size;

	for (; *text != '\0'; text += size) {
		size = (unsigned char)*text < 0x80 ? 1 : text_utf8_size(text);
		if (size == 0 || text_is_control(*text))
			return 0;
	}
	return 1;
}

size_t
text_length(const char *text)
{
	size_t count = 0;

	for (; *text != '\0'; text++)
		if (((unsigned char)*text & 0xc0) != 0x80)
			count++;
	return count;
}

int
text_hex(char digit)
{
	if (digit >= '0' && digit <= '9')
		return digit - '0';
	if (digit >= 'a' && digit <= 'f')
		return digit - 'a' + 10;
	if (digit >= 'A' && digit <= 'F')
		return digit - 'A' + 10;
	return -1;
}

int
text_number(const char *text, int64_t max, int64_t *value)
{
	int64_t n = 0, digit;

	if (*text == '\0')
		return -1;
	for (; *text != '\0'; text++) {
		digit = *text - '0';
		if (digit < 0 || digit > 9)
			return -1;
		if (digit > max || n > (max - digit) / 10)
			return -1;
		n = n * 10 + digit;
	}
	*value = n;
	return 0;
}

int
text_equal_nocase(const char *a, const char *b)
{
	return strcasecmp(a, b) == 0;
}

int
text_path_is_plain(const char *path)
{
	const char *p;
	size_t dots;

	if (*path != '/')
		return 0;
	for (p = path; *p != '\0'; p++) {
		if (text_is_control(*p) || strchr("%\\;?#", *p) != NULL)
			return 0;
		if (*p != '/')
			continue;
		dots = strspn(p + 1, ".");
		if (p[1] == '/' || ((dots == 1 || dots == 2) &&
		    (p[1 + dots] == '/' || p[1 + dots] == '\0')))
			return 0;
	}
	return 1;
}

int
text_copy(char *out, size_t size, const char *text)
{
	size_t length = strlen(text);

	if (length >= size) {
		out[0] = '\0';
		return -1;
	}
	memcpy(out, text, length + 1);
	return 0;
}
