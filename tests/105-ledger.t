#!/bin/sh
# The ledger in trouble: guarded paths are 503, public goes on, nothing opens.
. "${0%/*}/lib.sh"
sqlite_only
new_state
token=$(mint demo)
ledger=$state/ledger.db

on_exit() { [ -z "${locker-}" ] || kill "$locker" 2>/dev/null; }

look() {	# STATUS NAME: of the guarded endpoints; public is always 200
	call secure-data GET /secure-data HTTP_AUTHORIZATION="Bearer $token"
	is "$status" "$1" "$2: /secure-data"
	[ "$1" != 503 ] || like "$headers" "Retry-After: " "... says when"
	unlike "$body" "$state" "... names no path"
	call users-me GET /users/me HTTP_AUTHORIZATION="Bearer $token"
	is "$status" "$1" "$2: /users/me"
	call health GET /health
	is "$status" "$1" "$2: /health"
	call public GET /public
	is "$status" 200 "$2: /public"
}

login() {
	post_form token /token \
	    "grant_type=password&username=demo&password=Passw0rd+of+some+length"
}

look 200 "all well"
login
is "$status" 200 "a login"
like "$body" '"expires_in":1800' "... for half an hour"

mv "$ledger" "$work/away"
look 503 "moved away"
login
is "$status" 503 "... no login"
like "$body" '"error":"temporarily_unavailable"' "... in OAuth's words"
[ ! -e "$ledger" ]
ok $? "... and no new ledger in its place"
mv "$work/away" "$ledger"
look 200 "back again"

for mode in 640 604 666; do
	chmod "$mode" "$ledger"
	look 503 "mode $mode"
done
chmod 600 "$ledger"
chmod 755 "$state"
look 503 "an open directory"
chmod 700 "$state"
if [ "$(id -u)" -eq 0 ]; then
	chown 65534 "$ledger"
	look 503 "another owner"
	chown 0 "$ledger"
fi
look 200 "put right"

sqlite3 "$ledger" 'PRAGMA user_version = 99'
look 503 "an unknown schema"
like "$(tail -n 1 "$work/log")" "schema 99" "... named in the log"
sqlite3 "$ledger" 'PRAGMA user_version = 3; PRAGMA application_id = 7'
look 503 "not our ledger"
sqlite3 "$ledger" 'PRAGMA application_id = 1347638350'
sqlite3 "$ledger" 'PRAGMA journal_mode = DELETE' >/dev/null
look 503 "not in WAL mode"
sqlite3 "$ledger" 'PRAGMA journal_mode = WAL' >/dev/null
look 200 "put right again"

# A value that does not fit, a kind and an algorithm that nobody knows.
for damage in "tokens SET scope = printf('%.600c', 'x')" "tokens SET kind = 2" \
    "tokens SET alg = 2" "users SET name = printf('%.80c', 'x')"; do
	cp "$ledger" "$work/good"
	sqlite3 "$ledger" "UPDATE $damage"
	call secure-data GET /secure-data HTTP_AUTHORIZATION="Bearer $token"
	case $status in 503 | 401) ok 0 "$damage: $status" ;; *) ok 1 "$damage: $status" ;; esac
	rm -rf "$ledger"-*
	cp "$work/good" "$ledger"
done
look 200 "undone"

# Corruption, of several kinds.
postern backup "$work/sound" >/dev/null
corrupt() {	# NAME COMMAND: run it, look, put the sound one back
	rm -rf "$ledger"-*
	sh -c "$2" sh "$ledger"
	look 503 "$1"
	postern restore "$work/sound" >/dev/null 2>>"$work/log"
	look 200 "$1, restored"
}
corrupt "empty" ': >"$1"'
corrupt "text" 'echo hello >"$1"'
corrupt "cut" 'truncate -s 5000 "$1"'
corrupt "a broken header" 'printf xxxxxxxx | dd of="$1" conv=notrunc 2>/dev/null'
corrupt "zeros" 'head -c 40960 /dev/zero >"$1"'
corrupt "noise" 'head -c 40960 /dev/urandom >"$1"'

# Locked: checks go on, writes are 503 in time.
mkfifo "$work/pipe"
sqlite3 -cmd '.timeout 5000' "$ledger" <"$work/pipe" >/dev/null &
locker=$!
exec 3>"$work/pipe"
echo 'BEGIN EXCLUSIVE; DELETE FROM items;' >&3
locked() { ! sqlite3 "$ledger" 'BEGIN IMMEDIATE; ROLLBACK'; }
await 5 locked
look 200 "locked by another"
login
is "$status" 503 "... no login"
like "$headers" "Retry-After: " "... says when"
echo 'ROLLBACK;' >&3
exec 3>&-
wait "$locker"
locker=
login
is "$status" 200 "... unlocked"

# Full: a file size limit stands in for the disk.  A reader keeps the log from
# starting over, so the next write would make it grow.
sqlite3 "$ledger" <"$work/pipe" >"$work/snapshot" &
locker=$!
exec 3>"$work/pipe"
echo 'BEGIN; SELECT count(*) FROM tokens;' >&3
await 5 test -s "$work/snapshot"
ok $? "a reader holds its snapshot"
log_grown() { mint demo; [ "$(stat -c %s "$ledger-wal")" -gt 40000 ]; }
await 5 log_grown
WRAP='prlimit --fsize=32768'
look 200 "disk full"
login
is "$status" 503 "... no login"
WRAP=
login
is "$status" 200 "... space again"
exec 3>&-
wait "$locker"
locker=
look 200 "... and all well"
is "$(sqlite3 "$ledger" 'PRAGMA integrity_check')" ok "... and sound"

# A token that is kept from call to call hides no trouble, and ends with its row.
rm -rf "$ledger-live"
kept() {
	call secure-data GET /secure-data HTTP_AUTHORIZATION="Bearer $token"
	[ "$status" = 200 ] &&
	    [ "$(stat -c %b "$ledger-live/secure-data.2")" -gt 0 ]
}
await 20 kept
ok $? "a token is kept"
mv "$ledger" "$work/away"
look 503 "... moved away"
mv "$work/away" "$ledger"
look 200 "... back again"
chmod 640 "$ledger"
look 503 "... and open to others"
chmod 600 "$ledger"
await 20 kept
ok $? "a token is kept again"
printf %s "$token" | postern token revoke - >"$work/out"
call secure-data GET /secure-data HTTP_AUTHORIZATION="Bearer $token"
is "$status" 401 "... and refused when it was revoked"
token=$(mint demo)
look 200 "another is not"

# Without configuration everything guarded is shut; public is strict.
mv "$state/postern.conf" "$work/conf"
look 503 "no configuration"
call public GET /public REMOTE_ADDR=192.0.2.1
is "$status" 403 "... public still asks for HTTPS"
[ ! -e ./-live ]
ok $? "... and nothing is made beside no ledger"
done_testing
