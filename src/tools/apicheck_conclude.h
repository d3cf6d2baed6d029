/* apicheck_conclude - what is said at the end, and the exit status. */
#ifndef APICHECK_CONCLUDE_H
#define APICHECK_CONCLUDE_H

#include "apicheck_attack.h"

/* Tell the plan, what was left open, what proves little, and the summary.
 * Returns the exit status: 1 with findings, else 2 when it could not be checked
 * to the end or no good token opened anything, else 0. */
int	conclude(const struct api *api, const struct attack *attack);

#endif
