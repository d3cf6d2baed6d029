/* apicheck_ref - members and references of an OpenAPI document.
 *
 * api_member, api_follow and api_text, which apicheck_document.h promises, live
 * here too. */
#ifndef APICHECK_REF_H
#define APICHECK_REF_H

#include "apicheck_document.h"

/* Put url into out, the variables of server replaced by their defaults.
 * Returns 0, or -1 when it does not fit. */
int	ref_fill_variables(struct api *api, const cJSON *server,
    const char *url, char *out, size_t size);

#endif
