# Sizes - what millions of users take on PostgreSQL, and what a check costs then.
# The rows are made by the server itself; one in some, spread evenly, has a token whose text
# is known, so that wrk can ask.
package Sizes;
use strict;
use warnings;
use Exporter 'import';
use Box qw(as_user slurp spew capture quiet);
use Pgsql qw(start_cluster sql);
use Serve qw(make_ledger trial);
our @EXPORT_OK = qw(check_disk start_sizes plan_size size_rows);

our ($work, $live);
my ($cluster, $at);
my $chunk = 250_000;
my $bytes = 900;	# that a user takes with one token, the log included

sub commas { return scalar reverse join ",", unpack "(A3)*", reverse $_[0] }

sub check_disk {	# USERS
	my ($users) = @_;
	my ($free) = (capture("df", "-Pk", $work) // "") =~ /(?:\S+\s+){3}(\d+)\s+\d+%/
	    or die "bench: df does not say how much is free below $work\n";
	my $need = 2 + $users * $bytes / 1e9;
	die sprintf "bench: %s users need %.0f GB below /tmp, and %.1f are free: make room," .
	    " or take fewer (BENCH_USERS=1000000)\n", commas($users), $need, $free / 1e6
	    if $free * 1024 < $need * 1e9;
}

# While rows are made nothing needs to survive; while checks are made all must, or
# Postern refuses the server.
sub safe {	# on|off
	sql("ALTER SYSTEM SET $_ = $_[0]") for "fsync", "full_page_writes";
	sql("SELECT pg_reload_conf()");
}

sub start_sizes {	# PLAN
	my ($plan) = @_;
	$plan->(3, "a PostgreSQL of our own", sub {
		$cluster = start_cluster("wal_level=minimal", "max_wal_senders=0",
		    "max_wal_size=4GB");
		make_ledger("size", 1, $cluster->{store});
		sql("CREATE TABLE given (n bigserial PRIMARY KEY, digest bytea NOT NULL);" .
		    "CREATE EXTENSION pageinspect; " .
		    "SELECT setval(pg_get_serial_sequence('postern.users', 'id'), 1000000000)");
	});
}

# Tokens whose texts are known, by their digests.
sub give {	# NAME COUNT
	my ($name, $count) = @_;
	make_ledger($name, $count);
	my $digests = capture(as_user("sqlite3", "$work/$name/ledger.db",
	    "SELECT '\\x' || hex(digest) FROM tokens")) // die "sqlite3 fails\n";
	sql("TRUNCATE given RESTART IDENTITY; COPY given (digest) FROM STDIN" .
	    " (FORMAT csv);\n$digests\\.\n");
}

# As new users come in: one after the other, their names and digests in no order.
# Every STEP-th of those after BEFORE has a token that is known.
sub add {	# FIRST LAST BEFORE STEP
	my ($first, $last, $before, $step) = @_;
	sql(<<"SQL");
SET session_replication_role = replica;
SET search_path = postern, public;
INSERT INTO users (id, name, password, scope, created)
	SELECT 1000 + i, left(md5(i::text), 6) || i, u.password, u.scope, u.created
	FROM generate_series($first, $last) i, users u WHERE u.name = 'user';
INSERT INTO tokens (digest, alg, kind, owner, scope, created, expires)
	SELECT coalesce(g.digest, sha256(i::text::bytea)), 1, 1, 1000 + i, 'me items',
	    new.t, new.t + 864000
	FROM (SELECT i, extract(epoch FROM now())::bigint AS t
	    FROM generate_series($first, $last) i) AS new
	LEFT JOIN given g ON g.n * $step = i - $before ORDER BY i;
SQL
}

sub plan_size {	# PLAN BEFORE USERS RESULT: from BEFORE users to USERS
	my ($plan, $before, $users, $result) = @_;
	my $step = int($users / $live) || 1;
	my $new = int(($users - $before) / $step);
	my $name = "asked-$users";
	$plan->(3, commas($new) . " tokens to ask with", sub {
		safe("off");
		give($name, $new);
	});
	for my $part (0 .. ($users - $before - 1) / $chunk) {
		my $first = $before + $part * $chunk + 1;
		my $last = $first + $chunk - 1 < $users ? $first + $chunk - 1 : $users;
		$plan->(8 * ($last - $first + 1) / $chunk, "users up to " . commas($last) .
		    " of " . commas($users), sub { add($first, $last, $before, $step) });
	}
	$plan->($users / 300_000, "VACUUM ANALYZE, and how large it is", sub {
		sql("VACUUM ANALYZE");
		safe("on");
		sql("CHECKPOINT");
		$result->{$users} = sizes();
	});
	$plan->(2, "starting Postern on it", sub {
		mix_tokens($name, $before, $users);
		$at //= trial("size", "lighttpd");
	});
}

# Of the tokens that were known before as many as make all lie equally thin.
sub mix_tokens {	# NAME BEFORE USERS
	my ($name, $before, $users) = @_;
	my @all = split /^/, slurp("$work/$name.tokens");
	my @old = $before ? split(/^/, slurp("$work/size.tokens")) : ();
	my $nth = $before ? $users / $before : 1;
	push @all, @old[map { int($_ * $nth) } 0 .. @old / $nth - 1];
	@all = map { $_->[1] } sort { $a->[0] <=> $b->[0] } map { [rand, $_] } @all;
	spew("$work/size.tokens", join("", @all), 0644);
}

sub size_rows {	# USERS
	my ($users) = @_;
	return unless $at;
	my %row = (kind => "size", at => $at, url => "$at->{url}/secure-data",
	    roots => [$at->{pid}, $cluster->{pid}], nodes => [$at->{url} =~ m{//(.*)}]);
	my $label = commas($users) . " users";
	return ({ %row, id => "size-$users", label => $label, %Pgsql::many },
	    { %row, id => "size-$users-alone", connections => 1,
		label => "$label, one request at a time" });
}

# { TABLE => { rows, data, index }, levels }: bytes, and how deep a check looks.
sub sizes {
	my %size;
	for my $line (split /\n/, sql(<<"SQL")) {
SELECT 'users', count(*), pg_table_size('postern.users'), pg_indexes_size('postern.users')
	FROM postern.users;
SELECT 'tokens', count(*), pg_table_size('postern.tokens'), pg_indexes_size('postern.tokens')
	FROM postern.tokens;
SQL
		my ($table, $rows, $data, $index) = split /\|/, $line;
		$size{$table} = { rows => $rows + 0, data => $data + 0, index => $index + 0 };
	}
	$size{levels} = 1 + sql("SELECT level FROM bt_metap('postern.tokens_pkey')");
	return \%size;
}

1;
