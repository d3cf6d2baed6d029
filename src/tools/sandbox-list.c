/* sandbox-list - print the sandbox's filters, as arrays of C.  Runs when
 * Postern is built: to make them at every start would cost more than a request.
 * The only owner of libseccomp. */
#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <seccomp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

/* Newer machines have no system calls of the old names. */
#ifdef __NR_poll
#define OLD(old, new)	SCMP_SYS(old)
#else
#define OLD(old, new)	SCMP_SYS(new)
#endif

#define END	0x7fffffff
#define LISTS	5

/* Locks, and what is asked of a file that is open. */
static const unsigned int fcntls[] = { F_GETLK, F_SETLK, F_SETLKW,
	F_OFD_GETLK, F_OFD_SETLK, F_GETFD, F_SETFD, F_GETFL, F_SETFL };

enum opening { NEVER, TO_READ, TO_WRITE };

/* What everyone needs: a connection, memory, the time, and an end. */
static const int common[] = {
	SCMP_SYS(read), SCMP_SYS(write), SCMP_SYS(close),
	SCMP_SYS(accept), OLD(poll, ppoll), SCMP_SYS(shutdown),
	SCMP_SYS(brk), SCMP_SYS(munmap), SCMP_SYS(mremap),
	SCMP_SYS(clock_gettime), SCMP_SYS(gettimeofday), SCMP_SYS(getpid),
	OLD(readlink, readlinkat), SCMP_SYS(newfstatat), SCMP_SYS(fstat),
	SCMP_SYS(faccessat2),
	OLD(alarm, setitimer), SCMP_SYS(rt_sigreturn),
	SCMP_SYS(restart_syscall), SCMP_SYS(exit_group), END
};

/* The ledger, and what is kept of it in a file that is open already. */
static const int reading[] = {
	SCMP_SYS(pread64), SCMP_SYS(pwrite64), SCMP_SYS(geteuid),
	SCMP_SYS(getcwd), OLD(access, faccessat), SCMP_SYS(clock_nanosleep),
	SCMP_SYS(getrandom), END
};

/* The note of a key's use, an empty file beside it. */
static const int noting[] = {
	OLD(mkdir, mkdirat), SCMP_SYS(utimensat), END
};

/* Several connections at a time: not for who writes. */
static const int holding[] = {
	OLD(epoll_wait, epoll_pwait), SCMP_SYS(epoll_ctl), END
};

/* A change to it, a slot for a password hash, the server's keys. */
static const int writing[] = {
	SCMP_SYS(ftruncate), SCMP_SYS(fdatasync),
	SCMP_SYS(fsync), SCMP_SYS(flock), SCMP_SYS(lseek),
	SCMP_SYS(sched_getaffinity), END
};

/* A database in place of a file: connections, over TLS too, and names. */
static const int linking[] = {
	SCMP_SYS(socket), SCMP_SYS(connect), SCMP_SYS(getsockopt),
	SCMP_SYS(setsockopt), SCMP_SYS(getsockname), SCMP_SYS(getpeername),
	SCMP_SYS(sendto), SCMP_SYS(recvfrom), SCMP_SYS(sendmsg),
	SCMP_SYS(recvmsg), SCMP_SYS(sendmmsg), SCMP_SYS(bind),
	SCMP_SYS(ioctl), SCMP_SYS(futex), SCMP_SYS(uname), SCMP_SYS(getuid),
	SCMP_SYS(gettid), SCMP_SYS(rt_sigaction), SCMP_SYS(rt_sigprocmask),
	SCMP_SYS(rt_sigpending), SCMP_SYS(rt_sigtimedwait), END
};

static const struct filter {
	const char	*name;
	const int	*lists[LISTS];
	enum opening	 opening;
	int		 sets_modes;	/* of files, by fcntl */
} filters[] = {
	{ "public", { common, holding }, NEVER, 0 },
	{ "reader", { common, holding, reading, noting }, TO_READ, 0 },
	{ "writer", { common, reading, noting, writing }, TO_WRITE, 0 },
	{ "reader_closed", { common, holding, reading }, NEVER, 0 },
	{ "writer_closed", { common, reading, writing }, NEVER, 0 },
	{ "linked", { common, holding, reading, writing, linking }, TO_READ, 1 },
};
#define FILTERS	(sizeof filters / sizeof filters[0])

static void
expect(int rc, const char *what)
{
	if (rc >= 0)
		return;
	fprintf(stderr, "sandbox-list: %s: error %d\n", what, -rc);
	exit(1);
}

/* Libraries try to open files that they can do without (a time zone, a source
 * of randomness): a refusal is enough. */
