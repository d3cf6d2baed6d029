#!/bin/sh
# apicheck: what it calls, what it does not, and documents of any kind.
. "${0%/*}/lib.sh"
server=$here/tests/apicheck-server
on_exit() {
	for pid in ${servers-}; do
		kill "$pid" 2>/dev/null
	done
}
start() {	# NAME [MODE]: a server of that name; its document is NAME.json
	perl "$server" "$work/$1.port" "$work/$1.log" "$work/$1.json" ${2-} &
	servers="${servers-} $!"
	: >"$work/$1.log"
	await 10 test -s "$work/$1.port" || exit 1
	at=http://127.0.0.1:$(cat "$work/$1.port")
}
check() {	# STATUS NAME ARGUMENT...: sets $out and $err; tokens on $input
	check_wanted=$1 check_name=$2
	shift 2
	printf %s "$input" | "$BIN/postern" apicheck --rate 1000 "$@" \
	    >"$work/out" 2>"$work/err"
	is $? "$check_wanted" "$check_name"
	out=$(cat "$work/out") err=$(cat "$work/err")
	unlike "$out$err" GoodToken "... prints no token"
	input=''
}
findings() { grep '^not ok' "$work/out" | sed 's/^not ok [0-9]* - //'; }
good='good GoodToken-1
'
bearer='"components":{"securitySchemes":{"b":{"type":"http","scheme":"bearer"}}}'
document() {	# NAME PATHS [MEMBERS]
	printf '{"openapi":"3.1.0","info":{},%s%s,"paths":{%s}}' "$bearer" "${3-}" \
	    "$2" >"$work/$1.json"
}
guarded() {	# PATH...: operations that are guarded
	for path in "$@"; do
		printf '%s"%s":{"get":{"security":[{"b":[]}]}}' "${comma-}" "$path"
		comma=,
	done
	comma=
}

# Usage.
check 0 "--help" --help
like "$out" "good %s" "... shows the lines"
check 2 "no URL"
check 2 "two URLs" http://127.0.0.1:1 http://127.0.0.1:2
check 2 "an unknown option" --frobnicate http://127.0.0.1:1
for url in nonsense ftp://127.0.0.1 http:// http://a:b@127.0.0.1/ "http://127.0.0.1/?x"; do
	check 2 "$url" "$url"
	like "$err" "no URL of an API" "... says why"
done
check 2 "nobody listens" http://127.0.0.1:9
like "$out" "Bail out!" "... bails out"
for line in "frob x" "good" "good $(printf 'a\001b')" "good Bearer GoodToken-1" "good bearer" "Basic x" \
    "good GoodToken-1 me" "revoked GoodToken-1 me" "limited Token me"; do
	input=$line
	check 2 "tokens that cannot be read" http://127.0.0.1:9
	like "$err" "standard input" "... says where"
done

# Where it may go.
for host in 192.0.2.1 0.0.0.0 169.254.169.254 224.0.0.1 '[::]' '[fe80::1]' '[::ffff:192.0.2.1]'; do
	check 2 "$host" "http://$host/"
	case $host in
	192.0.2.1) part="192.0.2.1 is beyond this machine" ;;
	*ffff*) part="leads to 192.0.2.1, which is beyond this machine" ;;
	*) part="$host is no address that an API has" ;;
	esac
	like "$err" "$part" "... is refused"
done
for host in 0.0.0.0 224.0.0.1 '[::]'; do
	check 2 "$host, allowed" --allow-host "$host" "http://$host/"
	like "$err" "no address that an API has" "... is refused"
done
check 2 "another host is allowed" --allow-host elsewhere http://192.0.2.1/
like "$err" "--allow-host 192.0.2.1" "... is refused, and says how"

