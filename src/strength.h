/* strength - is a new password one that others would try?  The only owner of
 * zxcvbn. */
#ifndef STRENGTH_H
#define STRENGTH_H

/* Say what is wrong with password, that is set for the user name, or NULL.
 * Refused is what is in zxcvbn's lists of common passwords, and what it scores
 * below 3 of 4: found within 10^8 tries. */
const char	*strength_wrong(const char *password, const char *name);

#endif
