#!/bin/sh
# One FastCGI process, many requests: nothing leaks from one into the next, and
# what a web server should never send does no harm.
. "${0%/*}/lib.sh"
sqlite_only
new_state
token=$(mint demo)
on_exit() { for p in ${worker-} ${checker-}; do kill "$p" 2>/dev/null; done; }

start_checker() {
	token_worker=${worker-}
	start_worker secure-data
	checker=$worker worker=$token_worker
}
start_checker
same() { kill -0 "$checker" 2>/dev/null; ok $? "... the same process"; }

fcall secure-data GET /secure-data HTTP_AUTHORIZATION="Bearer $token"
is "$status $body" '200 {"data":"This is protected data","user":"demo"}' "data"
is "$(cut -d' ' -f41 "/proc/$checker/stat")" 3 "who waits for requests is a batch process"
fcall secure-data GET /secure-data
is "$status" 401 "the next has no token: nothing was kept"
unlike "$headers" "error=" "... not even an error"
fcall secure-data GET /secure-data HTTP_AUTHORIZATION="Bearer $token" \
    HTTP_AUTHORIZATION="Bearer $token"
is "$status" 400 "two values are one too many, equal or not"
fcall secure-data GET /secure-data SCRIPT_NAME=/secure-data \
    HTTP_AUTHORIZATION="Bearer $token"
case $status in 404 | 400) ok 0 "a doubled path: $status" ;; *) ok 1 "doubled: $status" ;; esac
fcall secure-data GET /secure-data REMOTE_ADDR=127.0.0.1 \
    HTTP_AUTHORIZATION="Bearer $token"
case $status in 403 | 400 | 401) ok 0 "a doubled address: $status" ;; *) ok 1 "doubled: $status" ;; esac
fcall secure-data GET /secure-data "HTTP_AUTHORIZATION==Bearer $token"
is "$status" 401 "a value that starts with ="
perl "$fcgi" call "$work/secure-data.sock" </dev/null >"$work/answer"
read_answer
is "$status" 404 "no variables at all"
value=$(printf '%0300d' 0)
# shellcheck disable=SC2046 # words are wanted
fcall secure-data GET /secure-data -n 20 HTTP_AUTHORIZATION="Bearer $token" \
    $(seq -f "HTTP_X_%g=$value" 300)
is "$(cat "$work/answer")" "200 20" "300 variables, 90 kB in all"
fcall secure-data GET /secure-data
is "$status" 401 "... and nothing of them is kept"
fcall secure-data GET /secure-data -a HTTP_AUTHORIZATION="Bearer x"
fcall secure-data GET /secure-data HTTP_AUTHORIZATION="Bearer $token"
is "$status" 200 "after an aborted one"
for bytes in '' 'GET / HTTP/1.0\r\n\r\n' '\001\001' '\011\001\000\001\000\000\000\000' \
    '\001\004\000\001\377\377\000\000' '\001\001\000\001\000\010\000\000\000\115\000\000\000\000\000\000'; do
	# shellcheck disable=SC2059 # the bytes are the format
	printf "$bytes" | perl "$fcgi" raw "$work/secure-data.sock" >/dev/null
done
fcall secure-data GET /secure-data HTTP_AUTHORIZATION="Bearer $token"
is "$status" 200 "after noise on the socket"
same

# Revocation holds at the very next request.
postern token revoke --user demo >/dev/null
fcall secure-data GET /secure-data HTTP_AUTHORIZATION="Bearer $token"
is "$status" 401 "revoked: the next request is refused"
wrong=0 round=0
while [ "$round" -lt 20 ]; do
	token=$(mint demo)
	fcall secure-data GET /secure-data HTTP_AUTHORIZATION="Bearer $token"
	[ "$status" = 200 ] || wrong=$((wrong + 1))
	printf %s "$token" | postern token revoke - >/dev/null
	fcall secure-data GET /secure-data HTTP_AUTHORIZATION="Bearer $token"
	[ "$status" = 401 ] || wrong=$((wrong + 1))
	round=$((round + 1))
done
is "$wrong" 0 "... in 20 of 20 rounds"

# The ledger moved, replaced, cut and put back under a running process.
token=$(mint demo)
look() {
	fcall secure-data GET /secure-data HTTP_AUTHORIZATION="Bearer $token"
	is "$status" "$1" "$2"
}
ledger=$state/ledger.db
look 200 "before"
mv "$ledger" "$work/away"
look 503 "moved away"
mv "$work/away" "$ledger"
look 200 "put back"
chmod 644 "$ledger"
look 503 "opened to others"
chmod 600 "$ledger"
look 200 "closed again"
postern backup "$work/sound" >/dev/null
sound=$token
postern token revoke --user demo >/dev/null
look 401 "revoked"
postern restore "$work/sound" >/dev/null
look 200 "restored: seen at once"

