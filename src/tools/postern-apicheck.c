/* postern-apicheck - call protected routes in every way but the right one.
 * A program of its own, for it speaks HTTP (libcurl). */
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "apicheck_attack.h"
#include "apicheck_base.h"
#include "apicheck_conclude.h"
#include "apicheck_plan.h"
#include "apicheck_signal.h"
#include "apicheck_tap.h"
#include "cmd.h"
#include "xalloc.h"

#define MANY	256		/* values of one option */
#define URL_MAX	1024
#define PLACE	(URL_MAX + 32)

struct many {
	const char	*values[MANY];
	size_t		 count;
};

static const char help[] =
"postern apicheck [OPTION...] URL < TOKENS\n"
"  Call every operation that the OpenAPI 3.x document at URL protects in every\n"
"  way but the right one, and tell in TAP which answered with data.  URL is\n"
"  the document (it ends in .json), or the API, which has it at\n"
"  URL/openapi.json.  GET, HEAD and OPTIONS are called, on loopback.\n"
"\n"
"  --document FILE     the document is this file; URL is the API\n"
"  --base PATH         operations lie below this path, whatever servers says\n"
"  --public PATH       this path is meant to be open; many times.  With one,\n"
"                      every operation that is not named counts as protected\n"
"  --routes FILE       paths to check too, [METHOD] PATH a line\n"
"  --route PATH        the same for one; many times\n"
"  --param NAME=VALUE  the value for a parameter; many times\n"
"  --unsafe            call POST, PUT, PATCH and DELETE too: data may go\n"
"  --allow-host HOST   URL's host may be this one, beyond this machine\n"
"  --rate N            requests a second (50)\n"
"  --max-requests N    in all (5000)\n"
"  --timeout SECONDS   in all (300)\n"
"\n"
"  Open operations count as protected when they take credentials, tell of 401\n"
"  or 403, lie below a protected path, are another version of one (/v2/pay by\n"
"  /v1/pay), or are called /admin, /me, /secure-data.  Others that answer are\n"
"  named at the end, with a question where a list is open (/bills) and its\n"
"  items are protected (/bills/{id}); only --public has those attacked.\n"
"\n"
"  TOKENS are lines of standard input: good TOKEN, limited TOKEN SCOPE...\n"
"  (live, with these scopes alone), expired TOKEN, revoked TOKEN; for Basic a\n"
"  TOKEN is NAME:PASSWORD.  A case without its token is skipped:\n"
"    { printf 'good %s\\n' \"$POSTERN_TOKEN\"\n"
"      printf 'limited %s me\\n' \\\n"
"          \"$(postern token mint --user demo --scope me)\"\n"
"    } | postern apicheck \"$POSTERN_URL\"\n"
"  POSTERN_CA names a certificate to trust.\n"
"  Exit status: 0 nothing found, 1 findings, 2 it could not be checked, not to\n"
"  the end, or no good token opened anything.\n";

enum {
	OPT_DOCUMENT = 256, OPT_BASE, OPT_PUBLIC, OPT_ROUTES, OPT_ROUTE,
	OPT_PARAM, OPT_UNSAFE, OPT_HOST, OPT_RATE, OPT_REQUESTS, OPT_TIMEOUT,
	OPT_HELP
};

static struct {
	const char	*url, *document, *base, *routes_file;
	struct many	 open, routes, params, hosts;
	char		*routes_text;
	int		 is_unsafe;
	struct ask_limits limits;
} o = { .limits = { 50, 5000, 300, NULL, 0 } };

static void
add(struct many *many, const char *value)
{
	if (many->count == MANY)
		cmd_misused("more than %d values of one option", MANY);
	many->values[many->count++] = value;
}

static void
take_option(int option, const char *value)
{
	switch (option) {
	case OPT_DOCUMENT: o.document = value; break;
	case OPT_BASE:
		if (value[0] != '/')
			cmd_misused("--base takes a path that starts with /");
		o.base = value;
		break;
	case OPT_PUBLIC: add(&o.open, value); break;
	case OPT_ROUTES: o.routes_file = value; break;
	case OPT_ROUTE: add(&o.routes, value); break;
	case OPT_HOST: add(&o.hosts, value); break;
	case OPT_UNSAFE: o.is_unsafe = 1; break;
	case OPT_PARAM:
		if (strchr(value, '=') == NULL)
			cmd_misused("--param takes NAME=VALUE");
		add(&o.params, value);
		break;
	case OPT_RATE:
		o.limits.rate = (long)cmd_number(value, "--rate", 1000);
		break;
	case OPT_REQUESTS:
		o.limits.requests = (long)cmd_number(value, "--max-requests",
		    1000000);
		break;
	case OPT_TIMEOUT:
		o.limits.seconds = (long)cmd_number(value, "--timeout", 86400);
		break;
	case OPT_HELP:
		fputs(help, stdout);
		exit(cmd_done());
	default:
		cmd_misused("see postern apicheck --help");
	}
}

static void
read_options(int argc, char **argv)
{
	static const struct option options[] = {
		{ "document", 1, NULL, OPT_DOCUMENT },
		{ "base", 1, NULL, OPT_BASE },
		{ "public", 1, NULL, OPT_PUBLIC },
		{ "routes", 1, NULL, OPT_ROUTES },
		{ "route", 1, NULL, OPT_ROUTE },
		{ "param", 1, NULL, OPT_PARAM },
		{ "unsafe", 0, NULL, OPT_UNSAFE },
		{ "allow-host", 1, NULL, OPT_HOST },
		{ "rate", 1, NULL, OPT_RATE },
		{ "max-requests", 1, NULL, OPT_REQUESTS },
		{ "timeout", 1, NULL, OPT_TIMEOUT },
		{ "help", 0, NULL, OPT_HELP },
		{ NULL, 0, NULL, 0 }
	};
	int option;

	while ((option = getopt_long(argc, argv, "", options, NULL)) != -1)
		take_option(option, optarg);
	if (optind + 1 != argc)
		cmd_misused("usage: postern apicheck [OPTION...] URL");
	o.url = argv[optind];
	o.limits.hosts = o.hosts.values;
	o.limits.host_count = o.hosts.count;
}

