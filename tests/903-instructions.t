#!/bin/sh
# No request costs more instructions than tests/instructions records, by more
# than one in twenty.  make instructions writes that record anew: do it in the
# commit that means to cost more, and say there what that buys.
. "${0%/*}/lib.sh"
record=$here/tests/instructions
for program in valgrind sqlite3 readelf; do
	command -v "$program" >/dev/null || skip_all "$program is not installed"
done
[ -z "${POSTERN_TEST_PG-}" ] || skip_all "a database is not counted"
readelf -d "$CGI/secure-data.fcgi" | grep -qE 'lib[at]san|libubsan' &&
    skip_all "sanitizers do not run under valgrind"

"$here/tests/cost" with >"$work/with"
grep -E '^(compiler|package|processor) ' "$record" >"$work/recorded"
differs=$(diff "$work/recorded" "$work/with" | sed -n 's/^> //p' | cut -c 1-60 |
    tr '\n' ';')
[ -z "$differs" ] ||
    skip_all "the record was made with something else than $differs make instructions makes one here"

"$here/tests/cost" instructions >"$work/counted" 2>"$work/err"
is "$? $(cat "$work/err")" "0 " "instructions are counted"
while read -r name now; do
	then=$(sed -n "s/^$name \([0-9]\)/\1/p" "$record")
	[ -n "$then" ] || { ok 1 "$name is recorded: make instructions"; continue; }
	awk -v now="$now" -v then="$then" 'BEGIN { exit now > then * 1.05 }'
	ok $? "$name: $now instructions a request, $then on record"
	awk -v now="$now" -v then="$then" 'BEGIN { exit now < then * 0.95 }' ||
	    echo "# far fewer than on record: make instructions keeps it so"
done <"$work/counted"
[ "$failed" -eq 0 ] ||
    echo "# where that is meant, make instructions, and commit tests/instructions" >&2
done_testing
