#!/bin/sh
# Items: made, shown, changed, deleted; who may, and whose they are.
. "${0%/*}/lib.sh"
on_exit() { [ -z "${worker-}" ] || kill "$worker" 2>/dev/null; }
new_state "me items items:write"
token=$(mint demo)
bearer=$token json_of=users-me-items json_at=/users/me/items
. "${0%/*}/json.sh"
ledger=$state/ledger.db
problem="Content-Type: application/problem+json"
at=/users/me/items

ask() {		# METHOD PATH [TOKEN]
	call users-me-items "$1" "$2" HTTP_AUTHORIZATION="Bearer ${3-$token}"
}
make() {	# JSON [TOKEN]
	post_json users-me-items $at "$1" HTTP_AUTHORIZATION="Bearer ${2-$token}"
	id=$(member item_id)
}
put() {		# ID JSON [TOKEN]
	post_json users-me-items "$at/$1" "$2" REQUEST_METHOD=PUT \
	    HTTP_AUTHORIZATION="Bearer ${3-$token}"
}
count() { sqlite3 "$ledger" "SELECT count(*) FROM items"; }

# Making one.
ask GET $at
is "$status $body" "200 []" "no items yet"
make '{"title":"A lantern"}'
is "$status $body" "201 {\"item_id\":\"$id\",\"title\":\"A lantern\",\"owner\":\"demo\"}" "an item"
like "$headers" "Content-Type: application/json" "... as JSON"
like "$headers" "Cache-Control: no-store" "... not to be kept"
like "$headers
" "Location: $at/$id
" "... and where it is"
is "$(printf %s "$id" | tr -d 'A-Za-z0-9' | wc -c) ${#id}" "0 12" "... twelve characters of base62"
lantern=$id lantern_is=$body
make '{"title":"Zürich 🔑 \"x\" \u00fc"}'
is "$(printf %s "$body" | cut -d, -f2)" '"title":"Zürich 🔑 \"x\" ü"' "any title"
second=$id
ask GET $at
is "$body" "[$lantern_is,{\"item_id\":\"$second\",\"title\":\"Zürich 🔑 \\\"x\\\" ü\",\"owner\":\"demo\"}]" \
    "the list has both, in order"
ask HEAD $at
is "$status $body" "200 " "HEAD"
set_config issuer https://www.example/api
post_json users-me-items /api$at '{"title":"x"}' HTTP_AUTHORIZATION="Bearer $token"
is "$status" 201 "with an issuer"
mounted=$(member item_id)
like "$headers
" "Location: https://www.example/api$at/$mounted
" "... a whole URL"
ask GET "/api$at/$mounted"
is "$status $(member title)" "200 x" "... which is the item's"
ask DELETE "/api$at/$mounted"
is "$status" 204 "... below the mount"
ask GET "/api$at/$mounted"
is "$status" 404 "... and gone"
sed -i '/^issuer/d' "$state/postern.conf"
call users-me-items GET /cgi-bin/users-me-items.fcgi PATH_INFO="/$lantern" \
    SCRIPT_FILENAME="$CGI/users-me-items.fcgi" HTTP_AUTHORIZATION="Bearer $token"
is "$status $body" "200 $lantern_is" "by its file's name"

# One of them.
ask GET "$at/$lantern"
is "$status $body" "200 $lantern_is" "GET"
like "$headers" "Cache-Control: no-store" "... not to be kept"
like "$headers" "X-Content-Type-Options: nosniff" "... nor sniffed"
ask HEAD "$at/$lantern"
is "$status $body" "200 " "HEAD"
like "$headers" "Content-Length: ${#lantern_is}" "... with the length"
call users-me-items GET $at PATH_INFO="/$lantern" HTTP_AUTHORIZATION="Bearer $token"
is "$status $body" "200 $lantern_is" "by PATH_INFO"
put "$lantern" '{"title":"A lamp"}'
is "$status $body" "200 {\"item_id\":\"$lantern\",\"title\":\"A lamp\",\"owner\":\"demo\"}" "PUT"
unlike "$headers" "Location:" "... makes nothing"
lantern_is=$body
ask GET "$at/$lantern"
is "$body" "$lantern_is" "... holds"
put "$lantern" '{"title":"A lamp"}'
is "$status $body" "200 $lantern_is" "... and again"
ask GET "$at/$second"
like "$body" "Zürich" "... the other is as it was"
for id in "$lantern" "$second"; do
	ask DELETE "$at/$id"
	is "$status $body" "204 " "DELETE"
	unlike "$headers" "Content-Type:" "... without a body, nor a type of one"
	like "$headers" "Cache-Control: no-store" "... not to be kept"
	ask DELETE "$at/$id"
	is "$status $(detail)" "404 There is no such item of yours" "... once"
	ask GET "$at/$id"
	is "$status" 404 "... is gone"
	put "$id" '{"title":"again"}'
	is "$status" 404 "... and PUT makes none"
