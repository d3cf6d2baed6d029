/* cmd_token - tokens: mint, import, list, revoke, purge. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "auth.h"
#include "cmd.h"
#include "token.h"
#include "xalloc.h"

#define TTL_MAX		315360000	/* ten years */
#define COUNT_MAX	1000000
#define LENGTH_MIN	22		/* an imported token: 128 bits */

/* Fill in the row that all new tokens of user share. */
static struct store_token
new_row(const struct store_user *user, const char *scope, const char *ttl)
{
	struct store_token row = { .kind = STORE_KIND_ACCESS,
		.created = cmd_now() };
	int64_t seconds = cmd_config()->access_ttl;

	if (ttl != NULL)
		seconds = cmd_number(ttl, "--ttl", TTL_MAX);
	row.expires = row.created + seconds;
	cmd_grant_scope(user, scope, row.scope);
	return row;
}

static int
mint(int argc, char **argv)
{
	const char *name = NULL, *scope = NULL, *ttl = NULL, *number = "1";
	const struct cmd_option options[] = {
		{ "user", &name, NULL }, { "scope", &scope, NULL },
		{ "ttl", &ttl, NULL }, { "count", &number, NULL },
		{ NULL, NULL, NULL } };
	struct store *store;
	struct store_user user;
	struct store_token row;
	size_t count, i;
	char (*texts)[TOKEN_SIZE];
	uint8_t (*digests)[CRYPTO_DIGEST];
	char id[STORE_ID_SIZE];

	cmd_read(argc, argv, options, NULL, 0);
	if (name == NULL)
		cmd_misused("whose token? --user NAME");
	count = (size_t)cmd_number(number, "--count", COUNT_MAX);
	store = cmd_store(STORE_WRITE);
	user = cmd_user_named(store, name);
	row = new_row(&user, scope, ttl);
	texts = xcalloc(count, sizeof *texts);
	digests = xcalloc(count, sizeof *digests);
	for (i = 0; i < count; i++) {
		token_make(texts[i], TOKEN_ACCESS);
		token_digest(digests[i], texts[i], strlen(texts[i]));
	}
	cmd_expect(store_token_add(store, &user, &row,
	    (const uint8_t (*)[CRYPTO_DIGEST])digests, count),
	    "user any more");
	store_id(digests[0], id);
	cmd_note(count == 1 ? "token_minted" : "tokens_minted", name,
	    count == 1 ? id : NULL);
	for (i = 0; i < count; i++)
		puts(texts[i]);
	crypto_wipe(texts, count * sizeof *texts);
	free(texts);
	free(digests);
	return cmd_done();
}

static int
import(int argc, char **argv)
{
	const char *name = NULL, *scope = NULL, *ttl = NULL;
	int allow_weak = 0;
	const struct cmd_option options[] = {
		{ "user", &name, NULL }, { "scope", &scope, NULL },
		{ "ttl", &ttl, NULL }, { "allow-weak", NULL, &allow_weak },
		{ NULL, NULL, NULL } };
	char text[AUTH_HEADER_MAX], id[STORE_ID_SIZE];
	struct store *store;
	struct store_user user;
	struct store_token row;
	uint8_t digest[1][CRYPTO_DIGEST];
	size_t length;

	cmd_read(argc, argv, options, NULL, 0);
	if (name == NULL)
		cmd_misused("whose token? --user NAME");
	if (!cmd_config()->foreign_tokens)
		cmd_refuse("imported tokens are not accepted here: set "
		    "foreign_tokens = on in %s", cmd_config()->path);
	cmd_secret(text, sizeof text - sizeof "Bearer ", "token");
	length = strlen(text);
	if (!token_is_b64token(text, length))
		cmd_refuse("the token holds characters that no Bearer token "
		    "may (RFC 6750, 2.1)");
	if (token_shape(text, length) != TOKEN_FOREIGN)
		cmd_refuse("tokens that start with pst_ are Postern's own");
	if (length < LENGTH_MIN && !allow_weak)
		cmd_refuse("the token is under %d characters and can be "
		    "guessed; --allow-weak takes it all the same", LENGTH_MIN);
	store = cmd_store(STORE_WRITE);
	user = cmd_user_named(store, name);
	row = new_row(&user, scope, ttl);
	token_digest(digest[0], text, length);
	cmd_expect(store_token_add(store, &user, &row,
	    (const uint8_t (*)[CRYPTO_DIGEST])digest, 1), "token");
	store_id(digest[0], id);
	cmd_note("token_imported", name, id);
	printf("id %s\n", id);
	return cmd_done();
}

