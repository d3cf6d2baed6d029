/* pq - libpq, loaded when a ledger is kept by it. */
#include <dlfcn.h>

#include "log.h"
#include "pq.h"

struct pq pq;

int
pq_load(void)
{
	static void *library;

	if (library != NULL)
		return 0;
	library = dlopen("libpq.so.5", RTLD_NOW | RTLD_LOCAL);
	if (library == NULL) {
		log_event("ledger: PostgreSQL's library libpq.so.5 does not "
		    "load (Debian's package libpq5 has it): %s", dlerror());
		return -1;
	}
	/* POSIX says that this is how a function comes out of a pointer. */
#define F(name)								\
	*(void **)&pq.name = dlsym(library, "PQ" #name);		\
	if (pq.name == NULL) {						\
		log_event("ledger: libpq.so.5 has no PQ" #name);	\
		library = NULL;						\
		return -1;						\
	}
	PQ_FUNCTIONS(F)
#undef F
	return 0;
}
