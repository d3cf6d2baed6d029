/* files_test - a ledger's files that are moved, replaced, cut or opened to others
 * are noticed at the very next look, by whom the kernel tells of it too. */
#include <sys/inotify.h>
#include <time.h>

#include "checker.h"

/* Two directories, and a name that leads to the second by a symbolic link. */
static char top[] = "/tmp/postern-unit-XXXXXX";
static struct store_user user = { .created = 100 };

/* Token 1 is known here, token 2 there, and 3 was revoked in both. */
static const struct change {
	const char	*name, *change, *undo;
	enum store_rc	 rc;			/* of token 1 after it */
} changes[] = {
	{ "nothing", ":", ":", STORE_OK },
	{ "the ledger moved away", "mv a/l/ledger.db x",
	    "mv x a/l/ledger.db", STORE_DOWN },
	{ "the directory moved away", "mv a/l x", "mv x a/l", STORE_DOWN },
	{ "the directory above moved away", "mv a x", "mv x a", STORE_DOWN },
	{ "another directory in its place", "mv a/l x; cp -a there/l a/l",
	    "rm -r a/l; mv x a/l", STORE_NONE },
	{ "... in place of the one above", "mv a x; cp -a there a",
	    "rm -r a; mv x a", STORE_NONE },
	{ "another file in its place", "cp -p a/l/ledger.db x;"
	    "cp -p there/l/ledger.db a/l/y; mv a/l/y a/l/ledger.db",
	    "mv x a/l/y; mv a/l/y a/l/ledger.db", STORE_NONE },
	{ "the log moved away", "mv a/l/ledger.db-wal x",
	    "mv x a/l/ledger.db-wal", STORE_OK },
	{ "the ledger opened to others", "chmod 640 a/l/ledger.db",
	    "chmod 600 a/l/ledger.db", STORE_DOWN },
	{ "the log opened to others: empty, it is closed again",
	    "chmod 604 a/l/ledger.db-wal",
	    "test $(stat -c %a a/l/ledger.db-wal) = 600", STORE_OK },
	{ "-shm opened to others", "chmod 660 a/l/ledger.db-shm",
	    "chmod 600 a/l/ledger.db-shm", STORE_DOWN },
	{ "the directory opened to others", "chmod 755 a/l",
	    "chmod 700 a/l", STORE_DOWN },
	{ "the ledger cut", "cp -p a/l/ledger.db x;"
	    "truncate -s -4096 a/l/ledger.db", "cp -p x a/l/ledger.db; rm x",
	    STORE_DOWN },
	{ "the ledger emptied", "cp -p a/l/ledger.db x; : >a/l/ledger.db",
	    "cp -p x a/l/ledger.db; rm x", STORE_DOWN },
	{ "the same directory by another above", "mv a x; mkdir a;"
	    "mv x/l a/l", "rmdir x", STORE_OK },
};

static int
run(const char *command)
{
	char line[512];

	snprintf(line, sizeof line, "cd %s && { %s; }", top, command);
	return system(line);
}

/* Make a ledger that has one token of the two. */
static void
make_ledger(const char *name, int number)
{
	char url[128];
	struct store *w;

	snprintf(url, sizeof url, "mkdir -p -m 700 %s/l", name);
	run(url);
	snprintf(url, sizeof url, "sqlite:%s/%s/l/ledger.db", top, name);
	is(store_create(url), STORE_OK, name);
	w = store_new(url, STORE_WRITE);
	is(store_user_add(w, &user), STORE_OK, "... a user");
	is(add_token(w, &user, number), STORE_OK, "... a token");
	store_free(w);
}

/* Is there a place left for another that watches? */
static int
can_watch(void)
{
	int watch = inotify_init1(IN_CLOEXEC);

	if (watch >= 0)
		close(watch);
	return watch >= 0;
}

static void
test_change(const struct change *change, const char *url, int is_plain)
{
	struct checker checker;
	struct answer answer;

	start_checker(&checker, url);
	ok(ask_until_kept(&checker, 1, &answer), change->name);
	if (is_plain && can_watch())
		ok(answer.is_watched, "... told by the kernel");
	else
		ok(!is_plain || !answer.is_watched, "... looked at");
	is(run(change->change), 0, "... changed");
	is(ask(&checker, 1).rc, change->rc, "... noticed");
	is(ask(&checker, 2).rc, change->rc == STORE_OK ? STORE_NONE :
	    change->rc == STORE_NONE ? STORE_OK : STORE_DOWN,
	    "... and what it is now counts");
	is(run(change->undo), 0, "... back");
	stop_checker(&checker);
}

/* A directory that nobody watches, for it came later. */
static void
test_later(const char *url)
{
	struct checker checker;
	struct answer answer;
	int tries, done = 0;

	/* Both in one second, after which they are looked at anyway. */
	for (tries = 0; tries < 20 && !done; tries++) {
		time_t start;

		start_checker(&checker, url);
		ok(ask_until_kept(&checker, 1, &answer), "another above");
		start = time(NULL);
		run("mv a x; mkdir a; mv x/l a/l; rmdir x");
		ask(&checker, 1);
		run("mv a x");
		answer = ask(&checker, 1);
		done = time(NULL) == start;
		run("mv x a");
		stop_checker(&checker);
	}
	ok(done && answer.rc == STORE_DOWN, "... and that moved away");
}

/* A worker for whom it all happened, one thing after the other. */
static void
test_all(const char *url)
{
	struct checker checker;
	const struct change *change;
	int good = 1;

	start_checker(&checker, url);
	for (change = changes; change < changes + sizeof changes /
	    sizeof changes[0]; change++) {
		good &= run(change->change) == 0;
		good &= ask(&checker, 1).rc == change->rc;
		good &= run(change->undo) == 0;
		good &= ask(&checker, 1).rc == STORE_OK;
		if (!good) {
			printf("# %s\n", change->name);
			break;
		}
	}
	ok(good, "all of it to one process");
	stop_checker(&checker);
}

int
main(void)
{
	const struct change link = { "the link leads elsewhere",
		"ln -sfn there link", "ln -sfn a link", STORE_NONE };
	char url[128], command[64];
	size_t i;

	if (mkdtemp(top) == NULL || freopen("/dev/null", "w", stderr) == NULL)
		return 1;
	strcpy(user.name, "demo");
	strcpy(user.password, "hash");
	make_ledger("a", 1);
	make_ledger("there", 2);
	snprintf(url, sizeof url, "sqlite:%s/a/l/ledger.db", top);
	for (i = 0; i < sizeof changes / sizeof changes[0]; i++)
		test_change(&changes[i], url, 1);
	test_later(url);
	test_all(url);
	run("ln -s a link");
	snprintf(url, sizeof url, "sqlite:%s/link/l/ledger.db", top);
	test_change(&link, url, 0);
	snprintf(command, sizeof command, "rm -rf %s", top);
	return tap_done() | (system(command) != 0);
}
