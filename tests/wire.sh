# wire - what only a real server can show: the same answers over the wire from
# every web server, odd requests, and workers that live through all of it.
#
#	server=nginx			# one of make run's
#	. "${0%/*}/wire.sh"
#
# The expectations are the same for all.  Where some servers answer by
# themselves before a program is asked, the expectation names that answer too.
# shellcheck shell=sh
. "${0%/*}/lib.sh"
on_exit() { stop_trial; }
need_server "$server"
start_trial SERVER="$server" || give_up
command="$BIN/postern"
export POSTERN_CONF
token=$POSTERN_TOKEN
metadata="resource_metadata=\"$url/.well-known/oauth-protected-resource\""

# Workers that stay must stay the same; CGI has none, and mod_fcgid starts and
# ends its own as it likes.
case $server in
lighttpd | apache-proxy | nginx) stays=yes ;;
*) stays= ;;
esac
alive() { trial_left "$trial"; for p in $left; do
	comm=
	read -r comm 2>/dev/null <"/proc/$p/comm"
	case $stays$comm in yes*.* | yesusers-me-*) printf '%s ' "$p" ;; esac; done; }
# All workers are there once they have become their programs, which /health does
# not wait for.
sockets=$(find "$trial/run" -name '*.sock*' | wc -l)
settle() { before=$(alive); [ -z "$stays" ] ||
	[ "$(echo "$before" | wc -w)" -eq $((4 * sockets)) ]; }
await 20 settle
ok $? "four workers per endpoint, where they stay"
died=0
read_http() {	# after each case the workers are still the same
	read_answer
	for one in $before; do
		kill -0 "$one" 2>/dev/null || died=$((died + 1))
	done
}
among() {	# STATUSES NAME: is the last status one of them?
	case " $1 " in *" $status "*) ok 0 "$2: $status" ;;
	*) ok 1 "$2: '$status', not $1" ;; esac
}

# The tutorial, word for word.
get /public
is "$status $body" '200 {"message":"Anyone can see this"}' "/public"
get /secure-data
is "$status $(detail)" "401 Not authenticated" "/secure-data without a token"
is "$(challenge)" "Bearer realm=\"postern\", $metadata" "... and its challenge"
printf securetoken | "$command" token import --user demo --allow-weak >/dev/null
get_as securetoken /secure-data
is "$status $body" '200 {"data":"This is protected data","user":"demo"}' \
    "/secure-data with securetoken"
get_as wrongtoken /secure-data
is "$status $(detail)" "401 Invalid authentication credentials" "... with another"
get /token --data-urlencode "username=$POSTERN_USER" \
    --data-urlencode "password=$POSTERN_PASSWORD" -d grant_type=password
is "$status" 200 "/token"
fresh=$(member access_token)
get_as "$fresh" /users/me
is "$body" '{"username":"demo","disabled":false,"scopes":["me","items","items:write","keys"]}' "/users/me"
get_as "$fresh" /users/me/items
like "$body" '"owner":"demo"}' "/users/me/items"
get /health
is "$status $body" '200 {"status":"ok"}' "/health"
get_as "$token" /secure-data -I
is "$status $body" "200 " "HEAD"

# JSON bodies, ids behind the path, answers without a body.
json="Content-Type: application/json"
get_as "$token" /keys -H "$json" -d '{"name":"wire"}'
is "$status" 201 "/keys"
key=$(member key) id=$(member id)
like "$headers" "Location: $url/keys/$id" "... and where it is"
get_as "$key" /secure-data
is "$status" 200 "a key, as Bearer"
get /secure-data -H "X-API-Key: $key"
is "$status" 200 "... in X-API-Key"
get /secure-data -H "X-API-Key: $key" -H "X-API-Key: $key"
is "$status" 400 "... twice"
get_as "$token" /secure-data -H "X-API-Key: $key"
is "$status" 400 "... beside Authorization"
get_as "$token" /keys
like "$body" "\"id\":\"$id\",\"name\":\"wire\"" "the list of keys"
unlike "$body" '"last_used_at":null' "... when it was used"
get_as "$token" "/keys/$id"
is "$status" 405 "/keys/ID, GET"
get_as "$token" "/keys/$id" -X DELETE
is "$status $body" "204 " "... DELETE"
unlike "$headers" "Content-Type:" "... without a type"
get_as "$token" "/keys/$id" -X DELETE
is "$status" 404 "... once"
get /secure-data -H "X-API-Key: $key"
is "$status" 401 "... and it is ended"
get_as "$token" /users/me/items -H "$json" -d '{"title":"A wire"}'
is "$status" 201 "/users/me/items, POST"
item=$(member item_id) made=$body
like "$headers" "Location: $url/users/me/items/$item" "... and where it is"
at=/users/me/items/$item
get_as "$token" "$at"
is "$status $body" "200 $made" "... GET"
get_as "$token" "$at" -I
is "$status $body" "200 " "... HEAD"
get_as "$token" "$at" -X PUT -H "$json" -d '{"title":"Ein Draht"}'
is "$status $(member title)" "200 Ein Draht" "... PUT"
printf 'a long enough one' | "$command" user add eve --scope "items items:write" --password-stdin
eve=$("$command" token mint --user eve)
for how in GET PUT DELETE; do
	case $how in	# lighttpd lets no GET have a body
	PUT) get_as "$eve" "$at" -X PUT -H "$json" -d '{"title":"Hers"}' ;;
	*) get_as "$eve" "$at" -X "$how" ;;
	esac
	is "$status $(detail)" "404 There is no such item of yours" "... another's, $how"
