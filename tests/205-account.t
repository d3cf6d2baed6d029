#!/bin/sh
# One's own account: another password, and signing out of everything.
. "${0%/*}/lib.sh"
on_exit() { [ -z "${locker-}" ] || kill "$locker" 2>/dev/null; }
new_state "me items keys"
token=$(mint demo)
ledger=$state/ledger.db
json_of=users-me-password json_at=/users/me/password
. "${0%/*}/json.sh"
bearer=$token
new='Another Passw0rd, as long'

change() {	# OLD NEW [TOKEN]
	post_json users-me-password /users/me/password \
	    "{\"old\":\"$1\",\"new\":\"$2\"}" \
	    HTTP_AUTHORIZATION="Bearer ${3-$token}"
}
login() {	# STATUS PASSWORD NAME
	post_form token /token "grant_type=password&username=demo&password=$(printf %s "$2" | tr ' ' +)"
	is "$status" "$1" "$3"
}
lives() {	# STATUS TOKEN NAME
	call secure-data GET /secure-data HTTP_AUTHORIZATION="Bearer $2"
	is "$status" "$1" "$3"
}
lines() { wc -l <"$work/log"; }

# Refused, and nothing changed.
change "$password" "$new" "$(mint demo --scope items)"
is "$status $(challenge)" '403 Bearer realm="postern", error="insufficient_scope", scope="me"' \
    "without the scope"
call users-me-password POST /users/me/password
is "$status" 401 "without a token"
call users-me-password GET /users/me/password HTTP_AUTHORIZATION="Bearer $token"
is "$status" 405 "GET"
before=$(lines)
change "wrong old one" "$new"
is "$status $(detail)" "403 The old password is wrong" "a wrong old one"
is "$(challenge)" "" "... and no challenge: the token is fine"
is $(($(lines) - before)) 1 "... one line in the log"
like "$(tail -n 1 "$work/log")" "refused from 127.0.0.1 for demo" "... that says who"
unlike "$(tail -n 1 "$work/log")" "old one" "... and not what"
while read -r wanted why json; do
	post_json users-me-password /users/me/password "$json" \
	    HTTP_AUTHORIZATION="Bearer $token"
	is "$status" "$wanted" "$json"
	like "$(detail)" "$why" "... and says why"
done <<'CASES'
400 new {"old":"Passw0rd of some length","new":"fourteen chars"}
400 new {"old":"Passw0rd of some length","new":""}
400 new {"old":"Passw0rd of some length"}
400 old {"old":"","new":"Another Passw0rd, as long"}
400 old {"new":"Another Passw0rd, as long"}
400 same {"old":"Passw0rd of some length","new":"Passw0rd of some length"}
400 member {"old":"Passw0rd of some length","new":"Another Passw0rd, as long","user":"eve"}
400 member {"Old":"Passw0rd of some length","new":"Another Passw0rd, as long"}
CASES
change "$password" "$(repeat 14 ü)"
is "$status" 400 "14 characters in 28 bytes"
change "$password" "$(repeat 1025 x)"
is "$status" 400 "1025 bytes"
change "$password" "$(repeat 513 ü)"
is "$status" 400 "1026 bytes in 513 characters"
change "$(repeat 1025 x)" "$new"
is "$status" 400 "an old one of 1025 bytes"
refuse_bodies '{"old":"Passw0rd of some length","new":"Another Passw0rd, as long"}'
refuse_values old string '"new":"Another Passw0rd, as long",'
refuse_values new string '"old":"Passw0rd of some length",'
login 200 "$password" "the password is what it was"
lives 200 "$token" "... and the token"

