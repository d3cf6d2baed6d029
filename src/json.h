/* json - questions: a JSON body as a checked tree (RFC 8259, and no more).
 *
 * cJSON mends much in silence; it is only shown text that our own scan found
 * well-formed. */
#ifndef JSON_H
#define JSON_H

#include <cjson/cJSON.h>
#include <stddef.h>
#include <stdint.h>

#include "body.h"

/* Let cJSON allocate from two kilobytes of ours, and by xmalloc what does not
 * fit there, for questions and answers alike.  To be called before anything else
 * of cJSON is. */
void	json_start(void);

/* Read the request's body as application/json.  Refused is what body_read and
 * json_parse refuse.  Returns the tree, which the caller gives back with
 * json_forget, or NULL and fills error. */
cJSON	*json_read(struct http_req *req, struct body_error *error);

/* The same, for an object with no other members than names, a list that NULL
 * ends. */
cJSON	*json_read_object(struct http_req *req, const char *const *names,
    struct body_error *error);

/* Give a tree back, and leave no text of it in memory; NULL is fine. */
void	json_forget(cJSON *tree);

/* Parse length bytes of text, behind which stands a NUL.  Refused are a NUL
 * among them, what json_scan refuses, and a member named twice in one object,
 * after decoding.  Returns the tree, or NULL and says in wrong what is wrong:
 * our own text. */
cJSON	*json_parse(const char *text, size_t length, const char **wrong);

/* What is behind a name. */
enum json_rc {
	JSON_BAD,
	JSON_ABSENT,
	JSON_OK
};

/* The text of min to max characters behind name.  It is JSON_BAD when it is no
 * string (null is none), longer or shorter, or holds a control character.
 * value is set with JSON_OK only, and lives as long as object. */
enum json_rc	json_string(const cJSON *object, const char *name,
    size_t min, size_t max, const char **value);

/* The integer behind name.  It is JSON_BAD when it is no number (null is
 * none), has a fraction, is -0, is not within min and max, or lies beyond
 * 2^53 - 1, from where on numbers are not exact; 1.0 and 1e0 are 1.  value is
 * set with JSON_OK only. */
enum json_rc	json_number(const cJSON *object, const char *name,
    int64_t min, int64_t max, int64_t *value);

/* Does object have no other members than names, a list that NULL ends?
 * Letter case counts. */
int	json_has_only(const cJSON *object, const char *const *names);

#endif
