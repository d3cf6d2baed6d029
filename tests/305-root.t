#!/bin/sh
# Started as root from a checkout that nobody else can enter: a copy of what
# was built serves, as another user, and the state is where that user can go.
. "${0%/*}/lib.sh"
[ "$(id -u)" -eq 0 ] || skip_all "needs root"
on_exit() {
	stop_trial
	[ ! -h "$checkout/var" ] || rm -rf "$(readlink "$checkout/var")"
}
checkout=$work/locked/checkout
mkdir -p "$checkout/src"
cp -R "$here/src/host" "$checkout/src/"
cp -R "$here/lighttpd.conf" "$here/docs" "$checkout/"
cp -R "$CGI" "$checkout/cgi-bin"
[ -e "$checkout/cgi-bin/.htaccess" ] || cp "$here/cgi-bin/.htaccess" "$checkout/cgi-bin/"
cp -R "$BIN" "$checkout/bin"
chmod -R go+rX "$checkout"
chmod 700 "$work/locked"

# The trial's own variables, but run by the locked checkout's script.
run_locked() {	# STATE
	: >"$work/trial.out"
	env -u MAKEFLAGS -u CGI -u BIN PORT="$(free_port)" STATE="$1" \
	    "$checkout/src/host/run" >"$work/trial.out" 2>&1 &
	trial_pid=$!
	trial=$1
	await 20 trial_ready || { sed 's/^/# /' "$work/trial.out"; return 1; }
	. "$trial/demo.env"
	url=$POSTERN_URL
}

chmod 711 "$work"
run_locked "$work/open"
ok $? "a state that can be reached"
get_as "$POSTERN_TOKEN" /secure-data
is "$status" 200 "... serves"
is "$(stat -c %U "$work/open")" www-data "... and is the server's"
trial_left "$work/open"
is "$(ps -o user= -p "$(echo $left | tr ' ' ,)" | sort -u)" www-data "... as is all that runs"
"$BIN/postern" -c "$POSTERN_CONF" user disable demo
get_as "$POSTERN_TOKEN" /secure-data
is "$status" 401 "root's command and the server share the ledger"
is "$(find "$work/open" ! -user www-data)" "" "... and the command left nothing of root's"
stop_trial

run_locked "$checkout/var"
ok $? "a state that cannot be reached"
[ -h "$checkout/var" ]
ok $? "... is a link"
like "$(cat "$work/trial.out")" "the state is kept in" "... and says so"
get_as "$POSTERN_TOKEN" /secure-data
is "$status" 200 "... serves"
first=$POSTERN_TOKEN
stop_trial
run_locked "$checkout/var"
is "$POSTERN_TOKEN" "$first" "... and is kept"
stop_trial
mkdir "$work/roots"
"$BIN/postern" init "$work/roots" >/dev/null
STATE=$work/roots PORT=$(free_port) CGI=$CGI BIN=$BIN "$here/src/host/run" >"$work/out" 2>&1
is $? 1 "a state that is root's"
like "$(cat "$work/out")" "chown -R" "... says what to do"

# A state of another user's: that one serves.
cp -R "$work/roots" "$work/others"
chown -R games: "$work/others"
run_locked "$work/others"
ok $? "a state of another user's"
trial_left "$work/others"
is "$(ps -o user= -p "$(echo $left | tr ' ' ,)" | sort -u)" games "... who serves it"
stop_trial
done_testing