done
is "$(count)" 0 "nothing is left"

# Titles.
title=$(repeat 200 ü)
make "{\"title\":\"$title\"}"
is "$status $(member title)" "201 $title" "a title of 200 characters"
put "$id" "{\"title\":\"$(repeat 200 🔑)\"}"
is "$status $(member title)" "200 $(repeat 200 🔑)" "... of 800 bytes"
make '{"title":"x"}'
is "$status" 201 "... of one"
for bad in "{\"title\":\"$(repeat 201 u)\"}" '{"title":""}' '{"name":"x"}' \
    '{"title":"x","owner":"eve"}' '{"title":"x","item_id":"000000000000"}' \
    '{"Title":"x"}' '{"title":"x","title":"y"}' '{"title":null}' '{}' '[]'; do
	make "$bad"
	is "$status" 400 "POST $(printf %.30s "$bad")"
	put "$lantern" "$bad"
	is "$status" 400 "... PUT, of none"
done
make '{"title":""}'
is "$(detail)" "title must be a text of 1 to 200 characters" "... says which"
is "$(count)" 2 "... and nothing is made"

# Bodies.
refuse_bodies '{"title":"x"}'
refuse_values title string ''
titles() { sqlite3 "$ledger" "SELECT group_concat(title) FROM items"; }
titles_are=$(titles) json_how=PUT
json_at=$at/$(sqlite3 "$ledger" "SELECT id FROM items LIMIT 1")
refuse_bodies '{"title":"x"}'
refuse_values title string ''
is "$(titles)" "$titles_are" "all that changed nothing"
put "${json_at##*/}" '{"title":"now"}'
is "$status $(member title)" "200 now" "... which could be changed"

