#!/bin/sh
# The operator's command: facts out, errors aside, statuses 0, 1 and 2.
. "${0%/*}/lib.sh"
conf=$state/postern.conf

run 0 "--help" --help
like "$out" "token mint" "... names the commands"
run 0 "--version" --version
like "$out" "postern 0." "... says it"
run 2 "no command"
run 2 "an unknown command" frobnicate
run 2 "an unknown option" --frobnicate
for family in user token client key item server-key; do
	run 0 "$family --help" "$family" --help
	like "$out" "postern $family list" "... tells"
	run 2 "$family alone" "$family"
	run 2 "$family frobnicate" "$family" frobnicate
done
for call in "init" "user add" "user list" "user show" "user passwd" "user scope" \
    "user disable" "user enable" "user delete" "token mint" "token import" \
    "token list" "token revoke" "token purge" "item add" "item list" "item delete" backup \
    restore upgrade "client add" "client list" "client secret" "client delete" \
    "key create" "key list" "key revoke" "server-key rotate" "server-key list" doctor apicheck; do
	run 0 "$call --help" $call --help
	like "$out" "postern $call" "... shows its usage"
done

run 0 "init" init "$state"
is "$out" "config $conf
ledger sqlite:$state/ledger.db" "... says what it made"
is "$(stat -c %a "$state" "$conf" "$state/ledger.db" "$state/server.keys" |
    tr '\n' ' ')" "700 600 600 600 " "... closed to others"
like "$(cat "$conf")" "password_grant = off" "... without the password grant"
like "$(cat "$conf")" "foreign_tokens = off" "... without foreign tokens"
run 1 "init again" init "$state"
run 2 "init nowhere" init
run 0 "init --tutorial" init --tutorial "$work/tutorial"
like "$(cat "$work/tutorial/postern.conf")" "password_grant = on" "... with it"
like "$(cat "$work/tutorial/postern.conf")" "RFC 9700" "... and why not"
mkdir -m 755 "$work/full"
touch "$work/full/x"
run 1 "init in an open directory with things in it" init "$work/full"
mkdir -m 755 "$work/empty"
run 0 "init in an empty one" init "$work/empty"
is "$(stat -c %a "$work/empty")" 700 "... closes it"
run 1 "init with an unknown store" init --store pgsql:x "$work/other"
run 0 "init --store" init --store "sqlite:$work/far.db" "$work/other"
is "$(stat -c %a "$work/far.db")" 600 "... makes the ledger there"
run 1 "no configuration" -c "$work/nowhere/postern.conf" user list

