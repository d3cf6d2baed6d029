/* password - does this password belong to that user, at a bounded cost. */
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <time.h>
#include <unistd.h>

#include "log.h"
#include "password.h"

#define SLOTS_MAX	64

static int held[SLOTS_MAX];		/* slots that stay open; 0: none */
static double took;			/* seconds in a slot, lately; 0: none */

static double
seconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static int
open_slot(const struct config *config, long number)
{
	char path[CONFIG_PATH + 32];
	int fd;

	snprintf(path, sizeof path, "%s/slot.%ld", config->dir, number);
	fd = open(path, O_CREAT | O_RDWR | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (fd < 0)
		log_event("slot %s: %s", path, strerror(errno));
	return fd;
}

/* Try to lock slot number.  Returns the file that holds it, or -1. */
static int
try_slot(const struct config *config, long number)
{
	int fd = held[number] != 0 ? held[number] :
	    open_slot(config, number);

	if (fd < 0 || flock(fd, LOCK_EX | LOCK_NB) == 0)
		return fd;
	if (fd != held[number])
		close(fd);
	return -1;
}

static void
leave_slot(int fd)
{
	size_t i;

	for (i = 0; i < SLOTS_MAX; i++)
		if (held[i] == fd) {
			flock(fd, LOCK_UN);
			return;
		}
	close(fd);
}

/* sysconf(3) would open files, which a confined process may not. */
static long
count_cores(void)
{
	cpu_set_t cores;

	return sched_getaffinity(0, sizeof cores, &cores) == 0 ?
	    CPU_COUNT(&cores) : 1;
}

static long
count_slots(const struct config *config)
{
	long slots = (long)config->password_slots;

	if (slots == 0)
		slots = count_cores();
	return slots > SLOTS_MAX ? SLOTS_MAX : slots;
}

void
password_hold(const struct config *config)
{
	long i, slots = count_slots(config);
	int fd;

	for (i = 0; i < slots; i++)
		if ((fd = open_slot(config, i)) > 0)
			held[i] = fd;
}

/* Wait for a slot.  Returns the file that holds it, to be left, or -1. */
static int
take_slot(const struct config *config)
{
	const struct timespec pause = { 0, 5000000 };
	double deadline = seconds() + PASSWORD_WAIT;
	long slots = count_slots(config), i;
	int fd;

	do {
		for (i = 0; i < slots; i++)
			if ((fd = try_slot(config, i)) >= 0)
				return fd;
	} while (seconds() < deadline && nanosleep(&pause, NULL) == 0);
	log_event("no slot for a password hash within %d s", PASSWORD_WAIT);
	return -1;
}

static struct crypto_cost
cost(const struct config *config)
{
	struct crypto_cost ours = { config->argon2_memory,
		config->argon2_passes };

	return ours;
}

int
password_is_rush(const struct config *config, int64_t waiting)
{
	double slots = (double)count_slots(config);

	return (double)waiting * took > PASSWORD_WAIT * slots;
}

/* The mean of what it took, in which the last times count most. */
static void
note_time(double now)
{
	took = took > 0 ? (3 * took + now) / 4 : now;
}

enum password_rc
password_check(const struct config *config, const struct store_user *user,
    const char *password)
{
	char unused[CRYPTO_HASH_SIZE];
	struct crypto_cost ours = cost(config), theirs;
	int slot, right = 0;
	double start;

	slot = take_slot(config);
	if (slot < 0)
		return PASSWORD_BUSY;
	start = seconds();
	if (user != NULL && !user->disabled &&
	    crypto_password_cost(user->password, &theirs) == 0)
		right = crypto_password_verify(user->password, password,
		    strlen(password));
	else
		crypto_password_hash(unused, password, strlen(password), &ours);
	leave_slot(slot);
	note_time(seconds() - start);
	return right == 1 ? PASSWORD_RIGHT : PASSWORD_WRONG;
}

int
password_hash(const struct config *config, const char *password,
    char hash[CRYPTO_HASH_SIZE])
{
	struct crypto_cost ours = cost(config);
	int slot = take_slot(config), rc;

	if (slot < 0)
		return -1;
	rc = crypto_password_hash(hash, password, strlen(password), &ours);
	leave_slot(slot);
	return rc;
}

int
password_is_dated(const struct config *config, const char *hash)
{
	struct crypto_cost theirs;

	return crypto_password_cost(hash, &theirs) == 0 &&
	    (theirs.memory < config->argon2_memory ||
	    theirs.passes < config->argon2_passes);
}
