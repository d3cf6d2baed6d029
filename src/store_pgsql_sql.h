/* store_pgsql_sql - the statements of the ledger on PostgreSQL. */
#ifndef STORE_PGSQL_SQL_H
#define STORE_PGSQL_SQL_H

#include "store_pgsql.h"

extern const char *const pgsql_sql[PGSQL_QUERIES];

#endif
