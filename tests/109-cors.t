#!/bin/sh
# CORS: pages of the configured origins, of origins that are nearly one of them,
# and of none.
. "${0%/*}/lib.sh"
on_exit() { [ -z "${worker-}" ] || kill "$worker" 2>/dev/null; }
new_state "me items keys"
token=$(mint demo)
reader=$(mint demo --scope me)
app=https://app.example local=http://localhost:3000
exposed="Access-Control-Expose-Headers: WWW-Authenticate, Retry-After, Location"

cors() {	# all lines of the last answer that CORS has a hand in
	printf '%s\n' "$headers" | grep -iE '^(Access-Control|Vary)'
}
open_to() {	# ORIGIN NAME: may its pages read the last answer?
	is "$(cors)" "Vary: Origin
Access-Control-Allow-Origin: $1
$exposed" "$2"
}
closed() {	# NAME
	is "$(cors)" "Vary: Origin" "$1"
}
ask() {		# STATUS ENDPOINT METHOD PATH ORIGIN [VAR=VALUE...]
	wanted=$1 asked=$2 method=$3 path=$4 origin=$5
	shift 5
	call "$asked" "$method" "$path" HTTP_ORIGIN="$origin" "$@"
	is "$status" "$wanted" "$method $path from '$origin': $wanted"
}
preflight() {	# STATUS ENDPOINT PATH ORIGIN [VAR=VALUE...]
	wanted=$1 asked=$2 path=$3 origin=$4
	shift 4
	ask "$wanted" "$asked" OPTIONS "$path" "$origin" \
	    HTTP_ACCESS_CONTROL_REQUEST_METHOD=GET "$@"
}

# Nobody is configured: nothing is said.
for origin in $app null ''; do
	ask 200 public GET /public "$origin"
	is "$(cors)" "" "... not a word"
	preflight 405 public /public "$origin"
	is "$(cors)" "" "... not a word"
done

echo "cors_origins = $app, $local" >>"$state/postern.conf"
sed -i 's/^issuer = .*//' "$state/postern.conf"

# Every answer, from every endpoint, to each origin that is listed.
for origin in $app $local; do
	ask 200 public GET /public $origin
	open_to $origin "... is open to it"
	is "$body" '{"message":"Anyone can see this"}' "... with the data"
	ask 200 secure-data GET /secure-data $origin HTTP_AUTHORIZATION="Bearer $token"
	open_to $origin "... is open to it"
	ask 401 secure-data GET /secure-data $origin
	open_to $origin "... is open to it"
	like "$headers" 'WWW-Authenticate: Bearer realm="postern"' "... with the challenge"
done
answer() {	# as ask, from an origin that is listed
	wanted=$1 asked=$2 method=$3 path=$4
	shift 4
	ask "$wanted" "$asked" "$method" "$path" $app "$@"
	open_to $app "... is open to it"
	ask "$wanted" "$asked" "$method" "$path" https://evil.example "$@"
	closed "... and closed to others"
}
answer 200 public HEAD /public
answer 200 health GET /health
answer 200 users-me GET /users/me HTTP_AUTHORIZATION="Bearer $token"
answer 200 users-me-items GET /users/me/items HTTP_AUTHORIZATION="Bearer $token"
answer 401 users-me GET /users/me HTTP_AUTHORIZATION="Bearer wrong"
answer 400 users-me GET /users/me HTTP_AUTHORIZATION="Bearer a b"
answer 403 users-me-items GET /users/me/items HTTP_AUTHORIZATION="Bearer $reader"
answer 403 public GET /public REMOTE_ADDR=192.0.2.1
like "$body" "HTTPS is required here" "... for HTTPS"
answer 404 public GET /publicX
answer 404 secure-data GET "/$(printf '%05000d' 0)"
answer 405 secure-data POST /secure-data
answer 405 secure-data FOO /secure-data
answer 404 oauth-server GET /.well-known/oauth-authorization-server
answer 400 token POST /token
answer 413 token POST /token CONTENT_TYPE=application/x-www-form-urlencoded \
    CONTENT_LENGTH=20000
input={}
answer 400 keys POST /keys HTTP_AUTHORIZATION="Bearer $token" \
    CONTENT_TYPE=text/plain CONTENT_LENGTH=2
answer 415 keys POST /keys HTTP_AUTHORIZATION="Bearer $token" \
    CONTENT_TYPE=application/json CONTENT_LENGTH=2 HTTP_CONTENT_ENCODING=gzip
input=token=x form=application/x-www-form-urlencoded
answer 401 revoke POST /revoke CONTENT_TYPE=$form CONTENT_LENGTH=7
like "$headers" "WWW-Authenticate: Basic" "... with the challenge"
answer 401 introspect POST /introspect CONTENT_TYPE=$form CONTENT_LENGTH=7
input=
post_json keys /keys '{"name":"page"}' HTTP_AUTHORIZATION="Bearer $token" HTTP_ORIGIN=$app
is "$status" 201 "a key made by a page"
open_to $app "... is open to it"
id=$(member id)
answer 404 keys DELETE /keys/nothing HTTP_AUTHORIZATION="Bearer $token"
ask 204 keys DELETE "/keys/$id" $app HTTP_AUTHORIZATION="Bearer $token"
open_to $app "... is open to it"
hide_ledger
answer 503 secure-data GET /secure-data HTTP_AUTHORIZATION="Bearer $token"
like "$headers" "Retry-After:" "... with Retry-After"
answer 503 health GET /health
show_ledger

