/* cmd_ledger - the ledger as a whole: backup, restore, upgrade. */
#include <stdio.h>
#include <time.h>

#include "cmd.h"
#include "serverkey.h"

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
	const char *path, *url;
	char why[256] = "";
	int64_t from;

	cmd_read(argc, argv, no_options, &path, 1);
	url = cmd_config()->store;
	if (store_restore(url, path, why, sizeof why) != STORE_OK)
		cmd_refuse("%s: %s", path, why);
	if (store_upgrade(url, &from) != STORE_OK)
		cmd_refuse("%s was put back, but not upgraded: run postern "
		    "upgrade", path);
	cmd_note("ledger_restored", NULL, NULL);
	printf("restored %s\n", path);
	return cmd_done();
}

static int
upgrade(int argc, char **argv)
{
	const struct config *config;
	char title[STORE_TITLE];
	int64_t from;

	cmd_read(argc, argv, no_options, NULL, 0);
	config = cmd_config();
	switch (store_upgrade(config->store, &from)) {
	case STORE_OK:
		break;
	case STORE_NONE:
		store_title(config->store, title);
		cmd_refuse("%s is no ledger of ours, or of a newer Postern: "
		    "its schema is %lld, this program knows 1 to %d",
		    title, (long long)from, STORE_SCHEMA);
	default:
		cmd_refuse("nothing was changed; the reason stands above");
	}
	if (serverkey_ensure(config, (int64_t)time(NULL)) != 0)
		cmd_refuse("no server.keys was made; the reason stands above");
	if (from == STORE_SCHEMA)
		printf("schema %d\n", STORE_SCHEMA);
	else
		printf("schema %lld -> %d\n", (long long)from, STORE_SCHEMA);
	return cmd_done();
}

const struct cmd cmd_ledger[] = {
	{ "backup", backup, "backup FILE",
	"  Write a consistent copy of the ledger into a new file, while the\n"
	"  endpoints go on working.  The copy holds no token and no password,\n"
	"  only digests and hashes, and is closed to others (0600).\n" },
	{ "restore", restore, "restore FILE",
	"  Put a copy back in place of the whole ledger, an older Postern's\n"
	"  too.  A copy that is not sound is refused.  Endpoints that run see\n"
	"  it at the next request; what was written since the copy is gone,\n"
	"  revocations too.\n" },
	{ "upgrade", upgrade, "upgrade",
	"  Bring the ledger of an older Postern to this one's schema, as one\n"
	"  transaction, and make server.keys when it is missing.  Does nothing\n"
	"  where there is nothing to do.  An older Postern does not open the\n"
	"  ledger after that: postern backup with the old one comes first.\n" },
	{ NULL, NULL, NULL, NULL }
};
