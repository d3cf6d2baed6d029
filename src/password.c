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

static double
seconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

/* Try to lock slot number.  Returns the file that holds it, or -1. */
static int
try_slot(const struct config *config, long number)
{
	char path[CONFIG_PATH + 32];
	int fd;

	snprintf(path, sizeof path, "%s/slot.%ld", config->dir, number);
	fd = open(path, O_CREAT | O_RDWR | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (fd < 0) {
		log_event("slot %s: %s", path, strerror(errno));
		return -1;
	}
	if (flock(fd, LOCK_EX | LOCK_NB) == 0)
		return fd;
	close(fd);
	return -1;
}

/* sysconf(3) would open files, which a confined process may not. */
static long
count_cores(void)
{
	cpu_set_t cores;

	return sched_getaffinity(0, sizeof cores, &cores) == 0 ?
	    CPU_COUNT(&cores) : 1;
}

/* Wait for a slot.  Returns the file that holds it, to be closed, or -1. */
static int
take_slot(const struct config *config)
{
	const struct timespec pause = { 0, 5000000 };
	double deadline = seconds() + PASSWORD_WAIT;
	long slots = (long)config->password_slots, i;
	int fd;

	if (slots == 0)
		slots = count_cores();
	do {
		for (i = 0; i < (slots > 0 ? slots : 1); i++)
			if ((fd = try_slot(config, i)) >= 0)
				return fd;
		nanosleep(&pause, NULL);
	} while (seconds() < deadline);
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

enum password_rc
password_check(const struct config *config, const struct store_user *user,
    const char *password)
{
	char unused[CRYPTO_HASH_SIZE];
	struct crypto_cost ours = cost(config), theirs;
	int slot, right = 0;

	slot = take_slot(config);
	if (slot < 0)
		return PASSWORD_BUSY;
	if (user != NULL && !user->disabled &&
	    crypto_password_cost(user->password, &theirs) == 0)
		right = crypto_password_verify(user->password, password,
		    strlen(password));
	else
		crypto_password_hash(unused, password, strlen(password), &ours);
	close(slot);
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
	close(slot);
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