done
get_as "$token" "$at" -X POST -H "$json" -d '{"title":"x"}'
is "$status" 405 "... POST"
like "$headers" "Allow: GET, HEAD, PUT, DELETE" "... and what is allowed"
get_as "$token" "$at"
is "$(member title)" "Ein Draht" "... is as it was"
for id in x 0 %2e%2e%2e %c3%bc %25 %3f %3b "$item;x" "${item}X" "$item%20" \
    "$item%2f" "$item/" "$item%2fx" "$item%0a" "$item%00" "" . .. %2e%2e \
    "$(printf '%0600d' 0)"; do
	get_as "$token" "/users/me/items/$id"
	among "404 400" "... no item: $(printf %.20s "$id")"
done
get_as "$token" "$at" -X DELETE
is "$status $body" "204 " "... DELETE"
get_as "$token" "$at" -X DELETE
is "$status" 404 "... once"
get_as "$token" /users/me/password -H "$json" -d '{"old":"x","new":"y"}'
is "$status" 400 "/users/me/password"
get_as "$token" /users/me/tokens
is "$status" 405 "/users/me/tokens"
get /.well-known/oauth-authorization-server
is "$status" 200 "/.well-known/oauth-authorization-server"
like "$body" "{\"issuer\":\"$url\",\"token_endpoint\":\"$url/token\"" "... names us"
get /.well-known/oauth-protected-resource
like "$body" "{\"resource\":\"$url\",\"authorization_servers\":[\"$url\"]" \
    "/.well-known/oauth-protected-resource"
get /openapi.json
is "$status" 200 "/openapi.json"
like "$body" '"/users/me/items/{item_id}":{' "... describes us"
get /docs/start.js
is "$status" 200 "/docs/start.js"
is "$body" "$(cat "$here/src/page/start.js")" "... is whole"
like "$headers" "Content-Security-Policy: default-src 'none'" "... within bounds"
get /docs
among "200 404" "/docs"
get /secure-data -X OPTIONS
is "$status" 405 "OPTIONS"
like "$headers" "Allow: GET, HEAD" "... and what is allowed"

# Paths: exact after the server's normalisation, and nothing else.
for path in / /secure-data/ /secure-data/x /secure-dataX "/secure-data;x" \
    /SECURE-DATA /secure-data%2fx /secure-data%20 /users /users/ /users/me/ \
    /keys/ /keysX /keys/x/y /keys/x/ /keys%2f /users/me/tokens/ \
    /users/me/passwordX /.well-known /.well-known/ /xwell-known/oauth-protected-resource \
    /.well-known/oauth-protected-resource/ /.well-known/oauth-protected-resourceX \
    /users/me/items/ /users/me/itemsX /users/me/items/x/y /users/meX /tokenX \
    /token/ /publicX /public/x /healthz /secure-data.fcgi /public.fcgi \
    /openapi.jsonX /openapi.json/ /openapi_json /openapi /docsX /docs/ \
    /docs/x /docs/start.js/ /docs/x/y /docs/start_js \
    /authorize /authorize.fcgi /cgi-bin/secure-data.fcgi/ \
    /cgi-bin/secure-data.fcgi/x /cgi-bin/secure-data.fcgiX \
    /cgi-bin/postern.conf /postern.conf /ledger.db /nothing \
    "/nothing?a=/../secure-data?x" "/secure-data/?a?b"; do
	get_as "$token" "$path"
	is "$status" 404 "no such path: $path"
	unlike "$body" "protected" "... and no data"
