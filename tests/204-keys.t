#!/bin/sh
# API keys: made, shown once, used, ended; what a key may, and its last use.
. "${0%/*}/lib.sh"
on_exit() {
	for process in ${worker-} ${locker-}; do kill "$process" 2>/dev/null; done
}
new_state "me items keys"
token=$(mint demo)
bearer=$token json_of=keys json_at=/keys
. "${0%/*}/json.sh"
ledger=$state/ledger.db
problem="Content-Type: application/problem+json"

number() {	# NAME: an integer member of the last answer
	printf '%s\n' "$body" | sed -n "s/.*\"$1\":\\([0-9]*\\)[,}].*/\\1/p"
}
list() {	# [TOKEN]
	call keys GET /keys HTTP_AUTHORIZATION="Bearer ${1-$token}"
}
end() {		# ID [TOKEN]
	call keys DELETE "/keys/$1" HTTP_AUTHORIZATION="Bearer ${2-$token}"
}
make() {	# JSON [TOKEN]
	post_json keys /keys "$1" HTTP_AUTHORIZATION="Bearer ${2-$token}"
	key=$(member key) id=$(member id)
}
use() {		# VAR=VALUE...
	call secure-data GET /secure-data "$@"
}
data='200 {"data":"This is protected data","user":"demo"}'
challenged() {	# STATUS ERROR NAME
	is "$status $(challenge)" "$1 Bearer realm=\"postern\", error=\"$2\"" "$3"
}

# Making one.
list
is "$status $body" "200 []" "no keys yet"
before=$(date +%s)
make '{"name":"laptop"}'
is "$status" 201 "a key"
is "$body" "{\"id\":\"$id\",\"name\":\"laptop\",\"scope\":\"me items\",\"created_at\":$(number created_at),\"expires_at\":$(number expires_at),\"key\":\"$key\"}" \
    "... is what was promised"
like "$key" "pst_key_" "... by its prefix"
is "${#key} ${#id}" "57 16" "... the length of key and id"
like "$headers" "Location: /keys/$id" "... and where it is"
like "$headers" "Cache-Control: no-store" "... not to be kept"
created=$(number created_at)
[ "$created" -ge "$before" ] && [ "$created" -le "$(date +%s)" ]
ok $? "... made now"
is $(($(number expires_at) - created)) 7776000 "... for 90 days"
list
is "$body" "[{\"id\":\"$id\",\"name\":\"laptop\",\"scope\":\"me items\",\"created_at\":$created,\"expires_at\":$((created + 7776000)),\"last_used_at\":null}]" \
    "the list has it, without the key"
laptop=$key laptop_id=$id
is "$(sqlite3 "$ledger" "SELECT count(*) FROM tokens WHERE hex(digest) LIKE '$id%' AND kind = 2")" 1 \
    "the ledger has its digest"
! grep -qa "$key" "$ledger"
ok $? "... and not the key"
set_config issuer https://www.example/api
post_json keys /api/keys '{"name":"Zürich 🔑 \"x\""}' HTTP_AUTHORIZATION="Bearer $token"
is "$status" 201 "with an issuer"
like "$headers" "Location: https://www.example/api/keys/$(member id)" "... a whole URL"
like "$body" '"name":"Zürich 🔑 \"x\""' "... and any name"
call keys DELETE "/api/keys/$(member id)" HTTP_AUTHORIZATION="Bearer $token"
is "$status" 204 "... ended below the mount"
sed -i '/^issuer/d' "$state/postern.conf"

# What may be asked for.
while read -r wanted json; do
	make "$json"
	is "$status" "$wanted" "$json"
	[ "$status" != 201 ] || end "$id"
