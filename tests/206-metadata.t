#!/bin/sh
# What clients find out by themselves (RFC 8414, RFC 9728), and where the
# challenge sends them.
. "${0%/*}/lib.sh"
new_state
token=$(mint demo)
server=/.well-known/oauth-authorization-server
resource=/.well-known/oauth-protected-resource
missing="The server does not know its own URL: set issuer in postern.conf"

methods='"token_endpoint_auth_methods_supported":["client_secret_basic","client_secret_post","none"],"revocation_endpoint_auth_methods_supported":["client_secret_basic","client_secret_post","none"],"introspection_endpoint_auth_methods_supported":["client_secret_basic","client_secret_post"]'
of_server() {	# ISSUER [,"password"]
	echo "{\"issuer\":\"$1\",\"token_endpoint\":\"$1/token\",\"revocation_endpoint\":\"$1/revoke\",\"introspection_endpoint\":\"$1/introspect\",\"grant_types_supported\":[\"client_credentials\",\"refresh_token\"${2-}],\"response_types_supported\":[],$methods}"
}
of_resource() {	# ISSUER
	echo "{\"resource\":\"$1\",\"authorization_servers\":[\"$1\"],\"bearer_methods_supported\":[\"header\"]}"
}
ask() {		# STATUS ENDPOINT PATH [VAR=VALUE...]
	wanted=$1 ask_endpoint=$2 ask_path=$3
	shift 3
	call "$ask_endpoint" GET "$ask_path" "$@"
	is "$status" "$wanted" "$ask_path $*"
}

# Nobody told us who we are.
call oauth-server GET "$server"
is "$status $(detail)" "404 $missing" "no issuer, no metadata"
call oauth-resource GET "$resource"
is "$status $(detail)" "404 $missing" "... of neither"
call secure-data GET /secure-data
is "$(challenge)" 'Bearer realm="postern"' "... and nothing that names them"

# At the top of a host.
issuer=https://api.example:8443
set_config issuer "$issuer"
call oauth-server GET "$server"
is "$status $body" "200 $(of_server "$issuer" ',"password"')" "the server, in the tutorial"
like "$headers" "Content-Type: application/json" "... as JSON"
set_config password_grant off
call oauth-server GET "$server"
is "$status $body" "200 $(of_server "$issuer")" "... without the password grant"
call oauth-resource GET "$resource"
is "$status $body" "200 $(of_resource "$issuer")" "the resource"
call oauth-resource HEAD "$resource" HTTP_AUTHORIZATION="Bearer x y"
is "$status $body" "200 " "... is public"
call oauth-server POST "$server"
is "$status" 405 "... and nobody's to write"
where="resource_metadata=\"$issuer$resource\""
call secure-data GET /secure-data
is "$status $(challenge)" "401 Bearer realm=\"postern\", $where" "the challenge says where"
call secure-data GET /secure-data HTTP_AUTHORIZATION="Bearer x"
is "$(challenge)" "Bearer realm=\"postern\", error=\"invalid_token\", $where" "... for a bad token"
call users-me-items GET /users/me/items HTTP_AUTHORIZATION="Bearer $(mint demo --scope me)"
is "$(challenge)" "Bearer realm=\"postern\", error=\"insufficient_scope\", scope=\"items\", $where" \
    "... for a narrow one"
call secure-data GET /secure-data HTTP_AUTHORIZATION="Bearer x y"
is "$(challenge)" "Bearer realm=\"postern\", error=\"invalid_request\", $where" "... for no token"
for odd in "$server/" "${server}x" "$server/api" "/api$server" "/$server" \
    /.well-known /.well-known/ /oauth-authorization-server; do
	ask 404 oauth-server "$odd"
done
ask 200 oauth-server /.well-known PATH_INFO=/oauth-authorization-server
ask 404 oauth-server /.well-known/oauth-protected-resource

# Below a path: where the standards put it, and where everything is.
issuer=https://www.example/api
set_config issuer "$issuer"
for at in "$server/api" "/api$server"; do
	call oauth-server GET "$at"
	is "$status $body" "200 $(of_server "$issuer")" "the server: $at"
done
for at in "$resource/api" "/api$resource"; do
	call oauth-resource GET "$at"
	is "$status $body" "200 $(of_resource "$issuer")" "the resource: $at"
done
ask 200 oauth-server "$server" # behind a proxy that takes the path away
ask 200 oauth-server "$server" PATH_INFO=/api
ask 200 oauth-server /cgi-bin/oauth-server.fcgi
for odd in "/api$server/api" "$server/api/" "$server/apix" "$server/ap" \
    "$server//api" "$server/api/api" "/api/api$server"; do
	ask 404 oauth-server "$odd"
done
ask 404 secure-data /secure-data/api
call secure-data GET /api/secure-data
is "$(challenge)" "Bearer realm=\"postern\", resource_metadata=\"https://www.example$resource/api\"" \
    "the challenge says where"
sed -i '/^issuer/d' "$state/postern.conf"
call oauth-server GET "/x$server" POSTERN_ISSUER=http://localhost/x
like "$body" '"issuer":"http://localhost/x"' "the environment may say who we are"

# The longest values that there may be.
issuer=https://api.example/$(printf '%0160d' 0)
set_config issuer "$issuer"
set_config realm "$(printf '%0180d' 0)"
call users-me-items GET /users/me/items HTTP_AUTHORIZATION="Bearer $(mint demo --scope me)"
is "$status" 403 "a long challenge"
like "$(challenge)" "resource_metadata=\"https://api.example$resource${issuer#https://api.example}\"" \
    "... is whole"
call oauth-server GET "$server"
is "$body" "$(of_server "$issuer")" "... and so are the URLs"
done_testing
