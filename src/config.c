/* config - postern.conf, read once and checked.  The only owner of inih. */
#include <errno.h>
#include <ini.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "config.h"
#include "config_value.h"
#include "text.h"

struct reading {
	struct config	*config;
	FILE		*file;
	unsigned int	 seen;		/* for config_value */
	int		 line;
	int		 odd_line;	/* one that inih would let pass, or 0 */
	const char	*odd;		/* what is odd about it */
	char		 why[CONFIG_VALUE];	/* the first thing wrong */
};

void
config_defaults(struct config *config)
{
	memset(config, 0, sizeof *config);
	strcpy(config->realm, "postern");
	config->require_https = 1;
	config->sandbox = 1;
	config->access_ttl = 1800;
	config->refresh_ttl = 2592000;
	config->refresh_idle = 1209600;
	config->refresh_grace = 30;
	config->key_ttl = 7776000;
	config->key_ttl_max = 31622400;
	config->guess_limit = 1;
	config->guess_free = 10;
	config->guess_wait = 30;
	config->guess_wait_max = 3600;
	config->argon2_memory = 19456;
	config->argon2_passes = 2;
}

/* inih's handler: 1 to go on, 0 for an error in this line. */
static int
on_line(void *arg, const char *section, const char *name, const char *value)
{
	struct reading *r = arg;
	const char *wrong = config_value(r->config, &r->seen, name, value);

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

/* The web server may say who we are where the file does not. */
static int
read_environment(struct config *config, char *why, size_t size)
{
	const char *issuer = getenv("POSTERN_ISSUER"), *wrong;

	if (issuer == NULL || issuer[0] == '\0' || config->issuer[0] != '\0')
		return 0;
	wrong = config_issuer(config, issuer);
	if (wrong == NULL)
		return 0;
	snprintf(why, size, "POSTERN_ISSUER in the environment %s", wrong);
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
	    read_lines(config, why, size) == 0 &&
	    read_environment(config, why, size) == 0)
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
