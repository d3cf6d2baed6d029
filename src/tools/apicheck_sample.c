/* apicheck_sample - values for what an operation must be called with. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "apicheck_ask.h"
#include "apicheck_sample.h"
#include "text.h"
#include "xalloc.h"

#define DEPTH	8		/* schemas in schemas */

/* What a schema, a parameter or a media type shows of itself, or NULL. */
static const cJSON *
shown_value(struct api *api, const cJSON *node)
{
	static const char *const lists[] = { "examples", "enum" };
	static const char *const names[] = { "example", "const", "default" };
	const cJSON *value, *list;
	size_t i;

	for (i = 0; i < sizeof names / sizeof names[0]; i++) {
		value = api_member(api, node, names[i]);
		if (value != NULL && !cJSON_IsNull(value))
			return value;
	}
	for (i = 0; i < sizeof lists / sizeof lists[0]; i++) {
		list = api_member(api, node, lists[i]);
		value = list != NULL ? api_follow(api, list->child) : NULL;
		if (cJSON_IsObject(list))	/* named examples */
			value = api_member(api, value, "value");
		if (value != NULL && !cJSON_IsNull(value))
			return value;
	}
	return NULL;
}

/* The type of a schema; of several, the first that is not null. */
static const char *
type_of(struct api *api, const cJSON *schema)
{
	const cJSON *type = api_member(api, schema, "type"), *one;

	if (!cJSON_IsArray(type))
		return type != NULL && cJSON_IsString(type) ?
		    type->valuestring : "";
	cJSON_ArrayForEach(one, type)
		if (cJSON_IsString(one) && strcmp(one->valuestring, "null") != 0)
			return one->valuestring;
	return "";
}

static cJSON *
text_of(struct api *api, const cJSON *schema)
{
	static const char *const formats[][2] = {
		{ "uuid", "00000000-0000-4000-8000-000000000001" },
		{ "date", "2026-01-02" },
		{ "date-time", "2026-01-02T03:04:05Z" },
		{ "email", "x@example.com" },
		{ "uri", "http://example.com/" }, { "ipv4", "127.0.0.1" },
	};
	const char *format = api_text(api, schema, "format");
	const cJSON *least = api_member(api, schema, "minLength");
	char text[65];
	int length = 1;
	size_t i;

	for (i = 0; format != NULL && i < sizeof formats / sizeof formats[0];
	    i++)
		if (strcmp(format, formats[i][0]) == 0)
			return cJSON_CreateString(formats[i][1]);
	if (cJSON_IsNumber(least) && least->valuedouble > 1 &&
	    least->valuedouble <= 64)
		length = (int)least->valuedouble;
	memset(text, 'x', sizeof text);
	text[length] = '\0';
	return cJSON_CreateString(text);
}

static cJSON	*make(struct api *, const cJSON *, int);

static cJSON *
object_of(struct api *api, const cJSON *schema, int depth)
{
	const cJSON *all = api_member(api, schema, "properties"), *name;
	cJSON *object = cJSON_CreateObject(), *value;
	int count = 0;

	cJSON_ArrayForEach(name, api_member(api, schema, "required")) {
		if (!cJSON_IsString(name) || ++count > API_PARAMS)
			continue;
		value = make(api, api_member(api, all, name->valuestring),
		    depth + 1);
		cJSON_AddItemToObject(object, name->valuestring, value);
	}
	return object;
}

/* A value that fits schema, as far as simple means go. */
static cJSON *
make(struct api *api, const cJSON *schema, int depth)
{
	static const char *const choices[] = { "allOf", "anyOf", "oneOf" };
	const cJSON *shown = shown_value(api, schema), *list, *least;
	const char *type = type_of(api, schema);
	size_t i;

	if (shown != NULL)
		return cJSON_Duplicate(shown, 1);
	if (depth > DEPTH || schema == NULL)
		return cJSON_CreateString("x");
	for (i = 0; i < sizeof choices / sizeof choices[0]; i++) {
		list = api_member(api, schema, choices[i]);
		if (cJSON_IsArray(list) && list->child != NULL)
			return make(api, api_follow(api, list->child),
			    depth + 1);
	}
	if (strcmp(type, "integer") == 0 || strcmp(type, "number") == 0) {
		least = api_member(api, schema, "minimum");
		return cJSON_CreateNumber(cJSON_IsNumber(least) &&
		    least->valuedouble > 1 ? least->valuedouble : 1);
	}
	if (strcmp(type, "boolean") == 0)
		return cJSON_CreateTrue();
	if (strcmp(type, "array") == 0)
		return cJSON_CreateArray();
	if (strcmp(type, "object") == 0 ||
	    api_member(api, schema, "properties") != NULL)
		return object_of(api, schema, depth);
	return text_of(api, schema);
}

static const char *
given(const struct samples *samples, const char *name, size_t length)
{
	size_t i;

	for (i = 0; i < samples->count; i++)
		if (strncmp(samples->given[i], name, length) == 0 &&
		    samples->given[i][length] == '=')
			return samples->given[i] + length + 1;
	return NULL;
}

