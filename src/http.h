/* http - the wire: one request at a time, over CGI (RFC 3875) or FastCGI.
 * The only owner of libfcgi. */
#ifndef HTTP_H
#define HTTP_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

enum http_method {
	HTTP_OTHER,			/* none that we serve */
	HTTP_GET,
	HTTP_HEAD,
	HTTP_POST,
	HTTP_PUT,
	HTTP_DELETE,
	HTTP_OPTIONS
};

struct http_req;

/* Requests
 * -------- */

/* Get ready: signals, and under FastCGI an end together with the parent.
 * SIGTERM ends the process after the requests that it has by then. */
void	http_start(void);
/* Is there but one request (CGI)? */
int	http_is_cgi(void);
/* Under FastCGI, over a unix socket: hold up to 64 connections that the web
 * server keeps open for more requests, in place of one.  Not for those who can
 * take long over an answer: who asks on another connection would wait for them,
 * with other workers idle.  Who wants to says so before the sandbox. */
void	http_hold(void);
/* Wait for the next request.  Returns NULL when there will be none.  All that
 * a request lends is lent until the next call. */
struct http_req	*http_next(void);

/* The value of a variable that the web server set for this request, or NULL.
 * A variable that is there twice counts as absent, and http_doubled() says so
 * from then on: the caller refuses such a request. */
static inline const char	*http_var(struct http_req *req,
    const char *name);
int	http_doubled(const struct http_req *req);
/* The same for what no decision about the request hangs on: one that is there
 * twice counts as absent, and that is all. */
static inline const char	*http_hint(struct http_req *req,
    const char *name);
/* Did a proxy, or who would be one, say that it handed the request on: is there
 * any Forwarded or X-Forwarded-* header? */
int	http_is_forwarded(const struct http_req *req);
enum http_method	http_method(struct http_req *req);
/* The method's name, for Allow. */
const char	*http_method_name(enum http_method method);

/* Did the web server call the program by its own file's name, as it does in
 * /cgi-bin/?  Then the rest of the path is PATH_INFO alone.  Under FastCGI the
 * server must also say by SCRIPT_FILENAME that it means this very file: any
 * URL may end in its name. */
int	http_by_file(struct http_req *req);

/* Were we asked as a FastCGI Authorizer (6.3), by a server that knows the
 * role?  nginx asks as if for an answer. */
int	http_is_authorizer(struct http_req *req);

/* Read the body, exactly CONTENT_LENGTH bytes or a chunked one to its end,
 * into body of size bytes, and end it with a NUL. */
enum http_body {
	HTTP_BODY_BROKEN,		/* cut short, or a bad length */
	HTTP_BODY_TOO_LARGE,		/* does not fit into size - 1 */
	HTTP_BODY_OK
};
enum http_body	http_body(struct http_req *req, char *body, size_t size,
    size_t *length);

/* How many connections wait for one of us to take them, besides the one at
 * hand?  0 also where nobody can tell: plain CGI, a socket of another family, a
 * kernel without unix_diag.  Who wants to know says so before the sandbox. */
void	http_watch_queue(void);
int64_t	http_waiting(void);

/* Answers
 * ------- */

/* Add a header line to the answer.  A value with control characters, or one
 * more line than fits, ends the process: only our own text comes here. */
void	http_header(struct http_req *req, const char *name, const char *value);
/* Add whole lines that are always the same, each with its CRLF. */
void	http_lines(struct http_req *req, const char *lines);
/* Send the answer: status, the headers added so far, and length bytes of
 * body, which a HEAD request is not sent.  Without a body (NULL) nothing is
 * said of its length: there is none (204), or this is not the answer that the
 * client gets.  Only the first call counts. */
void	http_send(struct http_req *req, int status, const char *body,
    size_t length);
int	http_sent(const struct http_req *req);
/* Give the answer to the web server, now and whole, for those who have more to
 * do after it.  Ends the request: nothing of it is lent any more. */
void	http_finish(struct http_req *req);
/* The reason phrase of a status that we send (RFC 9110, 15). */
const char	*http_reason(int status);

/* Inside
 * ------ */

/* A dozen names are asked for in each request, and most are not there.  A
 * name is found by its slot, which the compiler knows where it knows the name:
 * names differ in their length or in one of these letters, mostly. */
#define HTTP_SLOTS	64

static inline size_t
http_slot(const char *name, size_t length)
{
	if (length == 0)
		return 0;
	return (length + 3 * (size_t)(unsigned char)name[length - 1] +
	    5 * (size_t)(unsigned char)name[length / 2]) % HTTP_SLOTS;
}

const char	*http_find_var(struct http_req *req, const char *name,
    size_t length, size_t slot);
const char	*http_find_hint(const struct http_req *req, const char *name,
    size_t length, size_t slot);

static inline const char *
http_var(struct http_req *req, const char *name)
{
	size_t length = strlen(name);

	return http_find_var(req, name, length, http_slot(name, length));
}

static inline const char *
http_hint(struct http_req *req, const char *name)
{
	size_t length = strlen(name);

	return http_find_hint(req, name, length, http_slot(name, length));
}

#endif
