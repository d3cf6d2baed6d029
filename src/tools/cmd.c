/* cmd - what the operator's commands share. */
#include <errno.h>
#include <grp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

#include "cmd.h"
#include "log.h"
#include "text.h"

static const struct cmd *action;	/* the one that runs */
static const char *config_path;
static struct config config;
static struct store *opened;		/* closed by cmd_done */

__attribute__((format(printf, 1, 0)))
static void
complain(const char *format, va_list args)
{
	fflush(stdout);
	fputs("postern: ", stderr);
	vfprintf(stderr, format, args);
	fputc('\n', stderr);
}

void
cmd_refuse(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	complain(format, args);
	va_end(args);
	exit(1);
}

void
cmd_misused(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	complain(format, args);
	va_end(args);
	if (action != NULL)
		fprintf(stderr, "usage: postern %s\n", action->usage);
	exit(2);
}

void
cmd_expect(enum store_rc rc, const char *what)
{
	switch (rc) {
	case STORE_OK:
		return;
	case STORE_NONE:
		cmd_refuse("there is no such %s", what);
	case STORE_TAKEN:
		cmd_refuse("there is such a %s already", what);
	case STORE_REUSED:
	case STORE_DOWN:
		break;
	}
	cmd_refuse("the ledger did not answer; the reason stands above");
}

void
cmd_expect_name(enum store_rc rc)
{
	if (rc == STORE_TAKEN)
		cmd_refuse("there is a user or client of that name already");
	cmd_expect(rc, "user or client");
}

static int
print_help(const struct cmd *list)
{
	for (; list->name != NULL; list++)
		printf("postern %s\n%s", list->usage, list->help);
	return cmd_done();
}

int
cmd_dispatch(const struct cmd *list, int argc, char **argv)
{
	const struct cmd *c;

	if (argc > 1 && strcmp(argv[1], "--help") == 0)
		return print_help(list);
	if (argc < 2)
		cmd_misused("what to do? See postern %s --help", argv[0]);
	for (c = list; c->name != NULL; c++) {
		if (strcmp(c->name, argv[1]) == 0) {
			action = c;
			return c->run(argc - 1, argv + 1);
		}
	}
	cmd_misused("there is no %s %s; see postern %s --help", argv[0],
	    argv[1], argv[0]);
}

/* Add one more to the values of the option that may have many. */
static const char *
join(const char *value)
{
	static char all[SCOPE_MAX + 1];
	size_t length = strlen(all), room = sizeof all - length;

	if ((size_t)snprintf(all + length, room, "%s%s", length > 0 ? " " : "",
	    value) >= room)
		cmd_misused("too many values");
	return all;
}

/* Take the option at argv[*at]; moves *at over a separate value. */
static void
take_option(int argc, char **argv, const struct cmd_option *options, int *at)
{
	const char *name = argv[*at] + 2, *value = strchr(name, '=');
	size_t length = value != NULL ? (size_t)(value - name) : strlen(name);

	for (; options->name != NULL; options++)
		if (strlen(options->name) == length &&
		    strncmp(options->name, name, length) == 0)
			break;
	if (options->name == NULL)
		cmd_misused("unknown option %s", argv[*at]);
	if (options->value == NULL) {
		if (value != NULL)
			cmd_misused("--%s takes no value", options->name);
		*options->flag = 1;
		return;
	}
	if (value == NULL && *at + 1 == argc)
		cmd_misused("--%s needs a value", options->name);
	value = value != NULL ? value + 1 : argv[++*at];
	*options->value = options->flag != NULL ? join(value) : value;
	if (options->flag != NULL)
		++*options->flag;
}

void
cmd_read(int argc, char **argv, const struct cmd_option *options,
    const char **plain, int count)
{
	int i, found = 0, only_plain = 0;

	for (i = 1; i < argc; i++) {
		if (only_plain || strncmp(argv[i], "--", 2) != 0) {
			if (found == count)
				cmd_misused("one argument too many: %s",
				    argv[i]);
			plain[found++] = argv[i];
		} else if (strcmp(argv[i], "--") == 0) {
			only_plain = 1;
		} else if (strcmp(argv[i], "--help") == 0) {
			printf("postern %s\n%s", action->usage, action->help);
			exit(cmd_done());
		} else {
			take_option(argc, argv, options, &i);
		}
	}
	if (found < count)
		cmd_misused("an argument is missing");
}

int64_t
cmd_number(const char *text, const char *what, int64_t max)
{
	int64_t value = 0;

	if (text_number(text, max, &value) != 0 || value < 1)
		cmd_misused("%s must be a number from 1 to %lld", what,
		    (long long)max);
	return value;
}

const char *
cmd_scope(const char *text)
{
	if (!scope_valid(text))
		cmd_refuse("\"%s\" is not a list of scopes: words with one "
		    "space between, none twice, no quotes or backslashes, %d "
		    "bytes at most", text, SCOPE_MAX);
	return text;
}

static void
check_name(const char *name)
{
	if (!store_name_valid(name))
		cmd_refuse("\"%s\" is not a name: 1 to %d bytes of A-Z a-z "
		    "0-9 . _ @ + -", name, STORE_NAME_MAX);
}

