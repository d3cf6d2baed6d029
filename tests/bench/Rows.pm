# Rows - what is measured against what: the trials to start, and the rows that
# ask them.
package Rows;
use strict;
use warnings;
use Exporter 'import';
use Box qw(stop slurp spew);
use Serve qw(make_ledger copy_state trial keep_few peers have);
our @EXPORT_OK = qw(start_main start_growth main_rows growth_rows cgi_rows
    memory_rows);

our ($work, $live);
my (%at, $peers);	# what runs, by name

sub fresh {	# NAME: a state with one token, for what looks at none
	my ($name) = @_;
	make_ledger($name, 1);
	unlink "$work/$name.tokens";
	link "$work/main.tokens", "$work/$name.tokens";
}

sub start_main {	# PLAN SKIPPED
	my ($plan, $skipped) = @_;
	my ($lean, $floor, $ceiling) = map { "CGI=$work/$_-programs/cgi-bin" }
	    qw(lean floor ceiling);
	my @trials = (["main", "lighttpd", "SITE=$work/site"],
	    ["floor", "lighttpd", $floor], ["ceiling", "lighttpd", $ceiling],
	    ["nginx", "nginx", $lean], ["nginx-floor", "nginx", $floor], ["cgi", "lighttpd-cgi"],
	    ["apache", "apache-cgi"]);
	for my $trial (@trials) {
		my ($name, $server, @set) = @$trial;
		next if $name eq "main";
		# A state is copied before anyone serves it.
		$plan->(0.5, "a state for $name", sub {
			$name =~ /floor|ceiling/ ? fresh($name) : copy_state("main", $name);
		});
	}
	$plan->(0.5, "a copy of the ledger for PHP", sub { copy_state("main", "peers-state") });
	$plan->(0.5, "a copy of the ledger for single calls", sub { copy_state("main", "calls") });
	$plan->(0.5, "a copy of it beside which nothing is kept", sub {
		copy_state("main", "calls-new");
		spew("$work/calls-new/ledger.db-live", "");	# in the directory's place
	});
	for my $trial (@trials) {
		my ($name, $server, @set) = @$trial;
		$plan->(2, "starting $name ($server)", sub {
			my $needs = { nginx => "nginx", "apache-cgi" => "apache2" }->{$server};
			die "$needs is not installed\n" if $needs && !have($needs);
			$at{$name} = trial($name, $server, @set);
			keep_few($at{$name}) if $name eq "nginx-floor";
		});
	}
	$plan->(3, "starting the peers", sub {
		$peers = peers("peers-state");
		for my $name (qw(fastapi php)) {
			$skipped->($name, $peers->{"${name}_missing"}) unless $peers->{$name};
		}
	});
}