done <<'CASES'
201 {"name":"x","scope":"me"}
201 {"name":"x","scope":"items me"}
201 {"name":"x","scope":""}
400 {"name":"x","scope":"keys"}
400 {"name":"x","scope":"me keys"}
400 {"name":"x","scope":"other"}
400 {"name":"x","scope":"me other"}
400 {"name":"x","scope":"me me"}
400 {"name":"x","scope":"me  items"}
400 {"name":"x","scope":" me"}
400 {"name":"x","scope":"me\"items"}
400 {"name":"x","scope":"ME"}
201 {"name":"x","ttl":1}
201 {"name":"x","ttl":60}
201 {"name":"x","ttl":31622400}
201 {"name":"x","ttl":1e2}
400 {"name":"x","ttl":31622401}
400 {"name":"x","ttl":0}
400 {"scope":"me"}
400 {"name":""}
400 {"name":"x","user":"demo"}
400 {"name":"x","id":"0000000000000000"}
400 {"name":"x","key":"pst_key_x"}
CASES
make "{\"name\":\"$(repeat 64 ü)\"}"
is "$status" 201 "a name of 64 characters"
end "$id"
make "{\"name\":\"$(repeat 65 u)\"}"
is "$status" 400 "... of 65"
make "{\"name\":\"x\",\"scope\":\"$(repeat 600 a)\"}"
is "$status" 400 "a scope that is too long"
narrow=$(mint demo --scope "me keys")
make '{"name":"x"}' "$narrow"
is "$(member scope)" "me" "no scope asked: that of the token, without keys"
end "$id"
make '{"name":"x","scope":"items"}' "$narrow"
is "$status $(detail)" "400 scope is wider than that of the token that asks" \
    "no wider than the token that asks"
set_config key_ttl_max 3600
make '{"name":"x","ttl":3601}'
is "$status" 400 "the configuration's most"
make '{"name":"x"}'
is $(($(number expires_at) - $(number created_at))) 3600 "... holds for those who do not say"
end "$id"
set_config key_ttl_max 31622400
set_config key_ttl 60
make '{"name":"x"}'
is $(($(number expires_at) - $(number created_at))) 60 "the configuration's own"
end "$id"
sed -i '/^key_ttl/d' "$state/postern.conf"

# Using it.
use HTTP_AUTHORIZATION="Bearer $laptop"
is "$status $body" "$data" "as Bearer"
use HTTP_X_API_KEY="$laptop"
is "$status $body" "$data" "as X-API-Key"
use HTTP_X_API_KEY="$laptop" HTTP_AUTHORIZATION=
is "$status" 200 "an empty Authorization counts as absent"
use HTTP_X_API_KEY= HTTP_AUTHORIZATION="Bearer $laptop"
is "$status" 200 "... and so does an empty X-API-Key"
use HTTP_X_API_KEY=
is "$status $(challenge)" '401 Bearer realm="postern"' "... alone"
call users-me GET /users/me HTTP_X_API_KEY="$laptop"
is "$body" '{"username":"demo","disabled":false,"scopes":["me","items"]}' "who it is"
for beside in "Bearer $laptop" "Bearer $token" "Basic eDp5" "Digest x" x " "; do
	use HTTP_X_API_KEY="$laptop" HTTP_AUTHORIZATION="$beside"
	challenged 400 invalid_request "beside Authorization: $(printf %.10s "$beside")"
done
use HTTP_X_API_KEY="$laptop" REDIRECT_HTTP_AUTHORIZATION="Bearer $token"
challenged 400 invalid_request "... that Apache redirected"
use HTTP_X_API_KEY="$laptop, $laptop"
challenged 400 invalid_request "twice, as servers join it"
use HTTP_X_API_KEY="$(repeat 4097 a)"
challenged 400 invalid_request "over 4 KiB"
imported=securetoken
printf %s "$imported" | postern token import --user demo --allow-weak >/dev/null
for value in "$token" "$imported" x "${laptop%?}" "${laptop}0" "$laptop " \
    " $laptop" "Bearer $laptop" "PST_KEY_${laptop#pst_key_}" null "ü" \
    "pst_at_${laptop#pst_key_}" "$(repeat 4096 a)" "$id" \
    "pst_key_$(repeat 49 0)" "${laptop#pst_key_}"; do
	use HTTP_X_API_KEY="$value"
	challenged 401 invalid_token "no key: $(printf %.16s "$value")"
