/* http_words - methods and statuses by their names. */
#include <string.h>

#include "http_req.h"

static const char *const method_names[] = {
	[HTTP_OTHER] = "",
	[HTTP_GET] = "GET",
	[HTTP_HEAD] = "HEAD",
	[HTTP_POST] = "POST",
	[HTTP_PUT] = "PUT",
	[HTTP_DELETE] = "DELETE",
	[HTTP_OPTIONS] = "OPTIONS",
};
#define METHODS	(sizeof method_names / sizeof method_names[0])

static enum http_method
read_method(struct http_req *req)
{
	const char *name = http_var(req, "REQUEST_METHOD");
	size_t i;

	for (i = 1; name != NULL && i < METHODS; i++)
		if (strcmp(name, method_names[i]) == 0)
			return (enum http_method)i;
	return HTTP_OTHER;
}

/* Once asked it stays, so that an answer to HEAD has no body whatever is found
 * to be there twice in between. */
enum http_method
http_method(struct http_req *req)
{
	if (!req->knows_method)
		req->method = read_method(req);
	req->knows_method = 1;
	return req->method;
}

const char *
http_method_name(enum http_method method)
{
	return method_names[method];
}

const char *
http_reason(int status)
{
	static const struct { int status; const char *reason; } known[] = {
		{ 200, "OK" }, { 201, "Created" }, { 204, "No Content" },
		{ 400, "Bad Request" }, { 401, "Unauthorized" },
		{ 403, "Forbidden" }, { 404, "Not Found" },
		{ 405, "Method Not Allowed" }, { 409, "Conflict" },
		{ 413, "Content Too Large" },
		{ 415, "Unsupported Media Type" },
		{ 429, "Too Many Requests" },
		{ 503, "Service Unavailable" },
	};
	size_t i;

	for (i = 0; i < sizeof known / sizeof known[0]; i++)
		if (known[i].status == status)
			return known[i].reason;
	return "Internal Server Error";
}