# Scopes: items reads, items:write writes, and neither is the other.
make '{"title":"A chest"}'
chest=$id
while read -r scope read write; do
	asks=$(mint demo --scope "$(echo "$scope" | tr + ' ')")
	ask GET $at "$asks"
	is "$status" "$read" "$scope: GET all"
	ask HEAD $at "$asks"
	is "$status" "$read" "... HEAD"
	make '{"title":"x"}' "$asks"
	is "$status" "${write%%,*}" "... POST"
	[ "$status" = 201 ] || id=$chest
	ask GET "$at/$id" "$asks"
	is "$status" "$read" "... GET one"
	ask HEAD "$at/$id" "$asks"
	is "$status" "$read" "... HEAD"
	put "$id" '{"title":"y"}' "$asks"
	is "$status" "$(echo "$write" | cut -d, -f2)" "... PUT"
	ask DELETE "$at/$id" "$asks"
	is "$status" "${write##*,}" "... DELETE"
	ask GET "$at/000000000000" "$asks"
	is "$status" "$(echo "$read" | sed s/200/404/)" "... GET none"
	ask DELETE "$at/000000000000" "$asks"
	is "$status" "$(echo "${write##*,}" | sed s/204/404/)" "... DELETE none"
done <<'MATRIX'
items 200 403,403,403
items:write 403 201,200,204
items+items:write 200 201,200,204
me 403 403,403,403
MATRIX
ask GET $at "$(mint demo --scope items:write)"
is "$(challenge)" 'Bearer realm="postern", error="insufficient_scope", scope="items"' \
    "what reading needs"
narrow=$(mint demo --scope items)
for pair in "POST $at" "PUT $at/$chest" "DELETE $at/$chest"; do
	ask $pair "$narrow"
	is "$(challenge)" 'Bearer realm="postern", error="insufficient_scope", scope="items:write"' \
	    "what ${pair%% *} needs, and no body is read before"
done
for pair in "GET $at" "POST $at" "GET $at/$chest" "PUT $at/$chest" "DELETE $at/$chest"; do
	call users-me-items "${pair% *}" "${pair#* }"
	is "$status" 401 "no token: $pair"
	call users-me-items "${pair% *}" "${pair#* }" HTTP_AUTHORIZATION="Bearer x"
	is "$status" 401 "... a bad one"
done
ask GET "$at/$chest"
is "$status $(member title)" "200 A chest" "it is as it was"

# Whose they are.
printf %s "$password" | postern user add eve --scope "items items:write" --password-stdin
eve=$(mint eve)
make '{"title":"Hers"}' "$eve"
is "$status $(member owner)" "201 eve" "another's item"
hers=$id
same() {	# COMMAND...: is the last answer as that to none?
	cp "$work/answer" "$work/one"
	"$@"
	cmp -s "$work/one" "$work/answer"
	is "$? $status" "0 404" "eve's is as if it were not: $how"
}
for how in GET HEAD DELETE; do
	ask $how "$at/$hers"
	same ask $how "$at/0000000000aa"
done
how=PUT
put "$hers" '{"title":"His"}'
same put 0000000000aa '{"title":"His"}'
put "$hers" '{"title":""}'
is "$status" 400 "a bad title is refused first"
cp "$work/answer" "$work/one"
put 0000000000aa '{"title":""}'
cmp -s "$work/one" "$work/answer"
ok $? "... and tells nothing either"
ask GET $at
unlike "$body" "$hers" "... nor is it in the list"
ask GET "$at/$hers" "$eve"
is "$status $(member title)" "200 Hers" "she has it, as it was"
ask GET $at "$eve"
is "$body" "[{\"item_id\":\"$hers\",\"title\":\"Hers\",\"owner\":\"eve\"}]" "... and no other"
for how in GET DELETE; do
	ask $how "$at/$chest" "$eve"
	is "$status" 404 "his is not hers: $how"
done
put "$chest" '{"title":"Hers"}' "$eve"
is "$status" 404 "... PUT"
ask GET "$at/$chest"
is "$(member title)" "A chest" "... as it was"

# Paths, ids and methods.
for odd in 0 x "$(echo "$chest" | cut -c-11)" "${chest}0" "$chest " " $chest" "$chest;x" \
    "$chest%00" "%2f" "$chest%2f" "%2e%2e" . .. "ü" "🔑" "$(printf '\377')" "'" '"' '%' '*' \
    "_" "' OR 1=1 --" "$(echo "$chest" | tr 'A-Za-z' 'a-zA-Z')x" "$(printf 'a\nb')" \
    "$(repeat 300 a)" "$(repeat 600 a)" "$(repeat 8000 a)"; do
	ask GET "$at/$odd"
	is "$status" 404 "no item: $(printf %.20s "$odd" | tr -dc ' -~')"
	ask DELETE "$at/$odd"
	is "$status" 404 "... DELETE"
	put "$odd" '{"title":"odd"}'
	is "$status" 404 "... PUT"
	like "$headers" "$problem" "... as a problem"
done
for odd in $at/ "$at//" "$at/$chest/" "$at//$chest" "$at/$chest/x" "${at}X" "${at}X/$chest" \
    /users/me/item /users/me /users/me/items/../items; do
	for how in GET POST PUT DELETE PATCH; do
		ask $how "$odd"
		[ "$status" = 404 ] || break
	done
	is "$status $(detail)" "404 Not Found" "no such path: $odd"
done
for how in PUT DELETE PATCH OPTIONS TRACE get; do
	ask $how $at
	is "$status $(echo "$headers" | grep '^Allow')" "405 Allow: GET, HEAD, POST" "$how of all"
done
for how in POST PATCH OPTIONS TRACE put; do
	ask $how "$at/$chest"
	is "$status $(echo "$headers" | grep '^Allow')" "405 Allow: GET, HEAD, PUT, DELETE" "$how of one"
done
call users-me-items PATCH "$at/$chest"
is "$status" 405 "... before the guard"
ask GET "$at/$chest"
is "$(member title)" "A chest" "after all that it is as it was"
is "$(sqlite3 "$ledger" "SELECT count(*) FROM items WHERE title = 'odd'")" 0 "... and nothing was made"

# One process: nothing of one request is in the next.
start_worker users-me-items
input='{"title":"By a worker"}'
fcall users-me-items POST $at HTTP_AUTHORIZATION="Bearer $token" \
    CONTENT_TYPE=application/json CONTENT_LENGTH=23
input='' id=$(member item_id)
is "$status" 201 "by a worker"
fcall users-me-items GET $at HTTP_AUTHORIZATION="Bearer $eve"
is "$status $(member owner)" "200 eve" "... the next is another's"
fcall users-me-items GET "$at/$id" HTTP_AUTHORIZATION="Bearer $eve"
is "$status" 404 "... to whom it is none"
ask DELETE "$at/$id"
fcall users-me-items GET "$at/$id" HTTP_AUTHORIZATION="Bearer $token"
is "$status" 404 "... deleted by another process"

# A thousand, and no more, however many ask at once.
sqlite3 "$ledger" "DELETE FROM items WHERE owner = 1;
    WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 998)
    INSERT INTO items (id, owner, title) SELECT printf('%012d', i), 1, 'one of many' FROM n"
