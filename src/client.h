/* client - who calls the token endpoint and its kin (RFC 6749, 2.3). */
#ifndef CLIENT_H
#define CLIENT_H

#include "config.h"
#include "form.h"
#include "http.h"
#include "store.h"

enum client_rc {
	CLIENT_UNKNOWN,			/* unknown, or the wrong secret */
	CLIENT_TWICE,			/* by Basic and by the body */
	CLIENT_DOWN,			/* the ledger did not answer */
	CLIENT_WAIT,			/* too much guessed: 429 */
	CLIENT_ABSENT,			/* no client is named */
	CLIENT_OK
};

/* Find the client that a request names, by Basic or in its form, never both.
 * A confidential one must prove itself by its secret, a public one must not
 * try to.  The tutorial's client is there where the password grant is on; its
 * scope is empty, which the caller takes for all that a user has. */
enum client_rc	client_identify(struct http_req *req, struct store *store,
    const struct config *config, const struct form *form, int64_t now,
    struct store_client *client);

/* Fill in the tutorial's built-in client. */
void	client_tutorial(struct store_client *client);
int	client_is_tutorial(const struct store_client *client);

/* Read the form of a request about a token: it must hold one, under that name,
 * and name a client, with proof also one that must have proved itself.
 * Returns 1, or 0 after having sent the refusal and wiped the form. */
int	client_require(struct http_req *req, struct store *store,
    const struct config *config, int proof, int64_t now, struct form *form,
    struct store_client *client);

/* Send the refusal that belongs to rc, which is not CLIENT_OK. */
void	client_refuse(struct http_req *req, const struct config *config,
    enum client_rc rc);

#endif
