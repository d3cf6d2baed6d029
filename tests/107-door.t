#!/bin/sh
# The door with several methods and an {id}, on an endpoint made for this.
. "${0%/*}/lib.sh"
new_state "read write"
token=$(mint demo)
reader=$(mint demo --scope read)
cat >"$work/notes.c" <<'EOT'
#include "endpoint.h"

static void
say(struct call *c)
{
	cJSON *out = cJSON_CreateObject();

	cJSON_AddStringToObject(out, "id", c->id != NULL ? c->id : "-");
	cJSON_AddStringToObject(out, "user", c->who.subject);
	reply_json(c->req, 200, out);
}

static void
silent(struct call *c)
{
	(void)c;
}

const struct endpoint endpoint = {
	.path = "/notes",
	.methods = {
		{ HTTP_GET, .scope = "read", .handle = say, .says = "List" },
		{ HTTP_POST, .scope = "write", .handle = say, .says = "Add" },
		{ HTTP_PUT, .scope = SCOPE_PUBLIC, .handle = silent, .says = "x" },
	},
	.id_methods = {
		{ HTTP_GET, .scope = "read", .handle = say, .says = "One" },
		{ HTTP_DELETE, .scope = "write", .handle = say, .says = "End" },
	},
};
EOT
rooms=$(room_objects)
CGI=$work
cc -std=c11 -I"$here/src" ${HOUSE_CFLAGS-} -o "$CGI/notes.fcgi" "$work/notes.c" \
    $rooms -lfcgi -lcjson -lsqlite3 -linih -lsodium
ok $? "an endpoint of one file"

ask() {		# STATUS METHOD PATH TOKEN [VAR=VALUE...]
	wanted=$1 method=$2 path=$3 bearer=$4
	shift 4
	call notes "$method" "$path" HTTP_AUTHORIZATION="Bearer $bearer" "$@"
	is "$status" "$wanted" "$method $path${1:+ $1}"
}
ask 200 GET /notes "$token"
is "$body" '{"id":"-","user":"demo"}' "... no id"
ask 200 POST /notes "$token"
ask 403 POST /notes "$reader"
ask 200 GET /notes "$reader"
ask 405 DELETE /notes "$token"
like "$headers" "Allow: GET, HEAD, POST, PUT" "... what this path allows"
ask 200 GET /notes/a1 "$token"
is "$body" '{"id":"a1","user":"demo"}' "... with the id"
ask 200 GET /notes "$token" PATH_INFO=/b2
is "$body" '{"id":"b2","user":"demo"}' "... in PATH_INFO"
ask 200 HEAD /notes/a1 "$token"
ask 200 DELETE /notes/a1 "$token"
ask 403 DELETE /notes/a1 "$reader"
ask 405 POST /notes/a1 "$token"
like "$headers" "Allow: GET, HEAD, DELETE" "... what that path allows"
for path in /notes/ /notes/a/b /notes/a/ /notes// /notesX/a /notes/a1/.. //notes/a; do
	ask 404 GET "$path" "$token"
done
call notes GET /notes/a1
is "$status" 401 "an id is guarded too"
ask 500 PUT /notes "$token"

# A page's preflight is told of both paths' methods, a 405 of its own.
echo 'cors_origins = https://app.example' >>"$state/postern.conf"
for path in /notes /notes/a1; do
	ask 204 OPTIONS $path "" HTTP_ORIGIN=https://app.example \
	    HTTP_ACCESS_CONTROL_REQUEST_METHOD=DELETE
	like "$headers" "
Access-Control-Allow-Methods: GET, HEAD, POST, PUT, DELETE
" "... all methods of the program"
done
ask 404 OPTIONS /notes/a/b "" HTTP_ORIGIN=https://app.example \
    HTTP_ACCESS_CONTROL_REQUEST_METHOD=DELETE
ask 405 OPTIONS /notes/a1 "" HTTP_ORIGIN=https://app.example
like "$headers" "
Allow: GET, HEAD, DELETE
" "... what that path allows"
ask 500 PUT /notes "$token" HTTP_ORIGIN=https://app.example
like "$headers" "Access-Control-Allow-Origin: https://app.example" "... and a page reads it"
done_testing
