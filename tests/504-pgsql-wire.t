#!/bin/sh
# The same answers over the wire when the ledger is on PostgreSQL.
. "${0%/*}/lib.sh"
. "${0%/*}/pgsql.sh"
need_pgsql
[ -z "${POSTERN_TEST_PG-}" ] || skip_all "all tests run over PostgreSQL"
"${0%/*}/over-pgsql" sh "${0%/*}/302-lighttpd.t"
