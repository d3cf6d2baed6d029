/* xalloc - memory that is there, or a process that is not. */
#ifndef XALLOC_H
#define XALLOC_H

#include <stddef.h>

/* Allocate size bytes (at least one).  Never returns NULL: out of memory is
 * logged and ends the process, and its parent starts a new one.  Free with
 * free().  So does cJSON: no endpoint has a branch for it. */
void	*xmalloc(size_t size);
/* Allocate count zeroed elements of size bytes; an overflow counts as out of
 * memory. */
void	*xcalloc(size_t count, size_t size);
char	*xstrdup(const char *text);

#endif
