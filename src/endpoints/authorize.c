/* authorize - may this request pass to what we guard, but do not serve? */
#include <string.h>

#include "endpoint.h"
#include "policy.h"

static void
judge(struct call *c)
{
	char scope[SCOPE_MAX + 1];

	if (policy_scope(c->req, c->config, scope) != 0) {
		reply_problem(c->req, 403, "Nobody may pass here");
		return;
	}
	if (auth_require(c->req, c->store, c->config,
	    strcmp(scope, "*") == 0 ? SCOPE_ANY : scope, &c->now, &c->who) == 1)
		reply_identity(c->req, c->who.subject, c->who.scope);
}

const struct endpoint endpoint = {
	.path = "/authorize",
	.judge = judge,
};
