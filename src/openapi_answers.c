/* openapi_answers - what an operation answers, and refuses with. */
#include <stdio.h>
#include <string.h>

#include "openapi.h"

static const struct refusal {
	int		 status;
	const char	*says;
	const char	*header, *header_says;
} refusals[] = {
	{ 400, "The request is not well-formed", NULL, NULL },
	{ 401, "No credentials, or none that are valid",
	    "WWW-Authenticate", "The challenge" },
	{ 403, "Not enough permissions, or HTTPS is required", NULL, NULL },
	{ 404, "There is no such thing, or it is another's", NULL, NULL },
	{ 405, "The path has no such method", "Allow", "Those it has" },
	{ 409, "There are too many, or it changed meanwhile", NULL, NULL },
	{ 413, "The body is over 16 KiB", NULL, NULL },
	{ 415, "The body is of another type", NULL, NULL },
	{ 429, "Too many wrong ones", "Retry-After", "Seconds" },
	{ 503, "The service cannot answer now", "Retry-After", "Seconds" },
};
#define REFUSALS	(sizeof refusals / sizeof refusals[0])

static cJSON *
reference(const char *where, const char *name)
{
	cJSON *out = cJSON_CreateObject();
	char text[80];

	snprintf(text, sizeof text, "#/components/%s/%s", where, name);
	cJSON_AddStringToObject(out, "$ref", text);
	return out;
}

/* The name under which the refusal stands in components: OAuth's differ. */
static const char *
refusal_name(int status, int oauth)
{
	static char name[16];

	snprintf(name, sizeof name, "%s%d", oauth ? "OAuth" : "", status);
	return name;
}

/* The door's own refusals are problem documents everywhere. */
static int
is_oauth(int status)
{
	return status != 403 && status != 404 && status != 405 && status != 409;
}

static void
add_header(cJSON *response, const char *name, const char *says)
{
	cJSON *headers = cJSON_AddObjectToObject(response, "headers");
	cJSON *header = cJSON_AddObjectToObject(headers, name);

	cJSON_AddStringToObject(header, "description", says);
	cJSON_AddStringToObject(cJSON_AddObjectToObject(header, "schema"),
	    "type", "string");
}

void
openapi_content(cJSON *out, const char *type, cJSON *schema, cJSON *example)
{
	cJSON *content = cJSON_AddObjectToObject(out, "content");
	cJSON *media = cJSON_AddObjectToObject(content, type);

	cJSON_AddItemToObject(media, "schema", schema);
	if (example != NULL)
		cJSON_AddItemToObject(media, "example", example);
}

/* May the operation refuse with status?  What the door and the guard do for
 * all, and what the method says of itself. */
static int
refuses(const struct operation *op, int status)
{
	const struct method *m = op->method;
	int has_body = m->members[0].name != NULL, i;

	for (i = 0; i < ENDPOINT_REFUSALS; i++)
		if (m->refuses[i] == status)
			return 1;
	switch (status) {
	case 400:
		return has_body || openapi_is_guarded(m);
	case 401:
		return m->form || openapi_is_guarded(m);
	case 403:
	case 405:
		return 1;
	case 404:
		return op->has_id;
	case 413:
	case 415:
		return has_body;
	case 503:
		return openapi_is_guarded(m) ||
		    op->endpoint->store != STORE_CLOSED;
	default:
		return 0;
	}
}

static void
add_success(cJSON *responses, const struct method *method)
{
	int status = method->status != 0 ? method->status : 200;
	char name[16];
	cJSON *response;

	snprintf(name, sizeof name, "%d", status);
	response = cJSON_AddObjectToObject(responses, name);
	cJSON_AddStringToObject(response, "description", http_reason(status));
	if (status == 201)
		add_header(response, "Location", "Where it is");
	if (method->gives != NULL)
		openapi_content(response, "application/json",
		    openapi_schema(method->gives),
		    openapi_example(method->gives));
}

void
openapi_answers(cJSON *out, const struct operation *op)
{
	cJSON *responses = cJSON_AddObjectToObject(out, "responses");
	const struct refusal *r;
	char name[16];

	add_success(responses, op->method);
	for (r = refusals; r < refusals + REFUSALS; r++) {
		if (!refuses(op, r->status))
			continue;
		snprintf(name, sizeof name, "%d", r->status);
		cJSON_AddItemToObject(responses, name, reference("responses",
		    refusal_name(r->status, is_oauth(r->status) &&
			op->method->form)));
	}
}

/* A refusal: a problem document, or RFC 6749's error. */
static void
add_refusal(cJSON *responses, const struct refusal *refusal, int oauth)
{
	cJSON *one = cJSON_AddObjectToObject(responses,
	    refusal_name(refusal->status, oauth));

	cJSON_AddStringToObject(one, "description", refusal->says);
	if (refusal->header != NULL)
		add_header(one, refusal->header, refusal->header_says);
	openapi_content(one, oauth ? "application/json" :
	    "application/problem+json",
	    reference("schemas", oauth ? "OAuthError" : "Problem"), NULL);
}

void
openapi_refusals(cJSON *components)
{
	cJSON *responses = cJSON_AddObjectToObject(components, "responses");
	cJSON *schemas = cJSON_AddObjectToObject(components, "schemas");
	const struct refusal *r;

	for (r = refusals; r < refusals + REFUSALS; r++) {
		add_refusal(responses, r, 0);
		if (is_oauth(r->status))
			add_refusal(responses, r, 1);
	}
	cJSON_AddItemToObject(schemas, "Problem",
	    openapi_schema("{'type':'about:blank','title':'Unauthorized',"
		"'status':401,'detail':'Not authenticated'}"));
	cJSON_AddItemToObject(schemas, "OAuthError",
	    openapi_schema("{'error':'invalid_request',"
		"'error_description':'grant_type is missing'}"));
}
