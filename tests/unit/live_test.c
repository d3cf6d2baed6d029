/* live_test - tokens that are kept between requests: what was written holds at
 * the very next look, in every process, whoever wrote it. */
#include <sys/stat.h>

#include "checker.h"

#define CHECKERS	2

/* The file has ids in front, and the slots behind. */
#define SLOTS	131072
#define PROBES	32
#define PLACES	(SLOTS - PROBES)
#define ID	8
#define SLOT	256
#define CROWD	50

static char kept[128];
static struct checker checkers[CHECKERS];
static struct scene scene;

static enum store_rc
add(int number)
{
	return add_token(scene.w, &scene.user, number);
}

static int
say(int number, enum store_rc rc)
{
	return all_say(checkers, CHECKERS, number, rc);
}

/* Is what a process says all that add wrote? */
static int
is_whole(const struct answer *answer, int number)
{
	char scope[16];

	snprintf(scope, sizeof scope, "s%d", number);
	return answer->rc == STORE_OK && answer->token.digest[31] == 1 &&
	    answer->token.kind == STORE_KIND_ACCESS &&
	    answer->token.user == scene.user.id && !answer->token.user_disabled &&
	    answer->token.created == 1000 &&
	    answer->token.expires == 5000 + number &&
	    answer->token.used == 0 && answer->token.client[0] == '\0' &&
	    answer->token.label[0] == '\0' &&
	    strcmp(answer->token.scope, scope) == 0 &&
	    strcmp(answer->token.name, "demo") == 0 &&
	    strcmp(answer->token.user_scope, "me items") == 0;
}

static int
is_kept(const struct checker *checker, int number)
{
	struct answer answer;

	return ask_until_kept(checker, number, &answer) &&
	    is_whole(&answer, number);
}

static void
test_kept(void)
{
	int asked;

	is(add(1), STORE_OK, "a token");
	ok(is_kept(&checkers[0], 1), "kept: the ledger is not asked again");
	asked = ask(&checkers[1], 2).asked;
	ok(ask(&checkers[1], 1).asked == asked,
	    "... nor by a process that never did");
	ok(ask(&checkers[1], -1).asked == asked + 1,
	    "what is of another start of the machine is not believed");
	is(end_token(scene.w, 1), STORE_OK, "revoked");
	ok(say(1, STORE_NONE), "... at the next look, everywhere");
	stop_checker(&checkers[1]);
	start_checker(&checkers[1], scene.url);
}

/* A revocation, by whomever, is between two looks. */
static void
test_revoked(void)
{
	int round, good = 1;

	for (round = 10; round < 210 && good; round++)
		good = add(round) == STORE_OK && say(round, STORE_OK) &&
		    say(round, STORE_OK) && say(10, STORE_OK) == (
		    round == 10) && end_token(scene.w, round) == STORE_OK &&
		    say(round, STORE_NONE);
	ok(good, "200 revocations, each holds at the very next look");
}

static void
test_changes(void)
{
	struct answer answer;

	is(add(2), STORE_OK, "another token");
	ok(is_kept(&checkers[0], 2), "... is kept");
	is(store_user_set_scope(scene.w, "demo", "me"), STORE_OK, "less scope");
	answer = ask(&checkers[0], 2);
	is_text(answer.token.user_scope, "me", "... at the next look");
	store_user_set_scope(scene.w, "demo", "me items");
	ok(is_kept(&checkers[0], 2), "... kept again");
	run_sql(&scene, "UPDATE users SET disabled = 1");
	is(ask(&checkers[0], 2).token.user_disabled, 1,
	    "changed by hand: seen at the next look");
	run_sql(&scene, "UPDATE users SET disabled = 0");
	ok(is_kept(&checkers[0], 2), "... kept again");
	is(store_user_set_disabled(scene.w, "demo", 1), STORE_OK, "disabled");
	ok(say(2, STORE_NONE), "... ends the tokens");
	store_user_set_disabled(scene.w, "demo", 0);
}

/* The file below the log was changed so lately that its time may not show when
 * it is changed again. */
static void
test_settled(void)
{
	int asked, tries, good = 0;
	int64_t start;

	is(add(4), STORE_OK, "a token");
	for (tries = 0; tries < 100 && !good; tries++) {
		start = milliseconds();
		utimensat(AT_FDCWD, scene.ledger, NULL, 0);
		asked = ask(&checkers[0], 4).asked;
		good = ask(&checkers[0], 4).asked == asked + 1 &&
		    milliseconds() - start < 40;
	}
	ok(good, "changed just now: nothing is kept");
	ok(is_kept(&checkers[0], 4), "... later it is");
}

/* The ledger's file is what it was, and has the time that it had: somebody put
 * an old copy back into it, or wants it to look so. */
static void
test_backdated(void)
{
	char command[256];
	struct stat then;
	struct timespec times[2];
	int i, good = 1;

	is(add(5), STORE_OK, "a token");
	run_sql(&scene, "PRAGMA wal_checkpoint(TRUNCATE)");
	ok(is_kept(&checkers[0], 5), "... is kept, and the log is empty");
	is(stat(scene.ledger, &then), 0, "... at a time");
	is(end_token(scene.w, 5), STORE_OK, "... revoked");
	for (i = 0; i < CHECKERS; i++)
		stop_checker(&checkers[i]);
	store_free(scene.w);
	run_sql(&scene, "PRAGMA wal_checkpoint(TRUNCATE)");
	times[0] = then.st_atim;
	times[1] = then.st_mtim;
	for (i = 0; i < CHECKERS; i++)
		start_checker(&checkers[i], scene.url);
	ok(say(5, STORE_NONE), "... is refused");
	is(utimensat(AT_FDCWD, scene.ledger, times, 0), 0, "the time set back");
	ok(say(5, STORE_NONE), "... is not believed");
	scene.w = store_new(scene.url, STORE_WRITE);

	snprintf(command, sizeof command, "cp -p %s %s.old", scene.ledger, scene.ledger);
	good &= system(command) == 0 && add(5) == STORE_OK &&
	    is_kept(&checkers[0], 5);
	run_sql(&scene, "PRAGMA wal_checkpoint");
	snprintf(command, sizeof command, "cp -p %s.old %s", scene.ledger, scene.ledger);
	ok(good && system(command) == 0, "an old copy, with its time");
	ok(say(5, STORE_NONE), "... is what counts");
}

