/* cmd_ledger - the ledger as a whole: backup, restore. */
#include <stdio.h>

#include "cmd.h"

static const struct cmd_option no_options[] = { { NULL, NULL, NULL } };

static int
backup(int argc, char **argv)
{
	const char *path;

	cmd_read(argc, argv, no_options, &path, 1);
	switch (store_backup(cmd_store(STORE_READ), path)) {
	case STORE_OK:
		printf("backup %s\n", path);
		return cmd_done();
	case STORE_TAKEN:
		cmd_refuse("%s is there already: name another file", path);
	default:
		cmd_refuse("no copy was made; the reason stands above");
	}
}

static int
restore(int argc, char **argv)
{
	const char *path;
	char why[256] = "";

	cmd_read(argc, argv, no_options, &path, 1);
	if (store_restore(cmd_config()->store, path, why, sizeof why) !=
	    STORE_OK)
		cmd_refuse("%s: %s", path, why);
	printf("restored %s\n", path);
	return cmd_done();
}

const struct cmd cmd_ledger[] = {
	{ "backup", backup, "backup FILE",
	"  Write a consistent copy of the ledger into a new file, while the\n"
	"  endpoints go on working.  The copy holds no token and no password,\n"
	"  only digests and hashes, and is closed to others (0600).\n" },
	{ "restore", restore, "restore FILE",
	"  Put a copy back in place of the whole ledger.  A copy that is not\n"
	"  sound is refused.  Endpoints that run see it at the next request;\n"
	"  what was written since the copy is gone, revocations too.\n" },
	{ NULL, NULL, NULL, NULL }
};
