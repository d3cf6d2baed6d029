#!/bin/sh
# make run: the trial starts, keeps what it knows, and ends with every child.
. "${0%/*}/lib.sh"
unset MAKEFLAGS MAKELEVEL MFLAGS
trial=$work/trial
on_exit() {
	stop_trial
	[ -z "${pid-}" ] || kill -KILL "$pid" 2>/dev/null
	trial_left "$trial" && kill -KILL $left 2>/dev/null
}

start_trial
ok $? "it starts"
is "$(find "$trial" -perm /077 ! -type l)" "" "state, files and sockets are closed to others"
if [ "$(id -u)" -eq 0 ]; then
	[ "$(stat -c %u "$trial")" -ne 0 ]
	ok $? "as root: another user's state"
	trial_left "$trial"
	is "$(ps -o uid= -p "$(echo $left | tr " " ,)" | grep -cx ' *0')" 0 \
	    "... and no process of root's"
fi
four() { [ "$(workers secure-data | wc -l)" -eq 4 ]; }
await 20 four
ok $? "four workers"

# What it says to paste works, and in that order.
grep -E '^(\. |printf|curl|[A-Z]+=)' "$work/trial.out" >"$work/paste"
is "$(wc -l <"$work/paste")" 6 "six lines to paste"
sh "$work/paste" >"$work/pasted"
is $? 0 "... the last one succeeds"
is "$(cat "$work/pasted")" '{"message":"Anyone can see this"}
{"type":"about:blank","title":"Unauthorized","status":401,"detail":"Not authenticated"}
{"data":"This is protected data","user":"demo"}
{"username":"demo","disabled":false,"scopes":["me","items","items:write","keys"]}' "... and they say"

# So does README's tour.
sed -n '/^## Thirty/,/^## Syn/p' "$here/README.md" | sed -n '/^\. var/,/^```/p' |
    sed -e '/^```/d' -e "s,var/demo.env,'$trial/demo.env',; s,bin/postern,'$BIN/postern'," >"$work/tour"
sh "$work/tour" >"$work/toured" 2>&1
is $? 0 "the tour of README runs"
is "$(sed 's/.*"status":\([0-9]*\).*/\1/' "$work/toured")" '401
{"data":"This is protected data","user":"demo"}
401' "... and shows what it says"
stop_trial
start_trial || give_up
bad=0
while IFS= read -r line; do
	printf '%s\n' "$line" | sh -n || bad=1
