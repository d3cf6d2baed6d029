/* postern-doctor - look for what is wrong, from inside and from outside.
 * A program of its own, for it speaks HTTP (libcurl). */
#include <curl/curl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cmd.h"
#include "serverkey.h"
#include "token.h"

static int failures;

__attribute__((format(printf, 2, 0)))
static void
say(const char *verdict, const char *format, va_list args)
{
	printf("%s ", verdict);
	vprintf(format, args);
	putchar('\n');
}

#define SAYER(name, verdict, count)					\
__attribute__((format(printf, 1, 2))) static void			\
name(const char *format, ...)						\
{									\
	va_list args;							\
									\
	failures += count;						\
	va_start(args, format);						\
	say(verdict, format, args);					\
	va_end(args);							\
}
SAYER(ok, "ok  ", 0)
SAYER(warn, "warn", 0)
SAYER(fail, "FAIL", 1)

/* The configuration: there, ours, closed to others, without errors. */
static int
check_config(struct config *config)
{
	char path[CONFIG_PATH], why[CONFIG_PATH + 256];

	if (cmd_find_config(path) != 0) {
		fail("no postern.conf: name it with -c FILE, or export "
		    "POSTERN_CONF");
		return -1;
	}
	cmd_become_owner(path);
	if (config_read(config, path, why, sizeof why) != 0) {
		fail("%s", why);
		return -1;
	}
	ok("configuration %s, mode and owner", path);
	return 0;
}

static void
check_settings(const struct config *config)
{
	if (config->issuer[0] == '\0')
		warn("issuer is not set, here or in POSTERN_ISSUER: there is "
		    "no metadata for clients");
	if (!config->require_https)
		warn("require_https is off: tokens may cross in clear text");
	if (!config->sandbox)
		warn("sandbox is off: programs keep rights that they do not "
		    "need");
	if (config->password_grant)
		warn("password_grant is on: RFC 9700 (2.4) forbids it in "
		    "production");
	if (config->foreign_tokens)
		warn("foreign_tokens is on: tokens that others made are "
		    "accepted");
}

static void
check_ledger(const struct config *config)
{
	struct store *store = store_new(config->store, STORE_READ);
	char why[256], title[STORE_TITLE];
	int64_t version;

	store_title(config->store, title);
	if (store_caution(config->store, why, sizeof why))
		warn("ledger %s: %s", title, why);

	if (store_examine(store, &version, why, sizeof why) == STORE_OK)
		ok("ledger %s, mode and owner, schema %lld, sound", title,
		    (long long)version);
	else
		fail("ledger %s: %s", title, why);
	store_free(store);
}

static void
check_keys(const struct config *config)
{
	struct server_key key;
	uint8_t print[CRYPTO_KEY];
	char id[STORE_ID_SIZE];

	if (serverkey_get(config, 0, &key) == 0) {
		ok("server keys %s/server.keys, mode and owner, the newest of "
		    "%s", config->dir, cmd_time(key.created));
		crypto_hmac(print, key.key, "doctor", 6);
		store_id(print, id);
		if (store_file(config->store)[0] == '\0')
			ok("server keys say %s, as they must at each server "
			    "that shares the ledger", id);
	} else
		fail("server keys %s/server.keys: the reason stands above",
		    config->dir);
	crypto_wipe(&key, sizeof key);
}

/* lighttpd before 1.4.77 hangs on HTTP/2 bodies through an authorizer. */
static void
check_server(void)
{
	FILE *pipe;
	int major = 0, minor = 0, patch = 0;

	setenv("PATH", "/usr/sbin:/usr/bin:/sbin:/bin", 1);
	pipe = popen("lighttpd -v 2>/dev/null", "r");
	if (pipe == NULL ||
	    fscanf(pipe, "lighttpd/%d.%d.%d", &major, &minor, &patch) != 3)
		warn("lighttpd is not installed here");
	else if (major == 1 && minor == 4 && patch < 69)
		warn("lighttpd %d.%d.%d is older than what Postern is tested "
		    "with (1.4.69)", major, minor, patch);
	else
		ok("lighttpd %d.%d.%d", major, minor, patch);
	if (pipe != NULL)
		pclose(pipe);
}

struct answer {
	long	status;
	int	invalid_token;		/* the challenge says so */
};

