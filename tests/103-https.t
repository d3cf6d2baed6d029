#!/bin/sh
# HTTPS is required, and proxies are believed only when configured.
. "${0%/*}/lib.sh"
new_state
token=$(mint demo)

ask() {		# STATUS NAME [VAR=VALUE...]
	wanted=$1 name=$2
	shift 2
	call secure-data GET /secure-data HTTP_AUTHORIZATION="Bearer $token" "$@"
	is "$status" "$wanted" "$name"
}

ask 200 "loopback" REMOTE_ADDR=127.0.0.1
ask 200 "all of 127/8" REMOTE_ADDR=127.8.9.10
ask 200 "IPv6 loopback" REMOTE_ADDR=::1
ask 200 "mapped loopback" REMOTE_ADDR=::ffff:127.0.0.1
ask 403 "from outside" REMOTE_ADDR=192.0.2.1
is "$(detail)" "HTTPS is required here" "... says so"
unlike "$headers" "Location:" "... and does not redirect"
unlike "$headers" "WWW-Authenticate:" "... and does not challenge"
ask 403 "no address" REMOTE_ADDR=
ask 403 "an unreadable address" REMOTE_ADDR=localhost
ask 403 "a socket" REMOTE_ADDR=unix:
for header in HTTP_X_FORWARDED_FOR=127.0.0.1 HTTP_X_FORWARDED_PROTO=https \
    HTTP_X_FORWARDED_HOST=x HTTP_FORWARDED="proto=https" HTTP_X_FORWARDED_=x; do
	ask 403 "loopback with ${header%%=*}" "$header"
done
ask 200 "HTTPS from outside" REMOTE_ADDR=192.0.2.1 HTTPS=on
ask 200 "HTTPS by its scheme" REMOTE_ADDR=192.0.2.1 REQUEST_SCHEME=https
ask 403 "HTTP by its scheme" REMOTE_ADDR=192.0.2.1 REQUEST_SCHEME=http
ask 403 "HTTPS=off whatever the scheme" REMOTE_ADDR=192.0.2.1 HTTPS=off REQUEST_SCHEME=https
ask 200 "HTTPS, as others say it" REMOTE_ADDR=192.0.2.1 HTTPS=1
ask 403 "HTTPS=off" REMOTE_ADDR=192.0.2.1 HTTPS=off
ask 403 "a client's own word" REMOTE_ADDR=192.0.2.1 HTTP_HTTPS=on
call public GET /public REMOTE_ADDR=192.0.2.1
is "$status" 403 "public too"
call secure-data GET /secure-data REMOTE_ADDR=192.0.2.1 \
    HTTP_AUTHORIZATION="Bearer x y"
is "$status" 403 "the token is not looked at"
call secure-data PUT /secure-data REMOTE_ADDR=192.0.2.1
is "$status" 405 "the method comes first"

set_config trusted_proxy "192.0.2.1 10.0.0.0/8 2001:db8::/32"
ask 200 "a proxy says https" REMOTE_ADDR=192.0.2.1 HTTP_X_FORWARDED_PROTO=https
ask 200 "in capitals" REMOTE_ADDR=192.0.2.1 HTTP_X_FORWARDED_PROTO=HTTPS
ask 403 "a proxy says http" REMOTE_ADDR=192.0.2.1 HTTP_X_FORWARDED_PROTO=http
ask 403 "a proxy says http over https" REMOTE_ADDR=192.0.2.1 HTTPS=on \
    HTTP_X_FORWARDED_PROTO=http
ask 403 "a proxy says nothing" REMOTE_ADDR=192.0.2.1
ask 403 "one hop without" REMOTE_ADDR=192.0.2.1 \
    HTTP_X_FORWARDED_PROTO="https, http"
ask 200 "both hops with" REMOTE_ADDR=192.0.2.1 \
    HTTP_X_FORWARDED_PROTO="https, https"
