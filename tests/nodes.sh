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
	start_trial STORE="$store" "$@" || return 1
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

# A load of logins, revocations and checks, each at a node of its own choice;
# what was acknowledged is in $work/issued.* and $work/revoked.*, what the checks
# saw ("STATUS SECONDS") in $work/checked.* and $work/public.*.
node_url() { eval "echo \"\$node_url_$1\""; }
ask() {		# URL FORMAT [OPTION...]
	ask_url=$1 ask_format=$2
	shift 2
	curl -s --noproxy '*' --max-time 20 -w "$ask_format" "$@" "$ask_url"
}
issuer() {	# NUMBER
	while [ -e "$work/load" ]; do
		for one in $nodes; do
			made=$(ask "$(node_url "$one")/token" '\n%{http_code}' -d "$login_form")
			case $made in
			*'
200')
				printf '%s\n' "$made" |
				    sed -n 's/.*"access_token":"\([^"]*\)".*/\1/p' >>"$work/issued.$1"
				;;
			*) sleep 0.1 ;;
			esac
		done
	done
}
revoker() {	# NUMBER: those of its own file
	while [ -e "$work/load" ] && read -r given; do
		for one in $nodes; do
			[ "$(ask "$(node_url "$one")/revoke" '%{http_code}' -o /dev/null \
			    -d "client_id=tutorial&token=$given")" = 200 ] || {
				sleep 0.1
				continue
			}
			echo "$given" >>"$work/revoked.$1"
			break
		done
		sleep 0.02
	done <"$work/give.$1"
}
checker() {	# NAME PATH [OPTION...]
	check_name=$1 check_path=$2
	shift 2
	while [ -e "$work/load" ]; do
		for one in $nodes; do
			ask "$(node_url "$one")$check_path" '%{http_code} %{time_total}\n' \
			    -o /dev/null "$@" >>"$work/$check_name.$one"
		done
		sleep 0.02
	done
}

# Has every node answered checks, N times at least since they were forgotten,
# with that status (. for any)?
answered() {	# N STATUS
	for one in $nodes; do
		[ "$(grep -c "^$2" "$work/checked.$one" 2>/dev/null)" -ge "$1" ] || return 1
	done
}

start_load() {
	: >"$work/load"
	at 1
	login
	printf 'Authorization: Bearer %s\n' "$access" >"$work/live"
	for i in 1 2; do
		# They belong to the client that revokes them.
		"$BIN/postern" -c "$work/node1/postern.conf" token mint --user demo \
		    --count 3000 --ttl 86400 >"$work/give.$i"
	done
	sql_at "$store" "UPDATE tokens SET client = 'tutorial' WHERE client = ''"
	load_pids=
	for job in "issuer 1" "issuer 2" "revoker 1" "revoker 2" \
	    "checker checked /secure-data -H @$work/live" "checker public /public"; do
		$job 2>/dev/null &
		load_pids="$load_pids $!"
	done
}
end_load() {
	rm -f "$work/load"
	for job in $load_pids; do wait "$job"; done
	load_pids=
}
forget_checks() { for one in $nodes; do : >"$work/checked.$one"; : >"$work/public.$one"; done; }

ids() {		# FILE...: of the tokens in them
	cat "$@" 2>/dev/null | while read -r given; do
		printf %s "$given" | b2sum -l 256 | cut -c1-16
	done | sort
}

# All that was acknowledged is so.
judge_load() {	# NAME
	sql_at "$store" "SELECT left(encode(digest, 'hex'), 16) FROM tokens" | sort >"$work/there"
	ids "$work"/issued.* >"$work/issued"
	ids "$work"/revoked.* >"$work/revoked"
	is "$(comm -23 "$work/issued" "$work/there" | wc -l)" 0 \
	    "$1: none of $(wc -l <"$work/issued") tokens that were handed out is lost"
	is "$(comm -12 "$work/revoked" "$work/there" | wc -l)" 0 \
	    "... none of $(wc -l <"$work/revoked") revocations"
}
answers() {	# STATUS NODE...
	want=$1
	shift
	for one in "$@"; do
		at "$one"
		get_as "$access" /secure-data
		[ "$status" = "$want" ] || return 1
	done
}
