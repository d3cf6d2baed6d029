/* apicheck_tap - what was found, as TAP, and a line of progress. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "apicheck_tap.h"

#define TEXT	4096

static int tests, findings, skipped;
static char doing[200];
static time_t began, shown;

/* Print text so that no reader of TAP and no terminal takes it for more. */
static void
put(FILE *out, const char *text, int is_name)
{
	for (; *text != '\0'; text++) {
		if ((unsigned char)*text < 0x20 || (unsigned char)*text > 0x7e)
			fprintf(out, "\\x%02x", (unsigned char)*text);
		else if (is_name && (*text == '#' || *text == '\\'))
			fprintf(out, "\\%c", *text);
		else
			putc(*text, out);
	}
}

static void
clear_progress(void)
{
	if (shown != 0)
		fputs("\r\033[K", stderr);
	shown = 0;
}

static void
line(const char *verdict, const char *what, const char *name)
{
	clear_progress();
	printf("%s %d - ", verdict, ++tests);
	put(stdout, what, 1);
	fputs(": ", stdout);
	put(stdout, name, 1);
}

void
tap_ok(const char *what, const char *name)
{
	line("ok", what, name);
	putchar('\n');
}

void
tap_skip(const char *what, const char *name, const char *reason)
{
	line("ok", what, name);
	fputs(" # SKIP ", stdout);
	put(stdout, reason, 0);
	putchar('\n');
	skipped++;
}

void
tap_finding(const char *what, const char *name, const char *advice)
{
	line("not ok", what, name);
	fputs("\n#   what to do: ", stdout);
	put(stdout, advice, 0);
	putchar('\n');
	fflush(stdout);
	findings++;
}

/* A line of its own: mark, and what is to be said. */
__attribute__((format(printf, 2, 0)))
static void
say(const char *mark, const char *format, va_list args, char text[TEXT])
{
	vsnprintf(text, TEXT, format, args);
	clear_progress();
	fputs(mark, stdout);
	put(stdout, text, 0);
	putchar('\n');
	fflush(stdout);
}

void
tap_note(const char *format, ...)
{
	char text[TEXT];
	va_list args;

	va_start(args, format);
	say("# note: ", format, args, text);
	va_end(args);
}

void
tap_bail(const char *format, ...)
{
	char text[TEXT];
	va_list args;

	va_start(args, format);
	say("Bail out!  ", format, args, text);
	va_end(args);
	fputs("postern: ", stderr);
	put(stderr, text, 0);
	fputc('\n', stderr);
	exit(2);
}

void
tap_working_on(const char *what)
{
	snprintf(doing, sizeof doing, "%.150s", what);
}

void
tap_progress(long requests)
{
	time_t now = time(NULL);

	if (began == 0)
		began = now;
	if (now - began < 1 || now == shown || !isatty(STDERR_FILENO))
		return;
	fprintf(stderr, "\r\033[K%ld requests, %d findings: ", requests,
	    findings);
	put(stderr, doing, 0);
	fflush(stderr);
	shown = now;
}

long
tap_count(void)
{
	return tests;
}

void
tap_plan(void)
{
	clear_progress();
	printf("1..%d\n", tests);
}

void
tap_remark(const char *text)
{
	fputs("# ", stdout);
	put(stdout, text, 0);
	putchar('\n');
}

int
tap_end(long requests, const char *broken)
{
	if (broken != NULL)
		printf("Bail out!  %s\n", broken);
	printf("# %ld requests, %d findings, %d skipped\n", requests, findings,
	    skipped);
	return findings;
}
