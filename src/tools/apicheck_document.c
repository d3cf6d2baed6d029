/* apicheck_document - what an OpenAPI 3.x document says of an API. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "apicheck_ask.h"
#include "apicheck_document.h"
#include "apicheck_ref.h"
#include "apicheck_tap.h"
#include "text.h"
#include "xalloc.h"

static const struct {
	const char *key, *method;
} methods[] = {
	{ "get", "GET" }, { "head", "HEAD" }, { "options", "OPTIONS" },
	{ "post", "POST" }, { "put", "PUT" }, { "patch", "PATCH" },
	{ "delete", "DELETE" }, { "trace", "TRACE" }
};

int
api_is_token(const char *name)
{
	const char *c;

	for (c = name; *c != '\0'; c++)
		if (*c <= ' ' || *c > '~' || strchr("\"(),/:;<=>?@[\\]{}", *c)
		    != NULL)
			return 0;
	return c != name;
}

void
api_add_slot(struct api_op *op, enum api_place place, const char *name)
{
	size_t i;

	for (i = 0; i < op->slot_count; i++)
		if (op->slots[i].place == place &&
		    text_equal_nocase(op->slots[i].name, name))
			return;
	if (op->slot_count < API_SLOTS)
		op->slots[op->slot_count++] = (struct api_slot){ place, name,
		    NULL };
}

/* The place that a security scheme names.  Returns 0, or -1 for one that we
 * cannot fill. */
static int
place_of(struct api *api, const char *scheme, struct api_slot *slot)
{
	const cJSON *node = api_member(api, api_member(api, api_member(api,
	    api->root, "components"), "securitySchemes"), scheme);
	const char *type = api_text(api, node, "type");
	const char *name = api_text(api, node, "name");
	const char *in = api_text(api, node, "in");

	*slot = (struct api_slot){ API_AUTH, "Bearer", NULL };
	if (type == NULL || strcmp(type, "mutualTLS") == 0)
		return -1;
	if (strcmp(type, "http") == 0) {
		name = api_text(api, node, "scheme");
		if (name == NULL || !api_is_token(name))
			return -1;
		slot->name = text_equal_nocase(name, "bearer") ? "Bearer" :
		    text_equal_nocase(name, "basic") ? "Basic" : name;
	} else if (strcmp(type, "apiKey") == 0) {
		if (name == NULL || in == NULL || !api_is_token(name))
			return -1;
		slot->place = strcmp(in, "query") == 0 ? API_QUERY :
		    strcmp(in, "cookie") == 0 ? API_COOKIE : API_HEADER;
		slot->name = name;
	}
	return 0;
}

/* What counts for op: its own security, or the document's. */
static const cJSON *
security_of(struct api *api, const struct api_op *op)
{
	const cJSON *own = api_member(api, op->node, "security");

	if (op->node == NULL)
		return NULL;
	return cJSON_IsArray(own) ? own : api_member(api, api->root,
	    "security");
}

static void
read_security(struct api *api, struct api_op *op)
{
	const cJSON *list = security_of(api, op), *choice, *scheme;
	struct api_slot slot;

	if (!cJSON_IsArray(list))
		return;
	op->guard = list->child == NULL ? API_OPEN : API_GUARDED;
	cJSON_ArrayForEach(choice, list) {
		if (!cJSON_IsObject(choice))
			continue;
		if (choice->child == NULL)
			op->guard = API_OPEN;
		cJSON_ArrayForEach(scheme, choice)
			if (place_of(api, scheme->string, &slot) == 0)
				api_add_slot(op, slot.place, slot.name);
	}
}

/* Is word among the words of list? */
static int
has_word(const char *list, const char *word)
{
	size_t length = strlen(word);
	const char *at = list;

	for (; (at = strstr(at, word)) != NULL; at += length) {
		if (length == 0)
			return 1;
		if ((at == list || at[-1] == ' ') &&
		    (at[length] == ' ' || at[length] == '\0'))
			return 1;
	}
	return 0;
}

/* Among all that list asks of the scheme called name, is there a scope that is
 * not in scopes?  FastAPI writes what a route's several dependencies ask of one
 * scheme as alternatives, and means all of it. */
static int
asks_more(const cJSON *list, const char *name, const char *scopes)
{
	const cJSON *choice, *scope;

	cJSON_ArrayForEach(choice, list) {
		cJSON_ArrayForEach(scope,
		    cJSON_GetObjectItemCaseSensitive(choice, name)) {
			if (cJSON_IsString(scope) &&
			    !has_word(scopes, scope->valuestring))
				return 1;
		}
	}
	return 0;
}

int
api_lacks_scope(struct api *api, const struct api_op *op,
    const struct api_slot *slot, const char *scopes)
{
	const cJSON *list = security_of(api, op), *choice, *scheme;
	struct api_slot other;
	int found = 0;

	cJSON_ArrayForEach(choice, list) {
		cJSON_ArrayForEach(scheme, choice) {
			if (!cJSON_IsObject(choice) || place_of(api,
			    scheme->string, &other) != 0 ||
			    other.place != slot->place ||
			    !text_equal_nocase(other.name, slot->name))
				continue;
			found = 1;
			if (!asks_more(list, scheme->string, scopes))
				return 0;
		}
	}
	return found;
}

int
api_asks_scope(struct api *api, const struct api_op *op,
    const struct api_slot *slot)
{
	return api_lacks_scope(api, op, slot, "");
}

