# guard - the authorizer in front of what Postern does not serve: a folder, PHP,
# CGI scripts, a proxied application; the same from every server that has it.
#
#	server=nginx
#	. "${0%/*}/guard.sh"
# shellcheck shell=sh
. "${0%/*}/lib.sh"
on_exit() { stop_trial; [ -z "${app_pid-}" ] || kill "$app_pid" 2>/dev/null; }
need_server "$server"

site=$work/site
mkdir -p "$site/files/deep" "$site/php" "$site/cgi"
echo "the plain secret" >"$site/files/secret.txt"
echo "the deep secret" >"$site/files/deep/secret file.txt"
cat >"$site/php/page.php" <<'PHP'
<?php foreach (["REMOTE_USER", "SUBJECT", "HTTP_AUTHORIZATION", "HTTP_X_API_KEY"] as $name)
	echo "$name=", $_SERVER[$name] ?? "", "\n";
PHP
cat >"$site/cgi/script.cgi" <<'CGI'
#!/bin/sh
printf 'Content-Type: text/plain\r\n\r\n'
for name in REMOTE_USER SUBJECT HTTP_AUTHORIZATION HTTP_X_API_KEY; do
	eval "echo \"$name=\${$name-}\""
done
CGI
chmod -R go+rX "$site"
chmod 755 "$site/cgi/script.cgi"

# The application says what headers it was sent.
app=$(free_port)
perl -MIO::Socket::INET -e '
	my $l = IO::Socket::INET->new(LocalAddr => "127.0.0.1:$ARGV[0]",
	    Listen => 9, ReuseAddr => 1) or die "$!";
	while (my $c = $l->accept) {
		my $all = "";
		while (<$c>) { $all .= $_; last if /^\r?$/ }
		print $c "HTTP/1.0 200 OK\r\nContent-Type: text/plain\r\n\r\n$all";
		close $c;
	}' "$app" &
app_pid=$!

chmod 711 "$work"
start_trial SERVER="$server" SITE="$site" APP="$app" ||
    give_up
export POSTERN_CONF
token=$POSTERN_TOKEN
metadata="resource_metadata=\"$url/.well-known/oauth-protected-resource\""
me=$("$BIN/postern" token mint --user demo --scope me)

case $server in
apache*) no_scope=401 down=401 ;;	# mod_fcgid knows no other refusal
nginx) no_scope=403 down=503 ;;
*) no_scope=403 down=503 ;;
esac
things="/files/secret.txt /cgi/script.cgi"
command -v php-cgi >/dev/null && things="$things /php/page.php"
case $server in
nginx) command -v fcgiwrap >/dev/null || things=${things#* /cgi/script.cgi} ;;
esac
case $server in apache*) ;; *) things="$things /app/x" ;; esac
opened() {	# is anything of what we guard in the answer?
	case $body in *secret* | *REMOTE_USER=* | *"GET /app"*) return 0 ;; esac
	return 1
}
shut() {	# STATUSES NAME
	case " $1 " in *" $status "*) ok 0 "$2: $status" ;;
	*) ok 1 "$2: '$status', not $1" ;; esac
	! opened
	ok $? "... and nothing gets out"
}

for thing in $things; do
	get "$thing"
	shut 401 "$thing without a token"
	is "$(challenge)" "Bearer realm=\"postern\", $metadata" "... with a challenge"
	get_as wrong "$thing"
	shut 401 "$thing with a wrong token"
	is "$(challenge)" "Bearer realm=\"postern\", error=\"invalid_token\", $metadata" \
	    "... and its challenge"
	get "$thing" -H "Authorization: Basic ZGVtbzp4"
	shut 401 "$thing with another scheme"
	get "$thing" -H "Authorization: Bearer $token" -H "Authorization: Bearer $token"
	shut "400 401 403 500" "$thing with two tokens"
	get "$thing?access_token=$token"
	shut 401 "$thing with the token in the query"
	get "$thing?a=/x?b=/../y"
	shut 401 "$thing with two question marks, without a token"
	get_as "$token" "$thing?a=/x?b=/../y"
	is "$status" 200 "... with one"
	get_as "$token" "$thing"
	is "$status" 200 "$thing with a token"
	opened
	ok $? "... is what it is"
	unlike "$headers" "Variable-" "... and says nothing of its own to the client"
	get_as "$token" "$thing" -I
	is "$status $body" "200 " "$thing, HEAD"
	get "$thing" -I
	is "$status $body" "401 " "... without a token"
done

# Scopes: a folder takes any live token, the application those with items.
get_as "$me" /files/secret.txt
is "$status" 200 "any token opens the folder"
case $server in apache*) ;; *)
	get_as "$me" /app/x
	shut "$no_scope" "a token without the scope"
esac
get_as "$token" "/files/deep/secret%20file.txt"
is "$status $body" "200 the deep secret" "a name with a blank, further down"