/* The whole of a file, with a NUL behind it. */
static char *
read_file(const char *path, size_t *length)
{
	FILE *file = fopen(path, "re");
	char *text = xcalloc(1, ASK_DOCUMENT + 2);

	*length = file != NULL ? fread(text, 1, ASK_DOCUMENT + 1, file) : 0;
	if (file == NULL || ferror(file) || fclose(file) != 0)
		tap_bail("%s: %s", path, strerror(errno));
	if (*length > ASK_DOCUMENT)
		tap_bail("%s has over 4 MiB", path);
	return text;
}

static void
read_routes(void)
{
	size_t length;
	char *line, *rest = NULL;

	if (o.routes_file == NULL)
		return;
	o.routes_text = read_file(o.routes_file, &length);
	for (line = strtok_r(o.routes_text, "\r\n", &rest); line != NULL;
	    line = strtok_r(NULL, "\r\n", &rest)) {
		line += strspn(line, " \t");
		if (*line != '\0' && *line != '#')
			add(&o.routes, line);
	}
}

/* Fetch the document at path.  Returns its text, which the caller frees, or
 * NULL and sets status. */
static char *
fetch(const char *path, size_t *length, long *status)
{
	struct ask_request request = ask_new("GET", path[0] != '\0' ? path :
	    "/");
	struct ask_answer answer;

	request.most = ASK_DOCUMENT;
	if (ask(&request, &answer) != ASK_OK)
		tap_bail("%s cannot be reached: %s", o.url, ask_reason());
	*status = answer.status;
	*length = answer.length;
	if (answer.cut)
		tap_bail("the document has over 4 MiB");
	if (answer.status == 200 && answer.body != NULL)
		return answer.body;
	ask_forget(&answer);
	return NULL;
}

static int
ends_with(const char *text, const char *end)
{
	return strlen(text) >= strlen(end) &&
	    strcmp(text + strlen(text) - strlen(end), end) == 0;
}

/* Cut path behind its last slash, and that too. */
static void
parent(char *path)
{
	char *slash = strrchr(path, '/');

	if (slash != NULL)
		*slash = '\0';
}

/* Get the document from the API at path, and read it.  directory is set to
 * what it lies in; path is emptied when it was the document's own. */
static void
get_document(struct api *api, char *path, char *directory)
{
	char place[PLACE];
	const char *why = NULL;
	char *text = NULL;
	size_t length = 0;
	long status = 0;
	int rc = -1, i;

	for (i = 0; i < 2 && rc != 0; i++) {
		if (i == 0 && ends_with(path, ".json"))
			continue;
		snprintf(place, sizeof place, "%s%s", path, i == 0 ?
		    "/openapi.json" : "");
		free(text);
		text = fetch(place, &length, &status);
		if (text == NULL)
			continue;
		snprintf(directory, PLACE, "%s", place);
		parent(directory);
		rc = api_read(api, text, length, ends_with(path, ".json") ? "" :
		    path, directory, &why);
	}
	free(text);
	if (rc == 0) {
		if (ends_with(path, ".json"))
			path[0] = '\0';
		return;
	}
	if (why == NULL)
		tap_bail("%s has no OpenAPI document (%ld): name it, or give "
		    "it with --document FILE", o.url, status);
	tap_bail("%s: %s", o.url, why);
}

static void
load_document(struct api *api, const char *path)
{
	const char *why;
	char *text;
	size_t length;

	text = read_file(o.document, &length);
	if (api_read(api, text, length, path, path, &why) != 0)
		tap_bail("%s: %s", o.document, why);
	free(text);
}

int
main(int argc, char **argv)
{
	struct tokens tokens = { .count = 0 };
	struct attack attack = { .tokens = &tokens };
	char path[URL_MAX], directory[PLACE], why[512];
	const char *wrong;
	struct api api;
	int status;

	setvbuf(stdout, NULL, _IOLBF, 0);
	read_options(argc, argv);
	attack.api = &api;
	attack.samples = (struct samples){ o.params.values, o.params.count };
	attack.is_unsafe = o.is_unsafe;
	if (!isatty(STDIN_FILENO) && tokens_read(&tokens, stdin, &wrong) != 0)
		cmd_misused("standard input: %s", wrong);
	read_routes();
	if (ask_start(o.url, &o.limits, path, sizeof path, why) != 0)
		tap_bail("%s", why);
	signal_watch();
	snprintf(directory, sizeof directory, "%s", path);
	if (o.document != NULL)
		load_document(&api, path);
	else
		get_document(&api, path, directory);
	if (o.base != NULL)
		base_move(&api, o.base);
	if (plan_make(&api, &(struct plan){ o.open.values, o.open.count,
	    o.routes.values, o.routes.count, attack.samples }, &wrong) != 0)
		tap_bail("%s: a route is [METHOD] PATH", wrong);
	if (o.base == NULL)
		base_settle(&attack, path, directory);
	attack_all(&attack);
	status = conclude(&api, &attack);
	api_forget(&api);
	tokens_forget(&tokens);
	ask_end();
	free(o.routes_text);
	return cmd_done() != 0 ? 2 : status;
}