static void
print_line(const struct store_token *token, void *arg)
{
	char id[STORE_ID_SIZE];

	(void)arg;
	store_id(token->digest, id);
	printf("%s %s %s %s\n", id, token->name, cmd_time(token->expires),
	    token->scope);
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
	cmd_expect(store_token_list(store, name, STORE_KIND_ACCESS,
	    print_line, NULL), "ledger");
	return cmd_done();
}

static int
revoke_user(const char *name)
{
	struct store *store = cmd_store(STORE_WRITE);
	int64_t count;

	cmd_user_named(store, name);
	cmd_expect(store_token_revoke_user(store, name, &count), "user");
	cmd_note("tokens_revoked", name, NULL);
	printf("revoked %lld\n", (long long)count);
	return cmd_done();
}

/* End the token that is read from standard input, whatever kind it is; a
 * refresh token takes its family along. */
static void
revoke_read(struct store *store)
{
	char text[AUTH_HEADER_MAX];
	uint8_t digest[CRYPTO_DIGEST];
	struct store_refresh refresh;
	char id[STORE_ID_SIZE];
	size_t length;

	cmd_secret(text, sizeof text, "token");
	length = strlen(text);
	token_digest(digest, text, length);
	if (token_shape(text, length) != TOKEN_OURS_REFRESH) {
		cmd_expect(store_token_revoke(store, digest), "token");
	} else {
		cmd_expect(store_refresh_get(store, digest, &refresh), "token");
		cmd_expect(store_refresh_revoke(store, refresh.family),
		    "token");
	}
	store_id(digest, id);
	cmd_note("token_revoked", NULL, id);
}

static int
revoke(int argc, char **argv)
{
	const char *name = NULL, *id = NULL;
	const struct cmd_option options[] = { { "user", &name, NULL },
		{ NULL, NULL, NULL } };
	struct store *store;

	/* The user stands in for the plain argument. */
	cmd_read(argc, argv, options, &id,
	    argc > 1 && strncmp(argv[1], "--user", 6) == 0 ? 0 : 1);
	if (name != NULL && id != NULL)
		cmd_misused("an ID or --user NAME, not both");
	if (name != NULL)
		return revoke_user(name);
	store = cmd_store(STORE_WRITE);
	if (strcmp(id, "-") == 0)
		revoke_read(store);
	else {
		cmd_expect(store_token_revoke_id(store, id,
		    STORE_KIND_ACCESS, NULL), "token");
		cmd_note("token_revoked", NULL, id);
	}
	printf("revoked 1\n");
	return cmd_done();
}

static int
purge(int argc, char **argv)
{
	const struct cmd_option options[] = { { NULL, NULL, NULL } };
	const int64_t batch = 1000;
	struct store *store;
	int64_t count, total = 0;

	cmd_read(argc, argv, options, NULL, 0);
	store = cmd_store(STORE_WRITE);
	do {
		cmd_expect(store_token_purge(store, cmd_now(), batch,
		    &count), "ledger");
		total += count;
	} while (count > 0);
	printf("purged %lld\n", (long long)total);
	return cmd_done();
}

const struct cmd cmd_token[] = {
	{ "mint", mint, "token mint --user NAME [--scope S] [--ttl SECONDS] "
	    "[--count N]",
	"  Make tokens and print them, one a line; they are shown this once.\n"
	"  Without --scope they have all that the user has.\n" },
	{ "import", import, "token import --user NAME [--scope S] "
	    "[--ttl SECONDS] [--allow-weak]",
	"  Register a token that exists already, read from standard input.\n"
	"  Needs foreign_tokens = on.  Prints its public id.\n" },
	{ "list", list, "token list [--user NAME]",
	"  Print tokens: public id, user, end of life, scopes.\n" },
	{ "revoke", revoke, "token revoke ID | - | --user NAME",
	"  End a token by its public id, one read from standard input, or all\n"
	"  of a user.  A refresh token that is read ends its whole family; of\n"
	"  a user, keys end too.  Holds from the next request on.\n" },
	{ "purge", purge, "token purge",
	"  Delete expired tokens.  /token does so by and by.\n" },
	{ NULL, NULL, NULL, NULL }
};