done
use HTTP_AUTHORIZATION="Basic $laptop"
is "$status $(challenge)" '401 Bearer realm="postern"' "resources never ask for Basic"
use HTTP_X_API_KEY=x HTTP_X_API_KEY2="$laptop" QUERY_STRING="api_key=$laptop"
is "$status" 401 "other places are not looked at"
hide_ledger
use HTTP_X_API_KEY=pst_key_x
is "$status" 401 "no look at the ledger for what is no key"
use HTTP_X_API_KEY="$laptop"
is "$status" 503 "... but for what may be one"
show_ledger
changed=0 at=1
while [ "$at" -le 57 ]; do
	left=$(printf %s "$laptop" | cut -c-"$at")
	case $left in *a) byte=b ;; *) byte=a ;; esac
	use HTTP_X_API_KEY="${left%?}$byte$(printf %s "$laptop" | cut -c"$((at + 1))"-)"
	[ "$status" = 401 ] || changed=$((changed + 1))
	at=$((at + 1))
done
is "$changed" 0 "57 keys with one byte changed are refused"
start_worker secure-data
fcall secure-data GET /secure-data HTTP_X_API_KEY="$laptop" HTTP_X_API_KEY="$laptop"
challenged 400 invalid_request "two lines"
fcall secure-data GET /secure-data HTTP_X_API_KEY="$laptop"
is "$status" 200 "... one, in the same process"

# A key never has the scope keys, whatever the ledger says.
list "$laptop"
is "$status $(challenge)" '403 Bearer realm="postern", error="insufficient_scope", scope="keys"' \
    "a key lists no keys"
make '{"name":"x"}' "$laptop"
is "$status" 403 "... makes none"
end "$laptop_id" "$laptop"
is "$status" 403 "... ends none"
sqlite3 "$ledger" "UPDATE tokens SET scope = 'me keys items' WHERE kind = 2"
list "$laptop"
is "$status" 403 "... not even one that the ledger says it may"
call users-me GET /users/me HTTP_X_API_KEY="$laptop"
like "$body" '"scopes":["me","items"]' "... for it has not the scope"
sqlite3 "$ledger" "UPDATE tokens SET kind = 1 WHERE kind = 2"
use HTTP_X_API_KEY="$laptop"
is "$status" 401 "a row of another kind than the token"
sqlite3 "$ledger" "UPDATE tokens SET kind = 2 WHERE scope = 'me keys items'"
list "$(mint demo --scope me)"
is "$status" 403 "a token without the scope"
call keys GET /keys
is "$status" 401 "no token"
call keys GET /keys HTTP_X_API_KEY="$token"
is "$status" 401 "an access token is no key"

# Last use: one note an hour, and never in the way.
if [ -z "${POSTERN_TEST_PG-}" ]; then
	note=$(find "$ledger-used" -type f)
	used() { stat -c %Y "$note"; }
	set_used() { touch -d "@$1" "$note"; }
	is "$(echo "$note" | wc -l)$(find "$ledger-used" -perm /077)" 1 "a note of its own, closed to others"
else				# PostgreSQL has the note in the key's row
	used() { sqlite3 "$ledger" "SELECT used FROM tokens WHERE kind = 2"; }
	set_used() { sqlite3 "$ledger" "UPDATE tokens SET used = $1 WHERE kind = 2"; }
fi
now=$(date +%s)
first=$(used)
[ "$first" -ge "$before" ] && [ "$first" -le "$now" ]
ok $? "the first use is noted"
list
like "$body" "\"last_used_at\":$first}" "... and shown"
set_used $((now - 3000))
for i in 1 2 3; do
	use HTTP_X_API_KEY="$laptop"
	fcall secure-data GET /secure-data HTTP_X_API_KEY="$laptop"
