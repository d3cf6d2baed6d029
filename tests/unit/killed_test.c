/* killed_test - a writer that dies before any of its calls leaves no token that
 * is kept and not in the ledger. */
#include "checker.h"

#define CHECKERS	2

static struct checker checkers[CHECKERS];
static struct scene scene;

/* A writer that is killed before its call number stop for a file.  Returns 1
 * when it had said that the token is revoked. */
static int until_killed;

static void
count_down(void)
{
	if (until_killed-- == 0)
		kill(getpid(), SIGKILL);
}

static ssize_t
counted_pwrite(int fd, const void *data, size_t size, off_t at)
{
	count_down();
	return pwrite(fd, data, size, at);
}

static int
counted_fcntl(int fd, int what, void *arg)
{
	count_down();
	return fcntl(fd, what, arg);
}

static int
revoke_until(int number, int stop)
{
	sqlite3_vfs *vfs = sqlite3_vfs_find(NULL);
	struct store *own;
	int status;
	pid_t child = fork();

	if (child == 0) {
		own = store_new(scene.url, STORE_WRITE);
		until_killed = stop;
		vfs->xSetSystemCall(vfs, "pwrite64",
		    (sqlite3_syscall_ptr)counted_pwrite);
		vfs->xSetSystemCall(vfs, "pwrite",
		    (sqlite3_syscall_ptr)counted_pwrite);
		vfs->xSetSystemCall(vfs, "fcntl",
		    (sqlite3_syscall_ptr)counted_fcntl);
		_exit(end_token(own, number) == STORE_OK ? 0 : 1);
	}
	waitpid(child, &status, 0);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static void
test_deaths(void)
{
	struct store *fresh;
	struct answer answer;
	enum store_rc truth;
	int stop, number = 300, done = -1, good = 1, ended = 0;

	for (stop = 0; done != 0 && stop < 500 && good; stop++) {
		if (end_token(scene.w, number) != STORE_DOWN)
			number++;
		good = add_token(scene.w, &scene.user, number) == STORE_OK && all_say(checkers, CHECKERS, number, STORE_OK);
		if (stop % 8 == 0)
			good &= ask_until_kept(&checkers[0], number, &answer);
		done = revoke_until(number, stop);
		fresh = store_new(scene.url, STORE_READ);
		truth = look(fresh, number).rc;
		store_free(fresh);
		ended += truth == STORE_NONE;
		good &= truth != STORE_DOWN && all_say(checkers, CHECKERS, number, truth) &&
		    (done != 0 || truth == STORE_NONE);
	}
	printf("# %d calls of a revocation, %d times it took place\n", stop,
	    ended);
	ok(good && done == 0 && stop > 10 && ended > 1,
	    "a writer that dies before any of its calls leaves no stale token");
}

int
main(void)
{
	int i;

	if (make_scene(&scene) != 0)
		return 1;
	for (i = 0; i < CHECKERS; i++)
		start_checker(&checkers[i], scene.url);
	test_deaths();
	for (i = 0; i < CHECKERS; i++)
		stop_checker(&checkers[i]);
	return end_scene(&scene);
}
