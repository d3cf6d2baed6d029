#!/bin/sh
# What a program may still do once it answers: on this kernel, on one without
# Landlock, on one without seccomp, and where the configuration says off.
. "${0%/*}/lib.sh"
sqlite_only
case ${HOUSE_CFLAGS-} in
*address*) skip_all "AddressSanitizer needs calls of its own" ;;
esac
new_state
token=$(mint demo)
ledger=$state/ledger.db
bearer="HTTP_AUTHORIZATION=Bearer $token"
kernel=$BUILD/tests/sandbox_test	# runs a program without a part of it
on_exit() { [ -z "${worker-}" ] || kill "$worker" 2>/dev/null; }

stop() { kill "$worker" 2>/dev/null; wait "$worker"; ended=$?; worker=; }
look() {	# STATUS NAME
	fcall secure-data GET /secure-data "$bearer"
	is "$status" "$1" "$2"
}
said() {	# TEXT NAME: once, by this worker
	is "$(grep -c "\[$worker\]: sandbox: $1" "$work/log")" 1 "$2"
}
field() { sed -n "s/^$1:[[:space:]]*//p" "/proc/$worker/status"; }
has_landlock() { grep -q "\[$worker\]: sandbox: .*Landlock [0-9]" "$work/log"; }
replace() {	# by a copy, as other inodes
	cp "$ledger" "$work/copy"
	cp "$ledger-wal" "$work/copy-wal"
	rm -f "$ledger-shm"
	mv "$work/copy-wal" "$ledger-wal"
	mv "$work/copy" "$ledger"
}

for name in public secure-data token; do
	start_worker "$name"
	fcall "$name" GET "/$name"
	is "$(field Seccomp)$(field NoNewPrivs)" 21 "$name: seccomp, no new rights"
	is "$(sed -n 's/^Max core file size *\([0-9]*\) *\([0-9]*\).*/\1 \2/p' \
	    "/proc/$worker/limits")" "0 0" "... no core"
	is "$(sed -n 's/^Max open files *\([0-9]*\) *\([0-9]*\).*/\1 \2/p' \
	    "/proc/$worker/limits")" "128 128" "... 128 files"
	said "seccomp, .*no core" "... and the log says so"
	has_landlock
	landlock=$?
	stop
	is "$ended" 0 "... a calm end"
done

# Who checks has nothing open for writing, and public has no ledger open.
start_worker secure-data
look 200 "a checker"
if [ "$(id -u)" -eq 0 ]; then	# nobody else sees them
	for fd in /proc/"$worker"/fd/*; do
		case $(readlink "$fd") in
		"$state"/audit.log) ;;		# which is only added to
		"$ledger-live/secure-data.2") ;;	# its own
		"$state"/*) sed -n 's/^flags:[[:space:]]*//p' "/proc/$worker/fdinfo/${fd##*/}" ;;
		esac
	done >"$work/flags"
	[ "$(wc -l <"$work/flags")" -ge 3 ]
	ok $? "... has ledger, log and -shm open"
	is "$(grep -c '[12]$' "$work/flags")" 0 "... for reading alone"
	! grep -E ' [r-]w..s? .*ledger\.db' "/proc/$worker/maps" >&2
	ok $? "... and mapped so"
fi
if [ "$landlock" -eq 0 ]; then
	checker=$worker
	replace
	look 200 "replaced: opened again"
	kill -0 "$checker"
	ok $? "... by the same process"
	rm "$ledger-wal" "$ledger-shm"
	look 200 "without log: opened again"
	is "$(stat -c %s%a "$ledger-wal")" 0600 "... the log is there, and empty"
	# Landlock knows a directory, not its name.
	mv "$state" "$work/away"
	cp -a "$work/away" "$state"
	look 503 "another directory in its place: 503"
	wait "$checker"
	is $? 0 "... and the process ends, for its parent to start another"
	said "a file cannot be opened from within" "... and says why"
	start_worker secure-data
	look 200 "... which opens it"
fi
stop

# Nobody reads its memory, not even its own user.
reader=
if [ "$(id -u)" -eq 0 ]; then
	reader='setpriv --reuid 65534 --regid 65534 --clear-groups'
	chmod 711 "$work"
	cp "$CGI/token.fcgi" "$work/token"
	chmod 755 "$work/token"
	chown -R 65534:65534 "$state"
	WRAP=$reader
