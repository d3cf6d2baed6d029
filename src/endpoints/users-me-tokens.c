/* users-me-tokens - sign out of everything, here and everywhere. */
#include "endpoint.h"

static void
end(struct call *c)
{
	int64_t count;

	switch (store_token_revoke_user(c->store, c->who.subject, &count)) {
	case STORE_OK:
		call_audit(c, "signed_out", NULL);
		reply_empty(c->req, 204);
		return;
	case STORE_NONE:
		reply_problem(c->req, 403, "Only users sign out");
		return;
	default:
		reply_unavailable(c->req);
	}
}

const struct endpoint endpoint = {
	.path = "/users/me/tokens",
	.store = STORE_WRITE,
	.methods = {
		{ HTTP_DELETE, .scope = "me", .handle = end,
		    .says = "Sign out of everything", .status = 204 },
	},
};
