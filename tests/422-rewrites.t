#!/bin/sh
# A rewrite or an alias of the operator's own leads to what is guarded, and is
# guarded: the scope belongs to the place, not to the URL that was asked for.
. "${0%/*}/lib.sh"
on_exit() { stop_trial; }
copy=$work/copy site=$work/site
mkdir -p "$copy/src" "$copy/cgi-bin" "$site/files"
cp -R "$here/src/host" "$copy/src/"
cp -R "$here/lighttpd.conf" "$here/docs" "$copy/"
cp "$here/cgi-bin/.htaccess" "$copy/cgi-bin/"
echo "the plain secret" >"$site/files/secret.txt"
printf '\nserver.modules += ( "mod_rewrite" )\nurl.rewrite-once = ( "^/open/(.*)$" => "/files/$1" )\n' \
    >>"$copy/docs/guard-lighttpd.conf"
printf '\nRewriteRule "^/open/(.*)$" "/files/$1" [PT]\nAlias /other ${POSTERN_SITE}/files\n' \
    >>"$copy/docs/guard-apache.conf"
printf 'rewrite "^/open/(.*)$" "/files/$1" last;\n' >>"$copy/docs/guard-nginx.conf"
chmod -R go+rX "$work"
here=$copy
for server in lighttpd apache-fcgid nginx; do
	command -v "$(case $server in apache*) echo apache2 ;; *) echo $server ;; esac)" >/dev/null ||
	    { ok 0 "$server is not installed # SKIP"; continue; }
	trial=$work/$server
	start_trial SERVER="$server" SITE="$site"
	ok $? "$server: it starts"
	paths="/open/secret.txt /open/../open/secret.txt"
	[ "$server" != apache-fcgid ] || paths="$paths /other/secret.txt"
	for path in $paths; do
		get "$path"
		is "$status" 401 "$server: $path without a token"
		unlike "$body" "plain secret" "... and nothing gets out"
		get_as "$POSTERN_TOKEN" "$path"
		is "$status $body" "200 the plain secret" "... with one"
	done
	stop_trial
done
done_testing
