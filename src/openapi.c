/* openapi - the API's description (OpenAPI 3.1). */
#include <stdio.h>
#include <string.h>

#include "openapi.h"

#define SAYS_SIZE	512	/* of a scope; more is cut */

static void
add_id(cJSON *item, const char *name)
{
	cJSON *list = cJSON_AddArrayToObject(item, "parameters");
	cJSON *one = cJSON_CreateObject();

	cJSON_AddStringToObject(one, "name", name);
	cJSON_AddStringToObject(one, "in", "path");
	cJSON_AddTrueToObject(one, "required");
	cJSON_AddStringToObject(cJSON_AddObjectToObject(one, "schema"), "type",
	    "string");
	cJSON_AddItemToArray(list, one);
}

static void
add_path(cJSON *paths, const struct endpoint *one,
    const struct method *methods, const struct config *config)
{
	struct operation op = { .config = config, .endpoint = one,
		.has_id = methods == one->id_methods };
	const char *id = one->id_name != NULL ? one->id_name : "id";
	cJSON *item;
	size_t i;

	if (methods[0].handle == NULL)
		return;
	snprintf(op.path, sizeof op.path, op.has_id ? "%s/{%s}" : "%s",
	    one->path, id);
	item = cJSON_AddObjectToObject(paths, op.path);
	if (op.has_id)
		add_id(item, id);
	for (i = 0; i < ENDPOINT_METHODS; i++) {
		op.method = &methods[i];
		if (op.method->handle != NULL)
			openapi_operation(item, &op);
	}
}

static void
add_paths(cJSON *out, const struct endpoint *const *endpoints,
    const struct config *config)
{
	cJSON *paths = cJSON_AddObjectToObject(out, "paths");

	for (; *endpoints != NULL; endpoints++) {
		add_path(paths, *endpoints, (*endpoints)->methods, config);
		add_path(paths, *endpoints, (*endpoints)->id_methods, config);
	}
}

/* Ways in
 * ------- */

/* Say of a scope what else it is for. */
static void
add_scope(cJSON *scopes, const char *scope, const char *says)
{
	cJSON *old = cJSON_GetObjectItemCaseSensitive(scopes, scope);
	char text[SAYS_SIZE];

	if (old == NULL) {
		cJSON_AddStringToObject(scopes, scope, says);
		return;
	}
	snprintf(text, sizeof text, "%s; %s", old->valuestring, says);
	cJSON_SetValuestring(old, text);
}

/* Note each scope that a method asks for, with what the method does. */
static void
add_scopes(cJSON *scopes, const struct method *methods)
{
	const struct method *m;
	const char *rest;
	char one[SCOPE_MAX + 1];

	for (m = methods; m < methods + ENDPOINT_METHODS; m++) {
		if (m->handle == NULL || !openapi_is_guarded(m) ||
		    m->scope == SCOPE_ANY)
			continue;
		rest = m->scope;
		while ((rest = scope_next(rest, one)) != NULL)
			add_scope(scopes, one, m->says);
	}
}

static void
add_login(cJSON *schemes, const struct endpoint *const *endpoints,
    const struct config *config)
{
	char url[CONFIG_VALUE + 20];
	cJSON *login, *flow, *scopes;

	if (!config->password_grant)
		return;
	snprintf(url, sizeof url, "%s/token", config->mount);
	login = cJSON_AddObjectToObject(schemes, "login");
	cJSON_AddStringToObject(login, "type", "oauth2");
	cJSON_AddStringToObject(login, "description",
	    "Name and password of a user.  For trials: RFC 9700 forbids it "
	    "elsewhere.");
	flow = cJSON_AddObjectToObject(cJSON_AddObjectToObject(login, "flows"),
	    "password");
	cJSON_AddStringToObject(flow, "tokenUrl", url);
	cJSON_AddStringToObject(flow, "refreshUrl", url);
	scopes = cJSON_AddObjectToObject(flow, "scopes");
	for (; *endpoints != NULL; endpoints++) {
		add_scopes(scopes, (*endpoints)->methods);
		add_scopes(scopes, (*endpoints)->id_methods);
	}
}

static cJSON *
add_scheme(cJSON *schemes, const char *name, const char *type,
    const char *says)
{
	cJSON *scheme = cJSON_AddObjectToObject(schemes, name);

	cJSON_AddStringToObject(scheme, "type", type);
	cJSON_AddStringToObject(scheme, "description", says);
	return scheme;
}

static void
add_schemes(cJSON *components, const struct endpoint *const *endpoints,
    const struct config *config)
{
	cJSON *schemes, *one;

	schemes = cJSON_AddObjectToObject(components, "securitySchemes");
	add_login(schemes, endpoints, config);
	one = add_scheme(schemes, "bearer", "http", "A token or a key.");
	cJSON_AddStringToObject(one, "scheme", "bearer");
	one = add_scheme(schemes, "key", "apiKey", "A key.");
	cJSON_AddStringToObject(one, "in", "header");
	cJSON_AddStringToObject(one, "name", "X-API-Key");
	one = add_scheme(schemes, "client", "http", "A client and its secret.");
	cJSON_AddStringToObject(one, "scheme", "basic");
}

/* The document
 * ------------ */

static void
add_info(cJSON *out, const struct config *config)
{
	cJSON *info = cJSON_AddObjectToObject(out, "info"), *license;

	cJSON_AddStringToObject(info, "title", config->realm);
	cJSON_AddStringToObject(info, "version", VERSION);
	cJSON_AddStringToObject(info, "description",
	    "What has a lock is opened by Authorize.  HEAD works wherever GET "
	    "does.");
	license = cJSON_AddObjectToObject(info, "license");
	cJSON_AddStringToObject(license, "name", "None stated");
	cJSON_AddStringToObject(license, "identifier", "LicenseRef-None");
}

static void
add_server(cJSON *out, const struct config *config)
{
	cJSON *servers = cJSON_AddArrayToObject(out, "servers");
	cJSON *server = cJSON_CreateObject();

	cJSON_AddStringToObject(server, "url",
	    config->mount[0] != '\0' ? config->mount : "/");
	cJSON_AddItemToArray(servers, server);
}

static void
add_groups(cJSON *out)
{
	cJSON *tags = cJSON_AddArrayToObject(out, "tags"), *tag;
	size_t i;

	for (i = 0; i < OPENAPI_GROUPS; i++) {
		tag = cJSON_CreateObject();
		cJSON_AddStringToObject(tag, "name", openapi_groups[i].name);
		cJSON_AddStringToObject(tag, "description",
		    openapi_groups[i].says);
		cJSON_AddItemToArray(tags, tag);
	}
}

cJSON *
openapi_document(const struct endpoint *const *endpoints,
    const struct config *config)
{
	cJSON *out = cJSON_CreateObject(), *components;

	cJSON_AddStringToObject(out, "openapi", "3.1.0");
	add_info(out, config);
	add_server(out, config);
	add_groups(out);
	add_paths(out, endpoints, config);
	components = cJSON_AddObjectToObject(out, "components");
	openapi_refusals(components);
	add_schemes(components, endpoints, config);
	return out;
}
