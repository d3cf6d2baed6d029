/* apicheck_words - is an answer 2xx a refusal all the same? */
#include <string.h>

#include "apicheck_document.h"
#include "apicheck_words.h"

static int
is_among(const char *name, const char *const *list)
{
	for (; name != NULL && *list != NULL; list++)
		if (strcmp(name, *list) == 0)
			return 1;
	return 0;
}

int
words_refuse(const struct ask_answer *answer)
{
	static const char *const errors[] = { "error", "errors", "detail",
	    NULL };
	static const char *const beside[] = { "error_description", "message",
	    "msg", "code", "status", "success", "ok", NULL };
	cJSON *tree = answer->length > 0 && answer->length <= 1024 ?
	    cJSON_ParseWithLength(answer->body, answer->length) : NULL;
	const cJSON *member;
	int found = 0, more = 0;

	cJSON_ArrayForEach(member, tree) {
		if (is_among(member->string, errors))
			found = 1;
		else if (!is_among(member->string, beside))
			more = 1;
	}
	cJSON_Delete(tree);
	return found && !more;
}
