/* fuzz_config - postern.conf, and the costs in password hashes. */
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "config.h"
#include "crypto.h"
#include "fuzz.h"

static char dir[] = "/tmp/postern-fuzz-XXXXXX", path[64];

static void
remove_dir(void)
{
	rmdir(dir);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct config config;
	struct crypto_cost cost;
	char why[CONFIG_PATH + 256] = "", *text = fuzz_text(data, size);
	uint8_t address[16];
	FILE *file;

	if (path[0] == '\0') {
		must(mkdtemp(dir) != NULL);
		atexit(remove_dir);
	}
	snprintf(path, sizeof path, "%s/postern.conf", dir);
	unlink(path);
	umask(077);
	file = fopen(path, "w");
	must(file != NULL && fwrite(data, 1, size, file) == size);
	fclose(file);
	if (config_read(&config, path, why, sizeof why) != 0) {
		must(why[0] != '\0' && config.store[0] == '\0');
		must(config.require_https && !config.password_grant);
	} else {
		must(config.access_ttl > 0 && config.argon2_passes > 0);
	}
	unlink(path);
	if (crypto_password_cost(text, &cost) == 0)
		must(cost.memory <= CRYPTO_MEMORY_MAX &&
		    cost.passes <= CRYPTO_PASSES_MAX);
	config_address(text, address);
	free(text);
	return 0;
}
