#!/bin/sh
# Clients at /token, /revoke and /introspect: who they are, what they may have,
# what they may see and end (RFC 6749 2.3, 4.4; 7009; 7662).
. "${0%/*}/lib.sh"
new_state "me items"
secret_of() { sed -n 's/^client_secret //p'; }
a=$(postern client add app-a --grant client_credentials --grant refresh_token --grant password --scope "me items" | secret_of)
b=$(postern client add app-b --grant client_credentials --scope "me reports" | secret_of)
rs=$(postern client add resource --introspect | secret_of)
postern client add phone --public --grant password --grant refresh_token --scope me >/dev/null
basic() { printf 'HTTP_AUTHORIZATION=Basic %s' "$(printf %s "$1" | base64 -w0)"; }
asa=$(basic "app-a:$a") asb=$(basic "app-b:$b") asrs=$(basic "resource:$rs")
login="username=demo&password=Passw0rd+of+some+length"

answer() {	# STATUS ERROR NAME
	is "$status $(member error)" "$1 $2" "$3"
	like "$headers" "Cache-Control: no-store" "... not to be kept"
	[ "$1" != 401 ] || like "$(challenge)" 'Basic realm="postern"' "... challenged by Basic"
	unlike "$body" "pst_" "... no token"
}
grant() { post_form token /token "$@"; }

# client_credentials, by Basic and by the body.
grant "grant_type=client_credentials" "$asa"
is "$status $(member scope)" "200 me items" "client_credentials: nothing asked is all"
unlike "$body" "refresh_token" "... and no refresh token"
machine=$(member access_token)
call secure-data GET /secure-data HTTP_AUTHORIZATION="Bearer $machine"
is "$status $(member user)" "200 app-a" "... the client is the principal"
call users-me GET /users/me HTTP_AUTHORIZATION="Bearer $machine"
is "$status $(member username)" "200 app-a" "... and says so of itself"
call users-me-items GET /users/me/items HTTP_AUTHORIZATION="Bearer $machine"
is "$status $body" "200 []" "... with no items of its own"
grant "grant_type=client_credentials&client_id=app-a&client_secret=$a&scope=me"
is "$status $(member scope)" "200 me" "by the body, and narrower"
grant "grant_type=client_credentials&client_id=app-a" "$asa"
is "$status" 200 "the same name in both"
for scope in reports "me+reports" "me+me" "%22"; do
	grant "grant_type=client_credentials&scope=$scope" "$asa"
	answer 400 invalid_scope "scope=$scope"
done

# Who they are not.
grant "grant_type=client_credentials"
answer 401 invalid_client "client_credentials without a client"
for pair in "app-a:wrong" "app-a:" "nobody:$a" "app-a:${a}x" "app-b:$a" ":$a" ":" "demo:$a" \
    "phone:x" "tutorial:x" "app-a" ""; do
	grant "grant_type=client_credentials" "$(basic "$pair")"
	answer 401 invalid_client "Basic $(printf %.12s "$pair")"
done
for value in "Basic" "Basic " "Basic !!!!" "Basic YQ" "Basic YQ==" "Basic Og==" "Basic YXBw LWE6eA==" \
    "Basic $(printf 'app-a:%s' "$a" | base64 -w0 | tr + -)=" "Basic $(printf 'app-a:\0x' | base64 -w0)" \
    "Basic $(printf 'app-a:a\nb' | base64 -w0)" "Basic $(printf 'app-a:\377' | base64 -w0)" \
    "Basic $(printf 'app-a:%%zz' | base64 -w0)" "Basic YXBwLWE6eB==" \
    "Basic $(head -c 6000 /dev/zero | base64 -w0)" "basic $(printf 'app-a:no' | base64 -w0)" \
    "Basic eDp5, Basic eDp5"; do
	grant "grant_type=client_credentials" HTTP_AUTHORIZATION="$value"
	answer 401 invalid_client "$(printf %.20s "$value")"