static size_t
on_header(char *data, size_t size, size_t count, void *arg)
{
	static const char sign[] = "error=\"invalid_token\"";
	struct answer *answer = arg;

	if (memmem(data, size * count, sign, sizeof sign - 1) != NULL)
		answer->invalid_token = 1;
	return size * count;
}

static size_t
on_body(char *data, size_t size, size_t count, void *arg)
{
	(void)data;
	(void)arg;
	return size * count;
}

/* GET base and path, with or without an Authorization header. */
static int
fetch(const char *base, const char *path, const char *header,
    struct answer *answer)
{
	CURL *curl = curl_easy_init();
	struct curl_slist *headers = NULL;
	char url[2048];
	CURLcode rc = CURLE_FAILED_INIT;

	memset(answer, 0, sizeof *answer);
	if (curl == NULL || snprintf(url, sizeof url, "%s%s", base, path) >=
	    (int)sizeof url)
		return -1;
	if (header != NULL)
		headers = curl_slist_append(headers, header);
	curl_easy_setopt(curl, CURLOPT_URL, url);
	curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
	curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers);
	curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, on_header);
	curl_easy_setopt(curl, CURLOPT_HEADERDATA, answer);
	curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, on_body);
	curl_easy_setopt(curl, CURLOPT_TIMEOUT, 10L);
	if (getenv("POSTERN_CA") != NULL)
		curl_easy_setopt(curl, CURLOPT_CAINFO, getenv("POSTERN_CA"));
	rc = curl_easy_perform(curl);
	curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &answer->status);
	curl_slist_free_all(headers);
	curl_easy_cleanup(curl);
	if (rc == CURLE_OK)
		return 0;
	fail("%s: %s%s", url, curl_easy_strerror(rc),
	    rc == CURLE_PEER_FAILED_VERIFICATION ?
	    "; export POSTERN_CA with the certificate to trust" : "");
	return -1;
}

/* Does the Authorization header come through, and the state stay inside? */
static void
check_url(const char *url)
{
	static const char *const hidden[] = { "/postern.conf", "/ledger.db",
	    "/server.keys", "/cgi-bin/postern.conf" };
	char token[TOKEN_SIZE], header[TOKEN_SIZE + 32];
	struct answer answer;
	size_t i;

	if (fetch(url, "/secure-data", NULL, &answer) != 0)
		return;
	if (answer.status == 401)
		ok("%s/secure-data refuses a call without a token", url);
	else
		fail("%s/secure-data answers %ld to a call without a token",
		    url, answer.status);
	/* Well made, so it reaches the ledger; random, so it is in none. */
	token_make(token, TOKEN_ACCESS);
	snprintf(header, sizeof header, "Authorization: Bearer %s", token);
	if (fetch(url, "/secure-data", header, &answer) != 0)
		return;
	if (answer.status == 401 && answer.invalid_token)
		ok("the Authorization header arrives");
	else if (answer.status == 401)
		fail("the Authorization header is lost on its way: on Apache "
		    "set CGIPassAuth On");
	else
		fail("%s/secure-data answers %ld to an unknown token", url,
		    answer.status);
	for (i = 0; i < sizeof hidden / sizeof hidden[0]; i++)
		if (fetch(url, hidden[i], NULL, &answer) == 0 &&
		    answer.status == 200)
			fail("%s%s can be fetched: move it out of what the "
			    "web server serves", url, hidden[i]);
}

int
main(int argc, char **argv)
{
	static const char help[] =
	    "postern doctor [URL]\n"
	    "  Look at the configuration, the ledger, the server's keys and\n"
	    "  the web server, and with URL (such as https://api.example) from\n"
	    "  outside too.  Each line is ok, warn or FAIL; the exit status is\n"
	    "  1 after a FAIL.\n"
	    "  POSTERN_CA names a certificate to trust.\n";
	struct config config;

	if (argc > 1 && strcmp(argv[1], "--help") == 0) {
		fputs(help, stdout);
		return cmd_done();
	}
	if (argc > 2 || (argc == 2 && argv[1][0] == '-'))
		cmd_misused("usage: postern doctor [URL]");
	if (check_config(&config) == 0) {
		check_settings(&config);
		check_ledger(&config);
		check_keys(&config);
	}
	check_server();
	if (argc == 2)
		check_url(argv[1]);
	return cmd_done() != 0 || failures > 0;
}
