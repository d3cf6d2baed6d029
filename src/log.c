/* log - one event, one line, on standard error. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "log.h"
#include "text.h"

#define LINE_MAX_BYTES	1000

static const char *program = "postern";

void
log_open(const char *name)
{
	program = name;
}

/* Escape text into line, from offset at; returns the new length. */
static size_t
escape(char *line, size_t at, const char *text)
{
	const char *p = text;
	size_t size, i;

	while (*p != '\0' && at + 4 < LINE_MAX_BYTES) {
		size = text_utf8_size(p);
		if (size == 0 || text_is_control(*p)) {
			at += (size_t)snprintf(line + at, 5, "\\x%02x",
			    (unsigned int)(unsigned char)*p++);
			continue;
		}
		for (i = 0; i < size; i++)
			line[at++] = *p++;
	}
	return at;
}

__attribute__((format(printf, 1, 0)))
static void
write_event(const char *format, va_list args)
{
	char text[LINE_MAX_BYTES], line[LINE_MAX_BYTES + 1], when[32];
	time_t now = time(NULL);
	struct tm utc;
	size_t length;

	vsnprintf(text, sizeof text, format, args);
	strftime(when, sizeof when, "%Y-%m-%dT%H:%M:%SZ",
	    gmtime_r(&now, &utc));
	length = (size_t)snprintf(line, sizeof line, "%s %s[%ld]: ", when,
	    program, (long)getpid());
	length = escape(line, length, text);
	line[length++] = '\n';
	if (write(STDERR_FILENO, line, length) < 0)
		return;		/* nowhere left to say so */
}

void
log_event(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	write_event(format, args);
	va_end(args);
}

void
log_fatal(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	write_event(format, args);
	va_end(args);
	exit(1);
}
