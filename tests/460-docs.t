#!/bin/sh
# /docs in a real browser: open, log in, call a guarded route, log out.  And what
# linters and readers that others wrote say of /openapi.json.
. "${0%/*}/lib.sh"
on_exit() { stop_trial; }
need_server lighttpd
command -v npm >/dev/null || skip_all "npm is not installed"

# npm's packages come from its registry, once, into the build directory.
modules=$BUILD/docs
mkdir -p "$modules"
cp "$here"/tests/docs/* "$modules/"
[ -d "$modules/node_modules/playwright-core" ] ||
    (cd "$modules" && npm ci --no-audit --no-fund --ignore-scripts --silent >"$work/npm" 2>&1) ||
    skip_all "npm reaches no registry"
export REDOCLY_TELEMETRY=off REDOCLY_SUPPRESS_UPDATE_NOTICE=true

# Programs and a page of our own, for make docs changes what is built.
page=$modules/page
mkdir "$work/cgi-bin"
cp "$CGI"/*.fcgi "$here/cgi-bin/.htaccess" "$work/cgi-bin/"
CGI=$work/cgi-bin
(cd "$here" && make -s docs B="$BUILD" PAGE="$page" CGI="$CGI" \
    ${HOUSE_CFLAGS:+CFLAGS="$HOUSE_CFLAGS"}) >"$work/make" 2>&1
ok $? "make docs"
sed 's/^/# /' "$work/make"

browse() {	# NAME [NAME=VALUE...]
	name=$1
	shift
	trial=$work/$name
	start_trial "$@" || give_up
	await 10 grep -q "open $url/docs in a browser" "$work/trial.out"
	ok $? "$name: make run says where the page is"
	export POSTERN_USER POSTERN_PASSWORD
	(cd "$modules" && node browse.js "$url" "$modules/$name.png") >"$work/got" 2>"$work/errors"
	ok $? "... a browser goes through it"
	sed 's/^/# /' "$work/errors"
	is "$(cat "$work/got")" 'open: postern API
logged in
with a token: "200 {\n  \"data\": \"This is protected data\",\n  \"user\": \"demo\"\n}"
logged out
without: "401 {\n  \"type\": \"about:blank\",\n  \"title\": \"Unauthorized\",\n  \"status\": 401,\n  \"detail\": \"Not authenticated\"\n}"
strange: nothing' "... step by step, without an error or a request to elsewhere"
	[ -s "$modules/$name.png" ]
	ok $? "... a picture is in $name.png"
}
if command -v chromium >/dev/null; then
	browse lighttpd
	stop_trial
	! command -v nginx >/dev/null || browse nginx SERVER=nginx MOUNT=/api
else
	ok 0 "chromium is not installed # SKIP"
	start_trial || give_up
fi

get /openapi.json
is "$status" 200 "/openapi.json"
printf %s "$body" >"$work/openapi.json"
lint() {	# RULES
	(cd "$modules" && npx --offline redocly lint --extends="$1" "$work/openapi.json") >"$work/lint" 2>&1
	ok $? "redocly finds no fault: $1"
	grep -E 'error|Error|rule' "$work/lint" | sed 's/^/# /'
}
lint recommended
lint recommended-strict
sed 's/"summary":"Who am I",//; s/"openapi":"3.1.0"/"openapi":"3.1.0","odd":1/' "$work/openapi.json" >"$work/broken.json"
! (cd "$modules" && npx --offline redocly lint "$work/broken.json") >"$work/lint" 2>&1
ok $? "... and does of a broken one"
(cd "$modules" && node -e 'require("@apidevtools/swagger-parser").validate(process.argv[1])
    .then((d) => console.log(Object.keys(d.paths).length > 9))' "$work/openapi.json") >"$work/read" 2>&1
is "$(cat "$work/read")" true "swagger-parser reads it"
stop_trial
done_testing
