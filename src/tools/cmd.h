/* cmd - what the operator's commands share.
 *
 * Facts go to standard output, one a line; all else to standard error.  Exit
 * status 0: done, 1: refused, 2: wrong usage. */
#ifndef CMD_H
#define CMD_H

#include <stdint.h>

#include "config.h"
#include "store.h"

/* One action of a subcommand, or a subcommand without actions. */
struct cmd {
	const char	*name;
	int		(*run)(int argc, char **argv);
	const char	*usage;		/* after "postern " */
	const char	*help;		/* one or more lines */
};

/* The subcommand families; each list ends with a NULL name. */
extern const struct cmd cmd_init[];
extern const struct cmd cmd_user[];
extern const struct cmd cmd_token[];
extern const struct cmd cmd_client[];
extern const struct cmd cmd_key[];
extern const struct cmd cmd_serverkey[];
extern const struct cmd cmd_audit[];
extern const struct cmd cmd_item[];
extern const struct cmd cmd_limit[];
extern const struct cmd cmd_ledger[];
extern const struct cmd cmd_migrate[];

/* Run the action that argv[1] names.  "--help" prints them all. */
int	cmd_dispatch(const struct cmd *list, int argc, char **argv);

/* Ending
 * ------ */

/* Say what is wrong and what to do, and end with status 1. */
_Noreturn void	cmd_refuse(const char *format, ...)
	    __attribute__((format(printf, 1, 2)));
/* The same for a wrong call, with status 2 and the action's usage. */
_Noreturn void	cmd_misused(const char *format, ...)
	    __attribute__((format(printf, 1, 2)));
/* End with status 1 unless rc is STORE_OK, saying why; what names the thing
 * that there is none of. */
void	cmd_expect(enum store_rc rc, const char *what);
/* The same for a new user or client: the name may be taken. */
void	cmd_expect_name(enum store_rc rc);

/* Arguments
 * --------- */

/* An option: with value, "--name VALUE" or "--name=VALUE"; with flag, bare.
 * With both it may be given many times, which one option of an action may:
 * the values are joined by blanks, and flag counts them. */
struct cmd_option {
	const char	*name;
	const char	**value;
	int		*flag;
};

/* Read argv[1..] into options (ended by a NULL name) and exactly count plain
 * arguments.  Whatever else is there ends the process; --help too. */
void	cmd_read(int argc, char **argv, const struct cmd_option *options,
    const char **plain, int count);
/* A number from 1 to max, or the end of the process. */
int64_t	cmd_number(const char *text, const char *what, int64_t max);
/* A well-formed list of scopes, or the end of the process. */
const char	*cmd_scope(const char *text);

/* May name be given to a new user or client?  Else the end of the process. */
void	cmd_new_name(const char *name);

/* Read one secret from standard input into secret of size bytes, without the
 * newline at its end.  An empty or too long one, and one with control
 * characters or bytes that are not UTF-8, ends the process. */
void	cmd_secret(char *secret, size_t size, const char *prompt);
/* "2026-01-02T03:04:05Z" for a time, in static storage. */
const char	*cmd_time(int64_t when);

/* Note in the audit log what the operator did; subject and token, a public id,
 * may be NULL. */
void	cmd_note(const char *event, const char *subject, const char *token);

/* The ledger
 * ---------- */

/* Use this configuration file, as -c says. */
void	cmd_use_config(const char *path);
/* Find the configuration: -c, else as config_find does.  Writes its absolute
 * path into path (of CONFIG_PATH bytes).  Returns 0, or -1 when there is
 * none; one that cannot be reached ends the process. */
int	cmd_find_config(char *path);
/* Read the configuration.  As root, first become the owner of its file. */
const struct config	*cmd_config(void);
/* As root, become the owner of path. */
void	cmd_become_owner(const char *path);
/* The ledger that the configuration names; cmd_done closes it. */
struct store	*cmd_store(enum store_mode mode);
/* The time by the ledger that cmd_store opened, or the end of the process. */
int64_t	cmd_now(void);
/* The user called name, or the end of the process. */
struct store_user	cmd_user_named(struct store *store, const char *name);
/* Write into scope what a new token of user's gets, all that the user has when
 * asked is NULL or empty.  More than that, and a disabled user, end the
 * process. */
void	cmd_grant_scope(const struct store_user *user, const char *asked,
    char scope[SCOPE_MAX + 1]);
/* Close the ledger and flush standard output; returns the exit status: a fact
 * that could not be written is no success. */
int	cmd_done(void);

#endif
