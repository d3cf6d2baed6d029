/* sandbox - what a program gives up before it answers anyone. */
#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <linux/filter.h>
#include <linux/landlock.h>
#include <linux/seccomp.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "config.h"
#include "log.h"
#include "sandbox.h"
#include "text.h"

#define FILES	128	/* 64 slots for password hashes, and some */

/* Headers may be older than kernels. */
#define FS(number)	(UINT64_C(1) << (number))
#define ALL_FS(last)	(FS((last) + 1) - 1)
#define WRITE_FILE	FS(1)
#define READ_FILE	FS(2)
#define READ_DIR	FS(3)
#define MAKE_DIR	FS(7)
#define MAKE_REG	FS(8)
#define TRUNCATE	FS(14)

struct ruleset {
	uint64_t	fs;
	uint64_t	net;		/* from version 4 on */
	uint64_t	scoped;		/* from version 6 on */
};

/* The filters, made by tools/sandbox-list. */
#include "sandbox.bpf.h"

#define FILTER(name)	{ sizeof name / sizeof name[0],			\
			    (struct sock_filter *)name }

int
sandbox_landlock(void)
{
	long version = syscall(SYS_landlock_create_ruleset, NULL, 0,
	    LANDLOCK_CREATE_RULESET_VERSION);

	return version > 0 ? (int)version : 0;
}

/* All that the kernel's version can take away; a linked ledger needs
 * connections. */
static struct ruleset
all_of(const struct sandbox *box)
{
	struct ruleset all = { .fs = ALL_FS(12) };
	int version = box->landlock;

	if (version >= 2)
		all.fs = ALL_FS(13);
	if (version >= 3)
		all.fs = ALL_FS(14);
	if (version >= 4 && !box->linked)
		all.net = 3;		/* bind and connect */
	if (version >= 5)
		all.fs = ALL_FS(15);
	if (version >= 6)
		all.scoped = 3;		/* abstract sockets and signals */
	return all;
}

/* Allow access below path.  One that is not there needs no rule. */
static int
allow(int rules, const char *path, uint64_t access)
{
	struct landlock_path_beneath_attr below = { .allowed_access = access };
	int rc;

	below.parent_fd = open(path, O_PATH | O_CLOEXEC);
	if (below.parent_fd < 0)
		return 0;
	rc = (int)syscall(SYS_landlock_add_rule, rules,
	    LANDLOCK_RULE_PATH_BENEATH, &below, 0);
	close(below.parent_fd);
	return rc;
}

static int
add_rules(int rules, const struct sandbox *box, uint64_t all)
{
	const uint64_t reading = READ_FILE | MAKE_REG | MAKE_DIR,
	    writing = reading | READ_DIR | WRITE_FILE | (TRUNCATE & all);
	char file[CONFIG_PATH];

	if (box->linked)
		return allow(rules, "/", READ_FILE | READ_DIR);
	if (box->mode == STORE_CLOSED || box->ledger[0] == '\0')
		return 0;
	if (text_copy(file, sizeof file, box->ledger) != 0)
		return -1;
	if (allow(rules, dirname(file),
	    box->mode == STORE_WRITE ? writing : reading) != 0)
		return -1;
	/* The server's keys.  The slots of password hashes are open already. */
	return box->mode == STORE_WRITE && box->dir[0] != '\0' ?
	    allow(rules, box->dir, READ_FILE) : 0;
}

static int
close_files(const struct sandbox *box)
{
	struct ruleset all = all_of(box);
	int rules = (int)syscall(SYS_landlock_create_ruleset, &all,
	    sizeof all, 0);
	int rc = -1;

	if (rules < 0)
		return -1;
	if (add_rules(rules, box, all.fs) == 0)
		rc = (int)syscall(SYS_landlock_restrict_self, rules, 0);
	close(rules);
	return rc;
}

static int
close_calls(const struct sandbox *box)
{
	static const struct sock_fprog open_ended[] = {
		[STORE_CLOSED] = FILTER(filter_public),
		[STORE_READ] = FILTER(filter_reader),
		[STORE_WRITE] = FILTER(filter_writer),
	}, linked = FILTER(filter_linked), closed[] = {
		[STORE_CLOSED] = FILTER(filter_public),
		[STORE_READ] = FILTER(filter_reader_closed),
		[STORE_WRITE] = FILTER(filter_writer_closed),
	};

	return prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, box->linked ? &linked :
	    box->landlock > 0 ? &open_ended[box->mode] : &closed[box->mode]);
}

int
sandbox_keep_memory(void)
{
	const struct rlimit none = { 0, 0 };

	return setrlimit(RLIMIT_CORE, &none) | prctl(PR_SET_DUMPABLE, 0);
}

static int
close_limits(void)
{
	const struct rlimit files = { FILES, FILES };

	if (sandbox_keep_memory() != 0 ||
	    setrlimit(RLIMIT_NOFILE, &files) != 0)
		return -1;
	return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
}

/* AddressSanitizer makes calls, and opens files, that nobody else does. */
static int
is_built_without(void)
{
#if defined __has_feature
#if __has_feature(address_sanitizer)
	return 1;
#endif
#endif
#ifdef __SANITIZE_ADDRESS__
	return 1;
#endif
	return 0;
}

int
sandbox_enter(const struct sandbox *box)
{
	const char *part = "limits";

	if (is_built_without()) {
		if (box->speak)
			log_event("sandbox: none, in a build that looks for "
			    "errors in memory");
		return 1;
	}
	if (close_limits() != 0 ||
	    (part = "Landlock", box->landlock > 0 && close_files(box) != 0) ||
	    (part = "seccomp", close_calls(box) != 0)) {
		log_event("sandbox: %s: %s; nothing is answered without it, "
		    "unless sandbox = off says so", part, strerror(errno));
		return 0;
	}
	if (box->speak && box->landlock > 0)
		log_event("sandbox: seccomp, Landlock %d, no core, %d files",
		    box->landlock, FILES);
	else if (box->speak && box->linked)
		log_event("sandbox: seccomp, no core, %d files; this kernel "
		    "has no Landlock", FILES);
	else if (box->speak)
		log_event("sandbox: seccomp, no core, %d files; this kernel "
		    "has no Landlock, so no file is opened any more", FILES);
	return 1;
}
