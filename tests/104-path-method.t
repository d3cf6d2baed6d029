#!/bin/sh
# The door: exact paths, methods, HEAD, and their order.
. "${0%/*}/lib.sh"
new_state
token=$(mint demo)

for path in /secure-data/ /secure-data/x /secure-dataX "/secure-data;x" \
    /SECURE-DATA secure-data //secure-data /x/secure-data / "" /secure-dat \
    /secure-data%00 "/secure-data?" /public; do
	call secure-data GET "$path" HTTP_AUTHORIZATION="Bearer $token"
	is "$status" 404 "no such path: '$path'"
	unlike "$body" protected "... and no data"
done
call secure-data GET "" PATH_INFO=/secure-data HTTP_AUTHORIZATION="Bearer $token"
is "$status" 200 "all of it in PATH_INFO"
call secure-data GET /secure PATH_INFO=-data HTTP_AUTHORIZATION="Bearer $token"
is "$status" 200 "in two parts"
call secure-data GET /secure-data PATH_INFO=/ HTTP_AUTHORIZATION="Bearer $token"
is "$status" 404 "a slash behind it"
call secure-data GET /nothing REQUEST_URI=/secure-data \
    HTTP_AUTHORIZATION="Bearer $token"
is "$status" 404 "REQUEST_URI decides nothing"
call secure-data GET "/$(printf '%05000d' 0)"
is "$status" 404 "an endless path"
call users-me GET /users/me/items
is "$status" 404 "users-me does not swallow its items"

for method in PUT DELETE PATCH PROPFIND TRACE CONNECT FOO get POST OPTIONS ""; do
	call secure-data "$method" /secure-data HTTP_AUTHORIZATION="Bearer $token"
	is "$status" 405 "method '$method'"
	like "$headers" "Allow: GET, HEAD" "... and what is allowed"
	unlike "$body" protected "... and no data"
done
for method in GET HEAD PUT; do
	call token "$method" /token
	is "$status" 405 "$method /token"
	like "$headers" "Allow: POST" "... and what is allowed"
done
call secure-data PUT /secure-dataX
is "$status" 404 "the path comes before the method"
call secure-data PUT /secure-data HTTP_AUTHORIZATION="Bearer x y"
is "$status" 405 "the method comes before the guard"

call public HEAD /public
is "$status $body" "200 " "HEAD has no body"
like "$headers" "Content-Length: 33" "... but its length"
call secure-data HEAD /secure-data
is "$status $body" "401 " "HEAD is guarded"
call secure-data HEAD /secure-data HTTP_AUTHORIZATION="Bearer $token"
is "$status $body" "200 " "HEAD with a token"
done_testing
