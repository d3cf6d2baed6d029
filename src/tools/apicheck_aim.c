/* apicheck_aim - one place for credentials of one operation, under attack. */
#include <stdio.h>
#include <string.h>

#include "apicheck_aim.h"

void
aim_begin(struct attack_case *c, const struct aim *aim, const char *name)
{
	char text[128];

	snprintf(text, sizeof text, "%s (%s)", name, aim->slot->name);
	case_begin(c, aim->s, aim->s->op->slot_count > 1 ? text : name);
}

struct ask_request
aim_request(const struct aim *aim)
{
	return case_request(aim->s, aim->s->op->method, aim->s->target);
}

void
aim_token(struct attack_case *c, const struct aim *aim, const char *form,
    const char *token)
{
	struct ask_request request = aim_request(aim);

	case_credential(&request, aim->slot, token);
	case_try(c, form, &request, NULL);
}

void
aim_line(struct attack_case *c, const struct aim *aim, const char *form,
    const char *line, const char *second)
{
	struct ask_request request = aim_request(aim);

	ask_add(&request, "%s", line);
	if (second != NULL)
		ask_add(&request, "%s", second);
	case_try(c, form, &request, NULL);
}

int
aim_is_auth(const struct aim *aim)
{
	return aim->slot->place == API_AUTH;
}

int
aim_is_bearer(const struct aim *aim)
{
	return aim_is_auth(aim) && strcmp(aim->slot->name, "Bearer") == 0;
}
