/* serverkey - the keys that only this server has, in a file outside the
 * ledger. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "log.h"
#include "serverkey.h"
#include "text.h"

#define PATH_SIZE	(CONFIG_PATH + 32)
#define DIGITS		64		/* of a key */
#define LINE_SIZE	(20 + 20 + DIGITS + 1)	/* two numbers and blanks */

_Static_assert(DIGITS == 2 * CRYPTO_KEY, "digits");

struct ring {
	size_t	count;
	struct server_key key[SERVERKEY_MAX];
};

static int held = -1;			/* the file, where it stays open */
static int is_stuck;

static void
wipe_ring(struct ring *ring)
{
	crypto_wipe(ring, sizeof *ring);
}

/* The path of the file, with suffix behind it. */
static int
find_file(const struct config *config, const char *suffix,
    char path[PATH_SIZE])
{
	if (config->dir[0] == '\0') {
		log_event("server.keys: there is no configuration");
		return -1;
	}
	snprintf(path, PATH_SIZE, "%s/server.keys%s", config->dir, suffix);
	return 0;
}

/* Read "ID CREATED HEX", which ends before the byte end. */
static int
read_line(char *line, const char *end, struct server_key *key)
{
	char *created = strchr(line, ' ');
	char *hex = created == NULL ? NULL : strchr(created + 1, ' ');
	int high, low;
	size_t i;

	if (hex == NULL || end - hex != DIGITS + 1)
		return -1;
	*created++ = *hex++ = '\0';
	if (text_number(line, INT64_MAX, &key->id) != 0 || key->id < 1 ||
	    text_number(created, INT64_MAX, &key->created) != 0)
		return -1;
	for (i = 0; i < CRYPTO_KEY; i++) {
		high = text_hex(hex[2 * i]);
		low = text_hex(hex[2 * i + 1]);
		if (high < 0 || low < 0)
			return -1;
		key->key[i] = (uint8_t)(high << 4 | low);
	}
	return 0;
}

/* Read text, which has a NUL behind its length bytes.  Returns 0, or the
 * number of the line that is wrong. */
static int
read_lines(char *text, size_t length, struct ring *ring)
{
	char *line = text, *end;
	struct server_key *key;

	for (ring->count = 0; line < text + length; ring->count++) {
		key = &ring->key[ring->count];
		end = memchr(line, '\n', (size_t)(text + length - line));
		if (end == NULL || ring->count == SERVERKEY_MAX)
			return (int)ring->count + 1;
		*end = '\0';
		if (read_line(line, end, key) != 0 ||
		    (ring->count > 0 && key->id >= key[-1].id))
			return (int)ring->count + 1;
		line = end + 1;
	}
	return ring->count == 0;
}

void
serverkey_hold(const struct config *config)
{
	char path[PATH_SIZE];

	if (held < 0 && find_file(config, "", path) == 0)
		held = open(path, O_RDONLY | O_CLOEXEC);
}

int
serverkey_is_stuck(void)
{
	return is_stuck;
}

/* Open the file, or start anew in the one that is held while it is the same.
 * What a process may not open says so. */
static int
open_file(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	struct stat now, then;

	if (fd >= 0 || errno != EACCES || stat(path, &now) != 0)
		return fd;
	if (held >= 0 && fstat(held, &then) == 0 &&
	    now.st_dev == then.st_dev && now.st_ino == then.st_ino &&
	    lseek(held, 0, SEEK_SET) == 0)
		return held;
	is_stuck = 1;
	errno = EACCES;
	return -1;
}

/* Read up to size bytes; what is not there to be read is -1. */
static ssize_t
read_whole(const char *path, char *out, size_t size)
{
	int fd = open_file(path);
	size_t length = 0;
	ssize_t got = fd < 0 ? -1 : 1;

	while (fd >= 0 && got != 0 && length < size) {
		got = read(fd, out + length, size - length);
		if (got < 0 && errno != EINTR)
			break;
		length += got > 0 ? (size_t)got : 0;
	}
	if (got < 0)
		log_event("%s: %s", path, strerror(errno));
	if (fd >= 0 && fd != held)
		close(fd);
	return got < 0 ? -1 : (ssize_t)length;
}

static int
read_ring(const char *path, struct ring *ring)
{
	char text[SERVERKEY_MAX * LINE_SIZE + 1], why[PATH_SIZE + 128];
	ssize_t length;
	int wrong = -1;

	if (config_private(path, why, sizeof why) != 0) {
		log_event("%s%s", why, access(path, F_OK) == 0 ? "" :
		    "; postern upgrade makes one");
		return -1;
	}
	length = read_whole(path, text, sizeof text - 1);
	if (length >= 0) {
		text[length] = '\0';
		wrong = read_lines(text, (size_t)length, ring);
	}
	crypto_wipe(text, sizeof text);
	if (wrong == 0)
		return 0;
	if (wrong > 0)
		log_event("%s line %d: is not a key as postern writes them",
		    path, wrong);
	wipe_ring(ring);
	return -1;
}

