/* spawn - run a program again and again, one after the other, as a web server
 * runs a CGI program; print the wall and the CPU time of one call.
 *
 *	spawn SECONDS PROGRAM [ARGUMENT...]	environment as ours, no output
 *
 * Prints "CALLS WALL CPU", microseconds per call; CPU is user and system time of
 * the program and of its start.  Ends with 1 when a call does. */
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

extern char **environ;

static double
now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static double
cpu(int who)
{
	struct rusage u;

	getrusage(who, &u);
	return (double)(u.ru_utime.tv_sec + u.ru_stime.tv_sec) +
	    (double)(u.ru_utime.tv_usec + u.ru_stime.tv_usec) / 1e6;
}

static int
call(char **argv)
{
	pid_t pid;
	int status;

	if (posix_spawn(&pid, argv[0], NULL, NULL, argv, environ) != 0) {
		perror(argv[0]);
		return -1;
	}
	if (waitpid(pid, &status, 0) != pid)
		return -1;
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

int
main(int argc, char **argv)
{
	double seconds, start, used, end;
	int null, calls = 0;

	if (argc < 3 || (seconds = atof(argv[1])) <= 0) {
		fputs("usage: spawn SECONDS PROGRAM [ARGUMENT...]\n", stderr);
		return 2;
	}
	null = open("/dev/null", O_RDWR);
	if (null < 0 || dup2(null, 0) < 0)
		return 1;
	if (dup2(1, 9) < 0 || fcntl(9, F_SETFD, FD_CLOEXEC) < 0 ||
	    dup2(null, 1) < 0)
		return 1;
	start = now();
	used = cpu(RUSAGE_CHILDREN) + cpu(RUSAGE_SELF);
	do {
		if (call(argv + 2) != 0) {
			fprintf(stderr, "spawn: %s fails\n", argv[2]);
			return 1;
		}
		calls++;
		end = now();
	} while (end - start < seconds);
	used = cpu(RUSAGE_CHILDREN) + cpu(RUSAGE_SELF) - used;
	dprintf(9, "%d %.1f %.1f\n", calls, (end - start) * 1e6 / calls,
	    used * 1e6 / calls);
	return 0;
}
