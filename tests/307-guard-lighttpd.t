#!/bin/sh
# What guard.sh asks, of lighttpd; and HTTP/2, which is switched off there.
server=lighttpd
after() {
	trial=$work/tls
	start_trial SITE="$site" APP="$app" TLS=1
	printf 'Authorization: Bearer %s\n' "$POSTERN_TOKEN" >"$work/header"
	head -c 5000 /dev/zero | tr '\0' x >"$work/large"
	round=0
	while [ "$round" -lt 20 ]; do
		curl -s --noproxy '*' --http2 --max-time 5 --cacert "$POSTERN_CA" \
		    -H "@$work/header" --data-binary "@$work/large" -o "$work/body" \
		    -w '%{http_version} %{http_code}\n' "$url/app/x"
		round=$((round + 1))
	done >"$work/versions"
	is "$(sort "$work/versions" | uniq -c | tr -s ' ')" " 20 1.1 200" \
	    "20 HTTP/2 clients with a body are served, over HTTP/1.1"
}
. "${0%/*}/guard.sh"
