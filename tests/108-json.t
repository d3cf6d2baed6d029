#!/bin/sh
# A JSON body on its way through the door, on an endpoint made for this.
. "${0%/*}/lib.sh"
new_state
cat >"$work/echo.c" <<'EOT'
#include "endpoint.h"

static void
say(struct call *c)
{
	struct body_error error;
	cJSON *in = json_read(c->req, &error);

	if (in == NULL)
		reply_problem(c->req, error.status, error.text);
	else
		reply_json(c->req, 200, in);
}

const struct endpoint endpoint = {
	.path = "/echo",
	.methods = {
		{ HTTP_POST, .scope = SCOPE_PUBLIC, .handle = say, .says = "x" },
	},
};
EOT
rooms=$(room_objects)
CGI=$work
cc -std=c11 -I"$here/src" ${HOUSE_CFLAGS-} -o "$CGI/echo.fcgi" "$work/echo.c" \
    $rooms -lfcgi -lcjson -lsqlite3 -linih -lsodium
ok $? "an endpoint that reads JSON"

post() {	# STATUS NAME BODY [VAR=VALUE...]
	wanted=$1 title=$2 input=$3
	shift 3
	call echo POST /echo CONTENT_TYPE=application/json \
	    CONTENT_LENGTH="${#input}" "$@"
	is "$status" "$wanted" "$title"
}

post 200 "a body" ' {"a": [1, "\u0041"]} '
is "$body" '{"a":[1,"A"]}' "... is what we read"
for type in "application/json; charset=utf-8" "Application/JSON;charset=UTF-8"; do
	post 200 "type: $type" '{}' CONTENT_TYPE="$type"
done
for type in "" text/plain application/x-www-form-urlencoded application/xml \
    multipart/form-data "application/json; charset=utf-16" application/jsonx \
    "application/json, text/plain" "application/json; x=$(printf '%0500d' 0)"; do
	post 400 "type: $(printf %.60s "$type")" '{}' CONTENT_TYPE="$type"
	like "$(detail)" "must be application/json" "... and says which"
done
post 415 "Content-Encoding: gzip" '{}' HTTP_CONTENT_ENCODING=gzip
post 200 "Content-Encoding: identity" '{}' HTTP_CONTENT_ENCODING=identity
post 400 "a body cut short" '{}' CONTENT_LENGTH=3
post 400 "no body" ''
post 400 "no length: no body is read" '{}' CONTENT_LENGTH=
post 200 "16 KiB exactly" "{\"a\":\"$(printf '%016376d' 0)\"}"
post 413 "over 16 KiB" "{\"a\":\"$(printf '%016377d' 0)\"}"
post 400 "two documents" '{} {}'
is "$(detail)" "The JSON is malformed" "... which is said"
post 400 "a member twice" '{"a":1,"a":2}'
is "$(detail)" "A member is repeated" "... which is said"
post 400 "16 KiB of brackets" "$(printf '%016384d' 0 | tr 0 '[')"
post 400 "16 KiB of objects" "$(printf '%03276d' 0 | sed 's/0/{"a":/g')"
done_testing
