# Pgsql - the ledger on PostgreSQL: a cluster of the bench's own, one to three
# nodes on one database, and pgbouncer between.
package Pgsql;
use strict;
use warnings;
use Exporter 'import';
use Box qw(as_user start stop runs await slurp spew capture quiet);
use Serve qw(make_ledger copy_state trial have);
our @EXPORT_OK = qw(start_cluster sql start_nodes node_rows stop_nodes);

our ($work, $live, $log);
our %many = (connections => 30, threads => 6);	# 1, 2 and 3 nodes share them
my ($cluster, %at, @pools, %missing);

sub programs {	# where the newest PostgreSQL's lie
	my ($initdb) = sort { ($b =~ m{/(\d+)/})[0] <=> ($a =~ m{/(\d+)/})[0] }
	    glob "/usr/lib/postgresql/*/bin/initdb";
	$initdb && have("psql") or die "PostgreSQL is not installed\n";
	return $initdb =~ s{/initdb$}{}r;
}

sub clean { return as_user("env", "-i", "PATH=$ENV{PATH}", "LC_ALL=C", "HOME=/", @_) }

# A cluster of the user's that serves; it has a socket, and no port.  What a
# setting does not say is as Debian has it.
sub start_cluster {	# [SETTING...]
	my (@settings) = @_;
	my ($bin, $dir) = (programs(), "$work/pg");
	quiet($log, as_user("mkdir", "-m", 700, $dir)) && quiet($log, clean("$bin/initdb",
	    "-D", "$dir/data", "-U", "postern", "-A", "trust", "--no-sync",
	    "--encoding", "UTF8", "--locale", "C.UTF-8")) or die "initdb fails\n";
	my %set = map { /(\w+)=(.*)/ } "listen_addresses=''", "max_connections=200",
	    "unix_socket_directories='$dir'", @settings;
	my $pid = start("postgres", "$work/pg.log", clean("setpriv", "--pdeathsig", "INT",
	    "$bin/postgres", "-D", "$dir/data", map { ("-c", "$_=" . $set{$_} =~ tr/'//dr) }
	    sort keys %set));
	$cluster = { pid => $pid, dir => $dir,
	    store => "pgsql:host=$dir user=postern dbname=postern" };
	await(30, sub { !runs($pid) || eval { sql("SELECT 1", "postgres") } });
	eval { sql("CREATE DATABASE postern", "postgres"); 1 }
	    or die "PostgreSQL does not start: ", (slurp("$work/pg.log") // "") =~
		/([^\n]*)\n*\z/, "\n";
	return $cluster;
}

sub sql {	# TEXT [DATABASE]: what it says
	my ($text, $database) = @_;
	spew("$work/sql", $text);
	my $out = capture("sh", "-c", 'sql=$1 log=$2; shift 2; exec "$@" <"$sql" 2>>"$log"',
	    "sh", "$work/sql", $log, clean("psql", "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-h",
	    $cluster->{dir}, "-U", "postern", "-d", $database // "postern"));
	return $out // die "psql fails at ", substr($text, 0, 60), "\n";
}

# pgbouncer as Debian ships it, but for the mode and a pool that has room for
# every worker; its socket lies beside its configuration.
sub start_pool {	# MODE
	my ($mode) = @_;
	my $bouncer = have("pgbouncer") or die "pgbouncer is not installed\n";
	my $dir = "$work/pool-$mode";
	quiet($log, as_user("mkdir", "-m", 700, $dir)) or die "no $dir\n";
	spew("$dir.users", qq("postern" ""\n), 0644);
	spew("$dir.ini", <<"INI", 0644);
[databases]
postern = host=$cluster->{dir}
[pgbouncer]
listen_addr =
unix_socket_dir = $dir
auth_type = trust
auth_file = $dir.users
pool_mode = $mode
default_pool_size = 60
INI
	push @pools, start("pgbouncer", "$dir.log", clean("setpriv", "--pdeathsig", "TERM",
	    $bouncer, "$dir.ini"));
	await(10, sub { -S "$dir/.s.PGSQL.6432" }) or die "pgbouncer does not start\n";
	my $state = "pool-$mode-state";
	copy_state("pg1", $state);
	my $conf = slurp("$work/$state/postern.conf");
	$conf =~ s/^store = pgsql:host=\S+/store = pgsql:host=$dir port=6432/m;
	spew("$work/$state/postern.conf", $conf);
	$at{$mode} = trial($state, "lighttpd");
	$at{$mode}{behind} = $pools[-1];
}

sub noting {	# NAME CODE: why NAME cannot be had
	my ($name, $code) = @_;
	return sub {
		return if $missing{$name};
		eval { $code->(); 1 } and return;
		$missing{$name} = $@ =~ s/\n.*//sr;
		die $@;
	};
}

# Nodes are states that differ by nothing: the ledger is one, and so are the keys.
sub start_nodes {	# PLAN QUICK
	my ($plan, $quick) = @_;
	$plan->(4, "a PostgreSQL of our own", noting(all => sub { start_cluster() }));
	my $step = sub {
		my ($cost, $name, $what, $code) = @_;
		$plan->($cost, $what, sub { noting($name, $code)->() unless $missing{all} });
	};
	$step->(6, "all", "a ledger on PostgreSQL with $live live tokens", sub {
		make_ledger("pg1", $live, $cluster->{store});
		copy_state("pg1", $_) for "pg2", "pg3";
		sql("VACUUM ANALYZE");
	});
	$step->(2, "all", "starting three nodes", sub {
		$at{$_} = trial("pg$_", "lighttpd") for 1 .. 3;
	});
	return if $quick;
	for my $mode (qw(session transaction)) {
		$step->(2, $mode, "starting pgbouncer, $mode pooling",
		    sub { start_pool($mode) });
	}
}

# Rows of one table; SQLite's is the trial that the other rows ask.
sub node_rows {	# SQLITE-TRIAL QUICK
	my ($sqlite, $quick) = @_;
	my @nodes = map { $at{$_} // {} } 1 .. 3;
	my @rows = (["pgsql-0", "SQLite, one node", $sqlite],
	    ["pgsql-1", "PostgreSQL, one node", @nodes[0 .. 0]],
	    ["pgsql-2", "PostgreSQL, two nodes", @nodes[0 .. 1]],
	    ["pgsql-3", "PostgreSQL, three nodes", @nodes[0 .. 2]],
	    ["pgsql-0-alone", "SQLite, one request at a time", $sqlite],
	    ["pgsql-1-alone", "PostgreSQL, one request at a time", $nodes[0]],
	    map { ["pgsql-$_", "PostgreSQL through pgbouncer, $_ pooling", $at{$_} // {}] }
	    qw(session transaction));
	@rows = grep { $_->[0] !~ /2|alone|session|transaction/ } @rows if $quick;
	return map {
		my ($id, $label, @at) = @$_;
		my $mode = $id =~ s/.*-//r;
		{ kind => "pgsql", id => $id, label => $label, at => $at[0],
		    missing => $id =~ /0/ ? undef : $missing{all} // $missing{$mode},
		    url => ($at[0]{url} // "") . "/secure-data",
		    nodes => [map { ($_->{url} // "") =~ m{//(.*)} } @at],
		    roots => [grep { $_ } map({ @$_{"pid", "behind"} } @at),
			$id =~ /0/ ? () : $cluster->{pid}],
		    $id =~ /alone/ ? (connections => 1, warm => 1) : %many }
	} @rows;
}

sub stop_nodes {
	stop(map { $_->{pid} } values %at);	# before what they are connected to
	stop(@pools);
	stop(grep { $_ } $cluster->{pid});
	(%at, @pools) = ();
	undef $cluster;
}

1;
