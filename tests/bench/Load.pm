# Load - one measurement each: wrk against a row, the CPU time that it took, one
# CGI call, a storm of logins.
package Load;
use strict;
use warnings;
use Exporter 'import';
use IO::Socket::INET;
use POSIX ();
use Time::HiRes qw(sleep time);
use Box qw(as_user tree cpu private slurp capture);
our @EXPORT_OK = qw(load answer memory spawn logins storm);

our ($here, $work, $seconds, $connections);

sub token_of {	# TRIAL: one of its tokens
	my ($where) = @_;
	open my $in, "<", $where->{tokens} or return "none";
	return <$in> =~ s/\n//r;
}

# Does the row answer as it should?  Its body, or death with the reason.
sub answer {	# ROW
	my ($row) = @_;
	my $token = token_of($row->{at});
	my $text = capture("curl", "-s", "-i", "--noproxy", "*", "--max-time", 10,
	    "-H", "Authorization: Bearer $token", $row->{url}) // "";
	my ($status) = $text =~ m{^HTTP/\S+ (\d+)};
	($status // 0) == 200 or die "answers ", $status // "nothing", "\n";
	return $text =~ s/.*?\r\n\r\n//sr;
}

sub wrk {	# SECONDS CONNECTIONS THREADS URL ARGUMENT...
	my ($time, $clients, $threads, $url, @rest) = @_;
	my $out = capture("wrk", "-t", $threads, "-c", $clients, "-d", "${time}s",
	    "--timeout", "10s", "-s", "$here/tests/bench/token.lua", $url, "--", @rest)
	    // die "wrk fails\n";
	my ($count, $us, $p50, $p99, $refused, $broken) =
	    $out =~ /^BENCH (\d+) (\d+) (\d+) (\d+) (\d+) (\d+)/m
	    or die "wrk says nothing\n";
	my $bad = $refused + $broken;
	die "of $count requests $refused are refused and $broken break off\n"
	    if $bad > $count / 100 && $rest[1] ne "post";
	return { count => $count, rps => $count / $us * 1e6, p50 => $p50, p99 => $p99,
	    bad => $bad, refused => $refused };
}

# The processes of a row: { front => [pid...], work => [pid...], db => [pid...] }.
sub processes {
	my ($row) = @_;
	my %is;
	for my $root (@{$row->{roots}}) {
		my %family = tree($root);
		for my $pid (keys %family) {
			my $name = $family{$pid};
			next if $name =~ /^(run|sleep|sh)$/;
			push @{$is{$name =~ /^(lighttpd|nginx|apache2)$/ ? "front" :
			    $name =~ /^(postgres|pgbouncer)$/ ? "db" : "work"}}, $pid;
		}
	}
	return \%is;
}

# Seconds of CPU time until now; CGI programs are children of the front end that
# are gone.
sub used {	# PROCESSES
	my ($is) = @_;
	my ($front, $gone) = cpu(@{$is->{front} // []});
	my ($work) = cpu(@{$is->{work} // []});
	my ($db) = cpu(@{$is->{db} // []});
	return (front => $front, work => $work + $gone, db => $db);
}

# Ask for a while; per request: CPU time in us, of front end, workers and database.
sub load {	# ROW
	my ($row) = @_;
	my @ask = ($row->{connections} // $connections, $row->{threads} // 1, $row->{url},
	    $row->{at}{tokens}, int rand 100_000, $row->{threads} // 1,
	    @{$row->{nodes} // []});
	wrk(1, @ask) if $seconds > 1 && !$row->{warm}++;	# the quick run has no time for it
	my $is = processes($row);
	my %before = used($is);
	my $got = wrk($seconds, @ask);
	my %after = used($is);
	my $per = 1e6 / ($got->{count} || 1);
	for my $part ("front", "work", $is->{db} ? "db" : ()) {
		$got->{$part} = ($after{$part} - $before{$part}) * $per;
		$got->{cpu} += $got->{$part};
	}
	if ($row->{blind}) {	# Apache lets the kernel reap CGI programs
		delete @{$got}{qw(work cpu)};
	}
	return $got;
}

# kB of private memory of the processes whose name or command line has PATTERN.
sub memory {	# ROOT PATTERN: the median, or nothing
	my ($root, $pattern) = @_;
	my %family = tree($root);
	my @size;
	for my $pid (keys %family) {
		my $line = (slurp("/proc/$pid/cmdline") // "") . "\0$family{$pid}";
		next unless $line =~ $pattern;
		push @size, grep { defined } private($pid);
	}
	@size = sort { $a <=> $b } @size;
	return $size[@size / 2];
}

# One CGI call, from start to end: us of wall and of CPU time.
sub spawn {	# PATTERN-OF-ANSWER PROGRAM [NAME=VALUE...]
	my ($says, $program, @set) = @_;
	my $answer = capture(as_user("env", "-i", @set, $program)) // "";
	$answer =~ $says or die "$program answers $answer\n";
	my $out = capture(as_user("env", "-i", @set, "$work/spawn", $seconds, $program))
	    // die "$program fails\n";
	my ($calls, $wall, $cpu) = split " ", $out;
	return { wall => $wall, cpu => $cpu };
}

# Logins per second that are let in, and those that are told to come back.
sub logins {	# TRIAL FORM CLIENTS
	my ($where, $form, $clients) = @_;
	my $got = wrk($seconds, $clients, 1, "$where->{url}/token", $form, "post");
	my $refused = $got->{bad} / $got->{count};
	return { rps => $got->{rps} * (1 - $refused), p50 => $got->{p50}, p99 => $got->{p99},
	    refused => 100 * $refused };
}

# One request, from connecting on; us, or nothing.
sub ask {	# HOST:PORT REQUEST
	my ($peer, $request) = @_;
	my $start = time;
	my $socket = IO::Socket::INET->new(PeerAddr => $peer, Timeout => 10) or return;
	print $socket $request;
	$socket->flush;
	local $/;
	my $answer = <$socket> // "";
	return $answer =~ m{^HTTP/1.1 200 } ? (time - $start) * 1e6 : undef;
}

# 500 logins at once; what /secure-data takes meanwhile, for who asks now and
# then.
sub storm {	# TRIAL FORM
	my ($where, $form) = @_;
	my ($peer) = $where->{url} =~ m{//(.*)};
	my $request = "GET /secure-data HTTP/1.1\r\nHost: $peer\r\nConnection: close\r\n" .
	    "Authorization: Bearer " . token_of($where) . "\r\n\r\n";
	my $curl = fork // die "fork: $!\n";
	if (!$curl) {
		$SIG{$_} = "DEFAULT" for qw(INT TERM HUP);
		open STDOUT, ">", "$work/told";
		exec "curl", "-s", "-Z", "--no-progress-meter", "--parallel-max", 300,
		    "--noproxy", "*", "--max-time", 60, "-d", "\@$form", "-o", "/dev/null",
		    "-w", '%{http_code}\n', "$where->{url}/token?[1-500]"
		    or POSIX::_exit(127);
	}
	my (@took, $bad);
	my $start = time;
	while (waitpid($curl, POSIX::WNOHANG()) == 0) {
		my $us = ask($peer, $request);
		defined $us ? push @took, $us : $bad++;
		sleep 0.002;
	}
	my $lasted = time - $start;
	die "$bad requests fail\n" if $bad;
	my $in = () = (slurp("$work/told") // "") =~ /^200/mg;
	@took = sort { $a <=> $b } @took or die "no time to ask\n";
	return { rps => $in / $lasted, refused => 100 * (1 - $in / 500), asked => scalar @took, p50 => $took[@took / 2],
	    p99 => $took[@took * 0.99] };
}

1;