done
grant "grant_type=client_credentials" "$(basic "app%2Da:$(printf %s "$a" | sed 's/_/%5F/g')")"
is "$status" 200 "percent-encoded inside Basic"
grant "grant_type=client_credentials&client_secret=$a" "$asa"
answer 400 invalid_request "Basic and a secret in the body"
grant "grant_type=client_credentials&client_id=app-b" "$asa"
answer 401 invalid_client "another name in the body"
for form in "client_id=app-a" "client_id=app-a&client_secret=" "client_id=app-a&client_secret=x" \
    "client_secret=$a" "client_id=nobody&client_secret=x" "client_id=%27+OR+1%3D1"; do
	grant "grant_type=client_credentials&$form"
	answer 401 invalid_client "$(printf %.30s "$form")"
done
grant "grant_type=client_credentials&client_id=app-a&client_id=app-a" "$asa"
answer 400 invalid_request "a name twice"

# What they may.
grant "grant_type=password&$login" "$asb"
answer 400 unauthorized_client "a grant that the client may not use"
grant "grant_type=client_credentials" "$asrs"
answer 400 unauthorized_client "... nor this one"
grant "grant_type=client_credentials&client_id=phone"
answer 400 unauthorized_client "... nor a public one that"
grant "grant_type=authorization_code&code=x" "$asa"
answer 400 unsupported_grant_type "a grant that nobody may use"
grant "grant_type=password&$login&client_id=phone"
is "$status $(member scope)" "200 me" "a public client: what it and the user have"
phone_refresh=$(member refresh_token)
grant "grant_type=password&$login&client_id=phone&scope=items"
answer 400 invalid_scope "... and no more"
grant "grant_type=password&$login" "$(basic "phone:")"
is "$status" 200 "a public client by Basic, without a secret"
grant "grant_type=password&$login" "$(basic "tutorial:")"
is "$status" 200 "... the tutorial's too"
grant "grant_type=password&$login&client_secret=x"
answer 401 invalid_client "a secret and no name"
grant "grant_type=password&$login" "$asa"
is "$status $(member scope)" "200 me items" "a confidential client with a user"
user_access=$(member access_token) user_refresh=$(member refresh_token)
[ -n "$user_refresh" ]
ok $? "... gets a refresh token"

# Another's refresh token harms nobody.
grant "grant_type=refresh_token&refresh_token=$user_refresh" "$asb"
answer 400 unauthorized_client "a client without that grant"
grant "grant_type=refresh_token&refresh_token=$user_refresh&client_id=phone"
answer 400 invalid_grant "another client's refresh token"
grant "grant_type=refresh_token&refresh_token=$user_refresh"
answer 400 invalid_grant "... nor the tutorial's"
grant "grant_type=refresh_token&refresh_token=$user_refresh" "$asa"
is "$status" 200 "... and its own client uses it"
user_refresh=$(member refresh_token)

# Introspection.
look() {	# TOKEN CLIENT
	post_form introspect /introspect "token=$1" "$2"
}
dead() {	# NAME
	is "$status $body" '200 {"active":false}' "$1"
}
look "$user_access" "$asa"
is "$status" 200 "a client looks at its token"
for part in '"active":true' '"scope":"me items"' '"client_id":"app-a"' '"username":"demo"' \
    '"sub":"demo"' '"token_type":"bearer"' '"exp":1' '"iat":1' '"jti":"'; do
	like "$body" "$part" "... $part"
