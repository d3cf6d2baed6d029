#!/bin/sh
# Refresh tokens: rotation that logs no honest user out, and reuse that ends a
# family (RFC 6749 6, RFC 9700 4.14).
. "${0%/*}/lib.sh"
new_state "me items"
login="grant_type=password&username=demo&password=Passw0rd+of+some+length"
rows() { sqlite3 "$state/ledger.db" "SELECT count(*) FROM $1"; }
log_in() { post_form token /token "$login&$*"; access=$(member access_token); first=$(member refresh_token); }
refresh() {	# TOKEN [MORE]
	post_form token /token "grant_type=refresh_token&refresh_token=$1${2:+&$2}"
}
works() {	# STATUS TOKEN NAME
	call secure-data GET /secure-data HTTP_AUTHORIZATION="Bearer $2"
	is "$status" "$1" "$3"
}
# Time passes: what was done is moved back so many seconds.
age() {		# SECONDS
	sqlite3 "$state/ledger.db" "UPDATE refresh SET used = used - $1 WHERE used > 0;
	    UPDATE refresh SET expires = expires - $1; UPDATE families
	    SET created = created - $1, expires = expires - $1"
}

log_in
is "$status" 200 "a login"
case $first in pst_rt_?????????????????????????????????????????????????) ok 0 "... gives a refresh token" ;;
*) ok 1 "... gives a refresh token: $(printf %.9s "$first")" ;; esac
works 401 "$first" "a refresh token is no access token"
is "$(challenge)" 'Bearer realm="postern", error="invalid_token"' "... but an invalid one"

refresh "$first"
is "$status" 200 "its use"
like "$body" '"token_type":"bearer","expires_in":1800,"scope":"me items"' "... type, life, scope"
like "$headers" "Cache-Control: no-store" "... not to be kept"
second=$(member refresh_token) access2=$(member access_token)
[ "$second" != "$first" ] && [ "$access2" != "$access" ]
ok $? "... both are new"
works 200 "$access2" "... and the access token works"
works 200 "$access" "... as the one before still does"

# Used again within the grace: the same successor.
refresh "$first"
is "$status $(member refresh_token)" "200 $second" "again at once: the same successor"
[ "$(member access_token)" != "$access2" ]
ok $? "... and a fresh access token"
is "$(rows 'refresh WHERE used = 0')" 1 "one lives"
refresh "$second"
third=$(member refresh_token)
is "$status" 200 "the successor's use"
refresh "$first"
is "$status $(member refresh_token)" "200 $second" "within the grace also when the successor is used"

# The client lost the answer: the successor was never used, however late.
log_in
refresh "$first"
second=$(member refresh_token)
age 3600
refresh "$first"
is "$status $(member refresh_token)" "200 $second" "an hour later, the successor unused: the same one"

# Reuse: the family ends, with its access tokens; others go on.
log_in
other=$access other_refresh=$first
log_in
refresh "$first"
second=$(member refresh_token) access2=$(member access_token)
refresh "$second"
third=$(member refresh_token) access3=$(member access_token)
age 31
refresh "$first"
is "$status $(member error)" "400 invalid_grant" "used up, and used again"
unlike "$body" "pst_" "... no token"
for token in "$access" "$access2" "$access3"; do
	works 401 "$token" "... its family's access tokens have ended"
done
refresh "$third"
is "$status $(member error)" "400 invalid_grant" "... and its refresh tokens"
works 200 "$other" "another login's access token goes on"
refresh "$other_refresh"
is "$status" 200 "... and its refresh token"
like "$(cat "$state/audit.log")" '"event":"refresh_token_reused","subject":"demo"' "the audit log says so"

# Scope: narrower for the access token, never for the next refresh token.
log_in
refresh "$first" scope=me
is "$status $(member scope)" "200 me" "a narrower scope"
second=$(member refresh_token)
refresh "$second"
is "$status $(member scope)" "200 me items" "... is not the next one's"
refresh "$(member refresh_token)" "scope=me+admin"
is "$status $(member error)" "400 invalid_scope" "a wider scope"
log_in scope=me
refresh "$first" "scope=me+items"
is "$status $(member error)" "400 invalid_scope" "wider than the login's"
refresh "$first"
is "$status $(member scope)" "200 me" "... and the refusal used nothing up"

# What it is not.
for bad in "" x "$access" "${first%?}" "${first}x" "$(printf %s "$first" | tr a-zA-Z A-Za-z)" \
    "pst_rt_$(printf '%049d' 0)"; do
	refresh "$bad"
	case $status:$(member error) in
	400:invalid_grant | 400:invalid_request) ok 0 "no refresh token: $(printf %.9s "$bad")" ;;
	*) ok 1 "no refresh token: $status $(member error)" ;; esac
