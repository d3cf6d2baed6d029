#!/bin/sh
# Three instances on one database, the second's clock two minutes slow and the
# third's two minutes fast: what one does holds at all, at the next request.
. "${0%/*}/lib.sh"
. "${0%/*}/pgsql.sh"
. "${0%/*}/nodes.sh"
need_pgsql
need_server lighttpd
on_exit() {
	stop_nodes
	stop_cluster "$work/pg"
}
chmod 711 "$work"
start_cluster "$work/pg" || give_up
store=$(new_database)

# The endpoints of a node, under another clock.
faketime=$(find /usr/lib -name libfaketime.so.1 2>/dev/null | head -n 1)
# AddressSanitizer must be loaded before all else.
[ -z "${ASAN_OPTIONS-}" ] || faketime=
clocked() {	# NAME OFFSET: programs that whoever serves can reach
	mkdir -m 755 "$work/$1" "$work/$1/cgi-bin" "$work/$1/cgi-bin/real"
	cp "$here/cgi-bin/.htaccess" "$work/$1/cgi-bin/"
	cp "$CGI"/*.fcgi "$work/$1/cgi-bin/real/"
	for program in "$CGI"/*.fcgi; do
		# shellcheck disable=SC2016 # $0 is the program's own
		printf '#!/bin/sh\nexec env%s "${0%%/*}/real/%s"\n' \
		    "${faketime:+ LD_PRELOAD=$faketime FAKETIME=$2}" \
		    "${program##*/}" >"$work/$1/cgi-bin/${program##*/}"
	done
	chmod -R go+rX "$work/$1"
	chmod 755 "$work/$1"/cgi-bin/*.fcgi
}
clocked slow -120s
clocked fast +120s
[ -n "$faketime" ] || echo "# faketime is not installed: the clocks agree"
start_node 1 && start_node 2 CGI="$work/slow/cgi-bin" && start_node 3 CGI="$work/fast/cgi-bin" ||
    give_up
ok 0 "three nodes"
like "$(cat "$work/node1/postern.conf")" "store = $store" "the configuration says where"

# Trials that are started one beside the other share what must be shared.
trial=$work/fresh
[ "$(id -u)" -ne 0 ] || install -d -m 700 -o www-data -g www-data "$trial"
start_trial STORE="$store"
ok $? "a fourth, by STORE alone"
fourth=${POSTERN_USER-}
stop_trial
cmp -s "$work/node1/server.keys" "$work/fresh/server.keys"
ok $? "... has the keys of the others"
like "$fourth" demo- "... and a user of its own"

# Nobody else took the name demo, so the first run's demo is each one's own.
at 2
. "$trial/demo.env"
like "$POSTERN_USER" demo- "another demo user for the second"
get_as "$POSTERN_TOKEN" /users/me
is "$status $(member username)" "200 $POSTERN_USER" "... which works"
at 1
get_as "$POSTERN_TOKEN" /users/me
is "$(member username)" "$POSTERN_USER" "... everywhere"

epoch() { sql_at "$store" "SELECT extract(epoch FROM clock_timestamp())::bigint"; }
operator() { "$BIN/postern" -c "$work/node1/postern.conf" "$@"; }
crossing() {	# ROUND
	wrong=0
	operator limit forget >/dev/null
	for here_node in 1 2 3; do
		at $here_node
		login
		[ "$status" = 200 ] || wrong=$((wrong + 1))
		works_at 200 "$access" 1 2 3
		at $here_node
		revoke "$access"
		works_at 401 "$access" 1 2 3
		at $here_node
		before=$(epoch)
		login
		after=$(epoch)
		ends=$(sql_at "$store" "SELECT max(expires) FROM tokens
		    WHERE kind = 1 AND owner = (SELECT id FROM users WHERE name = 'demo')")
		if [ "$ends" -lt $((before + 1799)) ] || [ "$ends" -gt $((after + 1801)) ]; then
			echo "# node $here_node: made from $before to $after, ends $ends"
			wrong=$((wrong + 1))
		fi
	done
	is "$wrong" 0 "round $1: issued anywhere, known everywhere; revoked anywhere, refused everywhere"
	ask_many /token "grant_type=refresh_token&refresh_token=$refresh" 50
	is "$(statuses)" " 50 200 " "round $1: 50 refreshes at once, over three nodes"
	is "$(sed -n 's/.*"refresh_token":"\([^"]*\)".*/\1/p' "$work"/many.[0-9]* | sort -u | wc -l)" \
	    1 "... one successor"
	is "$(sed -n 's/.*"access_token":"\([^"]*\)".*/\1/p' "$work"/many.[0-9]* | sort -u | wc -l)" \
	    50 "... 50 access tokens"
	ask_many /token "grant_type=password&username=ghost-$1&password=x" 24
	is "$(statuses)" " 10 400 14 429 " "round $1: 24 guesses at once: ten are answered"
	for one in 1 2 3; do
		at $one
		get /token -d "grant_type=password&username=ghost-$1&password=y"
		wait=$(printf '%s\n' "$headers" | sed -n 's/^[Rr]etry-[Aa]fter: //p')
		[ "$status" = 429 ] && [ "${wait:-99}" -le 30 ] && [ "${wait:-0}" -ge 20 ]
		ok $? "... and node $one says how long to wait: ${wait:-?}"
	done
}
round=1
while [ "$round" -le "$rounds" ]; do
	crossing "$round"
	round=$((round + 1))
done

# The clocks were wrong indeed.
clock_of() {	# NODE: seconds that its last refused login is off
	line=$(grep login_refused "$work/node$1/audit.log" | tail -n 1)
	line=${line#*:\"}
	echo $(($(date -d "${line%%\"*}" +%s) - $(date +%s)))
}
if [ -n "$faketime" ]; then
	off=$(clock_of 2)
	[ "$off" -le -115 ] && [ "$off" -ge -150 ]
	ok $? "the second node's clock is off: $off s"
	off=$(clock_of 3)
	[ "$off" -le 125 ] && [ "$off" -ge 90 ]
	ok $? "... and the third's: $off s"
fi

# Short lives end when they are to, whoever's clock says what.
operator limit forget >/dev/null
for one in 1 2 3; do
	sed -i 's/^access_token_ttl = .*/access_token_ttl = 4/' "$work/node$one/postern.conf"
done
stop_nodes
start_node 1 && start_node 2 CGI="$work/slow/cgi-bin" && start_node 3 CGI="$work/fast/cgi-bin"
ok $? "three nodes again"
over() {
	wrong=0
	works_at 401 "$access" 1 2 3
	[ "$wrong" -eq 0 ]
}
for here_node in 1 2 3; do
	at $here_node
	login
	wrong=0
	works_at 200 "$access" 1 2 3
	is "$wrong" 0 "a token of four seconds, from node $here_node, works everywhere"
	await 15 over
	ok $? "... and is over everywhere, by the one clock"
done

# A key's last use is noted once.
at 2
login
get_as "$access" /keys -H 'Content-Type: application/json' -d '{"name":"k"}'
key=$(member key)
for one in 1 2 3 1 2 3; do
	at $one
	get_as "$key" /secure-data
done
used=$(sql_at "$store" "SELECT used - $(epoch) FROM tokens WHERE kind = 2")
[ "${used:--99}" -le 0 ] && [ "${used:--99}" -ge -5 ]
ok $? "a key's use is noted by the database's clock: $used s"

# A disabled user is out everywhere.
at 3
login
operator user disable demo
wrong=0
works_at 401 "$access" 1 2 3
works_at 401 "$key" 1 2 3
is "$wrong" 0 "a disabled user is out at all nodes"
stop_nodes
done_testing
