/* fuzz - what the harnesses share. */
#ifndef FUZZ_H
#define FUZZ_H

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int	LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Stop here when a promise of a header is broken. */
#define must(truth)	do { if (!(truth)) abort(); } while (0)

/* The input as a text of its own, so that one byte too far is noticed. */
static inline char *
fuzz_text(const uint8_t *data, size_t size)
{
	char *text = malloc(size + 1);

	must(text != NULL);
	memcpy(text, data, size);
	text[size] = '\0';
	return text;
}

#endif
