/* sandbox_test - every call that a confined process must not make, made. With
 * arguments: run a program on a kernel that has no seccomp, or no Landlock. */
#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "config.h"
#include "sandbox.h"
#include "tap.h"

static char dir[64], ledger[128], wal[128], fresh[128], url[160];
static int opened;			/* the ledger, before the sandbox */

/* What each call says: 0, or -1 and errno. */
static long try_exec(void) { return execl("/bin/true", "true", NULL); }
static long try_fork(void) { return syscall(SYS_clone, SIGCHLD, 0, 0, 0, 0); }
static long try_socket(void) { return socket(AF_INET, SOCK_STREAM, 0); }
static long try_unix(void) { return socket(AF_UNIX, SOCK_STREAM, 0); }
static long try_connect(void) { return connect(0, NULL, 0); }
static long try_trace(void) { return ptrace(PTRACE_TRACEME, 0, 0, 0); }
static long try_kill(void) { return kill(getppid(), 0); }
static long try_mount(void) { return syscall(SYS_mount, 0, 0, 0, 0, 0); }
static long try_bpf(void) { return syscall(SYS_bpf, 0, 0, 0); }
static long try_ring(void) { return syscall(SYS_io_uring_setup, 1, 0); }
static long try_handle(void) { return syscall(SYS_open_by_handle_at, 0, 0, 0); }
static long try_setuid(void) { return syscall(SYS_setuid, 0); }
static long try_undump(void) { return prctl(PR_SET_DUMPABLE, 1); }
static long try_ioctl(void) { return syscall(SYS_ioctl, 0, 0x5412, "x"); }
static long try_chmod(void) { return chmod(ledger, 0666); }
static long try_rename(void) { return rename(ledger, fresh); }
static long try_link(void) { return link(ledger, fresh); }
static long try_symlink(void) { return symlink("/", fresh); }
static long try_unlink(void) { return unlink(ledger); }
static long try_truncate(void) { return truncate(ledger, 0); }
static long try_open2(void) { return syscall(SYS_openat2, 0, "/", 0, 0); }
static long try_passwd(void) { return open("/etc/passwd", O_RDONLY); }
static long try_read(void) { return open(ledger, O_RDONLY); }
static long try_write(void) { return open(ledger, O_RDWR); }
static long try_wal(void) { return open(wal, O_WRONLY); }
static long try_empty(void) { return open(ledger, O_RDONLY | O_TRUNC); }
static long try_pwrite(void) { return pwrite(opened, "x", 1, 99999); }
static long try_ftruncate(void) { return ftruncate(opened, 99999); }
static long try_pread(void) { char c; return pread(opened, &c, 1, 0); }
static long try_note(void) { return open(fresh, O_RDONLY | O_CREAT, 0600); }
static long try_new(void) { return open(fresh, O_WRONLY | O_CREAT, 0600); }
static long try_setfl(void) { return fcntl(opened, F_SETFL, 0); }
static long try_block(void) { return fcntl(0, F_SETFL, 0); }
/* As the kernel reads it, the same. */
static long
try_setfl_high(void)
{
	return syscall(SYS_fcntl, opened, 0x100000000L | F_SETFL, 0L);
}
static long try_poller(void) { return epoll_ctl(-1, EPOLL_CTL_DEL, 0, NULL); }

static long
set_option(int level, int option)
{
	int yes = 1;

	return setsockopt(opened, level, option, &yes, sizeof yes);
}
static long try_option(void) { return set_option(SOL_SOCKET, SO_KEEPALIVE); }
static long try_delay(void) { return set_option(IPPROTO_TCP, TCP_NODELAY); }
static long try_slash(void) { return mkdir("/sandbox-test", 0700); }
static long try_tmp(void) { return open("/tmp", O_TMPFILE | O_WRONLY, 0600); }

static long
try_core(void)
{
	struct rlimit limit = { 1, 1 };

	return setrlimit(RLIMIT_CORE, &limit);
}

static long
try_code(void)
{
	return mmap(NULL, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE |
	    MAP_ANONYMOUS, -1, 0) == MAP_FAILED ? -1 : 0;
}

