/* cmd_limit - postern limit: wrong guesses that are counted. */
#include <stdio.h>

#include "cmd.h"

static const struct cmd_option no_options[] = { { NULL, NULL, NULL } };

static int
forget(int argc, char **argv)
{
	int64_t count;

	cmd_read(argc, argv, no_options, NULL, 0);
	cmd_expect(store_guess_forget(cmd_store(STORE_WRITE), &count),
	    "limit");
	cmd_note("limits_forgotten", NULL, NULL);
	printf("forgotten %lld\n", (long long)count);
	return cmd_done();
}

const struct cmd cmd_limit[] = {
	{ "forget", forget, "limit forget",
	"  Forget all wrong guesses, so that nobody has to wait.  They are\n"
	"  counted under keyed digests, so no single one can be named.\n" },
	{ NULL, NULL, NULL, NULL }
};