start far
far=$at
printf %s "$far" >"$work/near.log.there"
document near "$(guarded /good /redirect /words),
    \"/far\":{\"servers\":[{\"url\":\"$far\"}],\"get\":{\"security\":[{\"b\":[]}]}},
    \"/open\":{\"get\":{}},\"/change\":{\"delete\":{\"security\":[{\"b\":[]}]}}" \
    ",\"servers\":[{\"url\":\"$far/v1\"},{\"url\":\"/\"}]"
start near
input=$good
check 0 "a good API" "$at"
is "$(findings)" "" "... nothing found"
is "$(cat "$work/far.log")" "" "another server got not one request"
like "$out" "names the server $far/v1" "... and is reported"
like "$out" "GET /far: all cases # SKIP it lives at $far" "an operation of another server"
like "$out" "DELETE /change: all cases # SKIP it may change things" "a method that changes"
like "$out" "# note: GET /words refuses in words" "a refusal with 200 is a note"
is "$(cut -d' ' -f1 "$work/near.log" | sort -u | tr '\n' ' ')" "GET HEAD OPTIONS " \
    "GET, HEAD and OPTIONS only"
plan=$(sed -n 's/^1\.\.//p' "$work/out")
is "$(grep -cE '^(not )?ok' "$work/out")" "$plan" "the plan holds"
like "$(cat "$work/near.log")" "GET /x/../good " "paths go out as they are"
like "$(cat "$work/near.log")" "Authorization: Basic" "so do schemes"
is "$err" "" "no progress where there is no terminal"
if command -v script >/dev/null; then	# a terminal, slowly
	script -qec "'$BIN/postern' apicheck --rate 20 --max-requests 50 '$at' </dev/null" \
	    "$work/typescript" >/dev/null 2>&1
	like "$(tr '\r' '\n' <"$work/typescript")" " requests, 0 findings: GET /" "progress on a terminal"
fi

# Without tokens.
check 0 "no token" "$at"
like "$out" 'an expired token # SKIP no "expired TOKEN"' "skipped with the reason"
like "$out" 'a near miss of a good token # SKIP no "good TOKEN"' "... each"
input='# a remark

GoodToken-1'
check 0 "a token alone is a good one" "$at"
like "$out" "ok 4 - GET /good: a wrong scheme, 10 forms" "... and is used"

# Tokens that cannot work.
input='good Bearer GoodToken-1'
check 2 "a scheme for a token" "$at"
like "$err" "KIND TOKEN, without the scheme" "... says how it is meant"
input='good WrongToken-1'
check 2 "a good token that is none, and no finding" "$at"
like "$out" "# warning: the good token opened nothing: " "... says so at the end"
is "$(findings)" "" "... nothing found"
document places '"/keyed":{"get":{"security":[{"b":["me"]},{"k":["me"]}]}},"/good":{"get":{"security":[{"b":[]}]}}'
sed 's/"securitySchemes":{/&"k":{"type":"apiKey","in":"header","name":"X-API-Key"},/' "$work/places.json" >"$work/p" &&
    mv "$work/p" "$work/places.json"
start places
input="${good}limited Lim-1 other
expired Exp-1
"
check 0 "a good token that works in one of two places" "$at"
for case in "a token of another scope" "an expired token" "a near miss of a good token"; do
	like "$out" "$case (X-API-Key) # SKIP a good token gets 401 here" "$case in the other"
done
like "$out" "- GET /keyed: a token of another scope (Bearer)
" "... not in the one"
input="good GoodKey-1
"
check 0 "a key that opens one operation" "$at"
like "$out" "# warning: no good token opened GET /good: the cases there prove little" "... says of the other"

# What is open is named at the end.
document left "$(guarded '/invoices/{n}' /v1/pay),\"/invoices\":{\"get\":{}},\"/open\":{\"get\":{}},
    \"/none\":{\"get\":{}},\"/always\":{\"get\":{}}"