const char *
sample_given(const struct samples *samples, const char *name)
{
	return given(samples, name, strlen(name));
}

char *
sample_value(struct api *api, const cJSON *param, const struct samples *samples)
{
	const char *name = api_text(api, param, "name"), *own;
	const cJSON *shown = shown_value(api, param);
	cJSON *value;
	char *text;

	own = name != NULL ? given(samples, name, strlen(name)) : NULL;
	if (own != NULL)
		return xstrdup(own);
	value = shown != NULL ? cJSON_Duplicate(shown, 1) :
	    make(api, api_member(api, param, "schema"), 0);
	if (cJSON_IsArray(value) && value->child != NULL)
		text = cJSON_PrintUnformatted(value->child);
	else if (cJSON_IsString(value))
		text = xstrdup(value->valuestring);
	else
		text = cJSON_PrintUnformatted(value);
	cJSON_Delete(value);
	return text != NULL ? text : xstrdup("x");
}

int
sample_is_wanted(struct api *api, const struct api_op *op, const cJSON *param,
    const struct samples *samples)
{
	const char *name = api_text(api, param, "name");
	size_t i;

	if (name == NULL || (sample_given(samples, name) == NULL &&
	    !cJSON_IsTrue(api_member(api, param, "required"))))
		return 0;
	for (i = 0; i < op->slot_count; i++)
		if (text_equal_nocase(op->slots[i].name, name) ||
		    text_equal_nocase(name, "authorization"))
			return 0;
	return 1;
}

/* A growing text. */
static char *
append(char *text, const char *more, size_t length)
{
	size_t had = strlen(text);
	char *all = xmalloc(had + length + 1);

	memcpy(all, text, had);
	memcpy(all + had, more, length);
	all[had + length] = '\0';
	free(text);
	return all;
}

static char *
append_encoded(char *text, const char *value)
{
	char *safe = ask_encode(value, "");

	text = append(text, safe, strlen(safe));
	free(safe);
	return text;
}

static char *
append_value(char *text, struct api *api, const cJSON *param,
    const struct samples *samples)
{
	char *value = sample_value(api, param, samples);

	text = append_encoded(text, value);
	free(value);
	return text;
}

/* The parameter that stands in a path as {name}; NULL when it is not
 * declared. */
static const cJSON *
path_param(struct api *api, const cJSON *const *list, size_t count,
    const char *name, size_t length)
{
	const char *other, *in;
	size_t i;

	for (i = 0; i < count; i++) {
		other = api_text(api, list[i], "name");
		in = api_text(api, list[i], "in");
		if (in != NULL && strcmp(in, "path") == 0 && other != NULL &&
		    strlen(other) == length &&
		    strncmp(other, name, length) == 0)
			return list[i];
	}
	return NULL;
}

static char *
fill_path(char *text, struct api *api, const char *path,
    const cJSON *const *list, size_t count, const struct samples *samples)
{
	const char *open, *close, *own;
	const cJSON *param;
	size_t length;

	while ((open = strchr(path, '{')) != NULL &&
	    (close = strchr(open, '}')) != NULL) {
		text = append(text, path, (size_t)(open - path));
		length = (size_t)(close - open - 1);
		param = path_param(api, list, count, open + 1, length);
		own = given(samples, open + 1, length);
		if (param != NULL)
			text = append_value(text, api, param, samples);
		else
			text = append_encoded(text, own != NULL ? own : "1");
		path = close + 1;
	}
	return append(text, path, strlen(path));
}

char *
sample_target(struct api *api, const struct api_op *op,
    const struct samples *samples)
{
	const cJSON *list[API_PARAMS];
	size_t count = api_params(api, op, list), i;
	char *text = fill_path(xstrdup(op->base), api, op->path, list, count,
	    samples);
	const char *in, *name;

	for (i = 0; i < count; i++) {
		in = api_text(api, list[i], "in");
		name = api_text(api, list[i], "name");
		if (in == NULL || strcmp(in, "query") != 0 ||
		    !sample_is_wanted(api, op, list[i], samples))
			continue;
		text = append(text, strchr(text, '?') != NULL ? "&" : "?", 1);
		text = append_encoded(text, name);
		text = append(text, "=", 1);
		text = append_value(text, api, list[i], samples);
	}
	return text;
}

char *
sample_body(struct api *api, const struct api_op *op, const char **type)
{
	const cJSON *content = api_member(api, api_member(api, op->node,
	    "requestBody"), "content"), *media = NULL, *shown;
	cJSON *value;
	char *text;

	*type = "application/json";
	if (!cJSON_IsObject(content) || content->child == NULL)
		return xstrdup("{}");
	media = api_member(api, content, *type);
	if (media == NULL) {		/* a form, or something else */
		*type = content->child->string;
		return xstrdup("");
	}
	shown = shown_value(api, media);
	value = shown != NULL ? cJSON_Duplicate(shown, 1) :
	    make(api, api_member(api, media, "schema"), 0);
	text = cJSON_PrintUnformatted(value);
	cJSON_Delete(value);
	return text != NULL ? text : xstrdup("{}");
}