done
for path in /cgi-bin/secure-data.fcgi /cgi-bin/secure-data.fcgi?a; do
	get "$path"
	bare=$status
	get_as "$token" "$path"
	case $server in
	apache-cgi) is "$bare $status" "401 200" "by its file: $path" ;;
	*) is "$bare $status" "404 404" "no such file: $path" ;;
	esac
done
for path in //secure-data /./secure-data /public/../secure-data \
    /public/%2e%2e/secure-data /%73ecure-data "/secure-data?a=%&b" \
    "/secure-data?a?b" "/secure-data??" "/secure-data?a=/x?/../public" \
    "/secure-data?access_token=$token" /x/../secure-data; do
	get "$path"
	is "$status" 401 "the same path: $(printf %.30s "$path")"
	get_as "$token" "$path"
	is "$status" 200 "... with a token"
done
for path in /secure-data%00 /%00 /secure-data%zz; do
	get_as "$token" "$path"
	among "400 404" "$path"
done

# Whoever says no, says it in private (lighttpd's own pages take no headers).
get_as "$token" /secure-data -H "Range: bytes=0-3"
is "$status" 200 "no part of an answer"
like "$body" "protected" "... but all of it"
get /secure-data -H "Host: evil.example"
case $server in
apache-fcgid | apache-proxy | nginx)
	like "$headers" "Cache-Control: no-store" "the server's own no is not kept"
	like "$headers" "X-Content-Type-Options: nosniff" "... nor sniffed"
	;;
esac

# Headers as servers join, trim and refuse them.
get /secure-data -H "Authorization: Bearer $token" -H "Authorization: Bearer $token"
is "$status" 400 "two Authorization lines"
get /secure-data -H "Authorization: Basic eDp5" -H "Authorization: Bearer $token"
is "$status" 400 "Basic and Bearer"
get /secure-data -H "Authorization: Bearer $token  "
is "$status" 200 "blanks around the value are none of it"
get /secure-data -H "Authorization;"
is "$status $(challenge)" "401 Bearer realm=\"postern\", $metadata" "an empty value"
get /secure-data -H "Authorization: Bearer $(printf '%017000d' 0)"
among "431 400" "17 KB"
for header in "HTTP_AUTHORIZATION: Bearer $token" "Author_ization: Bearer $token" \
    "Authorization=: Bearer $token" "X-Access-Token: $token" \
    "Remote-User: demo" "Proxy-Authorization: Bearer $token"; do
	get /secure-data -H "$header"
	among "401 400" "${header%%:*}"
done
get_as "$token" /secure-data -H "X-Forwarded-For: 127.0.0.1"
is "$status $(detail)" "403 HTTPS is required here" "a forwarded request"

# Host names: ours, or 421.
for host in localhost localhost:1 127.0.0.1 "127.0.0.1:${url##*:}" LOCALHOST; do
	get_as "$token" /secure-data -H "Host: $host"
	is "$status" 200 "host $host"
done
for host in evil.example evil.example:80 127.0.0.1.evil.example localhost.evil \
    127a0b0c1 xlocalhost; do
	get_as "$token" /secure-data -H "Host: $host"
	among "421 400" "host $host"
	unlike "$headers" "Location" "... without a redirect"
done

# Raw requests.
send() {	# STATUSES NAME FORMAT
	# shellcheck disable=SC2059 # the bytes are the format
	printf "$3" >"$work/request"
	raw <"$work/request"
	among "$1" "$2"
	unlike "$body" "protected" "... no data"
}
host="Host: localhost\\r\\n"
end="Connection: close\\r\\n\\r\\n"
send 400 "no Host" "GET /secure-data HTTP/1.1\r\n$end"
send 400 "two hosts" "GET /secure-data HTTP/1.1\r\n${host}Host: evil.example\r\n$end"
send "400 505 401" "HTTP/9.9" "GET /secure-data HTTP/9.9\r\n$host$end"
send "400 501 405" "lower-case method" "get /secure-data HTTP/1.1\r\n$host$end"
send "405 501" "TRACE" "TRACE /secure-data HTTP/1.1\r\n$host$end"
send "400 405 501" "CONNECT" "CONNECT /secure-data HTTP/1.1\r\n$host$end"
send 400 "NUL in a header" "GET /secure-data HTTP/1.1\r\n${host}Authorization: Bearer a\0b\r\n$end"
send 400 "bare CR" "GET /secure-data HTTP/1.1\r\n${host}X: a\rb\r\n$end"
send 400 "space before colon" "GET /secure-data HTTP/1.1\r\n${host}Authorization : Bearer x\r\n$end"
send "400 401" "a folded header" "GET /secure-data HTTP/1.1\r\n${host}Authorization: Bearer\r\n x\r\n$end"
send "400 401 421" "foreign absolute form" "GET http://evil.example/secure-data HTTP/1.1\r\n$host$end"
send 401 "absolute form" "GET http://localhost/secure-data HTTP/1.1\r\n$host$end"
form="Content-Type: application/x-www-form-urlencoded\\r\\n"
send "411 400" "POST without length" "POST /token HTTP/1.1\r\n$host$form$end"
for length in -1 +5 0x5 "5, 5" 99999999999999999999; do
	send "400 413" "length $length" "POST /token HTTP/1.1\r\n$host${form}Content-Length: $length\r\n${end}a=b"