done
unlike "$body" '"iss"' "... no issuer where none is configured"
post_form introspect /introspect "token=$user_access" "$asa" POSTERN_ISSUER=https://api.example
like "$body" '"iss":"https://api.example"' "... and the one that is"
look "$user_access" "$asrs"
like "$body" '"active":true' "a resource server sees every token"
look "$user_access" "$asb"
dead "another client sees nothing"
look "$user_refresh" "$asa"
like "$body" '"active":true' "a refresh token, to its client"
look "$user_refresh" "$asb"
dead "... and to no other"
key=$(postern key create --user demo)
look "$key" "$asa"
dead "an API key is no client's"
look "$key" "$asrs"
like "$body" '"active":true' "... but a resource server's to see"
minted=$(mint demo)
look "$minted" "$asa"
dead "a minted token is no client's"
look "$minted" "$asrs"
unlike "$body" client_id "... and names none"
for garbage in x null "$a" "$(printf '%05000d' 0)" "%C3%A4" "a+b"; do
	look "$garbage" "$asrs"
	dead "garbage: $(printf %.10s "$garbage")"
done
look "$(printf '%020000d' 0)" "$asrs"
is "$status" 413 "20 KB"
expired=$(mint demo --ttl 1)
sqlite3 "$state/ledger.db" "UPDATE tokens SET expires = created WHERE expires = created + 1"
look "$expired" "$asrs"
dead "expired"
post_form introspect /introspect "token=$minted&token_type_hint=refresh_token" "$asrs"
like "$body" '"active":true' "a wrong hint"
post_form introspect /introspect "token=$minted&token_type_hint=nonsense" "$asrs"
like "$body" '"active":true' "an unknown hint"
post_form introspect /introspect "token=$minted"
answer 401 invalid_client "introspection without a client"
post_form introspect /introspect "token=$minted&client_id=phone"
answer 401 invalid_client "... by a public one"
post_form introspect /introspect "token=$minted&client_id=tutorial"
answer 401 invalid_client "... by the tutorial's"
post_form introspect /introspect "token=$minted" HTTP_AUTHORIZATION="Bearer $minted"
answer 401 invalid_client "... by a token"
post_form introspect /introspect "" "$asrs"
answer 400 invalid_request "nothing to look at"
call introspect GET /introspect "$asrs"
is "$status" 405 "GET"
like "$headers" "Allow: POST" "... is not allowed"

# Revocation.
give_back() { post_form revoke /revoke "token=$1${3:+&$3}" "$2"; }
works() { call secure-data GET /secure-data HTTP_AUTHORIZATION="Bearer $2"; is "$status" "$1" "$3"; }
give_back "$user_access" "$asb"
is "$status $body" "200 {}" "another's token: 200"
works 200 "$user_access" "... without effect"
give_back "$user_access" "$asa" token_type_hint=refresh_token
is "$status" 200 "its own, with a wrong hint"
works 401 "$user_access" "... has ended"
give_back "$user_access" "$asa"
is "$status" 200 "again: 200"
for token in x "" "$minted" "$key"; do
	[ -n "$token" ] || continue
	give_back "$token" "$asa"
	is "$status" 200 "nobody's or unknown: 200"
done
works 200 "$minted" "a minted token goes on"
works 200 "$key" "... and a key"
grant "grant_type=refresh_token&refresh_token=$user_refresh" "$asa"
newest=$(member refresh_token) access=$(member access_token)
give_back "$user_refresh" "$asa"
is "$status" 200 "an old refresh token"
works 401 "$access" "... takes its family's access tokens along"
grant "grant_type=refresh_token&refresh_token=$newest" "$asa"
answer 400 invalid_grant "... and the newest refresh token"
give_back "$phone_refresh" HTTP_X=1 client_id=phone
is "$status" 200 "a public client by possession"
grant "grant_type=refresh_token&refresh_token=$phone_refresh&client_id=phone"
answer 400 invalid_grant "... has ended"
grant "grant_type=password&$login"
access=$(member access_token)
give_back "$access" HTTP_X=1
answer 401 invalid_client "revocation without a client"
works 200 "$access" "... has no effect"
give_back "$access" HTTP_X=1 client_id=tutorial
is "$status" 200 "the tutorial's, by its name"
works 401 "$access" "... has ended"
post_form revoke /revoke "client_id=tutorial"
answer 400 invalid_request "nothing to revoke"
call revoke GET /revoke
is "$status" 405 "GET"

