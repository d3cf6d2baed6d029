#!/bin/sh
# The recipes of docs/: their files are started as they are, but for the places
# and names in them.
. "${0%/*}/lib.sh"
need_server nginx
need_server lighttpd
on_exit() {
	stop_trial
	for p in ${pids-}; do kill "$p" 2>/dev/null; done
}
pids=''
place=$work/place run=$work/run
mkdir -p "$place" "$run/empty"
new_state
token=$(mint demo)
make -s -C "$here" B="$BUILD" CGI="$CGI" BIN="$BIN" DESTDIR="$place" install \
    >"$work/install" 2>&1
ok $? "make install"
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 \
    -subj /CN=localhost -addext subjectAltName=DNS:localhost,DNS:api.example,IP:127.0.0.1 \
    -keyout "$state/key.pem" -out "$state/cert.pem" 2>/dev/null

# Run what a unit says, as systemd would: its Environment, its Exec lines.
run_unit() {	# FILE: the pid is $unit
	sed "s|/usr/local|$place/usr/local|g; s|/var/lib/postern|$state|g
	    s|/run/postern|$run|g; s|0\\.0\\.0\\.0|127.0.0.1|; s|=443\$|=$port|
	    s|(:443)|(:[0-9]+)|" "$1" >"$work/unit"
	{
		echo 'set -e'
		sed -n 's/^UMask=/umask /p' "$work/unit"
		sed -n 's/^Environment=//p' "$work/unit" | tr -d '"' |
		    sed "s/\\\\\\\\/\\\\/g; s/=\\(.*\\)/='\\1'/; s/^/export /"
		sed -n 's/^ExecStartPre=//p' "$work/unit"
		sed -n 's/^ExecStart=/exec /p' "$work/unit"
	} >"$work/unit.sh"
	sh "$work/unit.sh" >>"$work/log" 2>&1 &
	unit=$!
	pids="$pids $unit"
}
ask() {		# STATUS NAME PATH [CURL-OPTION...]
	wanted=$1 name=$2 path=$3
	shift 3
	status=$(printf 'Authorization: Bearer %s\n' "$bearer" |
	    curl -s --noproxy '*' --max-time 10 -H @- -o "$work/body" -w '%{http_code}' \
	    "$@" "$url$path")
	is "$status" "$wanted" "$name"
}
bearer=$token

# A VPS with lighttpd: postern.service.
port=$(free_port)
run_unit "$here/docs/postern.service"
url=https://api.example:$port
secure="--resolve api.example:$port:127.0.0.1 --cacert $state/cert.pem"
await 10 curl -s --noproxy '*' $secure "$url/health"
ask 200 "postern.service: /secure-data" /secure-data $secure
bearer=x
ask 401 "... a wrong token" /secure-data $secure
bearer=$token
ask 421 "... another name" /secure-data -H "Host: evil.example" $secure
is "$(find "$run" ! -type d -perm /077 | head -n 3)" "" "... nothing in its run directory is open to others"
kill "$unit"
wait "$unit"
if command -v systemd-analyze >/dev/null; then
	for file in postern postern-workers; do
		sed "s|/usr/local|$place/usr/local|g; s/^User=.*//; s/^Group=.*//" \
		    "$here/docs/$file.service" >"$work/$file.service"
		systemd-analyze verify "$work/$file.service" >"$work/verify" 2>&1
		is $? 0 "systemd reads $file.service"
	done
fi

# A VPS with nginx, or Apache in front of workers: postern-workers.service.
run_unit "$here/docs/postern-workers.service"
workers_there() { [ "$(find "$run" -name '*.sock' | wc -l)" -ge 7 ]; }
await 10 workers_there
ok $? "postern-workers.service: sockets for every endpoint"
find "$run" -name '*.sock' -exec stat -c %a {} + | sort -u >"$work/modes"
is "$(cat "$work/modes")" 600 "... closed to others"
port=$(free_port)
sed "s|@RUN@|$run|g; s|@LISTEN@|127.0.0.1:$port|; s|@MOUNT@||g
    s|@NAMES@|localhost|; /^tls:/d; /^guard:/d" "$here/docs/nginx.conf" >"$work/nginx.conf"
nginx -p "$run" -e "$run/error.log" -c "$work/nginx.conf" \
    -g "daemon off; user $(id -un) $(id -gn);" 2>>"$work/log" &
front=$!
pids="$pids $front"
url=http://localhost:$port
await 10 curl -s --noproxy '*' "$url/health"
ask 200 "nginx.conf by sed: /secure-data" /secure-data
kill "$front"
wait "$front"

# Behind another proxy: proxy-nginx.conf in front of a trial.
chmod 711 "$work"
start_trial
back=${url#*//}
printf 'trusted_proxy = 127.0.0.1\n' >>"$trial/postern.conf"
stop_trial
start_trial
back=${url#*//} token=$POSTERN_TOKEN bearer=$POSTERN_TOKEN
port=$(free_port)
rm -rf "$run"
mkdir -p "$run"
sed "s|@RUN@|$run|g; s|@LISTEN@|127.0.0.1:$port|; s|@BACK@|$back|; s|@HOST@|localhost|
    s|@CERT@|$state/cert.pem|; s|@KEY@|$state/key.pem|" \
    "$here/docs/proxy-nginx.conf" >"$work/proxy.conf"
nginx -p "$run" -e "$run/error.log" -c "$work/proxy.conf" -g 'daemon off;' 2>>"$work/log" &
front=$!
pids="$pids $front"
url=https://localhost:$port
secure="--cacert $state/cert.pem"
await 10 curl -s --noproxy '*' $secure "$url/health"
ask 200 "behind a proxy: /secure-data" /secure-data $secure
ask 200 "... whatever a client writes into Forwarded" /secure-data -H "Forwarded: proto=http" $secure
ask 200 "... or X-Forwarded-Proto" /secure-data -H "X-Forwarded-Proto: http" $secure
url=http://$back
ask 403 "... a proxy that reports plain HTTP" /secure-data -H "X-Forwarded-Proto: http"
url=https://localhost:$port
curl -s --noproxy '*' --interface 127.0.0.2 $secure -o "$work/body" \
    -H "X-Forwarded-For: 203.0.113.9" \
    -d "grant_type=password&username=demo&password=wrong" "$url/token"
like "$(grep login_refused "$trial/audit.log" | tail -n 1)" '"address":"127.0.0.2"' \
    "... and who asks is not what a client writes"
done_testing
