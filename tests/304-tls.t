#!/bin/sh
# TLS=1: HTTPS with a certificate made on the first start.
. "${0%/*}/lib.sh"
on_exit() { stop_trial; }
start_trial TLS=1 || give_up
like "$url" "https://127.0.0.1:" "the URL"
get_as "$POSTERN_TOKEN" /secure-data
is "$status" 200 "HTTPS with the certificate of demo.env"
like "$headers" "Strict-Transport-Security: max-age=" "... and HSTS"
get /secure-data
is "$status" 401 "no token"
like "$headers" "Strict-Transport-Security: max-age=" "... and HSTS"
! curl -s --noproxy '*' -o /dev/null "$url/public" 2>/dev/null
ok $? "not trusted without it"
get_as "$POSTERN_TOKEN" /secure-data --tls-max 1.1
is "$status" "" "no old TLS"
get_as "$POSTERN_TOKEN" /secure-data --http2
is "$status" 200 "HTTP/2"
grep -E '^(\. |printf|curl|[A-Z]+=)' "$work/trial.out" >"$work/paste"
sh "$work/paste" >"$work/pasted"
is $? 0 "the pasted lines work"
like "$(cat "$work/pasted")" '{"data":"This is protected data","user":"demo"}' "... with data"
is "$(stat -c %a "$trial/run/tls/key.pem")" 600 "the key is closed to others"
POSTERN_CA=$POSTERN_CA "$BIN/postern" -c "$POSTERN_CONF" doctor "$url" \
    >"$work/doctor" 2>&1
is $? 0 "doctor looks from outside"
like "$(cat "$work/doctor")" "the Authorization header arrives" "... and is content"
stop_trial
sum=$(cksum <"$trial/run/tls/cert.pem")
start_trial TLS=1
is "$(cksum <"$trial/run/tls/cert.pem")" "$sum" "a second start keeps the certificate"
done_testing
