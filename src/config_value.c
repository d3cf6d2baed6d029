/* config_value - what may stand behind each key of postern.conf. */
#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

#include "config_value.h"
#include "crypto.h"
#include "scope.h"
#include "text.h"

#define SMALL		"abcdefghijklmnopqrstuvwxyz"
#define LETTERS		"ABCDEFGHIJKLMNOPQRSTUVWXYZ" SMALL
#define URL_HOST	LETTERS "0123456789.-:[]"
#define URL_PATH	LETTERS "0123456789.-_~/"
#define ORIGIN_HOST	SMALL "0123456789.-_"

struct key;
/* Read value into at, a member of config.  Says what is wrong, or NULL. */
typedef const char *reader(struct config *config, const struct key *key,
    void *at, const char *value);

struct key {
	const char	*name;
	reader		*read;
	size_t		 at;
	int64_t		 min, max;
	int		 many;		/* may stand there more than once */
};

int
config_address(const char *text, uint8_t address[16])
{
	static const uint8_t mapped[12] = { 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
	    0xff, 0xff };

	if (strchr(text, ':') != NULL)
		return inet_pton(AF_INET6, text, address) == 1 ? 0 : -1;
	if (inet_pton(AF_INET, text, address + 12) != 1)
		return -1;
	memcpy(address, mapped, sizeof mapped);
	return 0;
}

/* Read "address" or "address/bits", but not all addresses: whoever asks would
 * be a proxy. */
static int
read_net(char *text, struct config_net *net)
{
	char *slash = strchr(text, '/');
	int64_t bits = 128, max = strchr(text, ':') != NULL ? 128 : 32;

	if (slash != NULL) {
		*slash = '\0';
		if (text_number(slash + 1, max, &bits) != 0 || bits == 0)
			return -1;
		bits += 128 - max;
	}
	net->bits = (int)bits;
	return config_address(text, net->address);
}

/* Call each for every word of value, which blanks and commas part, until one is
 * wrong. */
static const char *
each_word(struct config *config, const char *value,
    const char *(*each)(struct config *config, char *word))
{
	char copy[CONFIG_VALUE], *next, *one;
	const char *wrong = NULL;

	if (text_copy(copy, sizeof copy, value) != 0)
		return "is too long";
	for (one = strtok_r(copy, ", \t", &next); one != NULL && wrong == NULL;
	    one = strtok_r(NULL, ", \t", &next))
		wrong = each(config, one);
	return wrong;
}

static const char *
add_proxy(struct config *config, char *word)
{
	if (config->proxies == CONFIG_PROXIES)
		return "names too many networks (16 are the most)";
	if (read_net(word, &config->proxy[config->proxies++]) != 0)
		return "must list addresses or networks such as "
		    "192.0.2.7 10.0.0.0/8 2001:db8::/32, and not all there are";
	return NULL;
}

static const char *
read_proxies(struct config *config, const struct key *key, void *at,
    const char *value)
{
	(void)key;
	(void)at;
	return each_word(config, value, add_proxy);
}

/* A relative path in the URL is relative to the configuration's directory. */
static const char *
read_store(struct config *config, const struct key *key, void *at,
    const char *value)
{
	const char *path;
	int length;

	(void)key;
	/* What libpq makes of it is its own to say. */
	if (strncmp(value, "pgsql:", 6) == 0 && value[6] != '\0')
		return text_copy(at, sizeof config->store, value) == 0 ? NULL :
		    "is too long";
	if (strncmp(value, "sqlite:", 7) != 0 || value[7] == '\0')
		return "must be sqlite:PATH, or pgsql: and a connection "
		    "string";
	path = value + 7;
	length = snprintf(at, sizeof config->store, "sqlite:%s%s%s",
	    path[0] == '/' ? "" : config->dir, path[0] == '/' ? "" : "/", path);
	return (size_t)length < sizeof config->store ? NULL : "is too long";
}

/* Where the host starts in an http or https URL, or NULL. */
static const char *
url_host(const char *url)
{
	return strncmp(url, "https://", 8) == 0 ? url + 8 :
	    strncmp(url, "http://", 7) == 0 ? url + 7 : NULL;
}

