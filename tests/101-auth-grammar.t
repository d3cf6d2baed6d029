#!/bin/sh
# The Authorization header, judged by its grammar (RFC 6750 2.1, RFC 9110 11.4).
. "${0%/*}/lib.sh"
new_state
token=$(mint demo)
bare='Bearer realm="postern"'

judge() {	# VALUE STATUS CHALLENGE NAME
	call secure-data GET /secure-data HTTP_AUTHORIZATION="$1"
	is "$status $(challenge)" "$2 $3" "$4"
	unlike "$body" "protected" "... and no data"
}

call secure-data GET /secure-data
is "$status $(challenge)" "401 $bare" "no header"
is "$(detail)" "Not authenticated" "... says so"
like "$headers" "Content-Type: application/problem+json" "... as a problem"
like "$headers" "Cache-Control: no-store" "... not to be kept"
like "$headers" "X-Content-Type-Options: nosniff" "... not to be sniffed"

for value in "" "Basic ZGVtbzpzZWNyZXQ=" "Digest username=\"demo\"" "Token x" \
    "Bearerx" "Bearerx $token" "X-Bearer $token" "$token" "Bear er" " "; do
	judge "$value" 401 "$bare" "another scheme or none: '$(printf %.20s "$value")'"
done
is "$(detail)" "Not authenticated" "another scheme is not authenticated"

tab=$(printf '\t')
umlaut=$(printf '\303\244')
for value in "Bearer" "Bearer " "Bearer    " "Bearer x y" "Bearer $token x" \
    "Bearer $token " "Bearer$tab$token" "Bearer $tab$token" "Bearer $token$tab" \
    "Bearer $token,Bearer $token" "Bearer $token, Bearer $token" \
    "Bearer $token, Basic eA==" "Basic eA==, Bearer $token" \
    "Basic eA==,  bEARER $token" "Bearer \"$token\"" "Bearer $token;" \
    "Bearer x\\y" "Bearer x=y" "Bearer =" "Bearer ==x" "Bearer $umlaut" \
    "Bearer $token$umlaut" "Bearer:$token" "Bearer: $token" "Bearer *" \
    "Bearer x%00" "Bearer a:b" "Bearer $(printf 'a\001b')"; do
	judge "$value" 400 "$bare, error=\"invalid_request\"" \
	    "malformed: '$(printf '%.24s' "$value" | tr -d '\001')'"
done

long=$(printf '%04096d' 0 | tr 0 a)
judge "Bearer $long" 400 "$bare, error=\"invalid_request\"" "over 4 KiB"
judge "Bearer $(printf %s "$long" | cut -c-4089)" 401 \
    "$bare, error=\"invalid_token\"" "4 KiB exactly is looked at"
judge "$long $long" 400 "$bare, error=\"invalid_request\"" "an endless scheme"

for value in "Bearer $token" "bearer $token" "BEARER $token" "bEaReR $token" \
    "Bearer  $token" "Bearer     $token"; do
	call secure-data GET /secure-data HTTP_AUTHORIZATION="$value"
	is "$status $body" \
	    '200 {"data":"This is protected data","user":"demo"}' \
	    "good: $(printf %.12s "$value")"
done

for value in null undefined true 0 '[object' eyJhbGciOiJub25lIn0.e30. a.b.c; do
	call secure-data GET /secure-data HTTP_AUTHORIZATION="Bearer $value"
	case $status in 401 | 400) ok 0 "Bearer $value" ;; *) ok 1 "$value" ;; esac
done

# Apache renames the variable at each internal redirect.
chain() {	# STATUS NAME VAR=VALUE...
	wanted=$1 name=$2
	shift 2
	call secure-data GET /secure-data "$@"
	is "$status" "$wanted" "$name"
}
one=REDIRECT_HTTP_AUTHORIZATION two=REDIRECT_REDIRECT_HTTP_AUTHORIZATION
chain 200 "redirected" "$one=Bearer $token"
chain 200 "redirected twice" "$two=Bearer $token"
chain 200 "an empty one counts as absent" HTTP_AUTHORIZATION= "$one=Bearer $token"
chain 200 "the same in both" HTTP_AUTHORIZATION="Bearer $token" "$one=Bearer $token"
chain 400 "two values" HTTP_AUTHORIZATION="Bearer $token" "$one=Bearer x"
chain 400 "two values, the other way" HTTP_AUTHORIZATION="Bearer x" "$one=Bearer $token"
chain 400 "two schemes" HTTP_AUTHORIZATION="Basic eA==" "$two=Bearer $token"
is "$(challenge)" "$bare, error=\"invalid_request\"" "... is no request"
chain 401 "a client's own name for it" "HTTP_$one=Bearer $token"

# Other places where people put tokens are not looked at.
for var in QUERY_STRING="access_token=$token" HTTP_COOKIE="token=$token" \
    HTTP_X_AUTHORIZATION="Bearer $token" HTTP_X_ACCESS_TOKEN="$token" \
    HTTP_PROXY_AUTHORIZATION="Bearer $token" REMOTE_USER=demo \
    HTTP_REMOTE_USER=demo HTTP_X_REMOTE_USER=demo HTTP_X_ORIGINAL_URL=/public \
    HTTP_X_HTTP_METHOD_OVERRIDE=OPTIONS HTTP_HTTP_AUTHORIZATION="Bearer $token" \
    HTTP_AUTHORIZATION2="Bearer $token"; do
	call secure-data GET /secure-data "$var"
	is "$status $(challenge)" "401 $bare" "ignored: ${var%%=*}"
done
done_testing
