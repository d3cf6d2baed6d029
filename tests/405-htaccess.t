#!/bin/sh
# A shared Apache account: the Authorization header in each class of what the
# host lets .htaccess say, and the authorizer from .htaccess alone.
. "${0%/*}/lib.sh"
on_exit() { stop_trial; [ -z "${host_pid-}" ] || kill "$host_pid" 2>/dev/null; }
need_server apache-cgi
trial=$work/trial

restart() {	# OVERRIDE
	stop_trial
	start_trial SERVER=apache-cgi POSTERN_OVERRIDE="$1" ||
	    { ok 1 "the trial starts with AllowOverride $1"; return 1; }
	home=$trial/run/home/public_html
	override=$1
}
write() {	# FILE: from standard input, as the account's owner
	cat >"$1"
	chown --reference="$home" "$1"
}
judge() {	# NAME STATUS-WITH-TOKEN PATH...
	name=$1 wanted=$2
	shift 2
	for path in "$@"; do
		get "$path"
		[ "$wanted" = 500 ] || is "$status" 401 "$override, $name: $path without a token"
		get_as "$POSTERN_TOKEN" "$path"
		is "$status" "$wanted" "$override, $name: $path with a token"
	done
}
paths="/secure-data /cgi-bin/secure-data.fcgi"

restart "FileInfo" && {
	judge "as shipped" 200 $paths
	write "$home/cgi-bin/.htaccess" </dev/null
	judge "nothing: the header is lost" 401 /cgi-bin/secure-data.fcgi
	like "$(challenge)" 'realm="postern"' "... and that is what it looks like"
	echo 'SetEnvIf Authorization "(.+)" HTTP_AUTHORIZATION=$1' | write "$home/cgi-bin/.htaccess"
	judge "SetEnvIf" 200 $paths
	write "$home/cgi-bin/.htaccess" <<-'CONF'
		RewriteEngine On
		RewriteRule "^" "-" [E=HTTP_AUTHORIZATION:%{HTTP:Authorization}]
	CONF
	judge "RewriteRule" 200 $paths
	# In the folder above alone, it arrives by its REDIRECT_ name.
	write "$home/cgi-bin/.htaccess" </dev/null
	{ echo 'SetEnvIf Authorization "(.+)" HTTP_AUTHORIZATION=$1'
		cat "$here/docs/htaccess"; } | write "$home/.htaccess"
	judge "SetEnvIf above" 200 $paths
	write "$home/.htaccess" <<-'CONF'
		SetEnvIf Authorization "(.+)" HTTP_AUTHORIZATION=$1
		Action postern /cgi-bin/secure-data.fcgi
		<Files "page">
			SetHandler postern
		</Files>
	CONF
	touch "$home/page"
	chmod 644 "$home/page"
	get_as "$POSTERN_TOKEN" /page
	case $status in 404 | 200) ok 0 "an Action comes with PATH_INFO, and exact paths hold: $status" ;;
	*) ok 1 "an Action: $status" ;; esac
	echo 'CGIPassAuth On' | write "$home/cgi-bin/.htaccess"
	judge "CGIPassAuth is refused by the host" 500 /cgi-bin/secure-data.fcgi
}
restart "All" && {
	judge "as shipped" 200 $paths
	echo 'CGIPassAuth On' >>"$home/cgi-bin/.htaccess"
	judge "both ways at once" 200 $paths
}

# A host that allows AuthConfig alone: no clean URLs, and a server of its own
# here, for make run would wait for one.
second=$work/host
mkdir -p "$second/fcgid"
chmod 700 "$second"
cp "$here/src/host/shared.conf" "$second/"	# its user may not come here
chown -R --reference="$home" "$second"
write "$home/.htaccess" </dev/null
write "$home/cgi-bin/.htaccess" <"$here/cgi-bin/.htaccess"
override=AuthConfig first_url=$url port=$(free_port)
url=http://127.0.0.1:$port
as_owner=
[ "$(id -u)" -ne 0 ] || as_owner="setpriv --clear-groups --reuid $(stat -c %u "$trial") --regid $(stat -c %g "$trial")"
env POSTERN_RUN="$second" POSTERN_HOME="${home%/*}" POSTERN_OVERRIDE=AuthConfig \
    POSTERN_BIND=127.0.0.1 POSTERN_PORT="$port" POSTERN_MOUNT= POSTERN_HOSTS=. \
    $as_owner apache2 -f "$second/shared.conf" -D FOREGROUND 2>>"$work/log" &
host_pid=$!
await 10 curl -s --noproxy '*' -o /dev/null "$url"
judge "as shipped is refused by the host" 500 /cgi-bin/secure-data.fcgi
echo 'CGIPassAuth On' | write "$home/cgi-bin/.htaccess"
judge "CGIPassAuth" 200 /cgi-bin/secure-data.fcgi
kill "$host_pid"
wait "$host_pid"
host_pid=

# A folder guarded from .htaccess alone, where the host has mod_fcgid.
[ -e /usr/lib/apache2/modules/mod_fcgid.so ] || { done_testing; exit; }
restart "FileInfo" && {
	folder=$home/private
	mkdir "$folder"
	chown --reference="$home" "$folder"
	chmod 755 "$folder"
	echo "the plain secret" | write "$folder/secret.txt"
	sed "s|@HOME@|$trial/run/home|" "$here/docs/htaccess-guard" | write "$folder/.htaccess"
	judge "FcgidAccessChecker" 200 /private/secret.txt
	like "$body" "the plain secret" "... is what it is"
	for path in /private/ /private /private//secret.txt /x/../private/secret.txt \
	    /private/secret.txt/ /private/.htaccess /PRIVATE/secret.txt; do
		get "$path"
		unlike "$body" "plain secret" "no way around: $path ($status)"
		case $status in 2??) ok 1 "... '$status'" ;; esac
	done
	restart "All" && {
		folder=$home/private
		mkdir -p "$folder"
		chown --reference="$home" "$folder"
		chmod 755 "$folder"
		echo "the plain secret" | write "$folder/secret.txt"
		printf '#!/bin/sh\nprintf "Content-Type: text/plain\\n\\n"; env\n' | write "$folder/env.cgi"
		chmod 755 "$folder/env.cgi"
		{ sed "s|@HOME@|$trial/run/home|" "$here/docs/htaccess-guard"
			printf 'Options +ExecCGI\nAddHandler cgi-script .cgi\n'; } | write "$folder/.htaccess"
		judge "a script in it" 200 /private/env.cgi
		like "$body" "REMOTE_USER=demo" "... is told who"
		unlike "$body" "$POSTERN_TOKEN" "... and not the token"
	}
	sed -i '/POSTERN_SCOPE/d' "$folder/.htaccess"
	get_as "$POSTERN_TOKEN" /private/secret.txt
	is "$status" 401 "without a scope nobody passes"
}
stop_trial
done_testing
