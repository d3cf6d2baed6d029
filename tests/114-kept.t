#!/bin/sh
# Connections that a web server keeps open: one worker answers on all of them.
. "${0%/*}/lib.sh"
sqlite_only
new_state
token=$(mint demo)
on_exit() { for p in ${checker-} ${writer-}; do kill -KILL "$p" 2>/dev/null; done; }
start_worker secure-data
checker=$worker

keep() {		# WHAT-IS-EXPECTED NAME, commands on standard input
	is "$(perl "$fcgi" keep "$work/${socket:-secure-data}.sock" REQUEST_METHOD=GET \
	    SCRIPT_NAME="${path:-/secure-data}" REMOTE_ADDR=127.0.0.1 \
	    HTTP_AUTHORIZATION="Bearer $token" 2>&1 |
	    if [ "${count-}" ]; then cut -d' ' -f2 | sort | uniq -c |
		sed 's/^ *//'; else cat; fi)" "$1" "$2"
}
lines() { printf '%s\n' "$@"; }

keep "$(lines '1 200' '2 200' '3 200' '1 200')" \
    "three that stay open, one worker" <<'EOF'
open 1 3
ask 1
hear 1
ask 2
hear 2
ask 3
hear 3
ask 1
hear 1
EOF
keep "$(lines '3 200' '1 200' '2 200')" "all ask before one is heard" <<'EOF'
open 1 3
ask 1 3
hear 3
hear 1
hear 2
EOF
fcall secure-data GET /secure-data HTTP_AUTHORIZATION="Bearer $token"
is "$status" 200 "one that does not stay"
keep "$(lines '1 200' '2 200' '2 closed' '1 200' '3 200')" \
    "noise on one is the end of that one" <<'EOF'
open 1 2
ask 1 2
hear 1 2
noise 2
hear 2
ask 1
hear 1
open 3
ask 3
hear 3
EOF

# Up to 64: who comes then is answered when one of them is closed.
count=1
for round in 1 2; do
	keep "134 200" "64, and five more in the place of others, round $round" <<'EOF'
open 1 64
ask 1 64
hear 1 64
open 65 69
ask 65 69
close 1
hear 65
close 2 3
hear 66 67
close 4 5
hear 68 69
ask 6 69
hear 6 69
open 70
ask 70
close 69
hear 70
EOF
done
count=''
kill -0 "$checker"
ok $? "... the same process"

# What ends between two requests on one connection has ended.
printf %s "$token" >"$work/token"
keep "$(lines '1 200' 'revoked 1' '1 401')" "revoked: the next request is refused" <<EOF
open 1
ask 1
hear 1
run $BIN/postern -c $state/postern.conf token revoke - <$work/token
ask 1
hear 1
EOF
token=$(mint demo)

# SIGTERM: who has asked by then is answered.
keep "$(lines '1 200' '2 200' '3 200' '1 200' '2 200' '1 closed' '2 closed' '3 closed')" \
    "SIGTERM while two ask and one is idle" <<EOF
open 1 3
ask 1 3
hear 1 3
run kill -STOP $checker
ask 1 2
run kill -TERM $checker
run kill -CONT $checker
hear 1 2
hear 1 3
EOF
wait "$checker"
is $? 0 "... a calm end"
rm "$work/secure-data.sock"
start_worker secure-data
checker=$worker
keep "$(lines '1 200' '1 closed')" "SIGTERM while all are idle" <<EOF
open 1
ask 1
hear 1
run kill -TERM $checker
hear 1
EOF
wait "$checker"
is $? 0 "... a calm end"

# Two workers, one socket: each has some of the connections.
rm "$work/secure-data.sock"
WRAP="multiwatch -s TERM -f 2 --" start_worker secure-data
checker=$worker
count=1
keep "150 200" "50 that stay open, two workers" <<'EOF'
open 1 50
ask 1 50
hear 1 50
ask 1 50
hear 1 50
ask 1 50
hear 1 50
EOF
count=''
flags=$(sed -n 's/^flags:.*\(.\)...$/\1/p' "/proc/$checker/fdinfo/0")
is "$flags" 4 "none of them can be stuck in accept: O_NONBLOCK"
kill -TERM "$checker"
wait "$checker"
rm "$work/secure-data.sock"
# ... which the next one finds so: F_SETFL, O_NONBLOCK.
WRAP='perl -e fcntl(STDIN,4,2048)&&exec(@ARGV)' start_worker secure-data
checker=$worker
keep "$(lines '1 200' '2 200' '1 200')" "one that is started with a socket set so" <<'EOF'
open 1
ask 1
hear 1
open 2
ask 1 2
hear 2
hear 1
EOF
kill -TERM "$checker"
wait "$checker"

# Who writes can take long: it has one at a time.
start_worker users-me-items
writer=$worker
socket=users-me-items path=/users/me/items
keep "$(lines '1 200' '1 200' '2 200' '2 200')" \
    "who writes answers on one, until that is closed" <<'EOF'
open 1 2
ask 1 2
hear 1
ask 1
hear 1
close 1
hear 2
ask 2
hear 2
EOF
kill -TERM "$writer"
wait "$writer"
is $? 0 "... a calm end"
writer=
done_testing
