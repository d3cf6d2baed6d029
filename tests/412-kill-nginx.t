#!/bin/sh
# What kill.sh asks, of nginx; and many clients with few workers: connections
# that nginx keeps open must not starve the others.
server=nginx
after() {
	for few in 1 2; do
		trial=$work/few$few
		start_trial SERVER=nginx WORKERS="$few" || ok 1 "it starts"
		printf 'Authorization: Bearer %s\n' "$POSTERN_TOKEN" >"$work/header"
		seq 16 | xargs -P 16 -I %N curl -s --noproxy '*' --max-time 20 \
		    -H "@$work/header" -o /dev/null -w '%{http_code}\n' \
		    "$url/secure-data?[1-50]&%N" >"$work/statuses"
		is "$(sort "$work/statuses" | uniq -c | tr -s ' ')" " 800 200" \
		    "16 clients at once, workers: $few"
		grep -v "^200" "$work/statuses" | sort | uniq -c | sed "s/^/# /" >&2
		stop_trial
	done
}
. "${0%/*}/kill.sh"
