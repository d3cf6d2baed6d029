#!/bin/sh
# Plain CGI, where there are no workers to kill: a server that reloads under load
# costs the requests that it holds, and no others.
. "${0%/*}/lib.sh"
on_exit() { stop_trial; }
need_server lighttpd-cgi
need_server apache-cgi

load() {	# N: 240 requests, one after the other; their statuses to load.N
	curl -s --noproxy '*' --max-time 120 -H "@$work/header" -o /dev/null \
	    -w '%{http_code}\n' "$url/secure-data?[1-240]" >"$work/load.$1"
}
far_enough() { [ "$(wc -l <"$work/load.1")" -ge "$far" ]; }
starts() { grep -c "$says" "$trial/run/error.log"; }
started_again() { [ "$(starts)" -gt "$before" ]; }

reload() {	# SERVER PROGRAM WHAT-IT-SAYS-AT-A-START
	trial=$work/$1 says=$3
	start_trial SERVER="$1" || { ok 1 "$1 starts"; return; }
	printf 'Authorization: Bearer %s\n' "$POSTERN_TOKEN" >"$work/header"
	main=$(ps -o pid=,comm= --ppid "$trial_pid" | sed -n "s/ $2\$//p")
	rm -f "$work"/load.?
	load 1 & one=$!
	load 2 & two=$!
	load 3 & three=$!
	for far in 40 50 60 160; do	# the middle ones while the first is under way
		await 60 far_enough
		ok $? "$1: $far requests of a client have answers"
		[ "$far" -lt 160 ] || before=$(starts)
		kill -USR1 $main
	done
	await 20 started_again
	ok $? "... and it starts again"
	wait $one $two $three
	is "$(cat "$work"/load.? | wc -l)" 720 "every request has an answer"
	bad=$(cat "$work"/load.? | grep -cvx 200)
	[ "$bad" -le 12 ]
	ok $? "... $bad of 720 failed; three are held at each of four reloads"
	kill -0 $main
	ok $? "... by the same process"
	get_as "$POSTERN_TOKEN" /secure-data
	is "$status" 200 "all is well"
	get /secure-data
	is "$status" 401 "... and guarded"
	stop_trial
}
reload lighttpd-cgi lighttpd "server started"
reload apache-cgi apache2 "resuming normal operations"
done_testing
