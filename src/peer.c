/* peer - who is asking, and over what: HTTPS and the client's address. */
#include <arpa/inet.h>
#include <string.h>

#include "peer.h"
#include "text.h"

#define HOPS_MAX	1024		/* bytes of a header about hops */

static int
in_net(const uint8_t address[16], const struct config_net *net)
{
	int whole = net->bits / 8, rest = net->bits % 8;

	if (memcmp(address, net->address, (size_t)whole) != 0)
		return 0;
	return rest == 0 ||
	    (address[whole] ^ net->address[whole]) >> (8 - rest) == 0;
}

static int
is_loopback(const uint8_t address[16])
{
	static const struct config_net v4 = {
		{ [10] = 0xff, [11] = 0xff, [12] = 127 }, 104 };
	static const struct config_net v6 = { { [15] = 1 }, 128 };

	return in_net(address, &v4) || in_net(address, &v6);
}

static int
is_proxy(const uint8_t address[16], const struct config *config)
{
	size_t i;

	for (i = 0; i < config->proxies; i++)
		if (in_net(address, &config->proxy[i]))
			return 1;
	return 0;
}

/* The address of the connection; -1 when the server gives none. */
static int
remote(struct http_req *req, uint8_t address[16])
{
	const char *text = http_var(req, "REMOTE_ADDR");

	return text != NULL ? config_address(text, address) : -1;
}

/* Trim blanks and quotes from both ends of text, in place. */
static char *
trim(char *text)
{
	char *end;

	text += strspn(text, " \t\"");
	end = text + strlen(text);
	while (end > text && strchr(" \t\"", end[-1]) != NULL)
		*--end = '\0';
	return text;
}

/* Do all hops in X-Forwarded-Proto say https?  1, 0, or -1 when absent. */
static int
forwarded_proto(struct http_req *req)
{
	const char *value = http_var(req, "HTTP_X_FORWARDED_PROTO");
	char copy[HOPS_MAX], *one, *next = copy;

	if (value == NULL)
		return -1;
	if (text_copy(copy, sizeof copy, value) != 0)
		return 0;
	while ((one = strsep(&next, ",")) != NULL)
		if (!text_equal_nocase(trim(one), "https"))
			return 0;
	return 1;
}

/* Step over a token or a quoted-string (RFC 9110, 5.6); what it says goes to
 * out, without the quotes.  Returns what follows, or NULL when it is neither
 * or does not fit. */
static const char *
read_word(const char *p, char out[HOPS_MAX])
{
	size_t length = 0;
	int quoted = *p == '"';

	for (p += quoted; *p != '\0' && length + 1 < HOPS_MAX; p++) {
		if (quoted ? *p == '"' : strchr(" \t;,=\"", *p) != NULL)
			break;
		if (quoted && *p == '\\' && *++p == '\0')
			return NULL;
		out[length++] = *p;
	}
	out[length] = '\0';
	if (quoted ? *p != '"' : length == 0)
		return NULL;
	return p + quoted;
}

/* Read one element of Forwarded: pairs with ";" between.  Moves *at behind it;
 * 1 when its one proto says https. */
static int
element_is_https(const char **at)
{
	char name[HOPS_MAX], value[HOPS_MAX];
	const char *p = *at;
	int protos = 0, https = 0;

	for (;; p++) {
		p += strspn(p, " \t");
		if (*p == '"' || (p = read_word(p, name)) == NULL ||
		    *p++ != '=' || (p = read_word(p, value)) == NULL)
			return 0;
		if (text_equal_nocase(name, "proto")) {
			protos++;
			https = text_equal_nocase(value, "https");
		}
		p += strspn(p, " \t");
		if (*p != ';')
			break;
	}
	*at = p;
	return protos == 1 && https;
}

/* Do all hops in Forwarded (RFC 7239) say https?  1, 0, or -1 when absent. */
static int
forwarded(struct http_req *req)
{
	const char *p = http_var(req, "HTTP_FORWARDED");

	if (p == NULL)
		return -1;
	for (;; p++) {
		if (!element_is_https(&p))
			return 0;
		if (*p != ',')
			return *p == '\0';
	}
}

