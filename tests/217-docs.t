#!/bin/sh
# /docs: the page is there when it was built in, asks nobody else for anything,
# and takes nothing from the query; without it, the answer says how to get it.
. "${0%/*}/lib.sh"
new_state
page=$work/page

build() {	# a docs.fcgi of our own, with what lies in $page
	(cd "$here" && make -s B="$BUILD" PAGE="$page" CGI="$work/cgi" \
	    ${HOUSE_CFLAGS:+CFLAGS="$HOUSE_CFLAGS"} "$work/cgi/docs.fcgi") \
	    >"$work/make" 2>&1
	ok $? "$1"
	CGI=$work/cgi
}
build "it builds without Swagger UI"
call docs GET /docs
is "$status" 404 "there is no page"
like "$(detail)" "make docs" "... and how to get it"
call docs GET /docs/swagger-ui-bundle.js
is "$status" 404 "... nor a file of it"
rm -rf "$work/cgi" "$page/page.o"

printf 'body { color: black }' >"$page/swagger-ui.css"
printf 'function SwaggerUIBundle() {}' >"$page/swagger-ui-bundle.js"
build "it builds with it"
call docs GET /docs
is "$status" 200 "there is a page"
like "$headers" "Content-Type: text/html; charset=utf-8" "... for people"
like "$body" '<script src="docs/start.js">' "... which starts by a file"
unlike "$body" "://" "... and names no other place"
policy=$(printf '%s\n' "$headers" | sed -n 's/^Content-Security-Policy: //p')
like "$policy" "default-src 'none'; script-src 'self';" "... and may run our scripts alone"
like "$policy" "connect-src 'self'" "... ask us alone"
like "$policy" "frame-ancestors 'none'" "... and stand in no frame"
unlike "$policy" "unsafe-eval" "... nor make code of text"
unlike "$(printf '%s\n' "$policy" | sed 's/style-src[^;]*;//')" "unsafe" "... nor run what stands in the page"
like "$headers" "X-Content-Type-Options: nosniff" "... and is what it says"
whole=$body
for query in 'url=https://evil.example/x.json' 'configUrl=https://evil.example' 'validatorUrl=x'; do
	call docs GET /docs QUERY_STRING="$query"
	is "$body" "$whole" "... the same with ?$query"
done
call docs HEAD /docs
is "$status $body" "200 " "... HEAD"
for method in POST PUT DELETE OPTIONS; do
	call docs $method /docs
	is "$status" 405 "... $method"
done
file() {	# NAME TYPE TEXT
	call docs GET "/docs/$1"
	is "$status" 200 "/docs/$1"
	like "$headers" "Content-Type: $2" "... is $2"
	is "$body" "$3" "... whole"
	like "$headers" "X-Content-Type-Options: nosniff" "... and nothing else"
	like "$headers" "Content-Security-Policy: default-src 'none'" "... within the same bounds"
}
file swagger-ui.css text/css 'body { color: black }'
file swagger-ui-bundle.js text/javascript 'function SwaggerUIBundle() {}'
file start.js text/javascript "$(cat "$here/src/page/start.js")"
like "$body" "queryConfigEnabled: false" "... it takes nothing from the query"
like "$body" "validatorUrl: null" "... and asks no validator"
for name in index.html page.o start.js/ start.jsX START.JS .. '..%2fstart.js' swagger-ui.css.map ''; do
	call docs GET "/docs/$name"
	is "$status" 404 "no file: /docs/$name"
done
call docs GET /docs SCRIPT_NAME=/docs REMOTE_ADDR=192.0.2.1
is "$status" 403 "HTTPS is asked for here too"
grep -q '"integrity": "sha512-' "$here/src/page/package-lock.json"
ok $? "what is fetched has a digest"
done_testing
