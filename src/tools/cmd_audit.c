/* cmd_audit - postern audit: what happened, to whom, from where. */
#include <cjson/cJSON.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "audit.h"
#include "cmd.h"
#include "xalloc.h"

#define LAST		100		/* lines shown, when nobody says */
#define LAST_MAX	1000000

/* What to show: lines whose members say so. */
struct filter {
	const char	*name;		/* of a member; NULL ends the list */
	const char	*wanted;	/* NULL: anything */
};

void
cmd_note(const char *event, const char *subject, const char *token)
{
	static int is_open;
	const struct audit audit = { .event = event, .subject = subject,
		.token = token, .detail = "by the operator" };

	if (!is_open)
		audit_open(cmd_config());
	is_open = 1;
	audit_write(&audit);
}

/* The text of a member, "" when it has none. */
static const char *
text_of(const cJSON *line, const char *name)
{
	const char *text = cJSON_GetStringValue(
	    cJSON_GetObjectItemCaseSensitive(line, name));

	return text != NULL ? text : "";
}

/* Is it wanted?  Times are wanted from one on, all else as it is. */
static int
is_wanted(const cJSON *line, const struct filter *filter)
{
	const char *text;

	for (; filter->name != NULL; filter++) {
		if (filter->wanted == NULL)
			continue;
		text = text_of(line, filter->name);
		if (strcmp(filter->name, "time") == 0 ?
		    strcmp(text, filter->wanted) < 0 :
		    strcmp(text, filter->wanted) != 0)
			return 0;
	}
	return 1;
}

/* "2026-01-02 03:04:05  login_refused  demo  from 192.0.2.1 through tutorial" */
static void
print_line(const cJSON *line)
{
	const char *time = text_of(line, "time");

	printf("%.10s %.8s  %-20s %-16s", time, strlen(time) > 11 ? time + 11 :
	    "", text_of(line, "event"), text_of(line, "subject"));
	if (text_of(line, "address")[0] != '\0')
		printf(" from %s", text_of(line, "address"));
	if (text_of(line, "client")[0] != '\0')
		printf(" through %s", text_of(line, "client"));
	if (text_of(line, "token")[0] != '\0')
		printf(" token %s", text_of(line, "token"));
	if (text_of(line, "detail")[0] != '\0')
		printf(" (%s)", text_of(line, "detail"));
	putchar('\n');
}

/* What is whole of a line: a process that could not write all of its own may
 * have left a piece in front. */
static const char *
whole(const char *text)
{
	static const char start[] = "{\"time\":";
	const char *at, *last = text;

	for (at = text; (at = strstr(at, start)) != NULL; at++)
		last = at;
	return last;
}

/* The last lines that are wanted, in a ring. */
struct ring {
	char	**line;
	size_t	  size, count;
};

static void
keep(struct ring *ring, const char *text, const struct filter *filter)
{
	cJSON *line = cJSON_Parse(text);
	char **at = &ring->line[ring->count % ring->size];

	if (line != NULL && is_wanted(line, filter)) {
		free(*at);
		*at = xstrdup(text);
		ring->count++;
	}
	cJSON_Delete(line);
}

static void
read_file(struct ring *ring, const struct filter *filter)
{
	char path[CONFIG_PATH + sizeof AUDIT_FILE], *text = NULL;
	size_t room = 0;
	FILE *file;

	snprintf(path, sizeof path, "%s/" AUDIT_FILE, cmd_config()->dir);
	file = fopen(path, "re");
	if (file == NULL && errno != ENOENT)
		cmd_refuse("%s: %s", path, strerror(errno));
	while (file != NULL && getline(&text, &room, file) > 0)
		keep(ring, whole(text), filter);
	free(text);
	if (file != NULL)
		fclose(file);
}

static void
forget(struct ring *ring)
{
	size_t i;

	for (i = 0; i < ring->size; i++)
		free(ring->line[i]);
	free(ring->line);
}

static void
show(const struct ring *ring, int as_json)
{
	size_t i = ring->count > ring->size ? ring->count - ring->size : 0;
	cJSON *line;

	for (; i < ring->count; i++) {
		if (as_json) {
			fputs(ring->line[i % ring->size], stdout);
			continue;
		}
		line = cJSON_Parse(ring->line[i % ring->size]);
		print_line(line);
		cJSON_Delete(line);
	}
}

static int
audit(int argc, char **argv)
{
	struct filter filter[] = { { "event", NULL }, { "subject", NULL },
		{ "client", NULL }, { "address", NULL }, { "token", NULL },
		{ "time", NULL }, { NULL, NULL } };
	const char *last = NULL;
	int as_json = 0;
	const struct cmd_option options[] = {
		{ "event", &filter[0].wanted, NULL },
		{ "subject", &filter[1].wanted, NULL },
		{ "client", &filter[2].wanted, NULL },
		{ "address", &filter[3].wanted, NULL },
		{ "token", &filter[4].wanted, NULL },
		{ "since", &filter[5].wanted, NULL },
		{ "last", &last, NULL }, { "json", NULL, &as_json },
		{ NULL, NULL, NULL } };
	struct ring ring = { .size = LAST };

	cmd_read(argc, argv, options, NULL, 0);
	if (last != NULL)
		ring.size = (size_t)cmd_number(last, "--last", LAST_MAX);
	ring.line = xcalloc(ring.size, sizeof *ring.line);
	if (!cmd_config()->audit)
		fprintf(stderr, "postern: audit is off in %s\n",
		    cmd_config()->path);
	read_file(&ring, filter);
	show(&ring, as_json);
	forget(&ring);
	return cmd_done();
}

const struct cmd cmd_audit[] = {
	{ "audit", audit, "audit [--event E] [--subject NAME] [--client NAME]\n"
	"        [--address A] [--token ID] [--since TIME] [--last N]\n"
	"        [--json]",
	"  Show the last 100 events of audit.log, or N, that have all of\n"
	"  these; TIME is written as 2026-01-02T03:04:05Z, or the start of it.\n"
	"  --json prints them as they are, an object a line.  Events are\n"
	"  login, login_refused, token_issued, token_refreshed,\n"
	"  refresh_token_reused, token_revoked, token_refused, scope_refused,\n"
	"  refresh_refused, grant_refused, client_refused, limit_hit,\n"
	"  key_made, key_ended, password_changed,\n"
	"  password_refused, signed_out, and what the operator did.\n" },
	{ NULL, NULL, NULL, NULL }
};
