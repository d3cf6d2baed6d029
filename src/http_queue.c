/* http_queue - the wire: how many requests wait behind the one at hand, as the
 * kernel says of the socket that we share. */
#include <fastcgi.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <linux/sock_diag.h>
#include <linux/unix_diag.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "http_req.h"
#include "log.h"

static int kernel = -1;		/* where we ask */

static int
ask(ino_t number)
{
	const struct {
		struct nlmsghdr		head;
		struct unix_diag_req	body;
	} question = {
		{ .nlmsg_len = sizeof question, .nlmsg_flags = NLM_F_REQUEST,
		    .nlmsg_type = SOCK_DIAG_BY_FAMILY },
		{ .sdiag_family = AF_UNIX, .udiag_ino = (uint32_t)number,
		    .udiag_show = UDIAG_SHOW_RQLEN,
		    .udiag_cookie = { UINT32_MAX, UINT32_MAX } },
	};

	return write(kernel, &question, sizeof question) ==
	    (ssize_t)sizeof question ? 0 : -1;
}

/* Find the length of the queue in what was answered, or -1. */
static int64_t
find_length(struct nlmsghdr *head, size_t size)
{
	const struct unix_diag_rqlen *length;
	struct rtattr *part;
	size_t left;

	if (size < NLMSG_LENGTH(sizeof(struct unix_diag_msg)) ||
	    head->nlmsg_len > size || head->nlmsg_type != SOCK_DIAG_BY_FAMILY)
		return -1;
	part = (struct rtattr *)((struct unix_diag_msg *)NLMSG_DATA(head) + 1);
	left = NLMSG_PAYLOAD(head, sizeof(struct unix_diag_msg));
	for (; RTA_OK(part, left); part = RTA_NEXT(part, left)) {
		if (part->rta_type != UNIX_DIAG_RQLEN ||
		    RTA_PAYLOAD(part) < sizeof *length)
			continue;
		length = RTA_DATA(part);
		return length->udiag_rqueue;
	}
	return -1;
}

static int64_t
look(void)
{
	union {
		struct nlmsghdr	head;
		char		bytes[1024];
	} answer;
	struct stat listening;
	ssize_t got;

	if (kernel < 0 || fstat(FCGI_LISTENSOCK_FILENO, &listening) != 0 ||
	    ask(listening.st_ino) != 0)
		return -1;
	got = read(kernel, &answer, sizeof answer);
	return got > 0 ? find_length(&answer.head, (size_t)got) : -1;
}

void
http_watch_queue(void)
{
	if (http_is_cgi())
		return;
	kernel = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK,
	    NETLINK_SOCK_DIAG);
	if (look() < 0)
		log_event("the kernel does not say how many requests wait: "
		    "in a storm of logins all of them do");
}

int64_t
http_waiting(void)
{
	int64_t waiting = look();

	return waiting > 0 ? waiting : 0;
}
