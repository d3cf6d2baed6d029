/* apicheck_kin - is an operation near one that the document protects? */
#ifndef APICHECK_KIN_H
#define APICHECK_KIN_H

#include "apicheck_document.h"

/* Why op counts as protected, although the document opens it: it lies at or
 * below a GET that is protected, or differs from a protected operation in its
 * version alone (/v1/pay and /v2/pay).  NULL when it does not. */
const char	*kin_reason(const struct api *api, const struct api_op *op);
/* Is op a list whose single items are protected, as /invoices above
 * /invoices/{id}?  Such lists are often meant to be open, so it is no more than
 * a reason for a question. */
int	kin_is_list(const struct api *api, const struct api_op *op);

#endif
