/* cmd_serverkey - the keys that only this server has: rotate, list. */
#include <stdio.h>
#include <time.h>

#include "cmd.h"
#include "serverkey.h"

#define MARGIN		60		/* seconds a request may have hung */

static const struct cmd_option no_options[] = { { NULL, NULL, NULL } };

/* A used refresh token is answered by the key of its first use until its own
 * end, which is refresh_idle after it was made. */
static int
rotate(int argc, char **argv)
{
	const struct config *config;
	struct server_key made;

	cmd_read(argc, argv, no_options, NULL, 0);
	config = cmd_config();
	if (serverkey_rotate(config, (int64_t)time(NULL),
	    config->refresh_idle + MARGIN, &made) != 0)
		cmd_refuse("nothing was changed; the reason stands above");
	cmd_note("server_key_rotated", NULL, NULL);
	printf("id %lld\n", (long long)made.id);
	crypto_wipe(&made, sizeof made);
	return cmd_done();
}

static void
print_line(const struct server_key *key, void *arg)
{
	(void)arg;
	printf("%lld %s\n", (long long)key->id, cmd_time(key->created));
}

static int
list(int argc, char **argv)
{
	cmd_read(argc, argv, no_options, NULL, 0);
	if (serverkey_list(cmd_config(), print_line, NULL) != 0)
		cmd_refuse("no keys; the reason stands above");
	return cmd_done();
}

const struct cmd cmd_serverkey[] = {
	{ "rotate", rotate, "server-key rotate",
	"  Make a new key, from which refresh tokens are derived from the next\n"
	"  request on.  Older ones stay as long as tokens of theirs may come\n"
	"  again (refresh_idle), so nobody is logged out.\n" },
	{ "list", list, "server-key list",
	"  Print the keys' ids and when they were made, newest first.\n" },
	{ NULL, NULL, NULL, NULL }
};
