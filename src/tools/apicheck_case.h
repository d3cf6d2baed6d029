/* apicheck_case - a case is some requests that must all be refused.
 *
 *	case_begin(&c, subject, "garbage");
 *	case_try(&c, "null", request, NULL);
 *	case_end(&c, "look the token up before answering");
 */
#ifndef APICHECK_CASE_H
#define APICHECK_CASE_H

#include "apicheck_ask.h"
#include "apicheck_document.h"
#include "apicheck_tokens.h"

/* An operation, ready to be called. */
struct subject {
	struct api		*api;
	const struct api_op	*op;
	const struct tokens	*tokens;
	char			*target;	/* parameters filled in */
	char			*control;	/* one that cannot exist */
	char			*body;		/* or NULL */
	char			*headers[API_PARAMS];
	size_t			 header_count;
	long			 plain;		/* status to no token */
	int			 refuses;	/* which was a refusal */
	int			 in_words;	/* with a status of success */
	int			 takes_any;	/* token, as was found */
	const char		*goods[API_SLOTS];	/* let in there */
	long			 good_status;	/* to the last good token */
	struct ask_answer	 good;		/* that answer, if 2xx */
};

struct attack_case {
	const struct subject	*subject;
	char			 name[128];
	int			 tried;
	char			 hits[512];	/* the forms that got data */
	long			 status;	/* of the first one */
	int			 in_words;	/* one was refused so */
	char			 unsure[256];	/* why nothing can be told */
};

/* A request as the operation wants it, without credentials. */
struct ask_request	case_request(const struct subject *subject,
    const char *method, const char *target);
/* Put token into slot. */
void	case_credential(struct ask_request *request,
    const struct api_slot *slot, const char *token);

void	case_begin(struct attack_case *c, const struct subject *subject,
    const char *name);
/* Ask, which gives request back.  control is a target that cannot exist; a
 * server that answers the same request there with data too answers everything,
 * and only the very answer that a good token gets counts then.  Without control
 * the request went to the operation itself.  Returns the status. */
long	case_try(struct attack_case *c, const char *form,
    struct ask_request *request, const char *control);
/* The request went to another path, which answers without the header that is
 * tried as usual does; only what differs from that counts, and of it the answer
 * that a good token gets, or, without one, what control is not answered with.
 * control is a request like it that leads nowhere, and is given back. */
long	case_try_through(struct attack_case *c, const char *form,
    struct ask_request *request, const struct ask_answer *usual,
    struct ask_request *control);
/* Only the answer that a good token gets counts, for the path is another
 * operation's too. */
long	case_try_shared(struct attack_case *c, const char *form,
    struct ask_request *request);
/* Tell how it went.  Returns 1 for a finding. */
int	case_end(struct attack_case *c, const char *advice);
/* It cannot be tried, for a reason. */
void	case_skip(const struct subject *subject, const char *name,
    const char *reason);

/* Is it data, to who should get none? */
int	case_is_data(long status);

/* What a GET of a path that cannot exist is answered with; asked once. */
void	case_learn_nowhere(const char *target);
void	case_forget_nowhere(void);

#endif