# Who it is, from us alone.
forged() {	# PATH
	get_as "$token" "$1" -H "Remote-User: evil" -H "Subject: evil" \
	    -H "Variable-SUBJECT: evil" -H "REMOTE_USER: evil" -H "X-Remote-User: evil" \
	    -H "Auth_Type: evil"
}
for thing in $things; do
	case $thing in
	*.txt) continue ;;
	/app/x)
		forged "$thing"
		[ "$server" != nginx ] || {
			like "$body" "Remote-User: demo" "the application is told who"
			unlike "$body" "$token" "... and not the token"
		}
		is "$(printf '%s\n' "$body" | grep -iE "^(remote|auth)[-_]|^subject" |
		    grep evil)" "" "$thing is not told who by the client"
		continue
		;;
	esac
	forged "$thing"
	like "$body" "REMOTE_USER=demo" "$thing is told who"
	like "$body" "SUBJECT=demo" "... in both names"
	unlike "$body" "=evil" "... and not by the client"
	[ "$server" = lighttpd ] ||
	    unlike "$body" "$token" "... and not the token"
done

# What was judged is what is run.
echo '<?php echo "EXECUTED";' >"$site/php/note.txt"
chmod 644 "$site/php/note.txt"
for path in /php/note.txt/x.php /php/note.txt%00.php /php/note.txt/.php; do
	get_as "$token" "$path"
	case $body in *"<?php"*) ok 0 "only PHP is run: $path ($status)" ;;
	*) unlike "$body" "EXECUTED" "only PHP is run: $path ($status)" ;; esac
done
case $server in apache*) ;; *)
	for path in /admin/../app/y /x%2f..%2fapp/y //app//y /app/./y; do
		get_as "$token" "$path"
		case $body in
		"GET /app/y HTTP"*) ok 0 "the application is asked for what was judged: $path" ;;
		*) shut "400 404 401 403" "not asked: $path" ;;
		esac
	done ;;
esac

# A key opens what an access token opens, and stays outside as it does.
key=$("$BIN/postern" key create --user demo)
for thing in $things; do
	get "$thing" -H "X-API-Key: $key"
	is "$status" 200 "$thing with a key"
	[ "$server" = lighttpd ] ||
	    unlike "$body" "$key" "... which it is not told"
	get "$thing" -H "X-API-Key: $token"
	shut 401 "$thing with a token in X-API-Key"
done

# Ways around.
for path in /files/../files/secret.txt //files/secret.txt /files//secret.txt \
    /files/./secret.txt /%66iles/secret.txt /files/%73ecret.txt \
    /files%2fsecret.txt /public/../files/secret.txt /public%2f..%2ffiles/secret.txt \
    /x/../files/secret.txt /FILES/secret.txt /files/secret.txt/ /files/secret.txt%20 \
    /files/secret.txt%00 /files\\secret.txt "/files;x/secret.txt" /files/secret.txt.. \
    /files../files/secret.txt /files/deep/../secret.txt /php/page.php/ \
    /php/page.php/x /PHP/page.php /php//page.php "/php/page.php;x" /php/page.php%20 \
    /php/./page.php /public/../php/page.php /files/../php/page.php \
    /cgi/script.cgi/ /cgi/script.cgi/x /cgi//script.cgi /public/../cgi/script.cgi \
    /CGI/script.cgi /cgi/script.cgi%00 /app/../app/x //app/x /app//x \
    /public/../app/x /%61pp/x "/public/%2e%2e/app/x" /files /php /cgi /app \
    /filesX /files/ /cgi/ /php/ /app/; do
	get "$path"
	! opened
	ok $? "no way around: $path ($status)"
	case $status in 2??) ok 1 "... '$status'" ;; esac
	get "$path" -X POST -d x=y
	! opened
	ok $? "... nor by POST"
done
for method in OPTIONS PUT DELETE PROPFIND FOO; do
	get /files/secret.txt -X "$method"
	! opened
	ok $? "nor by $method ($status)"
done
get /files/secret.txt -H "X-Original-URL: /public" -H "X-Rewrite-URL: /public" \
    -H "POSTERN_SCOPE: *" -H "Postern-Scope: *"
shut 401 "headers that name another path or scope"
get_as "$token" /secure-data
is "$status" 200 "what Postern serves is served"

get "/files/nothing.txt?access_token=SECRETQ1" -H "Referer: http://x/?t=SECRETQ2"
get_as "$token" "/files/nothing.txt?access_token=SECRETQ3" -H "Referer: http://x/?t=SECRETQ4"
get_as "$token" "/cgi/nothing.cgi?access_token=SECRETQ5" -H "Referer: http://x/?t=SECRETQ6"
get_as "$token" "/php/nothing.php?access_token=SECRETQ7" -H "Referer: http://x/?t=SECRETQ8"
is "$(grep -aho 'SECRETQ[0-9]' "$trial"/run/*.log | sort -u | tr '\n' ' ')" "" \
    "no log holds a query or a Referer"

# Revoked, and the ledger away.
printf %s "$me" | "$BIN/postern" token revoke - >/dev/null
get_as "$me" /files/secret.txt
shut 401 "revoked: at once"
hide_ledger "$trial"
get_as "$token" /files/secret.txt
shut "$down" "no ledger"
show_ledger "$trial"
get_as "$token" /files/secret.txt
is "$status" 200 "the ledger is back"

stop_trial
if command -v after >/dev/null; then
	after
	stop_trial
fi
done_testing