done
is "$(used)" $((now - 3000)) "one within the hour is not"
set_used $((now - 4000))
noted() { [ "$(used)" -ge "$now" ]; }
fcall secure-data GET /secure-data HTTP_AUTHORIZATION="Bearer $laptop"
is "$status" 200 "over an hour later"
await 5 noted
ok $? "... it is, as Bearer too"
if [ -z "${POSTERN_TEST_PG-}" ]; then
	rm -r "$ledger-used"
	sqlite3 "$ledger" "CREATE TABLE writes (n INTEGER);
	    CREATE TRIGGER count AFTER UPDATE ON tokens BEGIN INSERT INTO writes VALUES (1); END"
else
	set_used 0
fi
for i in 1 2 3 4 5 6 7 8 9 10; do
	fcall secure-data GET /secure-data -n 5 HTTP_X_API_KEY="$laptop"
	env -i POSTERN_CONF="$state/postern.conf" REQUEST_METHOD=GET \
	    SCRIPT_NAME=/secure-data REMOTE_ADDR=127.0.0.1 HTTP_X_API_KEY="$laptop" \
	    ASAN_OPTIONS="${ASAN_OPTIONS-}" \
	    "$CGI/secure-data.fcgi" >/dev/null 2>>"$work/log" &
	others="${others-} $!"
done
for other in $others; do wait "$other"; done
await 5 noted
if [ -z "${POSTERN_TEST_PG-}" ]; then
	is "$(sqlite3 "$ledger" "SELECT count(*) FROM writes")" 0 "60 uses write nothing to the ledger"
	is "$(find "$ledger-used" -type f)" "$note" "... and are one note"
	sqlite3 "$ledger" "DROP TRIGGER count; DROP TABLE writes"
fi
set_used $((now - 4000))
mkfifo "$work/hold"
(echo 'BEGIN EXCLUSIVE; SELECT 1;'; cat "$work/hold") | sqlite3 "$ledger" >"$work/locked" &
locker=$!
exec 9>"$work/hold"
await 5 test -s "$work/locked"
start=$(date +%s%N)
use HTTP_X_API_KEY="$laptop"
is "$status" 200 "a locked ledger loses nothing"
fcall secure-data GET /secure-data -n 20 HTTP_X_API_KEY="$laptop"
is "$(cat "$work/answer")" "200 20" "... 20 times"
[ $((($(date +%s%N) - start) / 1000000)) -lt 1500 ]
ok $? "... and keeps nobody waiting"
exec 9>&-
wait "$locker"
locker=
[ -z "${POSTERN_TEST_PG-}" ] || use HTTP_X_API_KEY="$laptop"
noted
ok $? "... not even the note; or it is made later"
fcall secure-data GET /secure-data HTTP_X_API_KEY="$laptop"
is "$status" 200 "the worker goes on"
call keys POST /keys HTTP_X_API_KEY="$laptop" CONTENT_TYPE=application/json
is "$status" 403 "nothing is read before the guard said yes"

# Ending it.
printf %s "$password" | postern user add eve --scope "me keys" --password-stdin
eve=$(mint eve)
end "$laptop_id" "$eve"
is "$status $(detail)" "404 There is no such key of yours" "another's key"
like "$headers" "$problem" "... as a problem"
list "$eve"
is "$body" "[]" "... is not in the list either"
for other in "$(postern token list --user demo | sed -n '1s/ .*//p')" x \
    0000000000000000 "$(echo "$laptop_id" | cut -c-15)" "${laptop_id}0" "$laptop"; do
	end "$other"
	is "$status" 404 "no key: $(printf %.10s "$other")"
done
use HTTP_X_API_KEY="$laptop"
is "$status" 200 "it still lives"
end "$laptop_id"
is "$status $body" "204 " "ended"
unlike "$headers" "Content-Type:" "... without a body, nor a type of one"
like "$headers" "Cache-Control: no-store" "... not to be kept"
fcall secure-data GET /secure-data HTTP_X_API_KEY="$laptop"
challenged 401 invalid_token "... from the next request on"
end "$laptop_id"
is "$status" 404 "... once"
call keys DELETE /keys HTTP_AUTHORIZATION="Bearer $token" PATH_INFO="/$laptop_id"
is "$status" 404 "... by PATH_INFO"
for pair in "PUT /keys" "DELETE /keys" "GET /keys/x" "POST /keys/x"; do
	call keys "${pair% *}" "${pair#* }" HTTP_AUTHORIZATION="Bearer $token"
	is "$status" 405 "$pair"
