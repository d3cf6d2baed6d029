# Report - what was measured, as medians, a table and ratios.
package Report;
use strict;
use warnings;
use Exporter 'import';
use List::Util qw(max min);
our @EXPORT_OK = qw(summary table ratios);

sub middle {	# VALUE...
	my @sorted = sort { $a <=> $b } @_;
	my $half = @sorted / 2;
	return @sorted % 2 ? $sorted[$half] : ($sorted[$half - 1] + $sorted[$half]) / 2;
}

# Samples become { key => { median, min, max, rounds } }; what has none goes.
sub summary {
	my ($got) = @_;
	for my $kind (qw(rows growth cgi logins pgsql size)) {
		my $rows = $got->{$kind} //= {};
		for my $id (keys %$rows) {
			my $samples = delete $rows->{$id}{samples};
			if (!$samples) {
				delete $rows->{$id} unless $kind eq "pgsql";
				next;
			}
			for my $key (keys %{$samples->[0]}) {
				my @rounds = map { sprintf("%.1f", $_) + 0 }
				    map { $_->{$key} // () } @$samples or next;
				$rows->{$id}{$key} = { min => min(@rounds), max => max(@rounds),
				    median => middle(@rounds), rounds => \@rounds };
			}
		}
	}
}

sub number {	# with commas
	my ($n, $digits) = @_;
	return "-" unless defined $n;
	my $text = sprintf "%.*f", $digits // 0, $n;
	1 while $text =~ s/^(\d+)(\d{3})/$1,$2/;
	return $text;
}

sub median { my ($row, $key) = @_; return $row && $row->{$key} && $row->{$key}{median} }

sub range {
	my ($row, $key) = @_;
	return "" unless $row->{$key};
	return number($row->{$key}{min}) . "-" . number($row->{$key}{max});
}

sub ordered {
	my ($got, $kind) = @_;
	my %seen;
	return grep { $got->{$kind}{$_} && !$seen{$_}++ } @{$got->{order}{$kind} // []};
}

sub load_table {
	my ($got, $kind, $title) = @_;
	my @ids = ordered($got, $kind) or return "";
	my @parts = ("cpu", "front", "work", (grep { $got->{$kind}{$_}{db} } @ids) ? "db" : ());
	my $out = sprintf "\n%-50s %9s %15s %6s %6s %6s" . " %6s" x (@parts - 1) . "\n", $title,
	    "req/s", "min-max", "p50 ms", "p99 ms", "CPU us", @parts[1 .. $#parts];
	for my $id (@ids) {
		my $row = $got->{$kind}{$id};
		if (!$row->{rps}) {
			$out .= sprintf "%-50s skipped: %s\n", $row->{label}, $row->{why} // "?";
			next;
		}
		$out .= sprintf "%-50s %9s %15s %6s %6s" . " %6s" x @parts . "\n", $row->{label},
		    number(median($row, "rps")), range($row, "rps"),
		    (map { number((median($row, $_) // 0) / 1000, 2) } "p50", "p99"),
		    map { number(median($row, $_), 1) } @parts;
		$out .= "    requests that failed in the worst round: $row->{bad}{max}," .
		    " by their status $row->{refused}{max}\n"
		    if $row->{bad} && $row->{bad}{max};
	}
	return $out;
}

sub size_table {
	my ($got) = @_;
	my $out = sprintf "\n%-35s %12s %9s %9s %9s %9s %9s\n", "Size on PostgreSQL", "rows",
	    "data MB", "bytes/row", "index MB", "bytes/row", "all MB";
	for my $users (sort { $a <=> $b } keys %{$got->{sizes}}) {
		my $size = $got->{sizes}{$users};
		my @all = map { $size->{users}{$_} + $size->{tokens}{$_} } "data", "index";
		for my $table ("users", "tokens") {
			my ($rows, $data, $index) = @{$size->{$table}}{qw(rows data index)};
			$out .= sprintf "%-35s %12s %9s %9s %9s %9s %9s\n", $table, number($rows),
			    number($data / 1e6), number($data / $rows), number($index / 1e6),
			    number($index / $rows), number(($data + $index) / 1e6);
		}
		$out .= sprintf "%-35s %12s %9s %9s %9s %9s %9s\n",
		    "both; a check looks $size->{levels} levels deep", "",
		    number($all[0] / 1e6), "", number($all[1] / 1e6), "",
		    number(($all[0] + $all[1]) / 1e6);
	}
	return $out;
}

sub small_tables {
	my ($got) = @_;
	my $out = sprintf "\n%-50s %9s %15s %6s %6s %9s\n", "Logins", "let in/s", "min-max",
	    "p50 ms", "p99 ms", "refused %";
	for my $id (ordered($got, "logins")) {
		my $row = $got->{logins}{$id};
		$out .= sprintf "%-50s %9s %15s %6s %6s %9s\n", $row->{label},
		    number(median($row, "rps"), 1), range($row, "rps"),
		    (map { number(median($row, $_) / 1000, 1) } "p50", "p99"),
		    number(median($row, "refused"), 0);
	}
	$out .= sprintf "\n%-50s %9s %15s %6s\n", "One CGI call, whole process", "us", "min-max", "CPU us";
	for my $id (ordered($got, "cgi")) {
		my $row = $got->{cgi}{$id};
		$out .= sprintf "%-50s %9s %15s %6s\n", $row->{label}, number(median($row, "wall")),
		    range($row, "wall"), number(median($row, "cpu"));
	}
	$out .= sprintf "\n%-50s %9s\n", "Private memory of a worker", "kB";
	for my $id (ordered($got, "memory")) {
		my $row = $got->{memory}{$id};
		$out .= sprintf "%-50s %9s\n", $row->{label},
		    defined $row->{kB} ? number($row->{kB}) : "n/a: run it as root";
	}
	$out .= sprintf "\n%-50s %12s %12s\n", "One request to a worker", "instructions", "system calls";
	for my $id (grep { $got->{cost}{$_} } qw(floor floor-tuned public secure-data users-me
	    refused health users-me-items keys authorize)) {
		my $row = $got->{cost}{$id};
		$out .= sprintf "%-50s %12s %12s\n", $id, number($row->{instructions}),
		    number($row->{calls}, 1);
	}
	return $out;
}

# What is aimed at: [what, value, "at least" or "at most", target].
sub wanted {
	my ($got) = @_;
	my ($rows, $cgi, $memory, $cost) = @$got{qw(rows cgi memory cost)};
	my ($secure, $growth) = ($rows->{secure}, $got->{growth});
	# Of each round, for a machine is slow for minutes: the median of those.
	my $ratio = sub {
		my ($one, $other, $key) = @_;
		my ($a, $b) = map { $_ && $_->{$key} ? $_->{$key}{rounds} : [] } $one, $other;
		my @ratios = map { $b->[$_] ? $a->[$_] / $b->[$_] : () }
		    0 .. min($#$a, $#$b);
		return @ratios ? middle(@ratios) : undef;
	};
	my $storm = median($got->{logins}{storm}, "p99");
	my $added = sub {
		my ($floor, $ours) = map { $cost->{$_}{instructions} } $_[0], "secure-data";
		return $floor && $ours ? $ours - $floor : undef;
	};
	return (
	    ["/secure-data : floor, req/s (lighttpd)", $ratio->($secure, $rows->{floor}, "rps"), "least", 1.1],
	    ["... CPU", $ratio->($secure, $rows->{floor}, "cpu"), "most", 1],
	    ["/secure-data : ceiling, req/s (lighttpd)", $ratio->($secure, $rows->{ceiling}, "rps"), "least", 0.97],
	    ["... CPU", $ratio->($secure, $rows->{ceiling}, "cpu"), "most", 1.05],
	    ["/secure-data : floor, req/s (nginx)", $ratio->($rows->{nginx}, $rows->{"nginx-floor"}, "rps"), "least", 1.1],
	    ["... CPU", $ratio->($rows->{nginx}, $rows->{"nginx-floor"}, "cpu"), "most", 1],
	    ["instructions added to the floor's", $added->("floor"), "most", 5000],
	    ["... the floor's with glibc's malloc told to keep 64", $added->("floor-tuned"), "most", 8000],
	    ["/secure-data : FastAPI behind lighttpd, req/s", $ratio->($secure, $rows->{fastapi}, "rps"), "least", 3.3],
	    ["... FastAPI's CPU : ours", $ratio->($rows->{fastapi}, $secure, "cpu"), "least", 3.8],
	    ["/secure-data (lighttpd) : FastAPI alone, req/s", $ratio->($secure, $rows->{"fastapi-alone"}, "rps"), "least", 1.2],
	    ["/secure-data (nginx) : FastAPI alone, req/s", $ratio->($rows->{nginx}, $rows->{"fastapi-alone"}, "rps"), "least", 1.3],
	    ["/secure-data : PHP, req/s", $ratio->($secure, $rows->{php}, "rps"), "least", 1.7],
	    ["... CPU", $ratio->($secure, $rows->{php}, "cpu"), "most", 0.5],
	    ["CGI call, STATIC=1 : empty static program", $ratio->($cgi->{"secure-static"}, $cgi->{"empty-static"}, "wall"), "most", 2],
	    ["CGI call : empty static program", $ratio->($cgi->{secure}, $cgi->{"empty-static"}, "wall"), "most", 2],
	    ["PHP-CGI call : CGI call /secure-data", $ratio->($cgi->{php}, $cgi->{secure}, "wall"), "least", 10],
	    ["Python CGI call : CGI call /secure-data", $ratio->($cgi->{python}, $cgi->{secure}, "wall"), "least", 10],
	    ["private memory of a /secure-data worker, kB", $memory->{"secure-data"}{kB}, "most", 400],
	    ["most tokens : 1,000 tokens, time per request", $ratio->($growth->{few}, $growth->{many}, "rps"), "most", 1.3],
	    ["... CPU", $ratio->($growth->{many}, $growth->{few}, "cpu"), "most", 1.3],
	    ["p99 of /secure-data during 500 logins, ms", $storm && $storm / 1000, "most", 50]);
}

sub ratios {
	my ($got) = @_;
	return map {
		my ($what, $value, $side, $target) = @$_;
		defined $value ? { what => $what, value => sprintf("%.2f", $value) + 0,
		    target => ($side eq "least" ? ">= " : "<= ") . $target,
		    reached => ($side eq "least" ? $value >= $target : $value <= $target)
			? "reached" : "not reached" }
		    : { what => $what, value => undef, target => "", reached => "not measured" };
	} wanted($got);
}

sub table {
	my ($got) = @_;
	my $out = sprintf "\nPostern %s on %s, %d cores, Linux %s; %d rounds of %g s, %d connections\n",
	    $got->{revision} || "?", $got->{machine}{cpu} // "?", $got->{machine}{cores},
	    $got->{machine}{kernel}, @$got{qw(rounds seconds connections)};
	$out .= sprintf "%s live tokens, another in each request.  Medians.  CPU: per request," .
	    " front end and workers.\n", number($got->{live});
	$out .= load_table($got, "rows", "Server");
	if ($got->{sizes}) {
		$out .= size_table($got);
		$out .= load_table($got, "size", "/secure-data over it, 30 connections");
	} else {
		$out .= load_table($got, "pgsql", "Where the ledger is: /secure-data, 30 connections");
		$out .= load_table($got, "growth", "Growth: /secure-data on lighttpd");
		$out .= small_tables($got);
		$out .= sprintf "\n%-50s %9s %9s\n", "Against what was aimed at", "is", "wanted";
	}
	for my $row (@{$got->{ratios}}) {
		$out .= sprintf "%-50s %9s %9s  %s\n", $row->{what},
		    defined $row->{value} ? number($row->{value}, $row->{value} >= 1000 ? 0 : 2) : "-",
		    @$row{qw(target reached)};
	}
	if (@{$got->{skipped}}) {
		$out .= "\nNot measured\n" . join "", map { "  $_\n" } @{$got->{skipped}};
	}
	if ($got->{machine}{load_at_start} > 0.5) {
		$out .= "\nThe machine was busy when this began (load $got->{machine}{load_at_start}):" .
		    " the figures are worth little.\n";
	}
	return $out . sprintf("\nTook %d:%02d.\n", $got->{took} / 60, $got->{took} % 60);
}

1;
