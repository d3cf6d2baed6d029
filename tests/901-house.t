#!/bin/sh
# Rules of the house: floors, owners, sizes, and that every endpoint has its
# place everywhere.
. "${0%/*}/lib.sh"
cd "$here" || exit 1

# Floors, lowest first; a file includes lower ones only, plus its own header.
floors='text scope strength pool
log json_scan
xalloc
crypto
config_value
config
http_req
store http http_accept http_pool http_pool_none http_vars http_queue http_words http_body serverkey audit
store_ops store_rules
store_list store_none store_sqlite store_sqlite_query store_sqlite_users store_sqlite_tokens store_sqlite_copy store_sqlite_clients store_sqlite_refresh store_sqlite_guesses store_sqlite_read store_sqlite_files store_sqlite_live store_sqlite_mark store_sqlite_rows store_sqlite_schema pq
pq_none store_pgsql store_pgsql_link store_pgsql_query store_pgsql_sql store_pgsql_value store_pgsql_users store_pgsql_tokens store_pgsql_refresh store_pgsql_guesses store_pgsql_rows
body sandbox
reply form json token peer policy
password cors guess
auth
client
grant_kinds
grant_password grant_refresh
grant introspect
endpoint
openapi openapi_operation openapi_answers openapi_schema'
floor=0
while read -r names; do
	floor=$((floor + 1))
	for name in $names; do eval "floor_of_$name=$floor"; done
done <<END
$floors
END
bad=
for file in src/*.c src/*.h; do
	name=${file##*/}
	name=${name%%.*}
	eval "mine=\${floor_of_$name-}"
	[ -n "$mine" ] || { bad="$bad $name:nowhere"; continue; }
	for other in $(sed -n 's/^#include "\([a-z_]*\)\.h"$/\1/p' "$file"); do
		[ "$other" != "$name" ] || continue
		case $name:$other in
		store:store_ops | store_sqlite_*:store_sqlite | store_pgsql_*:store_pgsql* | config_value:config | http_*:http | openapi_*:openapi) continue ;;
		esac
		eval "theirs=\${floor_of_$other-}"
		[ "${theirs:-99}" -lt "$mine" ] || bad="$bad $file->$other"
	done
done
is "$bad" "" "every file includes lower floors only"
bad=$(grep -L '^#include "endpoint.h"' src/endpoints/*.c)
is "$bad" "" "every endpoint includes the door"

# One owner per outside library.
owner() {	# HEADER PATTERN-OF-FILES NAME
	bad=$(grep -rlE "#include <$1" src | grep -vE "^src/($2)\$")
	is "$bad" "" "$3"
}
owner 'fcgi' 'http(_req\.h|\.c)' "libfcgi is http's"
owner 'sqlite3' 'store_sqlite.*' "SQLite is store_sqlite's"
owner 'postgresql' 'pq\.h' "libpq is pq's"
owner 'sodium' 'crypto\.c' "libsodium is crypto.c's"
owner 'seccomp\.h' 'tools/sandbox-list\.c' "libseccomp is sandbox-list's"
owner 'ini\.h' 'config\.c' "inih is config.c's"
owner 'cjson' '((reply|json|tools/apicheck_document)\.h|tools/cmd_audit\.c)' \
    "cJSON comes through reply and json; apicheck and the audit read it"
owner 'curl' 'tools/(postern-doctor|apicheck_ask)\.c' "libcurl is the doctor's and apicheck's"
objects=$(for file in src/*.c src/endpoints/*.c; do
	echo "$BUILD/${file#src/}" | sed 's/c$/o/'
done)
nm -A -u $objects >"$work/needed"	# OBJECT: U SYMBOL
symbols() {	# PREFIX OWNERS NAME: who needs symbols with the prefix?
	bad=$(grep -E " $1" "$work/needed" | sed 's/\.o:.*//; s,.*/,,' | sort -u |
	    grep -vxE "$2")
	is "$bad" "" "$3"
}
symbols FCGX_ 'http(_accept|_body)?' "nm: FCGX_ in http alone"
symbols sqlite3_ 'store_sqlite.*' "nm: sqlite3_ in store_sqlite alone"
symbols '(crypto_pwhash|randombytes|sodium_|crypto_generichash|crypto_auth)' crypto \
    "nm: libsodium in crypto alone"
symbols 'cJSON_(Parse|InitHooks)' json "nm: json alone has cJSON parse"
symbols 'cJSON_(GetObjectItem|HasObjectItem|Replace.*InObject|DeleteItemFromObject|DetachItemFromObject)$' \
    '' "nm: nobody looks for a member without regard to case"
symbols Zxcvbn strength "nm: zxcvbn in strength alone"
is "$(readelf -d "$CGI"/*.fcgi "$BIN"/* | grep -E 'NEEDED.*(libpq|ssl|crypto\.)')" "" \
    "no program is linked with libpq, nor with what it brings along"
