/* store_list - the ledger's backends, all of them. */
#include <stddef.h>

#include "store_ops.h"

const struct store_backend store_backends[] = {
	{ "sqlite:", &store_sqlite_ops },
	{ "pgsql:", &store_pgsql_ops },
	{ NULL, NULL },
};