printf '{"title":"x"}' >"$work/json"
for i in 1 2 3 4 5 6 7 8; do
	env -i POSTERN_CONF="$state/postern.conf" REQUEST_METHOD=POST \
	    SCRIPT_NAME=$at REMOTE_ADDR=127.0.0.1 CONTENT_LENGTH=13 \
	    CONTENT_TYPE=application/json HTTP_AUTHORIZATION="Bearer $token" \
	    ASAN_OPTIONS="${ASAN_OPTIONS-}" \
	    "$CGI/users-me-items.fcgi" <"$work/json" >"$work/many.$i" 2>>"$work/log" &
	crowd="${crowd-} $!"
done
for other in $crowd; do wait "$other"; done
is "$(grep -l '^Status: 201' "$work"/many.* | wc -l) $(grep -l '^Status: 409' "$work"/many.* | wc -l)" \
    "2 6" "two more, of eight at once"
make '{"title":"x"}'
is "$status $(detail)" "409 There are 1000 items already" "the thousand and first"
like "$headers" "$problem" "... is a problem"
unlike "$headers" "Location:" "... and nowhere"
postern item add --user demo x 2>"$work/err"
is "$? $(cat "$work/err")" "1 postern: demo has 1000 items already" "... nor by the command"
ask GET $at
is "$(printf %s "$body" | grep -o '"item_id"' | wc -l)" 1000 "1000 in the list"
like "$headers" "Content-Length: ${#body}" "... all of it"
put 000000000001 '{"title":"still"}'
is "$status" 200 "one can be changed"
ask DELETE "$at/000000000001"
make '{"title":"x"}'
is "$status" 201 "one deleted, one made"
make '{"title":"x"}' "$eve"
is "$status" 201 "everyone has a thousand"

# The command.
postern item delete --user demo "$hers" 2>/dev/null
is $? 1 "the command deletes no other's"
postern item delete --user demo 000000000002
is $? 0 "... his"
ask GET "$at/000000000002"
is "$status" 404 "... is gone"
id=$(postern item add --user demo "By the command")
ask GET "$at/${id#item_id }"
is "$(member title)" "By the command" "... and adds"

# A client is no user, and a key is as good as a token.
secret=$(postern client add robot --grant client_credentials --scope "items items:write" |
    sed -n 's/^client_secret //p')
post_form token /token "grant_type=client_credentials&client_id=robot&client_secret=$secret"
robot=$(member access_token)
ask GET $at "$robot"
is "$status $body" "200 []" "a client has no items"
make '{"title":"x"}' "$robot"
is "$status $(detail)" "403 Only users have items" "... makes none"
unlike "$headers" "WWW-Authenticate" "... whatever it asks with"
for how in GET DELETE; do
	ask $how "$at/$hers" "$robot"
	is "$status $(detail)" "404 There is no such item of yours" "... $how"
done
put "$hers" '{"title":"x"}' "$robot"
is "$status" 404 "... PUT"
key=$(postern key create --user eve)
call users-me-items GET "$at/$hers" HTTP_X_API_KEY="$key"
is "$status $(member title)" "200 Hers" "a key"
call users-me-items GET "$at/000000000003" HTTP_X_API_KEY="$key"
is "$status" 404 "... of hers"
postern user disable eve
ask GET "$at/$hers" "$eve"
is "$status" 401 "a disabled user"
postern user enable eve
postern user delete eve
is "$(sqlite3 "$ledger" "SELECT count(*) FROM items WHERE id = '$hers'")" 0 \
    "a deleted user's items are deleted"

# The ledger cannot write.
ask DELETE "$at/000000000003"
sqlite3 "$ledger" "CREATE TRIGGER a BEFORE INSERT ON items BEGIN SELECT raise(ABORT, 'no'); END;
    CREATE TRIGGER b BEFORE UPDATE ON items BEGIN SELECT raise(ABORT, 'no'); END;
    CREATE TRIGGER c BEFORE DELETE ON items BEGIN SELECT raise(ABORT, 'no'); END"
one=$(sqlite3 "$ledger" "SELECT id FROM items LIMIT 1")
refused() {	# NAME
	is "$status" 503 "$1: not written, not acknowledged"
	like "$headers" "Retry-After: " "... and when to ask again"
}
make '{"title":"x"}'
refused POST
unlike "$headers" "Location:" "... and nowhere"
put "$one" '{"title":"x"}'
refused PUT
ask DELETE "$at/$one"
refused DELETE
ask GET "$at/$one"
is "$status" 200 "... read it is"
sqlite3 "$ledger" "DROP TRIGGER a; DROP TRIGGER b; DROP TRIGGER c"
ask DELETE "$at/$one"
is "$status" 204 "... and now it is written"
hide_ledger
ask GET "$at/$one"
is "$status" 503 "no ledger"
show_ledger
done_testing
