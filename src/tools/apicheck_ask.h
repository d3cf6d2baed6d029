/* apicheck_ask - one request to the one origin that may be asked.
 *
 * The origin is resolved once, and each address judged; a connection to any
 * other address is refused, whatever a name server says later.  No proxies, no
 * redirects, no cookies.  There is one origin in a process. */
#ifndef APICHECK_ASK_H
#define APICHECK_ASK_H

#include <stddef.h>

#define ASK_HEADERS	12
#define ASK_BODY	(1 << 20)	/* bytes read of an answer */
#define ASK_DOCUMENT	(4 << 20)	/* and of a document */

struct ask_limits {
	long			 rate;		/* requests a second */
	long			 requests;	/* in all */
	long			 seconds;	/* in all */
	const char *const	*hosts;		/* allowed beside loopback */
	size_t			 host_count;
};

struct ask_request {
	const char	*method;
	char		*target;		/* starts with a slash */
	char		*headers[ASK_HEADERS];	/* "Name: value" or "Name;" */
	size_t		 count;
	const char	*body;			/* or NULL */
	size_t		 most;			/* bytes; 0: ASK_BODY */
};

struct ask_answer {
	long	 status;		/* 0: none came */
	char	*body;			/* ends with a NUL; or NULL */
	size_t	 length;
	int	 cut;			/* there was more */
	int	 says_methods;		/* Allow, or the preflight's kin */
};

enum ask_rc {
	ASK_STOPPED,			/* a bound is reached: ask no more */
	ASK_NONE,			/* no answer came to this request */
	ASK_OK
};

/* Take the origin of url, and put its path (without a slash at the end) into
 * path of size bytes.  Returns 0, or -1 and says in why, of 512 bytes, what is
 * wrong with it or with where it leads. */
int	ask_start(const char *url, const struct ask_limits *limits, char *path,
    size_t size, char *why);
void	ask_end(void);

/* Is url, which is absolute, of our origin?  Then its path goes to path. */
int	ask_is_ours(const char *url, char *path, size_t size);

/* Start a request; target is copied, the others are borrowed. */
struct ask_request	ask_new(const char *method, const char *target);
/* Add a header line; a control character in it makes it no header at all. */
void	ask_add(struct ask_request *request, const char *format, ...)
	    __attribute__((format(printf, 2, 3)));
/* Give back a request that is not asked; once more does nothing. */
void	ask_drop(struct ask_request *request);
/* Ask, wait for the rate's sake, and give request back.  The caller gives
 * answer back with ask_forget, whatever is returned. */
enum ask_rc	ask(struct ask_request *request, struct ask_answer *answer);
void	ask_forget(struct ask_answer *answer);

/* What kept the last request from being answered, or stopped us. */
const char	*ask_reason(void);
/* Has a bound been reached, or did the server stop answering? */
int	ask_stopped(void);
/* How many requests were sent. */
long	ask_count(void);

/* Percent-encode all of text but unreserved characters and those in keep.
 * Returns memory that the caller frees. */
char	*ask_encode(const char *text, const char *keep);

#endif
