/* grant_password - a user's name and password for a token (RFC 6749, 4.3). */
#include <string.h>

#include "grant_kinds.h"
#include "guess.h"
#include "log.h"
#include "password.h"
#include "peer.h"

#define USERNAME_MAX	255		/* bytes; longer ones are no names */

/* The password was right: keep its hash as strong as the configuration asks.
 * That this could not be written is no reason to refuse the login. */
static void
renew_hash(struct grant *grant, struct store_user *user, const char *password)
{
	char hash[CRYPTO_HASH_SIZE];

	if (!password_is_dated(grant->config, user->password) ||
	    password_hash(grant->config, password, hash) != 0)
		return;
	if (store_user_set_password(grant->store, user, hash) == STORE_OK)
		strcpy(user->password, hash);
}

/* Did another login renew the hash that ours was checked against? */
static int
is_renewed(struct grant *grant, struct store_user *user, const char *password)
{
	struct store_user now;

	if (store_user_get(grant->store, user->name, &now) != STORE_OK ||
	    password_check(grant->config, &now, password) != PASSWORD_RIGHT)
		return 0;
	*user = now;
	return 1;
}

/* RFC 6749, 4.3, for a user whose password was right. */
static void
give_user(struct grant *grant, struct store_user *user, const char *password)
{
	int with_refresh = scope_within("refresh_token",
	    grant->client.grants);
	char allowed[SCOPE_MAX + 1];

	if (client_is_tutorial(&grant->client))
		strcpy(allowed, user->scope);
	else
		scope_common(user->scope, grant->client.self.scope, allowed);
	if (grant_take_scope(grant, allowed) != 0)
		return;
	renew_hash(grant, user, password);
	if (grant_issue(grant, user, with_refresh) == STORE_NONE &&
	    is_renewed(grant, user, password))
		grant_issue(grant, user, with_refresh);
}

/* The fields of the grant, before anything is spent on them.  Returns 0, or -1
 * after the refusal. */
static int
read_fields(struct grant *grant, const char **username, const char **password)
{
	const char *asked = form_get(grant->form, "scope");

	*username = form_get(grant->form, "username");
	*password = form_get(grant->form, "password");
	if (*username == NULL || *password == NULL ||
	    strlen(*username) > USERNAME_MAX ||
	    strlen(*password) > PASSWORD_MAX) {
		grant_refuse(grant, 400, "invalid_request",
		    "username or password is missing or too long");
		return -1;
	}
	if (asked != NULL && !scope_valid(asked)) {
		grant_refuse(grant, 400, "invalid_scope",
		    "scope is not a list of scopes, each named once");
		return -1;
	}
	return 0;
}

static void
note_limit(const struct grant *grant)
{
	const struct audit audit = { .event = "limit_hit",
		.subject = grant->subject, .client = grant->client.self.name };

	peer_audit(grant->req, grant->config, &audit);
}

/* Is the answer no, for a reason that has nothing to do with who asks? */
static int
is_held_back(struct grant *grant, enum guess_rc rc)
{
	if (rc == GUESS_OK)
		return 0;
	if (rc == GUESS_WAIT) {
		note_limit(grant);
		grant_wait(grant);
	} else
		grant_unavailable(grant);
	return 1;
}

static void
refuse_login(struct grant *grant, struct guess *guess)
{
	if (!is_held_back(grant, guess_wrong(guess)))
		grant_invalid(grant, "Incorrect username or password");
}

/* Is the answer "not now", before anything is spent?  In a storm all would
 * wait, and the last in vain. */
static int
is_rush(struct grant *grant)
{
	int64_t waiting = http_waiting();

	if (!password_is_rush(grant->config, waiting))
		return 0;
	log_event("%lld requests wait: a login is refused",
	    (long long)waiting);
	grant_unavailable(grant);
	return 1;
}

/* Find the user.  A name that is nobody's may be a password in the wrong
 * field: nobody notes it. */
static enum store_rc
find_user(struct grant *grant, const char *username, struct store_user *user)
{
	enum store_rc rc = STORE_NONE;

	if (store_name_valid(username))
		rc = store_user_get(grant->store, username, user);
	if (rc == STORE_OK)
		strcpy(grant->subject, user->name);
	return rc;
}

void
grant_password(struct grant *grant)
{
	const char *username, *password;
	struct store_user user;
	struct guess guess;
	enum store_rc found;

	if (read_fields(grant, &username, &password) != 0 || is_rush(grant))
		return;
	found = find_user(grant, username, &user);
	if (found == STORE_DOWN) {
		grant_unavailable(grant);
		return;
	}
	if (is_held_back(grant, guess_start(&guess, grant->req, grant->store,
	    grant->config, GUESS_USER, username, grant->now)))
		return;
	switch (password_check(grant->config, found == STORE_OK ? &user : NULL,
	    password)) {
	case PASSWORD_RIGHT:
		if (!is_held_back(grant, guess_right(&guess)))
			give_user(grant, &user, password);
		return;
	case PASSWORD_WRONG:
		refuse_login(grant, &guess);
		return;
	case PASSWORD_BUSY:
		break;
	}
	grant_unavailable(grant);
}
