#!/bin/sh
# The audit log: who logged in, what was refused, made and ended; never a secret.
. "${0%/*}/lib.sh"
on_exit() { [ -z "${worker-}" ] || kill "$worker" 2>/dev/null; }
new_state "me items keys"
audit=$state/audit.log
is "$(stat -c %a "$audit")" 600 "it is closed to others"
right=$(printf %s "$password" | tr ' ' +)

event() {	# EVENT [MEMBER...]: is this the last event, and does it say so?
	event=$1
	shift
	like "$(noted)" "\"event\":\"$event\"" "$event"
	for part in "$@"; do
		like "$(noted)" "$part" "... $part"
	done
}
login() {	# NAME PASSWORD
	post_form token /token "grant_type=password&username=$1&password=$2" REMOTE_ADDR=192.0.2.7 HTTPS=on
}
event user_added '"subject":"demo"' '"detail":"by the operator"'
login demo "$right"
token=$(member access_token) refresh=$(member refresh_token)
bearer="HTTP_AUTHORIZATION=Bearer $token"
event login '"subject":"demo"' '"client":"tutorial"' '"address":"192.0.2.7"' '"token":"'
id=$(noted | sed 's/.*"token":"\([0-9a-f]*\)".*/\1/')
like "$(postern token list)" "$id" "... the id is the one that lists have"
login demo wrong
event login_refused '"subject":"demo"' '"address":"192.0.2.7"'
login "hunter2 in the wrong field" wrong
event login_refused
unlike "$(noted)" hunter2 "... a name that nobody has is not noted"
unlike "$(noted)" subject "... not at all"
post_form token /token "grant_type=refresh_token&refresh_token=$refresh"
event token_refreshed '"subject":"demo"' '"client":"tutorial"'
second=$(member refresh_token)
post_form token /token "grant_type=refresh_token&refresh_token=$second"
sqlite3 "$state/ledger.db" 'UPDATE refresh SET used = used - 100 WHERE used > 0'
post_form token /token "grant_type=refresh_token&refresh_token=$refresh"
event refresh_token_reused "\"token\":\"$(printf %s "$refresh" | b2sum -l 256 | cut -c1-16)\""
event refresh_token_reused '"subject":"demo"' '"detail":"all tokens of that login have ended"'
call users-me GET /users/me "$bearer"
is "$status" 401 "that token has ended"
event token_refused "\"token\":\"$id\"" '"address":"127.0.0.1"'
before=$(wc -l <"$audit")
call users-me GET /users/me
call users-me GET /users/me HTTP_AUTHORIZATION="Basic eDp5"
call public GET /public
is "$(wc -l <"$audit")" "$before" "who shows no token is no event"
limited=$(mint demo --scope items)
event token_minted '"subject":"demo"'
call users-me GET /users/me HTTP_AUTHORIZATION="Bearer $limited"
event scope_refused '"subject":"demo"' '"detail":"me"'
token=$(mint demo) bearer="HTTP_AUTHORIZATION=Bearer $token"
post_json keys /keys '{"name":"x"}' "$bearer"
key=$(member key) id=$(member id)
event key_made '"subject":"demo"' "\"token\":\"$id\""
call keys DELETE "/keys/$id" "$bearer"
event key_ended "\"token\":\"$id\""
post_json users-me-password /users/me/password '{"old":"wrong one","new":"Passw0rd of another length"}' "$bearer"
event password_refused '"subject":"demo"'
post_json users-me-password /users/me/password "{\"old\":\"$password\",\"new\":\"Passw0rd of another length\"}" "$bearer"
event password_changed '"subject":"demo"'
call users-me-tokens DELETE /users/me/tokens "$bearer"
event signed_out '"subject":"demo"'
secret=$(postern client add machine --grant client_credentials --scope me | sed -n 's/^client_secret //p')
event client_added '"subject":"machine"'
post_form token /token "grant_type=client_credentials&client_id=machine&client_secret=$secret"
event token_issued '"subject":"machine"'
issued=$(member access_token)
post_form token /token "grant_type=client_credentials&client_id=machine&client_secret=${secret%?}"
event client_refused '"client":"machine"'
post_form revoke /revoke "token=$issued&client_id=machine&client_secret=$secret"
event token_revoked '"subject":"machine"' '"client":"machine"'
post_form token /token "grant_type=client_credentials&client_id=machine"
event client_refused '"client":"machine"'
post_form token /token "grant_type=password&username=demo&password=x&client_id=machine&client_secret=$secret"
event login_refused '"client":"machine"' '"detail":"unauthorized_client"'
post_form token /token "grant_type=client_credentials&scope=admin&client_id=machine&client_secret=$secret"
event grant_refused '"client":"machine"' '"detail":"invalid_scope"'
other=$(postern client add other --grant refresh_token --scope me | sed -n 's/^client_secret //p')
login demo "Passw0rd+of+another+length"
stolen=$(member refresh_token)
post_form token /token "grant_type=refresh_token&refresh_token=$stolen&client_id=other&client_secret=$other"
event refresh_refused '"client":"other"' '"subject":"demo"' '"detail":"invalid_grant"'
unlike "$(noted)" "$stolen" "... without the token"
post_form token /token "grant_type=refresh_token&refresh_token=garbage"
event refresh_refused
unlike "$(noted)" '"token"' "... a word that is no token is not even hashed"
before=$(wc -l <"$audit")
post_form revoke /revoke "token=$(mint demo)&client_id=machine&client_secret=$secret"
is "$(wc -l <"$audit")" $((before + 1)) "another's token is not revoked, and no event but its minting"
for try in $(seq 11); do login demo wrong; done
event limit_hit '"subject":"demo"' '"address":"192.0.2.7"'
printf %s "$password" | postern user passwd demo --password-stdin
event password_set
for action in disable enable; do
	postern user $action demo
	event "user_${action}d" '"subject":"demo"'
