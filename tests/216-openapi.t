#!/bin/sh
# /openapi.json: it describes every endpoint as it is, and answers are as it says.
. "${0%/*}/lib.sh"
new_state "me items items:write keys"
token=$(mint demo)
bearer="HTTP_AUTHORIZATION=Bearer $token"
document=$work/openapi.json

read_document() {	# [VAR=VALUE...]
	call openapi GET /openapi.json "$@"
	printf '%s' "$body" >"$document"
}
pick() {	# PERL: of $d, the document
	perl -MJSON::PP -e 'open F, shift; $d = decode_json(join "", <F>);
	    print eval($ARGV[0]), "\n"' "$document" "$1"
}
read_document
is "$status" 200 "it is there"
like "$headers" "Content-Type: application/json" "... as JSON"
is "$(pick '"$d->{openapi} $d->{info}{title} $d->{servers}[0]{url}"')" "3.1.0 postern /" \
    "... of this API, below /"
unlike "$body" "localhost" "... names no host"

# What the last answer was is what the document says of it.
: >"$work/tried"
fits() {	# METHOD PATH
	type=$(printf '%s\n' "$headers" | sed -n 's/^Content-Type: //p')
	printf %s "$body" | perl "$here/tests/conforms" "$document" "$1" "$2" \
	    "$status" "$type" >"$work/wrong"
	ok $? "$1 $2: $status is as described"
	sed 's/^/# /' "$work/wrong"
	case $status in 2*) echo "$1 $2" >>"$work/tried" ;; esac
}
ask() {		# STATUS METHOD PATH ENDPOINT REALPATH [VAR=VALUE...]
	ask_wanted=$1 ask_method=$2 ask_path=$3 ask_of=$4 ask_at=$5
	shift 5
	call "$ask_of" "$ask_method" "$ask_at" "$@"
	is "$status" "$ask_wanted" "$ask_method $ask_at"
	fits "$ask_method" "$ask_path"
}
send() {	# as ask, with JSON before the variables
	send_wanted=$1 send_method=$2 send_path=$3 send_of=$4 send_at=$5
	input=$6
	shift 6
	ask "$send_wanted" "$send_method" "$send_path" "$send_of" "$send_at" \
	    CONTENT_TYPE=application/json CONTENT_LENGTH="${#input}" "$@"
	input=
}
form() {	# STATUS PATH FORM [VAR=VALUE...]
	form_wanted=$1 form_at=$2 form_body=$3
	shift 3
	post_form "${form_at#/}" "$form_at" "$form_body" "$@"
	is "$status" "$form_wanted" "POST $form_at"
	fits POST "$form_at"
}

ask 200 GET /public public /public
ask 200 GET /health health /health
ask 200 GET /secure-data secure-data /secure-data "$bearer"
ask 200 GET /users/me users-me /users/me "$bearer"
items=/users/me/items
send 201 POST $items users-me-items $items '{"title":"One"}' "$bearer"
id=$(member item_id)
ask 200 GET $items users-me-items $items "$bearer"
ask 200 GET "$items/{item_id}" users-me-items "$items/$id" "$bearer"
send 200 PUT "$items/{item_id}" users-me-items "$items/$id" '{"title":"Two"}' "$bearer"
ask 204 DELETE "$items/{item_id}" users-me-items "$items/$id" "$bearer"
ask 404 DELETE "$items/{item_id}" users-me-items "$items/$id" "$bearer"
send 400 POST $items users-me-items $items '{"name":"One"}' "$bearer"
send 201 POST /keys keys /keys '{"name":"a","scope":"me","ttl":60}' "$bearer"
key=$(member key) id=$(member id)
ask 200 GET /keys keys /keys "$bearer"
ask 200 GET /secure-data secure-data /secure-data HTTP_X_API_KEY="$key"
ask 200 GET /keys keys /keys "$bearer"
like "$body" '"last_used_at":1' "... a key that was used too"
ask 204 DELETE '/keys/{id}' keys "/keys/$id" "$bearer"
for at in /.well-known/oauth-authorization-server /.well-known/oauth-protected-resource; do
	case $at in *server) of=oauth-server ;; *) of=oauth-resource ;; esac
	ask 404 GET $at $of $at
	ask 200 GET $at $of $at POSTERN_ISSUER=https://www.example
done
form 200 /token "grant_type=password&username=demo&password=Passw0rd+of+some+length"
refresh=$(member refresh_token)
form 200 /token "grant_type=refresh_token&refresh_token=$refresh"
form 400 /token "grant_type=password"
form 400 /token "grant_type=password&username=demo&password=wrong"
form 401 /token "grant_type=client_credentials"
basic=$(postern client add looker --grant client_credentials --scope me --introspect |
    sed -n 's/^client_secret /looker:/p' | tr -d '\n' | base64 -w0)
form 200 /token "grant_type=client_credentials" HTTP_AUTHORIZATION="Basic $basic"
form 200 /introspect "token=$token" HTTP_AUTHORIZATION="Basic $basic"
form 200 /introspect "token=$refresh" HTTP_AUTHORIZATION="Basic $basic" POSTERN_ISSUER=https://www.example
form 200 /introspect "token=x" HTTP_AUTHORIZATION="Basic $basic"
form 401 /introspect "token=x"
form 200 /revoke "token=x" HTTP_AUTHORIZATION="Basic $basic"
form 401 /revoke "token=x"
form 400 /revoke "" HTTP_AUTHORIZATION="Basic $basic"
password=/users/me/password
send 403 POST $password users-me-password $password \
    '{"old":"wrong","new":"Passw0rd of another length"}' "$bearer"
