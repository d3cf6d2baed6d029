/* apicheck_attack - all the cases, on each operation. */
#ifndef APICHECK_ATTACK_H
#define APICHECK_ATTACK_H

#include "apicheck_case.h"
#include "apicheck_sample.h"

struct attack {
	struct api	*api;
	struct tokens	*tokens;
	struct samples	 samples;
	int		 is_unsafe;	/* methods that change things too */
	/* Out: operations that answered; those that a good token was tried
	 * at, and opened; the cases of the others. */
	long		 attacked, tried, opened, weak;
};

/* Attack every operation that has a why. */
void	attack_all(struct attack *attack);

/* The cases that need no token (apicheck_path, apicheck_pretend): variants of
 * the path, other methods, headers that pretend. */
void	attack_paths(const struct subject *subject);
void	attack_methods(const struct subject *subject, int is_unsafe);
void	attack_pretending(const struct subject *subject);
/* The cases of one place for credentials (apicheck_credential), after having
 * found the good token of each. */
void	attack_find_good(struct subject *subject);
void	attack_slot(struct subject *subject, size_t slot);

#endif
