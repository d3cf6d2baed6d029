/* apicheck_host - may this host be asked, and at which addresses? */
#ifndef APICHECK_HOST_H
#define APICHECK_HOST_H

#include <stddef.h>
#include <sys/socket.h>

#define HOST_SIZE	256

/* Resolve host, a name or a literal (IPv6 in brackets), and keep its
 * addresses.  All must be loopback, unless host is among the count allowed
 * names.  Unspecified and multicast addresses are refused even then, and
 * link-local ones unless host is the literal.  Returns 0, or -1 and says why
 * in size bytes. */
int	host_pin(const char *host, const char *const *allowed, size_t count,
    char *why, size_t size);

/* Is this one of the addresses that host_pin kept? */
int	host_is_pinned(const struct sockaddr *address);

#endif
