/* guess_test - the ledger's contract: wrong guesses, and who came in. */
#include <sys/wait.h>
#include <unistd.h>

#include "store.h"
#include "tap.h"
#include "urls.h"

static struct store_guess
of(uint8_t one, uint8_t other, int64_t now)
{
	struct store_guess guess = { .keys = other != 0 ? 2 : 1, .now = now,
		.free = 3, .wait = 30, .wait_max = 100, .forget = 1000 };

	memset(guess.key[0], one, CRYPTO_DIGEST);
	memset(guess.key[1], other, CRYPTO_DIGEST);
	return guess;
}

/* What a wrong one leads to: 0 when it was counted, else until when. */
static int64_t
wrong(struct store *store, uint8_t one, uint8_t other, int64_t now)
{
	struct store_guess guess = of(one, other, now);
	int64_t until = -1;
	enum store_rc rc = store_guess_wrong(store, &guess, &until);

	return rc == STORE_OK ? 0 : rc == STORE_TAKEN ? until : -1;
}

static int64_t
until(struct store *store, uint8_t one, uint8_t other, int64_t now)
{
	struct store_guess guess = of(one, other, now);
	int64_t when = -1, count;

	is(store_guess_look(store, &guess, &when, &count), STORE_OK, "look");
	return when;
}

static int64_t
counted(struct store *store, uint8_t one, int64_t now)
{
	struct store_guess guess = of(one, 0, now);
	int64_t when, count = -1;

	is(store_guess_look(store, &guess, &when, &count), STORE_OK, "count");
	return count;
}

static void
test_waits(struct store *w, struct store *r)
{
	is(until(r, 1, 2, 5000), 0, "nobody waits");
	is(wrong(w, 1, 2, 5000), 0, "one");
	is(wrong(w, 1, 2, 5001), 0, "two");
	is(until(r, 1, 2, 5002), 0, "... are free");
	is(wrong(w, 1, 2, 5002), 0, "three");
	is(until(r, 1, 2, 5003), 5032, "... start a wait");
	is(until(r, 1, 0, 5003), 5032, "... for the one key");
	is(until(r, 2, 0, 5003), 5032, "... and for the other");
	is(until(r, 3, 0, 5003), 0, "... and for no third");
	is(wrong(w, 1, 3, 5003), 5032, "who waits is not counted");
	is(counted(r, 3, 5003), 0, "... by no key");
	is(counted(r, 1, 5003), 3, "... nor prolongs the wait");
	is(until(r, 1, 2, 5032), 0, "the wait is over");
	is(wrong(w, 1, 3, 5032), 0, "... and one is counted");
	is(until(r, 1, 0, 5033), 5092, "... the wait doubles");
	is(until(r, 2, 0, 5033), 0, "... for the key that guessed");
	is(wrong(w, 1, 0, 5092), 0, "one more");
	is(until(r, 1, 0, 5093), 5192, "... up to the longest");
	is(wrong(w, 1, 0, 5192), 0, "one more");
	is(until(r, 1, 0, 5193), 5292, "... and no longer");
	is(until(r, 1, 0, 4000), 4100, "a clock set back: the longest");
	is(counted(r, 1, 6193), 0, "after a while all is forgotten");
	is(wrong(w, 1, 0, 6193), 0, "... and counts from one");
	is(counted(r, 1, 6193), 1, "... again");
}

static void
test_right(struct store *w, struct store *r)
{
	struct store_guess guess = of(9, 0, 7000);
	int64_t when = -1;

	is(store_login_get(r, guess.key[0], &when), STORE_NONE, "a stranger");
	is(store_guess_right(w, &guess, guess.key[0], &when), STORE_OK, "in");
	is(store_login_get(r, guess.key[0], &when), STORE_OK, "... known");
	is(when, 7000, "... since then");
	is(wrong(w, 9, 0, 7001), 0, "a wrong one");
	guess.now = 7002;
	is(store_guess_right(w, &guess, guess.key[0], &when), STORE_OK, "in");
	is(counted(r, 9, 7003), 0, "... and it is forgotten");
	is(store_login_get(r, guess.key[0], &when), STORE_OK, "... known");
	is(when, 7002, "... since then");
	is(wrong(w, 9, 8, 7003) + wrong(w, 9, 8, 7003) + wrong(w, 9, 8, 7003),
	    0, "three wrong ones");
	guess = of(9, 8, 7004);
	is(store_guess_right(w, &guess, guess.key[0], &when), STORE_TAKEN,
	    "a right one has to wait too");
	is(when, 7033, "... until then");
	is(store_guess_forget(w, &when), STORE_OK, "forget");
	is(when > 0, 1, "... some");
	is(until(r, 9, 8, 7004), 0, "... and nobody waits");
	is(store_guess_forget(w, &when), STORE_OK, "again");
	is(when, 0, "... none");
}

/* Many at once: each one that is counted counts. */
static void
test_many(const char *url)
{
	struct store *store;
	int child, status, sum = 0;

	for (child = 0; child < 8; child++)
		if (fork() == 0) {
			store = store_new(url, STORE_WRITE);
			for (child = 0; child < 20; child++)
				sum += wrong(store, 5, 6, 9000) == 0;
			_exit(sum);
		}
	for (child = 0; child < 8; child++)
		if (wait(&status) > 0)
			sum += WEXITSTATUS(status);
	is(sum, 3, "160 guesses by eight at once: three are answered");
}

static void
test(const char *url)
{
	struct store *w, *r;

	is(store_create(url), STORE_OK, "create");
	w = store_new(url, STORE_WRITE);
	r = store_new(url, STORE_READ);
	test_waits(w, r);
	test_right(w, r);
	store_free(w);
	store_free(r);
	test_many(url);
}

int
main(void)
{
	return over_urls(test);
}
