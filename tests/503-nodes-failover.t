#!/bin/sh
# The primary dies under load and a standby, replicated synchronously, takes
# over: the nodes find it by themselves, and nothing acknowledged is lost.  A
# standby that is not promoted is never asked.
. "${0%/*}/lib.sh"
. "${0%/*}/pgsql.sh"
. "${0%/*}/nodes.sh"
need_pgsql
need_server lighttpd
load_pids='' rounds=${ROUNDS:-1}
on_exit() {
	end_load
	stop_nodes
	stop_cluster "$work/one" QUIT
	stop_cluster "$work/two" QUIT
}
chmod 711 "$work"

# A standby of the cluster at ONE, which then waits for it at every commit.
make_standby() {	# ONE TWO
	mkdir -m 755 "$2"
	[ "$(id -u)" -ne 0 ] || chown nobody "$2"
	$pg_as "$pg_bin/pg_basebackup" -h "$1" -U "$pg_role" -D "$2/data" -R \
	    --no-sync -c fast >>"$work/pg.log" 2>&1 || return 1
	printf '%s\n' "unix_socket_directories = '$2'" |
	    $pg_as tee -a "$2/data/postgresql.conf" >/dev/null
	run_cluster "$2" || return 1
	admin "$1" "ALTER SYSTEM SET synchronous_standby_names = '*'"
	admin "$1" "SELECT pg_reload_conf()"
	await 10 in_step "$1"
}
admin() { sql_at "pgsql:host=$1 user=$pg_role dbname=postgres" "$2"; }
in_step() { [ "$(admin "$1" "SELECT sync_state FROM pg_stat_replication")" = sync ]; }
seen_up() {
	for one in $nodes; do
		[ "$(tail -n 1 "$work/checked.$one" | cut -c1-3)" = 200 ] || return 1
	done
}

issued_more() { [ "$(cat "$work"/issued.* | wc -l)" -gt $((issued_before + 3)) ]; }

failover() {	# ROUND
	store=$(new_database "$work/one")
	name=${store##*=}
	store="pgsql:host=$work/one,$work/two user=$pg_role dbname=$name"
	make_standby "$work/one" "$work/two" >/dev/null
	ok $? "round $1: a standby, in step"
	start_node 1 && start_node 2 || give_up
	start_load
	await 10 answered 5 200
	ok $? "... checks go on"
	alone=$work/alone
	"$BIN/postern" init --store "pgsql:host=$work/two user=$pg_role dbname=$name" \
	    "$alone" >"$work/out" 2>"$work/err"
	is $? 1 "... which nobody takes for the ledger"
	like "$(cat "$work/err")" "read-only" "... because it only reads"
	forget_checks
	stop_cluster "$work/one" KILL
	is "$(admin "$work/two" "SELECT pg_promote()")" t "... is promoted when the primary died"
	await 15 seen_up
	ok $? "... and the nodes find it"
	issued_before=$(cat "$work"/issued.* | wc -l)
	await 15 issued_more
	ok $? "... and issue tokens again"
	end_load
	is "$(cut -c1-3 "$work"/checked.[0-9]* | grep -vxE '200|503' | sort -u)" "" \
	    "... 200 or 503, never a refusal"
	is "$(cut -c1-3 "$work"/public.[0-9]* | sort -u)" 200 "... /public was 200 throughout"
	judge_load "round $1"
	stop_nodes
	stop_cluster "$work/two" QUIT
	rm -rf "$work"/node? "$work/one" "$work/two" "$work/alone" "$work"/issued* "$work"/revoked*
}

round=1
while [ "$round" -le "$rounds" ]; do
	start_cluster "$work/one" "synchronous_commit = on" || give_up
	failover "$round"
	round=$((round + 1))
done
done_testing
