/* users-me-password - give oneself another password. */
#include <stdio.h>
#include <string.h>

#include "endpoint.h"
#include "guess.h"
#include "password.h"
#include "strength.h"

/* Say what is wrong with the passwords, or NULL. */
static const char *
read_passwords(const struct call *c, const char **old, const char **new)
{
	static char text[160];
	const char *weak;

	if (json_string(c->in, "old", 1, PASSWORD_MAX, old) != JSON_OK ||
	    strlen(*old) > PASSWORD_MAX)
		return "old must be a text of 1 to 1024 bytes";
	if (json_string(c->in, "new", PASSWORD_LEAST, PASSWORD_MAX, new) !=
	    JSON_OK || strlen(*new) > PASSWORD_MAX)
		return "new must be a text of at least 15 characters and at "
		    "most 1024 bytes, without control characters";
	if (strcmp(*old, *new) == 0)
		return "new is the same as old";
	weak = strength_wrong(*new, c->who.subject);
	if (weak == NULL)
		return NULL;
	snprintf(text, sizeof text, "new is too weak: %s", weak);
	return text;
}

/* The old password was right. */
static void
replace(struct call *c, const struct store_user *user, const char *new)
{
	char hash[CRYPTO_HASH_SIZE];
	enum store_rc rc = STORE_DOWN;

	if (password_hash(c->config, new, hash) == 0)
		rc = store_user_change_password(c->store, user, hash,
		    c->who.digest);
	if (rc == STORE_OK) {
		call_audit(c, "password_changed", NULL);
		reply_empty(c->req, 204);
	} else if (rc == STORE_NONE)
		reply_problem(c->req, 409, "The password changed meanwhile");
	else
		reply_unavailable(c->req);
}

/* Is the answer no, whatever the old password is? */
static int
is_held_back(struct call *c, enum guess_rc rc)
{
	if (rc == GUESS_OK)
		return 0;
	if (rc == GUESS_WAIT) {
		call_audit(c, "limit_hit", NULL);
		reply_problem(c->req, 429, "Too many wrong ones: Retry-After "
		    "says for how long to wait");
	} else
		reply_unavailable(c->req);
	return 1;
}

static void
check(struct call *c, const struct store_user *user)
{
	const char *old, *new, *wrong = read_passwords(c, &old, &new);
	struct guess guess;

	if (wrong != NULL) {
		reply_problem(c->req, 400, wrong);
		return;
	}
	if (password_is_rush(c->config, http_waiting())) {
		reply_unavailable(c->req);
		return;
	}
	/* Counted apart: strangers who log in must not keep the owner out. */
	if (is_held_back(c, guess_start_for(&guess, c->req, c->store, c->config,
	    user->name, c->now)))
		return;
	switch (password_check(c->config, user, old)) {
	case PASSWORD_RIGHT:
		replace(c, user, new);
		return;
	case PASSWORD_WRONG:
		if (is_held_back(c, guess_wrong(&guess)))
			return;
		call_audit(c, "password_refused", NULL);
		reply_problem(c->req, 403, "The old password is wrong");
		return;
	case PASSWORD_BUSY:
		break;
	}
	reply_unavailable(c->req);
}

static void
change(struct call *c)
{
	struct store_user user;

	switch (store_user_get(c->store, c->who.subject, &user)) {
	case STORE_OK:
		check(c, &user);
		return;
	case STORE_NONE:
		reply_problem(c->req, 403, "Only users have passwords");
		return;
	default:
		reply_unavailable(c->req);
	}
}

const struct endpoint endpoint = {
	.path = "/users/me/password",
	.store = STORE_WRITE,
	.methods = {
		{ HTTP_POST, .scope = "me", .handle = change,
		    .says = "Change the password",
		    .members = {
			{ "old", "'the old password'",
			    .says = "1 to 1024 bytes" },
			{ "new", "'a new one, long enough'",
			    .says = "at least 15 characters, at most 1024 "
			    "bytes, and not easily guessed" },
		    },
		    .status = 204, .refuses = { 409, 429 } },
	},
};
