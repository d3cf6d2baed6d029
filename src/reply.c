/* reply - answers: JSON, problem documents, challenges. */
#include <stdio.h>
#include <string.h>

#include "reply.h"
#include "scope.h"

/* Whole lines: nothing in them need be looked at again. */
#define PRIVATE	"Cache-Control: no-store\r\n"		\
		"Pragma: no-cache\r\n"			\
		"X-Content-Type-Options: nosniff\r\n"
#define JSON	"Content-Type: application/json\r\n" PRIVATE
#define PROBLEM	"Content-Type: application/problem+json\r\n" PRIVATE

/* Most answers fit in a page; cJSON would allocate for them twice. */
static void
send_json(struct http_req *req, int status, const char *lines, cJSON *out)
{
	static char page[1024];
	char *big = NULL;
	const char *body = page;

	if (!cJSON_PrintPreallocated(out, page, sizeof page, 0))
		body = big = cJSON_PrintUnformatted(out);
	cJSON_Delete(out);
	http_lines(req, lines);
	http_send(req, status, body, strlen(body));
	cJSON_free(big);
}

void
reply_json(struct http_req *req, int status, cJSON *out)
{
	send_json(req, status, JSON, out);
}

void
reply_page(struct http_req *req, const char *type, const char *data,
    size_t length)
{
	http_header(req, "Content-Type", type);
	http_header(req, "Content-Security-Policy", "default-src 'none'; "
	    "script-src 'self'; style-src 'self' 'unsafe-inline'; "
	    "img-src 'self' data:; connect-src 'self'; base-uri 'none'; "
	    "form-action 'none'; frame-ancestors 'none'");
	http_header(req, "Referrer-Policy", "no-referrer");
	http_lines(req, PRIVATE);
	http_send(req, 200, data, length);
}

void
reply_empty(struct http_req *req, int status)
{
	http_lines(req, PRIVATE);
	http_send(req, status, NULL, 0);
}

void
reply_identity(struct http_req *req, const char *subject, const char *scope)
{
	http_header(req, "Variable-AUTH_TYPE", "Bearer");
	http_header(req, "Variable-REMOTE_USER", subject);
	http_header(req, "Variable-SUBJECT", subject);
	http_header(req, "Variable-SCOPE", scope);
	http_send(req, 200, NULL, 0);
}

void
reply_list(struct http_req *req, cJSON *out, enum store_rc rc)
{
	if (rc == STORE_OK) {
		reply_json(req, 200, out);
		return;
	}
	cJSON_Delete(out);
	reply_unavailable(req);
}

void
reply_problem(struct http_req *req, int status, const char *detail)
{
	cJSON *out = cJSON_CreateObject();

	cJSON_AddStringToObject(out, "type", "about:blank");
	cJSON_AddStringToObject(out, "title", http_reason(status));
	cJSON_AddNumberToObject(out, "status", status);
	cJSON_AddStringToObject(out, "detail", detail);
	send_json(req, status, PROBLEM, out);
}

/* Add a parameter to a challenge, unless text is NULL. */
static void
add_parameter(char *value, size_t size, const char *name, const char *text)
{
	size_t at = strlen(value);

	if (text != NULL)
		snprintf(value + at, size - at, ", %s=\"%s\"", name, text);
}

void
reply_challenge(struct http_req *req, const struct config *config, int status,
    const char *error, const char *scope, const char *detail)
{
	char value[4 * CONFIG_VALUE + SCOPE_MAX], url[2 * CONFIG_VALUE];
	size_t origin = strlen(config->issuer) - strlen(config->mount);

	/* RFC 9728, 3.1: our path comes behind the well-known one. */
	snprintf(url, sizeof url, "%.*s/.well-known/oauth-protected-resource%s",
	    (int)origin, config->issuer, config->mount);
	snprintf(value, sizeof value, "Bearer realm=\"%s\"", config->realm);
	add_parameter(value, sizeof value, "error", error);
	add_parameter(value, sizeof value, "scope", scope);
	add_parameter(value, sizeof value, "resource_metadata",
	    config->issuer[0] != '\0' ? url : NULL);
	http_header(req, "WWW-Authenticate", value);
	reply_problem(req, status, detail);
}

int
reply_needs_issuer(struct http_req *req, const struct config *config)
{
	if (config->issuer[0] != '\0')
		return 1;
	reply_problem(req, 404,
	    "The server does not know its own URL: set issuer in postern.conf");
	return 0;
}

void
reply_unavailable(struct http_req *req)
{
	http_header(req, "Retry-After", REPLY_RETRY);
	reply_problem(req, 503, "The service cannot answer now");
}

void
reply_oauth_error(struct http_req *req, int status, const char *realm,
    const char *error, const char *description)
{
	cJSON *out = cJSON_CreateObject();
	char value[CONFIG_VALUE + 40];

	if (status == 401) {
		snprintf(value, sizeof value,
		    "Basic realm=\"%s\", charset=\"UTF-8\"", realm);
		http_header(req, "WWW-Authenticate", value);
	}
	if (status == 503)
		http_header(req, "Retry-After", REPLY_RETRY);
	cJSON_AddStringToObject(out, "error", error);
	cJSON_AddStringToObject(out, "error_description", description);
	reply_json(req, status, out);
}
