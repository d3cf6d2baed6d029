# lib - TAP and request vocabulary for the shell tests.
#
#	. "${0%/*}/lib.sh"
#	new_state			# a ledger with the user demo in $state
#	token=$(mint demo)		# a token of demo's
#	call secure-data GET /secure-data HTTP_AUTHORIZATION="Bearer $token"
#	is "$status" 200 "a good token is let in"
#	like "$headers" "Cache-Control: no-store" "and nobody keeps the answer"
#	done_testing
#
# call runs the endpoint itself, as plain CGI, and sets $status, $headers and
# $body.  Its body on the way in is $input.  CGI, BIN and BUILD say where the
# programs are.
# shellcheck shell=sh disable=SC2034 # what is set here is used by the tests
set -u
umask 077

PATH=$PATH:/usr/sbin:/sbin
here=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
CGI=${CGI:-$here/cgi-bin} BIN=${BIN:-$here/bin} BUILD=${BUILD:-$here/build}
unset POSTERN_CONF POSTERN_ISSUER POSTERN_CA STORE
tests=0 failed=0 input=''
work=$(mktemp -d "${TMPDIR:-/tmp}/postern-test-XXXXXX")
state=$work/state

cleanup() {
	if command -v on_exit >/dev/null; then
		on_exit
	fi
	rm -rf "$work"
}
trap cleanup EXIT
trap 'exit 1' INT TERM HUP

# TAP ---------------------------------------------------------------------

ok() {		# STATUS NAME: was the status 0?
	tests=$((tests + 1))
	if [ "$1" -eq 0 ]; then
		echo "ok $tests - $2"
	else
		failed=$((failed + 1))
		echo "not ok $tests - $2"
		echo "# failed: $2" >&2
	fi
}

is() {		# GOT WANTED NAME
	[ "$1" = "$2" ]
	ok $? "$3"
	[ "$1" = "$2" ] || printf '%s\n' "got:    $1" "wanted: $2" | sed 's/^/# /'
}

like() {	# GOT PART NAME: is the text in it?
	case $1 in
	*"$2"*) ok 0 "$3" ;;
	*)
		ok 1 "$3"
		printf '%s\n' "got:  $1" "part: $2" | sed 's/^/# /'
		;;
	esac
}

unlike() {	# GOT PART NAME
	case $1 in
	*"$2"*)
		ok 1 "$3"
		printf '%.1000s\n' "got: $1" "not: $2" | sed 's/^/# /'
		;;
	*) ok 0 "$3" ;;
	esac
}

skip_all() {	# REASON
	echo "1..0 # SKIP $1"
	exit 0
}

give_up() {	# what all the rest needs is not there
	ok 1 "the trial starts"
	done_testing
}

done_testing() {
	# Nothing that the programs logged may hold a token or a password.
	cat "$work"/*/audit.log >>"$work/log" 2>/dev/null
	if [ -s "$work/log" ]; then
		! grep -aE 'pst_[a-z]+_[0-9A-Za-z]{20}|Passw0rd' "$work/log" >&2
		ok $? "no secret in the log"
		! grep -aE 'Sanitizer|runtime error|stack smashing' "$work/log" >&2
		ok $? "no memory error in the log"
	fi
	echo "1..$tests"
	[ "$failed" -eq 0 ]
	exit
}

# Waiting -----------------------------------------------------------------

await() {	# SECONDS COMMAND...: until it succeeds; fails at the deadline
	tries=$(($1 * 20))
	shift
	until "$@" >/dev/null 2>&1; do
		tries=$((tries - 1))
		[ "$tries" -gt 0 ] || return 1
		sleep 0.05
	done
}

# The operator's command --------------------------------------------------

postern() { "$BIN/postern" -c "$state/postern.conf" "$@"; }

run() {		# STATUS NAME ARGUMENT...: the command; sets $out and $err
	wanted=$1 name=$2
	shift 2
	printf %s "$input" | "$BIN/postern" "$@" >"$work/out" 2>"$work/err"
	is $? "$wanted" "$name"
	out=$(cat "$work/out") err=$(cat "$work/err")
	[ "$wanted" -eq 0 ] || { [ -z "$out" ] && [ -n "$err" ]; }
	ok $? "... says so on standard error alone"
	input=''
}

mint() {	# USER [OPTIONS]
	name=$1
	shift
	postern token mint --user "$name" "$@"
}

password='Passw0rd of some length'

new_state() {	# [SCOPES]: a tutorial state with the user demo
	"$BIN/postern" init --tutorial \
	    ${POSTERN_TEST_PG:+--store "$(new_database "$POSTERN_TEST_PG")"} \
	    "$state" >/dev/null &&
	    printf %s "$password" | postern user add demo \
		--scope "${1-me items}" --password-stdin ||
	    exit 1
	sed -i 's/^argon2_memory = .*/argon2_memory = 7168/
		s/^argon2_passes = .*/argon2_passes = 1/' "$state/postern.conf"
}

