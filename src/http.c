/* http - the wire: one request at a time, over CGI (RFC 3875) or FastCGI.
 * The only owner of libfcgi. */
#include <errno.h>
#include <fastcgi.h>
#include <fcgiapp.h>
#include <signal.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "http.h"
#include "log.h"
#include "text.h"

#define HEAD_SIZE	4096
#define DRAIN_MAX	1048576

struct http_req {
	FCGX_Request	 fcgi;
	char		**vars;		/* NAME=value, ended by NULL */
	int		 is_cgi;
	int		 served;	/* CGI: the one request was handed out */
	int		 doubled;
	int		 sent;
	int		 finished;
	size_t		 head_length;
	char		 head[HEAD_SIZE];
};

static struct http_req request;
static char program[PATH_MAX];		/* the running executable's file */
extern char **environ;

static const char *const method_names[] = {
	[HTTP_OTHER] = "",
	[HTTP_GET] = "GET",
	[HTTP_HEAD] = "HEAD",
	[HTTP_POST] = "POST",
	[HTTP_PUT] = "PUT",
	[HTTP_DELETE] = "DELETE",
	[HTTP_OPTIONS] = "OPTIONS",
};
#define METHODS	(sizeof method_names / sizeof method_names[0])

/* A signal that arrives just before accept(2) would be slept over: the alarm
 * wakes accept again until the process has seen it. */
static void
on_stop(int signal_number)
{
	(void)signal_number;
	FCGX_ShutdownPending();
	alarm(1);
}

static void
handle(int signal_number, void (*handler)(int))
{
	struct sigaction action;

	memset(&action, 0, sizeof action);
	action.sa_handler = handler;
	sigemptyset(&action.sa_mask);
	sigaction(signal_number, &action, NULL);
}

void
http_start(void)
{
	if (realpath("/proc/self/exe", program) == NULL)
		program[0] = '\0';
	umask(077);
	handle(SIGPIPE, SIG_IGN);
	handle(SIGXFSZ, SIG_IGN);	/* a full disk is an error, not an end */
	request.is_cgi = FCGX_IsCGI();
	if (request.is_cgi)
		return;
	handle(SIGTERM, on_stop);
	handle(SIGUSR1, on_stop);
	handle(SIGALRM, on_stop);
	prctl(PR_SET_PDEATHSIG, SIGTERM);
	if (getppid() == 1)
		on_stop(SIGTERM);	/* it ended before we could ask */
	if (FCGX_Init() != 0 || FCGX_InitRequest(&request.fcgi, 0,
	    FCGI_FAIL_ACCEPT_ON_INTR) != 0)
		log_fatal("libfcgi does not start");
}

int
http_is_cgi(void)
{
	return request.is_cgi;
}

/* The last value of a variable, and how often it is there. */
static const char *
find_var(const struct http_req *req, const char *name, int *times)
{
	size_t length = strlen(name);
	const char *value = NULL;
	char **var;

	*times = 0;
	for (var = req->vars; *var != NULL; var++) {
		if (strncmp(*var, name, length) != 0 || (*var)[length] != '=')
			continue;
		++*times;
		value = *var + length + 1;
	}
	return value;
}

const char *
http_var(struct http_req *req, const char *name)
{
	int times;
	const char *value = find_var(req, name, &times);

	if (times > 1)
		req->doubled = 1;
	return req->doubled ? NULL : value;
}

const char *
http_hint(struct http_req *req, const char *name)
{
	int times;
	const char *value = find_var(req, name, &times);

	return times == 1 ? value : NULL;
}

int
http_doubled(const struct http_req *req)
{
	return req->doubled;
}

int
http_has_prefix(const struct http_req *req, const char *prefix)
{
	size_t length = strlen(prefix);
	char **var;

	for (var = req->vars; *var != NULL; var++)
		if (strncmp(*var, prefix, length) == 0)
			return 1;
	return 0;
}

enum http_method
http_method(struct http_req *req)
{
	const char *name = http_var(req, "REQUEST_METHOD");
	size_t i;

	for (i = 1; name != NULL && i < METHODS; i++)
		if (strcmp(name, method_names[i]) == 0)
			return (enum http_method)i;
	return HTTP_OTHER;
}

int
http_by_file(struct http_req *req)
{
	const char *script = http_var(req, "SCRIPT_NAME");
	const char *file = http_var(req, "SCRIPT_FILENAME");
	const char *name = strrchr(program, '/');
	const char *last = script != NULL ? strrchr(script, '/') : NULL;
	char real[PATH_MAX];

	if (name == NULL || last == NULL || strcmp(last, name) != 0)
		return 0;
	return req->is_cgi || (file != NULL && realpath(file, real) != NULL &&
	    strcmp(real, program) == 0);
}

int
http_is_authorizer(struct http_req *req)
{
	return !req->is_cgi && req->fcgi.role == FCGI_AUTHORIZER;
}

const char *
http_method_name(enum http_method method)
{
	return method_names[method];
}

/* Read up to size bytes; *length is what came.  Returns -1 on an error. */
static int
read_input(struct http_req *req, char *body, size_t size, size_t *length)
{
	ssize_t got = 1;

	*length = 0;
	if (!req->is_cgi) {
		*length = (size_t)FCGX_GetStr(body, (int)size, req->fcgi.in);
		return FCGX_GetError(req->fcgi.in) == 0 ? 0 : -1;
	}
	while (*length < size && got != 0) {
		got = read(STDIN_FILENO, body + *length, size - *length);
		if (got < 0 && errno != EINTR)
			return -1;
		if (got > 0)
			*length += (size_t)got;
	}
	return 0;
}

