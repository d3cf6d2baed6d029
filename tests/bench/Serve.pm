# Serve - what is measured: Postern and the floor in trials as make run starts
# them, and the peers.
package Serve;
use strict;
use warnings;
use Exporter 'import';
use File::Copy ();
use Box qw(as_user start stop runs await slurp spew capture free_port quiet);
our @EXPORT_OK = qw(prepare make_ledger copy_state trial peers token_file
    keep_few have);

our ($here, $work, $log, $bin, $cgi);
our $user = "user";	# as long as the tutorial's demo, so answers are too

sub have {	# a program's path, or nothing
	my ($name) = @_;
	for (split(/:/, $ENV{PATH}), "/usr/sbin") {
		for my $path (glob "$_/$name") {
			return $path if -x $path;
		}
	}
	return;
}

sub must {
	my ($what, @command) = @_;
	return if quiet($log, @command);
	die "$what fails: ", (slurp($log) // "") =~ /([^\n]*)\n*\z/, "\n";
}

# What was copied, as when it is installed, lies in larger pieces in memory than what
# a linker wrote: that is a tenth of a CGI call.
sub rewrite {	# FILE...
	for my $file (@_) {
		must("copying", "cp", "-p", $file, "$file.new");
		rename "$file.new", $file or die "$file: $!\n";
	}
}

# Copies of the programs, so that a build meanwhile changes nothing, and whom we
# serve as can read them; the programs of the bench itself; two SITEs.
sub prepare {
	my (%from) = @_;
	for my $set (qw(programs lean-programs floor-programs ceiling-programs)) {
		mkdir "$work/$set";
		must("copying", "cp", "-a", $from{CGI}, "$work/$set/cgi-bin");
	}
	must("copying", "cp", "-a", $from{BIN}, "$work/programs/bin");
	($bin, $cgi) = ("$work/programs/bin", "$work/programs/cgi-bin");
	my @cc = ($ENV{CC} || "cc", "-O2", "-Wall", "-Wextra", "-D_GNU_SOURCE");
	my $src = "$here/tests/bench";
	must("cc", @cc, "-o", "$work/spawn", "$src/spawn.c");
	must("cc", @cc, "-static", "-o", "$work/empty-static", "$src/empty.c");
	must("cc", @cc, "-o", "$work/empty-dynamic", "$src/empty.c");
	quiet("$work/static.log", "make", "-s", "-C", $here, "STATIC=1",
	    "B=$from{BUILD}", "CGI=$work/static", "$work/static/secure-data.fcgi")
	    or warn "no STATIC=1 row: ", slurp("$work/static.log"), "\n";
	rewrite(grep { -e } "$work/empty-static", "$work/empty-dynamic",
	    "$work/static/secure-data.fcgi");
	for my $bare (qw(floor ceiling)) {
		my $program = "$work/$bare-programs/cgi-bin/secure-data.fcgi";
		unlink $program;
		must("cc", @cc, "-o", $program, "$src/$bare.c", "-lfcgi");
	}
	# A user has 128 inotify instances, and a whole trial takes 44: in most of
	# them what nobody asks is a program that takes none.
	for my $set (qw(lean floor ceiling)) {
		for my $idle (qw(authorize introspect keys revoke users-me-items
		    users-me-password users-me-tokens)) {
			must("copying", "cp", "$work/floor-programs/cgi-bin/secure-data.fcgi",
			    "$work/$set-programs/cgi-bin/$idle.fcgi");
		}
	}
	mkdir $_ for "$work/site", map { "$work/site/$_" } qw(files php cgi);
	my $json = qq({"data":"This is protected data","user":"demo"});
	mkdir "$work/peers";
	spew("$_/static.json", $json, 0644) for "$work/site/files", "$work/peers";
	for my $peer (glob "$src/peers/*") {
		must("copying", "cp", $peer, "$work/peers/");
	}
	must("chmod", "chmod", "-R", "a+rX", grep { -e } map { "$work/$_" }
	    qw(programs lean-programs static floor-programs ceiling-programs site peers spawn empty-static empty-dynamic));
}

# A state with live tokens; they go to the file NAME.tokens.
sub make_ledger {	# NAME COUNT [STORE]
	my ($name, $count, $store) = @_;
	my $state = "$work/$name";
	my @postern = as_user("$bin/postern");
	must("postern init", @postern, "init", "--tutorial",
	    $store ? ("--store", $store) : (), $state);
	@postern = (@postern, "-c", "$state/postern.conf");
	must("postern user", @postern, "user", "add", $user, "--scope", "me items");
	my $tokens = capture(@postern, "token", "mint", "--user", $user,
	    "--ttl", 864000, "--count", $count) or die "no tokens\n";
	token_file($name, $tokens);
}

# As many as wrk can hold; of more, every so many-th.
sub token_file {
	my ($name, $tokens) = @_;
	my @all = split /\n/, $tokens;
	my $step = int((@all + 99_999) / 100_000);
	spew("$work/$name.tokens",
	    join("", map { "$all[$_ * $step]\n" } 0 .. (@all / $step - 1)), 0644);
}

sub copy_state {	# FROM TO
	my ($from, $to) = @_;
	must("copying", "cp", "-a", "$work/$from", "$work/$to");
	link "$work/$from.tokens", "$work/$to.tokens";
}

# Start a trial on a state: its URL, its process, what demo.env says.
sub trial {	# STATE SERVER [NAME=VALUE...]
	my ($name, $server, @set) = @_;
	my $port = free_port();
	my $state = "$work/$name";
	my $out = "$work/$name.out";
	my $pid = start("trial $name", $out, "env", "-u", "MAKEFLAGS", "-u", "MFLAGS",
	    "-u", "MAKELEVEL", "-u", "SITE", "PORT=$port", "BIND=127.0.0.1",
	    "STATE=$state", "SERVER=$server", "TLS=", "MOUNT=", "WORKERS=4",
	    "CGI=$cgi", "BIN=$bin", @set, "$here/src/host/run");
	my $ready = sub { -s "$state/demo.env" && (slurp($out) // "") =~ /^Paste/m };
	await(30, sub { $ready->() || !runs($pid) });
	if (!$ready->()) {
		stop($pid);
		die "$server does not start: ", (slurp($out) // "") =~ /([^\n]*)\n*\z/, "\n";
	}
	my %env = (slurp("$state/demo.env") // "") =~ /^(\w+)='(.*)'$/mg;
	return { name => $name, pid => $pid, url => "http://127.0.0.1:$port",
	    tokens => "$work/$name.tokens", password => $env{POSTERN_PASSWORD} };
}

# Programs that answer on one connection at a time, as libfcgi's do by itself,
# are kept fewer than there are workers, and let go of in time for others.
sub keep_few {	# TRIAL
	my $run = "$work/$_[0]{name}/run";
	my $conf = slurp("$run/nginx.conf");
	$conf =~ s/keepalive 32;/keepalive 3; keepalive_requests 8;/g or die "no keepalive\n";
	spew("$run/nginx.conf", $conf, 0644);
	kill "HUP", slurp("$run/nginx.pid");
}

# FastAPI on uvicorn: two workers.
sub fastapi {
	capture("/usr/bin/python3", "-c", "import fastapi, uvicorn; print(1)")
	    or die "python3-fastapi or uvicorn is not installed\n";
	my $port = free_port();
	my $pid = start("uvicorn", "$work/uvicorn.log", as_user("env", "-i",
	    "PATH=/usr/bin:/bin", "HOME=$work/peers", "PYTHONDONTWRITEBYTECODE=1",
	    "setpriv", "--pdeathsig", "TERM", "/usr/bin/python3", "-m", "uvicorn",
	    "--app-dir", "$work/peers", "--host", "127.0.0.1", "--port", $port,
	    "--workers", 2, "--no-access-log", "--log-level", "warning",
	    "tutorial:app"));
	my $url = "http://127.0.0.1:$port";
	await(20, sub { quiet("/dev/null", "curl", "-sf", "--noproxy", "*",
	    "-o", "/dev/null", "$url/docs") })
	    or die "uvicorn does not start: ", slurp("$work/uvicorn.log"), "\n";
	spew("$work/securetoken", "securetoken\n", 0644);
	return { name => "uvicorn", pid => $pid, url => $url, port => $port,
	    tokens => "$work/securetoken" };
}

# php-fpm with the same number of workers, opcache and a copy of the ledger.
sub php {	# STATE: where the socket is
	my ($state, $run) = @_;
	my $fpm = have("php-fpm8*") || have("php-fpm") or die "php-fpm is not installed\n";
	spew("$work/fpm.conf", <<"CONF", 0644);
[global]
daemonize = no
error_log = $work/$state/fpm.log
[bench]
listen = $run/php.sock
listen.mode = 0600
pm = static
pm.max_children = 4
env[LEDGER] = $work/$state/ledger.db
CONF
	my $pid = start("php-fpm", "$work/fpm.out", as_user("setpriv", "--pdeathsig",
	    "TERM", $fpm, "-F", "-y", "$work/fpm.conf"));
	await(10, sub { -S "$run/php.sock" })
	    or die "php-fpm does not start: ", slurp("$work/fpm.out"), "\n";
	return { name => "php-fpm", pid => $pid, tokens => "$work/$state.tokens" };
}

# lighttpd in front of them, and of a file.
sub lighttpd {	# STATE RUN FASTAPI-PORT
	my ($state, $run, $fastapi) = @_;
	my $port = free_port();
	my @set = ("POSTERN_BASE=$here/lighttpd.conf", "POSTERN_BIND=127.0.0.1",
	    "POSTERN_CONF=$work/$state/postern.conf", "POSTERN_ISSUER=",
	    "POSTERN_HOSTS=^127\\.0\\.0\\.1(:[0-9]+)?\$", "POSTERN_MOUNT=/postern",
	    "POSTERN_PORT=$port", "POSTERN_RUN=$run", "POSTERN_WORKERS=1",
	    "POSTERN_TLS=disable", "POSTERN_CERT=", "POSTERN_KEY=",
	    "BENCH_PEERS=$work/peers", "BENCH_FASTAPI=" . ($fastapi || 1),
	    "PATH=$cgi:$ENV{PATH}:/usr/sbin");
	for my $file ("lighttpd.conf", "tests/bench/lighttpd.conf") {
		File::Copy::copy("$here/$file", "$work/peers/" . $file =~ tr{/}{-}r);
	}
	$set[0] = "POSTERN_BASE=$work/peers/lighttpd.conf";
	must("chmod", "chmod", "-R", "a+rX", "$work/peers");
	my $pid = start("lighttpd peers", "$work/lighttpd.log", as_user("env", "-i",
	    @set, "setpriv", "--pdeathsig", "TERM", have("lighttpd"), "-D", "-f",
	    "$work/peers/tests-bench-lighttpd.conf"));
	my $url = "http://127.0.0.1:$port";
	await(10, sub { quiet("/dev/null", "curl", "-sf", "--noproxy", "*",
	    "-o", "/dev/null", "$url/static.json") })
	    or die "lighttpd does not start: ", slurp("$work/lighttpd.log"), "\n";
	return { name => "peers", pid => $pid, url => $url };
}

# All peers: { fastapi, php, front }, or { NAME_missing => why }.
sub peers {	# STATE
	my ($state) = @_;
	my $run = "$work/$state/run";
	must("mkdir", as_user("mkdir", "-p", "-m", "700", $run, "$run/empty"));
	my %got;
	for my $peer (["fastapi", sub { fastapi() }], ["php", sub { php($state, $run) }]) {
		my ($name, $code) = @$peer;
		$got{$name} = eval { $code->() };
		$got{"${name}_missing"} = $@ =~ s/\n.*//sr unless $got{$name};
	}
	$got{front} = lighttpd($state, $run, $got{fastapi} && $got{fastapi}{port});
	return \%got;
}

1;
