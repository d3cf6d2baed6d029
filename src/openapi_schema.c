/* openapi_schema - an example, and what may stand where it stands. */
#include <stdio.h>
#include <string.h>

#include "log.h"
#include "openapi.h"

#define EXAMPLE_SIZE	1024

static cJSON	*describe(const cJSON *example);

/* Read text, with ' for ".  The parser takes objects alone. */
static cJSON *
read_marked(const char *text)
{
	char json[EXAMPLE_SIZE], *at;
	const char *wrong = "it is too long";
	int length = snprintf(json, sizeof json, "{\"\":%s}", text);
	cJSON *tree = NULL, *example;

	while ((at = strchr(json, '\'')) != NULL)
		*at = '"';
	if (length < EXAMPLE_SIZE)
		tree = json_parse(json, (size_t)length, &wrong);
	if (tree == NULL)
		log_fatal("the example %s: %s", text, wrong);
	example = cJSON_DetachItemFromArray(tree, 0);
	cJSON_Delete(tree);
	return example;
}

/* Is the member not always there?  Then its name ends in a mark. */
static int
is_optional(const cJSON *member)
{
	size_t length = strlen(member->string);

	return length > 0 && member->string[length - 1] == '?';
}

static void
remove_marks(cJSON *tree)
{
	cJSON *item;

	cJSON_ArrayForEach(item, tree) {
		if (item->string != NULL && is_optional(item))
			item->string[strlen(item->string) - 1] = '\0';
		remove_marks(item);
	}
}

cJSON *
openapi_example(const char *text)
{
	cJSON *tree = read_marked(text);

	remove_marks(tree);
	return tree;
}

static void
describe_object(cJSON *schema, const cJSON *example)
{
	cJSON *properties = cJSON_AddObjectToObject(schema, "properties");
	cJSON *required = cJSON_CreateArray();
	const cJSON *member;

	cJSON_ArrayForEach(member, example) {
		cJSON_AddItemToObject(properties, member->string,
		    describe(member));
		if (!is_optional(member))
			cJSON_AddItemToArray(required,
			    cJSON_CreateString(member->string));
	}
	remove_marks(properties);
	if (cJSON_GetArraySize(required) > 0)
		cJSON_AddItemToObject(schema, "required", required);
	else
		cJSON_Delete(required);
}

static const char *
type_of(const cJSON *example)
{
	if (cJSON_IsObject(example))
		return "object";
	if (cJSON_IsArray(example))
		return "array";
	if (cJSON_IsNumber(example))
		return "integer";
	return cJSON_IsBool(example) ? "boolean" : "string";
}

/* null in an example stands for a number that may be missing. */
static cJSON *
describe(const cJSON *example)
{
	static const char *const perhaps[] = { "integer", "null" };
	cJSON *schema = cJSON_CreateObject();

	if (cJSON_IsNull(example))
		cJSON_AddItemToObject(schema, "type",
		    cJSON_CreateStringArray(perhaps, 2));
	else
		cJSON_AddStringToObject(schema, "type", type_of(example));
	if (cJSON_IsObject(example))
		describe_object(schema, example);
	if (cJSON_IsArray(example))
		cJSON_AddItemToObject(schema, "items", example->child != NULL ?
		    describe(example->child) : cJSON_CreateObject());
	return schema;
}

cJSON *
openapi_schema(const char *text)
{
	cJSON *example = read_marked(text), *schema = describe(example);

	cJSON_Delete(example);
	return schema;
}
