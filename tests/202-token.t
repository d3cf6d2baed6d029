#!/bin/sh
# /token: the password grant and its form (RFC 6749 4.3, 5).
. "${0%/*}/lib.sh"
new_state
form="grant_type=password&username=demo&password=Passw0rd+of+some+length"
count() { sqlite3 "$state/ledger.db" 'SELECT count(*) FROM tokens'; }

answer() {	# STATUS ERROR NAME
	is "$status $(member error)" "$1 $2" "$3"
	like "$headers" "Cache-Control: no-store" "... not to be kept"
	like "$headers" "Pragma: no-cache" "... by old ones either"
	unlike "$body" "access_token" "... and no token"
}

post_form token /token "$form"
is "$status" 200 "a login"
like "$body" '"token_type":"bearer","expires_in":1800,"scope":"me items"' \
    "... type, life, scope"
like "$headers" "Cache-Control: no-store" "... not to be kept"
like "$headers" "Pragma: no-cache" "... by old ones either"
like "$headers" "Content-Type: application/json" "... JSON"
token=$(member access_token)
call users-me GET /users/me HTTP_AUTHORIZATION="Bearer $token"
is "$status $(member username)" "200 demo" "... and it works"
post_form token /token "$form"
[ "$(member access_token)" != "$token" ]
ok $? "each login has a token of its own"

for scope in me items "items+me" "me%20items"; do
	post_form token /token "$form&scope=$scope"
	is "$status $(member scope)" "200 $(echo "$scope" | sed 's/+\|%20/ /')" \
	    "scope=$scope"
done
post_form token /token "$form&scope="
is "$status $(member scope)" "200 me items" "an empty scope is absent"
for more in client_id= client_id=tutorial client_secret= "unknown=1" "=" \
    "username2=x&foo=%C3%A4" "&" "&&"; do
	case $more in =) continue ;; esac
	post_form token /token "$form&$more"
	is "$status" 200 "and $more"
done
before=$(count)

for scope in admin "me+admin" "me++items" "+me" "me+" "me+me" "%22" "me%5c" \
    "m%c3%a4" "$(printf '%02000d' 0)"; do
	post_form token /token "$form&scope=$scope"
	answer 400 invalid_scope "scope=$(printf %.20s "$scope")"
done

# Refused by grant, by client, by user.
post_form token /token "username=demo&password=x"
answer 400 invalid_request "no grant_type"
post_form token /token "grant_type=&username=demo&password=x"
answer 400 invalid_request "an empty grant_type"
for grant in Password PASSWORD passwordx implicit "password%20"; do
	post_form token /token "grant_type=$grant&username=demo&password=x"
	answer 400 unsupported_grant_type "grant_type=$grant"
done
post_form token /token "$form&client_id=other"
answer 401 invalid_client "an unknown client"
like "$(challenge)" "Basic realm=" "... is challenged"
post_form token /token "$form" HTTP_AUTHORIZATION="Basic Y2xpZW50OnNlY3JldA=="
answer 401 invalid_client "an unknown client by Basic"
post_form token /token "$form" HTTP_AUTHORIZATION="Bearer x"
is "$status" 200 "a stray Bearer header is no client"
before=$(count)

post_form token /token "grant_type=password&username=demo&password=wrong"
answer 400 invalid_grant "a wrong password"
wrong="$status $headers $body"
post_form token /token "grant_type=password&username=nobody&password=wrong"
is "$status $headers $body" "$wrong" "an unknown user: the same bytes"
like "$(cat "$work/log")" "for demo" "the log names the user that there is"
unlike "$(cat "$work/log")" "nobody" "... and no name that may be a password"
printf %s "$password" | postern user add off --password-stdin
postern user disable off
post_form token /token "grant_type=password&username=off&password=Passw0rd+of+some+length"
is "$status $headers $body" "$wrong" "a disabled user: the same bytes"
for name in "%27+OR+1%3D1+--" "admin%27%2F%2A" DEMO "demo+" "+demo" \
    "%F0%9F%98%80" "$(printf '%070d' 0)"; do
	post_form token /token "grant_type=password&username=$name&password=wrong"
	is "$status $headers $body" "$wrong" "no such user: $(printf %.20s "$name")"
