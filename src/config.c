/* config - postern.conf, read once and checked.  The only owner of inih. */
#include <arpa/inet.h>
#include <errno.h>
#include <ini.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "config.h"
#include "crypto.h"
#include "text.h"

struct reading {
	struct config	*config;
	FILE		*file;
	unsigned int	 seen;		/* one bit per key */
	int		 line;
	int		 odd_line;	/* one that inih would let pass, or 0 */
	const char	*odd;		/* what is odd about it */
	char		 why[CONFIG_VALUE];	/* the first thing wrong */
};

enum kind { KIND_TEXT, KIND_SWITCH, KIND_NUMBER, KIND_STORE, KIND_PROXIES };

static const struct key {
	const char	*name;
	enum kind	 kind;
	size_t		 at;
	int64_t		 min, max;
} keys[] = {
#define AT(member)	offsetof(struct config, member)
	{ "store", KIND_STORE, AT(store), 0, 0 },
	{ "realm", KIND_TEXT, AT(realm), 0, 0 },
	{ "require_https", KIND_SWITCH, AT(require_https), 0, 0 },
	{ "trusted_proxy", KIND_PROXIES, AT(proxy), 0, 0 },
	{ "password_grant", KIND_SWITCH, AT(password_grant), 0, 0 },
	{ "foreign_tokens", KIND_SWITCH, AT(foreign_tokens), 0, 0 },
	{ "access_token_ttl", KIND_NUMBER, AT(access_ttl), 1, 31622400 },
	{ "argon2_memory", KIND_NUMBER, AT(argon2_memory),
	    CRYPTO_MEMORY_MIN, CRYPTO_MEMORY_MAX },
	{ "argon2_passes", KIND_NUMBER, AT(argon2_passes),
	    CRYPTO_PASSES_MIN, CRYPTO_PASSES_MAX },
	{ "password_slots", KIND_NUMBER, AT(password_slots), 0, 64 },
#undef AT
};
#define KEYS	(sizeof keys / sizeof keys[0])

void
config_defaults(struct config *config)
{
	memset(config, 0, sizeof *config);
	strcpy(config->realm, "postern");
	config->require_https = 1;
	config->access_ttl = 1800;
	config->argon2_memory = 19456;
	config->argon2_passes = 2;
}

int
config_address(const char *text, uint8_t address[16])
{
	static const uint8_t mapped[12] = { 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
	    0xff, 0xff };

	if (inet_pton(AF_INET6, text, address) == 1)
		return 0;
	if (inet_pton(AF_INET, text, address + 12) != 1)
		return -1;
	memcpy(address, mapped, sizeof mapped);
	return 0;
}

/* Read "address" or "address/bits". */
static int
read_net(char *text, struct config_net *net)
{
	char *slash = strchr(text, '/');
	int64_t bits = 128, max = strchr(text, ':') != NULL ? 128 : 32;

	if (slash != NULL) {
		*slash = '\0';
		if (text_number(slash + 1, max, &bits) != 0)
			return -1;
		bits += 128 - max;
	}
	net->bits = (int)bits;
	return config_address(text, net->address);
}

static const char *
read_proxies(struct config *config, const char *value)
{
	char copy[CONFIG_VALUE], *next, *one;

	if (text_copy(copy, sizeof copy, value) != 0)
		return "is too long";
	for (one = strtok_r(copy, ", \t", &next); one != NULL;
	    one = strtok_r(NULL, ", \t", &next)) {
		if (config->proxies == CONFIG_PROXIES)
			return "names too many networks (16 are the most)";
		if (read_net(one, &config->proxy[config->proxies++]) != 0)
			return "must list addresses or networks such as "
			    "192.0.2.7 10.0.0.0/8 2001:db8::/32";
	}
	return NULL;
}

/* A relative path in the URL is relative to the configuration's directory. */
static const char *
read_store(struct config *config, const char *value)
{
	const char *path;
	int length;

	if (strncmp(value, "sqlite:", 7) != 0 || value[7] == '\0')
		return "must be sqlite:PATH";
	path = value + 7;
	length = snprintf(config->store, sizeof config->store,
	    "sqlite:%s%s%s", path[0] == '/' ? "" : config->dir,
	    path[0] == '/' ? "" : "/", path);
	return (size_t)length < sizeof config->store ? NULL : "is too long";
}

/* A realm stands in a quoted-string (RFC 9110, 5.6.4) without escapes. */
static const char *
read_text(char *out, const char *value)
{
	if (value[0] == '\0' || !text_is_clean(value) ||
	    strpbrk(value, "\"\\") != NULL)
		return "must be text without quotes and backslashes";
	return text_copy(out, CONFIG_VALUE, value) == 0 ? NULL : "is too long";
}

static const char *
read_switch(int *out, const char *value)
{
	if (strcmp(value, "on") != 0 && strcmp(value, "off") != 0)
		return "must be on or off";
	*out = strcmp(value, "on") == 0;
	return NULL;
}

