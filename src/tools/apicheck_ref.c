/* apicheck_ref - members and references of an OpenAPI document. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "apicheck_ref.h"
#include "apicheck_tap.h"
#include "text.h"

#define HOPS	16		/* references that lead to references */
#define STEPS	20000		/* references in all */

/* Decode one part of a JSON pointer in a fragment (RFC 6901, 6): percent signs,
 * then ~1 and ~0.  Returns what is behind it, or NULL when it does not fit. */
static const char *
pointer_part(const char *from, char *out, size_t size)
{
	size_t length = 0;
	char c;

	for (; *from != '\0' && *from != '/'; from++) {
		c = *from;
		if (c == '%' && text_hex(from[1]) >= 0 &&
		    text_hex(from[2]) >= 0) {
			c = (char)(text_hex(from[1]) * 16 + text_hex(from[2]));
			from += 2;
		}
		if (c == '~' && (from[1] == '0' || from[1] == '1'))
			c = *++from == '1' ? '/' : '~';
		if (length + 1 == size)
			return NULL;
		out[length++] = c;
	}
	out[length] = '\0';
	return *from == '/' ? from + 1 : from;
}

static const cJSON *
look_up(const struct api *api, const char *pointer)
{
	const cJSON *node = api->root;
	char name[512];
	int64_t index;

	while (node != NULL && *pointer != '\0') {
		pointer = pointer_part(pointer, name, sizeof name);
		if (pointer == NULL)
			return NULL;
		if (!cJSON_IsArray(node))
			node = cJSON_GetObjectItemCaseSensitive(node, name);
		else if (text_number(name, 1 << 20, &index) == 0)
			node = cJSON_GetArrayItem(node, (int)index);
		else
			return NULL;
	}
	return node;
}

const cJSON *
api_follow(struct api *api, const cJSON *node)
{
	const cJSON *ref;
	int hops;

	for (hops = 0; cJSON_IsObject(node); hops++) {
		ref = cJSON_GetObjectItemCaseSensitive(node, "$ref");
		if (!cJSON_IsString(ref))
			return node;
		if (hops == HOPS || ++api->steps > STEPS)
			return NULL;
		if (strncmp(ref->valuestring, "#/", 2) != 0) {
			tap_note("the reference %.200s leads out of the "
			    "document: it is not followed", ref->valuestring);
			return NULL;
		}
		node = look_up(api, ref->valuestring + 2);
	}
	return node;
}

const cJSON *
api_member(struct api *api, const cJSON *node, const char *name)
{
	if (!cJSON_IsObject(node))
		return NULL;
	return api_follow(api, cJSON_GetObjectItemCaseSensitive(node, name));
}

const char *
api_text(struct api *api, const cJSON *node, const char *name)
{
	return cJSON_GetStringValue(api_member(api, node, name));
}

int
ref_fill_variables(struct api *api, const cJSON *server, const char *url,
    char *out, size_t size)
{
	const cJSON *all = api_member(api, server, "variables");
	const char *close, *value;
	char name[128];
	size_t length = 0, add;

	for (; *url != '\0'; url++) {
		close = *url == '{' ? strchr(url, '}') : NULL;
		value = NULL;
		add = 1;
		if (close != NULL && (size_t)(close - url) < sizeof name) {
			snprintf(name, sizeof name, "%.*s",
			    (int)(close - url - 1), url + 1);
			value = api_text(api, api_member(api, all, name),
			    "default");
		}
		if (value != NULL)
			add = strlen(value);
		if (add >= size - length)
			return -1;
		memcpy(out + length, value != NULL ? value : url, add);
		length += add;
		if (value != NULL)
			url = close;
	}
	out[length] = '\0';
	return 0;
}
