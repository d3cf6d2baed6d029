# nodes - several instances on one database, as web servers behind a balancer.
#
#	. "${0%/*}/lib.sh"
#	. "${0%/*}/pgsql.sh"
#	. "${0%/*}/nodes.sh"
#	start_cluster "$work/pg"
#	store=$(new_database)
#	start_node 1; start_node 2 CGI="$work/slow"
#	at 2				# get, get_as and url are the second's
#	login				# $access, $refresh: of demo
#
# All have the same server.keys, as docs/many-machines.md says.  ROUNDS says how
# often a test goes round.
# shellcheck shell=sh disable=SC2034 # what is set here is used by the tests
nodes='' rounds=${ROUNDS:-3}

make_node() {	# NUMBER
	trial=$work/node$1
	"$BIN/postern" init --tutorial --store "$store" "$trial" >/dev/null 2>&1 || return 1
	sed -i 's/^argon2_memory = .*/argon2_memory = 7168/
		s/^argon2_passes = .*/argon2_passes = 1/' "$trial/postern.conf"
	if [ "$1" -eq 1 ]; then
		printf %s "$password" | "$BIN/postern" -c "$trial/postern.conf" \
		    user add demo --scope "me items keys" --password-stdin
	else
		cp "$work/node1/server.keys" "$trial/server.keys"
	fi
	[ "$(id -u)" -ne 0 ] || chown -R www-data:www-data "$trial"
}

start_node() {	# NUMBER [VAR=VALUE...]
	node=$1
	shift
	trial=$work/node$node
	[ -e "$trial" ] || make_node "$node" || return 1
	start_trial "$@" || return 1
	nodes="$nodes $node"
	eval "node_url_$node=\$url node_pid_$node=\$trial_pid"
}

at() {		# NUMBER
	eval "url=\$node_url_$1 trial_pid=\$node_pid_$1"
	trial=$work/node$1
}

stop_nodes() {
	for node in $nodes; do
		at "$node"
		stop_trial
	done
	nodes=
}

login_form="grant_type=password&username=demo&password=Passw0rd+of+some+length"
login() {
	get /token -d "$login_form"
	access=$(member access_token) refresh=$(member refresh_token)
}

revoke() {	# TOKEN
	get /revoke -d "client_id=tutorial&token=$1"
}

works_at() {	# STATUS TOKEN NODE...: counts in $wrong where it is not so
	want=$1 what=$2
	shift 2
	for one in "$@"; do
		at "$one"
		get_as "$what" /secure-data
		[ "$status" = "$want" ] || {
			echo "# node $one: $status, not $want"
			wrong=$((wrong + 1))
		}
	done
}

# Ask many at once, spread over the nodes: PATH FORM COUNT; the answers are
# $work/many.*, each with its status in the last line.
ask_many() {
	rm -f "$work"/many.*
	i=0
	while [ "$i" -lt "$3" ]; do
		for one in $nodes; do
			[ "$i" -lt "$3" ] || break
			eval "one_url=\$node_url_$one"
			[ "$i" -eq 0 ] || echo next
			printf '%s\n' "url = \"$one_url$1\"" "data = \"$2\"" \
			    "output = \"$work/many.$i\"" silent 'noproxy = "*"' \
			    'max-time = 30' 'write-out = "%{http_code}\n"'
			i=$((i + 1))
		done
	done >"$work/many.conf"
	curl -K "$work/many.conf" --parallel --parallel-immediate \
	    --parallel-max 60 >"$work/many.status" 2>/dev/null
}
statuses() { sort "$work/many.status" | uniq -c | tr -s ' \n' ' '; }
