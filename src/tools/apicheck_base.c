/* apicheck_base - below which path do the operations lie? */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "apicheck_base.h"
#include "apicheck_tap.h"
#include "crypto.h"
#include "xalloc.h"

#define PROBES	8		/* operations that are asked */

void
base_move(struct api *api, const char *path)
{
	char *base = ask_encode(path, "/%:@!$&'()*+,;=");
	size_t i, length = strlen(base);

	while (length > 0 && base[length - 1] == '/')
		base[--length] = '\0';
	for (i = 0; i < api->count; i++) {
		if (strcmp(api->ops[i].base, api->base) != 0)
			continue;
		free(api->ops[i].base);
		api->ops[i].base = xstrdup(base);
	}
	free(api->base);
	api->base = base;
}

/* The status of a GET of op below base, or of what cannot exist there. */
static long
status_of(struct attack *attack, const struct api_op *op, const char *base)
{
	static char letters[17];
	struct api_op moved = *op;
	struct ask_request request;
	struct ask_answer answer;
	char *text = xstrdup(base), *target, none[24];
	long status;
	size_t i;

	if (letters[0] == '\0')
		crypto_random_base62(letters, sizeof letters - 1);
	snprintf(none, sizeof none, "/%s", letters);
	moved.base = text;
	if (op->method == NULL)
		moved.path = none;
	target = sample_target(attack->api, &moved, &attack->samples);
	request = ask_new("GET", target);
	for (i = 0; i < attack->tokens->count; i++) {
		if (op->slot_count > 0 && token_fits(&attack->tokens->all[i],
		    &op->slots[0]) && attack->tokens->all[i].kind ==
		    TOKEN_GOOD) {
			case_credential(&request, &op->slots[0],
			    attack->tokens->all[i].text);
			break;
		}
	}
	ask(&request, &answer);
	status = answer.status;
	ask_forget(&answer);
	free(target);
	free(text);
	return status;
}

/* How many of some operations are below base?  *asked is of how many. */
static int
count_there(struct attack *attack, const char *base, int *asked)
{
	const struct api *api = attack->api;
	long status;
	int there = 0;
	size_t i;

	*asked = 0;
	for (i = 0; i < api->count && *asked < PROBES; i++) {
		if (strcmp(api->ops[i].base, api->base) != 0 ||
		    strcmp(api->ops[i].method, "GET") != 0 ||
		    api->ops[i].elsewhere != NULL)
			continue;
		status = status_of(attack, &api->ops[i], base);
		there += status != 404 && status != 0;
		++*asked;
	}
	return there;
}

void
base_settle(struct attack *attack, const char *other, const char *directory)
{
	const char *const places[] = { other, directory };
	static const struct api_op nothing;
	struct api *api = attack->api;
	int here, there, asked;
	size_t i;

	if (strcmp(api->base, other) == 0)
		return;
	here = count_there(attack, api->base, &asked);
	if (asked == 0 || here * 8 > asked)
		return;
	for (i = 0; i < sizeof places / sizeof places[0]; i++) {
		if (strcmp(places[i], api->base) == 0 ||
		    (i > 0 && strcmp(places[i], other) == 0))
			continue;
		there = count_there(attack, places[i], &asked);
		if (there <= here || status_of(attack, &nothing, places[i]) !=
		    404)
			continue;
		tap_note("nothing is at %.200s, where the document's servers "
		    "have it; it is at %.200s, so we ask there (--base PATH "
		    "decides)", api->base[0] != '\0' ? api->base : "/",
		    places[i][0] != '\0' ? places[i] : "/");
		base_move(api, places[i]);
		return;
	}
}