noted() {	# the last line of the audit log
	tail -n 1 "$state/audit.log"
}

set_config() {	# KEY VALUE
	sed -i "/^$1 = /d" "$state/postern.conf"
	echo "$1 = $2" >>"$state/postern.conf"
}

# Requests ----------------------------------------------------------------

call() {	# ENDPOINT METHOD PATH [VAR=VALUE...]
	endpoint=$1 method=$2 path=$3
	shift 3
	printf %s "$input" >"$work/input"
	env -i POSTERN_CONF="$state/postern.conf" REQUEST_METHOD="$method" \
	    SCRIPT_NAME="$path" REMOTE_ADDR=127.0.0.1 SERVER_NAME=localhost \
	    SERVER_PROTOCOL=HTTP/1.1 GATEWAY_INTERFACE=CGI/1.1 \
	    ASAN_OPTIONS="${ASAN_OPTIONS-}" "$@" \
	    ${WRAP-} "$CGI/$endpoint.fcgi" <"$work/input" >"$work/answer" \
	    2>>"$work/log"
	read_answer
}

# Without a process for each part: there are thousands of answers.
cr=$(printf '\r') newline='
'
read_answer() {
	headers=''
	{
		while IFS= read -r answer_line || [ -n "$answer_line" ]; do
			answer_line=${answer_line%"$cr"}
			[ -n "$answer_line" ] || break
			headers=$headers${headers:+$newline}$answer_line
		done
		body=$(cat)
	} <"$work/answer"
	case $headers in
	"Status: "* | HTTP/*)
		status=${headers#* }
		status=${status%%[!0-9]*}
		;;
	*) status='' ;;
	esac
}

post_form() {	# ENDPOINT PATH FORM [VAR=VALUE...]
	input=$3
	form_endpoint=$1 form_path=$2
	shift 3
	call "$form_endpoint" POST "$form_path" \
	    CONTENT_TYPE=application/x-www-form-urlencoded \
	    CONTENT_LENGTH="$(printf %s "$input" | wc -c)" "$@"
	input=''
}

post_json() {	# ENDPOINT PATH JSON [VAR=VALUE...]
	input=$3
	json_endpoint=$1 json_path=$2
	shift 3
	call "$json_endpoint" POST "$json_path" CONTENT_TYPE=application/json \
	    CONTENT_LENGTH="$(printf %s "$input" | wc -c)" "$@"
	input=''
}

challenge() {	# the WWW-Authenticate value of the last answer
	printf '%s\n' "$headers" | sed -n 's/^WWW-Authenticate: //p'
}

detail() {	# the detail member of the last answer
	member detail
}

member() {	# NAME: a text member of the last answer
	case $body in *"\"$1\":\""*)
		member_text=${body##*"\"$1\":\""}
		printf '%s\n' "${member_text%%\"*}"
	esac
}

# FastCGI -----------------------------------------------------------------

fcgi=$here/tests/fcgi

room_objects() {	# what an endpoint of a test's own is linked with
	printf '%s\n' "$here"/src/*.c | grep -vE 'openapi|strength|_none' |
	    sed "s,.*/,$BUILD/,; s/c\$/o/"
}

start_worker() {	# ENDPOINT: a FastCGI worker; its pid is $worker
	rm -f "$work/$1.sock"	# is waited for, and may be another's that ended
	env -i POSTERN_CONF="$state/postern.conf" PATH="$PATH" \
	    ASAN_OPTIONS="${ASAN_OPTIONS-}" perl "$fcgi" listen \
	    "$work/$1.sock" ${WRAP-} "$CGI/$1.fcgi" 2>>"$work/log" &
	worker=$!
	await 10 test -S "$work/$1.sock"
}

fcall() {		# ENDPOINT METHOD PATH [-OPTION...] [VAR=VALUE...]
	endpoint=$1 method=$2 path=$3
	shift 3
	options=
	while case ${1-} in -*) true ;; *) false ;; esac do
		case $1 in
		-a) options="$options $1" ;;
		*) options="$options $1 $2"; shift ;;
		esac
		shift
	done
	printf %s "$input" | perl "$fcgi" call "$work/$endpoint.sock" $options \
	    REQUEST_METHOD="$method" SCRIPT_NAME="$path" \
	    REMOTE_ADDR=127.0.0.1 "$@" >"$work/answer"
	read_answer
}

# Over PostgreSQL ---------------------------------------------------------

# Where tests/over-pgsql runs us, states keep their ledgers there, and the tests'
# looks into ledger.db go there too.
if [ -n "${POSTERN_TEST_PG-}" ]; then
	. "$here/tests/pgsql.sh"
	sqlite3() { sqlite3_over_pgsql "$@"; }
fi

