/* cmd_key - API keys, tokens that a user has for long: create, list, revoke. */
#include <stdio.h>
#include <string.h>

#include "cmd.h"
#include "text.h"
#include "token.h"

#define LABEL_CHARS	(STORE_LABEL_MAX / 4)

static const char never[] = "keys";	/* the scope that no key has */

/* Write into out what list has but for the scope that no key has. */
static void
leave_out(const char *list, char out[SCOPE_MAX + 1])
{
	char one[SCOPE_MAX + 1];
	size_t length = 0;

	out[0] = '\0';
	while ((list = scope_next(list, one)) != NULL) {
		if (strcmp(one, never) == 0)
			continue;
		if (length > 0)
			out[length++] = ' ';
		strcpy(out + length, one);
		length += strlen(one);
	}
}

static int64_t
read_ttl(const char *ttl)
{
	const struct config *config = cmd_config();

	if (ttl != NULL)
		return cmd_number(ttl, "--ttl", config->key_ttl_max);
	return config->key_ttl < config->key_ttl_max ? config->key_ttl :
	    config->key_ttl_max;
}

static void
read_label(const char *label, char out[STORE_LABEL_MAX + 1])
{
	if (label[0] == '\0' || !text_is_clean(label) ||
	    text_copy(out, STORE_LABEL_MAX + 1, label) != 0 ||
	    text_length(label) > LABEL_CHARS)
		cmd_refuse("the name must be 1 to %d characters of UTF-8 "
		    "without controls", LABEL_CHARS);
}

static int
create(int argc, char **argv)
{
	const char *name = NULL, *scope = NULL, *ttl = NULL;
	const char *label = "postern";
	const struct cmd_option options[] = {
		{ "user", &name, NULL }, { "scope", &scope, NULL },
		{ "ttl", &ttl, NULL }, { "name", &label, NULL },
		{ NULL, NULL, NULL } };
	struct store_token row = { .kind = STORE_KIND_KEY };
	char text[TOKEN_SIZE], allowed[SCOPE_MAX + 1], id[STORE_ID_SIZE];
	uint8_t digest[1][CRYPTO_DIGEST];
	struct store_user user;
	struct store *store;

	cmd_read(argc, argv, options, NULL, 0);
	if (name == NULL)
		cmd_misused("whose key? --user NAME");
	row.expires = read_ttl(ttl);
	read_label(label, row.label);
	store = cmd_store(STORE_WRITE);
	row.created = cmd_now();
	row.expires += row.created;
	user = cmd_user_named(store, name);
	cmd_grant_scope(&user, scope, allowed);
	if (scope != NULL && scope[0] != '\0' && scope_within(never, allowed))
		cmd_refuse("a key cannot have the scope %s: it would make "
		    "keys that outlive it", never);
	leave_out(allowed, row.scope);
	token_make(text, TOKEN_KEY);
	token_digest(digest[0], text, strlen(text));
	cmd_expect(store_token_add(store, &user, &row,
	    (const uint8_t (*)[CRYPTO_DIGEST])digest, 1), "user any more");
	store_id(digest[0], id);
	cmd_note("key_made", user.name, id);
	puts(text);
	crypto_wipe(text, sizeof text);
	return cmd_done();
}

static void
print_line(const struct store_token *token, void *arg)
{
	char id[STORE_ID_SIZE];

	(void)arg;
	store_id(token->digest, id);
	printf("%s %s %s ", id, token->name, cmd_time(token->expires));
	printf("%s \"%s\" %s\n",
	    token->used > 0 ? cmd_time(token->used) : "never", token->scope,
	    token->label);
}

static int
list(int argc, char **argv)
{
	const char *name = NULL;
	const struct cmd_option options[] = { { "user", &name, NULL },
		{ NULL, NULL, NULL } };
	struct store *store;

	cmd_read(argc, argv, options, NULL, 0);
	store = cmd_store(STORE_READ);
	if (name != NULL)
		cmd_user_named(store, name);
	cmd_expect(store_token_list(store, name, STORE_KIND_KEY, print_line,
	    NULL), "ledger");
	return cmd_done();
}

static int
revoke(int argc, char **argv)
{
	const struct cmd_option options[] = { { NULL, NULL, NULL } };
	const char *id;

	cmd_read(argc, argv, options, &id, 1);
	cmd_expect(store_token_revoke_id(cmd_store(STORE_WRITE), id,
	    STORE_KIND_KEY, NULL), "key");
	cmd_note("key_ended", NULL, id);
	printf("revoked 1\n");
	return cmd_done();
}

const struct cmd cmd_key[] = {
	{ "create", create, "key create --user NAME [--scope S] "
	    "[--ttl SECONDS] [--name TEXT]",
	"  Make an API key and print it; it is shown this once.  Without\n"
	"  --scope it has all that the user has but keys, which no key has.\n"
	"  It lives for key_ttl seconds, or SECONDS, at most key_ttl_max.\n"
	"  TEXT, 1 to 64 characters, says what it is for (postern).\n" },
	{ "list", list, "key list [--user NAME]",
	"  Print keys: public id, user, end of life, last use (to the hour, or\n"
	"  never), \"SCOPES\", name.\n" },
	{ "revoke", revoke, "key revoke ID",
	"  End a key by its public id.  Holds from the next request on.  One\n"
	"  that you have in full: postern token revoke -\n" },
	{ NULL, NULL, NULL, NULL }
};
