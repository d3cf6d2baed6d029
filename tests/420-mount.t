#!/bin/sh
# Mounted below /api, on every server: the same answers there, and none
# elsewhere.
. "${0%/*}/lib.sh"
on_exit() { stop_trial; }
for server in lighttpd lighttpd-cgi apache-fcgid apache-proxy apache-cgi nginx; do
	case $server in
	apache*) command -v apache2 ;;
	lighttpd*) command -v lighttpd ;;
	nginx) command -v nginx && command -v spawn-fcgi ;;
	esac >/dev/null || { ok 0 "$server is not installed # SKIP"; continue; }
	trial=$work/$server
	start_trial SERVER="$server" MOUNT=/api
	ok $? "$server: it starts"
	like "$url" "/api" "... below /api"
	get /public
	is "$status" 200 "$server: /api/public"
	get_as "$POSTERN_TOKEN" /secure-data
	is "$status $body" '200 {"data":"This is protected data","user":"demo"}' \
	    "$server: /api/secure-data"
	get_as "$POSTERN_TOKEN" /users/me/items
	is "$status" 200 "$server: /api/users/me/items"
	json="Content-Type: application/json"
	get_as "$POSTERN_TOKEN" /keys -H "$json" -d '{"name":"x"}'
	is "$status" 201 "$server: /api/keys"
	like "$headers" "Location: $url/keys/$(member id)" "... and where it is"
	get_as "$POSTERN_TOKEN" "/keys/$(member id)" -X DELETE
	is "$status" 204 "$server: ... and an id behind it"
	get_as "$POSTERN_TOKEN" /users/me/items -H "$json" -d '{"title":"x"}'
	like "$headers" "Location: $url/users/me/items/$(member item_id)" "$server: an item"
	get_as "$POSTERN_TOKEN" "/users/me/items/$(member item_id)"
	is "$status $(member title)" "200 x" "... and itself"
	issuer=$url
	get /.well-known/oauth-authorization-server
	like "$body" "{\"issuer\":\"$issuer\"" "$server: metadata, below /api"
	url=${url%/api}
	for name in authorization-server protected-resource; do
		get "/.well-known/oauth-$name/api"
		is "$status" 200 "$server: ... and where the standards put $name"
		like "$body" "\"$issuer\"" "... of /api"
		get "/.well-known/oauth-$name"
		is "$status" 404 "$server: ... not at the top"
	done
	get /api/secure-data
	is "$status" 401 "$server: guarded"
	for path in /secure-data /public /api /api/ /api/secure-data/ /api/secure-dataX \
	    /apisecure-data /api/api/secure-data /API/secure-data /x/secure-data \
	    /api/users/me/; do
		get_as "$POSTERN_TOKEN" "$path"
		case $server:$path:$status in
		*:404) ok 0 "$server: no such path: $path" ;;
		apache-cgi:/api/:403 | apache-cgi:/api:301 | lighttpd-cgi:/api:403)
			ok 0 "$server: a folder without a page: $path" ;;
		*) ok 1 "$server: $path: $status" ;;
		esac
	done
	for path in //api/secure-data /api/./secure-data /x/../api/secure-data; do
		get_as "$POSTERN_TOKEN" "$path"
		is "$status" 200 "$server: the same path: $path"
	done
	stop_trial
done
done_testing