done
send 400 "two lengths" "POST /token HTTP/1.1\r\n$host${form}Content-Length: 3\r\nContent-Length: 4\r\n${end}a=b"
send 400 "length and chunked" "POST /token HTTP/1.1\r\n$host${form}Content-Length: 3\r\nTransfer-Encoding: chunked\r\n${end}0\r\n\r\n"
send "400 501" "an unknown coding" "POST /token HTTP/1.1\r\n$host${form}Transfer-Encoding: xchunked\r\n${end}0\r\n\r\n"
send 400 "a chunked form" "POST /token HTTP/1.1\r\n$host${form}Transfer-Encoding: chunked\r\n${end}3\r\na=b\r\n0\r\n\r\n"
like "$body" "grant_type is missing" "... was read"
get /token -d "a=$(printf '%020000d' 0)"
is "$status" 413 "20 KB: ours"
get /token -d "a=$(printf '%060000d' 0)"
is "$status" 413 "60 KB"
# What nobody reads must harm no other request of the same connection.
printf 'a=%020000d' 0 >"$work/long"
seq 8 | xargs -P 8 -I NUMBER curl -s --noproxy '*' --max-time 20 -o /dev/null \
    -w '%{http_code}\n' -d "@$work/long" "$url/token?[1-20]&NUMBER" >"$work/statuses"
is "$(sort "$work/statuses" | uniq -c | tr -s ' ')" " 160 413" "20 KB, many at once"

# The logs: no query, no token.
get "/public?secret=$token"
logged() { grep -q '"GET [^ ]*/public HTTP' "$trial/run/access.log"; }
await 10 logged
ok $? "requests are logged"
printf 'a=%0200000d' 0 >"$work/large"	# too long for an argument
get "/token?password=SECRETQ" -d "@$work/large" -H "Referer: http://x/?t=SECRETQ"
get "/nothing?password=SECRETQ" -H "Referer: http://x/?t=SECRETQ"
! grep -qE "secret=|SECRETQ" "$trial"/run/*.log
ok $? "... without the query"
! grep -qE 'pst_at_[0-9A-Za-z]{20}' "$trial"/run/*.log
ok $? "... and no log holds a token"

# Thousands of broken requests, made from a seed.
broken=1500
[ "${server%cgi}" = "$server" ] || broken=500
perl -e '
	use IO::Socket::INET; my ($to, $token, $n) = @ARGV; srand 20260101;
	my %seen; $SIG{ALRM} = sub { die "fuzz: no answer\n" };
	for (1 .. $n) {
		my $r = "GET /secure-data HTTP/1.1\r\nHost: localhost\r\n"
		    . "Authorization: Bearer $token\r\nConnection: close\r\n\r\n";
		my $from = 0;
		for (0 .. int rand 4) {
			my $at = index($r, $token) + int rand length $token;
			$at = int rand length $r if rand() < 0.5;
			$from = 1 if $at >= index($r, $token)
			    && $at < index($r, $token) + length $token;
			my $what = int rand 3;
			substr($r, $at, $what == 0 ? 1 : 0) =
			    $what == 2 ? substr($r, int rand length $r, 9)
			    : chr int rand 256;
		}
		next if index($r, "Bearer $token\r\n") >= 0;
		alarm 20;
		my $s = IO::Socket::INET->new(PeerAddr => $to) or die "$!";
		print $s $r; shutdown $s, 1; local $/; my $a = <$s> // "";
		$seen{$a =~ m{^HTTP/1\.. (\d+)} ? $1 : "none"}++;
		print "# LEAK\n" if $a =~ /protected data/;
	}
	print map { "$_ " } sort keys %seen;
' "${url#*//}" "$token" "$broken" >"$work/fuzz"
unlike "$(cat "$work/fuzz")" LEAK "$broken broken requests open nothing"
! grep -qE '50[0234]' "$work/fuzz"
ok $? "... and break nothing: $(cat "$work/fuzz")"
get_as "$token" /secure-data
is "$status" 200 "the good one still works"
[ -z "$stays" ] ||
    is "$died $(alive)" "0 $before" "after each case the workers were the ones that started"

