/* apicheck_tap - what was found, as TAP, and a line of progress.
 *
 * Texts may come from a hostile document: they are escaped here. */
#ifndef APICHECK_TAP_H
#define APICHECK_TAP_H

/* A case that went well, or was left out for a reason. */
void	tap_ok(const char *what, const char *name);
void	tap_skip(const char *what, const char *name, const char *reason);
/* A finding, and what to do about it. */
void	tap_finding(const char *what, const char *name, const char *advice);
/* Something to know that is no finding. */
void	tap_note(const char *format, ...)
	    __attribute__((format(printf, 1, 2)));
/* It cannot be checked: say so, and end with status 2. */
_Noreturn void	tap_bail(const char *format, ...)
	    __attribute__((format(printf, 1, 2)));

/* On a terminal, say how far we are: what is checked now, then each request. */
void	tap_working_on(const char *what);
void	tap_progress(long requests);

/* How many cases were told. */
long	tap_count(void);
/* The plan; a remark behind it; and the summary, where broken says why the end
 * came before the end, or is NULL.  tap_end returns how many findings there
 * were. */
void	tap_plan(void);
void	tap_remark(const char *text);
int	tap_end(long requests, const char *broken);

#endif
