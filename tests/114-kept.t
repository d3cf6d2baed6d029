#!/bin/sh
# Connections that a web server keeps open: one worker answers on all of them.
. "${0%/*}/lib.sh"
sqlite_only
new_state
token=$(mint demo)
on_exit() { for p in ${checker-} ${writer-}; do kill -KILL "$p" 2>/dev/null; done; }
renew() {
	start_worker secure-data
	checker=$worker
}
renew

is_gone() { case $(cut -d' ' -f3 "/proc/$1/stat") in Z | '') ;; *) false ;; esac; }
calm_end() {
	await 10 is_gone "$1" || kill -KILL "$1"
	wait "$1"
	is $? 0 "... a calm end"
}
place() { case ${socket-} in *:*) echo "$socket" ;; *) echo "$work/${socket:-secure-data}.sock" ;; esac; }
keep() {		# WHAT-IS-EXPECTED NAME, commands on standard input
	is "$(perl "$fcgi" keep "$(place)" REQUEST_METHOD=GET \
	    SCRIPT_NAME="${path:-/secure-data}" REMOTE_ADDR=127.0.0.1 \
	    POSTERN_SCOPE=me HTTP_AUTHORIZATION="Bearer $token" 2>&1 |
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

# What is left of a megabyte and more is not the next request.
keep "$(lines '1 200' '1 200' '1 closed' '2 200')" "a body without an end" <<'EOF'
open 1 2
ask 1
hear 1
flood 1
hear 1
hear 1
ask 2
hear 2
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
calm_end "$checker"
renew
keep "$(lines '1 200' '1 closed')" "SIGTERM while all are idle" <<EOF
open 1
ask 1
hear 1
run kill -TERM $checker
hear 1
EOF
calm_end "$checker"
renew
keep "$(lines '1 200' '1 closed')" "SIGTERM while one has not asked yet" <<EOF
open 1
ask 1
hear 1
open 2
run kill -TERM $checker
hear 1
EOF
calm_end "$checker"
renew
fcall secure-data GET /secure-data
keep "1 closed" "... and nothing is held" <<EOF
open 1
run kill -TERM $checker
hear 1
EOF
calm_end "$checker"

# Two workers, one socket: each has some of the connections.
WRAP="multiwatch -s TERM -f 2 --" renew
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
WRAP="multiwatch -s TERM -f 1 --" renew
keep "$(lines '1 200' '1 closed' '2 200')" "who comes when one ends is the next one's" <<EOF
open 1
ask 1
hear 1
run pkill -STOP -P $checker
open 2
ask 2
run pkill -TERM -P $checker
run pkill -CONT -P $checker
hear 1
hear 2
EOF
kill -TERM "$checker"
wait "$checker"
unblocked='perl -MFcntl -e fcntl(STDIN,F_SETFL,O_NONBLOCK)&&exec(@ARGV)'
WRAP=$unblocked renew
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
WRAP=$unblocked start_worker users-me-items
writer=$worker
socket=users-me-items path=/users/me/items
keep "$(lines '1 200' '1 200' '2 silent' '2 200' '2 200')" \
    "who writes answers on one, until that is closed" <<'EOF'
open 1 2
ask 1 2
hear 1
ask 1
hear 1
look 2
close 1
hear 2
ask 2
hear 2
EOF
kill -TERM "$writer"
calm_end "$writer"

# An authorizer needs to be given no input (FastCGI 6.3).
start_worker authorize
writer=$worker
socket=authorize path=/any
keep "$(lines '1 200' '1 closed' '2 200')" "an authorizer without input" <<'EOF'
open 1
bare 1
hear 1
hear 1
open 2
ask 2
hear 2
EOF
kill -TERM "$writer"
wait "$writer"
writer=

# Over TCP, where libfcgi looks who connects, it is one at a time too.
socket=127.0.0.1:$(free_port) path=/secure-data
FCGI_WEB_SERVER_ADDRS=127.0.0.1 POSTERN_CONF=$state/postern.conf \
    perl "$fcgi" listen "$socket" "$CGI/secure-data.fcgi" 2>>"$work/log" &
checker=$!
await 10 perl -MIO::Socket::INET -e 'exit !IO::Socket::INET->new(shift)' "$socket"
keep "$(lines '1 200' '1 200' '2 closed')" "over TCP, from the web server alone" <<'EOF'
open 1
ask 1
hear 1
ask 1
hear 1
from 127.0.0.2
open 2
close 1
ask 2
hear 2
EOF
kill -TERM "$checker"
calm_end "$checker"
checker=
done_testing