done
for form_of in "grant_type=password&username=demo" "grant_type=password&password=x" \
    "grant_type=password&username=&password=x" \
    "grant_type=password&username=demo&password=" \
    "grant_type=password&username=$(printf '%05000d' 0)&password=x" \
    "grant_type=password&username=demo&password=$(printf '%01025d' 0)"; do
	post_form token /token "$form_of"
	answer 400 invalid_request "$(printf %.60s "$form_of")"
done

# The password is taken exactly as sent.
exact='  pass%word+ä&="\ 日本語 '
printf %s "$exact" | postern user passwd demo --password-stdin
post_form token /token "grant_type=password&username=demo&password=%20+pass%25word%2B%C3%A4%26%3D%22%5C+%E6%97%A5%E6%9C%AC%E8%AA%9E+"
is "$status" 200 "a password with everything in it"
post_form token /token "grant_type=password&username=demo&password=pass%25word%2B%C3%A4%26%3D%22%5C+%E6%97%A5%E6%9C%AC%E8%AA%9E"
is "$status" 400 "... its blanks count"
long=$(seq -s ' house of ' 1000 2000 | head -c 1024)
printf %s "$long" | postern user passwd demo --password-stdin
post_form token /token "grant_type=password&username=demo&password=$long"
is "$status" 200 "a password of 1024 bytes"
post_form token /token "grant_type=password&username=demo&password=${long%?}"
is "$status" 400 "... to its last byte"
printf %s "$password" | postern user passwd demo --password-stdin
before=$(count)

# The form.
for bad in "a=1&a=1" "a=1&a=2" "username=demo" "a=%" "a=%4" "a=%zz" "a=%00" \
    "a=%ff" "a=%c0%af" "a=%ed%a0%80" "a=%f4%90%80%80" "a=%0a" "a=%0D" "a=%1b" \
    "a=%09" "a=%7f" "%00=a" "%0a=1" "=1" "===" "&&&===" "%=" \
    "$(printf '%0200d' 0)=1" "$(printf 'a%%c3=%%a4')" \
    "$(i=0; while [ $i -lt 70 ]; do printf 'p%d=&' $i; i=$((i + 1)); done)"; do
	post_form token /token "$form&$bad"
	answer 400 invalid_request "bad: $(printf %.30s "$bad")"
done
post_form token /token ""
answer 400 invalid_request "an empty body"
post_form token /token "$form" CONTENT_TYPE=application/x-www-form-urlencoded
is "$status" 200 "the plain media type"
for type in "application/x-www-form-urlencoded; charset=UTF-8" \
    "application/x-www-form-urlencoded;charset=utf-8" \
    'application/x-www-form-urlencoded; charset="utf-8"' \
    "Application/X-WWW-Form-URLencoded" "application/x-www-form-urlencoded ; x=y"; do
	post_form token /token "$form" CONTENT_TYPE="$type"
	is "$status" 200 "type: $type"
done
before=$(count)
for type in "" text/plain application/json multipart/form-data \
    "application/x-www-form-urlencoded; charset=utf-16" \
    "application/x-www-form-urlencoded; charset=" \
    "application/x-www-form-urlencoded, text/plain" \
    "application/x-www-form-urlencoded; charset=utf-8, text/plain" \
    "application/x-www-form-urlencodedx" "application/x-www-form-urlencoded x" \
    "application/x-www-form-urlencoded;" "$(printf '\377')" \
    "application/x-www-form-urlencoded; x=$(printf '%0500d' 0)"; do
	post_form token /token "$form" CONTENT_TYPE="$type"
	answer 400 invalid_request "type: $(printf %.60s "$type" | tr -d '\377')"