int
serverkey_get(const struct config *config, int64_t id, struct server_key *key)
{
	char path[PATH_SIZE];
	struct ring ring;
	size_t i = 0;
	int found;

	if (find_file(config, "", path) != 0 || read_ring(path, &ring) != 0)
		return -1;
	while (id != 0 && i < ring.count && ring.key[i].id != id)
		i++;
	found = i < ring.count;
	if (found)
		*key = ring.key[i];
	else
		log_event("%s: key %lld is not there any more", path,
		    (long long)id);
	wipe_ring(&ring);
	return found ? 0 : -1;
}

int
serverkey_list(const struct config *config,
    void (*each)(const struct server_key *key, void *arg), void *arg)
{
	char path[PATH_SIZE];
	struct ring ring;
	size_t i;

	if (find_file(config, "", path) != 0 || read_ring(path, &ring) != 0)
		return -1;
	for (i = 0; i < ring.count; i++) {
		crypto_wipe(ring.key[i].key, CRYPTO_KEY);
		each(&ring.key[i], arg);
	}
	wipe_ring(&ring);
	return 0;
}

/* Put a fresh key on top of those that are to stay. */
static int
renew_ring(struct ring *ring, int64_t now, int64_t keep)
{
	struct server_key fresh = { .id = 1, .created = now };
	size_t from, to = 0;

	if (ring->count > 0 && ring->key[0].id == INT64_MAX)
		return -1;
	if (ring->count > 0)
		fresh.id = ring->key[0].id + 1;
	for (from = 0; from < ring->count; from++)
		if (from == 0 || now - ring->key[from - 1].created <= keep)
			to++;
		else
			break;		/* the older ones went before it */
	if (to == SERVERKEY_MAX)
		return -1;
	memmove(&ring->key[1], &ring->key[0], to * sizeof ring->key[0]);
	crypto_random(fresh.key, sizeof fresh.key);
	ring->key[0] = fresh;
	ring->count = to + 1;
	crypto_wipe(&fresh, sizeof fresh);
	return 0;
}

static size_t
write_lines(char *text, const struct ring *ring)
{
	static const char digits[] = "0123456789abcdef";
	const struct server_key *key = ring->key;
	char *at = text;
	size_t i;

	for (; key < ring->key + ring->count; key++) {
		at += snprintf(at, LINE_SIZE, "%lld %lld ", (long long)key->id,
		    (long long)key->created);
		for (i = 0; i < DIGITS; i++)
			*at++ = digits[key->key[i / 2] >>
			    (i % 2 == 0 ? 4 : 0) & 15];
		*at++ = '\n';
	}
	return (size_t)(at - text);
}

/* Write a new file at path; what a rotation that was cut short left there
 * goes first. */
static int
write_ring(const char *path, const struct ring *ring)
{
	char text[SERVERKEY_MAX * LINE_SIZE + 1];
	size_t length = write_lines(text, ring), done = 0;
	ssize_t wrote = 0;
	int fd;

	unlink(path);
	fd = open(path, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0600);
	while (fd >= 0 && wrote >= 0 && done < length) {
		wrote = write(fd, text + done, length - done);
		done += wrote > 0 ? (size_t)wrote : 0;
	}
	crypto_wipe(text, sizeof text);
	if (fd < 0)
		return -1;
	if (done == length && fsync(fd) == 0)
		return close(fd);
	close(fd);
	return -1;
}

/* Open the directory and wait for its lock; it ends with the descriptor. */
static int
lock_directory(const char *dir)
{
	int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC), rc = -1;

	while (fd >= 0 && (rc = flock(fd, LOCK_EX)) != 0 && errno == EINTR)
		;
	if (rc == 0)
		return fd;
	log_event("%s: %s", dir, strerror(errno));
	if (fd >= 0)
		close(fd);
	return -1;
}

/* The work of a rotation, under the lock of the directory. */
static int
replace_file(const struct config *config, int directory, int64_t now,
    int64_t keep, struct server_key *made)
{
	char path[PATH_SIZE], fresh[PATH_SIZE];
	struct ring ring = { 0 };
	int rc = -1;

	if (find_file(config, "", path) != 0 ||
	    find_file(config, ".new", fresh) != 0)
		return -1;
	if ((access(path, F_OK) == 0 || errno != ENOENT) &&
	    read_ring(path, &ring) != 0)
		return -1;
	if (renew_ring(&ring, now, keep) != 0) {
		log_event("%s: has too many keys", path);
	} else if (write_ring(fresh, &ring) != 0 || rename(fresh, path) != 0 ||
	    fsync(directory) != 0) {
		log_event("%s: %s", path, strerror(errno));
		unlink(fresh);
	} else {
		*made = ring.key[0];
		rc = 0;
	}
	wipe_ring(&ring);
	return rc;
}

int
serverkey_rotate(const struct config *config, int64_t now, int64_t keep,
    struct server_key *made)
{
	int directory = lock_directory(config->dir);
	int rc;

	if (directory < 0)
		return -1;
	rc = replace_file(config, directory, now, keep, made);
	close(directory);
	return rc;
}

int
serverkey_ensure(const struct config *config, int64_t now)
{
	char path[PATH_SIZE];
	struct server_key made;
	int directory, rc = 0;

	if (find_file(config, "", path) != 0)
		return -1;
	directory = lock_directory(config->dir);
	if (directory < 0)
		return -1;
	if (access(path, F_OK) != 0)
		rc = replace_file(config, directory, now, 0, &made);
	close(directory);
	crypto_wipe(&made, sizeof made);
	return rc;
}
