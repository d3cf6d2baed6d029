/* cmd_user - users: add, show, change, end. */
#include <stdio.h>
#include <string.h>

#include "cmd.h"
#include "password.h"
#include "strength.h"
#include "text.h"

#define GENERATED	24		/* characters, 142 bits */
#define LENGTH_WEAK	8

static const struct cmd_option no_options[] = { { NULL, NULL, NULL } };

/* Read a password that the user name is to have. */
static void
read_password(const char *name, int allow_weak, char password[PASSWORD_MAX + 2])
{
	size_t least = allow_weak ? LENGTH_WEAK : PASSWORD_LEAST;
	const char *wrong;

	cmd_secret(password, PASSWORD_MAX + 1, "password");
	if (text_length(password) < least)
		cmd_refuse("the password is too short: %zu characters at "
		    "least%s", least, allow_weak ? "" :
		    " (8 with --allow-weak)");
	wrong = strength_wrong(password, name);
	if (wrong != NULL && !allow_weak)
		cmd_refuse("the password is too weak: %s (--allow-weak takes "
		    "it all the same)", wrong);
}

/* Read a password, or make one, and hash it.  The clear text stays in
 * password when it was made here, and is wiped otherwise. */
static int
choose_password(const char *name, int from_input, int allow_weak,
    char password[PASSWORD_MAX + 2], char hash[CRYPTO_HASH_SIZE])
{
	if (from_input)
		read_password(name, allow_weak, password);
	else
		crypto_random_base62(password, GENERATED);
	if (password_hash(cmd_config(), password, hash) != 0)
		cmd_refuse("the password could not be hashed: too little "
		    "memory, or no slot; try again");
	if (from_input)
		crypto_wipe(password, PASSWORD_MAX + 1);
	return !from_input;
}

static int
add(int argc, char **argv)
{
	struct store_user user = { .disabled = 0 };
	struct store *store;
	char password[PASSWORD_MAX + 2];
	const char *scope = "", *name;
	int from_input = 0, allow_weak = 0, made;
	const struct cmd_option options[] = {
		{ "scope", &scope, NULL },
		{ "password-stdin", NULL, &from_input },
		{ "allow-weak", NULL, &allow_weak },
		{ NULL, NULL, NULL } };

	cmd_read(argc, argv, options, &name, 1);
	cmd_new_name(name);
	strcpy(user.name, name);
	strcpy(user.scope, cmd_scope(scope));
	cmd_config();			/* before anyone types a password */
	made = choose_password(name, from_input, allow_weak, password,
	    user.password);
	store = cmd_store(STORE_WRITE);
	user.created = cmd_now();
	cmd_expect_name(store_user_add(store, &user));
	cmd_note("user_added", name, NULL);
	if (made)
		printf("password %s\n", password);
	return cmd_done();
}

static int
passwd(int argc, char **argv)
{
	struct store *store;
	struct store_user user;
	char password[PASSWORD_MAX + 2], hash[CRYPTO_HASH_SIZE];
	const char *name;
	int from_input = 0, allow_weak = 0, made;
	const struct cmd_option options[] = {
		{ "password-stdin", NULL, &from_input },
		{ "allow-weak", NULL, &allow_weak },
		{ NULL, NULL, NULL } };

	cmd_read(argc, argv, options, &name, 1);
	store = cmd_store(STORE_WRITE);
	user = cmd_user_named(store, name);
	made = choose_password(name, from_input, allow_weak, password,
	    hash);
	cmd_expect(store_user_set_password(store, &user, hash),
	    "user any more, or its password changed meanwhile");
	cmd_note("password_set", name, NULL);
	if (made)
		printf("password %s\n", password);
	return cmd_done();
}

static void
print_line(const struct store_user *user, void *arg)
{
	(void)arg;
	printf("%s %s %s\n", user->name,
	    user->disabled ? "disabled" : "enabled", user->scope);
}

static int
list(int argc, char **argv)
{
	cmd_read(argc, argv, no_options, NULL, 0);
	cmd_expect(store_user_list(cmd_store(STORE_READ), print_line, NULL),
	    "ledger");
	return cmd_done();
}

static int
show(int argc, char **argv)
{
	struct store_user user;
	const char *name;

	cmd_read(argc, argv, no_options, &name, 1);
	user = cmd_user_named(cmd_store(STORE_READ), name);
	printf("name %s\ndisabled %s\nscope %s\ncreated %s\n", user.name,
	    user.disabled ? "yes" : "no", user.scope, cmd_time(user.created));
	return cmd_done();
}

static int
scope(int argc, char **argv)
{
	struct store *store;
	const char *plain[2];

	cmd_read(argc, argv, no_options, plain, 2);
	cmd_scope(plain[1]);
	store = cmd_store(STORE_WRITE);
	cmd_user_named(store, plain[0]);
	cmd_expect(store_user_set_scope(store, plain[0], plain[1]), "user");
	cmd_note("user_scope_set", plain[0], NULL);
	return cmd_done();
}

static int
set_disabled(int argc, char **argv, int disabled)
{
	struct store *store;
	const char *name;

	cmd_read(argc, argv, no_options, &name, 1);
	store = cmd_store(STORE_WRITE);
	cmd_user_named(store, name);
	cmd_expect(store_user_set_disabled(store, name, disabled), "user");
	cmd_note(disabled ? "user_disabled" : "user_enabled", name, NULL);
	return cmd_done();
}

static int
disable(int argc, char **argv)
{
	return set_disabled(argc, argv, 1);
}

static int
enable(int argc, char **argv)
{
	return set_disabled(argc, argv, 0);
}

static int
delete(int argc, char **argv)
{
	struct store *store;
	const char *name;

	cmd_read(argc, argv, no_options, &name, 1);
	store = cmd_store(STORE_WRITE);
	cmd_user_named(store, name);
	cmd_expect(store_user_delete(store, name), "user");
	cmd_note("user_deleted", name, NULL);
	return cmd_done();
}

const struct cmd cmd_user[] = {
	{ "add", add, "user add NAME [--scope \"me items\"] [--password-stdin] "
	    "[--allow-weak]",
	"  Add a user.  A password is generated and printed, or read from\n"
	"  standard input: 15 characters at least, and none that is easily\n"
	"  guessed; with --allow-weak 8, and any.\n"
	"  Without --scope the user has no scopes.\n" },
	{ "list", list, "user list",
	"  Print all users: name, enabled or disabled, scopes.\n" },
	{ "show", show, "user show NAME",
	"  Print what is known of one user.\n" },
	{ "passwd", passwd, "user passwd NAME [--password-stdin] "
	    "[--allow-weak]",
	"  Give a new password.  Tokens stay; postern token revoke --user\n"
	"  ends them.\n" },
	{ "scope", scope, "user scope NAME \"SCOPES\"",
	"  Replace the user's scopes.  What is taken away is gone from the\n"
	"  user's tokens too, at once.\n" },
	{ "disable", disable, "user disable NAME",
	"  End all tokens of the user and refuse logins.\n" },
	{ "enable", enable, "user enable NAME",
	"  Let the user log in again.  Ended tokens stay ended.\n" },
	{ "delete", delete, "user delete NAME",
	"  Delete the user with all tokens and items.\n" },
	{ NULL, NULL, NULL, NULL }
};