size_t
api_params(struct api *api, const struct api_op *op,
    const cJSON *list[API_PARAMS])
{
	const cJSON *from[2] = { op->node, op->item }, *param;
	size_t count = 0, i;

	for (i = 0; i < 2; i++) {
		cJSON_ArrayForEach(param, api_member(api, from[i],
		    "parameters")) {
			if (count < API_PARAMS)
				list[count++] = api_follow(api, param);
		}
	}
	return count;
}

struct api_op *
api_add(struct api *api, const char *method, const char *path)
{
	struct api_op *op = &api->ops[api->count];
	size_t size;

	if (api->count == API_OPS) {
		api->is_cut = 1;
		return NULL;
	}
	api->count++;
	op->method = method;
	op->path = ask_encode(path, "/{}%:@!$&'()*+,;=");
	op->base = xstrdup(api->base);
	size = strlen(method) + strlen(op->path) + 2;
	op->label = xmalloc(size);
	snprintf(op->label, size, "%s %s", method, op->path);
	return op;
}

/* An absolute path for server, or NULL when it is of another origin. */
static char *
server_path(struct api *api, const cJSON *server, const char *directory)
{
	const char *url = api_text(api, server, "url");
	char full[1024], path[1024];

	if (url == NULL || ref_fill_variables(api, server, url, full,
	    sizeof full) != 0)
		return NULL;
	if (strstr(full, "://") != NULL || strncmp(full, "//", 2) == 0) {
		if (!ask_is_ours(full, path, sizeof path))
			return NULL;
	} else if (snprintf(path, sizeof path, "%s%s%s", full[0] == '/' ? "" :
	    directory, full[0] == '/' ? "" : "/", strncmp(full, "./", 2) == 0 ?
	    full + 2 : full) >= (int)sizeof path)
		return NULL;
	while (path[0] != '\0' && (path[strlen(path) - 1] == '/' ||
	    strcmp(path, ".") == 0))
		path[strlen(path) - 1] = '\0';
	return ask_encode(path, "/%:@!$&'()*+,;=");
}

/* The base that the servers of node give, or NULL; *foreign is one that is not
 * ours. */
static char *
base_of(struct api *api, const cJSON *node, const char *directory,
    const char **foreign)
{
	const cJSON *server;
	char *base = NULL, *path;

	cJSON_ArrayForEach(server, api_member(api, node, "servers")) {
		path = server_path(api, server, directory);
		if (path == NULL) {
			*foreign = api_text(api, server, "url");
			if (node == api->root && *foreign != NULL)
				tap_note("the document names the server %.200s, "
				    "another origin: it is not called",
				    *foreign);
		} else if (base == NULL) {
			base = path;
		} else {
			free(path);
		}
	}
	return base;
}

/* A path or an operation may have servers of its own. */
static void
read_servers(struct api *api, struct api_op *op, const char *directory)
{
	const cJSON *from[2] = { op->node, op->item };
	const char *foreign = NULL;
	char *base;
	size_t i;

	for (i = 0; i < 2; i++) {
		base = base_of(api, from[i], directory, &foreign);
		if (base != NULL) {
			free(op->base);
			op->base = base;
			return;
		}
		if (foreign != NULL) {
			op->elsewhere = foreign;
			return;
		}
	}
}

static void
read_path(struct api *api, const cJSON *item, const char *path,
    const char *directory)
{
	const cJSON *node;
	struct api_op *op;
	size_t i;

	for (i = 0; i < sizeof methods / sizeof methods[0]; i++) {
		node = api_member(api, item, methods[i].key);
		if (!cJSON_IsObject(node))
			continue;
		op = api_add(api, methods[i].method, path);
		if (op == NULL)
			return;
		op->item = item;
		op->node = node;
		read_security(api, op);
		read_servers(api, op, directory);
	}
}

static const char *
version_trouble(struct api *api)
{
	const char *version = api_text(api, api->root, "openapi");

	if (api_text(api, api->root, "swagger") != NULL)
		return "it is OpenAPI 2 (Swagger); 3.x is what we read";
	if (!cJSON_IsObject(api->root) || version == NULL)
		return "it is JSON, but no OpenAPI document";
	if (strncmp(version, "3.", 2) != 0)
		return "it is not OpenAPI 3.x";
	return NULL;
}

int
api_read(struct api *api, const char *text, size_t length, const char *base,
    const char *directory, const char **why)
{
	const cJSON *path;
	const char *foreign = NULL;
	char *found;

	memset(api, 0, sizeof *api);
	api->root = cJSON_ParseWithLengthOpts(text, length + 1, NULL, 1);
	*why = strstr(text, "openapi:") != NULL || strstr(text, "swagger:") !=
	    NULL ? "it is YAML; JSON is what we read" :
	    "it is not JSON, or nested too deep";
	if (api->root == NULL)
		return -1;
	*why = version_trouble(api);
	if (*why != NULL) {
		api_forget(api);
		return -1;
	}
	api->ops = xcalloc(API_OPS, sizeof *api->ops);
	found = base_of(api, api->root, directory, &foreign);
	api->base = found != NULL ? found : xstrdup(base);
	cJSON_ArrayForEach(path, api_member(api, api->root, "paths"))
		if (path->string != NULL && path->string[0] == '/')
			read_path(api, api_follow(api, path), path->string,
			    directory);
	return 0;
}

void
api_forget(struct api *api)
{
	size_t i;

	for (i = 0; i < api->count; i++) {
		free(api->ops[i].path);
		free(api->ops[i].base);
		free(api->ops[i].label);
	}
	free(api->ops);
	free(api->base);
	cJSON_Delete(api->root);
	memset(api, 0, sizeof *api);
}