/* A list is what it was when it began, and so is what is read meanwhile. */
static struct store *lister;

static void
on_token(const struct store_token *token, void *arg)
{
	int *done = arg;
	pid_t child;

	(void)token;
	if ((*done)++ != 0)
		return;
	child = fork();
	if (child == 0)
		_exit(end_token(store_new(scene.url, STORE_WRITE), 4) == STORE_OK);
	waitpid(child, done, 0);
	look(lister, 4);
}

static void
test_list(void)
{
	int done = 0;

	lister = store_new(scene.url, STORE_READ);
	store_start(lister, 1, "/live/test");
	is(look(lister, 4).rc, STORE_OK, "a token");
	store_token_list(lister, NULL, STORE_KIND_ACCESS, on_token, &done);
	ok(done != 0, "... revoked while tokens are listed");
	is(look(lister, 4).rc, STORE_NONE, "... and refused after that");
	ok(say(4, STORE_NONE), "... by all");
	store_free(lister);
}

/* Change each byte of the file in turn: what is half written, or was. */
static void
test_broken(void)
{
	int fd, at, is_id, good = 1;
	uint8_t digest[CRYPTO_DIGEST], byte;
	struct answer answer;
	uint64_t id;
	off_t place;

	is(add(3), STORE_OK, "a token");
	ok(is_kept(&checkers[0], 3), "... is kept");
	write_digest(3, digest);
	memcpy(&id, digest, sizeof id);
	fd = open(kept, O_RDWR);
	answer = ask(&checkers[0], 3);
	for (at = 0; at < SLOT + ID; at++) {
		int asked = answer.asked;

		is_id = at >= SLOT;
		place = (off_t)(id % PLACES);
		place = is_id ? place * ID + at - SLOT :
		    SLOTS * ID + place * SLOT + at;
		good &= pread(fd, &byte, 1, place) == 1;
		byte ^= 1;
		good &= pwrite(fd, &byte, 1, place) == 1;
		answer = ask(&checkers[0], 3);
		/* By another id it is not found, and goes to another slot. */
		good &= is_whole(&answer, 3) &&
		    answer.asked == asked + (!is_id || at == SLOT);
		byte ^= 1;
		if (is_id)
			good &= pwrite(fd, &byte, 1, place) == 1;
	}
	close(fd);
	ok(good, "a kept token with any byte changed is not believed");
}

/* More tokens than places for them, and three who look. */
static void
test_crowd(void)
{
	int child, i, n, status, odd = 0;
	pid_t pids[3];
	struct answer answer;
	struct store *store;

	for (i = 0; i < CROWD; i++)	/* the same place, another id */
		odd |= add(1000 + i * PLACES) != STORE_OK;
	odd |= !is_kept(&checkers[0], 1000);
	for (child = 0; child < 3; child++) {
		if ((pids[child] = fork()) != 0)
			continue;
		store = store_new(scene.url, STORE_READ);
		store_start(store, 1, "/live/test");
		for (i = child; i < 6000; i++) {
			n = 1000 + i * 7 % CROWD * PLACES;
			answer = look(store, n);
			odd |= !is_whole(&answer, n);
		}
		odd |= answer.asked < 100 || answer.asked > 5990;
		store_free(store);
		_exit(odd);
	}
	for (child = 0; child < 3; child++) {
		waitpid(pids[child], &status, 0);
		odd |= status;
	}
	is(odd, 0, "three processes, 50 tokens for 32 places");
}

static void
test_refused(void)
{
	struct store *store;
	char other[300];

	snprintf(other, sizeof other, "%s-live/elsewhere.2", scene.ledger);
	is(symlink(kept, other), 0, "a link in the file's place");
	store = store_new(scene.url, STORE_READ);
	store_start(store, 1, "/elsewhere");
	ok(SQ(store)->live == NULL, "... is not followed");
	is(look(store, 3).rc, STORE_OK, "... and not needed");
	store_free(store);
	unlink(other);
	close(open(other, O_CREAT | O_RDWR, 0644));
	chmod(other, 0644);
	store = store_new(scene.url, STORE_READ);
	store_start(store, 1, "/elsewhere");
	ok(SQ(store)->live == NULL, "a file that others may read is none");
	store_free(store);
	store = store_new(scene.url, STORE_READ);
	store_start(store, 1, NULL);
	ok(SQ(store)->live == NULL, "a single request keeps nothing");
	store_free(store);
}

int
main(void)
{
	int i;

	if (make_scene(&scene) != 0)
		return 1;
	snprintf(kept, sizeof kept, "%s-live/live+test.2", scene.ledger);
	for (i = 0; i < CHECKERS; i++)
		start_checker(&checkers[i], scene.url);
	test_kept();
	test_revoked();
	test_changes();
	test_settled();
	test_list();
	test_backdated();
	test_broken();
	test_crowd();
	test_refused();
	for (i = 0; i < CHECKERS; i++)
		stop_checker(&checkers[i]);
	return end_scene(&scene);
}
