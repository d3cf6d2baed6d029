/* apicheck_document - what an OpenAPI 3.x document says of an API.
 *
 * The document may be anyone's: wrong types are as good as absent members,
 * circles end, and what is printed of it is escaped elsewhere. */
#ifndef APICHECK_DOCUMENT_H
#define APICHECK_DOCUMENT_H

#include <cjson/cJSON.h>
#include <stddef.h>

#define API_OPS		1000
#define API_SLOTS	4	/* places for a credential, in one operation */
#define API_PARAMS	64	/* parameters that are looked at, of one */

/* Where a credential goes. */
enum api_place {
	API_AUTH,		/* Authorization: NAME TOKEN */
	API_HEADER,		/* NAME: TOKEN */
	API_QUERY,		/* ?NAME=TOKEN */
	API_COOKIE		/* Cookie: NAME=TOKEN */
};

struct api_slot {
	enum api_place	 place;
	const char	*name;
	const char	*given;		/* the operator's value, or NULL */
};

/* What the document says of who may call. */
enum api_guard {
	API_SILENT,		/* nothing */
	API_OPEN,		/* everyone: security is [], or has {} */
	API_GUARDED
};

struct api_op {
	const char	*method;
	char		*path;		/* the template, percent-encoded */
	char		*base;		/* what stands before it */
	char		*label;		/* "GET /path" */
	const cJSON	*item, *node;	/* its path's object, and its own */
	enum api_guard	 guard;
	const char	*why;		/* it is attacked; NULL: it is not */
	int		 is_public;	/* the operator says so */
	const char	*elsewhere;	/* the other origin it lives at */
	struct api_slot	 slots[API_SLOTS];
	size_t		 slot_count;
	/* What came of it. */
	int		 answers_all;	/* open, and has data for everyone */
	int		 is_doubtful;	/* so it has, but its items have not */
	int		 ignores_good;	/* no good token opened it */
};

struct api {
	cJSON		*root;
	char		*base;		/* of the document's servers, or ours */
	struct api_op	*ops;
	size_t		 count;
	int		 is_cut;	/* it has more than API_OPS */
	long		 steps;		/* references that were followed */
};

/* Read length bytes of text.  Paths start below base, unless the document
 * names a server of our origin; relative ones start at directory.  Returns 0,
 * or -1 and says why.  The caller gives api back with api_forget. */
int	api_read(struct api *api, const char *text, size_t length,
    const char *base, const char *directory, const char **why);
void	api_forget(struct api *api);

/* Add an operation that the document does not have. */
struct api_op	*api_add(struct api *api, const char *method,
    const char *path);

/* The member called name, references followed; NULL when there is none. */
const cJSON	*api_member(struct api *api, const cJSON *node,
    const char *name);
/* The node itself, or what its reference leads to. */
const cJSON	*api_follow(struct api *api, const cJSON *node);
/* Its text member, or NULL. */
const char	*api_text(struct api *api, const cJSON *node,
    const char *name);

/* Put op's parameters, its path's too, into list.  Returns their number. */
size_t	api_params(struct api *api, const struct api_op *op,
    const cJSON *list[API_PARAMS]);

/* Does op ask for scopes, of a token that goes into slot? */
int	api_asks_scope(struct api *api, const struct api_op *op,
    const struct api_slot *slot);
/* Does a token with scopes (blanks between) not suffice there, whichever
 * alternative one takes? */
int	api_lacks_scope(struct api *api, const struct api_op *op,
    const struct api_slot *slot, const char *scopes);
/* Give op a place for credentials, unless it has it or has too many. */
void	api_add_slot(struct api_op *op, enum api_place place,
    const char *name);
/* May name be the name of a header? */
int	api_is_token(const char *name);

#endif