done
for at in /keys/ /keysX /keys/a/b /key; do
	call keys GET "$at" HTTP_AUTHORIZATION="Bearer $token"
	is "$status" 404 "no such path: $at"
done
make '{"name":"x","ttl":1}'
expired() { use HTTP_X_API_KEY="$key"; [ "$status" = 401 ]; }
await 5 expired
challenged 401 invalid_token "an expired one"
list
is "$body" "[]" "... is not shown any more"
make '{"name":"x"}'
postern user disable demo
use HTTP_X_API_KEY="$key"
is "$status" 401 "a disabled user's"
postern user enable demo
token=$(mint demo) bearer=$token

# A hundred, and no more, however many ask at once.
made=0 i=0
while [ "$i" -lt 98 ]; do
	make '{"name":"one of many"}'
	[ "$status" = 201 ] && made=$((made + 1))
	i=$((i + 1))
done
is "$made" 98 "98 keys"
printf '{"name":"x"}' >"$work/json"
for i in 1 2 3 4 5 6 7 8; do
	env -i POSTERN_CONF="$state/postern.conf" REQUEST_METHOD=POST \
	    SCRIPT_NAME=/keys REMOTE_ADDR=127.0.0.1 CONTENT_LENGTH=12 \
	    CONTENT_TYPE=application/json HTTP_AUTHORIZATION="Bearer $token" \
	    ASAN_OPTIONS="${ASAN_OPTIONS-}" \
	    "$CGI/keys.fcgi" <"$work/json" >"$work/many.$i" 2>>"$work/log" &
	many="${many-} $!"
done
for other in $many; do wait "$other"; done
is "$(grep -l '^Status: 201' "$work"/many.* | wc -l) $(grep -l '^Status: 409' "$work"/many.* | wc -l)" \
    "2 6" "two more, of eight at once"
make '{"name":"x"}'
is "$status $(detail)" "409 There are 100 keys already" "the hundred and first"
list
is "$(printf %s "$body" | grep -o '"id"' | wc -l)" 100 "100 in the list"
end "$(member id)"
make '{"name":"x"}'
is "$status" 201 "one ended, one made"
make '{"name":"x"}' "$(mint eve)"
is "$status" 201 "everyone has a hundred"
postern token revoke --user demo >/dev/null
use HTTP_X_API_KEY="$key"
bearer=$(mint demo) token=$bearer

# A client is no user.
if postern client add robot --grant client_credentials --scope "keys me" >/dev/null 2>&1; then
	sqlite3 "$ledger" "UPDATE tokens SET user = (SELECT id FROM users
	    WHERE name = 'robot') WHERE user = (SELECT id FROM users WHERE name = 'eve')"
	make '{"name":"x"}' "$eve"
	is "$status $(detail)" "403 Only users have keys" "a client has no keys"
	list "$eve"
	is "$status" 200 "... and is told so"
fi

# The ledger cannot write.
sqlite3 "$ledger" "CREATE TRIGGER no BEFORE INSERT ON tokens BEGIN SELECT raise(ABORT, 'no'); END;
    CREATE TRIGGER nor BEFORE DELETE ON tokens BEGIN SELECT raise(ABORT, 'no'); END"
make '{"name":"x"}'
is "$status" 503 "not written, not acknowledged"
like "$headers" "Retry-After: " "... and when to ask again"
unlike "$body" "pst_key_" "... and no key"
sqlite3 "$ledger" "DROP TRIGGER no; DROP TRIGGER nor"
make '{"name":"x"}'
is "$status" 201 "... and now it is"

# Bodies.
refuse_bodies '{"name":"x"}'
refuse_values name string ''
refuse_values scope string '"name":"x",'
refuse_values ttl number '"name":"x",'
list
is "$(printf %s "$body" | grep -o '"id"' | wc -l)" 1 "all that made no key"
done_testing
