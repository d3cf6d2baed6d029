#!/bin/sh
# TLS=1 on every other server: HTTPS with the trial's certificate, and HSTS.
. "${0%/*}/lib.sh"
on_exit() { stop_trial; }
for server in lighttpd-cgi apache-fcgid apache-proxy apache-cgi nginx; do
	case $server in
	apache*) command -v apache2 ;;
	lighttpd*) command -v lighttpd ;;
	nginx) command -v nginx && command -v spawn-fcgi ;;
	esac >/dev/null || { ok 0 "$server is not installed # SKIP"; continue; }
	trial=$work/$server
	start_trial SERVER="$server" TLS=1
	ok $? "$server: it starts"
	like "$url" "https://127.0.0.1:" "... with HTTPS"
	get_as "$POSTERN_TOKEN" /secure-data
	is "$status" 200 "... a token is let in"
	like "$headers" "Strict-Transport-Security: max-age=" "... with HSTS"
	get /secure-data
	is "$status" 401 "... none is not"
	like "$headers" "Strict-Transport-Security: max-age=" "... with HSTS too"
	get_as "$POSTERN_TOKEN" /secure-data --tls-max 1.1
	is "$status" "" "... no old TLS"
	get_as "$POSTERN_TOKEN" /secure-data -H "Host: evil.example"
	case $status in 421 | 400) ok 0 "... another host: $status" ;;
	*) ok 1 "... another host: $status" ;; esac
	stop_trial
done
done_testing
