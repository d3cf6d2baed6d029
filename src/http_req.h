/* http_req - a request as the files of the wire share it.  Nobody else includes
 * this. */
#ifndef HTTP_REQ_H
#define HTTP_REQ_H

#include <fcgiapp.h>
#include <stdint.h>

#include "http.h"

#define DRAIN_MAX	1048576		/* bytes read that nobody asked for */
#define HEAD_SIZE	4096		/* bytes of an answer's header */

struct http_req {
	FCGX_Request	 fcgi;
	char		**vars;		/* NAME=value, ended by NULL */
	int		 is_cgi;
	int		 served;	/* CGI: the one request was handed out */
	int		 doubled;
	int		 sent;
	int		 finished;
	int		 is_read;	/* FastCGI: all of its input */
	size_t		 head_length;
	char		 head[HEAD_SIZE];
};

/* How many bytes of a body may come; a megabyte stands for more. */
int64_t	http_body_size(struct http_req *req);
/* Take in, of a CGI request, what the answer made needless to read: or the web
 * server's write of it fails before it has read the answer. */
void	http_drain(struct http_req *req);

#endif
