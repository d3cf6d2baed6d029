#!/bin/sh
# The authorizer by itself: what it asks for, where it learns that, and that
# nothing said denies.
. "${0%/*}/lib.sh"
new_state "me files admin"
token=$(mint demo)
me=$(mint demo --scope me)
on_exit() { [ -z "${worker-}" ] || kill "$worker" 2>/dev/null; }
start_worker authorize

ask() {		# STATUS NAME [VAR=VALUE...]: with the token in $bearer
	wanted=$1 name=$2
	shift 2
	printf '' | perl "$fcgi" call "$work/authorize.sock" -r "$role" \
	    REMOTE_ADDR=127.0.0.1 HTTP_AUTHORIZATION="Bearer $bearer" "$@" \
	    >"$work/answer"
	read_answer
	is "$status" "$wanted" "$name"
	case $wanted in
	200) ;;
	*) unlike "$headers" "Variable-" "... and nobody is named" ;;
	esac
}
get=REQUEST_METHOD=GET

# The web server says what is needed.
for role in 1 2; do
	bearer=$token
	ask 200 "role $role: the scope that the server names" $get POSTERN_SCOPE=files
	like "$headers" "Variable-REMOTE_USER: demo" "... and who it is"
	like "$headers" "Variable-SUBJECT: demo" "... in both names"
	like "$headers" "Variable-AUTH_TYPE: Bearer" "... how it is known"
	like "$headers" "Variable-SCOPE: me files admin" "... what it may"
	unlike "$headers" "Content-Length" "... and nothing of a length: mod_fcgid takes it for the page's"
	unlike "$headers" "$token" "... and no token"
	ask 200 "two scopes" $get POSTERN_SCOPE="me files"
	ask 200 "any live token" $get POSTERN_SCOPE="*"
	ask 200 "whatever the method" REQUEST_METHOD=PROPFIND POSTERN_SCOPE=files
	ask 200 "whatever the path" $get POSTERN_SCOPE=files SCRIPT_NAME=/x REQUEST_URI=/../y
	ask 403 "a scope that the user has not" $get POSTERN_SCOPE=other
	is "$(challenge)" 'Bearer realm="postern", error="insufficient_scope", scope="other"' "... is named"
	ask 403 "one of two" $get POSTERN_SCOPE="me other"
	for scope in "" " " "me  files" " me" 'me"' "me me" 'a\b' "m	e"; do
		ask 403 "no scope: '$scope'" $get POSTERN_SCOPE="$scope"
		is "$(challenge)" "" "... and no challenge: no token helps"
	done
	ask 403 "two scopes, each said" $get POSTERN_SCOPE=me POSTERN_SCOPE=files
	ask 403 "a client's word for it" $get HTTP_POSTERN_SCOPE=me
	ask 403 "nothing said" $get
	bearer=$me
	ask 403 "a narrower token" $get POSTERN_SCOPE=files
	ask 200 "... for any live one" $get POSTERN_SCOPE="*"
	bearer=wrong
	ask 401 "a wrong token" $get POSTERN_SCOPE="*"
	is "$(challenge)" 'Bearer realm="postern", error="invalid_token"' "... its challenge"
	bearer="x y"
	ask 400 "a malformed header" $get POSTERN_SCOPE="*"
	bearer=$token
	ask 403 "plain HTTP from outside" $get POSTERN_SCOPE="*" REMOTE_ADDR=192.0.2.1
done
fcall authorize GET /x POSTERN_SCOPE="*"
is "$status $(challenge)" '401 Bearer realm="postern"' "no token"
kill "$worker"
wait "$worker"

# postern.conf says what is needed.
cat >>"$state/postern.conf" <<'CONF'
guard = / GET me
guard = /files GET files
guard = /files PUT,DELETE admin
guard = /files/deep * admin
guard = /any * *
CONF
start_worker authorize
role=1 bearer=$token
on() {		# STATUS METHOD PATH: the server's own normalised path
	ask "$1" "$2 $3" REQUEST_METHOD="$2" REDIRECT_URI="$3"
}
on 200 GET /
on 200 GET /x/y
on 403 POST /x
on 200 GET /files
on 200 GET /files/
on 200 HEAD /files/a
on 200 PUT /files/a
on 403 POST /files/a
on 200 GET "/files/a b"
on 200 GET "/files/a?b=../c"
on 200 POST /files/deep/er
bearer=$me
on 200 GET /filesX
on 403 GET /files
on 403 GET /files/deep
on 200 GET /any/thing
bearer=$(mint demo --scope files)
on 200 GET /files/a
on 403 PUT /files/a
on 403 HEAD /files/deep/a
on 200 GET /files/deeper
on 200 DELETE /any
on 403 GET /x
bearer=$token
for path in "" x /../x /x/.. /x/./y /x//y //x /x%2fy /x%2e%2e /x\\y "/x;y" "/x#y" \
    /files/.. "/any/%61" "$(printf '/x\001')" "/$(printf '%05000d' 0)"; do
	on 403 GET "$path"
done
on 200 GET "/any/...x/.y"

# Without the path that the server made of it, only an authorizer's server is
# believed about REQUEST_URI, and only where it can be read in one way.
ask 403 "nginx without REDIRECT_URI" $get REQUEST_URI=/any/x SCRIPT_NAME=/any/x
role=2
ask 200 "an authorizer's REQUEST_URI" $get REQUEST_URI=/any/x
ask 200 "... with a query" $get "REQUEST_URI=/any/x?y=/../z"
for uri in /any/../x /any/%2e%2e/x /any//x "/any;x" /x/%61ny; do
	ask 403 "... that is not plain: $uri" $get REQUEST_URI="$uri"
done
ask 200 "REDIRECT_URI comes first" $get REDIRECT_URI=/any/x REQUEST_URI=/nothing
ask 403 "... also to refuse" REQUEST_METHOD=POST REDIRECT_URI=/x REQUEST_URI=/any
apache="FCGI_APACHE_ROLE=ACCESS_CHECKER"
ask 403 "mod_fcgid's REQUEST_URI is the client's" $get $apache REQUEST_URI=/any/x
ask 200 "... REDIRECT_URI is set beside it" $get $apache REQUEST_URI=/x REDIRECT_URI=/any/x
role=1
ask 200 "POSTERN_SCOPE comes first" REQUEST_METHOD=POST REDIRECT_URI=/x POSTERN_SCOPE=me
ask 403 "no method" REDIRECT_URI=/any/x

# Plain CGI is no authorizer's way, but says the same.
call authorize GET /whatever POSTERN_SCOPE=me HTTP_AUTHORIZATION="Bearer $token"
is "$status $body" "200 " "as plain CGI"
done_testing
