/* apicheck_signal - an end before the end, with all that was found so far. */
#ifndef APICHECK_SIGNAL_H
#define APICHECK_SIGNAL_H

/* From now on SIGINT and SIGTERM are only noted; a second one ends us. */
void	signal_watch(void);
/* That one came, and which; or NULL. */
const char	*signal_came(void);

#endif
