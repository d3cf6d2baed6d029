/* apicheck_words - is an answer 2xx a refusal all the same? */
#ifndef APICHECK_WORDS_H
#define APICHECK_WORDS_H

#include "apicheck_ask.h"

/* Is it an object of an error, and of nothing else? */
int	words_refuse(const struct ask_answer *answer);

#endif
