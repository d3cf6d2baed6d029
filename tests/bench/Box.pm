# Box - processes of ours, and what the kernel says of them: started, measured,
# and stopped by their ids alone.
package Box;
use strict;
use warnings;
use Exporter 'import';
use POSIX ();
use Time::HiRes qw(sleep time);
our @EXPORT_OK = qw(as_user start stop_all stop runs tree await cpu private slurp
    spew capture free_port quiet);

our @as;		# what makes a command another user's
my @started;		# [pid, name], in order
my $self = $$;

sub slurp {
	my ($path) = @_;
	open my $in, "<", $path or return;
	local $/;
	return scalar <$in>;
}

sub spew {	# PATH TEXT [MODE]
	my ($path, $text, $mode) = @_;
	open my $out, ">", $path or die "$path: $!\n";
	chmod $mode, $path if defined $mode;
	print $out $text;
	close $out or die "$path: $!\n";
}

sub as_user { return (@as, @_) }

# Start a command in a process group of its own, so that Ctrl-C is ours alone.
sub start {	# NAME LOG COMMAND...; dies with us, as far as the kernel lets it
	my ($name, $log, @command) = @_;
	my $pid = fork // die "fork: $!\n";
	if (!$pid) {
		$SIG{$_} = "DEFAULT" for qw(INT TERM HUP PIPE);
		setpgrp;
		open STDIN, "<", "/dev/null";
		open STDOUT, ">>", $log;
		open STDERR, ">&", \*STDOUT;
		umask 0177 if $name =~ /^lighttpd/;
		exec @command or POSIX::_exit(127);
	}
	push @started, [$pid, $name];
	return $pid;
}

# All below PID, and PID: { pid => name }.
sub tree {
	my (@roots) = @_;
	my (%parent, %name, %in);
	for my $file (glob "/proc/[0-9]*/stat") {
		my ($pid, $name, $ppid) =
		    (slurp($file) // "") =~ /^(\d+) \((.*)\) \S (\d+)/s or next;
		@parent{$pid} = $ppid;
		$name{$pid} = $name;
	}
	@in{grep { exists $parent{$_} } @roots} = ();
	my $before = -1;
	while ($before != keys %in) {
		$before = keys %in;
		for (keys %parent) {
			$in{$_} = undef if exists $in{$parent{$_}};
		}
	}
	return map { $_ => $name{$_} } keys %in;
}

sub born {	# PID: when, or nothing
	return ((slurp("/proc/$_[0]/stat") // "") =~ /.*\) \S(?: \S+){18} (\d+)/s)[0];
}

sub runs {	# PID: a child of ours
	return (slurp("/proc/$_[0]/stat") // "") =~ /.*\) [^Z]/s;
}

# Stop processes, all at once, and all that they started.
sub stop {
	my @roots = grep { my $root = $_; grep { $_->[0] == $root } @started } @_;
	return unless @roots;
	my %family = tree(@roots);
	my %born = map { $_ => born($_) // 0 } keys %family;
	kill TERM => @roots;
	# A trial ends its family; what has missed its signal is told again.
	my ($end, $said) = (time + 15, time);
	while (time < $end) {
		waitpid $_, POSIX::WNOHANG() for @roots;
		my @left = grep { (born($_) // -1) == $born{$_} } keys %born or last;
		if (time > $said + 3) {
			kill TERM => @left;
			$said = time;
		}
		sleep 0.05;
	}
	kill KILL => grep { (born($_) // -1) == $born{$_} } keys %born;
	waitpid $_, 0 for @roots;
	my %gone = map { $_ => 1 } @roots;
	@started = grep { !$gone{$_->[0]} } @started;
}

sub stop_all {
	return if $$ != $self;
	my @roots = map { $_->[0] } @started;
	my %other = tree($self);
	delete @other{$self, keys %{{tree(@roots)}}};
	kill TERM => keys %other;	# what is being measured with
	stop(@roots);
}

sub await {	# SECONDS CODE: until it is true
	my ($seconds, $code) = @_;
	my $end = time + $seconds;
	while (time < $end) {
		return 1 if $code->();
		sleep 0.05;
	}
	return 0;
}

# Seconds of user and system time of processes, and of their children that are
# gone.
sub cpu {
	my ($own, $children) = (0, 0);
	for my $pid (@_) {
		my @field = (slurp("/proc/$pid/stat") // next) =~ /.*\) (.*)/s
		    ? split / /, $1 : next;
		$own += $field[11] + $field[12];
		$children += $field[13] + $field[14];
	}
	my $tick = POSIX::sysconf(POSIX::_SC_CLK_TCK());
	return ($own / $tick, $children / $tick);
}

# kB of memory that a process shares with nobody; nothing where that is secret.
sub private {
	my ($pid) = @_;
	my $maps = slurp("/proc/$pid/smaps_rollup") // return;
	my $sum = 0;
	$sum += $1 while $maps =~ /^Private_(?:Clean|Dirty):\s+(\d+)/mg;
	return $sum || undef;
}

sub quiet {	# run a command, its output to LOG; true when it succeeds
	my ($log, @command) = @_;
	my $pid = fork // die "fork: $!\n";
	if (!$pid) {
		$SIG{$_} = "DEFAULT" for qw(INT TERM HUP);
		open STDIN, "<", "/dev/null";
		open STDOUT, ">>", $log;
		open STDERR, ">&", \*STDOUT;
		exec @command or POSIX::_exit(127);
	}
	waitpid $pid, 0;
	return $? == 0;
}

sub capture {	# run a command; its output, or nothing when it fails
	my (@command) = @_;
	open my $in, "-|", @command or return;
	local $/;
	my $out = <$in>;
	return close $in ? $out // "" : undef;
}

sub free_port {
	require IO::Socket::INET;
	return IO::Socket::INET->new(Listen => 1, LocalAddr => "127.0.0.1")
	    ->sockport;
}

1;
