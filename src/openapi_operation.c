/* openapi_operation - one method of one path. */
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "openapi.h"

const struct openapi_group openapi_groups[OPENAPI_GROUPS] = {
	{ "Open to all", "Without a token" },
	{ "Guarded", "With a token: log in by Authorize" },
	{ "OAuth 2.0", "Where tokens come from, and where they end" },
};

int
openapi_is_guarded(const struct method *method)
{
	return method->scope != SCOPE_PUBLIC;
}

static void
add_body(cJSON *out, const struct method *method)
{
	cJSON *body, *schema, *properties, *required, *one, *examples;
	const struct member *m;

	if (method->members[0].name == NULL)
		return;
	schema = cJSON_CreateObject();
	cJSON_AddStringToObject(schema, "type", "object");
	properties = cJSON_AddObjectToObject(schema, "properties");
	required = cJSON_AddArrayToObject(schema, "required");
	for (m = method->members; m->name != NULL; m++) {
		one = openapi_schema(m->like);
		cJSON_AddStringToObject(one, "description", m->says);
		examples = cJSON_AddArrayToObject(one, "examples");
		cJSON_AddItemToArray(examples, openapi_example(m->like));
		cJSON_AddItemToObject(properties, m->name, one);
		if (!m->optional)
			cJSON_AddItemToArray(required,
			    cJSON_CreateString(m->name));
	}
	if (!method->form)
		cJSON_AddFalseToObject(schema, "additionalProperties");
	body = cJSON_AddObjectToObject(out, "requestBody");
	cJSON_AddTrueToObject(body, "required");
	openapi_content(body, method->form ?
	    "application/x-www-form-urlencoded" : "application/json", schema,
	    NULL);
}

/* One way in: a scheme, with the scopes that the method needs. */
static void
add_way(cJSON *security, const char *scheme, const char *scope)
{
	cJSON *way = cJSON_CreateObject(), *scopes;
	char one[SCOPE_MAX + 1];

	scopes = cJSON_AddArrayToObject(way, scheme);
	while ((scope = scope_next(scope, one)) != NULL)
		cJSON_AddItemToArray(scopes, cJSON_CreateString(one));
	cJSON_AddItemToArray(security, way);
}

static void
add_security(cJSON *out, const struct operation *op)
{
	const struct method *m = op->method;
	cJSON *security = cJSON_AddArrayToObject(out, "security");
	const char *scope = m->scope != SCOPE_ANY ? m->scope : "";

	if (m->form) {		/* or in the form, or a public client */
		add_way(security, "client", "");
		cJSON_AddItemToArray(security, cJSON_CreateObject());
	}
	if (!openapi_is_guarded(m))
		return;
	if (op->config->password_grant)
		add_way(security, "login", scope);
	add_way(security, "bearer", scope);
	if (!scope_within(SCOPE_KEYS, scope))	/* which no key has */
		add_way(security, "key", scope);
}

static void
add_description(cJSON *out, const struct method *method)
{
	char text[SCOPE_MAX + 40];

	if (!openapi_is_guarded(method))
		return;
	if (method->scope == SCOPE_ANY)
		strcpy(text, "Needs a live token or key.");
	else
		snprintf(text, sizeof text, "Needs the scope %s.",
		    method->scope);
	cJSON_AddStringToObject(out, "description", text);
}

/* "get_users_me": the method and the path, as a name. */
static void
add_name(cJSON *out, const struct operation *op, const char *verb)
{
	char name[OPENAPI_PATH + 16], *at;
	const char *from;
	int n = snprintf(name, sizeof name, "%s", verb);

	at = name + n;
	for (from = op->path; *from != '\0'; from++)
		if (isalnum((unsigned char)*from))
			*at++ = *from;
		else if (at[-1] != '_')
			*at++ = '_';
	if (at[-1] == '_')
		at--;
	*at = '\0';
	cJSON_AddStringToObject(out, "operationId", name);
}

void
openapi_operation(cJSON *item, const struct operation *op)
{
	const struct method *m = op->method;
	const char *group =
	    openapi_groups[m->form ? 2 : openapi_is_guarded(m)].name;
	cJSON *out;
	char verb[16];
	size_t i;

	strcpy(verb, http_method_name(m->method));
	for (i = 0; verb[i] != '\0'; i++)
		verb[i] = (char)tolower((unsigned char)verb[i]);
	out = cJSON_AddObjectToObject(item, verb);
	cJSON_AddStringToObject(out, "summary", m->says);
	add_description(out, m);
	cJSON_AddItemToObject(out, "tags", cJSON_CreateStringArray(&group, 1));
	add_name(out, op, verb);
	add_body(out, m);
	openapi_answers(out, op);
	add_security(out, op);
}

