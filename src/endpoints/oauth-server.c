/* oauth-server - what this authorization server offers (RFC 8414). */
#include <stdio.h>

#include "endpoint.h"

static void
add_url(cJSON *out, const char *name, const struct config *config,
    const char *path)
{
	char url[CONFIG_VALUE + 20];

	snprintf(url, sizeof url, "%s%s", config->issuer, path);
	cJSON_AddStringToObject(out, name, url);
}

static void
add_list(cJSON *out, const char *name, const char *const *values, int count)
{
	cJSON_AddItemToObject(out, name,
	    cJSON_CreateStringArray(values, count));
}

static void
show(struct call *c)
{
	/* What is not offered everywhere stands last. */
	static const char *const grants[] = { "client_credentials",
		"refresh_token", "password" };
	static const char *const methods[] = { "client_secret_basic",
		"client_secret_post", "none" };
	cJSON *out;

	if (!reply_needs_issuer(c->req, c->config))
		return;
	out = cJSON_CreateObject();
	add_url(out, "issuer", c->config, "");
	add_url(out, "token_endpoint", c->config, "/token");
	add_url(out, "revocation_endpoint", c->config, "/revoke");
	add_url(out, "introspection_endpoint", c->config, "/introspect");
	add_list(out, "grant_types_supported", grants,
	    c->config->password_grant ? 3 : 2);
	add_list(out, "response_types_supported", grants, 0);
	add_list(out, "token_endpoint_auth_methods_supported", methods, 3);
	add_list(out, "revocation_endpoint_auth_methods_supported", methods, 3);
	add_list(out, "introspection_endpoint_auth_methods_supported",
	    methods, 2);
	reply_json(c->req, 200, out);
}

const struct endpoint endpoint = {
	.path = "/.well-known/oauth-authorization-server",
	.methods = {
		{ HTTP_GET, .scope = SCOPE_PUBLIC, .handle = show,
		    .says = "What the authorization server offers",
		    .gives = "{'issuer':'https://www.example',"
			"'token_endpoint':'https://www.example/token',"
			"'revocation_endpoint':'https://www.example/revoke',"
			"'introspection_endpoint':"
			"'https://www.example/introspect',"
			"'grant_types_supported':['client_credentials'],"
			"'response_types_supported':[],"
			"'token_endpoint_auth_methods_supported':"
			"['client_secret_basic'],"
			"'revocation_endpoint_auth_methods_supported':"
			"['client_secret_basic'],"
			"'introspection_endpoint_auth_methods_supported':"
			"['client_secret_basic']}",
		    .refuses = { 404 } },
	},
};