fi
if [ -n "$reader" ]; then
	rm -f "$work/token.sock"
	env -i POSTERN_CONF="$state/postern.conf" perl "$fcgi" listen \
	    "$work/token.sock" $reader "$work/token" 2>>"$work/log" &
	worker=$!
	await 10 test -S "$work/token.sock"
else
	start_worker token
fi
WRAP=
input="grant_type=password&username=demo&password=Passw0rd+of+some+length"
fcall token POST /token CONTENT_TYPE=application/x-www-form-urlencoded \
    CONTENT_LENGTH="${#input}"
is "$status" 200 "a login"
for file in environ mem maps; do
	! $reader head -c 1 "/proc/$worker/$file" >"$work/out" 2>/dev/null
	ok $? "its $file is closed to its user"
done
! $reader ls "/proc/$worker/fd" >"$work/out" 2>/dev/null
ok $? "... and so are its files"
if command -v gcore >/dev/null; then
	$reader gcore -o "$work/core" "$worker" >"$work/out" 2>&1
	is "$(find "$work" -name 'core*')" "" "... and gcore gets nothing"
fi
[ -z "$reader" ] || chown -R 0:0 "$state"
input=''
stop

# A kernel without Landlock: nothing is opened any more, so a ledger that was
# replaced is for the next process.
WRAP="$kernel no-landlock"
start_worker secure-data
look 200 "without Landlock: a checker"
said "seccomp, .* no Landlock" "... the log says so"
look 200 "... again"
checker=$worker
replace
look 503 "replaced: 503"
wait "$checker"
is $? 0 "... and the process ends"
start_worker secure-data
look 200 "... the next one opens it"
stop
call secure-data GET /secure-data "$bearer"
is "$status" 200 "... as plain CGI"
login() { post_form token /token \
    "grant_type=password&username=demo&password=Passw0rd+of+some+length"; }
renew() { post_form token /token "grant_type=refresh_token&refresh_token=$1"; }
login
is "$status" 200 "... a login"
renew "$(member refresh_token)"
is "$status" 200 "... and a refresh"
start_worker token
wrapped() {	# FORM: ask the worker
	input=$1
	fcall token POST /token CONTENT_LENGTH="${#input}" \
	    CONTENT_TYPE=application/x-www-form-urlencoded
	input=''
}
wrapped "grant_type=password&username=demo&password=Passw0rd+of+some+length"
is "$status" 200 "... by a worker"
wrapped "grant_type=refresh_token&refresh_token=$(member refresh_token)"
is "$status" 200 "... refresh too"
refresh=$(member refresh_token)
postern server-key rotate >/dev/null
writer=$worker
wrapped "grant_type=refresh_token&refresh_token=$refresh"
is "$status" 503 "... the server's keys changed: 503"
wait "$writer"
is $? 0 "... and the process ends"
worker=
renew "$refresh"
is "$status" 200 "... and the next one knows them"
call public GET /public
is "$status" 200 "... and public"

# A kernel without seccomp: nothing is answered.
WRAP="$kernel no-seccomp"
for name in secure-data public users-me; do
	call "$name" GET "/$name" "$bearer"
	is "$status" 503 "without seccomp: $name is 503"
done
like "$(tail -n 1 "$work/log")" "sandbox: seccomp: " "... the log says so"
set_config sandbox off
call secure-data GET /secure-data "$bearer"
is "$status" 200 "sandbox = off: it answers"
WRAP=
start_worker secure-data
look 200 "... as a worker too"
is "$(field Seccomp)" 0 "... without any"
said "off, as $state/postern.conf says" "... and the log says so"
stop
like "$(postern doctor)" "warn sandbox is off" "... and so does the doctor"
set_config sandbox maybe
call secure-data GET /secure-data "$bearer"
is "$status" 503 "sandbox = maybe is refused"

# SQLite would close an empty log to others, which a reader may not.
set_config sandbox on
mint demo >"$work/out"
is "$(stat -c %s "$ledger-wal")" 0 "an empty log"
for file in "$ledger-wal" "$ledger-shm"; do
	chmod 640 "$file"
	call secure-data GET /secure-data "$bearer"
	is "$status" 503 "... that is open to others: plain CGI says so"
	chmod 600 "$file"
	call secure-data GET /secure-data "$bearer"
	is "$status" 200 "... and not any more"
done
done_testing
