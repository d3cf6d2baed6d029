/* http_pool_none - no pool: in a program of one piece (STATIC=1) malloc must be
 * the C library's. */
#include "http_req.h"

void
http_pool(int open)
{
	(void)open;
}
