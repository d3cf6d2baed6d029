#!/bin/sh
# The operator's command: clients, the server's keys, and the ledger of an older
# Postern.
. "${0%/*}/lib.sh"
sqlite_only
new_state "me items"
ledger=$state/ledger.db
export POSTERN_CONF="$state/postern.conf"
stored() { sqlite3 "$ledger" "SELECT $1 FROM users WHERE name = '$2'"; }

# Clients.
run 0 "client add" client add app --grant client_credentials \
    --grant refresh_token --scope "me items" --introspect
is "$(printf '%s\n' "$out" | sed 's/pst_cs_[0-9A-Za-z]\{49\}$/SECRET/')" "client_id app
client_secret SECRET" "... prints id and secret"
secret=${out##* }
is "$(stored "kind || grants || introspect || scope" app)" \
    "1client_credentials refresh_token1me items" "... is in the ledger"
is "$(stored "(password GLOB 'b2b:*') || length(password)" app)" "168" \
    "... its secret as a digest"
is "$(stored password app)" \
    "b2b:$(printf %s "$secret" | b2sum -l 256 | cut -d' ' -f1)" "... BLAKE2b-256"
! cat "$ledger" "$ledger-wal" 2>/dev/null | grep -aqF "$secret"
ok $? "... and nowhere in clear"
run 0 "a public one" client add spa --public --grant=refresh_token --grant=password
is "$out" "client_id spa" "... has no secret"
is "$(stored "kind || password" spa)" 2 "... nor a digest"
run 0 "one without grants" client add -- -x
run 0 "client list" client list
is "$out" '-x confidential "" ""
app confidential "client_credentials refresh_token" "me items" introspect
spa public "refresh_token password" ""' "... tells all"
run 1 "a name that is taken" client add app
like "$err" "a user or client of that name already" "... says by whom"
run 1 "a user's name" client add demo
like "$err" "a user or client of that name already" "... says by whom"
run 1 "a client's name for a user" user add app
like "$err" "a user or client of that name already" "... says by whom"
run 1 "the built-in client's name" client add tutorial
like "$err" "built-in client" "... says so"
for name in "" "a b" "a/b" "ä" "$(printf '%065d' 0)"; do
	run 1 "name '$(printf %.10s "$name")'" client add -- "$name"
done
run 2 "no name" client add
run 2 "two names" client add one two
run 2 "--grant without a value" client add one --grant
run 2 "--public with one" client add one --public=yes
for grant in implicit authorization_code "client_credentials implicit" Password; do
	run 1 "grant $grant" client add one --grant "$grant"
done
run 1 "a grant twice" client add one --grant password --grant password
run 1 "public with client_credentials" client add one --public --grant client_credentials
like "$err" "public" "... says why"
run 1 "public with --introspect" client add one --public --introspect
run 1 "a bad scope" client add one --scope 'a  b'
run 0 "three grants" client add three --grant client_credentials \
    --grant refresh_token --grant password
is "$(stored "count(*)" one)" 0 "what was refused was not added"
run 1 "a client is no user: show" user show app
run 1 "... passwd" user passwd app
run 1 "... disable" user disable app
run 1 "... delete" user delete app
run 1 "... mint" token mint --user app
run 0 "user list" user list
unlike "$out" app "... has no clients"
before=$(stored password app)
run 0 "client secret" client secret app
is "${out%pst_cs_*}" "client_id app
client_secret " "... prints a new one"
[ "${out##* }" != "$secret" ] && [ "$(stored password app)" != "$before" ]
ok $? "... another than before"
run 1 "... not for a public one" client secret spa
run 1 "... nor for nobody" client secret nobody
run 1 "... nor for a user" client secret demo
# Tokens that were issued to a client end with it.
token=$(mint demo)
other=$(mint demo)
sqlite3 "$ledger" "UPDATE tokens SET client = 'app' WHERE digest =
    (SELECT digest FROM tokens LIMIT 1)"
run 0 "client delete" client delete app
is "$(sqlite3 "$ledger" "SELECT count(*) FROM tokens")" 1 "... its token is gone"
run 1 "... twice" client delete app
run 1 "... a user" client delete demo
run 0 "... its name is free" client add app
call secure-data GET /secure-data HTTP_AUTHORIZATION="Bearer $token"
first=$status
call secure-data GET /secure-data HTTP_AUTHORIZATION="Bearer $other"
is "$((first + status))" 601 "... one of two lives"

# The server's keys.
keys=$state/server.keys
run 0 "server-key list" server-key list
like "$out" "1 20" "... the first, made by init"
is "$(printf '%s\n' "$out" | wc -lw | tr -s ' ')" " 1 2" "... id and time, no more"
run 0 "server-key rotate" server-key rotate
is "$out" "id 2" "... says which"
is "$(cut -d' ' -f1 "$keys" | tr '\n' ' ')" "2 1 " "... the newest first"
is "$(stat -c %a "$keys")" 600 "... closed to others"
sed -i 's/^\([12]\) [0-9]*/\1 1000/' "$keys"
run 0 "long after" server-key rotate
is "$(cut -d' ' -f1 "$keys" | tr '\n' ' ')" "3 2 " "... the oldest is gone"
run 0 "server-key list" server-key list
hex=$(head -n 1 "$keys" | cut -d' ' -f3)
unlike "$out" "$hex" "... shows no key"
is "$(find "$state" -name 'server.keys*' | wc -l)" 1 "... nothing is left beside it"
for damage in 's/^3/x/' 's/.$//' '1{h;d};$G'; do
	cp "$keys" "$work/good"
	sed -i "$damage" "$keys"
	cp "$keys" "$work/bad"
	run 1 "damaged by $damage" server-key list
	like "$err" "server.keys line" "... says where"
	unlike "$err" "$hex" "... and shows no key"
	run 1 "... nor rotated" server-key rotate
	cmp -s "$keys" "$work/bad"
	ok $? "... and stays as it is"
	cp "$work/good" "$keys"
done
rm "$keys"
run 1 "none" server-key list
like "$err" "postern upgrade" "... says what to do"
run 2 "server-key rotate too much" server-key rotate 3

# The ledger of an older Postern.
run 0 "upgrade" upgrade
is "$out" "schema 3" "... has nothing to do"
run 0 "... but to make server.keys" server-key list
run 2 "... too much" upgrade now
old=$work/old
postern user show demo >/dev/null
hash=$(stored password demo)
"$BIN/postern" init "$old" >/dev/null
rm -rf "$old"/ledger.db* "$old/server.keys"
make_old() {
	sqlite3 "$old/ledger.db" 'PRAGMA journal_mode = WAL' >/dev/null
	sqlite3 "$old/ledger.db" <"$here/tests/schema-1.sql"
	sqlite3 "$old/ledger.db" "
	    INSERT INTO users (name, password, scope, created)
		VALUES ('demo', '$hash', 'me items', 1000);
	    INSERT INTO tokens SELECT digest, alg, kind, 1, scope, created, expires
		FROM l.tokens;
	    INSERT INTO items (id, owner, title) VALUES ('one', 1, 'A lantern')" \
	    -cmd "ATTACH '$ledger' AS l"
}
make_old
state=$old
POSTERN_CONF=$old/postern.conf
[ "$first" -eq 200 ] || token=$other
works() {	# STATUS NAME
	call users-me GET /users/me HTTP_AUTHORIZATION="Bearer $token"
	is "$status" "$1" "$2: a token of before"
	call users-me-items GET /users/me/items HTTP_AUTHORIZATION="Bearer $token"
	is "$status" "$1" "$2: its items"
	call health GET /health
	is "$status" "$1" "$2: health"
}
works 503 "before"
like "$(tail -n 1 "$work/log")" "run postern upgrade" "... the log says what to do"
run 1 "the command refuses" user list
like "$err" "run postern upgrade" "... and says so"
sqlite3 "$old/ledger.db" "VACUUM INTO '$work/copy'"
run 0 "upgrade" upgrade
is "$out" "schema 1 -> 3" "... says what it did"
is "$(stat -c %a "$old/ledger.db" "$old/server.keys" | tr '\n' ' ')" "600 600 " \
    "... closed to others"
works 200 "after"
like "$body" '"status":"ok"' "... well"
call users-me-items GET /users/me/items HTTP_AUTHORIZATION="Bearer $token"
like "$body" '"title":"A lantern","owner":"demo"' "... the item"
set_config password_grant on
post_form token /token "grant_type=password&username=demo&password=$password"
is "$status" 200 "... the password"
run 0 "... a client" client add app
run 0 "again" upgrade
is "$out" "schema 3" "... nothing to do"
run 0 "doctor" doctor
postern user delete demo
run 0 "an old copy" restore "$work/copy"
works 200 "an old copy put back"
run 0 "doctor" doctor
like "$out" "schema 3, sound" "... finds it upgraded"
sqlite3 "$old/ledger.db" 'PRAGMA user_version = 99'
run 1 "a newer one" upgrade
like "$err" "its schema is 99" "... says so"
sqlite3 "$old/ledger.db" 'PRAGMA user_version = 1; PRAGMA application_id = 7'
run 1 "another program's" upgrade
rm -rf "$old"/ledger.db*
run 1 "none" upgrade
[ ! -e "$old/ledger.db" ]
ok $? "... and makes none"
umask 022
make_old
run 1 "an open one" upgrade
like "$err" "open to others" "... says so"

# Two at once, and a worker that has it open.
rm -rf "$old"/ledger.db*
umask 077
make_old
start_worker health
fcall health GET /health
is "$status" 503 "a worker: before"
for i in 1 2 3 4; do
	"$BIN/postern" upgrade >"$work/out.$i" 2>>"$work/log" &
	pids="${pids-} $!"
done
# shellcheck disable=SC2086 # a list
wait $pids
is "$(sort "$work"/out.[1-4] | uniq -c | tr -s ' \n' ' ')" \
    " 1 schema 1 -> 3 3 schema 3 " "four at once: one does it"
fcall health GET /health
is "$status" 200 "the worker: after"
kill "$worker"
done_testing