start left
input=$good
check 0 "open operations" --param n=1 "$at"
like "$out" "
# open by the document, and answers: GET /invoices, GET /open; --public PATH says that one is meant" "... are named"
like "$out" "
# warning: is a guard forgotten, for the single items are protected?  GET /invoices
" "... with a question where items are protected"
document left "$(guarded /v1/pay /v1/get),\"/v2/pay\":{\"get\":{}},\"/v2/get/more\":{\"get\":{}}"
input=$good
check 1 "another version" --public /typo "$at"
like "$out" "# note: --public /typo is the path of no operation" "--public that matches nothing is a note"
input=$good
check 1 "another version" "$at"
is "$(findings)" "GET /v2/pay: answers 200 with data to no token" "... counts as protected"

# Names.
document names "$(guarded /good),\"/blog/private-beta\":{\"get\":{\"operationId\":\"blog_private_beta_get\"}},
    \"/list\":{\"get\":{\"parameters\":[{\"name\":\"token\",\"in\":\"query\"}]}}"
start names
input=$good
check 0 "a slug and a paging token are no secrets" "$at"
is "$(findings)" "" "... nothing found"
document names "$(guarded /good),\"/private\":{\"get\":{}},\"/list\":{\"get\":{\"parameters\":[
    {\"name\":\"token\",\"in\":\"query\",\"required\":true}]}}"
input=$good
check 1 "a whole segment is, and a token that must be there" "$at"
is "$(findings)" "GET /private: answers 200 with data to no token
GET /list: answers 200 with data to no token" "... and both are found"

# Refusals in words.
document always "$(guarded /good /always)"
start always
input=$good
check 0 "a refusal with 200, to all" "$at"
is "$(findings)" "" "... is no finding"
is "$(grep -c '^# note: GET /always refuses in words' "$work/out")" 1 "... but a note, once"
unlike "$out" "give a good token" "... and asks for no token that was given"

# Two credentials at once.
document two '"/two":{"get":{"parameters":[{"name":"token","in":"query","required":true},
    {"name":"x-token","in":"header","required":true}]}}'
start two
input=$good
check 2 "one of two credentials" "$at"
like "$out" "# warning: the good token opened nothing" "... proves little"
input=$good
check 0 "... and the other by --param" --param token=jessica "$at"
like "$out" "a near miss of a good token, " "... proves it"
unlike "$out" "jessica" "... and is not told"

# The base that the servers say.
document based "$(guarded /good)" ',"servers":[{"url":"/api"}]'
start based
input=$good
check 0 "servers that are another's" "$at"
like "$out" "# note: nothing is at /api, where the document's servers have it; it is at /, so we ask there" "... are noted"
like "$(cat "$work/based.log")" "GET /good HTTP/1.1|Authorization: Bearer GoodToken-1" "... and the operations found"
input=$good
check 2 "--base that is wrong" --base /api/ "$at"
like "$out" "404 to no token at /api/good (" "... is asked all the same"
input=$good
check 0 "--base" --base / "$at"
unlike "$out" "# note: nothing is at" "... decides"
check 2 "--base that is no path" --base api "$at"

# A path in a header.
document original "$(guarded /good),\"/open\":{\"get\":{}}"
start original original
for input in "$good" ""; do
	check 1 "X-Original-URL" "$at"
	is "$(findings)" "GET /good: answers 200 with data to headers that pretend (X-Original-URL: with its path, at /, X-Original-URL: with its path, at /open)" "... is found"
done

# Stopped: what was found is told, although nobody sees a terminal.
document stopped "$(guarded /big /good /slow)"
start stopped
for signal in INT TERM; do
	rm -f "$work/out"
	# A background process of a shell ignores SIGINT; perl gives it back.
	perl -e '$SIG{INT} = "DEFAULT"; exec @ARGV' "$BIN/postern" apicheck --rate 1000 "$at" \
	    </dev/null >"$work/out" 2>"$work/err" &
	pid=$!
	await 10 grep -q 'GET /good: headers' "$work/out"
	ok $? "lines come as they are told"
	kill "-$signal" "$pid"
	wait "$pid"
	is $? 1 "SIG$signal: findings are findings"
	like "$(cat "$work/out")" "
