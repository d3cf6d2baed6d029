/* apicheck_ask - one request to the one origin that may be asked. */
#include <curl/curl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "apicheck_ask.h"
#include "apicheck_host.h"
#include "apicheck_signal.h"
#include "apicheck_tap.h"
#include "crypto.h"
#include "text.h"
#include "xalloc.h"

#define WHY		512
#define SILENCES	5	/* requests in a row without any answer */
#define PATIENCE	10000	/* milliseconds for one request */

static CURL *curl;
static char origin[512];
static struct ask_limits limits;
static char reason[WHY];
static long asked, silent;
static int stopped;
static int64_t started, next;	/* milliseconds */

static int64_t
now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* One part of a URL as text of the caller's; "" where there is none. */
static int
part(CURLU *u, CURLUPart which, char *out, size_t size)
{
	char *text = NULL;
	int rc = 0;

	out[0] = '\0';
	if (curl_url_get(u, which, &text, CURLU_DEFAULT_PORT) == CURLUE_OK)
		rc = text_copy(out, size, text);
	curl_free(text);
	return rc;
}

/* Take a URL apart.  Returns 0, or -1 when it is none of http's. */
static int
take_apart(const char *url, char *base, size_t size, char *host, char *path,
    size_t path_size)
{
	CURLU *u = curl_url();
	char scheme[8], port[8], user[8], query[8];
	int rc = -1;

	if (u != NULL && curl_url_set(u, CURLUPART_URL, url, 0) == CURLUE_OK &&
	    part(u, CURLUPART_SCHEME, scheme, sizeof scheme) == 0 &&
	    (strcmp(scheme, "http") == 0 || strcmp(scheme, "https") == 0) &&
	    part(u, CURLUPART_PORT, port, sizeof port) == 0 &&
	    part(u, CURLUPART_USER, user, sizeof user) == 0 &&
	    part(u, CURLUPART_QUERY, query, sizeof query) == 0 &&
	    user[0] == '\0' && query[0] == '\0' &&
	    part(u, CURLUPART_HOST, host, HOST_SIZE) == 0 &&
	    part(u, CURLUPART_PATH, path, path_size) == 0)
		rc = snprintf(base, size, "%s://%s:%s", scheme, host, port) <
		    (int)size ? 0 : -1;
	curl_url_cleanup(u);
	while (rc == 0 && path[0] != '\0' && path[strlen(path) - 1] == '/')
		path[strlen(path) - 1] = '\0';
	return rc;
}

int
ask_is_ours(const char *url, char *path, size_t size)
{
	char base[sizeof origin], host[HOST_SIZE];

	return take_apart(url, base, sizeof base, host, path, size) == 0 &&
	    text_equal_nocase(base, origin);
}

static curl_socket_t
open_socket(void *arg, curlsocktype purpose, struct curl_sockaddr *address)
{
	(void)arg;
	if (purpose != CURLSOCKTYPE_IPCXN || !host_is_pinned(&address->addr)) {
		snprintf(reason, sizeof reason, "the host's name led to an "
		    "address that was not judged");
		return CURL_SOCKET_BAD;
	}
	return socket(address->family, address->socktype | SOCK_CLOEXEC,
	    address->protocol);
}

int
ask_start(const char *url, const struct ask_limits *asked_limits, char *path,
    size_t size, char *why)
{
	char host[HOST_SIZE];

	limits = *asked_limits;
	if (strstr(url, "://") == NULL || take_apart(url, origin,
	    sizeof origin, host, path, size) != 0) {
		snprintf(why, WHY, "that is no URL of an API: http:// or "
		    "https://, a host, perhaps a port and a path; no user, no "
		    "query");
		return -1;
	}
	if (host_pin(host, limits.hosts, limits.host_count, why, WHY) != 0)
		return -1;
	curl = curl_easy_init();
	started = next = now();
	return curl != NULL ? 0 : -1;
}

void
ask_end(void)
{
	curl_easy_cleanup(curl);
	curl = NULL;
}

struct ask_request
ask_new(const char *method, const char *target)
{
	struct ask_request request = { .method = method };

	request.target = xstrdup(target);
	return request;
}

void
ask_add(struct ask_request *request, const char *format, ...)
{
	char *line = NULL;
	va_list args;
	int length;

	va_start(args, format);
	length = vasprintf(&line, format, args);
	va_end(args);
	if (length < 0 || !text_is_clean(line) || request->count ==
	    ASK_HEADERS)
		free(line);
	else
		request->headers[request->count++] = line;
}

void
ask_drop(struct ask_request *request)
{
	if (request->target != NULL)
		crypto_wipe(request->target, strlen(request->target));
	free(request->target);
	request->target = NULL;
	while (request->count > 0) {
		char *line = request->headers[--request->count];

		crypto_wipe(line, strlen(line));
		free(line);
	}
}

struct sink {
	struct ask_answer	*answer;
	size_t			 most;
};

static size_t
on_body(char *data, size_t size, size_t count, void *arg)
{
	struct sink *sink = arg;
	struct ask_answer *answer = sink->answer;
	size_t length = size * count;

	if (length > sink->most - answer->length) {
		answer->cut = 1;
		length = sink->most - answer->length;
	}
	if (answer->body == NULL)
		answer->body = xcalloc(1, sink->most + 1);
	memcpy(answer->body + answer->length, data, length);
	answer->length += length;
	return answer->cut ? 0 : length;
}

static size_t
on_header(char *data, size_t size, size_t count, void *arg)
{
	static const char *const names[] = { "Allow:",
	    "Access-Control-Allow-Methods:" };
	struct ask_answer *answer = arg;
	size_t i;

	for (i = 0; i < sizeof names / sizeof names[0]; i++)
		if (size * count > strlen(names[i]) &&
		    strncasecmp(data, names[i], strlen(names[i])) == 0)
			answer->says_methods = 1;
	return size * count;
}