static const char *
read_value(struct config *config, const struct key *key, const char *value)
{
	void *at = (char *)config + key->at;

	switch (key->kind) {
	case KIND_TEXT:
		return read_text(at, value);
	case KIND_SWITCH:
		return read_switch(at, value);
	case KIND_NUMBER:
		if (text_number(value, key->max, at) != 0 ||
		    *(int64_t *)at < key->min)
			return "is not a number within its bounds";
		return NULL;
	case KIND_STORE:
		return read_store(config, value);
	case KIND_PROXIES:
		return read_proxies(config, value);
	}
	return "has no reader";
}

/* What is wrong with this line?  NULL when nothing is. */
static const char *
take_line(struct reading *r, const char *name, const char *value)
{
	size_t i;

	for (i = 0; i < KEYS && strcmp(keys[i].name, name) != 0; i++)
		;
	if (i == KEYS)
		return "is no key that is known";
	if (r->seen & (1u << i))
		return "is given twice";
	r->seen |= 1u << i;
	return read_value(r->config, &keys[i], value);
}

/* inih's handler: 1 to go on, 0 for an error in this line. */
static int
on_line(void *arg, const char *section, const char *name, const char *value)
{
	struct reading *r = arg;
	const char *wrong = take_line(r, name, value);

	(void)section;
	if (wrong == NULL)
		return 1;
	if (r->why[0] == '\0')
		snprintf(r->why, sizeof r->why, "\"%.60s\" %s", name, wrong);
	return 0;
}

/* inih's reader.  inih would read the rest of a long line as a new one, and
 * an empty section as nothing. */
static char *
on_read(char *out, int size, void *arg)
{
	struct reading *r = arg;

	if (fgets(out, size, r->file) == NULL)
		return NULL;
	r->line++;
	if (r->odd_line != 0)
		return out;
	if (strchr(out, '\n') == NULL && !feof(r->file))
		r->odd = "longer than 199 bytes";
	else if (out[strspn(out, " \t")] == '[')
		r->odd = "there are no [sections] here";
	r->odd_line = r->odd != NULL ? r->line : 0;
	return out;
}

int
config_private(const char *path, char *why, size_t size)
{
	struct stat info;

	if (stat(path, &info) != 0) {
		snprintf(why, size, "%s: %s", path, strerror(errno));
		return -1;
	}
	if (info.st_uid != geteuid()) {
		snprintf(why, size, "%s belongs to user %ld, not to user %ld "
		    "who runs this: chown it", path, (long)info.st_uid,
		    (long)geteuid());
		return -1;
	}
	if ((info.st_mode & 077) != 0) {
		snprintf(why, size, "%s is open to others (mode %03o): "
		    "chmod go= %s", path, (unsigned int)info.st_mode & 0777,
		    path);
		return -1;
	}
	return 0;
}

static int
read_lines(struct config *config, char *why, size_t size)
{
	struct reading r = { .config = config };
	int line;

	r.file = fopen(config->path, "re");
	if (r.file == NULL) {
		snprintf(why, size, "%s: %s", config->path, strerror(errno));
		return -1;
	}
	line = ini_parse_stream(on_read, &r, on_line, &r);
	fclose(r.file);
	if (r.odd_line != 0) {
		snprintf(why, size, "%s line %d: %s", config->path, r.odd_line,
		    r.odd);
		return -1;
	}
	if (line == 0 && config->store[0] != '\0')
		return 0;
	if (line == 0)
		snprintf(why, size, "%s: a line store = sqlite:PATH is "
		    "missing", config->path);
	else
		snprintf(why, size, "%s line %d: %s", config->path, line,
		    r.why[0] != '\0' ? r.why : "not of the form key = value");
	return -1;
}

int
config_read(struct config *config, const char *path, char *why, size_t size)
{
	char *slash;

	config_defaults(config);
	if (text_copy(config->path, CONFIG_PATH, path) != 0 ||
	    text_copy(config->dir, CONFIG_PATH, path) != 0) {
		snprintf(why, size, "the configuration's path is too long");
		return -1;
	}
	slash = strrchr(config->dir, '/');
	if (slash == NULL)
		strcpy(config->dir, ".");
	else
		slash[slash == config->dir] = '\0';
	if (config_private(config->path, why, size) == 0 &&
	    config_private(config->dir, why, size) == 0 &&
	    read_lines(config, why, size) == 0)
		return 0;
	config_defaults(config);
	return -1;
}

int
config_find(char *path)
{
	static const char *const places[] = { "/../../postern/postern.conf",
	    "/../postern.conf" };
	const char *given = getenv("POSTERN_CONF");
	char self[CONFIG_PATH];
	ssize_t length;
	size_t i;

	if (given != NULL && given[0] != '\0')
		return text_copy(path, CONFIG_PATH, given);
	length = readlink("/proc/self/exe", self, sizeof self - 1);
	if (length <= 0)
		return -1;
	self[length] = '\0';
	*strrchr(self, '/') = '\0';
	for (i = 0; i < sizeof places / sizeof places[0]; i++) {
		if (snprintf(path, CONFIG_PATH, "%s%s", self, places[i]) <
		    CONFIG_PATH && access(path, F_OK) == 0)
			return 0;
	}
	return -1;
}
