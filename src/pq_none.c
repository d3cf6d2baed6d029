/* pq_none - no libpq: a program that is linked statically loads no library. */
#include "log.h"
#include "pq.h"

struct pq pq;

int
pq_load(void)
{
	log_event("ledger: this program was built with STATIC=1, which leaves "
	    "PostgreSQL out");
	return -1;
}
