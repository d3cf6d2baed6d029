/* policy - what a request to something that we guard must be allowed to. */
#include <string.h>

#include "log.h"
#include "policy.h"
#include "text.h"

#define PATH_SIZE	4096

/* The variable's value, or NULL when it is absent or empty. */
static const char *
variable(struct http_req *req, const char *name)
{
	const char *value = http_var(req, name);

	return value != NULL && value[0] != '\0' ? value : NULL;
}

/* A path as the server normalised it.  Returns 0, or -1. */
static int
read_path(struct http_req *req, char path[PATH_SIZE])
{
	const char *uri = variable(req, "REDIRECT_URI");

	/* lighttpd's, which has normalised it.  Apache's is as the client wrote
	 * it, and nginx's the path before a rewrite. */
	if (uri == NULL && http_is_authorizer(req) &&
	    variable(req, "FCGI_APACHE_ROLE") == NULL)
		uri = variable(req, "REQUEST_URI");
	if (uri == NULL || text_copy(path, PATH_SIZE, uri) != 0)
		return -1;
	path[strcspn(path, "?")] = '\0';
	return text_path_is_plain(path) ? 0 : -1;
}

/* Is path prefix itself, or below it? */
static int
is_below(const char *path, const char *prefix)
{
	size_t length = strlen(prefix);

	if (length == 1)
		return 1;		/* "/" */
	return strncmp(path, prefix, length) == 0 &&
	    (path[length] == '/' || path[length] == '\0');
}

/* Does list, such as "GET,PUT" or "*", hold the method? */
static int
has_method(const char *list, const char *method)
{
	size_t length = strlen(method), here;

	if (strcmp(list, "*") == 0)
		return 1;
	for (; *list != '\0'; list += here + (list[here] == ',')) {
		here = strcspn(list, ",");
		if (here == length && memcmp(list, method, length) == 0)
			return 1;
	}
	return 0;
}

/* The rule for the request: of the longest prefix, the one for its method. */
static const struct config_guard *
find_rule(const struct config *config, const char *path, const char *method)
{
	const struct config_guard *g, *found = NULL;
	size_t longest = 0, length;

	for (g = config->guard; g < config->guard + config->guards; g++) {
		length = strlen(g->prefix);
		if (length < longest || !is_below(path, g->prefix))
			continue;
		if (length > longest)
			found = NULL;
		longest = length;
		if (has_method(g->methods, method) ||
		    (strcmp(method, "HEAD") == 0 &&
		    has_method(g->methods, "GET")))
			found = g;
	}
	return found;
}

int
policy_scope(struct http_req *req, const struct config *config,
    char scope[SCOPE_MAX + 1])
{
	const char *said = variable(req, "POSTERN_SCOPE");
	const char *method = variable(req, "REQUEST_METHOD");
	const struct config_guard *rule = NULL;
	char path[PATH_SIZE];

	if (said == NULL && method != NULL && read_path(req, path) == 0)
		rule = find_rule(config, path, method);
	if (rule != NULL)
		said = rule->scope;
	if (said == NULL || !scope_valid(said)) {
		log_event("authorizer: nothing says who may pass: no "
		    "POSTERN_SCOPE, and no guard rule for this path and method");
		return -1;
	}
	return text_copy(scope, SCOPE_MAX + 1, said);
}
