/* checker - a process that looks tokens up in a ledger on SQLite, as a worker
 * does. */
#ifndef CHECKER_H
#define CHECKER_H

#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "store_sqlite.h"
#include "tap.h"

/* It is told a number, and says what it found of the token, and how often the
 * ledger was asked. */
struct answer {
	enum store_rc		rc;
	int			asked;
	int			is_open;
	int			is_watched;	/* by the kernel, all of it */
	struct store_token	token;
};

struct checker {
	pid_t	pid;
	int	to, from;
};

static inline void
write_digest(int number, uint8_t digest[CRYPTO_DIGEST])
{
	memset(digest, 0, CRYPTO_DIGEST);
	memcpy(digest, &number, sizeof number);
	digest[CRYPTO_DIGEST - 1] = 1;
}

static inline struct answer
look(struct store *store, int number)
{
	struct answer answer;
	uint8_t digest[CRYPTO_DIGEST];
	sqlite3_stmt *statement;

	memset(&answer, 0, sizeof answer);
	write_digest(number, digest);
	answer.rc = store_token_get(store, digest, &answer.token);
	answer.is_open = SQ(store)->db != NULL;
	answer.is_watched = SQ(store)->watch >= 0 && SQ(store)->watches_above;
	statement = SQ(store)->prepared[Q_TOKEN_GET];
	answer.asked = statement == NULL ? 0 : sqlite3_stmt_status(statement,
	    SQLITE_STMTSTATUS_RUN, 0);
	return answer;
}

static inline void
be_checker(const char *url, int from, int to)
{
	struct store *store = store_new(url, STORE_READ);
	struct answer answer;
	int number;

	store_start(store, 1, "/live/test");
	while (read(from, &number, sizeof number) == sizeof number) {
		if (number < 0)		/* another start of the machine */
			SQ(store)->live_seed++;
		answer = look(store, abs(number));
		if (write(to, &answer, sizeof answer) != sizeof answer)
			break;
	}
	store_free(store);
	_exit(0);
}

static inline void
start_checker(struct checker *checker, const char *url)
{
	int down[2], up[2];

	if (pipe2(down, O_CLOEXEC) != 0 || pipe2(up, O_CLOEXEC) != 0)
		exit(2);
	checker->pid = fork();
	if (checker->pid == 0) {
		close(down[1]);
		close(up[0]);
		be_checker(url, down[0], up[1]);
	}
	close(down[0]);
	close(up[1]);
	checker->to = down[1];
	checker->from = up[0];
}

static inline void
stop_checker(struct checker *checker)
{
	kill(checker->pid, SIGTERM);
	close(checker->to);
	close(checker->from);
	waitpid(checker->pid, NULL, 0);
}

static inline struct answer
ask(const struct checker *checker, int number)
{
	struct answer answer = { 0 };

	if (write(checker->to, &number, sizeof number) != sizeof number ||
	    read(checker->from, &answer, sizeof answer) != sizeof answer)
		answer.rc = STORE_DOWN;
	return answer;
}

/* Ask until the ledger is not asked any more; returns 0 when it always is. */
static inline int
ask_until_kept(const struct checker *checker, int number,
    struct answer *answer)
{
	int tries, asked = -1;

	for (tries = 0; tries < 400; tries++) {
		*answer = ask(checker, number);
		if (answer->rc == STORE_OK && answer->asked == asked)
			return 1;
		asked = answer->asked;
		usleep(5000);
	}
	return 0;
}

/* Do all of count processes say this of a token? */
static inline int
all_say(const struct checker *checkers, int count, int number,
    enum store_rc rc)
{
	int i, good = 1;

	for (i = 0; i < count; i++)
		good &= ask(&checkers[i], number).rc == rc;
	return good;
}

/* Add a token to the ledger, as its number says; or end it. */
static inline enum store_rc
add_token(struct store *store, const struct store_user *user, int number)
{
	struct store_token row = { .kind = STORE_KIND_ACCESS, .created = 1000,
		.expires = 5000 + number };
	uint8_t digest[1][CRYPTO_DIGEST];

	write_digest(number, digest[0]);
	snprintf(row.scope, sizeof row.scope, "s%d", number);
	return store_token_add(store, user, &row,
	    (const uint8_t (*)[CRYPTO_DIGEST])digest, 1);
}

static inline enum store_rc
end_token(struct store *store, int number)
{
	uint8_t digest[CRYPTO_DIGEST];

	write_digest(number, digest);
	return store_token_revoke(store, digest);
}


/* A ledger in a directory of its own, with one user. */
struct scene {
	char			dir[32], ledger[64], url[128];
	struct store		*w;
	struct store_user	 user;
};

static inline int
make_scene(struct scene *scene)
{
	memset(scene, 0, sizeof *scene);
	strcpy(scene->dir, "/tmp/postern-unit-XXXXXX");
	if (mkdtemp(scene->dir) == NULL)
		return -1;
	snprintf(scene->ledger, sizeof scene->ledger, "%s/ledger.db",
	    scene->dir);
	snprintf(scene->url, sizeof scene->url, "sqlite:%s", scene->ledger);
	is(store_create(scene->url), STORE_OK, "made");
	scene->w = store_new(scene->url, STORE_WRITE);
	strcpy(scene->user.name, "demo");
	strcpy(scene->user.password, "hash");
	strcpy(scene->user.scope, "me items");
	scene->user.created = 100;
	is(store_user_add(scene->w, &scene->user), STORE_OK, "a user");
	return 0;
}

/* Change the ledger as nobody of ours would. */
static inline void
run_sql(const struct scene *scene, const char *sql)
{
	sqlite3 *db;

	if (sqlite3_open(scene->ledger, &db) != SQLITE_OK ||
	    sqlite3_exec(db, sql, NULL, NULL, NULL) != SQLITE_OK)
		printf("# %s\n", sqlite3_errmsg(db));
	sqlite3_close(db);
}

static inline int64_t
milliseconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * INT64_C(1000) + now.tv_nsec / 1000000;
}

/* Returns the exit status of the test. */
static inline int
end_scene(struct scene *scene)
{
	char command[64];

	store_free(scene->w);
	snprintf(command, sizeof command, "rm -rf %s", scene->dir);
	return tap_done() | (system(command) != 0);
}

#endif
