#!/bin/sh
# The database is killed, or hangs, under load: guarded paths are 503 in time,
# public ones go on, all is well again without a restart, and nothing that was
# acknowledged is lost.
. "${0%/*}/lib.sh"
. "${0%/*}/pgsql.sh"
. "${0%/*}/nodes.sh"
need_pgsql
need_server lighttpd
load_pids=
on_exit() {
	end_load
	stop_nodes
	stop_cluster "$work/pg" QUIT
}
chmod 711 "$work"
start_cluster "$work/pg" || give_up
store=$(new_database)
start_node 1 && start_node 2 || give_up
start_load
await 10 test -s "$work/revoked.1"
ok $? "two nodes under load"

seen_down() {
	for one in $nodes; do
		[ "$(tail -n 1 "$work/checked.$one" | cut -c1-3)" = 503 ] || return 1
	done
}
seen_up() {
	for one in $nodes; do
		[ "$(tail -n 1 "$work/checked.$one" | cut -c1-3)" = 200 ] || return 1
	done
}
fall() {	# ROUND NAME BREAK MEND
	await 10 answered 5 200
	ok $? "round $1, $2: checks go on"
	forget_checks
	$3
	await 10 seen_down
	ok $? "round $1, $2: guarded paths are 503"
	await 20 answered 3 503
	ok $? "... for a while"
	$4
	ok $? "... it is there again"
	await 15 seen_up
	ok $? "... and so are guarded paths, without a restart"
	is "$(cut -c1-3 "$work"/checked.[0-9]* | grep -vxE '200|503' | sort -u)" "" \
	    "... they never said anything else"
	is "$(cut -c1-3 "$work"/public.[0-9]* | sort -u)" 200 "... /public was 200 throughout"
	slowest=$(cut -d' ' -f2 "$work"/checked.[0-9]* | sort -n | tail -n 1)
	[ "${slowest%.*}" -lt 5 ]
	ok $? "... the slowest answer took $slowest s"
}
immediate() { stop_cluster "$work/pg" QUIT; }
killed() { stop_cluster "$work/pg" KILL; }
frozen() { freeze_cluster "$work/pg"; }
thawed() { freeze_cluster "$work/pg" CONT; }
again() { rerun_cluster "$work/pg"; }
round=1
while [ "$round" -le "$rounds" ]; do
	case $((round % 3)) in
	1) fall "$round" "an immediate shutdown" immediate again ;;
	2) fall "$round" "SIGKILL" killed again ;;
	0) fall "$round" "a hang" frozen thawed ;;
	esac
	round=$((round + 1))
done
end_load
judge_load "after $rounds rounds"
stop_nodes
done_testing
