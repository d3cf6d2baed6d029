/* sandbox - what a program gives up before it answers anyone. */
#ifndef SANDBOX_H
#define SANDBOX_H

#include "store.h"

struct sandbox {
	enum store_mode	 mode;		/* what is done with the ledger */
	const char	*ledger;	/* its file, or "" */
	int		 linked;	/* it is no file, but a database */
	const char	*dir;		/* of the configuration, or "" */
	int		 landlock;	/* what sandbox_landlock() said */
	int		 speak;		/* log what is in force */
};

/* The version of Landlock that the kernel has, 0 for none. */
int	sandbox_landlock(void);

/* Let nobody read the process's memory: no core, no tracing by the same user.
 * Returns 0, or -1.  Part of sandbox_enter. */
int	sandbox_keep_memory(void);

/* Keep the rights that the mode needs and lose all others, for good:
 *
 * - no_new_privs, no core, no tracing by the same user, 128 files at most;
 * - Landlock: STORE_CLOSED opens no file; STORE_READ opens files in the
 *   ledger's directory for reading, and makes empty ones; STORE_WRITE also
 *   writes there, and reads in the configuration's directory.
 *   With a linked ledger all files may be read that the user may read (name
 *   services, certificates, passwords of databases), and none written;
 * - seccomp: any call that src/tools/sandbox-list.c does not name kills the
 *   process.  Nobody starts a program or a process, nobody whose ledger is a
 *   file a connection, and STORE_READ opens nothing for writing.
 *
 * Where the kernel has no Landlock no file is opened at all from here on, but by
 * those with a linked ledger, for reading.
 * Returns 1; or 0, with the reason in the log, when one of them is not in
 * force: then nothing may be answered. */
int	sandbox_enter(const struct sandbox *sandbox);

#endif