static int
is_chunked(struct http_req *req)
{
	const char *coding = http_var(req, "HTTP_TRANSFER_ENCODING");

	return coding != NULL && text_equal_nocase(coding, "chunked");
}

/* Take in what the answer made needless to read, or the web server's write of
 * it fails before it has read the answer. */
static void
drain(struct http_req *req)
{
	char waste[4096];
	int64_t left = 0;
	const char *said = http_var(req, "CONTENT_LENGTH");
	ssize_t got = 1;

	if (said == NULL || said[0] == '\0')
		left = is_chunked(req) ? DRAIN_MAX : 0;
	else if (text_number(said, DRAIN_MAX, &left) != 0)
		left = DRAIN_MAX;
	for (; left > 0 && got > 0; left -= got)
		got = read(STDIN_FILENO, waste, sizeof waste);
}

void
http_finish(struct http_req *req)
{
	static char *none[] = { NULL };

	if (req->finished)
		return;
	req->finished = 1;
	if (req->is_cgi) {
		drain(req);
		close(STDOUT_FILENO);
	} else
		FCGX_Finish_r(&req->fcgi);
	req->vars = none;
}

struct http_req *
http_next(void)
{
	struct http_req *req = &request;
	int again = req->served;

	if (again && req->is_cgi) {
		http_finish(req);
		return NULL;
	}
	req->served = 1;
	req->doubled = req->sent = req->finished = 0;
	req->head_length = 0;
	if (req->is_cgi) {
		req->vars = environ;
		return req;
	}
	if (FCGX_Accept_r(&req->fcgi) != 0)
		return NULL;
	req->vars = req->fcgi.envp;
	return req;
}

enum http_body
http_body(struct http_req *req, char *body, size_t size, size_t *length)
{
	const char *said = http_var(req, "CONTENT_LENGTH");
	int64_t expected = 0;

	body[*length = 0] = '\0';
	if (said == NULL || said[0] == '\0') {
		if (!is_chunked(req))
			return HTTP_BODY_OK;
		if (read_input(req, body, size, length) != 0)
			return HTTP_BODY_BROKEN;
		if (*length == size)
			return HTTP_BODY_TOO_LARGE;
		body[*length] = '\0';
		return HTTP_BODY_OK;
	}
	if (text_number(said, INT64_MAX, &expected) != 0)
		return HTTP_BODY_BROKEN;
	if ((uint64_t)expected >= size)
		return HTTP_BODY_TOO_LARGE;
	if (read_input(req, body, (size_t)expected, length) != 0 ||
	    *length != (size_t)expected)
		return HTTP_BODY_BROKEN;
	body[*length] = '\0';
	return HTTP_BODY_OK;
}

void
http_header(struct http_req *req, const char *name, const char *value)
{
	size_t room = HEAD_SIZE - req->head_length;
	int size;

	if (!text_is_clean(value))
		log_fatal("control characters in the header %s", name);
	size = snprintf(req->head + req->head_length, room, "%s: %s\r\n",
	    name, value);
	if ((size_t)size >= room)
		log_fatal("no room for the header %s", name);
	req->head_length += (size_t)size;
}

static void
write_output(struct http_req *req, const char *data, size_t length)
{
	ssize_t done;

	if (!req->is_cgi) {
		FCGX_PutStr(data, (int)length, req->fcgi.out);
		return;
	}
	while (length > 0) {
		done = write(STDOUT_FILENO, data, length);
		if (done < 0 && errno != EINTR)
			return;		/* the client is gone */
		if (done > 0) {
			data += done;
			length -= (size_t)done;
		}
	}
}

void
http_send(struct http_req *req, int status, const char *body, size_t length)
{
	char start[HEAD_SIZE + 128], announced[40] = "";
	int size;

	if (req->sent)
		return;
	req->sent = 1;
	if (body != NULL)
		snprintf(announced, sizeof announced,
		    "Content-Length: %zu\r\n", length);
	size = snprintf(start, sizeof start, "Status: %d %s\r\n%.*s%s\r\n",
	    status, http_reason(status), (int)req->head_length, req->head,
	    announced);
	write_output(req, start, (size_t)size);
	if (body != NULL && http_method(req) != HTTP_HEAD)
		write_output(req, body, length);
}

int
http_sent(const struct http_req *req)
{
	return req->sent;
}

const char *
http_reason(int status)
{
	static const struct { int status; const char *reason; } known[] = {
		{ 200, "OK" }, { 201, "Created" }, { 204, "No Content" },
		{ 400, "Bad Request" }, { 401, "Unauthorized" },
		{ 403, "Forbidden" }, { 404, "Not Found" },
		{ 405, "Method Not Allowed" }, { 409, "Conflict" },
		{ 413, "Content Too Large" },
		{ 415, "Unsupported Media Type" },
		{ 429, "Too Many Requests" },
		{ 503, "Service Unavailable" },
	};
	size_t i;

	for (i = 0; i < sizeof known / sizeof known[0]; i++)
		if (known[i].status == status)
			return known[i].reason;
	return "Internal Server Error";
}