done <"$work/paste"
is "$bad" 0 "... each is a command of its own"
docs_told() { grep -qE "^(Or open $url/docs in a browser|make docs builds a page to try it on: $url/docs)" "$work/trial.out"; }
await 10 docs_told
ok $? "where the page is, or how to get it"
unlike "$(cat "$work/trial.out")" "$POSTERN_TOKEN" "no token is shown"
unlike "$(cat "$work/trial.out")" "$POSTERN_PASSWORD" "no password is shown"
get_as "$POSTERN_TOKEN" /users/me/items
is "$(printf '%s' "$body" | tr '{' '\n' | grep -c item_id)" 2 "demo has two items"
PORT=$(free_port) STATE=$trial CGI=$CGI BIN=$BIN "$here/src/host/run" >"$work/out" 2>&1
is $? 1 "a second one on the same state"
like "$(cat "$work/out")" "is being served already" "... is told so"
PORT=${url##*:} STATE=$work/third CGI=$CGI BIN=$BIN "$here/src/host/run" >"$work/out" 2>&1
is $? 1 "another one on the same port"
like "$(cat "$work/out")" "somebody else answers at" "... is told so"
[ ! -e "$work/third" ]
ok $? "... before it makes anything"

# A second instance beside it.
first=$trial first_pid=$trial_pid first_url=$url first_token=$POSTERN_TOKEN
trial=$work/second
start_trial
ok $? "two side by side"
get_as "$POSTERN_TOKEN" /secure-data
is "$status" 200 "... the second knows its token"
get_as "$first_token" /secure-data
is "$status" 401 "... and not the first's"
stop_trial
await 5 trial_gone "$trial"
ok $? "... the second is gone"
trial=$first trial_pid=$first_pid url=$first_url
get_as "$first_token" /secure-data
is "$status" 200 "... the first goes on"

# Again on the same state.
password=$(sed -n 's/^POSTERN_PASSWORD=//p' "$trial/demo.env")
stop_trial
await 5 trial_gone "$trial"
ok $? "stopped: nothing is left"
start_trial
is "$POSTERN_TOKEN" "$first_token" "again: the same token"
is "$(sed -n 's/^POSTERN_PASSWORD=//p' "$trial/demo.env")" "$password" "... and password"
get_as "$first_token" /secure-data
is "$status" 200 "... which works"
[ "$url" != "$first_url" ]
ok $? "... at the new address"
printf %s "$first_token" | "$BIN/postern" -c "$POSTERN_CONF" token revoke - >/dev/null
get_as "$first_token" /secure-data
is "$status" 401 "revoked: at once"
stop_trial
start_trial
[ "$POSTERN_TOKEN" != "$first_token" ]
ok $? "a token that no longer works is renewed"
get_as "$POSTERN_TOKEN" /secure-data
is "$status" 200 "... and works"
"$BIN/postern" -c "$POSTERN_CONF" user disable demo
get_as "$POSTERN_TOKEN" /secure-data
is "$status" 401 "a disabled user: at once"
"$BIN/postern" -c "$POSTERN_CONF" user enable demo
stop_trial
await 5 trial_gone "$trial"
ok $? "stopped: nothing is left"

# The state of an older checkout.
if [ -z "${POSTERN_TEST_PG-}" ]; then
	hash=$(sqlite3 "$trial/ledger.db" "SELECT password FROM users WHERE name = 'demo'")
	owner=$(stat -c %u:%g "$trial/ledger.db")
	rm -rf "$trial"/ledger.db* "$trial/server.keys"
	sqlite3 "$trial/ledger.db" 'PRAGMA journal_mode = WAL' >/dev/null
	sqlite3 "$trial/ledger.db" <"$here/tests/schema-1.sql"
	sqlite3 "$trial/ledger.db" "INSERT INTO users (name, password, scope, created)
	    VALUES ('demo', '$hash', 'me items', 1000)"
	chown "$owner" "$trial"/ledger.db*
	start_trial
	ok $? "a ledger of schema 1 is taken over"
	get_as "$POSTERN_TOKEN" /users/me
	is "$body" '{"username":"demo","disabled":false,"scopes":["me","items"]}' \
	    "... and its user demo left alone"
	is "$(stat -c '%a %u:%g' "$trial/server.keys")" "600 $owner" "... with server.keys"
	stop_trial
	await 5 trial_gone "$trial"
	ok $? "stopped: nothing is left"
fi

# However make ends, all ends.  setsid: a process group of its own; env: sh
# starts what runs in the background deaf to SIGINT.
end_of() {	# SIGNAL alone|group
	: >"$work/trial.out"
	env --default-signal=INT setsid make --no-print-directory -C "$here" run PORT="$(free_port)" \
	    STATE="$trial" B="$BUILD" CGI="$CGI" BIN="$BIN" >"$work/trial.out" 2>&1 &
	pid=$!
	if ! await 60 trial_ready; then
		ok 1 "make run starts"
		sed 's/^/# /' "$work/trial.out"
		return
	fi
	if [ "$2" = group ]; then
		env kill -"$1" -- "-$pid"
	else
		kill -"$1" "$pid"
	fi
	await 10 trial_gone "$trial"
	ok $? "SIG$1 to $2: nothing is left"
	env kill -KILL -- "-$pid" 2>/dev/null
	wait "$pid" 2>/dev/null
	pid=
}
for signal in INT TERM; do
	end_of $signal alone
	end_of $signal group
done
end_of KILL alone

# What is refused, with a reason.
refused() {	# PART VAR=VALUE...
	part=$1
	shift
	env STATE="$work/none" CGI="$CGI" BIN="$BIN" "$@" "$here/src/host/run" \
	    >"$work/out" 2>&1
	is $? 1 "refused: $*"
	like "$(cat "$work/out")" "$part" "... with a reason"
	[ ! -e "$work/none" ]
	ok $? "... and nothing was made"
}
refused "is not a port" PORT=x
refused "is not a port" PORT=0
refused "is not a port" PORT=65536
refused "add TLS=1" BIND=0.0.0.0
refused "is not an address" BIND=example
refused "is not known" SERVER=iis
for mount in api /api/ // /a//b /../x "/a b" /%61; do
	refused "is not a path" MOUNT="$mount"
done
refused "say TLS=1" TLS=yes
# A set-up that is open, or not durable: the line to change.
"$BIN/postern" init --tutorial "$work/set" >/dev/null
unsound() {	# PART NAME
	env STATE="$work/set" PORT="$(free_port)" CGI="$CGI" BIN="$BIN" "$here/src/host/run" \
	    >"$work/out" 2>&1
	is $? 1 "refused: $2"
	like "$(cat "$work/out")" "$1" "... with what to do"
}
sqlite3 "$work/set/ledger.db" 'PRAGMA journal_mode = DELETE' >/dev/null
chmod 644 "$work/set/server.keys"
[ "$(id -u)" -ne 0 ] || chown -R www-data: "$work/set"	# the owner serves
unsound "chmod go= " "server.keys open to others"
chmod 600 "$work/set/server.keys"
unsound "PRAGMA journal_mode = WAL" "a ledger that is not in WAL mode"
mkdir "$work/full"
touch "$work/full/file"
refused "holds other things" STATE="$work/full" || :
touch "$work/file"
refused "is not a directory" STATE="$work/file" || :
done_testing
