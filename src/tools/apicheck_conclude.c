/* apicheck_conclude - what is said at the end, and the exit status. */
#include <stdio.h>
#include <string.h>

#include "apicheck_conclude.h"
#include "apicheck_signal.h"
#include "apicheck_tap.h"

#define LISTED	2000		/* bytes of names in one line */

/* Put the labels of what has a mark behind text, as far as they fit.  Returns
 * their number. */
static size_t
list(const struct api *api, int (*has_mark)(const struct api_op *), char *text,
    size_t size)
{
	size_t i, length, count = 0, left_out = 0;

	for (i = 0; i < api->count; i++) {
		if (!has_mark(&api->ops[i]))
			continue;
		length = strlen(text);
		if (length + strlen(api->ops[i].label) + 40 < size)
			snprintf(text + length, size - length, "%s%s", count > 0
			    ? ", " : "", api->ops[i].label);
		else
			left_out++;
		count++;
	}
	length = strlen(text);
	if (left_out > 0)
		snprintf(text + length, size - length, " and %zu more",
		    left_out);
	return count;
}

static int
answers_all(const struct api_op *op)
{
	return op->answers_all;
}

static int
is_doubtful(const struct api_op *op)
{
	return op->is_doubtful;
}

static int
ignores_good(const struct api_op *op)
{
	return op->ignores_good;
}

static void
tell_open(const struct api *api)
{
	char text[LISTED + 200] = "open by the document, and answers: ";

	if (list(api, answers_all, text, LISTED) == 0)
		return;
	strcat(text, "; --public PATH says that one is meant, and has all "
	    "others attacked");
	tap_remark(text);
	strcpy(text, "warning: is a guard forgotten, for the single items are "
	    "protected?  ");
	if (list(api, is_doubtful, text, LISTED) > 0)
		tap_remark(text);
}

static void
tell_good(const struct api *api, const struct attack *attack)
{
	char text[LISTED + 200] = "warning: no good token opened ";

	if (attack->tried == 0)
		return;
	if (attack->opened == 0) {
		snprintf(text, sizeof text, "warning: the good token opened "
		    "nothing: %ld cases prove little", attack->weak);
		tap_remark(text);
	} else if (list(api, ignores_good, text, LISTED) > 0) {
		strcat(text, ": the cases there prove little");
		tap_remark(text);
	}
}

int
conclude(const struct api *api, const struct attack *attack)
{
	int findings, status = 0;

	if (api->is_cut)
		tap_note("there are more than %d operations: the rest was not "
		    "checked", API_OPS);
	if (ask_stopped())
		tap_note("not checked to the end: %s", ask_reason());
	else if (attack->attacked == 0)
		tap_note("nothing was checked: the document protects nothing "
		    "that we may call, or nothing answered; name what is open "
		    "with --public PATH, or what is not with --route PATH");
	tap_plan();
	tell_open(api);
	tell_good(api, attack);
	if (api->is_cut || ask_stopped() || signal_came() != NULL ||
	    attack->attacked == 0 || (attack->tried > 0 && attack->opened == 0))
		status = 2;
	findings = tap_end(ask_count(), signal_came());
	return findings > 0 ? 1 : status;
}