ask 200 "a network" REMOTE_ADDR=10.200.0.9 HTTP_X_FORWARDED_PROTO=https
ask 403 "outside the network" REMOTE_ADDR=11.0.0.1 HTTP_X_FORWARDED_PROTO=https
ask 200 "an IPv6 network" REMOTE_ADDR=2001:db8::9 HTTP_X_FORWARDED_PROTO=https
ask 200 "Forwarded" REMOTE_ADDR=10.0.0.1 \
    HTTP_FORWARDED='for=192.0.2.60;proto=https;by=203.0.113.43'
ask 403 "Forwarded says http" REMOTE_ADDR=10.0.0.1 \
    HTTP_FORWARDED='for=192.0.2.60;proto=http'
ask 403 "a client's Forwarded past a proxy that says http" \
    REMOTE_ADDR=10.0.0.1 HTTP_X_FORWARDED_PROTO=http HTTP_FORWARDED='proto=https'
ask 403 "Forwarded, one hop without" REMOTE_ADDR=10.0.0.1 \
    HTTP_FORWARDED='for=1.2.3.4;proto=https, for=10.0.0.2'
for hops in 'for=1;host="a;proto=https";proto=http' 'proto=https;proto=http' \
    'for="a;proto=https"' 'for=1;host="a;proto=https"' 'for="x\";proto=https"' \
    'proto="http"' 'proto=https,' ',proto=https' 'proto=https;' 'proto' 'proto=' \
    'proto=https x' '"proto"=https' 'proto=https, for=1' 'xproto=https' ''; do
	ask 403 "Forwarded: $hops" REMOTE_ADDR=10.0.0.1 HTTP_FORWARDED="$hops"
done
for hops in 'proto=https' 'Proto=HTTPS' 'proto="https"' 'for="[2001:db8::1]:80";proto=https' \
    'for=1 ; proto=https , proto=https;by="a;b,c"'; do
	ask 200 "Forwarded: $hops" REMOTE_ADDR=10.0.0.1 HTTP_FORWARDED="$hops"
done
ask 200 "loopback itself still" REMOTE_ADDR=127.0.0.1
set_config trusted_proxy 127.0.0.1
ask 200 "a proxy on this host says https" HTTP_X_FORWARDED_PROTO=https \
    HTTP_X_FORWARDED_FOR=192.0.2.5
ask 403 "a proxy on this host says http" HTTP_X_FORWARDED_PROTO=http \
    HTTP_X_FORWARDED_FOR=192.0.2.5

# The address in the audit log: the first from the right that is no proxy.
set_config require_https off
from() {	# WANTED REMOTE_ADDR FORWARDED_FOR
	post_form token /token "grant_type=password&username=x&password=y" \
	    REMOTE_ADDR="$2" ${3:+HTTP_X_FORWARDED_FOR="$3"}
	like "$(noted)" "\"address\":\"$1\"" "address $1"
}
set_config trusted_proxy "192.0.2.1 10.0.0.0/8"
from 198.51.100.7 198.51.100.7
from 198.51.100.7 198.51.100.7 203.0.113.9
from 203.0.113.9 192.0.2.1 203.0.113.9
from 203.0.113.9 192.0.2.1 "127.0.0.1, 203.0.113.9, 10.1.1.1"
from 10.1.1.1 192.0.2.1 "10.1.1.1"
from 192.0.2.1 192.0.2.1 "nonsense"
from 2001:db8::7 192.0.2.1 "2001:db8::7"
from 198.51.100.9 192.0.2.1 "198.51.100.9:4711"
from 2001:db8::7 192.0.2.1 "[2001:db8::7]:4711"
from 2001:db8::7 192.0.2.1 "[2001:db8::7]"
from 198.51.100.9 192.0.2.1 "$(printf '%02000d, ' 0)198.51.100.9"
from 198.51.100.9 192.0.2.1 "$(seq -s ', ' 1000), 198.51.100.9"
from 192.0.2.1 192.0.2.1 "$(printf '%02000d' 0)"
ask 200 "require_https off" REMOTE_ADDR=198.51.100.7
done_testing
