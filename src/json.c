/* json - questions: a JSON body as a checked tree (RFC 8259, and no more). */
#include <math.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "crypto.h"
#include "json.h"
#include "json_scan.h"
#include "pool.h"
#include "text.h"
#include "xalloc.h"

#define INTEGER_MAX	9007199254740991	/* 2^53 - 1 */

/* Has a member before item its name?  Elements of arrays have none. */
static int
is_repeated(const cJSON *item, const cJSON *object)
{
	const cJSON *other;

	if (item->string == NULL)
		return 0;
	for (other = object->child; other != item; other = other->next)
		if (other->string != NULL &&
		    strcmp(other->string, item->string) == 0)
			return 1;
	return 0;
}

/* Is every member named once in its object?  cJSON has decoded the names. */
static int
names_are_unique(const cJSON *tree)
{
	const cJSON *item;

	cJSON_ArrayForEach(item, tree)
		if (is_repeated(item, tree) || !names_are_unique(item))
			return 0;
	return 1;
}

static void
wipe(cJSON *item)
{
	for (; item != NULL; item = item->next) {
		if (item->valuestring != NULL)
			crypto_wipe(item->valuestring,
			    strlen(item->valuestring));
		wipe(item->child);
	}
}

void
json_forget(cJSON *tree)
{
	wipe(tree);
	cJSON_Delete(tree);
}

/* Where trees are while there is room.  An answer has few pieces, and malloc
 * and free for each would cost more than all else that is done to them. */
static _Alignas(max_align_t) char memory[2048];
static struct pool pool = { .memory = memory, .size = sizeof memory };

static void *
take(size_t size)
{
	void *piece = pool_take(&pool, size);

	return piece != NULL ? piece : xmalloc(size);
}

static void
give(void *piece)
{
	if (pool_reach(&pool, piece) > 0)
		pool_give(&pool);
	else
		free(piece);
}

void
json_start(void)
{
	cJSON_Hooks hooks = { take, give };

	cJSON_InitHooks(&hooks);
}

cJSON *
json_parse(const char *text, size_t length, const char **wrong)
{
	cJSON *tree;

	*wrong = "The JSON holds a NUL";
	if (strlen(text) != length || json_scan(text, wrong) != 0)
		return NULL;
	*wrong = "The JSON is malformed";
	tree = cJSON_ParseWithOpts(text, NULL, 1);
	if (tree == NULL || names_are_unique(tree))
		return tree;
	*wrong = "A member is repeated";
	json_forget(tree);
	return NULL;
}

cJSON *
json_read(struct http_req *req, struct body_error *error)
{
	char text[BODY_MAX + 1];
	const char *wrong;
	size_t length;
	cJSON *tree = NULL;

	if (body_read(req, BODY_JSON, text, sizeof text, &length, error) == 0) {
		tree = json_parse(text, length, &wrong);
		if (tree == NULL)
			body_refuse(error, 400, wrong);
	}
	crypto_wipe(text, sizeof text);
	return tree;
}

cJSON *
json_read_object(struct http_req *req, const char *const *names,
    struct body_error *error)
{
	cJSON *tree = json_read(req, error);

	if (tree == NULL)
		return NULL;
	if (!cJSON_IsObject(tree))
		body_refuse(error, 400, "The body must be a JSON object");
	else if (!json_has_only(tree, names))
		body_refuse(error, 400, "The JSON has a member that is not "
		    "known here");
	else
		return tree;
	json_forget(tree);
	return NULL;
}

enum json_rc
json_string(const cJSON *object, const char *name, size_t min, size_t max,
    const char **value)
{
	const cJSON *item = cJSON_GetObjectItemCaseSensitive(object, name);
	const char *text = cJSON_GetStringValue(item);
	size_t length;

	if (item == NULL)
		return JSON_ABSENT;
	if (text == NULL || !text_is_clean(text))
		return JSON_BAD;
	length = text_length(text);
	if (length < min || length > max)
		return JSON_BAD;
	*value = text;
	return JSON_OK;
}

enum json_rc
json_number(const cJSON *object, const char *name, int64_t min, int64_t max,
    int64_t *value)
{
	const cJSON *item = cJSON_GetObjectItemCaseSensitive(object, name);
	double number;

	if (item == NULL)
		return JSON_ABSENT;
	if (!cJSON_IsNumber(item))
		return JSON_BAD;
	number = item->valuedouble;
	if (!(number >= -INTEGER_MAX && number <= INTEGER_MAX) ||
	    (number == 0 && signbit(number)))
		return JSON_BAD;
	if ((double)(int64_t)number != number || (int64_t)number < min ||
	    (int64_t)number > max)
		return JSON_BAD;
	*value = (int64_t)number;
	return JSON_OK;
}

int
json_has_only(const cJSON *object, const char *const *names)
{
	const cJSON *item;
	size_t i;

	cJSON_ArrayForEach(item, object) {
		for (i = 0; names[i] != NULL; i++)
			if (item->string != NULL &&
			    strcmp(item->string, names[i]) == 0)
				break;
		if (names[i] == NULL)
			return 0;
	}
	return 1;
}