bad=$(for program in "$CGI"/*.fcgi; do
	case $program in *users-me-password* | *openapi*) continue ;; esac
	readelf -d "$program" | grep -q zxcvbn && echo "$program"
done)
is "$bad" "" "... and in programs that set passwords alone"
is "$(readelf -d "$CGI/public.fcgi" "$CGI/docs.fcgi" "$CGI/openapi.fcgi" "$CGI"/oauth-*.fcgi |
    grep 'NEEDED.*sqlite')" "" "what never opens a ledger is linked without SQLite"
symbols ini_parse config "nm: inih in config alone"
bad=$(nm -u "$BUILD/auth.o" | grep -E ' (malloc|calloc|realloc|strdup|xmalloc|xcalloc)')
is "$bad" "" "no heap in auth"

# Who may say what.
is "$(grep -rlE 'HTTP_AUTHORIZATION|HTTP_X_API_KEY' src --include='*.c')" src/auth.c \
    "only auth.c reads HTTP_AUTHORIZATION and HTTP_X_API_KEY"
is "$(grep -rlE 'HTTP_ORIGIN|Access-Control-|HTTP_ACCESS_CONTROL' src |
    grep -vx src/tools/apicheck_ask.c)" src/cors.c \
    "only cors.c speaks CORS (apicheck knows it when it hears it)"
is "$(grep -rnE 'Access-Control-Allow-Credentials|Access-Control-[A-Za-z-]*[": ]*\*' src lighttpd.conf docs)" \
    "" "... and nobody allows cookies or everyone"
bad=$(grep -nE 'argc|argv|main\(' src/endpoints/*.c)
is "$bad" "" "endpoints know no arguments"
like "$(grep -A1 '^int$' src/endpoint.c)" "main(void)" "... nor does the door"
bad=$(sed 's/"[^"]*"//g' src/*.c src/*/*.c |
    grep -E '(strcmp|memcmp|strncmp)\([^;|]*(password|secret|digest)')
is "$bad" "" "no secret is compared by strcmp"
bad=$(grep -nE 'log_(event|fatal)\([^;]*(password|token->|header|authorization)[,)]' -r src)
is "$bad" "" "no log line takes a secret"
is "$(grep -rnE '\b(strncpy|sprintf|gets|system|scanf)\(' src)" "" "no loose old functions"
bad=$(grep -rn 'sqlite3_exec' src | grep -vc 'store_sqlite.c')
is "$bad" 0 "SQL texts are literals, values are bound"

# Every endpoint: executable, README, every server's configuration, test.
configured() {	# NAME PATH
	for conf in lighttpd.conf docs/*.conf docs/htaccess; do
		case $conf in *guard* | *proxy-*) continue ;; esac
		grep -qE "[/ ]$1([.; ]|\$)" "$conf" || echo "$conf"
	done
}
for source in src/endpoints/*.c; do
	name=$(basename "$source" .c)
	path=$(sed -n 's/.*\.path = "\(.*\)",/\1/p' "$source")
	[ -x "$CGI/$name.fcgi" ]
	ok $? "$name is built"
	nm "$CGI/$name.fcgi" 2>/dev/null | grep -q ' T auth_require'
	ok $? "$name has the guard in it"
	! grep -q '\.judge = ' "$source" || continue
	grep -q "^| \`$path\`" README.md
	ok $? "$name: $path stands in README's table of endpoints"
	is "$(configured "$name")" "" "$name: $path stands in every server's configuration"
	grep -q "call $name \|_form $name " tests/2*.t
	ok $? "$name has a test in tests/2*.t"
done
for file in src/*.c src/*.h src/endpoints/*.c src/tools/*; do
	name=${file##*/}
	grep -q "${name%%.*}" README.md || echo "$file"
done >"$work/unmapped"
is "$(cat "$work/unmapped")" "" "every file is on README's map"

# Declaring half an endpoint does not start.
printf '%s\n' '#include "endpoint.h"' 'static void show(struct call *c) { reply_problem(c->req, 200, "open"); }' \
    'const struct endpoint endpoint = { .path = "/half", .methods = { { HTTP_GET, .handle = show, .says = "x" } } };' \
    >"$work/half.c"
rooms=$(room_objects)
cc -std=c11 -Isrc ${HOUSE_CFLAGS-} -o "$work/half" "$work/half.c" $rooms -lfcgi \
    -lcjson -lsqlite3 -linih -lsodium 2>"$work/cc"
ok $? "an endpoint without scope compiles"
env -i REQUEST_METHOD=GET SCRIPT_NAME=/half REMOTE_ADDR=127.0.0.1 \
    "$work/half" >"$work/answer" 2>"$work/err"
is $? 1 "... and does not start"
is "$(cat "$work/answer")" "" "... and answers nothing"
like "$(cat "$work/err")" "declared without" "... and says why"

# Sizes.
is "$(find src -name '*.[ch]' -exec awk 'FNR == 401 { print FILENAME }' {} +)" \
    "" "no file over 400 lines"
is "$(awk 'FNR == 1 { start = 0 } /^\{/ { start = FNR } /^\}/ && start {
    if (FNR - start > 60) print FILENAME ":" start; start = 0 }' \
    src/*.c src/endpoints/*.c src/tools/*.c)" "" "no function over 60 lines"
is "$(awk '{ while (at = index($0, "\t"))
    $0 = substr($0, 1, at - 1) substr("        ", 1 + (at - 1) % 8) substr($0, at + 1)
    if (length($0) > 81) print FILENAME ":" FNR }' src/*.[ch] src/*/*.[ch])" "" "80 columns"
is "$(awk 'FNR == 1 && !/^\/\* [a-z0-9_-]* - / { print FILENAME }' \
    src/*.[ch] src/*/*.[ch] tests/*/*.[ch])" "" "a first line that says what it is"
is "$(grep -rnE '[[:space:]]$' src tests/*.t tests/lib.sh Makefile lighttpd.conf README.md CHANGES)" \
    "" "no blanks at line ends"
cc -std=c11 -D_GNU_SOURCE -Isrc -fsyntax-only -x c src/*.h >"$work/headers" 2>&1
is "$(cat "$work/headers")" "" "every header compiles alone"
! grep -rnE '(registry|deb)\.[a-z]+\.(org|com)|[^a-z$](/home|/root|/work)/[a-z]' \
    src tests Makefile lighttpd.conf README.md CHANGES >&2
ok $? "no registry host, no machine's path"
done_testing
