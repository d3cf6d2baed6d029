#!/bin/sh
# Configuration: found where the README says, refused when anything is wrong.
. "${0%/*}/lib.sh"
new_state
token=$(mint demo)
conf=$state/postern.conf
cp "$conf" "$work/good"

refused() {	# PART NAME: 503 for a good token, and PART in the log
	call secure-data GET /secure-data HTTP_AUTHORIZATION="Bearer $token"
	is "$status" 503 "$2"
	like "$(tail -n 2 "$work/log")" "$1" "... says why"
	postern user list >"$work/out" 2>&1
	is $? 1 "... the command refuses too"
	like "$(cat "$work/out")" "$1" "... and says why"
}

bad() {		# LINE PART
	cp "$work/good" "$conf"
	echo "$1" >>"$conf"
	refused "line $(wc -l <"$conf"): $2" "bad line: $1"
}

lines=$(wc -l <"$conf")
bad 'require_htps = off' '"require_htps" is no key that is known'
bad 'realm = again' '"realm" is given twice'
bad '[section]' 'there are no [sections] here'
bad 'no equals sign' 'not of the form key = value'
for line in 'require_https = maybe' 'require_https = ON' 'require_https =' \
    'access_token_ttl = 0' 'access_token_ttl = -1' 'access_token_ttl = 1e3' \
    'access_token_ttl = 99999999999' 'argon2_memory = 1' 'argon2_memory = 9999999' \
    'refresh_ttl = 59' 'refresh_ttl = 31622401' 'refresh_idle = 59' \
    'refresh_idle = 31622401' 'refresh_grace = 61' 'refresh_grace = -1' \
    'key_ttl = 59' 'key_ttl = 31622401' 'key_ttl_max = 0' \
    'key_ttl_max = 31622401' 'argon2_passes = 0' 'argon2_passes = 99' 'password_slots = x' \
    'realm = say "hi"' 'realm =' 'trusted_proxy = example.org' \
    'trusted_proxy = 10.0.0.0/33' 'trusted_proxy = 0.0.0.0/0' 'trusted_proxy = ::/0' 'trusted_proxy = 1.2.3' \
    'trusted_proxy = ::/129' 'issuer =' 'issuer = api.example' \
    'issuer = ftp://api.example' 'issuer = https://' 'issuer = https:///api' \
    'issuer = https://api.example/' 'issuer = https://api.example/a?b' \
    'issuer = https://api.example/a#b' 'issuer = https://u@api.example' \
    'issuer = https://api.example/a//b' 'issuer = https://api.example/../b' \
    'issuer = https://api.example/a%20b' 'guard = /x GET' \
    'guard = x GET me' 'guard = /x/ GET me' 'guard = /x get me' 'guard = /x GET, me' \
    'guard = /x ,GET me' 'guard = /x GET,,PUT me' 'guard = /x  me' 'guard = /x GET ' \
    'guard = /x GET me  you' 'guard = /x GET me"' 'guard = /../x GET me' \
    'guard = /a//b GET me' 'guard = /a%20b GET me' 'guard =' 'cors_origins = *' \
    'cors_origins = null' 'cors_origins = https://*.example' 'cors_origins = app.example' \
    'cors_origins = https://app.example/' 'cors_origins = https://app.example/a' \
    'cors_origins = https://App.example' 'cors_origins = HTTPS://app.example' \
    'cors_origins = ftp://app.example' 'cors_origins = https://' 'cors_origins = https://:1' \
    'cors_origins = https://u@app.example' 'cors_origins = https://app.example?x' \
    'cors_origins = https://app.example#x' 'cors_origins = https://app..example' \
    'cors_origins = https://.example' 'cors_origins = https://app.example:' \
    'cors_origins = https://app.example:443' 'cors_origins = http://app.example:80' \
    'cors_origins = https://app.example:0' 'cors_origins = https://app.example:08' \
    'cors_origins = https://app.example:65536' 'cors_origins = https://app.example:1:2' \
    'cors_origins = https://app.example:x' 'cors_origins = http://[::1' \
    'cors_origins = http://[]' 'cors_origins = http://[::1]x' 'cors_origins = http://[0:0::1]' \
    'cors_origins = http://[1.2.3.4]' 'cors_origins = http://[::A]' 'cors_origins = http://[::1]]' \
    'cors_origins = http://a.example null' 'cors_origins = "https://app.example"' \
    'cors_origins = https://b\xfccher.example' 'store = pgsql:' 'store = mysql:x' 'store = ledger.db'; do
	key=${line%% *}
	sed "/^$key = /d" "$work/good" >"$conf"
	echo "$line" >>"$conf"
	refused "line $(wc -l <"$conf"): \"$key\"" "$line"
