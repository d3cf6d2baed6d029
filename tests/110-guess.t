#!/bin/sh
# Guessing: counted by account and by network, for all processes; strangers lock
# nobody out.
. "${0%/*}/lib.sh"
new_state
printf %s "$password" | postern user add eve --scope me --password-stdin
right=$(printf %s "$password" | tr ' ' +)

login() {	# ADDRESS NAME PASSWORD
	post_form token /token "grant_type=password&username=$2&password=$3" \
	    HTTPS=on REMOTE_ADDR="$1"
}
retry_after() { printf '%s\n' "$headers" | sed -n 's/^Retry-After: //p'; }
wrong() {	# N ADDRESS NAME: so many wrong ones, each answered
	answered=0
	for try in $(seq "$1"); do
		login "$2" "$3" "wrong+$try"
		[ "$status $(member error)" != "400 invalid_grant" ] || answered=$((answered + 1))
	done
	is "$answered" "$1" "$1 wrong ones for $3 from $2 are answered"
}
held() {	# SECONDS NAME: is the last one held back, for no longer than that?
	is "$status $(member error)" "429 slow_down" "$2"
	wait=$(retry_after)
	case $wait in
	'' | *[!0-9]* | 0*) ok 1 "... Retry-After '$wait' is a number of seconds" ;;
	*)	[ "$wait" -le "$1" ] && [ "$wait" -gt $(($1 - 10)) ]
		ok $? "... for $wait s, of $1" ;;
	esac
}
later() {	# SECONDS: as if they had passed
	sqlite3 "$state/ledger.db" "UPDATE guesses SET last = last - $1, until = until - $1;
	    UPDATE logins SET last = last - $1"
}
counts() { sqlite3 "$state/ledger.db" "SELECT hex(key), count, last, until FROM guesses ORDER BY 1"; }

# Ten are free, then a wait starts; what is held back neither counts nor prolongs.
wrong 10 192.0.2.1 demo
login 192.0.2.1 demo wrong
held 30 "the eleventh is held back"
before=$(counts)
login 192.0.2.1 demo "$right"
held 30 "... the right one too"
is "$(counts)" "$before" "... and neither counts"
login 192.0.2.2 demo "$right"
held 30 "the account is held back for strangers from elsewhere"
login 192.0.2.1 eve "$right"
held 30 "... the address for another account"
login 192.0.2.2 eve "$right"
is "$status" 200 "... another account from elsewhere is not"
later 30
login 192.0.2.1 demo wrong
is "$status" 400 "after the wait one is answered"
for seconds in 60 120 240 480 960 1920 3600 3600; do
	login 192.0.2.1 demo wrong
	held $seconds "... and the wait is longer"
	later $seconds
	login 192.0.2.1 demo wrong
	is "$status" 400 "... then one is answered"
done
login 192.0.2.1 demo "$right"
held 3600 "... it is 3600 at the most"
later 3600
login 192.0.2.1 demo "$right"
is "$status" 200 "the right one works after the wait"

# From where the owner came in, only what is wrong there counts.
wrong 8 192.0.2.1 demo
login 192.0.2.9 demo wrong
is "$status" 400 "a stranger is answered once"
login 192.0.2.9 demo "$right"
held 3600 "... and strangers wait"
login 192.0.2.1 demo "$right"
is "$status" 200 "the owner does not"
wrong 10 192.0.2.1 demo
login 192.0.2.1 demo "$right"
held 30 "ten wrong ones of his own hold him back"
later 30
login 192.0.2.1 demo "$right"
is "$status" 200 "... until the wait is over"
wrong 10 192.0.2.1 demo
later 30
login 192.0.2.1 demo "$right"
is "$status" 200 "... and the right one starts anew"
later 2592001
wrong 10 192.0.2.8 demo
login 192.0.2.1 demo "$right"
held 30 "where he came in 31 days ago he is a stranger"
later 86401
login 192.0.2.8 demo wrong
is "$status" 400 "a day later all is forgotten"

