#!/bin/sh
# Guessing over the wire: eight at once, over workers that share nothing but the
# ledger; kept over a restart.
. "${0%/*}/lib.sh"
on_exit() { stop_trial; }
need_server lighttpd
start_trial || give_up
stop_trial
state=$trial
set_config argon2_memory 7168
set_config argon2_passes 1
set_config password_slots 8	# nobody waits for one, however busy the machine
set_config guess_wait 600
start_trial WORKERS=8 || give_up

# A thousand tries by eight: what each is told.
guesser() {	# NUMBER
	curl -s --noproxy '*' --max-time 120 -d grant_type=password -d username=demo \
	    -d "password=wrong$1" -o /dev/null -w '%{http_code} %header{retry-after}\n' "$url/token?[1-125]"
}
began=$(date +%s)
for number in 1 2 3 4 5 6 7 8; do
	guesser $number >"$work/guesser.$number" &
	pids="${pids-} $!"
done
wait $pids
took=$(($(date +%s) - began))
cat "$work"/guesser.? >"$work/told"
is "$(wc -l <"$work/told")" 1000 "a thousand tries by eight at once"
is "$(grep -c '^400' "$work/told")" 10 "... ten are told that they are wrong"
is "$(grep -vc -e '^400' -e '^429' "$work/told")" 0 "... all others to wait"
is "$(awk -v least=$((599 - took)) '$1 == 429 && $2 < least' "$work/told" | sort -u)" "" \
    "... for as long as it is, also those who came too late by a hair"
printf %s "$POSTERN_PASSWORD" >"$work/password"
log_in() {
	get /token -d grant_type=password -d username=demo \
	    --data-urlencode "password@$work/password"
}
log_in
is "$status" 429 "... the right one too"
like "$headers" "Retry-After: " "... for how long"
get_as "$POSTERN_TOKEN" /secure-data
is "$status" 200 "tokens go on"
stop_trial
start_trial WORKERS=8 || give_up
log_in
is "$status" 429 "a restart changes nothing"
run 0 "an operator ends the wait" limit forget
log_in
is "$status" 200 "... and it is let in"
stop_trial
done_testing
