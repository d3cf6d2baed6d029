/* http_accept - the wire: who asks next.
 *
 * A web server may keep its connections open for more requests.  By itself
 * libfcgi then waits on the one that asked last, and who comes on another must
 * find another worker, or wait.  Who holds connections waits for all of them at
 * once, and for new ones.  Parts of FCGX_Request that libfcgi calls its own are
 * used for it: ipcFd, the connection, listen_sock and keepConnection. */
#include <errno.h>
#include <fastcgi.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "http_req.h"
#include "log.h"

#define HELD_MAX	64
#define DOOR		HELD_MAX	/* new connections, among events */

static FCGX_Request requests[HELD_MAX];	/* one for each connection */
static int held;			/* how many are held */
static int poller = -1;			/* of who may hold some */
static int is_holding;
static struct epoll_event events[HELD_MAX + 1];
static int found, at;			/* how many of them, the next */
static volatile sig_atomic_t is_stopping;

int
http_listen(struct http_req *req)
{
	int i;

	if (FCGX_Init() != 0)
		return -1;
	for (i = 0; i < HELD_MAX; i++)
		if (FCGX_InitRequest(&requests[i], FCGI_LISTENSOCK_FILENO,
		    FCGI_FAIL_ACCEPT_ON_INTR) != 0)
			return -1;
	req->fcgi = requests;
	return 0;
}

/* Over TCP libfcgi looks who connects (FCGI_WEB_SERVER_ADDRS). */
void
http_hold(void)
{
	int domain = AF_UNSPEC;
	socklen_t size = sizeof domain;

	if (getsockopt(FCGI_LISTENSOCK_FILENO, SOL_SOCKET, SO_DOMAIN, &domain,
	    &size) == 0 && domain == AF_UNIX)
		poller = epoll_create1(EPOLL_CLOEXEC);
}

void
http_stop(void)
{
	is_stopping = 1;
}

static int
watch(int fd, uint32_t what, uint32_t number)
{
	struct epoll_event event = { .events = what, .data.u32 = number };

	return epoll_ctl(poller, EPOLL_CTL_ADD, fd, &event);
}

/* One of us is told of a new connection; another may have taken it by then. */
static int
open_door(void)
{
	return watch(FCGI_LISTENSOCK_FILENO, EPOLLIN | EPOLLEXCLUSIVE, DOOR);
}

/* Set it for all who share the socket. */
static int
block_door(int yes)
{
	int flags = fcntl(FCGI_LISTENSOCK_FILENO, F_GETFL);

	if (flags < 0)
		return -1;
	return fcntl(FCGI_LISTENSOCK_FILENO, F_SETFL,
	    yes ? flags & ~O_NONBLOCK : flags | O_NONBLOCK);
}

/* Nobody who holds connections may wait in accept. */
static int
start_holding(void)
{
	if (poller < 0 || block_door(0) != 0 || open_door() != 0)
		return -1;
	is_holding = 1;
	return 0;
}

/* One that is held listens nowhere: else libfcgi would put a new connection in
 * its place when it ends, unseen.  Returns -1 when it cannot be held. */
static int
hold(FCGX_Request *fcgi)
{
	if (watch(fcgi->ipcFd, EPOLLIN, (uint32_t)(fcgi - requests)) != 0)
		return -1;
	fcgi->listen_sock = -1;
	if (++held == HELD_MAX)
		epoll_ctl(poller, EPOLL_CTL_DEL, FCGI_LISTENSOCK_FILENO, NULL);
	return 0;
}

static void
let_go(FCGX_Request *fcgi)
{
	fcgi->listen_sock = FCGI_LISTENSOCK_FILENO;
	if (held-- == HELD_MAX && open_door() != 0)
		log_fatal("no new connection can be waited for");
}

void
http_ended(struct http_req *req)
{
	FCGX_Request *fcgi = req->fcgi;
	int is_held = fcgi->listen_sock < 0, is_open = fcgi->ipcFd >= 0;

	if (is_held && !is_open)
		let_go(fcgi);
	if (is_open && !is_held && start_holding() == 0 && hold(fcgi) != 0)
		FCGX_Free(fcgi, 1);
}

/* Take a new connection, to be read from when there is something to read:
 * libfcgi would wait for that, two seconds, and nobody else be answered.  The
 * door is open only while one of the requests is free. */
static int
let_in(void)
{
	FCGX_Request *fcgi = requests;
	int fd = accept(FCGI_LISTENSOCK_FILENO, NULL, NULL);

	if (fd < 0)
		return errno == EAGAIN || errno == EINTR ||
		    errno == ECONNABORTED ? 0 : -1;
	while (fcgi->ipcFd >= 0)
		fcgi++;
	fcgi->ipcFd = fd;
	fcgi->keepConnection = 1;	/* no request has ended on it */
	return hold(fcgi);
}

/* Returns how many ask.  Who is to stop looks once more, at who did so
 * already. */
static int
look(void)
{
	static int is_last;
	int rc;

	do {
		if (is_last)
			return 0;
		is_last = is_stopping;
		rc = epoll_wait(poller, events, HELD_MAX + 1,
		    is_last ? 0 : -1);
	} while (rc < 0 && errno == EINTR);
	return rc;
}

static int
accept_any(struct http_req *req)
{
	FCGX_Request *fcgi;
	uint32_t number;

	for (;;) {
		if (at == found) {
			at = 0;
			found = look();
			if (found <= 0)
				return -1;
		}
		number = events[at++].data.u32;
		if (number == DOOR) {
			if (!is_stopping && let_in() != 0)
				return -1;
			continue;
		}
		fcgi = &requests[number];
		if (FCGX_Accept_r(fcgi) == 0)
			break;
		let_go(fcgi);		/* it was closed */
	}
	req->fcgi = fcgi;
	return 0;
}

/* Who takes one connection at a time.  libfcgi is not told of a stop: when that
 * arrives while it waits for the first of a new connection, it would never come
 * back. */
static int
accept_one(struct http_req *req)
{
	if (req->fcgi->ipcFd < 0 && is_stopping)
		return -1;
	return FCGX_Accept_r(req->fcgi);
}

int
http_accept(struct http_req *req)
{
	int rc;

	if (is_holding)
		return accept_any(req);
	rc = accept_one(req);
	if (rc != -EAGAIN)
		return rc;
	/* Another of us is holding some, or the socket came to us so. */
	if (start_holding() == 0)
		return accept_any(req);
	return block_door(1) == 0 ? accept_one(req) : rc;
}