# Names that nobody has are no different; nor are networks of IPv6.
wrong 10 192.0.2.20 nobody
login 192.0.2.21 nobody wrong
held 30 "a name that nobody has"
later 86401
wrong 10 2001:db8:0:1::1 demo
login 2001:db8:0:1:ffff::2 eve "$right"
held 30 "the same /64"
login 2001:db8:0:2::1 eve "$right"
is "$status" 200 "another /64"
later 86401
for try in $(seq 10); do
	login 192.0.2.30 "name$try" wrong
done
login 192.0.2.30 eve "$right"
held 30 "one guess for each of ten names"
login 192.0.2.31 name1 wrong
is "$status" 400 "... holds none of them back"
later 86401

# What a proxy says of the client counts, not the proxy.
set_config trusted_proxy 192.0.2.40
for try in $(seq 10); do
	post_form token /token "grant_type=password&username=demo&password=wrong" REMOTE_ADDR=192.0.2.40 \
	    HTTP_X_FORWARDED_FOR=198.51.100.1 HTTP_X_FORWARDED_PROTO=https
done
post_form token /token "grant_type=password&username=eve&password=$right" REMOTE_ADDR=192.0.2.40 \
    HTTP_X_FORWARDED_FOR=198.51.100.2 HTTP_X_FORWARDED_PROTO=https
is "$status" 200 "another client behind the same proxy"
post_form token /token "grant_type=password&username=eve&password=$right" REMOTE_ADDR=192.0.2.40 \
    HTTP_X_FORWARDED_FOR=198.51.100.1 HTTP_X_FORWARDED_PROTO=https
held 30 "the client that guessed"
later 86401

# Requests that are no tries count nothing.
before=$(counts)
login 192.0.2.50 demo ""
login 192.0.2.50 demo "$(printf '%01025d' 0)"
post_form token /token "grant_type=password&username=demo&password=x&scope=a++a" HTTPS=on REMOTE_ADDR=192.0.2.50
is "$(counts)" "$before" "requests that are no tries count nothing"

# Client secrets.
secret=$(postern client add machine --grant client_credentials --scope me | sed -n 's/^client_secret //p')
client() {	# ADDRESS SECRET
	post_form token /token "grant_type=client_credentials&client_id=machine&client_secret=$2" \
	    HTTPS=on REMOTE_ADDR="$1"
}
client 192.0.2.60 "$secret"
is "$status" 200 "a client"
before=$(counts)
client 192.0.2.60 "$secret"
is "$status $(counts)" "200 $before" "... again, and the ledger knows that already"
bad=0
for try in $(seq 10); do
	client 192.0.2.61 "wrong$try"
	[ "$status" = 401 ] || bad=1
done
is "$bad" 0 "ten wrong secrets are answered"
client 192.0.2.61 "$secret"
held 30 "the next is held back"
for of in revoke introspect; do
	post_form $of /$of "token=x&client_id=machine&client_secret=$secret" HTTPS=on REMOTE_ADDR=192.0.2.62
	held 30 "... at /$of too"
done
client 192.0.2.60 "$secret"
is "$status" 200 "... the client itself is not"

# A user's name, tried as a client's, harms no user.
postern limit forget >/dev/null
for try in $(seq 12); do
	post_form token /token "grant_type=password&client_id=demo&client_secret=x$try" HTTPS=on REMOTE_ADDR=192.0.2.65
done
held 30 "a user's name tried as a client's"
login 192.0.2.66 demo "$right"
is "$status" 200 "... the user is not held back"

# Who refreshes is known there.
refresh=$(member refresh_token)
later 2592001
post_form token /token "grant_type=refresh_token&refresh_token=$refresh" HTTPS=on REMOTE_ADDR=192.0.2.66
wrong 10 192.0.2.67 demo
login 192.0.2.66 demo "$right"
is "$status" 200 "who refreshed is known there, however long ago the login was"
later 86401

