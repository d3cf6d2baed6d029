/* audit - what happened, to whom, from where. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "audit.h"
#include "log.h"
#include "text.h"

#define FIELDS		7
#define FIELD_MAX	128		/* bytes of a value that are kept */
#define NAME_MAX_BYTES	24		/* of a name, with what is around it */
#define LINE_SIZE	(FIELDS * (6 * FIELD_MAX + NAME_MAX_BYTES) + 4)

static struct {
	char	path[CONFIG_PATH + sizeof AUDIT_FILE];
	int	on;
	int	fd;
	int64_t	max;
	int	is_moved;
	int	is_full;		/* and the log says so */
} file = { .fd = -1 };

void
audit_open(const struct config *config)
{
	if (config->path[0] == '\0' || !config->audit)
		return;
	file.on = 1;
	file.max = config->audit_max;
	snprintf(file.path, sizeof file.path, "%s/" AUDIT_FILE, config->dir);
	file.fd = open(file.path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC |
	    O_NOFOLLOW, 0600);
	if (file.fd < 0)
		log_event("%s: %s: events are noted here", file.path,
		    strerror(errno));
}

/* Is the file at the path still the one that is open?  size is its length. */
static int
is_there(int64_t *size)
{
	struct stat ours, theirs;

	*size = 0;
	if (fstat(file.fd, &ours) != 0)
		return 0;
	*size = ours.st_size;
	return stat(file.path, &theirs) == 0 && ours.st_dev == theirs.st_dev &&
	    ours.st_ino == theirs.st_ino;
}

/* Add text to line from offset at, as JSON has it; a byte that is not UTF-8
 * becomes a question mark.  Returns the new length. */
static size_t
escape(char *line, size_t at, const char *text)
{
	const char *end = text + strnlen(text, FIELD_MAX);
	size_t size;

	for (; text < end; text += size) {
		size = text_utf8_size(text);
		if (size == 0) {
			line[at++] = '?';
			size = 1;
		} else if (text_is_control(*text) || *text == '"' ||
		    *text == '\\') {
			at += (size_t)snprintf(line + at, 7, "\\u%04x",
			    (unsigned int)(unsigned char)*text);
		} else {
			memcpy(line + at, text, size);
			at += size;
		}
	}
	return at;
}

static size_t
add(char *line, size_t at, const char *name, const char *text)
{
	if (text == NULL || text[0] == '\0')
		return at;
	at += (size_t)snprintf(line + at, NAME_MAX_BYTES, "%s\"%s\":\"",
	    at > 1 ? "," : "", name);
	at = escape(line, at, text);
	line[at++] = '"';
	return at;
}

static size_t
compose(char line[LINE_SIZE], const struct audit *audit)
{
	char when[32];
	time_t now = time(NULL);
	struct tm utc;
	size_t at = 1;

	strftime(when, sizeof when, "%Y-%m-%dT%H:%M:%SZ",
	    gmtime_r(&now, &utc));
	line[0] = '{';
	at = add(line, at, "time", when);
	at = add(line, at, "event", audit->event);
	at = add(line, at, "subject", audit->subject);
	at = add(line, at, "client", audit->client);
	at = add(line, at, "address", audit->address);
	at = add(line, at, "token", audit->token);
	at = add(line, at, "detail", audit->detail);
	line[at++] = '}';
	line[at] = '\0';
	return at;
}

/* Note the line, there or, when that cannot be, in the log. */
static void
note(char line[LINE_SIZE], size_t length)
{
	if (file.fd >= 0) {
		line[length] = '\n';
		if (write(file.fd, line, length + 1) == (ssize_t)length + 1)
			return;
		line[length] = '\0';
	}
	log_event("audit: %s", line);
}

/* Anybody can make these happen, as fast as they like. */
static int
is_refusal(const char *event)
{
	static const char end[] = "_refused";
	size_t length = strlen(event);

	return strcmp(event, "limit_hit") == 0 || (length >= sizeof end &&
	    strcmp(event + length - (sizeof end - 1), end) == 0);
}

/* Is there no room for them? */
static int
is_full(int64_t size)
{
	if (size < file.max)
		return 0;
	if (!file.is_full)
		log_event("%s has %lld bytes: refusals are left out; move it "
		    "away", file.path, (long long)size);
	file.is_full = 1;
	return 1;
}

void
audit_write(const struct audit *audit)
{
	char line[LINE_SIZE];
	int64_t size = 0;

	if (!file.on)
		return;
	if (file.fd >= 0 && !is_there(&size))
		file.is_moved = 1;
	if (!is_refusal(audit->event) || !is_full(size))
		note(line, compose(line, audit));
}

int
audit_is_stuck(void)
{
	return file.is_moved;
}
