#!/bin/sh
# The ledger on PostgreSQL: made and taken, moved to and from SQLite, refused
# where it would not keep what it acknowledges; and nobody is kept waiting.
. "${0%/*}/lib.sh"
. "${0%/*}/pgsql.sh"
need_pgsql
unset POSTERN_TEST_PG
on_exit() {
	[ -z "${locker-}" ] || kill "$locker" 2>/dev/null
	stop_cluster "$work/pg" QUIT
}
chmod 711 "$work"
start_cluster "$work/pg" || give_up
store=$(new_database)
here_store=${store#pgsql:}
conf=$state/postern.conf

# Making and taking.
run 0 "init" init --tutorial --store "$store" "$state"
like "$out" "ledger pgsql:$work/pg/db" "... says which"
like "$(cat "$conf")" "
store = $store
" "... and the configuration has it as it was said"
run 0 "another state on the same database" init --store "$store" "$work/other"
like "$err" "used as it is" "... takes the ledger that is there"
printf %s "$password" | postern user add demo --scope "me items keys" --password-stdin
run 0 "one sees" -c "$work/other/postern.conf" user list
like "$out" "demo" "... what the other made"
token=$(mint demo)
look() {	# STATUS NAME
	call secure-data GET /secure-data HTTP_AUTHORIZATION="Bearer $token"
	is "$status" "$1" "$2"
}
look 200 "a check"
call health GET /health
is "$status" 200 "/health"
run 0 "a URI" init --store "pgsql://$pg_role@/${here_store##*=}?host=$work/pg" "$work/uri"
run 0 "... is the same database" -c "$work/uri/postern.conf" user show demo
run 1 "no connection string" init --store "pgsql:host='x" "$work/none"
like "$err" "no connection string" "... says so"
run 1 "a server that is not there" init --store "pgsql:host=$work password=Passw0rd user=x" "$work/none"
unlike "$err" Passw0rd "... and no password is told"
run 1 "backup" -c "$conf" backup "$work/copy"
like "$err" pg_dump "... says what to use"
run 1 "restore" -c "$conf" restore "$conf"
like "$err" pg_restore "... says what to use"
run 0 "doctor" -c "$conf" doctor
like "$out" "schema 3, sound" "... finds it sound"
run 0 "upgrade" -c "$conf" upgrade
is "$out" "schema 3" "... has nothing to do"
call users-me-items GET "/users/me/items/$(printf 'x\377')" HTTP_AUTHORIZATION="Bearer $token"
is "$status" 404 "an id that is no UTF-8 is nobody's"

# What must hold of a server.
database=${here_store##*=}
sql() { sql_at "$store" "$1"; }
refused() {	# WORDS NAME
	look 503 "$2"
	like "$(tail -n 1 "$work/log")" "$1" "... the log says why"
	run 1 "... it is no empty ledger to the operator" -c "$conf" user list
	run 1 "... nor one without guesses" -c "$conf" limit forget
}
sql "UPDATE ledger SET schema = 99"
refused "has schema 99" "a schema that is not known"
sql "UPDATE ledger SET schema = 3"
sql "ALTER DATABASE $database SET synchronous_commit = off"
refused "synchronous_commit is off" "commits that are not waited for"
sql "ALTER DATABASE $database SET synchronous_commit = local"
look 200 "... locally, without a standby"
sql "ALTER SYSTEM SET synchronous_standby_names = 'x'"
sql "SELECT pg_reload_conf()" >/dev/null
names() { [ "$(sql "SHOW synchronous_standby_names")" = "$1" ]; }
await 5 names x
refused "synchronous_commit is local" "... and with one"
sql "ALTER SYSTEM RESET synchronous_standby_names"
sql "ALTER DATABASE $database RESET synchronous_commit"
sql "ALTER SYSTEM SET fsync = off"
sql "SELECT pg_reload_conf()" >/dev/null
unsynced() { [ "$(sql "SHOW fsync")" = off ]; }
await 5 unsynced
refused "fsync" "no fsync"
sql "ALTER SYSTEM RESET fsync"
sql "SELECT pg_reload_conf()" >/dev/null
synced() { [ "$(sql "SHOW fsync")" = on ]; }
await 5 synced
look 200 "all well"
sql "ALTER DATABASE $database SET default_transaction_read_only = on"
refused "read-only" "a database that only reads"
PGOPTIONS='-c default_transaction_read_only=off' sql \
    "ALTER DATABASE $database RESET default_transaction_read_only"
look 200 "all well"

# Locked by somebody: checks go on, writes are 503 in time.
mkfifo "$work/pipe"
psql -X -q -A -t -d "$here_store" <"$work/pipe" >"$work/locked" 2>&1 &
locker=$!
exec 3>"$work/pipe"
echo 'BEGIN; LOCK TABLE postern.tokens IN EXCLUSIVE MODE; SELECT 1;' >&3
await 5 test -s "$work/locked"
look 200 "locked: a check"
start=$(date +%s)
post_form token /token "grant_type=password&username=demo&password=Passw0rd+of+some+length"
is "$status" 503 "... a login is 503"
[ $(($(date +%s) - start)) -le 4 ]
ok $? "... in time"
exec 3>&-
wait "$locker"
locker=
post_form token /token "grant_type=password&username=demo&password=Passw0rd+of+some+length"
is "$status" 200 "... and then it is not"
refresh=$(member refresh_token)

# To SQLite and back.
postern item add --user demo 'Quotes " and \ and Ünicode' >/dev/null
call secure-data GET /secure-data HTTP_X_API_KEY="$(postern key create --user demo)"
postern client add machine --grant client_credentials >/dev/null
postern token mint --user demo --count 1200 >/dev/null
post_form token /token "grant_type=password&username=demo&password=wrong"
run 0 "to SQLite" migrate "$store" "sqlite:$state/moved.db"
first=$out
like "$out" "tokens 1203 " "... counts"
like "$out" "users 2 " "... counts"
run 0 "again" migrate "$store" "sqlite:$state/moved.db"
like "$out" "copied 0" "... there is nothing to do"
is "${out%copied*}" "${first%copied*}" "... and all is the same"
back=$(new_database)
run 0 "and back" migrate "sqlite:$state/moved.db" "$back"
is "$out" "$first" "... with the same digests"
sqlite3 "$state/moved.db" "SELECT count(*) FROM items WHERE title = 'Quotes \" and \\ and Ünicode'" >"$work/out"
is "$(cat "$work/out")" 1 "... byte for byte"
for left in "tokens WHERE digest > (SELECT digest FROM tokens OFFSET 300 LIMIT 1)" logins items; do
	sql_at "$back" "DELETE FROM $left"
done
sql_at "$back" "SELECT setval('users_id_seq', 1)" >/dev/null	# ... before it was set
run 0 "cut short" migrate "sqlite:$state/moved.db" "$back"
is "${out%copied*}" "${first%copied*}" "... goes on to the end"
unlike "$out" "copied 0" "... from there"
sql_at "$back" "UPDATE tokens SET expires = expires + 1 WHERE digest = (SELECT digest FROM tokens ORDER BY digest LIMIT 1)"
run 1 "another ledger" migrate "sqlite:$state/moved.db" "$back"
like "$err" "migrate into an empty one" "... is not mixed with it"
sql_at "$back" "UPDATE tokens SET expires = expires - 1 WHERE digest = (SELECT digest FROM tokens ORDER BY digest LIMIT 1)"
foreign=$(new_database)
run 0 "a ledger of others" init --store "$foreign" "$work/foreign"
sql_at "$foreign" "INSERT INTO users (id, name, password, scope, created) VALUES (999, 'other', 'x', '', 1)"
run 1 "a ledger with later rows alone" migrate "sqlite:$state/moved.db" "$foreign"
like "$err" "migrate into an empty one" "... is not mixed with it either"
is "$(sql_at "$foreign" "SELECT count(*) FROM users")" 1 "... and nothing was written"
sed -i "s|^store = .*|store = $back|" "$conf"
look 200 "the token works there"
post_form token /token "grant_type=refresh_token&refresh_token=$refresh"
is "$status" 200 "... so does the refresh token"
postern user add eve >/dev/null
ok $? "... and a new user has a number of its own"
run 2 "two URLs that are the same" migrate "$back" "$back"
run 2 "no URL" migrate x "$back"

# The weaker TLS is named; the password comes from a file.
printf '%s\n' "*:*:*:*:from-a-file" >"$state/pgpass"
chmod 600 "$state/pgpass"
sed -i "s|^store = .*|store = pgsql:host=192.0.2.1 dbname=x sslmode=require connect_timeout=2 passfile=$state/pgpass|" "$conf"
"$BIN/postern" -c "$conf" doctor >"$work/out" 2>/dev/null
like "$(cat "$work/out")" "warn" "doctor warns"
like "$(cat "$work/out")" "sslmode=require does not see who answers" "... of TLS that looks at no name"
leads() {	# STRING: what the doctor says of it with sslmode=require
	sed -i "s|^store = .*|store = pgsql:$1 dbname=x sslmode=require|" "$conf"
	"$BIN/postern" -c "$conf" doctor 2>/dev/null
}
for far in host=127.invalid "host=db.invalid hostaddr=''" "host=localhost,db.invalid hostaddr=127.0.0.1," \
    "host=localhost,db.invalid" host=127.1; do
	like "$(leads "$far")" "does not see who answers" "... which leads away: $far"
done
for here_is in host=localhost host=127.0.0.9 "host=db.invalid hostaddr=127.0.0.1" "host=$work" \
    "host=,localhost hostaddr=::1,"; do
	unlike "$(leads "$here_is")" "does not see who answers" "... which does not: $here_is"
done
done_testing