export POSTERN_CONF="$conf"
run 0 "user add" user add demo --scope "me items"
like "$out" "password " "... prints a password"
is "$(printf %s "${out#password }" | wc -c)" 24 "... of 24 characters"
first=$out
run 0 "... another" user add second
[ "$first" != "$out" ]
ok $? "... has another one"
like "$(sqlite3 "$state/ledger.db" 'SELECT password FROM users')" \
    '$argon2id$v=19$m=19456,t=2,p=1$' "hashes cost what OWASP asks"
run 1 "a name that is taken" user add demo
like "$err" "a user or client of that name" "... by whom"
run 1 "the built-in client's name" user add tutorial
like "$err" "built-in client" "... says so"
for name in "" "a b" "a/b" "ä" "$(printf '%065d' 0)" "a
b" "x'y"; do
	run 1 "name '$(printf %.10s "$name")'" user add -- "$name"
done
run 0 "name of 64" user add "$(printf '%064d' 0)"
run 0 "name -x" user add -- -x
run 0 "name with all that is allowed" user add "A.z_0@x+y-z"
run 2 "no name" user add
run 2 "two names" user add one two
run 1 "a bad scope" user add x --scope 'a  b'
input=short run 1 "a short password" user add x --password-stdin
input='' run 1 "an empty password" user add x --password-stdin
input='12345678901234' run 1 "14 characters" user add x --password-stdin
input='äöüäöüäöüäöüäöü' run 0 "15 characters" user add fifteen --password-stdin
input='1234567' run 1 "7 weak ones" user add x --password-stdin --allow-weak
input='12345678' run 0 "8 weak ones" user add weak --password-stdin --allow-weak
for weak in passwordpassword 123456789012345 qwertyuiopasdfgh trustno1trustno1 \
    letmeinletmeinletmein footballfootball 'P@ssw0rdP@ssw0rd'; do
	input=$weak run 1 "too weak: $weak" user add weakling --password-stdin
	like "$err" "the password is too weak: it is " "... and why"
	unlike "$err" "$weak" "... without saying it"
	input=$weak run 1 "... nor for one who is there" user passwd demo --password-stdin
done
input=weakling-weakling run 1 "one made of the name" user add weakling --password-stdin
input=passwordpassword run 0 "... unless one insists" user add insists --password-stdin --allow-weak
input=$(printf '%01025d' 0) run 1 "1025 bytes" user add x --password-stdin
input=$(printf 'a\tb 1234567890123') run 1 "a tab" user add x --password-stdin
run 0 "user list" user list
like "$out" "demo enabled me items" "... one a line"
run 0 "user show" user show demo
like "$out" "name demo
disabled no
scope me items
created 20" "... facts"
unlike "$out" argon2 "... and no hash"
for action in show passwd disable enable delete; do
	run 1 "user $action nobody" user "$action" nobody
done
run 1 "user scope nobody" user scope nobody me
run 1 "user scope with quotes" user scope demo 'm"e'
run 0 "user scope" user scope demo "me items more"
run 0 "user passwd" user passwd demo
like "$out" "password " "... prints one"

run 0 "token mint" token mint --user demo
is "$(wc -l <"$work/out") $(wc -c <"$work/out")" "1 57" "... the token alone"
token=$out
run 0 "token mint --count" token mint --user demo --count 1000 --ttl 60
is "$(sort -u "$work/out" | wc -l)" 1000 "... a thousand different ones"
run 0 "token list" token list --user demo
is "$(printf '%s\n' "$out" | wc -l)" 1001 "... lists them"
unlike "$out" "$token" "... not in clear"
run 0 "token mint --scope" token mint --user demo --scope me
run 1 "... that the user lacks" token mint --user demo --scope admin
run 1 "... for nobody" token mint --user nobody
run 2 "... for whom?" token mint
for number in 0 -1 x 1.5 99999999999; do
	run 2 "--ttl $number" token mint --user demo "--ttl=$number"
	run 2 "--count $number" token mint --user demo "--count=$number"
done
input=securetoken run 1 "import where foreign tokens are off" token import --user demo
set_config foreign_tokens on
input=securetoken run 1 "a weak import" token import --user demo
input=securetoken run 0 "... allowed" token import --user demo --allow-weak
like "$out" "id " "... has an id"
id=${out#id }
input=securetoken run 1 "... twice" token import --user demo --allow-weak
input='secure token of some length' run 1 "... with blanks" token import --user demo
input="pst_at_$(printf '%049d' 0)" run 1 "... like one of ours" token import --user demo
input="$(printf '%022d' 0)
" run 0 "22 characters and a newline" token import --user demo
run 0 "token revoke ID" token revoke "$id"
run 1 "... twice" token revoke "$id"
run 1 "... not an id" token revoke xyz
input=$token run 0 "token revoke -" token revoke -
input=$token run 1 "... twice" token revoke -
run 2 "token revoke what?" token revoke
run 0 "token revoke --user" token revoke --user demo
like "$out" "revoked 1002" "... says how many"
run 0 "token purge" token purge
is "$out" "purged 0" "... nothing expired"
run 0 "a short one" token mint --user demo --ttl 1
purged() { [ "$("$BIN/postern" token purge)" = "purged 1" ]; }
await 5 purged
ok $? "... is purged when it is over"
run 0 "user disable" user disable demo
run 1 "no token for a disabled user" token mint --user demo
run 0 "user enable" user enable demo

run 0 "item add" item add --user demo "A title"
run 1 "... empty" item add --user demo ""
run 1 "... with a newline" item add --user demo "a
b"
run 1 "... of 201" item add --user demo "$(printf '%0201d' 0)"
run 1 "... for nobody" item add --user nobody x
run 0 "item list" item list --user demo
like "$out" "A title" "... lists it"
run 2 "item delete, whose" item delete x
run 1 "... nobody's" item delete --user nobody x
run 1 "... none" item delete --user demo x

run 0 "backup" backup "$work/copy"
is "$(stat -c %a "$work/copy")" 600 "... closed to others"
run 1 "... never over a file" backup "$work/copy"
run 1 "... into nowhere" backup "$work/nowhere/copy"
run 0 "delete" user delete demo
run 1 "... gone" user show demo
run 0 "restore" restore "$work/copy"
run 0 "... back" user show demo
run 0 "... with the items" item list --user demo
like "$out" "A title" "... all of them"
head -c 8192 /dev/urandom >"$work/noise"
run 1 "restore noise" restore "$work/noise"
run 1 "restore nothing" restore "$work/nowhere"
sqlite3 "$work/foreign" 'CREATE TABLE t (x)'
run 1 "restore another program's" restore "$work/foreign"
run 0 "... the ledger is as it was" user show demo
rm -rf "$state"/ledger.db*
run 1 "no ledger" user list
run 0 "restore into nothing" restore "$work/copy"
run 0 "... back again" user show demo

run 0 "doctor" doctor
like "$out" "ok   ledger" "... finds it well"
chmod 644 "$state/ledger.db"
"$BIN/postern" doctor >"$work/out" 2>/dev/null
is $? 1 "doctor: an open ledger"
like "$(cat "$work/out")" "FAIL ledger" "... fails"
chmod 600 "$state/ledger.db"
run 0 "doctor: put right" doctor
like "$out" "ok   server keys" "... with the server's keys"
chmod 640 "$state/server.keys"
"$BIN/postern" doctor >"$work/out" 2>"$work/err"
is $? 1 "doctor: open server.keys"
like "$(cat "$work/out")" "FAIL server keys" "... fails"
like "$(cat "$work/err")" "open to others" "... says why"
rm "$state/server.keys"
"$BIN/postern" doctor >"$work/out" 2>"$work/err"
is $? 1 "doctor: no server.keys"
like "$(cat "$work/err")" "postern upgrade makes one" "... says what to do"
run 0 "upgrade" upgrade
is "$out" "schema 3" "... has nothing to do"
run 0 "... but making server.keys" doctor
"$BIN/postern" doctor http://127.0.0.1:1 >"$work/out" 2>/dev/null
is $? 1 "doctor: a dead URL"
run 2 "doctor: too much" doctor a b

"$BIN/postern" user list >/dev/full 2>"$work/err"
is $? 1 "a fact that cannot be written is no success"

if [ "$(id -u)" -eq 0 ]; then
	chmod 755 "$work"
	chown -R 65534:65534 "$state"
	run 0 "as root: becomes the owner" user list
	run 0 "... and writes as it" token mint --user second
	is "$(find "$state" ! -user 65534)" "" "... leaving nothing of root's"
fi
done_testing