static int
is_https(struct http_req *req)
{
	const char *https = http_var(req, "HTTPS");

	const char *scheme = http_var(req, "REQUEST_SCHEME");

	/* mod_fcgid's authorizer is asked before Apache has set HTTPS. */
	return (https != NULL && (text_equal_nocase(https, "on") ||
	    strcmp(https, "1") == 0)) ||
	    (https == NULL && scheme != NULL && strcmp(scheme, "https") == 0);
}

/* Loopback, and no sign of a proxy that would make everyone look so. */
static int
is_local(struct http_req *req, const uint8_t address[16])
{
	return is_loopback(address) && !http_is_forwarded(req);
}

int
peer_is_private(struct http_req *req, const struct config *config)
{
	uint8_t address[16];
	int proto, rfc7239;

	if (remote(req, address) != 0)
		return is_https(req);
	if (is_local(req, address))
		return 1;
	if (!is_proxy(address, config))
		return is_https(req);
	/* A client can write the header that its proxy leaves alone, so one
	 * "no" is enough, and so is silence. */
	proto = forwarded_proto(req);
	rfc7239 = forwarded(req);
	return proto != 0 && rfc7239 != 0 && (proto == 1 || rfc7239 == 1);
}

static int
is_v4(const uint8_t address[16])
{
	static const struct config_net v4 = { { [10] = 0xff, [11] = 0xff }, 96 };

	return in_net(address, &v4);
}

/* Read an address as proxies write it, perhaps with a port behind it. */
static int
read_hop(char *text, uint8_t address[16])
{
	char *colon = strchr(text, ':'), *end;

	if (text[0] == '[' && (end = strchr(text, ']')) != NULL) {
		*end = '\0';
		text++;
	} else if (colon != NULL && strchr(colon + 1, ':') == NULL)
		*colon = '\0';
	return config_address(text, address);
}

/* Copy the end of a list of hops, whole ones, as much as fits. */
static void
copy_hops(char copy[HOPS_MAX], const char *hops)
{
	size_t length = hops != NULL ? strlen(hops) : 0;

	if (length >= HOPS_MAX) {
		hops = strchr(hops + length - (HOPS_MAX - 1), ',');
		length = hops != NULL ? strlen(hops) : 0;
	}
	memcpy(copy, length > 0 ? hops : "", length + 1);
}

/* The first one from the right that is no proxy.  Returns 0, or -1. */
static int
find_client(struct http_req *req, const struct config *config,
    uint8_t address[16])
{
	const char *hops = http_var(req, "HTTP_X_FORWARDED_FOR");
	uint8_t next[16];
	char copy[HOPS_MAX], *comma;

	if (remote(req, address) != 0)
		return -1;
	copy_hops(copy, hops);
	while (copy[0] != '\0' && is_proxy(address, config)) {
		comma = strrchr(copy, ',');
		if (read_hop(trim(comma != NULL ? comma + 1 : copy), next) !=
		    0)
			break;		/* not an address: stay on safe ground */
		memcpy(address, next, sizeof next);
		*(comma != NULL ? comma : copy) = '\0';
	}
	return 0;
}

void
peer_address(struct http_req *req, const struct config *config,
    char out[PEER_ADDRESS])
{
	uint8_t address[16];
	int v4;

	out[0] = '\0';
	if (find_client(req, config, address) != 0)
		return;
	v4 = is_v4(address);
	if (inet_ntop(v4 ? AF_INET : AF_INET6, v4 ? address + 12 : address,
	    out, PEER_ADDRESS) == NULL)
		out[0] = '\0';
}

void
peer_network(struct http_req *req, const struct config *config,
    uint8_t out[16])
{
	if (find_client(req, config, out) != 0)
		memset(out, 0, 16);
	else if (!is_v4(out))
		memset(out + 8, 0, 8);
}

void
peer_audit(struct http_req *req, const struct config *config,
    const struct audit *audit)
{
	char address[PEER_ADDRESS];
	struct audit whole = *audit;

	peer_address(req, config, address);
	whole.address = address;
	audit_write(&whole);
}