send 204 POST $password users-me-password $password \
    '{"old":"Passw0rd of some length","new":"Passw0rd of another length"}' "$bearer"
ask 204 DELETE /users/me/tokens users-me-tokens /users/me/tokens "$bearer"

# Refusals that the door and the guard have for all.
ask 401 GET /secure-data secure-data /secure-data
ask 401 GET /users/me users-me /users/me "$bearer"
ask 400 GET /users/me users-me /users/me HTTP_AUTHORIZATION=Bearer
ask 403 GET /public public /public REMOTE_ADDR=192.0.2.1
ask 405 GET /public public /public REQUEST_METHOD=PUT
for at in token revoke introspect; do
	ask 403 POST /$at $at /$at REMOTE_ADDR=192.0.2.1
	call $at PUT /$at
	is "$status" 405 "PUT /$at"
	fits POST "/$at"
done
limited=$(mint demo --scope keys)
ask 403 GET /users/me users-me /users/me HTTP_AUTHORIZATION="Bearer $limited"
hide_ledger
ask 503 GET /secure-data secure-data /secure-data HTTP_AUTHORIZATION="Bearer $limited"
ask 503 GET /health health /health
form 503 /token "grant_type=password&username=demo&password=x"
show_ledger

# Nothing is described that was not tried, and every endpoint is described.
perl "$here/tests/conforms" "$document" list >"$work/list"
is "$(sort -u "$work/tried")" "$(sort "$work/list")" "every operation was tried with success"
declared=$(sed -n 's/.*\.path = "\(.*\)",/\1/p' "$here"/src/endpoints/*.c | sort)
is "$({ sed 's/^[A-Z]* //; s,/{.*,,' "$work/list"; printf '%s\n' /authorize /docs /openapi.json; } | sort -u)" \
    "$declared" "every endpoint is described, but those that describe"
undescribed=$(pick 'join " ", grep { my $p = $d->{paths}{$_}; grep { ref $p->{$_} eq "HASH" &&
    !($p->{$_}{summary} && $p->{$_}{security}) } keys %$p } keys %{$d->{paths}}')
is "$undescribed" "" "... with a summary and what it needs"

# Ways in, as enabled.
is "$(pick 'join " ", sort keys %{$d->{components}{securitySchemes}}')" "bearer client key login" "ways in"
is "$(pick '$d->{components}{securitySchemes}{login}{flows}{password}{tokenUrl}')" /token "... and where to log in"
is "$(pick 'join " ", sort keys %{$d->{components}{securitySchemes}{login}{flows}{password}{scopes}}')" \
    "items items:write keys me" "... for which scopes"
is "$(pick '$d->{components}{securitySchemes}{login}{flows}{password}{scopes}{me}')" \
    "Change the password; Sign out of everything; Who am I" "... and what for"
needs() {	# METHOD PATH WANTED
	is "$(pick "join '; ', map { my \$w = \$_; join ',', map { \"\$_: @{\$w->{\$_}}\" } keys %\$w }
	    @{\$d->{paths}{'$2'}{$1}{security}}")" "$3" "$1 $2 needs: $3"
}
needs get /public ""
needs get /secure-data "login: ; bearer: ; key: "
needs get /users/me "login: me; bearer: me; key: me"
needs put "$items/{item_id}" "login: items:write; bearer: items:write; key: items:write"
needs post /keys "login: keys; bearer: keys"
needs post /token "client: ; "
set_config password_grant off
read_document
is "$(pick 'join " ", sort keys %{$d->{components}{securitySchemes}}')" "bearer client key" "no passwords: no way to log in"
needs get /users/me "bearer: me; key: me"
read_document POSTERN_ISSUER=https://www.example/api
is "$(pick '$d->{servers}[0]{url}')" /api "below a mount point"
set_config password_grant on
read_document POSTERN_ISSUER=https://www.example/api
is "$(pick '$d->{components}{securitySchemes}{login}{flows}{password}{tokenUrl}')" /api/token "... /token too"

# An endpoint of one's own, as README has it, describes itself.
mkdir "$work/tree"
cp -a "$here/src" "$here/Makefile" "$work/tree/"
cp -a "$BUILD" "$work/tree/objects"
sed -n '/^\/\* notes - /,/^};/p' "$here/README.md" >"$work/tree/src/endpoints/notes.c"
(cd "$work/tree" && make -s B=objects CGI=cgi PAGE=objects/page \
    ${HOUSE_CFLAGS:+CFLAGS="$HOUSE_CFLAGS"} cgi/openapi.fcgi cgi/notes.fcgi) >"$work/make" 2>&1
ok $? "README's endpoint builds"
grep -i error "$work/make" | sed 's/^/# /'
CGI=$work/tree/cgi
read_document
needs get /notes "login: notes; bearer: notes; key: notes"
is "$(pick '$d->{paths}{"/notes"}{get}{summary}')" Hello "... and says what it does"
done_testing
