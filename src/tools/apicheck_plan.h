/* apicheck_plan - which operations are attacked, and why. */
#ifndef APICHECK_PLAN_H
#define APICHECK_PLAN_H

#include "apicheck_document.h"
#include "apicheck_sample.h"

/* What the operator says beside the document. */
struct plan {
	const char *const	*open;		/* paths that are meant so */
	size_t			 open_count;
	const char *const	*routes;	/* "[METHOD ]PATH" */
	size_t			 route_count;
	struct samples		 samples;
};

/* Settle why and is_public of every operation, add the routes that the
 * document does not have, and give each attacked operation a place for
 * credentials.  An open path that is of no operation gets a note.  Returns 0, or
 * -1 when a route cannot be read, and sets *bad to it. */
int	plan_make(struct api *api, const struct plan *plan, const char **bad);

/* Is path one that template stands for?  {name} is any text without a
 * slash. */
int	plan_matches(const char *template, const char *path);
/* Is method one that changes nothing? */
int	plan_is_safe(const char *method);

#endif