# No Origin: the answer still says that it depends on it.
call public GET /public
closed "without Origin"
call secure-data GET /secure-data
is "$status" 401 "without Origin and token"
closed "... the same"

# Nearly one of the listed; each is served as without CORS.
for origin in HTTPS://app.example https://APP.example https://app.Example \
    http://app.example https://app.example:443 https://app.example:8443 \
    https://app.example. https://app.example/ https://app.example/x \
    https://app.example.evil.example https://app.exampleX https://app.exampl \
    https://xapp.example https://x.app.example https://evil.example \
    https://u@app.example "https://app.example " " https://app.example" \
    "https://app.example	" //app.example app.example https://app.example? \
    https://app.example# https://app%2eexample https://app.example%00 \
    http://localhost http://localhost:300 http://localhost:30000 \
    http://localhost:3001 https://localhost:3000 http://127.0.0.1:3000 \
    'http://[::1]:3000' null NULL '*' '' https:// file:// \
    "$app $local" "$app,$local" "$app, $local" "$app, $app" "$local $app" \
    "null, $app" "$(printf 'https://app.example%010000d' 0)" \
    "$(printf 'https://app.example\r\nSet-Cookie: a=b')" \
    "$(printf 'https://app.example\nX: y')" \
    "$(printf '\nhttps://app.example')" "$(printf 'https://app.example\r')" \
    "$(printf 'https://\303\244pp.example')" "$(printf 'https://app.example\377')"; do
	call public GET /public HTTP_ORIGIN="$origin"
	is "$status $(cors)" "200 Vary: Origin" "no listed origin: $(printf %.40s "$origin" | tr '\r\n' '  ')"
	unlike "$headers" "Set-Cookie" "... and nothing of it comes back"
	call public OPTIONS /public HTTP_ORIGIN="$origin" \
	    HTTP_ACCESS_CONTROL_REQUEST_METHOD=GET
	is "$status $(cors)" "405 Vary: Origin" "... nor is its preflight one"
done

# Preflights: before method, HTTPS and guard, after the path.
may() {		# ENDPOINT PATH METHODS
	for may_origin in $app $local; do
		preflight 204 "$1" "$2" $may_origin
		is "$(cors)" "Vary: Origin
Access-Control-Allow-Origin: $may_origin
$exposed
Access-Control-Allow-Methods: $3
Access-Control-Allow-Headers: Authorization, Content-Type, X-API-Key
Access-Control-Max-Age: 600" "... says what may be sent"
		is "$body" "" "... and has no body"
		unlike "$headers" "WWW-Authenticate:" "... and no challenge"
		like "$headers" "Cache-Control: no-store" "... and is private"
	done
}
may public /public "GET, HEAD"
may secure-data /secure-data "GET, HEAD"
may token /token "POST"
may revoke /revoke "POST"
may introspect /introspect "POST"
may users-me /users/me "GET, HEAD"
may users-me-items /users/me/items "GET, HEAD, POST, PUT, DELETE"
may users-me-password /users/me/password "POST"
may users-me-tokens /users/me/tokens "DELETE"
may keys /keys "GET, HEAD, POST, DELETE"
may keys /keys/x "GET, HEAD, POST, DELETE"
may oauth-server /.well-known/oauth-authorization-server "GET, HEAD"
may oauth-resource /.well-known/oauth-protected-resource "GET, HEAD"
may openapi /openapi.json "GET, HEAD"
may docs /docs "GET, HEAD"
may docs /docs/start.js "GET, HEAD"
may health /health "GET, HEAD"
for path in /secure-data/ /secure-dataX "/secure-data;x" / "" /public /secure-data/x; do
	preflight 404 secure-data "$path" $app
	unlike "$headers" "Access-Control-Allow-Methods" "... and no methods"
	open_to $app "... but open"
done
preflight 204 secure-data /secure-data $app REMOTE_ADDR=192.0.2.1
preflight 204 secure-data /secure-data $app HTTP_AUTHORIZATION="Bearer a b"
preflight 204 secure-data /secure-data $app HTTP_AUTHORIZATION="Bearer $token"
unlike "$body" protected "... and no data"
preflight 204 secure-data /secure-data $app HTTP_ACCESS_CONTROL_REQUEST_METHOD=BREW \
    HTTP_ACCESS_CONTROL_REQUEST_HEADERS="x-evil, authorization"