sub stop_main {
	stop(map { $_->{pid} } grep { $_ && $_->{pid} } values %at,
	    @{$peers // {}}{qw(front fastapi php)});
	(%at, $peers) = ();
}

sub row {	# ID LABEL WHERE PATH [ROOT...]
	my ($id, $label, $where, $path, @roots) = @_;
	return unless $where && $where->{url};
	return { kind => "rows", id => $id, label => $label, at => $where,
	    url => $where->{url} . $path,
	    roots => [@roots ? map { $_->{pid} } @roots : $where->{pid}] };
}

sub main_rows {
	my ($front, $fastapi, $php) = @{$peers // {}}{qw(front fastapi php)};
	my @rows = (
	    row("secure", "Postern /secure-data, lighttpd", $at{main}, "/secure-data"),
	    row("public", "Postern /public, lighttpd", $at{main}, "/public"),
	    row("me", "Postern /users/me, lighttpd", $at{main}, "/users/me"),
	    row("floor", "floor: constant JSON, no check, lighttpd", $at{floor}, "/secure-data"),
	    row("ceiling", "ceiling: the same, FCGX_Detach, SCHED_BATCH", $at{ceiling}, "/secure-data"),
	    row("php", "PHP (php-fpm, opcache), lighttpd",
		$php && $front && { %$php, url => $front->{url} }, "/check.php", $front, $php // ()),
	    row("fastapi", "FastAPI (2 workers), lighttpd",
		$fastapi && $front && { %$fastapi, url => $front->{url} }, "/secure-data",
		$front, $fastapi // ()),
	    row("fastapi-alone", "FastAPI (2 workers), no web server", $fastapi, "/secure-data"),
	    row("static", "static file, lighttpd",
		$front && { %$front, tokens => "$work/main.tokens" }, "/static.json"),
	    row("authorize", "static file behind Postern's authorizer, lighttpd", $at{main},
		"/files/static.json"),
	    row("nginx", "Postern /secure-data, nginx (kept connections)", $at{nginx}, "/secure-data"),
	    row("nginx-floor", "floor, nginx (kept connections)", $at{"nginx-floor"}, "/secure-data"),
	    row("cgi", "Postern /secure-data, plain CGI, lighttpd", $at{cgi}, "/secure-data"),
	    row("apache", "Postern /secure-data, plain CGI, Apache", $at{apache}, "/secure-data"));
	$_->{blind} = 1 for grep { $_->{id} eq "apache" } @rows;
	return @rows;
}

sub main_trial { return $at{main} }

sub memory_rows {
	my @rows;
	for my $name (qw(secure-data users-me public authorize token)) {
		push @rows, { id => $name, label => "Postern $name",
		    root => $at{main} && $at{main}{pid}, pattern => qr/\0\Q$name.fcgi\E|\0\Q${\substr "$name.fcgi", 0, 15}\E$/ };
	}
	push @rows, { id => "floor", label => "floor", root => $at{floor} && $at{floor}{pid},
	    pattern => qr/\0secure-data.fcg/ };
	push @rows, { id => "fastapi", label => "uvicorn with FastAPI",
	    root => $peers->{fastapi}{pid}, pattern => qr/spawn_main/ } if $peers->{fastapi};
	push @rows, { id => "php", label => "php-fpm", root => $peers->{php}{pid},
	    pattern => qr/pool bench/ } if $peers->{php};
	return grep { $_->{root} } @rows;
}

# Where to log in, and the form that does it, in a file of its own.
sub login_form {
	my $password = $at{main}{password} =~ s/([^A-Za-z0-9])/sprintf "%%%02X", ord $1/ger;
	spew("$work/form", "grant_type=password&username=demo&password=$password", 0600);
	return ($at{main}, "$work/form");
}

sub start_growth {	# PLAN SKIPPED TOKENS
	my ($plan, $skipped, $many) = @_;
	$plan->(1, "a ledger with 1000 tokens", sub { make_ledger("few", 1000) });
	$plan->($many / 40_000, "a ledger with $many tokens", sub {
		$many == $live ? copy_state("calls", "many") : make_ledger("many", $many);
	});
	for my $trial (["few", 4, "few"], ["many", 4, "many"], ["one", 1, "few"],
	    ["eight", 8, "few"]) {
		my ($name, $workers, $ledger) = @$trial;
		$plan->(0.5, "a state for $name", sub { copy_state($ledger, $name) })
		    if $name ne $ledger;
	}
	for my $trial (["few", 4], ["many", 4], ["one", 1], ["eight", 8]) {
		my ($name, $workers) = @$trial;
		$plan->(2, "starting $name ($workers workers)", sub {
			$at{$name} = trial($name, "lighttpd", "WORKERS=$workers",
			    "CGI=$work/lean-programs/cgi-bin");
			$at{$name}{label} = { few => "1,000 tokens, 4 workers",
			    many => "$many tokens, 4 workers" =~ s/(\d)(?=(?:\d{3})+ )/$1,/gr,
			    one => "1,000 tokens, 1 worker",
			    eight => "1,000 tokens, 8 workers" }->{$name};
		});
	}
}

sub growth_rows {
	my @rows = map { row($_, $at{$_} && $at{$_}{label}, $at{$_}, "/secure-data") }
	    qw(few many one eight);
	$_->{kind} = "growth" for @rows;
	return @rows;
}

sub stop_growth { stop_main() }

sub cgi_rows {	# QUICK
	my ($quick) = @_;
	my ($token) = (slurp("$work/main.tokens") // "") =~ /(.*)/;
	my @cgi = ("REQUEST_METHOD=GET", "REMOTE_ADDR=127.0.0.1", "SERVER_NAME=localhost",
	    "SERVER_PROTOCOL=HTTP/1.1", "GATEWAY_INTERFACE=CGI/1.1", "PATH=/usr/bin:/bin",
	    "HTTP_AUTHORIZATION=Bearer $token", "POSTERN_CONF=$work/calls/postern.conf",
	    "LEDGER=$work/calls/ledger.db");
	my $dir = "$work/programs/cgi-bin";
	my $static = "$work/static/secure-data.fcgi";
	my $php = have("php-cgi8*") || have("php-cgi");
	my @rows = (["empty-static", "empty C program, static", "$work/empty-static"],
	    ["empty-dynamic", "empty C program, dynamic", "$work/empty-dynamic"],
	    ["public", "Postern /public", "$dir/public.fcgi", "SCRIPT_NAME=/public"],
	    ["secure", "Postern /secure-data", "$dir/secure-data.fcgi", "SCRIPT_NAME=/secure-data"],
	    ["secure-new", "Postern /secure-data, a token not kept", "$dir/secure-data.fcgi",
		"SCRIPT_NAME=/secure-data", "POSTERN_CONF=$work/calls-new/postern.conf"],
	    -x $static ? ["secure-static", "Postern /secure-data, STATIC=1", $static,
		"SCRIPT_NAME=/secure-data"] : (),
	    -x $static && !$quick ? ["secure-static-new", "Postern /secure-data, STATIC=1, not kept",
		$static, "SCRIPT_NAME=/secure-data", "POSTERN_CONF=$work/calls-new/postern.conf"] : (),
	    ["python", "Python CGI, the same check", "$work/peers/check.py"],
	    $php ? ["php", "PHP-CGI, the same check", $php, "REDIRECT_STATUS=200",
		"SCRIPT_FILENAME=$work/peers/check.php", "SCRIPT_NAME=/check.php"] : ());
	return map {
		my ($id, $label, $program, @set) = @$_;
		{ kind => "cgi", id => $id, label => $label, command => [
		    $id =~ /empty/ ? qr/^$/ : $id eq "public" ? qr/Anyone/ : qr/protected data/,
		    $program, @cgi, @set] }
	} @rows;
}

1;