done
sed '/^store = /d' "$work/good" >"$conf"
refused "a line store = sqlite:PATH is missing" "no store"
{ cat "$work/good"; i=0; while [ $i -lt 33 ]; do echo "guard = /x$i GET me"; i=$((i + 1)); done; } >"$conf"
refused "\"guard\" is one too many" "33 guard rules"
origins() {	# FIRST LAST: so many lines with an origin
	cp "$work/good" "$conf"
	seq -f 'cors_origins = https://app%g.example' "$1" "$2" >>"$conf"
}
origins 1 17
refused "\"cors_origins\" names too many origins" "17 origins"
for line in 'cors_origins =' 'cors_origins = http://localhost:3000,https://a.example' \
    'cors_origins = http://[::1]:8080	http://[2001:db8::1] , https://a-b_c.example:65535' \
    'cors_origins = http://127.0.0.1:443, https://a.example:80'; do
	origins 1 3
	echo "$line" >>"$conf"
	call secure-data GET /secure-data HTTP_AUTHORIZATION="Bearer $token"
	is "$status" 200 "$line"
done
origins 1 16
call secure-data GET /secure-data HTTP_AUTHORIZATION="Bearer $token" \
    HTTP_ORIGIN=https://app16.example
is "$status" 200 "16 origins in as many lines"
like "$headers" "Access-Control-Allow-Origin: https://app16.example" "... the last one counts"
{ cat "$work/good"; printf '# %0300d\n' 0; } >"$conf"
refused "line $((lines + 1)): longer than 199 bytes" "an endless line"
cp "$work/good" "$conf"
chmod 640 "$conf"
refused "is open to others (mode 640)" "a readable configuration"
chmod 600 "$conf"
chmod 750 "$state"
refused "is open to others (mode 750)" "an open directory"
chmod 700 "$state"
if [ "$(id -u)" -eq 0 ]; then
	chown 65534 "$conf"
	call secure-data GET /secure-data HTTP_AUTHORIZATION="Bearer $token"
	is "$status" 503 "another owner"
	chown 0 "$conf"
fi
call secure-data GET /secure-data HTTP_AUTHORIZATION="Bearer $token"
is "$status" 200 "put right"

# Arguments are what Apache makes of a query: nobody reads them.
"$BIN/postern" init --tutorial "$work/evil" >/dev/null
env -i POSTERN_CONF="$conf" REQUEST_METHOD=GET SCRIPT_NAME=/secure-data \
    REMOTE_ADDR=127.0.0.1 HTTP_AUTHORIZATION="Bearer $token" \
    ASAN_OPTIONS="${ASAN_OPTIONS-}" "$CGI/secure-data.fcgi" \
    -c "$work/evil/postern.conf" --help >"$work/answer" 2>>"$work/log"
read_answer
is "$status" 200 "arguments change nothing"

# Without POSTERN_CONF: ../../postern/postern.conf, then ../postern.conf.
site=$work/home/public/cgi-bin
mkdir -p "$site"
cp "$CGI/secure-data.fcgi" "$site"
bare() {
	env -i REQUEST_METHOD=GET SCRIPT_NAME=/secure-data \
	    REMOTE_ADDR=127.0.0.1 HTTP_AUTHORIZATION="Bearer $token" \
	    ASAN_OPTIONS="${ASAN_OPTIONS-}" "$site/secure-data.fcgi" \
	    >"$work/answer" 2>>"$work/log"
	read_answer
}
bare
is "$status" 503 "no configuration anywhere"
cp -R "$state" "$work/home/postern"
bare
is "$status" 200 "two up, beside what is served"
mv "$work/home/postern" "$work/elsewhere"
bare
is "$status" 503 "gone again"
chmod 700 "$work/home/public"
cp "$work/elsewhere"/* "$work/home/public/" 2>/dev/null
bare
is "$status" 200 "one up"
done_testing
