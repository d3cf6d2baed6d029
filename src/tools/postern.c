/* postern - the operator's command. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cmd.h"

static const struct {
	const char		*name;
	const struct cmd	*list;
	int			 single;	/* no action follows the name */
} families[] = {
	{ "init", cmd_init, 1 },
	{ "user", cmd_user, 0 },
	{ "token", cmd_token, 0 },
	{ "client", cmd_client, 0 },
	{ "key", cmd_key, 0 },
	{ "item", cmd_item, 0 },
	{ "audit", cmd_audit, 1 },
	{ "limit", cmd_limit, 0 },
	{ "server-key", cmd_serverkey, 0 },
	{ "backup", cmd_ledger, 1 },
	{ "restore", cmd_ledger, 1 },
	{ "upgrade", cmd_ledger, 1 },
	{ "migrate", cmd_migrate, 1 },
};
#define FAMILIES	(sizeof families / sizeof families[0])

static const char help[] =
"usage: postern [-c FILE] COMMAND ...\n"
"\n"
"  init [--tutorial] [--store URL] DIR    make a configuration and a ledger\n"
"  user add | list | show | passwd | scope | disable | enable | delete\n"
"  token mint | import | list | revoke | purge\n"
"  client add | list | secret | delete    programs that ask for tokens\n"
"  key create | list | revoke             API keys, which live for long\n"
"  item add | list | delete               what /users/me/items answers\n"
"  audit                                  what happened, and to whom\n"
"  limit forget                           wrong guesses, and who must wait\n"
"  server-key rotate | list               what refresh tokens are made with\n"
"  doctor [URL]                           look for what is wrong\n"
"  apicheck URL                           call an API's guarded routes wrongly\n"
"  backup FILE                            copy the ledger while it is used\n"
"  restore FILE                           put a copy back\n"
"  upgrade                                take over an older Postern's ledger\n"
"  migrate FROM TO                        copy a ledger to another, or back\n"
"\n"
"  postern COMMAND --help tells more; --version prints the version.\n"
"\n"
"The configuration is FILE, else what POSTERN_CONF names, else, relative to\n"
"this program, ../../postern/postern.conf, else ../postern.conf.  Secrets are\n"
"read from standard input or generated, never taken as arguments.\n"
"Exit status: 0 done, 1 refused, 2 wrong usage.\n";

/* Run a program of its own that stands beside this one, as git does. */
static int
run_beside(const char *name, char **argv)
{
	char path[CONFIG_PATH + 64], *slash;
	ssize_t length = readlink("/proc/self/exe", path, CONFIG_PATH);

	if (length <= 0 || length == CONFIG_PATH)
		cmd_refuse("/proc/self/exe: %s", strerror(errno));
	path[length] = '\0';
	slash = strrchr(path, '/');
	snprintf(slash, 64, "/postern-%s", name);
	execv(path, argv);
	cmd_refuse("%s: %s; reinstall Postern (STATIC=1 leaves this one out)",
	    path, strerror(errno));
}

int
main(int argc, char **argv)
{
	size_t i;
	int at = 1;

	for (; at < argc && argv[at][0] == '-'; at++) {
		if (strcmp(argv[at], "--help") == 0) {
			fputs(help, stdout);
			return cmd_done();
		}
		if (strcmp(argv[at], "--version") == 0) {
			printf("postern %s\n", VERSION);
			return cmd_done();
		}
		if (strcmp(argv[at], "-c") != 0 || at + 1 == argc)
			cmd_misused("unknown or incomplete option %s; see "
			    "postern --help", argv[at]);
		cmd_use_config(argv[++at]);
		setenv("POSTERN_CONF", argv[at], 1);
	}
	if (at == argc) {
		fputs(help, stderr);
		return 2;
	}
	argc -= at;
	argv += at;
	if (strcmp(argv[0], "doctor") == 0 || strcmp(argv[0], "apicheck") == 0)
		return run_beside(argv[0], argv);
	for (i = 0; i < FAMILIES; i++) {
		if (strcmp(argv[0], families[i].name) != 0)
			continue;
		/* A command without actions is the action of its own name. */
		if (families[i].single)
			return cmd_dispatch(families[i].list, argc + 1,
			    argv - 1);
		return cmd_dispatch(families[i].list, argc, argv);
	}
	cmd_misused("there is no command %s; see postern --help", argv[0]);
}