# Stopped, whatever the server: every process is gone.
all=$(family "$trial_pid")
[ "$(echo "$all" | wc -l)" -ge 2 ]
ok $? "it has processes"
gone() {
	for process in $all; do
		! kill -0 "$process" 2>/dev/null || return 1
	done
}
stop_trial
await 5 gone
ok $? "stopped: nothing is left of them"

# CORS, with a line more in postern.conf: it arrives and comes back as it is.
echo "cors_origins = https://app.example http://localhost:3000" >>"$POSTERN_CONF"
start_trial SERVER="$server" || give_up
await 20 settle
ok $? "the workers are there again"
app=https://app.example
allowed() {	# ORIGIN NAME: one line each, whatever the server adds
	is "$(printf '%s\n' "$headers" | grep -i '^access-control-allow-origin')" \
	    "Access-Control-Allow-Origin: $1" "$2"
	like "$headers" "Vary: Origin" "... which depends on who asks"
}
preflight() {	# STATUS PATH ORIGIN
	get "$2" -X OPTIONS -H "Origin: $3" -H "Access-Control-Request-Method: GET" \
	    -H "Access-Control-Request-Headers: authorization"
	is "$status" "$1" "preflight of $2 from $3"
}
for path in /public /secure-data /token /users/me/items /keys /keys/x /health; do
	preflight 204 "$path" $app
	allowed $app "... is allowed"
	is "$body" "" "... without data"
	preflight 405 "$path" https://evil.example
	unlike "$headers" "Access-Control" "... is not"
done
like "$headers" "Allow: GET, HEAD" "... and OPTIONS stays 405"
preflight 204 /keys/x http://localhost:3000
like "$headers" "Access-Control-Allow-Methods: GET, HEAD, POST, DELETE" "... its methods"
like "$headers" "Access-Control-Allow-Headers: Authorization, Content-Type, X-API-Key" "... its headers"
like "$headers" "Access-Control-Max-Age: 600" "... and for how long"
# On a shared account what is not ours is not ours to answer.
missing=404
[ "$server" != apache-cgi ] || missing=200
for path in /secure-dataX /secure-data/ /nothing /keys/x/y; do
	preflight $missing "$path" $app
	unlike "$headers" "Access-Control-Allow-Methods" "... is not allowed"
done
get_as "$token" /secure-data -H "Origin: $app"
is "$status $body" '200 {"data":"This is protected data","user":"demo"}' "a page, with a token"
allowed $app "... may read it"
get /secure-data -H "Origin: $app"
is "$status" 401 "... without"
allowed $app "... may read that too"
like "$headers" "Access-Control-Expose-Headers: WWW-Authenticate, Retry-After, Location" "... and why"
get_as "$token" /secure-data -H "Origin: $app" -H "X-Forwarded-For: ::1"
is "$status" 403 "... over HTTP"
allowed $app "... may read that too"
get /secure-data -X PUT -H "Origin: $app"
is "$status" 405 "... with another method"
allowed $app "... may read that too"
get /token -d a=b -H "Origin: $app"
is "$status" 400 "... at /token"
allowed $app "... may read that too"
get_as "$token" /keys -H "$json" -d '{"name":"page"}' -H "Origin: $app"
is "$status" 201 "... makes a key"
allowed $app "... and may read it"
get_as "$token" "/keys/$(member id)" -X DELETE -H "Origin: $app"
is "$status" 204 "... ends it"
allowed $app "... and may know"
for origin in null https://evil.example https://app.example.evil.example \
    http://app.example "$app, $app"; do
	get_as "$token" /secure-data -H "Origin: $origin"
	is "$status" 200 "origin $origin: as without CORS"
	unlike "$headers" "Access-Control" "... its pages read nothing"
	like "$headers" "Vary: Origin" "... and no cache takes it for another's"
done
get_as "$token" /secure-data -H "Origin: $app" -H "Origin: $app"
among "200 400" "Origin twice"
unlike "$headers" "Access-Control" "... is none"
unlike "$headers" "Credentials" "nobody is allowed cookies"
get_as "$token" /secure-data
is "$status" 200 "without Origin"
unlike "$headers" "Access-Control" "... nothing is said"
[ -z "$stays" ] || is "$(alive)" "$before" "the workers are the ones that started"
stop_trial
done_testing