unlike "$headers" "vil" "... says what is, not what was asked"
unlike "$headers" "BREW" "... nor its method"
preflight 204 secure-data /secure-data $app HTTP_ACCESS_CONTROL_REQUEST_METHOD="$(printf 'GET\r\nX: y')"
unlike "$headers" "X: y" "... and nothing of it comes back"
preflight 204 keys /keys $app CONTENT_TYPE=application/json CONTENT_LENGTH=99999
preflight 204 token /token $app HTTP_X_HTTP_METHOD_OVERRIDE=POST
hide_ledger
preflight 204 secure-data /secure-data $app
show_ledger

# Other OPTIONS stay what they were.
ask 405 secure-data OPTIONS /secure-data $app
like "$headers" "Allow: GET, HEAD" "... without a method asked for"
open_to $app "... and open"
ask 405 secure-data OPTIONS /secure-data $app HTTP_ACCESS_CONTROL_REQUEST_METHOD=
ask 405 keys OPTIONS /keys/x $app
like "$headers" "
Allow: DELETE
" "... what that very path allows"
ask 405 keys OPTIONS /keys $app
like "$headers" "
Allow: GET, HEAD, POST
" "... and the other"
ask 405 keys PUT /keys/x $app HTTP_ACCESS_CONTROL_REQUEST_METHOD=PUT
ask 401 keys GET /keys $app HTTP_ACCESS_CONTROL_REQUEST_METHOD=GET
call secure-data OPTIONS /secure-data HTTP_ACCESS_CONTROL_REQUEST_METHOD=GET
is "$status" 405 "OPTIONS without Origin"
closed "... says no more"
for method in options Options HEAD GET POST; do
	call secure-data "$method" /secure-data HTTP_ORIGIN=$app \
	    HTTP_ACCESS_CONTROL_REQUEST_METHOD=GET
	unlike "$headers" "Access-Control-Allow-Methods" "$method is no preflight"
	[ "$status" != 204 ]
	ok $? "... nor answered as one"
done

# Nobody is ever allowed cookies; the authorizer stays out of this.
call secure-data GET /secure-data HTTP_ORIGIN=$app HTTP_COOKIE=a=b
unlike "$headers" "Credentials" "no credentials"
echo 'guard = /files GET *' >>"$state/postern.conf"
call authorize GET /files/x HTTP_ORIGIN=$app REQUEST_URI=/files/x
is "$(cors)" "" "the authorizer says nothing"
call authorize OPTIONS /files/x HTTP_ORIGIN=$app REQUEST_URI=/files/x \
    HTTP_ACCESS_CONTROL_REQUEST_METHOD=GET
[ "$status" = 401 ] || [ "$status" = 403 ]
ok $? "... and lets no preflight through: $status"
is "$(cors)" "" "... without a word"

# Over FastCGI, where a variable can be there twice.
start_worker secure-data
fcall secure-data GET /secure-data HTTP_ORIGIN=$app HTTP_AUTHORIZATION="Bearer $token"
is "$status" 200 "FastCGI"
open_to $app "... is open"
fcall secure-data GET /secure-data HTTP_AUTHORIZATION="Bearer $token"
closed "... and the next answer is not"
fcall secure-data OPTIONS /secure-data HTTP_ORIGIN=$app HTTP_ACCESS_CONTROL_REQUEST_METHOD=GET
is "$status $body" "204 " "... a preflight"
for second in $app $local null; do
	fcall secure-data GET /secure-data HTTP_ORIGIN=$app HTTP_ORIGIN=$second \
	    HTTP_AUTHORIZATION="Bearer $token"
	is "$status" 200 "two of Origin, $second the second: as if there were none"
	closed "... and closed"
	fcall secure-data OPTIONS /secure-data HTTP_ORIGIN=$second HTTP_ORIGIN=$app \
	    HTTP_ACCESS_CONTROL_REQUEST_METHOD=GET
	is "$status" 405 "... no preflight either"
done
fcall secure-data OPTIONS /secure-data HTTP_ORIGIN=$app \
    HTTP_ACCESS_CONTROL_REQUEST_METHOD=GET HTTP_ACCESS_CONTROL_REQUEST_METHOD=PUT
is "$status" 405 "two methods asked for: no preflight"
fcall secure-data GET /secure-data HTTP_ORIGIN=$app HTTP_AUTHORIZATION="Bearer $token" \
    HTTP_AUTHORIZATION="Bearer $token"
is "$status" 400 "a doubled token is refused as ever"
open_to $app "... and open"

# The longest of everything fits into the head.
long() { printf "%0$1d" 0 | tr 0 a; }
sed -i '/^cors_origins/d; /^realm/d; /^issuer/d' "$state/postern.conf"
origin="https://$(long 166)"
{
	echo "cors_origins = $origin"
	echo "realm = $(long 182)"
	echo "issuer = https://$(long 170)/a"
} >>"$state/postern.conf"
call users-me GET /a/users/me HTTP_ORIGIN="$origin" HTTP_AUTHORIZATION="Bearer wrong"
is "$status" 401 "a long origin, realm and issuer"
open_to "$origin" "... fit"
done_testing
