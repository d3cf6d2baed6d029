/* cors - may a page of another origin read this? */
#include <string.h>

#include "cors.h"
#include "reply.h"

#define MAX_AGE	"600"			/* seconds a browser need not ask */

/* The configured origin that the request comes from, or NULL. */
static const char *
origin(struct http_req *req, const struct config *config)
{
	const char *said;
	size_t i;

	if (config->origins == 0)
		return NULL;
	said = http_hint(req, "HTTP_ORIGIN");
	for (i = 0; said != NULL && i < config->origins; i++)
		if (strcmp(said, config->origin[i]) == 0)
			return config->origin[i];
	return NULL;
}

void
cors_allow(struct http_req *req, const struct config *config)
{
	const char *allowed = origin(req, config);

	if (config->origins > 0)
		http_header(req, "Vary", "Origin");
	if (allowed == NULL)
		return;
	http_header(req, "Access-Control-Allow-Origin", allowed);
	http_header(req, "Access-Control-Expose-Headers",
	    "WWW-Authenticate, Retry-After, Location");
}

int
cors_is_preflight(struct http_req *req, const struct config *config)
{
	const char *asked;

	if (origin(req, config) == NULL || http_method(req) != HTTP_OPTIONS)
		return 0;
	asked = http_hint(req, "HTTP_ACCESS_CONTROL_REQUEST_METHOD");
	return asked != NULL && asked[0] != '\0';
}

void
cors_preflight(struct http_req *req, const char *methods)
{
	http_header(req, "Access-Control-Allow-Methods", methods);
	http_header(req, "Access-Control-Allow-Headers",
	    "Authorization, Content-Type, X-API-Key");
	http_header(req, "Access-Control-Max-Age", MAX_AGE);
	reply_empty(req, 204);
}