done
postern user scope demo "me items keys"
event user_scope_set
postern client secret machine >"$work/secret"
event client_secret_set
postern key create --user demo >"$work/key"
event key_made '"subject":"demo"' '"detail":"by the operator"'
postern token revoke --user demo >/dev/null
event tokens_revoked
postern server-key rotate >/dev/null
event server_key_rotated
postern limit forget >/dev/null
event limits_forgotten

# Each line is one object, whatever it holds; none holds a secret.
lines() { perl -MJSON::PP -ne 'eval { decode_json($_)->{time} } =~ /^\d{4}-/ or print "# $_"' "$audit"; }
is "$(lines)" "" "each line is an object with a time"
for canary in "$token" "$refresh" "$second" "$key" "$secret" "$issued" "$limited" "wrong one" \
    "Passw0rd" hunter2 "$(cat "$work/key")"; do
	! grep -qF -e "$canary" "$audit" "$work/log"
	ok $? "a secret is in no log"
done
set_config trusted_proxy 192.0.2.7
for odd in 'a"b' "$(printf 'a\nb')" "$(printf '\303')" '\u0022' '","event":"forged' '{}' "$(printf '%01000d' 0)"; do
	post_form token /token "grant_type=password&username=demo&password=x" REMOTE_ADDR=192.0.2.7 \
	    HTTP_X_FORWARDED_FOR="$odd" HTTP_X_FORWARDED_PROTO=https
	event login_refused '"address":"192.0.2.7"'
	postern limit forget >/dev/null
done
is "$(lines)" "" "... whatever a client says"
! grep -q forged "$audit"
ok $? "... and nobody writes events"

# Many at once.
set_config guess_limit off
before=$(wc -l <"$audit")
for i in $(seq 40); do
	(call secure-data GET /secure-data HTTP_AUTHORIZATION="Bearer $issued") &
done
wait
is "$(wc -l <"$audit") $(lines)" "$((before + 40)) " "40 at once: 40 lines, whole"

