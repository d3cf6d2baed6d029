#!/bin/sh
# apicheck finds nothing in Postern, on any server.
. "${0%/*}/lib.sh"
on_exit() { stop_trial; }

# Until the trial has a document of its own, one of what README promises.
handmade='{"openapi":"3.1.0","info":{"title":"Postern","version":"0"},
"components":{"securitySchemes":{
 "oauth":{"type":"oauth2","flows":{"password":{"tokenUrl":"/token","scopes":{}}}},
 "key":{"type":"apiKey","in":"header","name":"X-API-Key"}}},
"paths":{
 "/public":{"get":{}},"/health":{"get":{}},"/token":{"post":{}},
 "/secure-data":{"get":{"security":[{"oauth":[]},{"key":[]}]}},
 "/users/me":{"get":{"security":[{"oauth":["me"]},{"key":["me"]}]}},
 "/users/me/items":{"get":{"security":[{"oauth":["items"]},{"key":["items"]}]},
  "post":{"security":[{"oauth":["items:write"]}]}},
 "/users/me/items/{item_id}":{
  "parameters":[{"name":"item_id","in":"path","required":true,"schema":{"type":"string"}}],
  "get":{"security":[{"oauth":["items"]}]},
  "delete":{"security":[{"oauth":["items:write"]}]}},
 "/keys":{"get":{"security":[{"oauth":["keys"]}]}}}}'

postern() { "$BIN/postern" "$@"; }	# demo.env exports POSTERN_CONF
is_dead() { get_as "$1" /secure-data; [ "$status" = 401 ]; }

# Tokens of every kind, one a line; $item is an item of demo's.
make_tokens() {
	postern user scope demo "me items items:write keys"
	revoked=$(mint demo)
	printf %s "$revoked" | postern token revoke - >/dev/null
	expired=$(mint demo --ttl 1)
	printf '%s\n' "good $(mint demo --ttl 600)" \
	    "good $(postern key create --user demo --scope "me items" | sed 's/^key //')" \
	    "limited $(mint demo --scope me --ttl 600) me" \
	    "limited $(mint demo --scope items --ttl 600) items" \
	    "expired $expired" "revoked $revoked" >"$work/tokens"
	item=$(postern item add --user demo milk | sed 's/^[a-z_]* //')
	await 10 is_dead "$expired"
	ok $? "$1: the expired token has expired"
}

check() {	# NAME [OPTION...]
	check_name=$1
	shift
	"$BIN/postern" apicheck --rate 1000 --param item_id="$item" "$@" \
	    <"$work/tokens" >"$work/out" 2>"$work/err"
	is $? 0 "$check_name: nothing found"
	is "$(grep -A1 '^not ok' "$work/out")" "" "$check_name: not one finding"
	is "$(cat "$work/err")" "" "$check_name: nothing on standard error"
	tail -n 1 "$work/out" | sed "s/^/# $check_name/"
	like "$(cat "$work/out")" "GET /users/me/items: a token of another scope" \
	    "$check_name: scopes were tried"
	! grep -E ': (a garbage|an? near|an expired|a revoked|an empty).* # SKIP' "$work/out"
	ok $? "$check_name: no case of a token was skipped for want of one"
	! grep -q 'pst_' "$work/out"
	ok $? "$check_name: no token in what it prints"
}

printf '%s\n' "$handmade" >"$work/handmade.json"
for server in lighttpd lighttpd-cgi apache-fcgid apache-proxy apache-cgi nginx; do
	missing=$(need_server "$server") || :
	case $missing in
	1..0*) ok 0 "$server # SKIP ${missing#*SKIP }"; continue ;;
	esac
	trial=$work/$server
	start_trial SERVER="$server" || { ok 1 "$server: the trial starts"; continue; }
	export POSTERN_CONF
	make_tokens "$server"
	get /openapi.json
	if [ "$status" = 200 ]; then
		check "$server" "$url"
	else
		ok 0 "$server: Postern's own document # SKIP /openapi.json answers $status"
		check "$server, by hand" --document "$work/handmade.json" "$url"
	fi
	stop_trial
done
done_testing
