/* log - one event, one line, on standard error. */
#ifndef LOG_H
#define LOG_H

#define LOG_FORMAT(fmt, args)	__attribute__((format(printf, fmt, args)))

/* Name the program in every line; name is borrowed for ever.  Until this is
 * called, lines carry "postern". */
void	log_open(const char *name);

/* Write one event: time, program, process id, text.  Control characters and
 * bytes that are not UTF-8 are escaped as \xNN and a line is cut at 1,000
 * bytes, so whatever a client sent stays within its line.  There is no
 * function here that takes a token, a password or an Authorization value:
 * hand over a token's public id instead. */
void	log_event(const char *format, ...) LOG_FORMAT(1, 2);

/* Write one event and end the process with status 1. */
_Noreturn void	log_fatal(const char *format, ...) LOG_FORMAT(1, 2);

#endif