Bail out!  stopped by SIG$signal
# " "... and it says that it was stopped"
done
rm "$work/out"
"$BIN/postern" apicheck --rate 2 --public /big "$at" \
    </dev/null >"$work/out" 2>"$work/err" &
pid=$!
await 10 grep -q '^ok' "$work/out"
kill "$pid"
wait "$pid"
is $? 2 "... none is 2"
like "$(cat "$work/out")" "1.." "... with a plan"

# Bytes and bounds.
document bytes "$(guarded /blank /big /items/7 /reset)"
start bytes
input=$good
check 1 "a blank and no token" "$at"
is "$(findings)" "GET /blank: answers 200 with data to an empty token (the scheme and a blank)
GET /big: answers 200 with data to no token" "... the blank is really sent; large answers are cut"
like "$out" "GET /reset: no token # SKIP no answer" "no answer proves nothing"
check 2 "--max-requests" --max-requests 9 --route /good "$at"
is "$(sed -n 's/^# \([0-9]*\) requests.*/\1/p' "$work/out")" 9 "... holds"
like "$out" "SKIP the bound on requests is reached" "... and the rest says so"
input=$good
check 2 "--timeout" --rate 2 --timeout 1 "$at"
like "$out" "SKIP the bound on time is reached" "... says so"

# Servers that answer everything.
document every "$(guarded /good)"
start every everything
input=$good
check 0 "a server that answers 200 to all" "$at"
is "$(findings)" "" "... has no path that is a bypass"

# Values for parameters.
document values '"/items/{id}":{"get":{"security":[{"b":[]}],"parameters":[
    {"name":"id","in":"path","required":true,"schema":{"$ref":"#/components/schemas/id"}}]}}' \
    ',"x":0'
start values
input=$good
check 2 "a value that is not there" "$at"
like "$out" "404 to no token at /items/x (and 404 to the good token) proves nothing: give values that exist with --param" "... says what was asked, and what to do"
like "$out" "# warning: the good token opened nothing: 14 cases prove little" "... and that all is in vain"
check 2 "a value that is not there, no token" "$at"
like "$out" "404 to no token at /items/x proves nothing: give a good token, and values with --param" "... asks for one"
input=$good
check 0 "--param" --param id=7 "$at"
like "$out" "ok 1 - GET /items/{id}: no token" "... is used"
check 1 "--public and all else" --public /nothing --route '/openapi.json' "$at"
is "$(findings)" "GET /openapi.json: answers 200 with data to no token" "--route"
printf '# routes\n\nGET /openapi.json\nDELETE /x\n' >"$work/routes"
check 1 "--routes" --routes "$work/routes" "$at"
like "$out" "DELETE /x: all cases # SKIP it may change" "... with methods"
printf 'FROB /x\n' >"$work/routes"
check 2 "a route that cannot be read" --routes "$work/routes" "$at"
check 2 "no such file" --routes "$work/none" "$at"

# Documents of any kind.
start any
refused() {	# NAME PART: any.json
	check 2 "$1" "$at"
	like "$err" "$2" "... says why"
	check 2 "$1, from a file" --document "$work/any.json" "$at"
	like "$err" "$2" "... says why"
}
check 2 "YAML" "$at/yaml.json"
like "$err" "it is YAML" "... says so"
check 2 "not there" "$at/none.json"
like "$err" "no OpenAPI document (404)" "... says so"
echo '{"swagger":"2.0"}' >"$work/any.json"
refused "OpenAPI 2" "OpenAPI 2"
echo '{"openapi":"4.0.0"}' >"$work/any.json"
refused "OpenAPI 4" "not OpenAPI 3.x"
echo '[1]' >"$work/any.json"
refused "an array" "no OpenAPI document"
head -c 3000 /dev/urandom >"$work/any.json"
refused "garbage" "not JSON"
perl -e 'print "[" x 100000' >"$work/any.json"
refused "nested deep" "not JSON, or nested too deep"
perl -e 'print "{\"a\":" x 900, 1, "}" x 900' >"$work/any.json"
refused "nested as deep as may be" "no OpenAPI document"
perl -e 'print "{\"openapi\":\"3.0.0\",\"x\":\"", "x" x (5 << 20), "\"}"' >"$work/any.json"
refused "over 4 MiB" "4 MiB"

