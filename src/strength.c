/* strength - is a new password one that others would try? */
#include <stddef.h>
#include <string.h>
#include <zxcvbn.h>

#include "strength.h"

#define BITS_LEAST	26.5754		/* log2 of 10^8, where score 3 starts */

/* Is the whole password one word of a list, or one word again and again? */
static int
is_common(const ZxcMatch_t *match, size_t length)
{
	int type;

	if (match == NULL)
		return 0;
	type = (int)match->Type & ~MULTIPLE_MATCH;
	return (type == DICTIONARY_MATCH || type == DICT_LEET_MATCH) &&
	    match->Begin == 0 && (size_t)match->Length == length;
}

const char *
strength_wrong(const char *password, const char *name)
{
	const char *ours[] = { name, "postern", NULL };
	ZxcMatch_t *info = NULL;
	double bits = ZxcvbnMatch(password, ours, &info);
	int common = is_common(info, strlen(password));

	ZxcvbnFreeInfo(info);
	if (common)
		return "it is in the list of common passwords";
	if (!(bits >= BITS_LEAST))
		return "it is guessed within 100 million tries: take several "
		    "words that have nothing to do with each other";
	return NULL;
}
