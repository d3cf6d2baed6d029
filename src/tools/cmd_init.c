/* cmd_init - make a configuration and a ledger. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "cmd.h"
#include "serverkey.h"
#include "text.h"

static const char head[] =
"# postern.conf - key = value; read when a program starts.\n"
"\n"
"# The ledger; a relative path starts at this file's directory.\n"
"store = %s\n"
"\n"
"# Our URL as clients see it; a path in it is where we are mounted.  Where it\n"
"# is not said here, POSTERN_ISSUER in the environment counts.\n"
"# issuer = https://api.example\n"
"\n"
"# What challenges call this place.\n"
"realm = postern\n"
"\n"
"# Refuse tokens and passwords over plain HTTP (loopback aside).\n"
"require_https = on\n"
"\n"
"# Proxies in front of the web server whose X-Forwarded-Proto and -For count.\n"
"# trusted_proxy = 192.0.2.7 10.0.0.0/8\n"
"\n"
"# Origins whose pages may read answers (CORS).\n"
"# cors_origins = https://app.example http://localhost:3000\n"
"\n"
"# Seconds an access token lives.\n"
"access_token_ttl = 1800\n"
"\n"
"# Seconds a login goes on by refresh tokens: at the most, and unused.\n"
"refresh_ttl = 2592000\n"
"refresh_idle = 1209600\n"
"\n"
"# Seconds an API key lives: when nobody says, and at the most.\n"
"key_ttl = 7776000\n"
"key_ttl_max = 31622400\n"
"\n"
"# Note who logged in, what was refused, made and ended in audit.log, which\n"
"# postern audit shows.\n"
"audit = on\n"
"\n"
"# Guessing passwords and secrets: so many wrong ones cost nothing, then a\n"
"# wait of so many seconds starts and doubles.  off: no limit.\n"
"guess_limit = on\n"
"guess_free = 10\n"
"guess_wait = 30\n"
"guess_wait_max = 3600\n"
"\n"
"# The cost of a password hash (Argon2id): KiB and passes.  Hashes follow at\n"
"# the next login when this grows.\n"
"argon2_memory = 19456\n"
"argon2_passes = 2\n"
"\n"
"# Password hashes at one time, over all processes; 0: as many as cores.\n"
"password_slots = 0\n"
"\n"
"# Programs give up the rights that they do not need; off is for kernels\n"
"# where that fails.\n"
"sandbox = on\n"
"\n";

static const char tutorial[] =
"# The password grant is what the tutorial teaches: a program asks for your\n"
"# password and trades it for a token.  RFC 9700 (2.4) forbids it in new\n"
"# deployments, because it trains users to type passwords into any program.\n"
"# In production say off, and hand out tokens with postern token mint.\n"
"password_grant = on\n"
"\n"
"# Accept tokens that postern token import registers (the tutorial's\n"
"# securetoken).  In production say off unless you brought your own.\n"
"foreign_tokens = on\n";

static const char production[] =
"# Trading a user's password for a token at /token; RFC 9700 (2.4) says no.\n"
"password_grant = off\n"
"\n"
"# Accept tokens that postern token import registers.\n"
"foreign_tokens = off\n";

/* Make dir, or take it when it is ours and empty, and close it to others. */
static void
make_dir(const char *dir)
{
	struct stat info;

	if (mkdir(dir, 0700) == 0)
		return;
	if (errno != EEXIST)
		cmd_refuse("%s: %s", dir, strerror(errno));
	cmd_become_owner(dir);
	if (stat(dir, &info) != 0 || !S_ISDIR(info.st_mode) ||
	    info.st_uid != geteuid())
		cmd_refuse("%s is not a directory of yours: name another", dir);
	if ((info.st_mode & 077) != 0 && rmdir(dir) == 0)
		make_dir(dir);		/* it was empty: make it anew */
	else if ((info.st_mode & 077) != 0)
		cmd_refuse("%s is open to others and not empty: "
		    "chmod go= %s, or name another", dir, dir);
}

