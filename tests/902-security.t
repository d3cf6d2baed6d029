#!/bin/sh
# docs/security.md: every test that it names exists, and has the words that it
# quotes.
. "${0%/*}/lib.sh"
cd "$here" || exit 1
page=docs/security.md

grep -oh '`tests/[^`*]*`' README.md docs/*.md | tr -d '`' | sort -u >"$work/named"
[ "$(wc -l <"$work/named")" -gt 40 ]
ok $? "it names tests"
is "$(while read -r name; do [ -e "$name" ] || echo "$name"; done <"$work/named")" "" "... that exist"

# `tests/NAME` "WORDS", "WORDS"
perl -0777 -ne 'while (/`(tests\/[^`]+)`[\s:]*((?:"[^"]+"(?:, )?)+)/g) {
	my ($file, $words) = ($1, $2);
	print "$file\t$_\n" for $words =~ /"([^"]+)"/g }' $page >"$work/quoted"
[ "$(wc -l <"$work/quoted")" -gt 80 ]
ok $? "it quotes $(wc -l <"$work/quoted") names of cases"
is "$(while IFS='	' read -r name words; do
	grep -qF -e "$words" "$name" || echo "$name: $words"
done <"$work/quoted")" "" "... that stand there"
for test in tests/1*.t tests/2*.t; do
	grep -qF "$test" $page || echo "$test"
done >"$work/unnamed"
is "$(cat "$work/unnamed")" "" "every test of guard and endpoints has its place"
[ "$(wc -l <$page)" -le 300 ]
ok $? "it stays short"
done_testing
