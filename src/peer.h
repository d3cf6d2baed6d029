/* peer - who is asking, and over what: HTTPS and the client's address. */
#ifndef PEER_H
#define PEER_H

#include "audit.h"
#include "config.h"
#include "http.h"

#define PEER_ADDRESS	46		/* an address as text, with its NUL */

/* May this request carry a secret?  Yes over HTTPS, as the web server or, if
 * the peer is one of the configured proxies, as every hop that the proxy
 * reports (X-Forwarded-Proto, and RFC 7239 Forwarded) says; and from a
 * loopback address without any sign of a proxy in between.  Returns 1 or 0. */
int	peer_is_private(struct http_req *req, const struct config *config);

/* The client's address as text: the first one from the right, starting with
 * REMOTE_ADDR, that is none of the configured proxies.  "" when unknown. */
void	peer_address(struct http_req *req, const struct config *config,
    char out[PEER_ADDRESS]);

/* Note an event of this request in the audit log: where it came from is filled
 * in. */
void	peer_audit(struct http_req *req, const struct config *config,
    const struct audit *audit);

/* The network that the client is in, as limits see it: an IPv4 address, or the
 * first 64 bits of an IPv6 one.  All zero when unknown. */
void	peer_network(struct http_req *req, const struct config *config,
    uint8_t out[16]);

#endif
