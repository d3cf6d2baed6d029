#!/bin/sh
# The operator's command: API keys.
. "${0%/*}/lib.sh"
new_state "me items items:write keys"
ledger=$state/ledger.db
export POSTERN_CONF="$state/postern.conf"
row() { sqlite3 "$ledger" "SELECT $1 FROM tokens WHERE kind = 2 AND label = '$2'"; }

run 0 "key create" key create --user demo
is "$(wc -l <"$work/out") $(printf %s "$out" | sed 's/^pst_key_[0-9A-Za-z]\{49\}$/KEY/')" \
    "1 KEY" "... the key alone"
key=$out
is "$(row "(expires - created) || ' ' || scope || ' ' || used" postern)" \
    "7776000 me items items:write 0" "... 90 days, all scopes but keys, never used"
! cat "$ledger" "$ledger-wal" 2>/dev/null | grep -aqF "$key"
ok $? "... and nowhere in clear"
run 0 "... narrower" key create --user demo --scope "items" --ttl 60 --name "one ä 'x'"
is "$(sqlite3 "$ledger" "SELECT (expires - created) || ' ' || scope FROM tokens
    WHERE label LIKE 'one%'")" "60 items" "... as asked"
run 0 "an empty scope is none" key create --user demo --scope "" --name two
is "$(row scope two)" "me items items:write" "... all but keys"
run 1 "the scope keys" key create --user demo --scope "keys"
like "$err" "a key cannot have the scope keys" "... says why"
run 1 "... among others" key create --user demo --scope "me keys"
run 1 "a scope that the user lacks" key create --user demo --scope admin
run 1 "a bad scope" key create --user demo --scope "me  items"
run 1 "for nobody" key create --user nobody
run 2 "for whom?" key create
for number in 0 -1 x 1.5 31622401; do
	run 2 "--ttl $number" key create --user demo "--ttl=$number"
done
run 0 "--ttl at the most" key create --user demo --ttl 31622400 --name most
run 1 "no name" key create --user demo --name ""
run 1 "a newline in it" key create --user demo --name "a
b"
run 1 "not UTF-8" key create --user demo --name "$(printf 'a\377b')"
run 1 "65 characters" key create --user demo --name "$(printf '%065d' 0)"
wide=$(printf '%064d' 0 | sed 's/0/😀/g')
run 0 "64 wide ones" key create --user demo --name "$wide"
set_config key_ttl_max 100
run 0 "key_ttl_max bounds the default" key create --user demo --name bound
is "$(row "expires - created" bound)" 100 "... too"
run 2 "... and what is asked" key create --user demo --ttl 101
set_config key_ttl 70
run 0 "key_ttl" key create --user demo --name seventy
is "$(row "expires - created" seventy)" 70 "... is the default"

run 0 "key list" key list
is "$(printf '%s\n' "$out" | wc -l)" 7 "... lists them"
is "$(printf '%s\n' "$out" | sed -n '/" postern$/s/^[0-9a-f]\{16\} demo 20[^ ]*Z never /ID /p')" \
    'ID "me items items:write" postern' "... id, user, end, use, scopes, name"
like "$out" "$wide" "... the whole name"
unlike "$out" "$key" "... not in clear"
id=$(printf '%s\n' "$out" | sed -n '/" postern$/s/ .*//p')
sqlite3 "$ledger" "UPDATE tokens SET used = 1000000000 WHERE label = 'postern'"
run 0 "a used one" key list --user demo
like "$out" 'Z 2001-09-09T01:46:40Z "me' "... says when"
run 1 "... of nobody" key list --user nobody
run 0 "token list" token list
is "$out" "" "... has no keys"
token=$(mint demo)
is "$(postern key list | wc -l)" 7 "... and key list no tokens"
access=$(postern token list | cut -d' ' -f1)
run 1 "key revoke: an access token's id" key revoke "$access"
run 1 "token revoke: a key's id" token revoke "$id"
run 1 "... not an id" key revoke xyz
run 2 "... which?" key revoke
run 0 "key revoke" key revoke "$id"
is "$out" "revoked 1" "... done"
run 1 "... twice" key revoke "$id"
run 0 "another" key create --user demo --name three
input=$out run 0 "token revoke -: a key" token revoke -
is "$(row "count(*)" three)" 0 "... gone"
run 1 "imported, one of ours" token import --user demo
set_config foreign_tokens on
for kind in at rt key cs; do
	input="pst_${kind}_$(printf '%049d' 0)" run 1 "import like pst_${kind}_" \
	    token import --user demo
	like "$err" "Postern's own" "... says why"
done
input=$key run 1 "import a key" token import --user demo
run 0 "token revoke --user" token revoke --user demo
is "$out" "revoked 7" "... ends six keys and a token"
run 0 "a key" key create --user demo
run 0 "user disable" user disable demo
is "$(postern key list)" "" "... ends it"
run 1 "... and makes none" key create --user demo
like "$err" "disabled" "... says why"

# A refresh token that is read ends its family.
postern user enable demo
refresh=pst_rt_0000000000000000000000000000000000000000000155QT5
digest=$(printf %s "$refresh" | b2sum -l 256 | cut -d' ' -f1)
token=$(mint demo)
sqlite3 "$ledger" "PRAGMA foreign_keys = ON;
    INSERT INTO families VALUES (9, (SELECT id FROM users), 'app', 'me', 1, 9e9);
    INSERT INTO refresh VALUES (x'$digest', 9, 9000000000, 0, 0);
    UPDATE tokens SET family = 9"
input=$refresh run 0 "token revoke -: a refresh token" token revoke -
is "$(sqlite3 "$ledger" "SELECT (SELECT count(*) FROM refresh) || '' || (SELECT count(*)
    FROM families) || '' || (SELECT count(*) FROM tokens)")" 000 "... with its access token"
input=$refresh run 1 "... twice" token revoke -
done_testing
