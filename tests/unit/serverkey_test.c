/* serverkey_test - the server's own keys: rotation, refusals, many at once. */
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "serverkey.h"
#include "tap.h"

#define HEX	"00112233445566778899aabbccddeeff00112233445566778899AABBCCDDEEFF"

static struct config config;
static char path[CONFIG_PATH + 32];

/* Write text as the file, mode 0600. */
static void
put_file(const char *text)
{
	FILE *file = fopen(path, "w");

	if (file == NULL || fputs(text, file) < 0 || fclose(file) != 0)
		exit(1);
	chmod(path, 0600);
}

static size_t
get_file(char *out, size_t size)
{
	FILE *file = fopen(path, "r");
	size_t length = file == NULL ? 0 : fread(out, 1, size - 1, file);

	if (file != NULL)
		fclose(file);
	out[length] = '\0';
	return length;
}

static void
on_key(const struct server_key *key, void *arg)
{
	static const uint8_t nothing[CRYPTO_KEY];

	*(int64_t *)arg = *(int64_t *)arg * 100 + key->id;
	ok(memcmp(key->key, nothing, sizeof nothing) == 0, "... without bytes");
}

static void
test_rotation(void)
{
	struct server_key first, second, key;
	struct stat info;
	int64_t ids = 0;

	is(serverkey_get(&config, 0, &key), -1, "no file");
	is(serverkey_rotate(&config, 1000, 60, &first), 0, "made");
	is(first.id, 1, "... the first");
	is(first.created, 1000, "... now");
	is(stat(path, &info), 0, "... there");
	is(info.st_mode & 0777, 0600u, "... closed to others");
	is(serverkey_get(&config, 0, &key), 0, "read");
	ok(memcmp(&key, &first, sizeof key) == 0, "... the same one");
	is(serverkey_ensure(&config, 1500), 0, "there already");
	is(serverkey_rotate(&config, 2000, 60, &second), 0, "rotated");
	is(second.id, 2, "... the second");
	ok(memcmp(second.key, first.key, CRYPTO_KEY) != 0, "... is another");
	is(serverkey_get(&config, 0, &key), 0, "the newest");
	is(key.id, 2, "... is the second");
	is(serverkey_get(&config, 1, &key), 0, "the first");
	ok(memcmp(&key, &first, sizeof key) == 0, "... is still there");
	is(serverkey_get(&config, 3, &key), -1, "no third");
	is(serverkey_rotate(&config, 2060, 60, &key), 0, "60 s later");
	is(serverkey_list(&config, on_key, &ids), 0, "list");
	is(ids, 30201, "... 3, 2, 1");
	is(serverkey_rotate(&config, 2061, 60, &key), 0, "61 s later");
	ids = 0;
	is(serverkey_list(&config, on_key, &ids), 0, "list");
	is(ids, 40302, "... 1 is gone");
	is(serverkey_get(&config, 1, &key), -1, "... and not to be had");
	is(serverkey_rotate(&config, 9000, 0, &key), 0, "nothing kept");
	ids = 0;
	is(serverkey_list(&config, on_key, &ids), 0, "list");
	is(ids, 504, "... but the one before, which was just superseded");
}

static const char *const bad_files[] = { "", "\n", "x\n", "1 2\n", "1 2 3\n",
	"1 2 " HEX, "0 2 " HEX "\n", "-1 2 " HEX "\n", "1 -2 " HEX "\n",
	"1 2 " HEX "0\n", "1 2 " HEX " \n", "1 2  " HEX "\n", " 1 2 " HEX "\n",
	"1 2 g" HEX "\n", "1 2 " HEX "\r\n", "9223372036854775808 2 " HEX "\n",
	"1 2 " HEX "\n1 2 " HEX "\n", "1 2 " HEX "\n2 3 " HEX "\n",
	"2 3 " HEX "\n1 2 " HEX "\n\n", "2 3 " HEX "\n1 2 " HEX "\nx" };

