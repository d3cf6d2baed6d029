/* rest_test - tokens that are kept for processes of one request, which do not
 * open the ledger when nothing is in its log: what was written holds in the
 * very next process, whoever wrote it. */
#include <sys/stat.h>

#include "checker.h"

#define SOON_NS	INT64_C(50000000)	/* in place of SQLITE_AT_REST_NS */

static struct scene scene;
static int64_t rest_ns = SOON_NS;

/* What a process of one request says of a token. */
static struct answer
single(int number)
{
	struct answer answer = { 0 };
	struct store *store;
	int ends[2];
	pid_t child;

	if (pipe(ends) != 0 || (child = fork()) < 0)
		exit(2);
	if (child == 0) {
		store = store_new(scene.url, STORE_READ);
		store_start(store, 0, "/rest/test");
		SQ(store)->rest_ns = rest_ns;
		answer = look(store, number);
		store_free(store);
		_exit(write(ends[1], &answer, sizeof answer) !=
		    sizeof answer);
	}
	close(ends[1]);
	if (read(ends[0], &answer, sizeof answer) != sizeof answer)
		answer.rc = STORE_DOWN;
	close(ends[0]);
	waitpid(child, NULL, 0);
	return answer;
}

/* Ask until the ledger is not opened any more; returns 0 when it always is. */
static int
is_kept(int number)
{
	const int64_t end = milliseconds() + 20000;
	struct answer answer;

	do {
		answer = single(number);
		if (answer.rc != STORE_OK)
			return 0;
		if (!answer.is_open)
			return strcmp(answer.token.name, "demo") == 0 &&
			    answer.token.expires == 5000 + number;
	} while (milliseconds() < end);
	return 0;
}

static enum store_rc
says(int number)
{
	return single(number).rc;
}

/* Write in a process of its own, that then closes the ledger. */
static enum store_rc
write_and_close(enum store_rc (*what)(struct store *, int), int number)
{
	struct store *store;
	int status = 0;
	pid_t child = fork();

	if (child == 0) {
		store = store_new(scene.url, STORE_WRITE);
		status = (int)what(store, number);
		store_free(store);
		_exit(status);
	}
	waitpid(child, &status, 0);
	return WIFEXITED(status) ? (enum store_rc)WEXITSTATUS(status) :
	    STORE_DOWN;
}

static enum store_rc
add(struct store *store, int number)
{
	return add_token(store, &scene.user, number);
}

static enum store_rc
disable(struct store *store, int number)
{
	return store_user_set_disabled(store, "demo", number);
}

static int
is_kept_new(int number)
{
	return write_and_close(add, number) == STORE_OK && is_kept(number);
}

static off_t
log_size(void)
{
	char path[80];
	struct stat info;

	snprintf(path, sizeof path, "%s-wal", scene.ledger);
	return stat(path, &info) == 0 ? info.st_size : -1;
}

static void
test_settled(void)
{
	const int64_t start = milliseconds();
	int took;

	rest_ns = SQLITE_AT_REST_NS;
	ok(is_kept_new(1), "kept: the ledger is not opened");
	took = (int)(milliseconds() - start);
	ok(took >= 2400, "... but not before 2.5 s have gone by");
	printf("# %d ms\n", took);
	rest_ns = SOON_NS;
}

static void
test_revoked(void)
{
	int round, good = 1;

	for (round = 10; round < 40 && good; round++)
		good = is_kept_new(round) &&
		    write_and_close(end_token, round) == STORE_OK &&
		    log_size() == 0 && says(round) == STORE_NONE;
	ok(good, "30 revocations, each holds in the very next process");
}

/* A writer that stays leaves what it wrote in the log. */
static void
test_log(void)
{
	struct store *w;

	ok(is_kept_new(50), "a token");
	w = store_new(scene.url, STORE_WRITE);
	is(end_token(w, 50), STORE_OK, "revoked, and not closed");
	ok(log_size() > 0, "... it is in the log");
	is(says(50), STORE_NONE, "... at the next look");
	is(add(w, 51), STORE_OK, "a token in the log");
	ok(says(51) == STORE_OK && single(51).is_open,
	    "... opens the ledger");
	store_free(w);
	ok(is_kept(51), "... until the log is empty");
}

static void
test_changes(void)
{
	struct answer answer;

	ok(is_kept_new(60), "another token");
	run_sql(&scene, "UPDATE users SET scope = 'me'");
	answer = single(60);
	is_text(answer.token.user_scope, "me", "changed by hand: seen");
	ok(is_kept(60), "... kept again");
	run_sql(&scene, "PRAGMA journal_mode = DELETE; UPDATE users SET disabled = 1");
	answer = single(60);
	ok(answer.rc != STORE_OK || answer.token.user_disabled,
	    "... also without a log");
	run_sql(&scene, "PRAGMA journal_mode = WAL; UPDATE users SET disabled = 0");
	ok(is_kept(60), "... kept again");
	is(write_and_close(disable, 1), STORE_OK, "the user is disabled");
	is(says(60), STORE_NONE, "... which ends the token");
	is(write_and_close(disable, 0), STORE_OK, "enabled");
}

static int
copy(const char *from, const char *to, const char *how)
{
	char command[256];

	snprintf(command, sizeof command, "%s %s %s", how, from, to);
	return system(command);
}