void
cmd_new_name(const char *name)
{
	check_name(name);
	if (strcmp(name, STORE_TUTORIAL) == 0)
		cmd_refuse("%s is the name of the built-in client: take "
		    "another", name);
}

/* Read all of standard input; returns its length, or size when it is more. */
static size_t
read_input(char *out, size_t size)
{
	size_t length = 0;
	ssize_t got;

	while (length < size &&
	    (got = read(STDIN_FILENO, out + length, size - length)) != 0) {
		if (got < 0 && errno != EINTR)
			cmd_refuse("standard input: %s", strerror(errno));
		if (got < 0)
			continue;
		length += (size_t)got;
		if (isatty(STDIN_FILENO) && out[length - 1] == '\n')
			break;
	}
	return length;
}

void
cmd_secret(char *secret, size_t size, const char *prompt)
{
	struct termios old, quiet;
	int terminal = tcgetattr(STDIN_FILENO, &old) == 0;
	size_t length;

	if (terminal) {
		fprintf(stderr, "%s: ", prompt);
		quiet = old;
		quiet.c_lflag &= ~(tcflag_t)ECHO;
		tcsetattr(STDIN_FILENO, TCSAFLUSH, &quiet);
	}
	length = read_input(secret, size);
	if (terminal) {
		tcsetattr(STDIN_FILENO, TCSAFLUSH, &old);
		fputc('\n', stderr);
	}
	if (length > 0 && secret[length - 1] == '\n')
		length--;
	if (length == 0)
		cmd_refuse("no %s came on standard input", prompt);
	if (length == size)
		cmd_refuse("the %s is too long: %zu bytes are the most",
		    prompt, size - 1);
	secret[length] = '\0';
	if (strlen(secret) != length || !text_is_clean(secret))
		cmd_refuse("the %s holds control characters or bytes that "
		    "are not UTF-8", prompt);
}

const char *
cmd_time(int64_t when)
{
	static char text[32];
	time_t seconds = (time_t)when;
	struct tm utc;

	strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ",
	    gmtime_r(&seconds, &utc));
	return text;
}

void
cmd_use_config(const char *path)
{
	config_path = path;
}

void
cmd_become_owner(const char *path)
{
	struct stat info;

	if (geteuid() != 0)
		return;
	if (stat(path, &info) != 0)
		cmd_refuse("%s: %s", path, strerror(errno));
	if (info.st_uid == 0)
		return;
	if (setgroups(0, NULL) != 0 || setgid(info.st_gid) != 0 ||
	    setuid(info.st_uid) != 0)
		cmd_refuse("cannot become user %ld, the owner of %s: %s",
		    (long)info.st_uid, path, strerror(errno));
}

int
cmd_find_config(char *path)
{
	char given[CONFIG_PATH], *real;

	if (config_path != NULL ? text_copy(given, CONFIG_PATH, config_path) !=
	    0 : config_find(given) != 0)
		return -1;
	/* The owner may not come here from the directory we are in. */
	real = realpath(given, NULL);
	if (real == NULL)
		cmd_refuse("%s: %s", given, strerror(errno));
	if (text_copy(path, CONFIG_PATH, real) != 0)
		cmd_refuse("%s: the path is too long", given);
	free(real);
	return 0;
}

const struct config *
cmd_config(void)
{
	char path[CONFIG_PATH], why[CONFIG_PATH + 256];

	if (config.path[0] != '\0')
		return &config;
	if (cmd_find_config(path) != 0)
		cmd_refuse("no postern.conf: name it with -c FILE, export "
		    "POSTERN_CONF, or make one with postern init DIR");
	cmd_become_owner(path);
	if (config_read(&config, path, why, sizeof why) != 0)
		cmd_refuse("%s", why);
	return &config;
}

struct store *
cmd_store(enum store_mode mode)
{
	opened = store_new(cmd_config()->store, mode);
	return opened;
}

int64_t
cmd_now(void)
{
	int64_t now = 0;

	cmd_expect(store_now(opened, &now), "ledger");
	return now;
}

struct store_user
cmd_user_named(struct store *store, const char *name)
{
	struct store_user user;

	check_name(name);
	cmd_expect(store_user_get(store, name, &user), "user");
	return user;
}

void
cmd_grant_scope(const struct store_user *user, const char *asked,
    char scope[SCOPE_MAX + 1])
{
	strcpy(scope, user->scope);
	if (asked != NULL && asked[0] != '\0') {
		if (!scope_within(cmd_scope(asked), user->scope))
			cmd_refuse("%s has no such scope; %s has: %s",
			    user->name, user->name, user->scope);
		strcpy(scope, asked);
	}
	if (user->disabled)
		cmd_refuse("%s is disabled; postern user enable %s", user->name,
		    user->name);
}

int
cmd_done(void)
{
	store_free(opened);
	opened = NULL;
	if (fflush(stdout) == 0 && !ferror(stdout))
		return 0;
	fprintf(stderr, "postern: standard output: %s\n", strerror(errno));
	return 1;
}