done
post_form token /token "$form" HTTP_CONTENT_ENCODING=gzip
answer 415 invalid_request "Content-Encoding: gzip"
post_form token /token "$form" HTTP_CONTENT_ENCODING=identity
is "$status" 200 "Content-Encoding: identity"
before=$(count)
for length in -1 +5 0x5 "5, 5" 99999999999999999999 5a " 5" 500; do
	post_form token /token "$form" CONTENT_LENGTH="$length"
	case $status in 400 | 413) ok 0 "length $length: $status" ;;
	*) ok 1 "length $length: $status" ;; esac
done
post_form token /token "$form" CONTENT_LENGTH=
answer 400 invalid_request "no length: no body is read"
big="$form&x=$(printf '%016400d' 0)"
post_form token /token "$big"
answer 413 invalid_request "over 16 KiB"
near=$(printf '%0*d' $((16384 - ${#form} - 3)) 0)
is "$(count)" "$before" "no refused form left a token"
post_form token /token "$form&x=$near"
is "$status" 200 "16 KiB exactly"

# A hash made at a lower cost is made anew; one above the ceiling is not run.
cost() { sqlite3 "$state/ledger.db" "SELECT substr(password, 1, 32) FROM users WHERE name = 'demo'"; }
set_config argon2_memory 8192
post_form token /token "$form"
is "$status" 200 "a login with a dated hash"
like "$(cost)" 'm=8192,t=1,p=1' "... renews it"
set_config argon2_memory 7168
post_form token /token "$form"
like "$(cost)" 'm=8192,t=1,p=1' "... and never weakens it"
for cost in m=999999999,t=1,p=1 m=8192,t=99,p=1 m=8192,t=1,p=64 m=,t=,p=; do
	sqlite3 "$state/ledger.db" "UPDATE users SET password = replace(password,
	    'm=8192,t=1,p=1', '$cost') WHERE name = 'demo'"
	post_form token /token "$form"
	is "$status $(member error)" "400 invalid_grant" "a hash with $cost"
	sqlite3 "$state/ledger.db" "UPDATE users SET password = replace(password,
	    '$cost', 'm=8192,t=1,p=1') WHERE name = 'demo'"
done

# No slot: 503 within the time, and the slot is free when its holder dies.
set_config password_slots 1
flock "$state/slot.0" sleep 30 &
holder=$!
on_exit() { pkill -P "$holder" 2>/dev/null; kill "$holder" 2>/dev/null; }
taken() { ! flock -n "$state/slot.0" true; }
await 5 taken
post_form token /token "$form"
answer 503 temporarily_unavailable "no slot"
like "$headers" "Retry-After: " "... says when"
pkill -P "$holder"
wait "$holder" 2>/dev/null
post_form token /token "$form"
is "$status" 200 "a slot again"

# Old rows go by and by.
sqlite3 "$state/ledger.db" 'UPDATE tokens SET expires = 1000'
old=$(count)
post_form token /token "$form"
[ "$(count)" -le $((old + 1 - 32)) ] || [ "$(count)" -eq 1 ]
ok $? "expired tokens are deleted on the way ($old, now $(count))"

set_config password_grant off
post_form token /token "$form"
answer 400 unsupported_grant_type "password_grant off"
# Too large to be read: the web server may still write all of it.
{ head -c 300000 /dev/zero; echo $? >"$work/written"; } | env -i \
    POSTERN_CONF="$state/postern.conf" REQUEST_METHOD=POST SCRIPT_NAME=/token \
    REMOTE_ADDR=127.0.0.1 CONTENT_TYPE=application/x-www-form-urlencoded \
    CONTENT_LENGTH=300000 ASAN_OPTIONS="${ASAN_OPTIONS-}" \
    "$CGI/token.fcgi" >"$work/answer" 2>>"$work/log"
read_answer
is "$status $(cat "$work/written")" "413 0" "a body too large is refused, and taken in"
done_testing
