#!/bin/sh
# The six endpoints, each with its exact answers.
. "${0%/*}/lib.sh"
new_state
token=$(mint demo)

answer() {	# STATUS TYPE BODY NAME
	is "$status $body" "$1 $3" "$4"
	like "$headers" "Content-Type: $2" "... type"
	like "$headers" "Content-Length: ${#body}" "... length"
	like "$headers" "Cache-Control: no-store" "... not to be kept"
	like "$headers" "X-Content-Type-Options: nosniff" "... not to be sniffed"
}
json=application/json
problem=application/problem+json

call public GET /public
answer 200 $json '{"message":"Anyone can see this"}' public
call public GET /public HTTP_AUTHORIZATION="Bearer x y"
is "$status" 200 "public looks at no credentials"

call secure-data GET /secure-data HTTP_AUTHORIZATION="Bearer $token"
answer 200 $json '{"data":"This is protected data","user":"demo"}' secure-data
call secure-data GET /secure-data
answer 401 $problem '{"type":"about:blank","title":"Unauthorized","status":401,"detail":"Not authenticated"}' \
    "secure-data without a token"

call users-me GET /users/me HTTP_AUTHORIZATION="Bearer $token"
answer 200 $json '{"username":"demo","disabled":false,"scopes":["me","items"]}' users-me
unlike "$body" argon2 "... without the hash"
call users-me GET /users/me
is "$status" 401 "users-me without a token"

call users-me-items GET /users/me/items HTTP_AUTHORIZATION="Bearer $token"
answer 200 $json '[]' "users-me-items, none yet"
one=$(postern item add --user demo 'A "quoted" lantern')
two=$(postern item add --user demo 'Zweite Türe')
printf %s "$password" | postern user add eve --scope "me items" --password-stdin
postern item add --user eve "Hers" >/dev/null
call users-me-items GET /users/me/items HTTP_AUTHORIZATION="Bearer $token"
is "$body" "[{\"item_id\":\"${one#item_id }\",\"title\":\"A \\\"quoted\\\" lantern\",\"owner\":\"demo\"},{\"item_id\":\"${two#item_id }\",\"title\":\"Zweite Türe\",\"owner\":\"demo\"}]" \
    "users-me-items, two of his own, in order"
call users-me-items GET /users/me/items HTTP_AUTHORIZATION="Bearer $(mint eve)"
like "$body" '"title":"Hers","owner":"eve"}]' "users-me-items of another"
unlike "$body" demo "... hers alone"
call users-me-items GET /users/me/items
is "$status" 401 "users-me-items without a token"
call users-me-items GET /users/me/items HTTP_AUTHORIZATION="Bearer $(mint demo --scope me)"
is "$status" 403 "users-me-items without the scope"

call health GET /health
answer 200 $json '{"status":"ok"}' health
done_testing
