/* audit - what happened, to whom, from where: audit.log beside postern.conf, a
 * JSON object a line, for people to read by postern audit.
 *
 * A line is one write, so those of many processes do not mix.  Who moves the
 * file away gets a new one: a process that finds it gone ends after the request
 * at hand, and the next one makes it.  What cannot be written there goes to the
 * log.  No secret comes here: tokens go by their public ids. */
#ifndef AUDIT_H
#define AUDIT_H

#include "config.h"

#define AUDIT_FILE	"audit.log"

/* One event.  What is NULL or "" is left out. */
struct audit {
	const char	*event;		/* our own words, such as "login" */
	const char	*subject;	/* a user or client that there is */
	const char	*client;
	const char	*address;	/* where from; NULL: the operator */
	const char	*token;		/* a public id */
	const char	*detail;	/* our own words */
};

/* Open the file, which a program cannot do once it is confined. */
void	audit_open(const struct config *config);
/* Note an event.  Refusals and limit_hit, which anybody can make happen at any
 * rate, are left out from audit_max bytes on, and the log says so. */
void	audit_write(const struct audit *audit);
/* Was the file moved away, so that only a new process can open the next? */
int	audit_is_stuck(void);

#endif
