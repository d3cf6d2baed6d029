/* docs - a page to try this API on: Swagger UI, which make docs fetches. */
#include <stdint.h>
#include <string.h>

#include "endpoint.h"

/* What page.S has. */
extern const char page_index[], page_start[], page_style[], page_bundle[];
extern const uint64_t page_index_size, page_start_size, page_style_size,
    page_bundle_size;

static const struct file {
	const char	*name, *type, *data;
	const uint64_t	*size;
} files[] = {
	{ "start.js", "text/javascript; charset=utf-8",
	    page_start, &page_start_size },
	{ "swagger-ui.css", "text/css; charset=utf-8",
	    page_style, &page_style_size },
	{ "swagger-ui-bundle.js", "text/javascript; charset=utf-8",
	    page_bundle, &page_bundle_size },
};
#define FILES	(sizeof files / sizeof files[0])

static void
show(struct call *c)
{
	if (page_bundle_size == 0)
		reply_problem(c->req, 404, "The page is not built in: "
		    "make docs does it, and needs npm");
	else
		reply_page(c->req, "text/html; charset=utf-8", page_index,
		    (size_t)page_index_size);
}

static void
show_file(struct call *c)
{
	const struct file *f;

	for (f = files; f < files + FILES; f++)
		if (strcmp(f->name, c->id) == 0 && *f->size != 0) {
			reply_page(c->req, f->type, f->data, (size_t)*f->size);
			return;
		}
	reply_problem(c->req, 404, "Not Found");
}

const struct endpoint endpoint = {
	.path = "/docs",
	.methods = {
		{ HTTP_GET, .scope = SCOPE_PUBLIC, .handle = show,
		    .says = "A page to try this API on" },
	},
	.id_methods = {
		{ HTTP_GET, .scope = SCOPE_PUBLIC, .handle = show_file,
		    .says = "A file of that page" },
	},
};
