#!/bin/sh
# What guard.sh asks, of apache-fcgid.
server=apache-fcgid
# Rules in postern.conf, by the path that Apache has normalised.
after() {
	mkdir "$site/ruled"
	echo "the ruled secret" >"$site/ruled/secret.txt"
	chmod -R go+rX "$site"
	echo 'guard = /ruled GET me' >>"$trial/postern.conf"
	start_trial SERVER="$server" SITE="$site"
	token=$POSTERN_TOKEN
	get_as "$token" /files/secret.txt
	is "$status" 200 "what has a scope of its own needs no rule"
	for path in /ruled/secret.txt /ruled/../ruled/secret.txt /%72uled//secret.txt; do
		get "$path"
		shut 401 "a rule, without a token: $path"
		get_as "$token" "$path"
		is "$status $body" "200 the ruled secret" "... with one: $path"
	done
	get_as "$token" /ruled/secret.txt -X POST -d x=y
	shut 401 "a method that no rule names"
	sed -i '/^guard/d' "$trial/postern.conf"
	stop_trial
	start_trial SERVER="$server" SITE="$site"
	get_as "$token" /ruled/secret.txt
	shut 401 "no rule"
}
. "${0%/*}/guard.sh"
