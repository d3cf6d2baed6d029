/* text - what bytes mean: UTF-8, controls, hexadecimal, numbers. */
#ifndef TEXT_H
#define TEXT_H

#include <stddef.h>
#include <stdint.h>

/* The size in bytes of the well-formed UTF-8 sequence at text (RFC 3629: no
 * overlong form, no surrogate, nothing above U+10FFFF), or 0 when there is
 * none.  The terminating NUL counts as a sequence of size 1. */
size_t	text_utf8_size(const char *text);

/* Is the byte an ASCII control, DEL included? */
int	text_is_control(char byte);

/* Is text well-formed UTF-8 without any control character? */
int	text_is_clean(const char *text);

/* The number of characters in well-formed UTF-8. */
size_t	text_length(const char *text);

/* The value of a hexadecimal digit, or -1. */
int	text_hex(char digit);

/* Read a decimal number of digits only, from 0 to max.  Returns 0, or -1
 * when text is anything else. */
int	text_number(const char *text, int64_t max, int64_t *value);

/* The same text, ASCII letter case aside? */
int	text_equal_nocase(const char *a, const char *b);

/* Is path one that can be read in one way only?  It starts with a slash, has
 * no empty segment but perhaps the last, no "." and no "..", and no percent
 * sign, backslash, ; ? # or control character. */
int	text_path_is_plain(const char *path);

/* Copy text into out of size bytes.  Returns 0, or -1 and an empty out when
 * it does not fit: nothing is ever cut. */
int	text_copy(char *out, size_t size, const char *text);

#endif
