#!/bin/sh
# Workers die under load: nobody but the held requests is harmed.
. "${0%/*}/lib.sh"
on_exit() { stop_trial; }
start_trial || skip_all "the trial does not start"
printf 'Authorization: Bearer %s\n' "$POSTERN_TOKEN" >"$work/header"

four() { [ "$(workers secure-data | wc -l)" -eq 4 ]; }
load() {	# N: so many requests, one after the other; statuses to a file
	curl -s --noproxy '*' -H "@$work/header" -o /dev/null \
	    -w '%{http_code}\n' "$url/secure-data?[1-3000]" >"$work/load.$1"
}
load 1 & one=$!
load 2 & two=$!
load 3 & three=$!
started() { [ -s "$work/load.1" ] && [ -s "$work/load.2" ]; }
await 10 started
killed=0
while [ "$killed" -lt 10 ]; do
	await 10 four || break
	kill -KILL "$(workers secure-data | head -n 1)" || break
	killed=$((killed + 1))
done
wait $one $two $three
is "$killed" 10 "ten workers killed"
is "$(cat "$work"/load.? | wc -l)" 9000 "every request has an answer"
bad=$(cat "$work"/load.? | grep -cvx 200)
[ "$bad" -le 10 ]
ok $? "$bad of 9,000 failed, one per kill at the most"
await 10 four
ok $? "four workers again"

# The whole endpoint goes: its supervisor too.
get /public
is "$status" 200 "other endpoints go on"

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
done_testing
