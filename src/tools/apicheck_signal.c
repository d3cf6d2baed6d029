/* apicheck_signal - an end before the end, with all that was found so far. */
#include <signal.h>
#include <string.h>

#include "apicheck_signal.h"

static volatile sig_atomic_t came;

static void
note(int number)
{
	came = number;
}

void
signal_watch(void)
{
	struct sigaction action;

	memset(&action, 0, sizeof action);
	action.sa_handler = note;
	/* Without SA_RESTART, for the pause between requests must end. */
	action.sa_flags = (int)SA_RESETHAND;
	sigaction(SIGINT, &action, NULL);
	sigaction(SIGTERM, &action, NULL);
}

const char *
signal_came(void)
{
	if (came == 0)
		return NULL;
	return came == SIGINT ? "stopped by SIGINT" : "stopped by SIGTERM";
}