const char *
config_issuer(struct config *config, const char *url)
{
	static const char wrong[] = "must be a URL such as "
	    "https://api.example or https://www.example/api";
	const char *host, *path, *p;

	host = url_host(url);
	if (host == NULL || strlen(url) >= CONFIG_VALUE)
		return wrong;
	path = host + strcspn(host, "/");
	if (path == host || url[strlen(url) - 1] == '/')
		return wrong;
	for (p = host; p < path; p++)
		if (strchr(URL_HOST, *p) == NULL)
			return wrong;
	for (; *p != '\0'; p++)
		if (strchr(URL_PATH, *p) == NULL ||
		    (p[0] == '/' && (p[1] == '/' || p[1] == '.')))
			return wrong;
	strcpy(config->issuer, url);
	strcpy(config->mount, path);
	return NULL;
}

static const char *
read_issuer(struct config *config, const struct key *key, void *at,
    const char *value)
{
	(void)key;
	(void)at;
	return config_issuer(config, value);
}

/* Is it "[address]", in the one form that browsers write? */
static int
is_literal(const char *host, size_t length)
{
	char copy[CONFIG_VALUE], again[INET6_ADDRSTRLEN];
	uint8_t address[16];

	if (length < 2 || host[length - 1] != ']')
		return 0;
	snprintf(copy, sizeof copy, "%.*s", (int)length - 2, host + 1);
	return inet_pton(AF_INET6, copy, address) == 1 &&
	    inet_ntop(AF_INET6, address, again, sizeof again) != NULL &&
	    strcmp(copy, again) == 0;
}

/* Is it an origin as browsers write it (RFC 6454, 6.2)?  They leave out the
 * port that goes without saying. */
static int
is_origin(const char *text)
{
	const char *host = url_host(text), *port;
	int64_t number;
	size_t length;

	if (host == NULL)
		return 0;
	length = host[0] == '[' ? strcspn(host, "]") + 1 : strcspn(host, ":");
	if (length > strlen(host) || (host[0] == '[' ?
	    !is_literal(host, length) : length == 0 || host[0] == '.' ||
	    strspn(host, ORIGIN_HOST) != length || strstr(host, "..") != NULL))
		return 0;
	port = host + length;
	if (port[0] == '\0')
		return 1;
	return port[0] == ':' && port[1] != '0' &&
	    text_number(port + 1, 65535, &number) == 0 &&
	    number != (text[4] == 's' ? 443 : 80);
}

static const char *
add_origin(struct config *config, char *word)
{
	if (!is_origin(word))
		return "must list origins as browsers write them, such as "
		    "https://app.example: lower case, no path, no port 80 or "
		    "443 that is the default, no * and no null";
	if (config->origins == CONFIG_ORIGINS)
		return "names too many origins (16 are the most)";
	strcpy(config->origin[config->origins++], word);
	return NULL;
}

static const char *
read_origins(struct config *config, const struct key *key, void *at,
    const char *value)
{
	(void)key;
	(void)at;
	return each_word(config, value, add_origin);
}

