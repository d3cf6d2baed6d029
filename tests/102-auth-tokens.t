#!/bin/sh
# Which tokens live: near misses, expiry, revocation, users, scopes.
. "${0%/*}/lib.sh"
new_state
token=$(mint demo)

use() {		# TOKEN [ENDPOINT PATH]
	call "${2:-secure-data}" GET "${3:-/secure-data}" \
	    HTTP_AUTHORIZATION="Bearer $1"
}

refused() {	# NAME
	is "$status $(challenge)" \
	    '401 Bearer realm="postern", error="invalid_token"' "$1"
	is "$(detail)" "Invalid authentication credentials" "... says so"
}

use "$token"
is "$status" 200 "the token itself"
is "${#token}" 56 "has 56 characters"

# Every byte changed, in turn; cut, grown, case swapped, padded.
wrong=0 at=1
while [ "$at" -le 56 ]; do
	byte=$(printf %s "$token" | cut -c"$at")
	case $byte in a) other=b ;; *) other=a ;; esac
	left=$(printf %s "$token" | cut -c-"$at")
	use "${left%?}$other$(printf %s "$token" | cut -c"$((at + 1))"-)"
	[ "$status" = 401 ] || wrong=$((wrong + 1))
	at=$((at + 1))
done
is "$wrong" 0 "56 tokens with one byte changed are refused"
for near in "${token%?}" "${token#?}" "${token}0" "0$token" "$token=" \
    "$token==" "$(printf %s "$token" | tr a-zA-Z A-Za-z)" \
    "PST_AT_${token#pst_at_}" "pst_rt_${token#pst_at_}" \
    "pst_key_${token#pst_at_}" "${token#pst_at_}" "$token.$token"; do
	use "$near"
	refused "near miss of ${#near} characters"
done

other=$("$BIN/postern" init --tutorial "$work/other" >/dev/null &&
	printf %s "$password" | "$BIN/postern" -c "$work/other/postern.conf" \
	    user add demo --password-stdin &&
	"$BIN/postern" -c "$work/other/postern.conf" token mint --user demo)
use "$other"
refused "another place's token"

short=$(mint demo --ttl 1)
expired() { use "$short"; [ "$status" = 401 ]; }
await 5 expired
refused "an expired token"

gone=$(mint demo)
printf '%s\n' "$gone" | postern token revoke - >/dev/null
use "$gone"
refused "a revoked token"

# Scopes: what token and user both have.
me=$(mint demo --scope me)
use "$me" users-me /users/me
is "$body" '{"username":"demo","disabled":false,"scopes":["me"]}' "scope me"
use "$me" users-me-items /users/me/items
is "$status $(challenge)" '403 Bearer realm="postern", error="insufficient_scope", scope="items"' \
    "scope items is missing"
is "$(detail)" "Not enough permissions" "... says so"
use "$me"
is "$status" 200 "any token will do for /secure-data"
none=$(printf %s "$password" | postern user add bare --password-stdin
	mint bare)
use "$none" users-me /users/me
is "$status" 403 "a user without scopes"
postern user scope demo items
use "$token" users-me /users/me
is "$status" 403 "a scope taken from the user is gone from its tokens"
use "$token" users-me-items /users/me/items
is "$status" 200 "... and the others stay"
postern user scope demo "me items"

# One user at a time: ended at once, and for good.
postern user disable demo
use "$token"
refused "a disabled user's token"
postern user enable demo
use "$token"
refused "... stays ended"
token=$(mint demo)
use "$token"
is "$status" 200 "an enabled user's new token"
postern token revoke --user demo >/dev/null
use "$token"
refused "signed out of everything"
token=$(mint demo)
use "$none"
is "$status" 200 "others are not touched"
postern user delete demo
use "$token"
refused "a deleted user's token"

# Tokens of others, where the configuration takes them.
printf securetoken | postern token import --user bare --allow-weak >/dev/null
use securetoken
is "$status $body" '200 {"data":"This is protected data","user":"bare"}' \
    "the tutorial's token"
use wrongtoken
refused "the tutorial's wrong token"
set_config foreign_tokens off
use securetoken
refused "imported tokens with foreign_tokens off"
use "$none"
is "$status" 200 "... our own stay"
done_testing
