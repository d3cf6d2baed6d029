/* http - the wire: one request at a time, over CGI (RFC 3875) or FastCGI.
 * The only owner of libfcgi, with http_accept.c and http_body.c. */
#include <errno.h>
#include <fastcgi.h>
#include <signal.h>
#include <limits.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "http_req.h"
#include "log.h"
#include "text.h"

static struct http_req request;
static char program[PATH_MAX];		/* the running executable's file, */
static const char *program_name = "";	/* "/" and the last part of that */
extern char **environ;

/* A signal that arrives just before accept(2) would be slept over: the alarm
 * wakes accept again until the process has seen it. */
static void
on_stop(int signal_number)
{
	(void)signal_number;
	http_stop();
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

/* Who is woken for a request does not put the web server off its processor: it
 * hands over some more, and each wake costs less.  For one token, on two cores,
 * four workers answered 24,000 requests a second at 56 us of CPU, and so 37,000
 * at 41 us. */
static void
be_patient(void)
{
	const struct sched_param none = { 0 };

	if (sched_getscheduler(0) == SCHED_OTHER)
		sched_setscheduler(0, SCHED_BATCH, &none);
}

void
http_start(void)
{
	if (readlink("/proc/self/exe", program, sizeof program - 1) < 0)
		program[0] = '\0';
	if (strchr(program, '/') != NULL)
		program_name = strrchr(program, '/');
	umask(077);
	handle(SIGPIPE, SIG_IGN);
	handle(SIGXFSZ, SIG_IGN);	/* a full disk is an error, not an end */
	request.is_cgi = FCGX_IsCGI();
	if (request.is_cgi)
		return;
	handle(SIGTERM, on_stop);
	handle(SIGUSR1, on_stop);
	handle(SIGALRM, on_stop);
	be_patient();
	prctl(PR_SET_PDEATHSIG, SIGTERM);
	if (getppid() == 1)
		on_stop(SIGTERM);	/* it ended before we could ask */
	if (http_listen(&request) != 0)
		log_fatal("libfcgi does not start");
}

int
http_is_cgi(void)
{
	return request.is_cgi;
}

int
http_by_file(struct http_req *req)
{
	static char real[PATH_MAX];
	const char *script = http_var(req, "SCRIPT_NAME"), *file;
	const char *last = script != NULL ? strrchr(script, '/') : NULL;

	if (last == NULL || strcmp(last, program_name) != 0)
		return 0;
	if (req->is_cgi)
		return 1;
	file = http_var(req, "SCRIPT_FILENAME");
	return file != NULL && realpath(file, real) != NULL &&
	    strcmp(real, program) == 0;
}

int
http_is_authorizer(struct http_req *req)
{
	return !req->is_cgi && req->fcgi->role == FCGI_AUTHORIZER;
}

/* End a FastCGI request.  On a connection that stays, what is left of its input
 * would be taken for the next request: it is read, to its end or up to a
 * megabyte, and then the connection does not stay.  On one that does not, no
 * client is waited for; when the input is at its end the connection can be
 * closed at once, and otherwise libfcgi waits until the web server has closed
 * it, for that might see an error before the answer.  An authorizer may be sent
 * no input at all, not even its end. */
static void
end_fcgi(struct http_req *req)
{
	static char waste[4096];
	int most = req->is_read, got = 1;

	if (req->fcgi->keepConnection && !http_is_authorizer(req))
		most = DRAIN_MAX / (int)sizeof waste;
	for (; most > 0 && got > 0; most--)
		got = FCGX_GetStr(waste, sizeof waste, req->fcgi->in);
	if (got > 0)
		req->fcgi->keepConnection = 0;
	else if (FCGX_GetError(req->fcgi->in) == 0)
		FCGX_Detach(req->fcgi);
	FCGX_Finish_r(req->fcgi);
	http_ended(req);
}

void
http_finish(struct http_req *req)
{
	static char *none[] = { NULL };

	if (req->finished)
		return;
	req->finished = 1;
	if (req->is_cgi) {
		http_drain(req);
		close(STDOUT_FILENO);
	} else
		end_fcgi(req);
	http_index(req, none);
}

struct http_req *
http_next(void)
{
	struct http_req *req = &request;
	int again = req->served, rc;

	if (again && req->is_cgi) {
		http_finish(req);
		return NULL;
	}
	req->served = 1;
	req->doubled = req->sent = 0;
	req->head_end = req->head + HEAD_START;
	if (req->is_cgi) {
		http_index(req, environ);
		return req;
	}
	if (again && !req->finished)
		end_fcgi(req);
	req->finished = 0;
	http_pool(1);
	rc = http_accept(req);
	http_pool(0);
	if (rc != 0)
		return NULL;
	http_index(req, req->fcgi->envp);
	req->is_read = !http_is_authorizer(req) && http_body_size(req) == 0;
	return req;
}

/* Add text to a header, which has room for it. */
static char *
add(char *at, const char *text)
{
	size_t length = strlen(text);

	memcpy(at, text, length);
	return at + length;
}

/* printf would cost as much as all the rest. */
static char *
add_number(char *at, size_t number)
{
	char digits[24], *p = digits + sizeof digits - 1;

	*p = '\0';
	do
		*--p = (char)('0' + number % 10);
	while ((number /= 10) > 0);
	return add(at, p);
}

void
http_lines(struct http_req *req, const char *lines)
{
	const char *end = req->head + HEAD_START + HEAD_SIZE;

	if (strlen(lines) > (size_t)(end - req->head_end))
		log_fatal("no room for the lines %s", lines);
	req->head_end = add(req->head_end, lines);
}

void
http_header(struct http_req *req, const char *name, const char *value)
{
	const char *end = req->head + HEAD_START + HEAD_SIZE;

	if (!text_is_clean(value))
		log_fatal("control characters in the header %s", name);
	if (strlen(name) + strlen(value) + 4 > (size_t)(end - req->head_end))
		log_fatal("no room for the header %s", name);
	req->head_end = add(req->head_end, name);
	req->head_end = add(req->head_end, ": ");
	req->head_end = add(req->head_end, value);
	req->head_end = add(req->head_end, "\r\n");
}

static void
write_output(struct http_req *req, const char *data, size_t length)
{
	ssize_t done;

	if (!req->is_cgi) {
		FCGX_PutStr(data, (int)length, req->fcgi->out);
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

/* Put the line of the status in front of the header, and return its start. */
static char *
add_status(struct http_req *req, int status)
{
	const char *reason = http_reason(status);
	size_t length = strlen("Status: 200 \r\n") + strlen(reason);
	char *start = req->head + HEAD_START - length, *end;

	end = add(start, "Status: ");
	end = add_number(end, (size_t)status);
	end = add(end, " ");
	end = add(end, reason);
	add(end, "\r\n");
	return start;
}

void
http_send(struct http_req *req, int status, const char *body, size_t length)
{
	char *start = add_status(req, status), *end = req->head_end;
	size_t room;

	if (req->sent)
		return;
	req->sent = 1;
	if (body != NULL) {
		end = add(end, "Content-Length: ");
		end = add_number(end, length);
		end = add(end, "\r\n");
	}
	end = add(end, "\r\n");
	if (body == NULL || http_method(req) == HTTP_HEAD)
		length = 0;
	room = (size_t)(req->head + sizeof req->head - end);
	if (length > 0 && length <= room) {
		end = mempcpy(end, body, length);
		length = 0;		/* one write for both */
	}
	write_output(req, start, (size_t)(end - start));
	if (length > 0)
		write_output(req, body, length);
}

int
http_sent(const struct http_req *req)
{
	return req->sent;
}