static void
write_config(const char *path, const char *store, int is_tutorial)
{
	int fd = open(path, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0600);
	FILE *file = fd < 0 ? NULL : fdopen(fd, "w");

	if (file == NULL)
		cmd_refuse("%s: %s", path, strerror(errno));
	fprintf(file, head, store);
	fputs(is_tutorial ? tutorial : production, file);
	if (fflush(file) != 0 || fsync(fd) != 0)
		cmd_refuse("%s: %s", path, strerror(errno));
	fclose(file);
}

/* Make the ledger, or take one that is shared and was made before: says
 * STORE_TAKEN, and STORE_DOWN for neither. */
static enum store_rc
make_ledger(const struct config *config, const char *url)
{
	struct store *store;
	enum store_rc rc;

	if (store_file(config->store)[0] != '\0')
		return store_create(config->store) == STORE_OK ? STORE_OK :
		    STORE_DOWN;
	if (strcmp(config->store, url) != 0) {
		fprintf(stderr, "postern: the connection string does not come "
		    "through %s as it is: leave out \" ;\"\n", config->path);
		return STORE_DOWN;
	}
	rc = store_create(url);
	if (rc != STORE_TAKEN)
		return rc;
	store = store_new(url, STORE_READ);
	rc = store_ping(store) == STORE_OK ? STORE_TAKEN : STORE_DOWN;
	store_free(store);
	return rc;
}

static int
init(int argc, char **argv)
{
	const char *store = "sqlite:ledger.db", *dir;
	char path[CONFIG_PATH], why[CONFIG_PATH + 256], title[STORE_TITLE];
	struct config config;
	enum store_rc made;
	int is_tutorial = 0;
	const struct cmd_option options[] = {
		{ "tutorial", NULL, &is_tutorial },
		{ "store", &store, NULL },
		{ NULL, NULL, NULL } };

	cmd_read(argc, argv, options, &dir, 1);
	if (snprintf(path, sizeof path, "%s/postern.conf", dir) >=
	    CONFIG_PATH - 16)
		cmd_refuse("%s: the path is too long", dir);
	make_dir(dir);
	if (access(path, F_OK) == 0)
		cmd_refuse("%s is there already; nothing was changed", path);
	write_config(path, store, is_tutorial);
	if (config_read(&config, path, why, sizeof why) != 0) {
		unlink(path);
		rmdir(dir);		/* when there is nothing else in it */
		cmd_refuse("%s", why);
	}
	made = make_ledger(&config, store);
	if (made == STORE_DOWN) {
		unlink(path);
		rmdir(dir);
		cmd_refuse("no ledger was made; the reason stands above");
	}
	if (serverkey_ensure(&config, (int64_t)time(NULL)) != 0)
		cmd_refuse("no server.keys was made; the reason stands above; "
		    "postern upgrade makes it");
	store_title(config.store, title);
	if (made == STORE_TAKEN)
		fprintf(stderr, "postern: the ledger was there, and is used "
		    "as it is\n");
	printf("config %s\nledger %s\n", path, title);
	return cmd_done();
}

const struct cmd cmd_init[] = {
	{ "init", init, "init [--tutorial] [--store URL] DIR",
	"  Make DIR (mode 0700) with postern.conf, an empty ledger and\n"
	"  server.keys, the keys that only this server has.\n"
	"  --tutorial turns the password grant and foreign tokens on: for a\n"
	"  trial, not for production.  URL is sqlite:PATH, where a relative\n"
	"  PATH starts at DIR, or pgsql: and a connection string or URI, such\n"
	"  as \"pgsql:host=db.example dbname=postern\".  An existing\n"
	"  postern.conf or file is refused; a database that has a ledger is\n"
	"  used as it is.\n" },
	{ NULL, NULL, NULL, NULL }
};
