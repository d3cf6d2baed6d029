#!/bin/sh
# OAuth clients that others wrote, unmodified, over HTTPS.
. "${0%/*}/lib.sh"
on_exit() { stop_trial; }
need_server lighttpd
start_trial TLS=1 || give_up
export POSTERN_CONF POSTERN_CA POSTERN_USER POSTERN_PASSWORD POSTERN_URL
export REQUESTS_CA_BUNDLE="$POSTERN_CA" NODE_EXTRA_CA_CERTS="$POSTERN_CA" NO_PROXY='*'
CLIENT_ID=machine
CLIENT_SECRET=$("$BIN/postern" client add machine --grant client_credentials \
    --grant refresh_token --grant password --scope "me items" | sed -n 's/^client_secret //p')
export CLIENT_ID CLIENT_SECRET
python=/usr/bin/python3

run() {		# NAME MODULE COMMAND...: WANTED on standard input
	name=$1
	shift
	cat >"$work/wanted"
	"$@" >"$work/got" 2>"$work/errors"
	is $? 0 "$name: it ends well"
	sed 's/^/# /' "$work/errors" | tail -n 5
	is "$(cat "$work/got")" "$(cat "$work/wanted")" "$name: step by step"
}

if $python -c 'import requests_oauthlib' 2>/dev/null; then
	run requests-oauthlib $python "$here/tests/clients/requests_client.py" <<-'TXT'
		client_credentials machine
		in the body machine
		password demo
		refreshed 200
		revoked 200 401
		refresh refused invalid_grant
		tutorial demo
		tutorial refreshed 200
	TXT
else
	ok 0 "requests-oauthlib is not installed # SKIP"
fi
if $python -c 'import authlib' 2>/dev/null; then
	run authlib $python "$here/tests/clients/authlib_client.py" <<-'TXT'
		discovery True True
		client_secret_basic machine
		introspected True machine me
		revoked {'active': False}
		client_secret_post machine
		introspected True machine me
		revoked {'active': False}
		password demo
		refreshed 200
	TXT
else
	ok 0 "authlib is not installed # SKIP"
fi

# npm's packages come from its registry, once, into the build directory.
modules=$BUILD/clients
if command -v npm >/dev/null; then
	mkdir -p "$modules"
	cp "$here"/tests/clients/package*.json "$here"/tests/clients/*.js "$modules/"
	[ -d "$modules/node_modules/simple-oauth2" ] ||
	    (cd "$modules" && npm ci --no-audit --no-fund --silent >"$work/npm" 2>&1)
fi
if [ -d "$modules/node_modules/simple-oauth2" ]; then
	run simple-oauth2 node "$modules/simple-oauth2.js" <<-'TXT'
		header client_credentials 200
		header revoked 401
		header password 200
		header refreshed 200
		header all revoked 401
		header refresh refused invalid_grant
		body client_credentials 200
		body revoked 401
		body password 200
		body refreshed 200
		body all revoked 401
		body refresh refused invalid_grant
	TXT
else
	ok 0 "simple-oauth2: no npm, or no registry # SKIP"
fi
stop_trial
done_testing