/* Does text hold methods such as "GET,HEAD", or the * for all? */
static int
is_methods(const char *text)
{
	return strcmp(text, "*") == 0 || (text[0] != ',' &&
	    text[strspn(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZ,")] == '\0' &&
	    strstr(text, ",,") == NULL && text[strlen(text) - 1] != ',');
}

/* "PREFIX METHODS SCOPES" */
static const char *
read_guard(struct config *config, const struct key *key, void *at,
    const char *value)
{
	static const char wrong[] = "must be PREFIX METHODS SCOPES, such as "
	    "/files GET,HEAD files";
	struct config_guard *guard = &config->guard[config->guards];
	char *methods, *scope;
	size_t length;

	(void)key;
	(void)at;
	if (config->guards == CONFIG_GUARDS)
		return "is one too many (32 are the most)";
	if (text_copy(guard->prefix, sizeof guard->prefix, value) != 0)
		return "is too long";
	if ((methods = strchr(guard->prefix, ' ')) == NULL ||
	    (scope = strchr(methods + 1, ' ')) == NULL)
		return wrong;
	*methods++ = *scope++ = '\0';
	length = strlen(guard->prefix);
	if (!text_path_is_plain(guard->prefix) ||
	    (length > 1 && guard->prefix[length - 1] == '/') ||
	    methods[0] == '\0' || !is_methods(methods) ||
	    scope[0] == '\0' || !scope_valid(scope))
		return wrong;
	guard->methods = methods;
	guard->scope = scope;
	config->guards++;
	return NULL;
}

/* A realm stands in a quoted-string (RFC 9110, 5.6.4) without escapes. */
static const char *
read_text(struct config *config, const struct key *key, void *at,
    const char *value)
{
	(void)config;
	(void)key;
	if (value[0] == '\0' || !text_is_clean(value) ||
	    strpbrk(value, "\"\\") != NULL)
		return "must be text without quotes and backslashes";
	return text_copy(at, CONFIG_VALUE, value) == 0 ? NULL : "is too long";
}

static const char *
read_switch(struct config *config, const struct key *key, void *at,
    const char *value)
{
	(void)config;
	(void)key;
	if (strcmp(value, "on") != 0 && strcmp(value, "off") != 0)
		return "must be on or off";
	*(int *)at = strcmp(value, "on") == 0;
	return NULL;
}

static const char *
read_number(struct config *config, const struct key *key, void *at,
    const char *value)
{
	int64_t *number = at;

	(void)config;
	return text_number(value, key->max, number) == 0 &&
	    *number >= key->min ? NULL : "is not a number within its bounds";
}

#define YEAR	31622400		/* 366 days of seconds */
#define DAY	86400
#define TERA	1099511627776		/* bytes */

static const struct key keys[] = {
#define AT(member)	offsetof(struct config, member)
	{ "store", read_store, AT(store), 0, 0, 0 },
	{ "issuer", read_issuer, AT(issuer), 0, 0, 0 },
	{ "realm", read_text, AT(realm), 0, 0, 0 },
	{ "require_https", read_switch, AT(require_https), 0, 0, 0 },
	{ "sandbox", read_switch, AT(sandbox), 0, 0, 0 },
	{ "trusted_proxy", read_proxies, AT(proxy), 0, 0, 0 },
	{ "password_grant", read_switch, AT(password_grant), 0, 0, 0 },
	{ "foreign_tokens", read_switch, AT(foreign_tokens), 0, 0, 0 },
	{ "access_token_ttl", read_number, AT(access_ttl), 1, YEAR, 0 },
	{ "refresh_ttl", read_number, AT(refresh_ttl), 60, YEAR, 0 },
	{ "refresh_idle", read_number, AT(refresh_idle), 60, YEAR, 0 },
	{ "refresh_grace", read_number, AT(refresh_grace), 0, 60, 0 },
	{ "key_ttl", read_number, AT(key_ttl), 60, YEAR, 0 },
	{ "key_ttl_max", read_number, AT(key_ttl_max), 60, YEAR, 0 },
	{ "audit", read_switch, AT(audit), 0, 0, 0 },
	{ "audit_max", read_number, AT(audit_max), 65536, TERA, 0 },
	{ "guess_limit", read_switch, AT(guess_limit), 0, 0, 0 },
	{ "guess_free", read_number, AT(guess_free), 1, 1000, 0 },
	{ "guess_wait", read_number, AT(guess_wait), 1, DAY, 0 },
	{ "guess_wait_max", read_number, AT(guess_wait_max), 1, DAY, 0 },
	{ "argon2_memory", read_number, AT(argon2_memory),
	    CRYPTO_MEMORY_MIN, CRYPTO_MEMORY_MAX, 0 },
	{ "argon2_passes", read_number, AT(argon2_passes),
	    CRYPTO_PASSES_MIN, CRYPTO_PASSES_MAX, 0 },
	{ "password_slots", read_number, AT(password_slots), 0, 64, 0 },
	{ "guard", read_guard, AT(guard), 0, 0, 1 },
	{ "cors_origins", read_origins, AT(origin), 0, 0, 1 },
#undef AT
};
#define KEYS	(sizeof keys / sizeof keys[0])

const char *
config_value(struct config *config, unsigned int *seen, const char *name,
    const char *value)
{
	size_t i;

	for (i = 0; i < KEYS && strcmp(keys[i].name, name) != 0; i++)
		;
	if (i == KEYS)
		return "is no key that is known";
	if ((*seen & (1u << i)) != 0 && !keys[i].many)
		return "is given twice";
	*seen |= 1u << i;
	return keys[i].read(config, &keys[i], (char *)config + keys[i].at,
	    value);
}
