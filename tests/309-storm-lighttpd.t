#!/bin/sh
# A storm of logins: each is served, or told to come
# back, memory stays bounded, and nobody else notices.
. "${0%/*}/lib.sh"
on_exit() { stop_trial; }
need_server lighttpd
start_trial || give_up
printf %s "$POSTERN_PASSWORD" >"$work/password"
printf 'Authorization: Bearer %s\n' "$POSTERN_TOKEN" >"$work/header"

storm() {	# its end is the file done
	curl -s -Z --no-progress-meter --parallel-max 300 --noproxy '*' --max-time 60 -d grant_type=password -d username=demo \
	    --data-urlencode "password@$work/password" -o /dev/null \
	    -w '%{http_code} %header{retry-after}\n' "$url/token?[1-500]" >"$work/told"
	: >"$work/done"
}
memory() {	# of all that checks passwords, in kB
	for process in $checkers; do
		sed -n 's/^Rss:[[:space:]]*\([0-9]*\).*/\1/p' "/proc/$process/smaps_rollup" 2>/dev/null
	done | awk '{ sum += $1 } END { print sum + 0 }'
}
checkers=$(workers token)
storm &
storming=$!
most=0 bad=0 asked=0
while [ ! -e "$work/done" ]; do
	asked=$((asked + 1))
	[ "$(curl -s --noproxy '*' --max-time 20 -H "@$work/header" -o /dev/null -w '%{http_code}' \
	    "$url/secure-data")" = 200 ] || bad=$((bad + 1))
	now=$(memory)
	[ "$now" -le "$most" ] || most=$now
done
wait "$storming"
is "$(wc -l <"$work/told")" 500 "500 logins at once are answered"
is "$(grep -cvE '^(200|503) ' "$work/told")" 0 "... let in, or told to come back"
[ "$(grep -c '^200' "$work/told")" -ge 2 ]
ok $? "... $(grep -c '^200' "$work/told") are let in"
is "$(grep '^503' "$work/told" | grep -cvE '^503 [1-9]')" 0 "... the others are told when"
[ "$asked" -gt 1 ]
ok $? "meanwhile /secure-data is asked $asked times"
is "$bad" 0 "... and answers"
bound=$(($(nproc) * 19456 + 102400))
if [ "$(id -u)" -eq 0 ]; then	# others may not look
	[ "$most" -gt 0 ]
	ok $? "memory was looked at"
fi
if [ -n "${ASAN_OPTIONS-}" ]; then
	ok 0 "... AddressSanitizer keeps memory of its own # SKIP"
else
	[ "$most" -le "$bound" ]
	ok $? "... $most kB, $bound at the most"
fi
get /token -d grant_type=password -d username=demo --data-urlencode "password@$work/password"
is "$status" 200 "afterwards a login is let in"
stop_trial

# One slot: a few clients that come again and again are no storm.  Their hashes
# are the cheapest, so that a busy machine checks them in time too.
state=$trial
set_config password_slots 1
set_config argon2_memory 7168
set_config argon2_passes 1
start_trial
log_in() { curl -s --noproxy '*' --max-time 60 -d grant_type=password -d username=demo \
    --data-urlencode "password@$work/password" -o /dev/null -w '%{http_code}\n' "$url/token"; }
: >"$work/few"
few=
for client in 1 2 3; do
	{ log_in; log_in; log_in; log_in; } >>"$work/few" &
	few="$few $!"
done
wait $few
is "$(sort "$work/few" | uniq -c | tr -s ' ')" " 12 200" "three clients, four times each: all are let in"
stop_trial

# Hashes that take four times as long as those of the first storm: in two
# seconds it cannot check five hundred, and does not keep them waiting.
set_config argon2_memory 19456
set_config argon2_passes 8
start_trial
storm
is "$(wc -l <"$work/told") $(grep -cvE '^(200 |503 [1-9])' "$work/told")" "500 0" \
    "a storm for one slot: let in, or told to come back"
[ "$(grep -c '^200' "$work/told")" -ge 2 ]
ok $? "... $(grep -c '^200' "$work/told") are let in"
if grep -q "does not say how many requests wait" "$trial/run/postern.log"; then
	ok 0 "... the others at once # SKIP the kernel has no unix_diag"
else
	[ "$(grep -c '^503' "$work/told")" -ge 250 ]
	ok $? "... the others at once: $(grep -c '^503' "$work/told")"
fi
is "$(log_in)" 200 "afterwards a login is let in"
stop_trial
done_testing
