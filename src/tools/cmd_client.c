/* cmd_client - clients, the programs that ask for tokens: add, list, secret,
 * delete. */
#include <stdio.h>
#include <string.h>

#include "cmd.h"
#include "text.h"
#include "token.h"

static const struct cmd_option no_options[] = { { NULL, NULL, NULL } };

static const char grants_known[] = "client_credentials refresh_token password";

/* Make a secret, and the text by which the ledger knows it. */
static void
make_secret(char secret[TOKEN_SIZE], char stored[CRYPTO_HASH_SIZE])
{
	token_make(secret, TOKEN_SECRET);
	token_digest_text(stored, secret);
}

static void
print_secret(const char *name, char secret[TOKEN_SIZE])
{
	printf("client_id %s\nclient_secret %s\n", name, secret);
	crypto_wipe(secret, TOKEN_SIZE);
}

static void
check_grants(const char *grants, int is_public)
{
	if (!scope_within(grants, grants_known))
		cmd_refuse("there is no such grant; there are: %s",
		    grants_known);
	if (!scope_valid(grants))
		cmd_refuse("a grant is given twice");
	if (is_public && scope_within("client_credentials", grants))
		cmd_refuse("a public client has no credentials, so it cannot "
		    "have client_credentials");
}

static int
add(int argc, char **argv)
{
	struct store_client client = { .is_public = 0 };
	struct store *store;
	char secret[TOKEN_SIZE];
	const char *grants = "", *scope = "", *name;
	int count = 0;
	const struct cmd_option options[] = {
		{ "grant", &grants, &count }, { "scope", &scope, NULL },
		{ "public", NULL, &client.is_public },
		{ "introspect", NULL, &client.introspect },
		{ NULL, NULL, NULL } };

	cmd_read(argc, argv, options, &name, 1);
	cmd_new_name(name);
	check_grants(grants, client.is_public);
	if (client.is_public && client.introspect)
		cmd_refuse("a public client cannot show who it is, so it may "
		    "not look at every token");
	strcpy(client.self.name, name);
	strcpy(client.self.scope, cmd_scope(scope));
	if (text_copy(client.grants, sizeof client.grants, grants) != 0)
		cmd_refuse("too many grants");
	if (!client.is_public)
		make_secret(secret, client.self.password);
	store = cmd_store(STORE_WRITE);
	client.self.created = cmd_now();
	cmd_expect_name(store_client_add(store, &client));
	cmd_note("client_added", name, NULL);
	if (client.is_public)
		printf("client_id %s\n", name);
	else
		print_secret(name, secret);
	return cmd_done();
}

static void
print_line(const struct store_client *client, void *arg)
{
	(void)arg;
	printf("%s %s \"%s\" \"%s\"%s\n", client->self.name,
	    client->is_public ? "public" : "confidential", client->grants,
	    client->self.scope, client->introspect ? " introspect" : "");
}

static int
list(int argc, char **argv)
{
	cmd_read(argc, argv, no_options, NULL, 0);
	cmd_expect(store_client_list(cmd_store(STORE_READ), print_line, NULL),
	    "ledger");
	return cmd_done();
}

static int
secret(int argc, char **argv)
{
	struct store_client client;
	struct store *store;
	char text[TOKEN_SIZE], stored[CRYPTO_HASH_SIZE];
	const char *name;

	cmd_read(argc, argv, no_options, &name, 1);
	store = cmd_store(STORE_WRITE);
	cmd_expect(store_client_get(store, name, &client), "client");
	if (client.is_public)
		cmd_refuse("%s is a public client and has no secret", name);
	make_secret(text, stored);
	cmd_expect(store_client_set_secret(store, name, stored), "client");
	cmd_note("client_secret_set", name, NULL);
	print_secret(name, text);
	return cmd_done();
}

static int
delete(int argc, char **argv)
{
	const char *name;

	cmd_read(argc, argv, no_options, &name, 1);
	cmd_expect(store_client_delete(cmd_store(STORE_WRITE), name),
	    "client");
	cmd_note("client_deleted", name, NULL);
	return cmd_done();
}

const struct cmd cmd_client[] = {
	{ "add", add, "client add NAME [--grant G]... [--scope S] [--public] "
	    "[--introspect]",
	"  Add a client: a program that asks for tokens.  Prints client_id and\n"
	"  client_secret; the secret is shown this once.  --public: one that\n"
	"  cannot keep a secret, and gets none.  G is client_credentials,\n"
	"  refresh_token or password; without any the client gets no tokens.\n"
	"  S is all that its tokens may have, whoever they are for.\n"
	"  --introspect: it may look at every token, as resource servers do.\n"
	},
	{ "list", list, "client list",
	"  Print all clients: name, confidential or public, \"GRANTS\",\n"
	"  \"SCOPES\", and introspect for one that may.\n" },
	{ "secret", secret, "client secret NAME",
	"  Make a new secret in place of the old one, which ends at once.\n"
	"  Tokens stay.\n" },
	{ "delete", delete, "client delete NAME",
	"  Delete a client and end all its tokens at once: those that it got\n"
	"  for itself and those that it got for users, refresh tokens too.\n" },
	{ NULL, NULL, NULL, NULL }
};