/* Another file, by its own name or under the old one. */
static void
test_replaced(void)
{
	static const char *const how[] = { "cp -p", "cp", "mv" };
	char old[80];
	size_t i;
	int number = 70, good = 1;

	for (i = 0; i < sizeof how / sizeof how[0]; i++, number++) {
		snprintf(old, sizeof old, "%s/old", scene.dir);
		good &= copy(scene.ledger, old, "cp -p") == 0;
		ok(is_kept_new(number), "a token");
		good &= copy(old, scene.ledger, how[i]) == 0;
		is(says(number), STORE_NONE, how[i]);
	}
	ok(good, "an older ledger is noticed");
}

static void
test_open(void)
{
	/* SQLite closes an empty log to others by itself. */
	const char *const suffix[] = { "", "-shm" };
	char path[80];
	size_t i;

	ok(is_kept_new(80), "a token");
	for (i = 0; i < sizeof suffix / sizeof suffix[0]; i++) {
		snprintf(path, sizeof path, "%s%s", scene.ledger, suffix[i]);
		chmod(path, 0644);
		is(says(80), STORE_DOWN, "a file that others may read");
		chmod(path, 0600);
		is(says(80), STORE_OK, "... and not any more");
	}
	ok(is_kept(80), "a token");
	snprintf(path, sizeof path, "%s-shm", scene.ledger);
	chmod(path, 0);
	ok(single(80).rc != STORE_OK || single(80).is_open,
	    "a file that we may not read: the ledger is opened");
	chmod(path, 0600);
	ok(is_kept(80), "a token");
	chmod(scene.dir, 0755);
	is(says(80), STORE_DOWN, "a directory that others may read");
	chmod(scene.dir, 0700);
	is(says(80), STORE_OK, "... and not any more");
	unlink(scene.ledger);
	is(says(80), STORE_DOWN, "no ledger");
}

/* By a link's name SQLite has the log of what the link leads to. */
static void
test_link(void)
{
	char real[80];
	struct store *reader;
	int64_t end;
	int asked = 0, opened = 0;

	ok(is_kept_new(90), "a token");
	snprintf(real, sizeof real, "%s.real", scene.ledger);
	is(rename(scene.ledger, real), 0, "a ledger of another name");
	is(symlink(real, scene.ledger), 0, "... and a link to it");
	for (end = milliseconds() + 4 * SOON_NS / 1000000;
	    milliseconds() < end; asked++)
		opened += single(90).is_open;
	ok(asked > 1 && opened == asked, "... is always opened");
	reader = store_new(scene.url, STORE_READ);
	is(look(reader, 90).rc, STORE_OK, "somebody has it open");
	is(write_and_close(end_token, 90), STORE_OK, "revoked");
	is(says(90), STORE_NONE, "... at the next look");
	store_free(reader);
	unlink(scene.ledger);
	is(rename(real, scene.ledger), 0, "as it was");
}

static int until_killed;

static ssize_t
counted_pwrite(int fd, const void *data, size_t size, off_t at)
{
	if (until_killed-- == 0)
		kill(getpid(), SIGKILL);
	return pwrite(fd, data, size, at);
}

static int
counted_truncate(int fd, off_t size)
{
	if (until_killed-- == 0)
		kill(getpid(), SIGKILL);
	return ftruncate(fd, size);
}

/* A writer that is killed before one of its calls, be it for the commit or when
 * it closes. */
static enum store_rc
end_and_die(struct store *store, int number)
{
	sqlite3_vfs *vfs = sqlite3_vfs_find(NULL);

	vfs->xSetSystemCall(vfs, "pwrite64",
	    (sqlite3_syscall_ptr)counted_pwrite);
	vfs->xSetSystemCall(vfs, "pwrite", (sqlite3_syscall_ptr)counted_pwrite);
	vfs->xSetSystemCall(vfs, "ftruncate",
	    (sqlite3_syscall_ptr)counted_truncate);
	return end_token(store, number);
}

static void
test_deaths(void)
{
	enum store_rc done = STORE_DOWN, before, truth;
	struct store *fresh;
	int stop, number, ended = 0, good = 1;

	for (stop = 0; done != STORE_OK && stop < 100 && good; stop++) {
		number = 100 + stop;
		good = is_kept_new(number);
		until_killed = stop;
		done = write_and_close(end_and_die, number);
		before = says(number);
		fresh = store_new(scene.url, STORE_READ);
		truth = look(fresh, number).rc;
		store_free(fresh);
		ended += truth == STORE_NONE;
		good &= before == truth && says(number) == truth &&
		    (done != STORE_OK || truth == STORE_NONE);
	}
	printf("# %d calls of a revocation, %d times it took place\n", stop,
	    ended);
	ok(good && done == STORE_OK && stop > 5 && ended > 1,
	    "a writer that dies before any of its calls leaves no stale token");
}

int
main(void)
{
	if (make_scene(&scene) != 0)
		return 1;
	store_free(scene.w);
	scene.w = NULL;
	test_settled();
	test_revoked();
	test_log();
	test_changes();
	test_replaced();
	test_link();
	test_deaths();
	test_open();
	return end_scene(&scene);
}