# Take the ledger away from under the programs, and bring it back.
hide_ledger() {	# [STATE]
	if [ -z "${POSTERN_TEST_PG-}" ]; then
		mv "${1:-$state}/ledger.db" "${1:-$state}/away.db"
	else
		sqlite3 "${1:-$state}/ledger.db" "ALTER SCHEMA postern RENAME TO away"
	fi
}
show_ledger() {	# [STATE]
	if [ -z "${POSTERN_TEST_PG-}" ]; then
		mv "${1:-$state}/away.db" "${1:-$state}/ledger.db"
	else
		sqlite3 "${1:-$state}/ledger.db" "ALTER SCHEMA away RENAME TO postern"
	fi
}

# What looks into SQLite's files, or damages them, says nothing of PostgreSQL.
sqlite_only() {
	[ -z "${POSTERN_TEST_PG-}" ] || skip_all "about SQLite's files"
}

# A real server -----------------------------------------------------------

free_port() {
	perl -MIO::Socket::INET -e 'print IO::Socket::INET->new(Listen => 1,
	    LocalAddr => "127.0.0.1")->sockport'
}

# Is the trial with this state directory still serving, in any process?
trial_left() {	# STATE; $left has the pids
	left=$("$here/src/host/family" "POSTERN_RUN=$1/run${newline}STATE=$1" |
	    sort -n)
	[ -n "$left" ]
}
trial_gone() { ! trial_left "$1"; }

trial_ready() { [ -s "$trial/demo.env" ] && grep -q '^Paste' "$work/trial.out"; }

need_server() {	# SERVER: skip the test when it cannot be started
	case $1 in
	apache*) set -- apache2 ;;
	lighttpd*) set -- lighttpd multiwatch ;;
	nginx) set -- nginx spawn-fcgi multiwatch ;;
	esac
	for program in "$@"; do
		command -v "$program" >/dev/null ||
		    skip_all "$program is not installed"
	done
}

# Start a trial as make run does, on a port of its own; $url, $trial (its
# state), and what demo.env says are set.  NAME=VALUE go to its environment.
start_trial() {
	chmod 711 "$work"	# whom root serves as must reach the state
	trial=${trial:-$work/trial}
	trial_tries=8 trial_store=
	[ -z "${POSTERN_TEST_PG-}" ] || [ -e "$trial/postern.conf" ] ||
	    trial_store=$(new_database "$POSTERN_TEST_PG")
	while [ "$trial_tries" -gt 0 ]; do
		: >"$work/trial.out"
		env -u MAKEFLAGS -u MAKELEVEL -u MFLAGS PORT="$(free_port)" \
		    STATE="$trial" CGI="$CGI" BIN="$BIN" STORE="$trial_store" "$@" \
		    "$here/src/host/run" >"$work/trial.out" 2>&1 &
		trial_pid=$!
		if await 20 trial_ready; then
			. "$trial/demo.env"
			url=$POSTERN_URL
			return 0
		fi
		stop_trial
		trial_tries=$((trial_tries - 1))
	done
	sed 's/^/# /' "$work/trial.out"
	return 1
}

# A process and all below it.
family() {	# PID
	echo "$1"
	for child in $(ps -o pid= --ppid "$1"); do
		family "$child"
	done
}

stop_trial() {
	[ -n "${trial_pid-}" ] || return 0
	kill -TERM "$trial_pid" 2>/dev/null
	wait "$trial_pid" 2>/dev/null
	trial_pid=
	for log in "$trial/run/postern.log" "$trial/run/error.log"; do
		[ ! -e "$log" ] || cat "$log" >>"$work/log"
	done
}

# The pids of an endpoint's workers in the trial.
workers() {	# ENDPOINT
	trial_left "$trial"
	worker_name=$(printf %.15s "$1.fcgi")
	for process in $left; do
		comm=
		read -r comm 2>/dev/null <"/proc/$process/comm"
		[ "$comm" != "$worker_name" ] || echo "$process"
	done
}

# Ask over the wire; sets $status, $headers and $body.
get() {		# PATH [CURL-OPTION...]
	get_path=$1
	shift
	curl -s --http1.1 --noproxy '*' --max-time 30 --path-as-is -i \
	    ${POSTERN_CA:+--cacert "$POSTERN_CA"} "$@" "$url$get_path" \
	    >"$work/answer"
	read_http
}

get_as() {	# TOKEN PATH [CURL-OPTION...]
	as_token=$1 as_path=$2
	shift 2
	printf 'Authorization: Bearer %s\n' "$as_token" >"$work/header"
	get "$as_path" -H "@$work/header" "$@"
}

# Send bytes as they are.
raw() {		# the request on standard input
	perl -MIO::Socket::INET -e '
		my $s = IO::Socket::INET->new(PeerAddr => $ARGV[0]) or die;
		local $/; my $d = <STDIN>; print $s $d; $s->flush;
		$SIG{ALRM} = sub { exit }; alarm 10; print while <$s>' \
	    "${url#*//}" >"$work/answer"
	read_http
}

read_http() { read_answer; }