static long
try_protect(void)
{
	return mprotect((void *)((uintptr_t)&opened & ~4095ul), 4096,
	    PROT_READ | PROT_EXEC);
}

static long
try_memory(void)
{
	char c;
	struct iovec here = { &c, 1 }, there = { &c, 1 };

	return process_vm_readv(getppid(), &here, 1, &there, 1, 0);
}

static long
try_heap(void)
{
	return mmap(NULL, 1 << 22, PROT_READ | PROT_WRITE, MAP_PRIVATE |
	    MAP_ANONYMOUS, -1, 0) == MAP_FAILED ? -1 : 0;
}

/* k: killed, -: refused, +: done.  A filter's order is public, reader,
 * writer; then reader and writer without Landlock. */
static const struct attempt {
	const char	*name;
	long		(*call)(void);
	const char	*wanted;
} attempts[] = {
	{ "execve", try_exec, "kkkkk" },
	{ "fork", try_fork, "kkkkk" },
	{ "an Internet socket", try_socket, "kkkkk" },
	{ "a local socket", try_unix, "kkkkk" },
	{ "connect", try_connect, "kkkkk" },
	{ "ptrace", try_trace, "kkkkk" },
	{ "another's memory", try_memory, "kkkkk" },
	{ "kill", try_kill, "kkkkk" },
	{ "mount", try_mount, "kkkkk" },
	{ "bpf", try_bpf, "kkkkk" },
	{ "io_uring", try_ring, "kkkkk" },
	{ "a file's handle", try_handle, "kkkkk" },
	{ "openat2", try_open2, "kkkkk" },
	{ "setuid", try_setuid, "kkkkk" },
	{ "dumpable again", try_undump, "kkkkk" },
	{ "a limit raised", try_core, "kkkkk" },
	{ "ioctl", try_ioctl, "kkkkk" },
	{ "new code", try_code, "kkkkk" },
	{ "old data as code", try_protect, "kkkkk" },
	{ "chmod", try_chmod, "kkkkk" },
	{ "rename", try_rename, "kkkkk" },
	{ "link", try_link, "kkkkk" },
	{ "symlink", try_symlink, "kkkkk" },
	{ "truncate", try_truncate, "kkkkk" },
	{ "unlink", try_unlink, "-----" },
	{ "/etc/passwd", try_passwd, "-----" },
	{ "a directory at the root", try_slash, "k--kk" },
	{ "add no more", try_setfl, "kkkkk" },
	{ "... in 64 bits", try_setfl_high, "kkkkk" },
	{ "the socket not to block", try_block, "+++++" },
	{ "an option of a socket", try_option, "kkkkk" },
	{ "TCP_NODELAY, of no socket", try_delay, "-----" },
	{ "many connections", try_poller, "--k-k" },
	{ "a file in /tmp", try_tmp, "-----" },
	{ "the ledger for reading", try_read, "-++--" },
	{ "the ledger for writing", try_write, "--+--" },
	{ "its log for writing", try_wal, "--+--" },
	{ "the ledger emptied", try_empty, "--+--" },
	{ "an empty file beside it", try_note, "-++--" },
	{ "a file to write beside it", try_new, "--+--" },
	{ "pwrite to what was open", try_pwrite, "k++++" },
	{ "ftruncate", try_ftruncate, "kk+k+" },
	{ "pread", try_pread, "k++++" },
	{ "memory", try_heap, "+++++" },
};

static void
make_file(const char *path)
{
	int fd = open(path, O_CREAT | O_RDWR, 0600);

	if (fd < 0)
		exit(2);
	close(fd);
}

/* What becomes of a process that makes a call in the sandbox. */
static char
outcome(const struct sandbox *box, long (*call)(void))
{
	pid_t child = fork();
	int status;

	if (child == 0) {
		opened = open(ledger, O_RDWR);
		if (sandbox_enter(box) != 1)
			_exit(3);
		_exit(call() < 0 ? 1 : 0);
	}
	waitpid(child, &status, 0);
	if (WIFSIGNALED(status))
		return WTERMSIG(status) == SIGSYS ? 'k' : '?';
	return WEXITSTATUS(status) == 0 ? '+' :
	    WEXITSTATUS(status) == 1 ? '-' : '?';
}

