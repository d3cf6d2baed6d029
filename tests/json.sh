# json - what every endpoint that reads a JSON body must refuse: rows 50 to 56
# and 83 to 89 of the list of bad inputs.
#
#	endpoint=keys path=/keys bearer=$token
#	. "${0%/*}/json.sh"
#	refuse_bodies '{"name":"x"}'	# a body that is accepted
#	refuse_values name '"x"'	# a member, and what it must be
#	json_how=PUT			# for another method than POST
# shellcheck shell=sh disable=SC2154 # set by the test

refused=0 cases=0 json_how=POST
post() {	# STATUS JSON [VAR=VALUE...]: counts, and tells of what was odd
	post_wanted=$1 post_text=$2
	shift 2
	post_json "$json_of" "$json_at" "$post_text" \
	    HTTP_AUTHORIZATION="Bearer $bearer" REQUEST_METHOD="$json_how" "$@"
	cases=$((cases + 1))
	if [ "$status" = "$post_wanted" ]; then
		refused=$((refused + 1))
	else
		printf '# %.70s %s: %s, not %s\n' "$post_text" "$*" "$status" \
		    "$post_wanted"
	fi
	case $post_wanted:$headers:$body in
	4*:*Content-Type:\ application/problem+json*:*'"detail":"'*) ;;
	4*) refused=-1000; echo "# no problem document" ;;
	esac
}
posted() {	# NAME
	is "$refused" "$cases" "$1: $cases cases"
	refused=0 cases=0
}

repeat() {	# COUNT TEXT
	printf "%0$1d" 0 | sed "s/0/$2/g"
}

refuse_bodies() {	# GOOD
	good=$1
	for type in "" text/plain application/xml multipart/form-data \
	    application/x-www-form-urlencoded application/jsonx text/json \
	    "application/json; charset=utf-16" "application/json, text/plain" \
	    "application/json; charset=latin1" "application/problem+json" \
	    "application/json; x=$(repeat 500 a)" "$(printf 'application/json\377')" \
	    "application/json application/json" "application/" "*/*"; do
		post 400 "$good" CONTENT_TYPE="$type"
	done
	post 415 "$good" HTTP_CONTENT_ENCODING=gzip
	post 415 "$good" HTTP_CONTENT_ENCODING="identity, br"
	for length in -1 +5 0x5 "5, 5" 1e3 99999; do
		case $length in 99999) wanted=413 ;; *) wanted=400 ;; esac
		post "$wanted" "$good" CONTENT_LENGTH="$length"
	done
	post 413 "$good" CONTENT_LENGTH=99999999999999999
	post 400 "$good" CONTENT_LENGTH=99999999999999999999
	post 400 "$good" CONTENT_LENGTH=
	post 400 "$good" CONTENT_LENGTH=$((${#good} - 1))
	post 400 "$good" CONTENT_LENGTH=$((${#good} + 1))
	post 413 "$good$(repeat 16400 ' ')"
	post 413 "$(repeat 20000 '[')"
	posted "$json_at: rows 50 to 56"

	for text in "${good}x" "$good $good" "$(printf '\357\273\277')$good" "" \
	    " " 1 0 -1 true false null '""' '"x"' '[]' "[$good]" '{' '}' '{]' \
	    '{"' '{}' "{}x" "$good," ",$good" "${good%?},}" "{,${good#?}" \
	    "$good//x" "/**/$good" "'x'" "${good%?}" "{a:1}" "{'name':'x'}" \
	    "NaN" "Infinity" "undefined" "$(repeat 17 '[')$(repeat 17 ']')" \
	    "$(repeat 1000 '[')" "$(repeat 16000 '[')" "$(repeat 3000 '{"a":')" \
	    "$(repeat 8000 '[')$(repeat 8000 ']')"; do
		post 400 "$text"
	done
	posted "$json_at: rows 83 and 84"

	rest=${good#?}
	first=${rest%%:*}
	for text in "{$first:1,$rest" "{\"__proto__\":{},$rest" \
	    "{$(echo "$first" | tr '[:lower:]' '[:upper:]'):\"x\",$rest" "{\"\":1,$rest" \
	    "{\"constructor\":1,$rest" "{\"x\":null,$rest" "{\" ${first#?}:1,$rest" \
	    "{\"${first#?}:1,$rest" "{$(repeat 1000 '"k":1,')$rest" \
	    "{\"\\u0000\":1,$rest" "{\"$(printf '\377')\":1,$rest"; do
		post 400 "$text"
	done
	many=
	i=0
	while [ "$i" -lt 1000 ]; do
		many="$many\"k$i\":1,"
		i=$((i + 1))
	done
	post 400 "{$many$rest"
	posted "$json_at: rows 85 and 89"
}

# Every type that it is not.
refuse_values() {	# MEMBER TYPE REST: TYPE is string or number
	member_of=$1 type=$2 others=$3
	for value in null true false '[]' '{}' '["x"]' '{"a":"x"}' '[[]]'; do
		post 400 "{$others\"$member_of\":$value}"
	done
	posted "$json_at: $member_of is no $type, row 88"
	if [ "$type" = string ]; then
		set -- 0 1 -1 1.5 1e3
		for value in "$@"; do
			post 400 "{$others\"$member_of\":$value}"
		done
		for value in '\u0000' 'a\u0000b' '\n' 'a\tb' '\u001f' '\u007f' \
		    '\ud800' '\udc00' '\ud800\ud800' '\udc00\ud800' '\ud800x' \
		    '\x41' '\u12' '\u' "\\" "$(printf 'a\nb')" "$(printf 'a\tb')" \
		    "$(printf 'a\001b')" "$(printf '\177')" "$(printf '\377')" \
		    "$(printf '\300\257')" "$(printf '\355\240\200')" \
		    "$(printf '\364\220\200\200')" "$(printf '\303')"; do
			post 400 "{$others\"$member_of\":\"$value long enough for a password\"}"
		done
		posted "$json_at: $member_of is bad text, row 86"
	else
		for value in '"1"' '""' 0 -0 -1 007 5. .5 1.5 1e999 -1e999 1e-3 \
		    9007199254740993 9007199254740992 1e20 +1 0x10 1_000 \
		    "$(repeat 400 9)" "-$(repeat 400 9)" 1e "1e+" -; do
			post 400 "{$others\"$member_of\":$value}"
		done
		posted "$json_at: $member_of is a bad number, row 87"
	fi
}