# What could not be written is not said to be done.
grant "grant_type=password&$login"
access=$(member access_token)
mkfifo "$work/pipe"
sqlite3 -cmd '.timeout 5000' "$state/ledger.db" <"$work/pipe" >/dev/null &
locker=$!
exec 3>"$work/pipe"
echo 'BEGIN IMMEDIATE; DELETE FROM items;' >&3
locked() { ! sqlite3 "$state/ledger.db" 'BEGIN IMMEDIATE; ROLLBACK'; }
await 5 locked
give_back "$access" HTTP_X=1 client_id=tutorial
answer 503 temporarily_unavailable "a locked ledger"
like "$headers" "Retry-After: " "... says when"
echo 'ROLLBACK;' >&3
exec 3>&-
wait "$locker"
works 200 "$access" "... and the token is still there"

# A new secret, and a client's end.
new=$(postern client secret app-a | secret_of)
grant "grant_type=client_credentials" "$asa"
answer 401 invalid_client "the old secret"
grant "grant_type=client_credentials" "$(basic "app-a:$new")"
is "$status" 200 "the new one"
machine=$(member access_token)
grant "grant_type=password&$login" "$(basic "app-a:$new")"
access=$(member access_token)
postern client delete app-a
works 401 "$machine" "a deleted client's own tokens have ended"
works 401 "$access" "... and those that it was given"
grant "grant_type=client_credentials" "$(basic "app-a:$new")"
answer 401 invalid_client "... and nobody knows it"

# Only where the password grant is on is there a tutorial's client.
set_config password_grant off
grant "grant_type=password&$login"
answer 400 unsupported_grant_type "the password grant is off"
grant "grant_type=refresh_token&refresh_token=x"
answer 401 invalid_client "... and nobody refreshes without a client"
give_back "$minted" HTTP_X=1 client_id=tutorial
answer 401 invalid_client "... nor as the tutorial's"
! grep -d skip -aqE 'pst_(cs|key)_[0-9A-Za-z]{20}' "$state"/ledger.db*
ok $? "only digests are stored"

# 3 clients, 4 operations, 4 scopes: 48 cells.
x=$(postern client add x --grant client_credentials --grant refresh_token --grant password --scope "me items s1 s2" | secret_of)
y=$(postern client add y --grant client_credentials --scope "me items s1 s2" | secret_of)
z=$(postern client add z --introspect | secret_of)
set_config password_grant on
postern user scope demo "me items s1 s2"
for scope in me items s1 s2; do
	for who in x y z; do
		case $who in x) as=$(basic "x:$x") ;; y) as=$(basic "y:$y") ;; z) as=$(basic "z:$z") ;; esac
		grant "grant_type=password&$login&scope=$scope" "$(basic "x:$x")"
		access=$(member access_token) refresh=$(member refresh_token)
		look "$access" "$as"
		case $who:$body in x:*true* | z:*true* | y:*false*) ok 0 "$who looks at $scope" ;;
		*) ok 1 "$who looks at $scope: $body" ;; esac
		call users-me GET /users/me HTTP_AUTHORIZATION="Bearer $access"
		case $scope:$status in me:200 | items:403 | s?:403) ok 0 "$who: used for $scope" ;;
		*) ok 1 "$who: used for $scope: $status" ;; esac
		grant "grant_type=refresh_token&refresh_token=$refresh" "$as"
		case $who:$status in x:200 | y:400 | z:400) ok 0 "$who refreshes $scope" ;;
		*) ok 1 "$who refreshes $scope: $status" ;; esac
		give_back "$access" "$as"
		call secure-data GET /secure-data HTTP_AUTHORIZATION="Bearer $access"
		case $who:$status in x:401 | y:200 | z:200) ok 0 "$who revokes $scope" ;;
		*) ok 1 "$who revokes $scope: $status" ;; esac
	done
done
done_testing
