/* http_pool_none - no pool: where malloc cannot be another's than the C
 * library's (STATIC=1), or is a checker's (make asan). */
#include "http_req.h"

void
http_pool(int open)
{
	(void)open;
}
