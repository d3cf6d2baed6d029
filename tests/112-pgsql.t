#!/bin/sh
# The ledger's contract, over PostgreSQL: the same programs that test it over
# SQLite.
. "${0%/*}/lib.sh"
. "${0%/*}/pgsql.sh"
need_pgsql
on_exit() { stop_cluster "$work/pg"; }
chmod 711 "$work"
start_cluster "$work/pg"
ok $? "a cluster of our own"
for name in $(grep -l 'urls\.h' "$here"/tests/unit/*_test.c); do
	name=$(basename "$name" .c)
	STORE_URLS=$(new_database) "$BUILD/tests/$name" >"$work/out" 2>>"$work/log"
	ok $? "$name"
	grep -A1 '^not ok' "$work/out" | sed 's/^/# /'
done
done_testing
