# kill - workers die and the server reloads under load: nobody but the held
# requests is harmed; and revocations hold everywhere at the next request.
#
#	server=nginx
#	. "${0%/*}/kill.sh"
# shellcheck shell=sh
. "${0%/*}/lib.sh"
on_exit() { stop_trial; }
need_server "$server"
start_trial SERVER="$server" || give_up
printf 'Authorization: Bearer %s\n' "$POSTERN_TOKEN" >"$work/header"

load() {	# N: so many requests, one after the other; statuses to a file
	curl -s --noproxy '*' --max-time 60 -H "@$work/header" -o /dev/null \
	    -w '%{http_code}\n' "$url/secure-data?[1-3000]" >"$work/load.$1"
}
start_load() {
	rm -f "$work"/load.?
	load 1 & one=$!
	load 2 & two=$!
	load 3 & three=$!
	await 10 started
}
started() { [ -s "$work/load.1" ] && [ -s "$work/load.2" ]; }
end_load() {	# MOST-BAD NAME
	wait $one $two $three
	is "$(cat "$work"/load.? | wc -l)" 9000 "$2: every request has an answer"
	bad=$(cat "$work"/load.? | grep -cvx 200)
	[ "$bad" -le "$1" ]
	ok $? "... $bad of 9,000 failed, $1 at the most"
}

# mod_fcgid starts its processes when it needs them, and none for each that is
# killed: its kills are counted, its number is not.
case $server in
apache-fcgid) enough() { [ -n "$running" ]; } ;;
*) enough() { [ "$(echo "$running" | wc -w)" -eq 4 ]; } ;;
esac
there() { running=$(workers secure-data); enough; }
start_load
killed=0
while [ "$killed" -lt 10 ]; do
	await 10 there || break
	kill -KILL "${running%%"$newline"*}" 2>/dev/null || continue
	killed=$((killed + 1))
done
end_load 10 "ten workers killed"
await 10 there
ok $? "workers again"
get /public
is "$status" 200 "other endpoints go on"

# The server reloads.
server_pid() {
	trial_left "$trial"
	for process in $left $(cat "$trial/run/nginx.pid" 2>/dev/null); do
		[ "$(sed -n 's/^PPid:[[:space:]]*//p' "/proc/$process/status" \
		    2>/dev/null)" != "$trial_pid" ] ||
		case $server:$(cat "/proc/$process/comm" 2>/dev/null) in
		lighttpd:lighttpd | apache*:apache2 | nginx:nginx) echo "$process" ;;
		esac
	done | sort -u
}
case $server in
nginx) signal=HUP ;;
*) signal=USR1 ;;
esac
main=$(server_pid)
is "$(echo "$main" | wc -w)" 1 "the server is one process"
start_load
for round in 1 2 3; do
	far_enough() { [ "$(wc -l <"$work/load.1")" -ge $((round * 600)) ]; }
	await 30 far_enough
	ok $? "reload $round: requests go on until then"
	kill -"$signal" "$main"
done
end_load 9 "three reloads"
# At once, while workers are being started: none may hold the server up.
for round in 1 2 3 4 5 6; do
	kill -"$signal" "$main"
	await 10 curl -s --noproxy '*' --max-time 2 -o "$work/body" "$url/public"
	ok $? "reload in a row $round"
done
kill -0 "$main"
ok $? "... by the same process"
get_as "$POSTERN_TOKEN" /secure-data
is "$status" 200 "all is well"

# A storm of revocations: the request after the answer is refused, everywhere.
export POSTERN_CONF
wrong=0 round=0
while [ "$round" -lt 25 ]; do
	token=$("$BIN/postern" token mint --user demo)
	get_as "$token" /secure-data
	[ "$status" = 200 ] || wrong=$((wrong + 1))
	printf %s "$token" | "$BIN/postern" token revoke - >/dev/null
	get_as "$token" /secure-data
	[ "$status" = 401 ] || wrong=$((wrong + 1))
	get_as "$token" /users/me
	[ "$status" = 401 ] || wrong=$((wrong + 1))
	round=$((round + 1))
done
is "$wrong" 0 "25 revocations, each holds at the very next request"
stop_trial
if command -v after >/dev/null; then
	after
fi
done_testing