static void
add_opening(scmp_filter_ctx filter, enum opening opening)
{
	static const unsigned int writes[] = { O_WRONLY, O_RDWR, O_ACCMODE };
	const uint32_t refuse = SCMP_ACT_ERRNO(EACCES);
	int rc = 0;
	size_t i;

	switch (opening) {
	case TO_WRITE:
		rc = seccomp_rule_add(filter, SCMP_ACT_ALLOW,
		    SCMP_SYS(openat), 0);
		break;
	case TO_READ:
		rc = seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(openat),
		    1, SCMP_A2(SCMP_CMP_MASKED_EQ, O_ACCMODE | O_TRUNC,
			O_RDONLY));
		for (i = 0; i < 3 && rc == 0; i++)
			rc = seccomp_rule_add(filter, refuse, SCMP_SYS(openat),
			    1, SCMP_A2(SCMP_CMP_MASKED_EQ, O_ACCMODE,
				writes[i]));
		if (rc == 0)
			rc = seccomp_rule_add(filter, refuse, SCMP_SYS(openat),
			    1, SCMP_A2(SCMP_CMP_MASKED_EQ, O_TRUNC, O_TRUNC));
		break;
	case NEVER:
		rc = seccomp_rule_add(filter, refuse, SCMP_SYS(openat), 0);
	}
	expect(rc, "openat");
}

/* What we listen on may be set not to block, and a connection over TCP not to
 * wait for more. */
static void
add_sockets(scmp_filter_ctx filter)
{
	expect(seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(fcntl), 2,
	    SCMP_A0(SCMP_CMP_MASKED_EQ, UINT32_MAX, STDIN_FILENO),
	    SCMP_A1(SCMP_CMP_MASKED_EQ, UINT32_MAX, F_SETFL)), "fcntl");
	expect(seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(setsockopt), 2,
	    SCMP_A1(SCMP_CMP_MASKED_EQ, UINT32_MAX, IPPROTO_TCP),
	    SCMP_A2(SCMP_CMP_MASKED_EQ, UINT32_MAX, TCP_NODELAY)),
	    "setsockopt");
}

static void
add_rules(scmp_filter_ctx filter, const struct filter *wanted)
{
	const int *call;
	size_t i;

	for (i = 0; i < LISTS && wanted->lists[i] != NULL; i++)
		for (call = wanted->lists[i]; *call != END; call++)
			expect(seccomp_rule_add(filter, SCMP_ACT_ALLOW, *call,
			    0), "a call");
	expect(seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(mmap), 1,
	    SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0)), "mmap");
	/* Files that are open to be added to stay so; libpq sets modes.  The
	 * kernel reads 32 bits of what is to be done. */
	for (i = 0; i < sizeof fcntls / sizeof fcntls[0]; i++)
		if (fcntls[i] != F_SETFL || wanted->sets_modes)
			expect(seccomp_rule_add(filter, SCMP_ACT_ALLOW,
			    SCMP_SYS(fcntl), 1, SCMP_A1(SCMP_CMP_MASKED_EQ,
				UINT32_MAX, fcntls[i])), "fcntl");
	add_sockets(filter);
	/* SQLite gives what root makes to the ledger's owner, closes an empty
	 * log to others, and does without; and may look for a journal of
	 * another mode, to delete it. */
	expect(seccomp_rule_add(filter, SCMP_ACT_ERRNO(EPERM),
	    SCMP_SYS(fchown), 0), "fchown");
	expect(seccomp_rule_add(filter, SCMP_ACT_ERRNO(EPERM),
	    SCMP_SYS(fchmod), 0), "fchmod");
	expect(seccomp_rule_add(filter, SCMP_ACT_ERRNO(EPERM),
	    OLD(unlink, unlinkat), 0), "unlink");
	add_opening(filter, wanted->opening);
}

static void
print_filter(const struct filter *wanted)
{
	scmp_filter_ctx filter = seccomp_init(SCMP_ACT_KILL_PROCESS);
	FILE *made = tmpfile();
	struct sock_filter step;

	if (filter == NULL || made == NULL) {
		fprintf(stderr, "sandbox-list: does not start\n");
		exit(1);
	}
	expect(seccomp_attr_set(filter, SCMP_FLTATR_CTL_OPTIMIZE, 2), "tree");
	add_rules(filter, wanted);
	expect(seccomp_export_bpf(filter, fileno(made)), "export");
	rewind(made);
	printf("static const struct sock_filter filter_%s[] = {\n",
	    wanted->name);
	while (fread(&step, sizeof step, 1, made) == 1)
		printf("\t{ 0x%02x, %u, %u, 0x%08x },\n", step.code, step.jt,
		    step.jf, step.k);
	printf("};\n");
	seccomp_release(filter);
	fclose(made);
}

int
main(void)
{
	size_t i;

	printf("/* Made by sandbox-list. */\n");
	for (i = 0; i < FILTERS; i++)
		print_filter(&filters[i]);
	return 0;
}
