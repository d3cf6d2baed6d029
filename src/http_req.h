/* http_req - a request as the files of the wire share it.  Nobody else includes
 * this. */
#ifndef HTTP_REQ_H
#define HTTP_REQ_H

#include <fcgiapp.h>
#include <stdint.h>

#include "http.h"

#define DRAIN_MAX	1048576		/* bytes read that nobody asked for */
#define HEAD_START	64		/* bytes of an answer's status line */
#define HEAD_SIZE	4096		/* ... of its other header lines */
#define HEAD_END	64		/* ... of its length, and its end */

/* A variable, and the one before it in its slot. */
struct http_var {
	const char	*text;		/* NAME=value */
	size_t		 length;	/* of NAME */
	struct http_var	*next;
};

struct http_req {
	FCGX_Request	*fcgi;		/* lent by http_accept.c */
	struct http_var	*slots[HTTP_SLOTS];	/* the last of each */
	struct http_var	*vars;
	size_t		 room;		/* of vars */
	int		 is_forwarded;
	enum http_method method;
	int		 knows_method;
	int		 is_cgi;
	int		 served;	/* CGI: the one request was handed out */
	int		 doubled;
	int		 sent;
	int		 finished;
	int		 is_read;	/* FastCGI: all of its input */
	char		*head_end;
	char		 head[HEAD_START + HEAD_SIZE + HEAD_END];
};

/* Get libfcgi ready for the first request.  Returns -1 on failure. */
int	http_listen(struct http_req *req);
/* Wait for the next one and put it into req->fcgi.  Returns 0, or another value
 * when there will be none. */
int	http_accept(struct http_req *req);
/* It has been answered: its connection is held on to, where it stays open. */
void	http_ended(struct http_req *req);
/* From a signal: who has asked by now on a connection that is held is answered,
 * then nobody. */
void	http_stop(void);
/* From now on malloc gives out of libfcgi's pool, or it does so no longer. */
void	http_pool(int open);
/* Make list the variables of the request. */
void	http_index(struct http_req *req, char **list);
/* How many bytes of a body may come; a megabyte stands for more. */
int64_t	http_body_size(struct http_req *req);
/* Take in, of a CGI request, what the answer made needless to read: or the web
 * server's write of it fails before it has read the answer. */
void	http_drain(struct http_req *req);

#endif