/* Asked about once a second: has somebody had enough? */
static int
on_progress(void *arg, curl_off_t a, curl_off_t b, curl_off_t c, curl_off_t d)
{
	(void)arg, (void)a, (void)b, (void)c, (void)d;
	return signal_came() != NULL;
}

/* Everything about a request but its headers. */
static void
prepare(const struct ask_request *request, struct sink *sink, int64_t left)
{
	const char *ca = getenv("POSTERN_CA");

	curl_easy_reset(curl);
	curl_easy_setopt(curl, CURLOPT_URL, origin);
	curl_easy_setopt(curl, CURLOPT_REQUEST_TARGET, request->target);
	curl_easy_setopt(curl, CURLOPT_HTTP_VERSION, CURL_HTTP_VERSION_1_1);
	curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
	curl_easy_setopt(curl, CURLOPT_PROXY, "");
	curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(curl, CURLOPT_DNS_CACHE_TIMEOUT, -1L);
	curl_easy_setopt(curl, CURLOPT_OPENSOCKETFUNCTION, open_socket);
	curl_easy_setopt(curl, CURLOPT_USERAGENT, "postern-apicheck/" VERSION);
	curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, (long)(left < PATIENCE ?
	    left : PATIENCE));
	curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, on_header);
	curl_easy_setopt(curl, CURLOPT_HEADERDATA, sink->answer);
	curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, on_body);
	curl_easy_setopt(curl, CURLOPT_WRITEDATA, sink);
	curl_easy_setopt(curl, CURLOPT_NOPROGRESS, 0L);
	curl_easy_setopt(curl, CURLOPT_XFERINFOFUNCTION, on_progress);
	if (ca != NULL)
		curl_easy_setopt(curl, CURLOPT_CAINFO, ca);
	if (strcmp(request->method, "HEAD") == 0)
		curl_easy_setopt(curl, CURLOPT_NOBODY, 1L);
	else if (request->body != NULL)
		curl_easy_setopt(curl, CURLOPT_POSTFIELDS, request->body);
	if (strcmp(request->method, "HEAD") != 0)
		curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, request->method);
}

static void
stop(const char *why)
{
	stopped = 1;
	snprintf(reason, sizeof reason, "%s", why);
}

/* Wait for our turn.  Returns the milliseconds that are left, 0 for none. */
static int64_t
wait_turn(void)
{
	int64_t end = started + limits.seconds * 1000, pause = next - now();
	struct timespec t = { pause / 1000, pause % 1000 * 1000000 };

	if (stopped)
		return 0;
	if (asked == limits.requests) {
		stop("the bound on requests is reached: --max-requests");
		return 0;
	}
	if (pause > 0)
		nanosleep(&t, NULL);
	if (signal_came() != NULL) {
		stop(signal_came());
		return 0;
	}
	if (now() >= end) {
		stop("the bound on time is reached: --timeout");
		return 0;
	}
	next = now() + 1000 / limits.rate;
	return end - now();
}

static enum ask_rc
judge(CURLcode rc, struct ask_answer *answer)
{
	if (answer->body != NULL)
		answer->body[answer->length] = '\0';
	/* A stream that never ends is an answer all the same. */
	if (rc == CURLE_OK || answer->cut || (rc == CURLE_OPERATION_TIMEDOUT &&
	    answer->status >= 200)) {
		silent = 0;
		return ASK_OK;
	}
	answer->status = 0;
	if (reason[0] == '\0')
		snprintf(reason, sizeof reason, "%s%s", curl_easy_strerror(rc),
		    rc == CURLE_PEER_FAILED_VERIFICATION ? "; export "
		    "POSTERN_CA with the certificate to trust" : "");
	if (signal_came() != NULL)
		stop(signal_came());
	else if (++silent == SILENCES)
		stop("the server answers no more");
	return ASK_NONE;
}

enum ask_rc
ask(struct ask_request *request, struct ask_answer *answer)
{
	struct sink sink = { .most = request->most > 0 ? request->most :
	    ASK_BODY };
	struct curl_slist *headers = NULL;
	enum ask_rc verdict = ASK_STOPPED;
	int64_t left = wait_turn();
	CURLcode rc;
	size_t i;

	memset(answer, 0, sizeof *answer);
	sink.answer = answer;
	if (left > 0) {
		reason[0] = '\0';
		tap_progress(++asked);
		prepare(request, &sink, left);
		for (i = 0; i < request->count; i++)
			headers = curl_slist_append(headers,
			    request->headers[i]);
		curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers);
		rc = curl_easy_perform(curl);
		curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE,
		    &answer->status);
		verdict = judge(rc, answer);
		curl_slist_free_all(headers);
	}
	ask_drop(request);
	return verdict;
}

void
ask_forget(struct ask_answer *answer)
{
	free(answer->body);
	memset(answer, 0, sizeof *answer);
}

const char *
ask_reason(void)
{
	return reason;
}

int
ask_stopped(void)
{
	return stopped;
}

long
ask_count(void)
{
	return asked;
}

char *
ask_encode(const char *text, const char *keep)
{
	static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	    "abcdefghijklmnopqrstuvwxyz0123456789-._~";
	char *out = xmalloc(strlen(text) * 3 + 1), *to = out;

	for (; *text != '\0'; text++) {
		if (strchr(plain, *text) != NULL || strchr(keep, *text) != NULL)
			*to++ = *text;
		else
			to += snprintf(to, 4, "%%%02X", (unsigned char)*text);
	}
	*to = '\0';
	return out;
}
