/* json_scan - is a text JSON, by the letter?  (RFC 8259, and no more.) */
#ifndef JSON_SCAN_H
#define JSON_SCAN_H

#define JSON_DEPTH	16		/* objects and arrays in each other */
#define JSON_MEMBERS	64		/* members of one object at most */
#define JSON_NUMBER	63		/* bytes of a number at most */

/* Is text one object in UTF-8, with nothing around it but white space?
 * Refused, beside what is malformed, are \u0000, half a surrogate pair,
 * numbers that are not finite, and what exceeds the limits above.  Names are
 * not compared.  Returns 0, or -1 and says in wrong what is wrong. */
int	json_scan(const char *text, const char **wrong);

#endif
