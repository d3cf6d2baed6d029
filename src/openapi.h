/* openapi - the API's description (OpenAPI 3.1), out of nothing but what the
 * endpoints declare: what they do cannot drift away from it. */
#ifndef OPENAPI_H
#define OPENAPI_H

#include "config.h"
#include "endpoint.h"

/* Every endpoint that is described, in the order of their names, up to NULL.
 * The Makefile writes the list: all of endpoints/ but those that describe. */
extern const struct endpoint *const openapi_endpoints[];

/* The document, which the caller frees.  Its URLs are relative, so that it is
 * true under each name of this server. */
cJSON	*openapi_document(const struct endpoint *const *endpoints,
    const struct config *config);

/* Between the rooms of this one
 * ----------------------------- */

#define OPENAPI_PATH	256
#define OPENAPI_GROUPS	3

/* What the operations are sorted by. */
extern const struct openapi_group {
	const char	*name, *says;
} openapi_groups[OPENAPI_GROUPS];

/* One method of one path. */
struct operation {
	const struct config	*config;
	const struct endpoint	*endpoint;
	const struct method	*method;
	char			 path[OPENAPI_PATH];
	int			 has_id;
};

/* Add the operation to the path's item. */
void	openapi_operation(cJSON *item, const struct operation *op);
int	openapi_is_guarded(const struct method *method);

/* Add what the operation answers. */
void	openapi_answers(cJSON *out, const struct operation *op);
/* Add to the components what the operations refuse with. */
void	openapi_refusals(cJSON *components);
/* Add a body: its type, its schema and, unless NULL, an example.  Takes the
 * last two. */
void	openapi_content(cJSON *out, const char *type, cJSON *schema,
    cJSON *example);

/* Read an example as struct method has it, taking out marks.  A bad one, which
 * only we can have written, ends the process. */
cJSON	*openapi_example(const char *text);

/* The JSON Schema of an example: its types, and which members are always
 * there.  The caller frees it. */
cJSON	*openapi_schema(const char *text);

#endif
