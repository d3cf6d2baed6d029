/* fuzz_json - JSON bodies. */
#include <stdio.h>

#include "fuzz.h"
#include "json.h"
#include "json_scan.h"
#include "text.h"

/* How deep is the tree?  All its texts must be UTF-8, all numbers finite. */
static int
depth(const cJSON *tree)
{
	const cJSON *child;
	const char *text = tree->valuestring;
	int deepest = 0, below;

	for (; text != NULL && *text != '\0'; text += text_utf8_size(text))
		must(text_utf8_size(text) > 0);
	if (cJSON_IsNumber(tree))
		must(tree->valuedouble - tree->valuedouble == 0);
	cJSON_ArrayForEach(child, tree) {
		must((child->string != NULL) == cJSON_IsObject(tree));
		if (child->string != NULL)
			must(cJSON_GetObjectItemCaseSensitive(tree,
			    child->string) == child);
		below = depth(child);
		if (below > deepest)
			deepest = below;
	}
	return deepest + (cJSON_IsObject(tree) || cJSON_IsArray(tree));
}

/* What we accepted is accepted again when cJSON has printed it, and then
 * prints as the same. */
static void
print_again(const cJSON *tree)
{
	char *printed = cJSON_PrintUnformatted(tree), *reprinted;
	const char *wrong = NULL;
	cJSON *again;

	must(printed != NULL);
	again = json_parse(printed, strlen(printed), &wrong);
	must(again != NULL);
	reprinted = cJSON_PrintUnformatted(again);
	must(strcmp(printed, reprinted) == 0);
	cJSON_Delete(again);
	cJSON_free(printed);
	cJSON_free(reprinted);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const names[] = { "a", "b", NULL };
	char *text = fuzz_text(data, size);
	const char *wrong = NULL;
	int64_t value = 3;
	cJSON *tree;

	json_start();
	tree = json_parse(text, size, &wrong);
	if (tree == NULL) {
		must(wrong != NULL && text_is_clean(wrong));
		free(text);
		return 0;
	}
	must(cJSON_IsObject(tree) && depth(tree) <= JSON_DEPTH);
	json_has_only(tree, names);
	if (json_number(tree, "a", -5, 5, &value) == JSON_OK)
		must(value >= -5 && value <= 5);
	else
		must(value == 3);
	print_again(tree);
	cJSON_Delete(tree);
	free(text);
	return 0;
}
