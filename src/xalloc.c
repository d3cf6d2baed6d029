/* xalloc - memory that is there, or a process that is not. */
#include <stdlib.h>
#include <string.h>

#include "log.h"
#include "xalloc.h"

static void *
need(void *memory)
{
	if (memory == NULL)
		log_fatal("out of memory");
	return memory;
}

void *
xmalloc(size_t size)
{
	return need(malloc(size > 0 ? size : 1));
}

void *
xcalloc(size_t count, size_t size)
{
	return need(calloc(count > 0 ? count : 1, size > 0 ? size : 1));
}

char *
xstrdup(const char *text)
{
	return need(strdup(text));
}
