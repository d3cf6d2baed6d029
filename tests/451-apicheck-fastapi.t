#!/bin/sh
# apicheck and FastAPI's tutorial: written properly, and with holes.
. "${0%/*}/lib.sh"
python=/usr/bin/python3
$python -c 'import fastapi, uvicorn, multipart' 2>/dev/null ||
    skip_all "python3-fastapi, uvicorn or python3-multipart is not installed"
app=$here/tests/fastapi
on_exit() {	# its input ends, and it with what it serves
	exec 9>&-
	[ -z "${app_pid-}" ] || wait "$app_pid" 2>/dev/null
}
answers() { curl -s -o "$work/null" --noproxy '*' --max-time 2 "$url/public"; }

mkfifo "$work/holes"
TOKENS=good=Ab3dEfGhIjKl,limited=LimTok3nXYZ,expired=ExpTok3n,revoked=RevTok3n \
    PYTHONDONTWRITEBYTECODE=1 PYTHONPATH=$app $python "$app/serve.py" \
    "$work/port" <"$work/holes" 2>"$work/app.err" &
app_pid=$!
exec 9>"$work/holes"

# Python's own socket, handed over, so that no other test takes the port.
start_app() {	# HOLES
	rm -f "$work/port"
	echo "$1" >&9
	await 20 test -s "$work/port" || return 1
	url=http://127.0.0.1:$(cat "$work/port")
	await 20 answers
}

tokens='good Ab3dEfGhIjKl
good demo:Passw0rd-of-demo
limited LimTok3nXYZ me
expired ExpTok3n
revoked RevTok3n'
check() {	# STATUS NAME [OPTION...]
	check_wanted=$1 check_name=$2
	shift 2
	printf '%s\n' "$tokens" | "$BIN/postern" apicheck --rate 1000 "$@" "$url" \
	    >"$work/out" 2>"$work/err"
	is $? "$check_wanted" "$check_name"
}
findings() { sed -n 's/^not ok [0-9]* - //p' "$work/out"; }
# Holes are planted in one application, each in another route of it.
hole() {	# HOLE FINDING
	planted=${planted:+$planted,}$1
	printf '%s\n' "$2" >>"$work/wanted"
}
found() {	# [OPTION...]: what was planted since
	if start_app "$planted"; then
		check 1 "$planted" "$@"
		is "$(findings | sort)" "$(sort "$work/wanted")" \
		    "... is found, and nothing else"
		is "$(grep -c '^#   what to do: ' "$work/out")" \
		    "$(wc -l <"$work/wanted")" "... each with what to do"
	else
		ok 1 "$planted: it starts"
	fi
	planted=
	rm "$work/wanted"
}

start_app '' || { ok 1 "the application starts"; done_testing; }
check 0 "no hole"
is "$(findings)" "" "... nothing found"
is "$(cat "$work/err")" "" "... nothing on standard error"
sed -n 's/^# \([0-9]* requests.*\)/# \1/p' "$work/out"
for case in "GET /secure-data: a near miss of a good token, 12 forms" \
    "GET /users/me/items/: a token of another scope" \
    "GET /keyed: no token" "GET /cookie: a garbage token, 12 forms" \
    "GET /query: an empty token, 2 forms" "GET /basic: a wrong scheme, 5 forms" \
    "GET /declared: an expired token" "GET /guarded: a revoked token"; do
	like "$(cat "$work/out")" " - $case" "asked: $case"
done
check 0 "no hole, --unsafe" --unsafe
is "$(findings)" "" "... nothing found"
check 0 "no hole, --public" --public /public --public '/users/{user_id}'
is "$(findings)" "" "... nothing found"
check 1 "what is not --public counts as protected" --public /public
is "$(findings)" "GET /users/{user_id}: answers 200 with data to no token" "... and is found"
full=$tokens tokens=
check 0 "no hole, no tokens"
is "$(findings)" "" "... nothing found"
tokens='good securetoken'
check 2 "no hole, a token that is not good"
is "$(findings)" "" "... nothing found"
like "$(cat "$work/out")" "SKIP a good token gets 401 here" "... and says that it is none"
tokens=$full

items='GET /users/me/items/: answers 200 with data to'
secure='GET /secure-data: answers 200 with data to'
guarded='GET /guarded: answers 200 with data to'

hole forgotten "$items no token"
hole head_hidden "$secure other methods (HEAD)"
hole raw_path "$guarded variants of its path (a letter encoded)"
hole name "GET /admin/users: answers 200 with data to no token"
hole hidden "GET /internal/report: answers 200 with data to no token"
found --route /internal/report
hole empty "$items an empty token (the scheme alone, the scheme and a blank)"
hole slash "$secure variants of its path (a slash at the end, or none, %2f at the end)"
hole head_middleware "$guarded other methods (HEAD)"
found
hole scope "$items a token of another scope"
hole head "HEAD /secure-data: answers 200 with data to no token"
hole in_query "$guarded a good token in the query (access_token)"
found
hole no_auto_error "$items no token"
hole slash_shown "GET /secure-data/: answers 200 with data to no token"
hole wrong_scheme "$guarded a wrong scheme (Basic and a good token, Token and a good token, Digest and a good token, JWT and a good token)"
found
hole no_check "$items a garbage token (random letters, null, undefined, none, 0, true, *, {}, %00, ' OR '1'='1, an unsigned JWT, 4 KiB of letters)"
hole slash_scheme "$secure variants of its path (a slash at the end, or none, with a garbage token, %2f at the end, with a garbage token)"
hole no_scheme "$guarded a wrong scheme (no scheme and a good token)"
found
hole null "$items a garbage token (null)"
hole options "$secure other methods (OPTIONS)"
hole any_scheme "$guarded a wrong scheme (Basic garbage, Basic and a good token)"
found
hole default "$items a token that stands in tutorials (changeme)"
hole post "$secure other methods (POST)"
hole doubled "$guarded a doubled header (garbage twice, another scheme, then garbage, another scheme behind garbage, an empty one, then garbage, an empty one behind garbage)"
found --unsafe
hole nocase "$items a near miss of a good token (in upper case, in lower case, its letter case swapped)"
hole proxy "$guarded headers that pretend (X-Forwarded-For: 127.0.0.1)"
found
hole prefix "$items a near miss of a good token (one character more)"
hole original "$guarded headers that pretend (X-Original-URL: with its path, at /, X-Original-URL: with its path, at /public)"
found
hole part "$items a near miss of a good token (its last character cut, its first character cut, its first half, its first character alone)"
found
hole expired "$items an expired token"
found
hole revoked "$items a revoked token"
found
done_testing