# The file is moved away, as logrotate does: nothing is lost.
token=$(mint demo)
start_worker users-me
fcall users-me GET /users/me HTTP_AUTHORIZATION="Bearer $issued"
is "$status" 401 "a worker refuses"
event token_refused
mv "$audit" "$work/moved"
before=$(wc -l <"$work/moved")
fcall users-me GET /users/me HTTP_AUTHORIZATION="Bearer $token"
is "$status" 200 "the file is moved away: it answers"
fcall users-me GET /users/me HTTP_AUTHORIZATION="Bearer $issued"
is "$status" 401 "... and refuses"
is "$(wc -l <"$work/moved")" $((before + 1)) "... that event is in the old file"
gone() { ! kill -0 "$worker" 2>/dev/null; }
await 10 gone
ok $? "... and it ends, for its parent to start it anew"
worker=
call users-me GET /users/me HTTP_AUTHORIZATION="Bearer $issued"
is "$(grep -c token_refused "$audit")" 1 "the next one writes a new file"
is "$(stat -c %a "$audit")" 600 "... closed to others"

# No end of refusals fills no disk.
set_config audit_max 65536
head -c 70000 /dev/zero | tr '\0' '\n' >>"$audit"
before=$(wc -c <"$audit")
call users-me GET /users/me HTTP_AUTHORIZATION="Bearer $issued"
is "$status $(wc -c <"$audit")" "401 $before" "over audit_max refusals are left out"
like "$(tail -n 1 "$work/log")" "refusals are left out; move it away" "... the log says so"
post_form token /token "grant_type=password&username=demo&password=x"
post_form token /token "grant_type=client_credentials&client_id=machine&client_secret=x"
is "$(wc -c <"$audit")" "$before" "... those of logins and clients too"
mint demo >/dev/null
event token_minted
printf '{"time":"2026-01-01T00:00:00Z","event":"login_refused","subj' >>"$audit"
postern user scope demo "me items keys"
like "$(postern audit --last 1)" "user_scope_set" "a piece of a line harms no whole one"

# Where it cannot be written, events are in the log.
rm "$audit"
mkdir "$audit"
call users-me GET /users/me HTTP_AUTHORIZATION="Bearer $issued"
is "$status" 401 "no file can be made: still refused"
like "$(tail -n 1 "$work/log")" 'audit: {"time":"' "... and in the log"
rmdir "$audit"
set_config audit off
call users-me GET /users/me HTTP_AUTHORIZATION="Bearer $issued"
[ ! -e "$audit" ]
ok $? "audit = off: no file"
set_config audit on

# What a person reads.
cat >"$audit" <<'TXT'
{"time":"2026-01-01T00:00:00Z","event":"login","subject":"demo","client":"tutorial","address":"192.0.2.1","token":"0011223344556677"}
{"time":"2026-01-02T03:04:05Z","event":"login_refused","subject":"eve","client":"tutorial","address":"192.0.2.2"}
not a line of ours
{"time":"2026-01-03T00:00:00Z","event":"user_added","subject":"demo","detail":"by the operator"}
TXT
is "$(postern audit | head -n 1 | tr -s ' ')" \
    "2026-01-01 00:00:00 login demo from 192.0.2.1 through tutorial token 0011223344556677" "postern audit"
is "$(postern audit | wc -l)" 3 "... all of it"
is "$(postern audit --subject eve | tr -s ' ')" \
    "2026-01-02 03:04:05 login_refused eve from 192.0.2.2 through tutorial" "... of one"
is "$(postern audit --subject demo --event login --json)" "$(head -n 1 "$audit")" "... as it is"
is "$(postern audit --since 2026-01-02 | wc -l)" 2 "... since then"
is "$(postern audit --last 1 | tr -s ' ')" "2026-01-03 00:00:00 user_added demo (by the operator)" "... the last"
is "$(postern audit --address 192.0.2.9)" "" "... of nobody"
is "$(postern audit --token 0011223344556677 | wc -l)" 1 "... of a token"
run 2 "a wrong option" audit --frobnicate
done_testing
