# pgsql - a PostgreSQL of the tests' own, in a directory of its own: nothing of
# the system's is used or touched.
#
#	. "${0%/*}/pgsql.sh"
#	need_pgsql			# skip the test where it is not installed
#	start_cluster "$work/pg"	# $pg_dir; its socket is there, no port
#	store=$(new_database)		# pgsql:host=... dbname=...
#	sql_at "$store" "SELECT 1"
#	stop_cluster "$work/pg"
#
# Under root it runs as nobody.  fsync stays on: durability is what is tested.
# shellcheck shell=sh disable=SC2034,SC2086 # used by the tests; words of $pg_as
pg_bin=$(find /usr/lib/postgresql/*/bin -name initdb 2>/dev/null | sort -V |
    tail -n 1)
pg_bin=${pg_bin%/initdb}
pg_role=postern

has_pgsql() { [ -n "$pg_bin" ] && command -v psql >/dev/null; }

need_pgsql() { has_pgsql || skip_all "PostgreSQL is not installed"; }

# What stands before a program of the cluster's.
pg_as="env -i PATH=$PATH LC_ALL=C HOME=/"
[ "$(id -u)" -ne 0 ] ||
    pg_as="setpriv --reuid nobody --regid nogroup --clear-groups $pg_as"

# Who reaches the socket comes in: the directory is ours, or everybody's in a
# test that serves as another user.
make_cluster() {	# DIRECTORY [SETTING...]
	mkdir -m 755 "$1"
	[ "$(id -u)" -ne 0 ] || chown nobody "$1"
	pg_dir=$1
	shift
	$pg_as "$pg_bin/initdb" -D "$pg_dir/data" -U "$pg_role" -A trust \
	    --no-sync --encoding UTF8 --locale C.UTF-8 >"$work/initdb.log" 2>&1 || return 1
	{
		echo "listen_addresses = ''"
		echo "unix_socket_directories = '$pg_dir'"
		echo "unix_socket_permissions = 0777"
		echo "max_connections = 200"
		echo "shared_buffers = 32MB"
		echo "logging_collector = off"
		printf '%s\n' "$@"
	} | $pg_as tee -a "$pg_dir/data/postgresql.conf" >/dev/null
}

# The postmaster's pid is in $pg_pid.  It ends with us, however we end.
run_cluster() {	# DIRECTORY: start what is there, and wait until it answers
	pg_dir=$1
	$pg_as setpriv --pdeathsig KILL "$pg_bin/postgres" -D "$pg_dir/data" \
	    >>"$work/pg.log" 2>&1 &
	pg_pid=$!
	pg_answers() {
		sql_at "pgsql:host=$pg_dir user=$pg_role dbname=postgres" "SELECT 1" ||
		    ! kill -0 "$pg_pid" 2>/dev/null
	}
	await 30 pg_answers && kill -0 "$pg_pid" 2>/dev/null
}

start_cluster() {	# DIRECTORY [SETTING...]
	make_cluster "$@" && run_cluster "$1"
}

pg_pids() {	# DIRECTORY: its postmaster
	[ ! -s "$1/data/postmaster.pid" ] || head -n 1 "$1/data/postmaster.pid"
}

stop_cluster() {	# DIRECTORY [INT|QUIT|KILL]
	pg_old=$(pg_pids "$1")
	[ -n "$pg_old" ] || return 0
	freeze_cluster "$1" CONT
	kill -"${2:-INT}" "$pg_old" 2>/dev/null
	cluster_gone() { ! kill -0 "$pg_old" 2>/dev/null; }
	await 20 cluster_gone || kill -KILL "$pg_old" 2>/dev/null
	wait "$pg_old" 2>/dev/null
}

# What a machine that hangs looks like: nothing ends, nothing answers.
freeze_cluster() {	# DIRECTORY [CONT]
	pg_old=$(pg_pids "$1")
	for pg_one in $pg_old $(ps -o pid= --ppid "$pg_old"); do
		kill -"${2:-STOP}" "$pg_one" 2>/dev/null
	done
}

# After a SIGKILL its children must be gone before it starts again.
rerun_cluster() {	# DIRECTORY
	pg_tries=20
	until run_cluster "$1"; do
		wait "$pg_pid" 2>/dev/null
		pg_tries=$((pg_tries - 1))
		[ "$pg_tries" -gt 0 ] || return 1
		sleep 0.2
	done
}

sql_at() {	# STORE SQL
	psql -X -q -A -t -v ON_ERROR_STOP=1 -d "${1#pgsql:}" \
	    -c 'SET search_path = postern' -c "$2"
}

new_database() {	# [DIRECTORY]
	pg_name=db$(od -An -N6 -tx1 /dev/urandom | tr -d ' \n')
	sql_at "pgsql:host=${1:-$pg_dir} user=$pg_role dbname=postgres" \
	    "CREATE DATABASE $pg_name" >&2 &&
	    echo "pgsql:host=${1:-$pg_dir} user=$pg_role dbname=$pg_name"
}

# Tests look into the ledger by sqlite3 FILE SQL, or lock it by what they send to
# sqlite3 FILE.  Over PostgreSQL the state's configuration says where it is, and
# what the two call differently is put right.
sqlite3_over_pgsql() {	# [-OPTION VALUE] FILE [SQL]
	case $1 in -*) shift 2 ;; esac
	pg_file=$1
	case $pg_file in
	"$state"/ledger.db | "${trial:-$state}"/ledger.db)
		pg_store=$(sed -n 's/^store = //p' "${pg_file%/*}/postern.conf")
		;;
	*) pg_store=none ;;
	esac
	case $pg_store in
	pgsql:*) shift ;;
	*)
		command sqlite3 "$@"
		return
		;;
	esac
	if [ $# -eq 0 ]; then
		to_pgsql | PGOPTIONS='-c search_path=postern' psql -X -q -A -t \
		    -d "${pg_store#pgsql:}"
	else
		sql_at "$pg_store" "$(printf '%s\n' "$1" | to_pgsql)"
	fi
}

pg_no="CREATE OR REPLACE FUNCTION no() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RAISE EXCEPTION ''no''; END'"
pg_all='users, families, refresh, tokens, items, guesses, logins'
to_pgsql() {
	sed -u -e "s/hex(\([a-z]*\))/encode(\1, 'hex')/g" \
	    -e "s/group_concat(\([a-z]*\))/string_agg(\1, ',')/g" \
	    -e "s/printf('%012d', i)/lpad(i::text, 12, '0')/" \
	    -e 's/\([(, ]\)user = /\1owner = /g' \
	    -e 's/PRAGMA foreign_keys = ON;//' -e "s/(x'/('\\\\x/" \
	    -e "s/\(CREATE TRIGGER .*\) BEGIN SELECT raise(ABORT, 'no'); END/$pg_no; \1 FOR EACH ROW EXECUTE FUNCTION no()/" \
	    -e 's/DROP TRIGGER [a-z]*/DROP FUNCTION IF EXISTS no() CASCADE/g' \
	    -e "s/BEGIN \(IMMEDIATE\|EXCLUSIVE\)/BEGIN; LOCK TABLE $pg_all IN EXCLUSIVE MODE NOWAIT/"
}
