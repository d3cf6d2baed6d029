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

# Called by its file's name, as in /cgi-bin/: PATH_INFO is the rest.
by_file() {	# STATUS SCRIPT_NAME [VAR=VALUE...]
	wanted=$1 script=$2
	shift 2
	call secure-data GET "$script" HTTP_AUTHORIZATION="Bearer $token" "$@"
	is "$status" "$wanted" "$script $*"
}
by_file 200 /cgi-bin/secure-data.fcgi
by_file 200 /secure-data.fcgi PATH_INFO=
by_file 200 /~anna/cgi-bin/secure-data.fcgi
for info in / /x // /secure-data /secure-data.fcgi; do
	by_file 404 /cgi-bin/secure-data.fcgi PATH_INFO="$info"
done
by_file 404 /cgi-bin/secure-data.fcgiX
by_file 404 /cgi-bin/Xsecure-data.fcgi
by_file 404 /cgi-bin/secure-data.fcgi/
by_file 404 /cgi-bin/public.fcgi
by_file 404 secure-data.fcgi
on_exit() { [ -z "${worker-}" ] || kill "$worker" 2>/dev/null; }
start_worker secure-data
named() {	# STATUS SCRIPT_FILENAME
	fcall secure-data GET /x/secure-data.fcgi SCRIPT_FILENAME="$2" \
	    HTTP_AUTHORIZATION="Bearer $token"
	is "$status" "$1" "FastCGI, by the file $2"
}
named 404 /nothing/x/secure-data.fcgi
named 404 ""
named 404 "$CGI/public.fcgi"
named 200 "$CGI/secure-data.fcgi"
named 200 "$CGI/../${CGI##*/}/secure-data.fcgi"

# Mounted below the issuer's path.
mounted() {	# STATUS SCRIPT_NAME [VAR=VALUE...]
	by_file "$@"
}
mounted 404 /api/secure-data
set_config issuer https://www.example/api
mounted 200 /api/secure-data
mounted 200 /api PATH_INFO=/secure-data
mounted 200 "" PATH_INFO=/api/secure-data
mounted 200 /secure-data
for path in /api /api/ /apisecure-data /api/api/secure-data /API/secure-data \
    /api//secure-data /api/secure-data/ /api/secure-dataX /x/secure-data; do
	mounted 404 "$path"
done
set_config issuer https://www.example
mounted 404 /api/secure-data
sed -i '/^issuer = /d' "$state/postern.conf"
mounted 200 /a/b/secure-data POSTERN_ISSUER=http://localhost:8080/a/b
mounted 503 /secure-data POSTERN_ISSUER=localhost
done_testing
