/* tap - print TAP from C: ok(), is(), done(). */
#ifndef TAP_H
#define TAP_H

#include <stdio.h>
#include <string.h>

static int tap_count, tap_failed;

static inline void
tap_ok(int good, const char *file, int line, const char *name)
{
	tap_count++;
	if (!good)
		tap_failed++;
	printf("%sok %d - %s%s\n", good ? "" : "not ", tap_count, name,
	    good ? "" : " #");
	if (!good)
		printf("# %s line %d\n", file, line);
}

#define ok(good, name)	tap_ok((good) != 0, __FILE__, __LINE__, name)
#define is(got, wanted, name)						\
	tap_ok((got) == (wanted), __FILE__, __LINE__, name)
#define is_text(got, wanted, name)					\
	tap_ok(strcmp(got, wanted) == 0, __FILE__, __LINE__, name)

static inline int
tap_done(void)
{
	printf("1..%d\n", tap_count);
	return tap_failed != 0;
}

#endif
