/* apicheck_sample - values for what an operation must be called with. */
#ifndef APICHECK_SAMPLE_H
#define APICHECK_SAMPLE_H

#include "apicheck_document.h"

/* Values that the operator gave: "NAME=VALUE" each. */
struct samples {
	const char *const	*given;
	size_t			 count;
};

/* The operator's value for name, or NULL. */
const char	*sample_given(const struct samples *samples, const char *name);

/* The path and query to call op at, parameters filled in.  The caller frees
 * it. */
char	*sample_target(struct api *api, const struct api_op *op,
    const struct samples *samples);
/* The value of a required header or cookie parameter that is no place for a
 * credential, or NULL.  The caller frees it. */
char	*sample_value(struct api *api, const cJSON *param,
    const struct samples *samples);
/* Must param be there, or has it a value of the operator's; and is it op's to
 * fill, no place for a credential? */
int	sample_is_wanted(struct api *api, const struct api_op *op,
    const cJSON *param, const struct samples *samples);
/* A body for op, or NULL; *type is set to its type.  The caller frees it. */
char	*sample_body(struct api *api, const struct api_op *op,
    const char **type);

#endif
