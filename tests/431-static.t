#!/bin/sh
# make STATIC=1: programs that need nothing of the host but its kernel.
. "${0%/*}/lib.sh"
[ -z "${ASAN_OPTIONS-}" ] || skip_all "the sanitizers' programs are not static"
[ -z "${POSTERN_TEST_PG-}" ] || skip_all "static programs know no PostgreSQL"
account=$work/account
make_static() {
	env -u MAKEFLAGS -u MFLAGS make -s -C "$here" STATIC=1 B="$BUILD" \
	    CGI="$account/cgi-bin" BIN="$account/bin" "$@"
}
if ! make_static "$BUILD/libcjson.a" >"$work/make" 2>&1; then
	reason=$(sed -n 's/^cjson-archive: //p' "$work/make")
	[ -z "$reason" ] || skip_all "no libcjson.a: $reason"
fi
new_state
token=$(mint demo)

is "$(make_static all 2>&1 | grep -v '^ ')" "" "make STATIC=1 says nothing of trouble"
set -- "$here"/src/endpoints/*.c
wanted=$#
set -- "$account"/cgi-bin/*
is $# "$wanted" "every endpoint is made, and nothing beside it"
for program; do
	readelf -lWd "$program"
done >"$work/elf"
readelf -lWd "$account/bin/postern" >>"$work/elf"
is "$(grep -cE 'INTERP|NEEDED' "$work/elf")" 0 "... and needs no library"
is "$(grep -c 'type is DYN' "$work/elf")" "$((wanted - 2))" \
    "... and can lie anywhere, but for those with zxcvbn"

for suite in 022-keys 102-auth-tokens 202-token 205-account; do
	CGI=$account/cgi-bin BIN=$account/bin "$here/tests/$suite.t" >"$work/out" 2>&1
	ok $? "$suite.t passes with these programs"
	grep -A3 '^not ok' "$work/out" | sed 's/^/# /'
done

# A host that has nothing: no library, no /dev, no /proc.
if [ "$(id -u)" -eq 0 ] && command -v chroot >/dev/null; then
	mkdir "$work/host"
	cp -a "$account" "$state" "$work/host"
	ask() {	# STATUS TOKEN NAME
		env -i PATH="$PATH" SCRIPT_NAME=/secure-data REQUEST_METHOD=GET \
		    SERVER_PROTOCOL=HTTP/1.1 REMOTE_ADDR=127.0.0.1 REQUEST_SCHEME=http \
		    POSTERN_CONF=/state/postern.conf HTTP_AUTHORIZATION="Bearer $2" \
		    chroot "$work/host" /account/cgi-bin/secure-data.fcgi 2>>"$work/log" >"$work/out"
		is "$(sed -n 's/^Status: \([0-9]*\).*/\1/p' "$work/out")" "$1" "$3"
	}
	ask 401 x "on a host without anything: a wrong token"
	ask 200 "$token" "... a token"
	ask 200 "$token" "... and again"
	printf %s "$token" | chroot "$work/host" /account/bin/postern \
	    -c /state/postern.conf token revoke - >>"$work/log" 2>&1
	ok $? "... is revoked there"
	ask 401 "$token" "... and is refused"
fi

# What it cannot do, it says.
sed -i 's/^store = .*/store = pgsql:dbname=postern/' "$state/postern.conf"
CGI=$account/cgi-bin
call secure-data GET /secure-data HTTP_AUTHORIZATION="Bearer $token"
is "$status" 503 "a ledger on PostgreSQL is none"
like "$(cat "$work/log")" "STATIC=1" "... and the log says why"

# Security updates of what is inside.
for library in sqlite3 sodium fcgi inih zxcvbn c6 cjson; do
	like "$(make_static -n -W "/usr/share/doc/lib$library-dev" 2>&1)" \
	    "$account/cgi-bin/secure-data.fcgi" "made again after an update of $library"
done
done_testing
