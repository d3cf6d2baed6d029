/* apicheck_aim - one place for credentials of one operation, under attack. */
#ifndef APICHECK_AIM_H
#define APICHECK_AIM_H

#include "apicheck_case.h"

struct aim {
	const struct subject	*s;
	const struct api_slot	*slot;
	const char		*good;		/* a token, or NULL */
	const char		*no_good;	/* why there is none */
};

/* Begin a case; with several places its name says which. */
void	aim_begin(struct attack_case *c, const struct aim *aim,
    const char *name);
/* A request to the operation, without credentials. */
struct ask_request	aim_request(const struct aim *aim);
/* Try a token in the place. */
void	aim_token(struct attack_case *c, const struct aim *aim,
    const char *form, const char *token);
/* Try a header line, and perhaps (NULL) a second one. */
void	aim_line(struct attack_case *c, const struct aim *aim,
    const char *form, const char *line, const char *second);
/* Is the place the Authorization header; and is it Bearer's? */
int	aim_is_auth(const struct aim *aim);
int	aim_is_bearer(const struct aim *aim);

/* The cases of apicheck_given: tokens of a kind that is dead; live ones without
 * the scope; a good one in the query; two headers, where takes_empty and
 * takes_others say what was found before and need not be found again. */
void	aim_dead(const struct aim *aim, enum token_kind kind,
    const char *name, const char *missing, const char *advice);
void	aim_scope(const struct aim *aim);
void	aim_query(const struct aim *aim);
void	aim_doubled(const struct aim *aim, int takes_empty,
    int takes_others);

#endif