# Changed: the token that did it stays, all others end.
other=$(mint demo)
post_json keys /keys '{"name":"x"}' HTTP_AUTHORIZATION="Bearer $token"
key=$(member key)
printf %s "$password" | postern user add eve --scope me --password-stdin
eve=$(mint eve)
before=$(lines)
change "$password" "$new"
is "$status $body" "204 " "changed"
like "$headers" "Cache-Control: no-store" "... not to be kept"
is $(($(lines) - before)) 1 "... one line in the log"
like "$(tail -n 1 "$work/log")" "demo has a new password" "... that says so"
lives 200 "$token" "the token that did it"
lives 401 "$other" "another token"
lives 401 "$key" "a key"
lives 200 "$eve" "somebody else's"
login 400 "$password" "the old password"
login 200 "$new" "the new one"
change "$password" "yet another Passw0rd"
is "$status" 403 "the old one changes nothing any more"
# The library of scores gives long texts little: most of it are words.
long=$(i=0; while [ $i -lt 128 ]; do printf '%.8s' "$(printf %s "word $i" | cksum)abc"; i=$((i + 1)); done)
is "${#long}" 1024 "a password of 1024 bytes"
change "$new" "$long"
is "$status" 204 "1024 bytes"
login 200 "$long" "... log in"
change "$long" "fünfzehn Zeichen"
is "$status" 204 "umlauts"
for weak in passwordpassword 123456789012345 qwertyuiopasdfgh aaaaaaaaaaaaaaaaaaaa \
    iloveyouiloveyou administrator123 "P@ssw0rdP@ssw0rd" demodemodemodemo postern-postern1; do
	change "fünfzehn Zeichen" "$weak"
	is "$status" 400 "too weak: $weak"
	like "$(detail)" "new is too weak: it is " "... and why"
done
change "fünfzehn Zeichen" "\\\"fifteen\\\\chars \\u00e9"
is "$status" 204 "escapes"
change '\"fifteen\\chars é' "$password"
is "$status" 204 "... are what they stand for"
post_json keys /keys '{"name":"x"}' HTTP_AUTHORIZATION="Bearer $token"
key=$(member key)
post_json users-me-password /users/me/password \
    "{\"old\":\"$password\",\"new\":\"$new\"}" HTTP_X_API_KEY="$key"
is "$status" 204 "by a key"
lives 200 "$key" "... which stays"
lives 401 "$token" "... and the token does not"
token=$(mint demo)

# Throttled, and not written.
set_config password_slots 1
exec 9>"$state/slot.0"
flock 9
change "$new" "$password"
is "$status" 503 "no slot for a password hash"
like "$headers" "Retry-After: " "... and when to ask again"
exec 9>&-
sqlite3 "$ledger" "CREATE TRIGGER no BEFORE DELETE ON tokens BEGIN SELECT raise(ABORT, 'no'); END"
mint demo >/dev/null
change "$new" "$password"
is "$status" 503 "half of it could not be written"
call users-me-tokens DELETE /users/me/tokens HTTP_AUTHORIZATION="Bearer $token"
is "$status" 503 "... nor the end of everything"
sqlite3 "$ledger" "DROP TRIGGER no"
login 200 "$new" "... so nothing was"
lives 200 "$token" "... nor ended"
postern user passwd demo >/dev/null
change "$new" "$password"
is "$status" 403 "the operator gave another"

# A client is no user.
if postern client add robot --grant client_credentials --scope me >/dev/null 2>&1; then
	robot=$eve
	sqlite3 "$ledger" "UPDATE tokens SET user = (SELECT id FROM users
	    WHERE name = 'robot') WHERE user = (SELECT id FROM users WHERE name = 'eve')"
	change "$password" "$new" "$robot"
	is "$status $(detail)" "403 Only users have passwords" "a client has no password"
	call users-me-tokens DELETE /users/me/tokens HTTP_AUTHORIZATION="Bearer $robot"
	is "$status" 403 "... and does not sign out"
	eve=$(mint eve)
fi

# Signing out of everything.
token=$(mint demo) other=$(mint demo)
post_json keys /keys '{"name":"x"}' HTTP_AUTHORIZATION="Bearer $token"
key=$(member key)
out() {		# [VAR=VALUE...]
	call users-me-tokens DELETE /users/me/tokens "$@"
}
out
is "$status" 401 "without a token"
out HTTP_AUTHORIZATION="Bearer $(mint demo --scope items)"
is "$status" 403 "without the scope"
call users-me-tokens GET /users/me/tokens HTTP_AUTHORIZATION="Bearer $token"
is "$status" 405 "GET"
lives 200 "$other" "nothing has ended yet"
out HTTP_AUTHORIZATION="Bearer $token"
is "$status $body" "204 " "signed out"
like "$(tail -n 1 "$work/log")" "demo signed out of everything" "... the log says who"
for one in "$token" "$other" "$key"; do
	lives 401 "$one" "ended: $(printf %.8s "$one")"
done
lives 200 "$eve" "somebody else's is not"
out HTTP_AUTHORIZATION="Bearer $token"
is "$status" 401 "it is ended"
lives 200 "$(mint demo)" "a new one lives"
done_testing
