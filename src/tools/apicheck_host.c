/* apicheck_host - may this host be asked, and at which addresses? */
#include <arpa/inet.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>

#include "apicheck_host.h"
#include "text.h"

#define ADDRESSES	32

static struct in6_addr pinned[ADDRESSES];	/* IPv4 as ::ffff:a.b.c.d */
static size_t count;

enum kind {
	KIND_NEVER,
	KIND_LINK,
	KIND_LOOPBACK,
	KIND_OTHER
};

static int
as_ipv6(const struct sockaddr *address, struct in6_addr *out)
{
	const struct sockaddr_in *v4 = (const void *)address;
	const struct sockaddr_in6 *v6 = (const void *)address;

	memset(out, 0, sizeof *out);
	if (address->sa_family == AF_INET6) {
		*out = v6->sin6_addr;
		return 0;
	}
	if (address->sa_family != AF_INET)
		return -1;
	out->s6_addr[10] = out->s6_addr[11] = 0xff;
	memcpy(out->s6_addr + 12, &v4->sin_addr, 4);
	return 0;
}

static enum kind
kind_of(const struct in6_addr *a)
{
	const unsigned char *b = a->s6_addr + 12;

	if (IN6_IS_ADDR_V4MAPPED(a)) {
		if (b[0] == 0 || b[0] >= 224)
			return KIND_NEVER;
		if (b[0] == 169 && b[1] == 254)
			return KIND_LINK;
		return b[0] == 127 ? KIND_LOOPBACK : KIND_OTHER;
	}
	if (IN6_IS_ADDR_UNSPECIFIED(a) || IN6_IS_ADDR_MULTICAST(a))
		return KIND_NEVER;
	if (IN6_IS_ADDR_LINKLOCAL(a))
		return KIND_LINK;
	return IN6_IS_ADDR_LOOPBACK(a) ? KIND_LOOPBACK : KIND_OTHER;
}

static int
is_literal(const char *name)
{
	unsigned char bytes[16];

	return inet_pton(AF_INET, name, bytes) == 1 ||
	    inet_pton(AF_INET6, name, bytes) == 1;
}

/* Say why not; a name leads somewhere, an address is where it is. */
static void
refuse(const struct in6_addr *a, int is_never, const char *host, char *why,
    size_t size)
{
	char text[INET6_ADDRSTRLEN] = "", place[INET6_ADDRSTRLEN + 32] = "";
	size_t length;

	if (IN6_IS_ADDR_V4MAPPED(a))
		inet_ntop(AF_INET, a->s6_addr + 12, text, sizeof text);
	else
		inet_ntop(AF_INET6, a, text, sizeof text);
	length = strlen(text);
	if (strncmp(host + (host[0] == '['), text, length) != 0 ||
	    strchr("]", host[length + (host[0] == '[')]) == NULL)
		snprintf(place, sizeof place, "leads to %s, which ", text);
	if (is_never)
		snprintf(why, size, "%s %sis no address that an API has", host,
		    place);
	else
		snprintf(why, size, "%s %sis beyond this machine: if you may "
		    "test it, say --allow-host %s", host, place, host);
}

static int
keep(const struct sockaddr *address, const char *host, int allowed, int literal,
    char *why, size_t size)
{
	struct in6_addr a;
	enum kind kind;

	if (as_ipv6(address, &a) != 0)
		return 0;
	kind = kind_of(&a);
	if (kind == KIND_NEVER || (kind == KIND_LINK && !(allowed && literal)))
		refuse(&a, 1, host, why, size);
	else if (kind != KIND_LOOPBACK && !allowed)
		refuse(&a, 0, host, why, size);
	else if (count == ADDRESSES)
		snprintf(why, size, "%s has too many addresses", host);
	else {
		pinned[count++] = a;
		return 0;
	}
	return -1;
}

int
host_pin(const char *host, const char *const *allowed, size_t allowed_count,
    char *why, size_t size)
{
	struct addrinfo hints = { .ai_socktype = SOCK_STREAM }, *list, *a;
	char name[HOST_SIZE];
	size_t i, length = strlen(host);
	int is_allowed = 0, rc;

	for (i = 0; i < allowed_count; i++)
		if (text_equal_nocase(allowed[i], host))
			is_allowed = 1;
	text_copy(name, sizeof name, host[0] == '[' ? host + 1 : host);
	if (host[0] == '[' && length > 1)
		name[length - 2] = '\0';
	rc = getaddrinfo(name, NULL, &hints, &list);
	if (rc != 0) {
		snprintf(why, size, "%s: %s", host, gai_strerror(rc));
		return -1;
	}
	for (a = list; a != NULL && rc == 0; a = a->ai_next)
		rc = keep(a->ai_addr, host, is_allowed, is_literal(name), why,
		    size);
	freeaddrinfo(list);
	return rc;
}

int
host_is_pinned(const struct sockaddr *address)
{
	struct in6_addr a;
	size_t i;

	if (as_ipv6(address, &a) != 0)
		return 0;
	for (i = 0; i < count; i++)
		if (memcmp(&a, &pinned[i], sizeof a) == 0)
			return 1;
	return 0;
}