# The files beside the ledger: who deletes them must not split the world into
# those who have them open and those who make new ones.
for files in shm "wal shm"; do
	token=$(mint demo)
	look 200 "before $files is deleted"
	for file in $files; do rm "$ledger-$file"; done
	printf %s "$token" | postern token revoke - >"$work/out" 2>>"$work/log"
	case $(cat "$work/out") in
	"revoked 1") look 401 "$files deleted: what was revoked is refused" ;;
	*) ok 0 "$files deleted: the token was in it, and nothing was acknowledged" ;;
	esac
	token=$(mint demo)
	look 200 "... and a new token is known"
	postern user disable demo
	look 401 "... and so is the end of a user"
	postern user enable demo
done
rm "$ledger-wal"
if token=$(mint demo 2>>"$work/log"); then
	look 200 "-wal alone deleted: what is acknowledged counts"
else
	ok 0 "-wal alone deleted: nothing is acknowledged"
fi
rm "$ledger-shm"
token=$(mint demo)
look 200 "... until -shm, which knew it, is gone too"
chmod 666 "$ledger-shm"
look 503 "-shm opened to others"
chmod 600 "$ledger-shm"
look 200 "closed again"
chmod 755 "$state"
look 503 "the directory opened to others"
chmod 700 "$state"
look 200 "closed again"

# Cut short, anywhere.
postern token mint --user demo --count 500 >/dev/null
sqlite3 "$ledger" 'PRAGMA wal_checkpoint(TRUNCATE)' >/dev/null
cp "$ledger" "$work/whole"
size=$(stat -c %s "$ledger")
look 200 "before it is cut"
for cut in 1 2048 4096 8192 $((size / 2)) $((size - 100)); do
	truncate -s "$((size - cut))" "$ledger"
	look 503 "cut by $cut bytes"
	look 503 "... and still"
	mint demo >/dev/null 2>>"$work/log"
	is $? 1 "... nor is anything written"
	cat "$work/whole" >"$ledger"
	look 200 "... whole again"
done

# A copy comes back over a log that is broken.
postern backup "$work/again" >/dev/null
postern token revoke --user demo >/dev/null
: >"$ledger-wal"
postern restore "$work/again" >/dev/null 2>>"$work/log"
is $? 0 "restored over a broken log"
look 200 "... seen at once"
postern token revoke --user demo >/dev/null
look 401 "... and so is what comes after"
token=$(mint demo)
look 200 "a new token"
postern backup "$work/copy" >/dev/null
sqlite3 "$work/copy" 'PRAGMA journal_mode = WAL' >/dev/null
mv "$ledger" "$work/old"
rm -f "$ledger-wal" "$ledger-shm"
mv "$work/copy" "$ledger"
look 200 "replaced by another file"
printf %s "$token" | postern token revoke - >/dev/null
look 401 "... which is the one that counts now"
: >"$ledger"
look 503 "emptied in place"
look 503 "... still"
same
postern restore "$work/sound" >/dev/null 2>>"$work/log"
token=$sound
look 200 "restored"
same

# A body that is cut, aborted or too short has no effect.
start_worker token
form="grant_type=password&username=demo&password=Passw0rd+of+some+length"
type=CONTENT_TYPE=application/x-www-form-urlencoded
count() { sqlite3 "$ledger" 'SELECT count(*) FROM tokens'; }
before=$(count)
input=$form
fcall token POST /token -x 20 "$type" CONTENT_LENGTH="${#form}"
is "$status" 400 "a body cut short"
fcall token POST /token -a "$type" CONTENT_LENGTH="${#form}"
case $status in 400 | '') ok 0 "an aborted body" ;; *) ok 1 "aborted: $status" ;; esac
fcall token POST /token "$type" CONTENT_LENGTH=$((${#form} + 1))
is "$status" 400 "a body shorter than announced"
is "$(count)" "$before" "... and no token came of them"
fcall token POST /token "$type" CONTENT_LENGTH="${#form}"
is "$status" 200 "the whole body"
fcall token POST /token "$type" HTTP_TRANSFER_ENCODING=chunked
is "$status" 200 "a chunked body, read to its end"

# A writer that finds -shm gone must not take its own old view of the log for
# the whole of it.
kill -TERM "$checker"
wait "$checker"
token=$(member access_token)
rm "$ledger-shm"
printf %s "$token" | postern token revoke - >/dev/null
fcall token POST /token "$type" CONTENT_LENGTH="${#form}"
is "$status" 200 "a login after -shm was deleted"
call secure-data GET /secure-data HTTP_AUTHORIZATION="Bearer $token"
is "$status" 401 "... and what was revoked meanwhile stays revoked"
start_checker
fcall secure-data GET /secure-data HTTP_AUTHORIZATION="Bearer $token"
is "$status" 401 "... in a new process too"

input=$(printf '%017000d' 0)
fcall token POST /token "$type" CONTENT_LENGTH=17000
is "$status" 413 "a body over 16 KiB"
fcall token POST /token "$type" HTTP_TRANSFER_ENCODING=chunked
is "$status" 413 "... chunked"
input=''
kill -0 "$worker"
ok $? "... the same process"

# SIGTERM ends a worker that waits.
kill -TERM "$checker" "$worker"
wait "$checker"
is $? 0 "SIGTERM: a calm end"
wait "$worker"
is $? 0 "... of both"
worker=
done_testing
