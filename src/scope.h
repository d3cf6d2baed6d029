/* scope - lists of scopes, as RFC 6749 section 3.3 writes them. */
#ifndef SCOPE_H
#define SCOPE_H

/* The longest list, in bytes without the NUL. */
#define SCOPE_MAX	511

/* Is list well formed: scope-tokens of %x21 / %x23-5B / %x5D-7E, one space
 * between them, none twice, no longer than SCOPE_MAX?  The empty list is. */
int	scope_valid(const char *list);

/* Does allowed hold every scope-token of asked? */
int	scope_within(const char *asked, const char *allowed);

/* Write into out what both lists hold, in the order of a.  Lists longer than
 * SCOPE_MAX give the empty list. */
void	scope_common(const char *a, const char *b, char out[SCOPE_MAX + 1]);

/* Take the scope-token one out of list. */
void	scope_remove(char list[SCOPE_MAX + 1], const char *one);

/* Step through a list: copies the first scope-token of list into one and
 * returns what follows it, or NULL when list is at its end. */
const char	*scope_next(const char *list, char one[SCOPE_MAX + 1]);

#endif