static void
test_refusals(void)
{
	struct server_key key;
	char before[4096], after[4096];
	int log = dup(2);
	size_t i;

	if (freopen("/dev/null", "w", stderr) == NULL)
		exit(1);
	for (i = 0; i < sizeof bad_files / sizeof bad_files[0]; i++) {
		put_file(bad_files[i]);
		is(serverkey_get(&config, 0, &key), -1, "a bad file");
		get_file(before, sizeof before);
		is(serverkey_rotate(&config, 1, 1, &key), -1,
		    "... is not rotated");
		get_file(after, sizeof after);
		is_text(after, before, "... and stays");
	}
	dup2(log, 2);
	close(log);
	put_file("9223372036854775807 2 " HEX "\n");
	is(serverkey_get(&config, 0, &key), 0, "the last id");
	is(serverkey_rotate(&config, 1, 1, &key), -1, "... has no successor");
	put_file("2 3 " HEX "\n1 2 " HEX "\n");
	is(serverkey_get(&config, 1, &key), 0, "a good file");
	is(key.key[31], 0xff, "... its last byte");
	chmod(path, 0640);
	is(serverkey_get(&config, 0, &key), -1, "open to others");
	is(serverkey_rotate(&config, 1, 1, &key), -1, "... not rotated");
	chmod(path, 0600);
	unlink(path);
	is(mkdir(path, 0700), 0, "a directory");
	is(serverkey_get(&config, 0, &key), -1, "... is no file");
	is(serverkey_rotate(&config, 1, 1, &key), -1, "... nor replaced");
	rmdir(path);
}

static void
test_full(void)
{
	struct server_key key;
	int i, bad = 0;

	for (i = 0; i < SERVERKEY_MAX; i++)
		bad |= serverkey_rotate(&config, 5, 60, &key);
	is(bad, 0, "as many as can be");
	is(key.id, SERVERKEY_MAX, "... counted");
	is(serverkey_get(&config, 1, &key), 0, "... the first is there");
	is(serverkey_rotate(&config, 5, 60, &key), -1, "one more");
	is(serverkey_get(&config, 0, &key), 0, "... changed nothing");
	is(key.id, SERVERKEY_MAX, "... the newest is as it was");
	unlink(path);
}

/* Eight processes rotate while eight read: no id twice, no reader without. */
static void
test_processes(void)
{
	struct server_key key;
	int child, i, status, bad = 0;

	serverkey_rotate(&config, 5, 60, &key);
	for (child = 0; child < 16; child++) {
		if (fork() != 0)
			continue;
		for (i = 0; i < 10; i++)
			bad |= child < 8 ?
			    serverkey_rotate(&config, 5, 60, &key) :
			    serverkey_get(&config, 0, &key);
		_exit(bad != 0);
	}
	while (wait(&status) > 0)
		bad |= status;
	is(bad, 0, "eight rotate, eight read");
	is(serverkey_get(&config, 0, &key), 0, "the newest");
	is(key.id, 81, "... is the 81st");
	unlink(path);
}

int
main(void)
{
	char dir[] = "/tmp/postern-unit-XXXXXX";
	struct server_key key;

	config_defaults(&config);
	is(serverkey_get(&config, 0, &key), -1, "no configuration");
	is(serverkey_ensure(&config, 1), -1, "... nowhere to make one");
	if (mkdtemp(dir) == NULL)
		return 1;
	strcpy(config.dir, dir);
	snprintf(path, sizeof path, "%s/server.keys", dir);
	test_rotation();
	test_refusals();
	test_full();
	test_processes();
	strcat(path, ".new");
	put_file("cut sho");
	path[strlen(path) - 4] = '\0';
	is(serverkey_ensure(&config, 7), 0, "none there: made");
	is(serverkey_get(&config, 1, &key), 0, "... the first");
	unlink(path);
	is(rmdir(dir), 0, "nothing else was left behind");
	return tap_done();
}
