/* openapi - what this API offers, for programs to read (OpenAPI 3.1). */
#include "endpoint.h"
#include "openapi.h"

static void
show(struct call *c)
{
	reply_json(c->req, 200, openapi_document(openapi_endpoints, c->config));
}

const struct endpoint endpoint = {
	.path = "/openapi.json",
	.methods = {
		{ HTTP_GET, .scope = SCOPE_PUBLIC, .handle = show,
		    .says = "What this API offers" },
	},
};