odd() {		# NAME PATHS [MEMBERS]: no crash, and an end
	document any "$2" "${3-}"
	check 2 "$1" "$at"
	like "$out" "1.." "... has a plan"
}
odd "nothing" ''
odd "circles" '"/a":{"$ref":"#/paths/~1b"},"/b":{"$ref":"#/paths/~1a"}'
odd "a reference to itself" '"/a":{"get":{"security":[{"b":[]}],"parameters":[{"$ref":"#/paths/~1a/get/parameters/0"},
    {"name":"q","in":"query","required":true,"schema":{"$ref":"#/components/s"}}]}}' ',"s":{"$ref":"#/s"}'
odd "a schema in itself" '"/a/{p}":{"get":{"security":[{"b":[]}],"parameters":[{"name":"p","in":"path","required":true,
    "schema":{"allOf":[{"$ref":"#/s"}]}}]}}' ',"s":{"allOf":[{"$ref":"#/s"}]}'
odd "references out" '"/a":{"$ref":"http://192.0.2.1/x"},"/b":{"get":{"$ref":"other.json#/x"}}'
like "$out" "# note: the reference http://192.0.2.1/x leads out" "... are reported"
odd "wrong types" '"/a":1,"/b":[],"/c":{"get":1,"post":[],"put":null},"d":{},"":{},
    "/e":{"parameters":7,"get":{"security":{"b":1},"parameters":{"x":1},"responses":[],"servers":"x","operationId":[]}},
    "/f":{"get":{"security":[1,"b",[],{"b":{"x":1}},{"none":[1,null]}],"parameters":[1,null,{"name":1,"in":2}]}}' \
    ',"servers":[1,{"url":2},{"url":"http://{x}"},{}],"security":7'
odd "wrong types in schemes" '"/f":{"get":{"security":[{"k":[]},{"l":[]},{"m":[]},{"n":[]},{"o":[]}]}}' \
    ',"components":[]'
printf '{"openapi":"3.0.0","components":{"securitySchemes":{"k":{"type":"apiKey","in":"header","name":"X\\r\\nEvil: 1"},
    "l":{"type":1},"m":{"type":"http","scheme":"a b"},"n":[],"o":{"type":"mutualTLS"}}},
    "paths":{"/good\\u001b[31m\\n# not ok 1 \\u202e/é":{"get":{"security":[{"k":[]},{"l":[]},{"m":[]},{"n":[]},{"o":[]}],
    "parameters":[{"name":"A\\r\\nB","in":"header","required":true},{"name":"X-Y","in":"header","required":true,"example":"1\\r\\nEvil: 2"},
    {"name":"q\\r\\n","in":"query","required":true,"example":"\\r\\n"}]}}}}' >"$work/any.json"
: >"$work/any.log"
check 2 "control characters everywhere" "$at"
! LC_ALL=C grep -q "$(printf '[^ -~]')" "$work/out"
ok $? "... nothing but ASCII comes out"
! grep -q 'Evil' "$work/any.log"
ok $? "... and no header of theirs goes out"
perl -e 'print "{\"openapi\":\"3.0.0\",\"paths\":{", join(",", map { "\"/p$_\":{\"get\":{}}" } 1 .. 1500), "}}"' \
    >"$work/any.json"
check 2 "more operations than we look at" "$at"
like "$out" "more than 1000 operations" "... says so"
done_testing