static void
test_attempts(void)
{
	static const enum store_mode modes[] = { STORE_CLOSED, STORE_READ,
	    STORE_WRITE, STORE_READ, STORE_WRITE };
	static const char *const names[] = { "public", "reader", "writer",
	    "reader without Landlock", "writer without Landlock" };
	struct sandbox box = { .ledger = ledger, .dir = dir };
	const struct attempt *a;
	char name[128];
	size_t i;

	for (i = 0; i < 5; i++)
		for (a = attempts; a < attempts + sizeof attempts /
		    sizeof attempts[0]; a++) {
			box.mode = modes[i];
			box.landlock = i < 3 ? sandbox_landlock() : 0;
			if (i < 3 && i > 0 && box.landlock == 0)
				continue;
			make_file(ledger);
			make_file(wal);
			snprintf(name, sizeof name, "%s: %s: %c", names[i],
			    a->name, a->wanted[i]);
			is(outcome(&box, a->call), a->wanted[i], name);
			unlink(fresh);
		}
}

static char keys[128], beside[128];		/* in a configuration's directory */
static long try_keys(void) { return open(keys, O_RDONLY); }
static long try_keys_write(void) { return open(keys, O_RDWR); }
static long try_beside(void) { return open(beside, O_WRONLY | O_CREAT, 0600); }

/* A writer whose ledger lies elsewhere only reads beside postern.conf. */
static void
test_apart(void)
{
	char conf[] = "/tmp/postern-unit-XXXXXX";
	struct sandbox box = { .ledger = ledger, .dir = conf,
		.mode = STORE_WRITE, .landlock = sandbox_landlock() };

	if (box.landlock == 0 || mkdtemp(conf) == NULL)
		return;
	snprintf(keys, sizeof keys, "%s/server.keys", conf);
	snprintf(beside, sizeof beside, "%s/fresh", conf);
	make_file(keys);
	make_file(ledger);
	is(outcome(&box, try_keys), '+', "apart: reads server.keys");
	is(outcome(&box, try_keys_write), '-', "... does not write it");
	is(outcome(&box, try_beside), '-', "... makes nothing beside it");
	is(outcome(&box, try_write), '+', "... and writes the ledger");
	box.mode = STORE_READ;
	is(outcome(&box, try_keys), '-', "a reader does not read it");
	unlink(keys);
	rmdir(conf);
}

/* Make one call fail with an error, as on a kernel that has it not. */
static void
take_away(unsigned int call, unsigned int argument, unsigned int error)
{
	struct sock_filter steps[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, 0),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, call, 0, 4),
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, 16),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, argument, 1, 0),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, ~0u, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | error),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	struct sock_fprog filter = { sizeof steps / sizeof steps[0], steps };

	prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
	if (prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter) != 0)
		exit(4);
}

int
main(int argc, char **argv)
{
	if (argc > 2) {
		if (strcmp(argv[1], "no-seccomp") == 0)
			take_away(SYS_prctl, PR_SET_SECCOMP, EINVAL);
		else
			take_away(SYS_landlock_create_ruleset, 0, ENOSYS);
		execvp(argv[2], argv + 2);
		return 5;
	}
#ifdef __SANITIZE_ADDRESS__
	printf("1..0 # SKIP AddressSanitizer needs calls of its own\n");
	return 0;
#endif
	strcpy(dir, "/tmp/postern-unit-XXXXXX");
	if (mkdtemp(dir) == NULL)
		return 2;
	snprintf(ledger, sizeof ledger, "%s/ledger.db", dir);
	snprintf(wal, sizeof wal, "%s/ledger.db-wal", dir);
	snprintf(fresh, sizeof fresh, "%s/fresh", dir);
	snprintf(url, sizeof url, "sqlite:%s", ledger);
	is_text(store_file(url), ledger, "the ledger's file");
	test_attempts();
	test_apart();
	unlink(ledger);
	unlink(wal);
	rmdir(dir);
	return tap_done();
}