done
refresh "$first&refresh_token=$first"
is "$status $(member error)" "400 invalid_request" "twice"

# Idle and absolute ends.
log_in
age 1209540
refresh "$first"
is "$status" 200 "idle for nearly two weeks"
second=$(member refresh_token)
age 1209600
refresh "$second"
is "$status $(member error)" "400 invalid_grant" "idle for two weeks"
set_config refresh_idle 31622400
log_in
age 2591940
refresh "$first"
is "$status" 200 "nearly thirty days old"
second=$(member refresh_token)
age 60
refresh "$second"
is "$status $(member error)" "400 invalid_grant" "thirty days old: the end of the family"
sed -i '/^refresh_idle/d' "$state/postern.conf"
set_config refresh_grace 0
log_in
refresh "$first"
refresh "$(member refresh_token)"
refresh "$first"
is "$status" 400 "no grace, not even within the second"
sed -i '/^refresh_grace/d' "$state/postern.conf"

# What the user has lost meanwhile is not given out again.
log_in
postern user scope demo me
refresh "$first" scope=items
is "$status $(member error)" "400 invalid_scope" "a scope that the user has no more"
refresh "$first"
is "$status $(member scope)" "200 me" "nothing asked: what the login and the user both have"
postern user scope demo "me items"

# The user's end is theirs too.
log_in
postern user disable demo
refresh "$first"
is "$status $(member error)" "400 invalid_grant" "a disabled user"
postern user enable demo
refresh "$first"
is "$status $(member error)" "400 invalid_grant" "... and enabled again, it is gone"
log_in
postern token revoke --user demo >/dev/null
refresh "$first"
is "$status" 400 "signed out of everything"

# The server's key changes without a gap; lost, nothing is given.
log_in
refresh "$first"
second=$(member refresh_token)
postern server-key rotate >/dev/null
refresh "$first"
is "$status $(member refresh_token)" "200 $second" "after a new key: the same successor"
refresh "$second"
is "$status" 200 "... and its own use"
log_in
mv "$state/server.keys" "$work/keys"
refresh "$first"
is "$status $(member error)" "503 temporarily_unavailable" "no key: no refreshing"
input="grant_type=password&username=demo&password=Passw0rd+of+some+length"
post_form token /token "$input"
is "$status" 503 "... and no logins, for guesses could not be counted"
mv "$work/keys" "$state/server.keys"
refresh "$first"
is "$status" 200 "the key is back"
refresh "$first"
is "$status" 200 "... and serves a repetition"
mv "$state/server.keys" "$work/keys"
postern upgrade >/dev/null
postern server-key rotate >/dev/null
refresh "$first"
is "$status $(member error)" "400 invalid_grant" "a new key of the same number: no successor that nobody knows"
mv "$work/keys" "$state/server.keys"
refresh "$first"
is "$status" 200 "... and nothing was used up"
chmod 644 "$state/server.keys"
refresh "$(member refresh_token)"
is "$status" 503 "a key that others can read"
chmod 600 "$state/server.keys"

# Nothing in the ledger is a token.
! grep -d skip -aqE 'pst_(rt|at)_[0-9A-Za-z]{20}' "$state"/ledger.db*
ok $? "only digests are stored"

# Fifty at once: one successor, nobody fails.
round=0
while [ "$round" -lt 3 ]; do
	log_in
	form="grant_type=refresh_token&refresh_token=$first"
	i=0
	while [ "$i" -lt 50 ]; do
		printf %s "$form" | env -i POSTERN_CONF="$state/postern.conf" REQUEST_METHOD=POST \
		    SCRIPT_NAME=/token REMOTE_ADDR=127.0.0.1 CONTENT_LENGTH="${#form}" \
		    CONTENT_TYPE=application/x-www-form-urlencoded ASAN_OPTIONS="${ASAN_OPTIONS-}" \
		    "$CGI/token.fcgi" >"$work/at.$i" 2>>"$work/log" &
		i=$((i + 1))
	done
	wait
	is "$(grep -h '^Status' "$work"/at.* | sort | uniq -c | tr -s ' \r' ' ')" " 50 Status: 200 OK " "50 at once: all are served"
	is "$(sed -n 's/.*"refresh_token":"\([^"]*\)".*/\1/p' "$work"/at.* | sort -u | wc -l)" 1 "... one successor"
	is "$(sed -n 's/.*"access_token":"\([^"]*\)".*/\1/p' "$work"/at.* | sort -u | wc -l)" 50 "... 50 access tokens"
	rm -f "$work"/at.*
	round=$((round + 1))
done
is "$(sqlite3 "$state/ledger.db" "SELECT count(*) FROM refresh WHERE used = 0 AND family = (SELECT max(id) FROM families)")" \
    1 "one row lives"
done_testing