# Old passwords, with a token that somebody stole.
token=$(mint demo)
change() {	# OLD
	post_json users-me-password /users/me/password "{\"old\":\"$1\",\"new\":\"A new one that is long\"}" \
	    HTTP_AUTHORIZATION="Bearer $token" HTTPS=on REMOTE_ADDR=192.0.2.70
}
bad=0
for try in $(seq 10); do
	change "wrong $try"
	[ "$status" = 403 ] || bad=1
done
is "$bad" 0 "ten wrong old passwords are answered"
change "$password"
is "$status $(detail)" "429 Too many wrong ones: Retry-After says for how long to wait" "... the next is held back"
login 192.0.2.71 demo "$right"
is "$status" 200 "... a login is not"
later 30
change "$password"
is "$status" 204 "... the right one works after the wait"

# Introspection of what is no token of ours; those that are cannot be guessed.
basic="HTTP_AUTHORIZATION=Basic $(postern client add looker --introspect |
    sed -n 's/^client_secret /looker:/p' | tr -d '\n' | base64 -w0)"
gone=$(mint eve) live=$(mint eve)
printf %s "$gone" | postern token revoke -
look() { post_form introspect /introspect "token=$1" "$basic"; }
bad=0
for try in $(seq 10); do
	look "garbage$try"
	[ "$status $body" = '200 {"active":false}' ] || bad=1
done
is "$bad" 0 "ten times garbage is answered"
look "garbage"
held 30 "... then it is held back"
bad=0
for try in $(seq 15); do
	look "$gone"
	[ "$status $body" = '200 {"active":false}' ] || bad=1
done
is "$bad" 0 "tokens that ended are answered for ever"
look "$live"
like "$body" '"active":true' "... and those that live"

# Nothing of it tells names or addresses; what is missing is a refusal.
strings "$state/ledger.db" "$state/ledger.db-wal" 2>/dev/null >"$work/strings"
! grep -qE 'nobody|name1|192\.0\.2' "$work/strings"
ok $? "the ledger says neither who was guessed at nor from where"
mv "$state/server.keys" "$state/away"
login 192.0.2.80 demo "$right"
is "$status" 503 "without server.keys nothing is tried"
mv "$state/away" "$state/server.keys"
sqlite3 "$state/ledger.db" "UPDATE guesses SET until = until + 9000000000, last = last + 9000000000"
look garbage
[ "$(retry_after)" -le 3600 ]
ok $? "a clock that was wrong holds nobody back for ever"
out=$(postern limit forget)
like "$out" "forgotten " "the operator forgets all of it"
look garbage
is "$status" 200 "... and it is"

# The table is bounded, and whoever guesses now stays in it.
sqlite3 "$state/ledger.db" "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 65536)
    INSERT INTO guesses SELECT randomblob(32), 9, unixepoch() - 60, 0 FROM n"
wrong 10 192.0.2.90 demo
login 192.0.2.90 demo wrong
held 30 "with a full table"
sqlite3 "$state/ledger.db" "UPDATE guesses SET last = last - 90 WHERE until > 0;
    DELETE FROM guesses WHERE key IN (SELECT key FROM guesses WHERE until = 0 LIMIT 200);
    WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 200)
    INSERT INTO guesses SELECT randomblob(32), 1, unixepoch(), 0 FROM n"
wrong 1 192.0.2.91 other
login 192.0.2.90 demo wrong
held 30 "... and who waits goes on waiting"
[ "$(sqlite3 "$state/ledger.db" 'SELECT count(*) FROM guesses')" -le 65536 ]
ok $? "... which stays within its bound"

# Other settings, and none.
postern limit forget >/dev/null
set_config guess_free 2
set_config guess_wait 100
set_config guess_wait_max 150
wrong 2 192.0.2.91 demo
login 192.0.2.91 demo wrong
held 100 "two free ones, and 100 s"
later 100
login 192.0.2.91 demo wrong
login 192.0.2.91 demo wrong
held 150 "... then 150 s"
set_config guess_limit off
wrong 5 192.0.2.91 demo
login 192.0.2.91 eve "$right"
is "$status" 200 "guess_limit = off: nobody waits"
done_testing
