/* http_accept - the wire: who asks next.
 *
 * A web server may keep its connections open for more requests.  By itself
 * libfcgi then waits on the one that asked last, and who comes on another must
 * find another worker, or wait.  Who holds connections waits for all of them at
 * once, and for new ones.  Parts of FCGX_Request that libfcgi calls its own are
 * used for it: ipcFd, the connection, and listen_sock. */
#include <errno.h>
#include <fastcgi.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/epoll.h>
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

void
http_hold(void)
{
	if (!http_is_cgi())
		poller = epoll_create1(EPOLL_CLOEXEC);
}

void
http_stop(void)
{
	is_stopping = 1;
	FCGX_ShutdownPending();
}

static int
watch(int fd, uint32_t what, uint32_t number)
{
	struct epoll_event event = { .events = what, .data.u32 = number };

	return epoll_ctl(poller, EPOLL_CTL_ADD, fd, &event);
}

/* One of us is told of a new connection, and another may have taken it. */
static int
open_door(void)
{
	return watch(FCGI_LISTENSOCK_FILENO, EPOLLIN | EPOLLEXCLUSIVE, DOOR);
}

/* Nobody who holds connections may wait in accept. */
static int
start_holding(void)
{
	int flags = fcntl(FCGI_LISTENSOCK_FILENO, F_GETFL);

	if (poller < 0 || flags < 0 || open_door() != 0)
		return -1;
	if (fcntl(FCGI_LISTENSOCK_FILENO, F_SETFL, flags | O_NONBLOCK) != 0)
		return -1;
	is_holding = 1;
	return 0;
}

/* One that is held listens nowhere: else libfcgi would put a new connection in
 * its place when it ends, unseen. */
static void
hold(FCGX_Request *fcgi)
{
	if (watch(fcgi->ipcFd, EPOLLIN, (uint32_t)(fcgi - requests)) != 0) {
		FCGX_Free(fcgi, 1);
		return;
	}
	fcgi->listen_sock = -1;
	if (++held == HELD_MAX)
		epoll_ctl(poller, EPOLL_CTL_DEL, FCGI_LISTENSOCK_FILENO, NULL);
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
	if (is_open && !is_held && (is_holding || start_holding() == 0))
		hold(fcgi);
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

/* The door is open only while one is free. */
static FCGX_Request *
find(uint32_t number)
{
	FCGX_Request *fcgi = requests;

	if (number != DOOR)
		return &requests[number];
	while (fcgi->ipcFd >= 0)
		fcgi++;
	return fcgi;
}

static int
accept_any(struct http_req *req)
{
	FCGX_Request *fcgi;
	int rc;

	for (;;) {
		if (at == found) {
			at = 0;
			found = look();
			if (found <= 0)
				return -1;
		}
		fcgi = find(events[at++].data.u32);
		rc = FCGX_Accept_r(fcgi);
		if (rc == 0)
			break;
		if (fcgi->listen_sock < 0)
			let_go(fcgi);		/* it was closed */
		else if (rc != -EAGAIN && !is_stopping)
			return rc;
	}
	req->fcgi = fcgi;
	return 0;
}

int
http_accept(struct http_req *req)
{
	int rc;

	if (is_holding)
		return accept_any(req);
	rc = FCGX_Accept_r(req->fcgi);
	/* Another of us is holding some. */
	if (rc == -EAGAIN && start_holding() == 0)
		return accept_any(req);
	return rc;
}
