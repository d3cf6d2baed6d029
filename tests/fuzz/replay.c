/* replay - run a harness over its committed seeds, as TAP. */
#include <dirent.h>
#include <stdio.h>

#include "fuzz.h"

static int
replay(const char *dir, const char *name)
{
	static uint8_t data[65536];
	char path[512];
	FILE *file;
	size_t size;

	snprintf(path, sizeof path, "%s/%s", dir, name);
	file = fopen(path, "rb");
	if (file == NULL)
		return -1;
	size = fread(data, 1, sizeof data, file);
	fclose(file);
	return LLVMFuzzerTestOneInput(data, size);
}

int
main(int argc, char **argv)
{
	const char *name = strrchr(argv[0], '/');
	char dir[256];
	struct dirent *entry;
	DIR *seeds;
	int count = 0, good;

	snprintf(dir, sizeof dir, "%s/%s", argc > 1 ? argv[1] :
	    "tests/fuzz/seeds", name != NULL ? name + 1 : argv[0]);
	seeds = opendir(dir);
	while (seeds != NULL && (entry = readdir(seeds)) != NULL) {
		if (entry->d_name[0] == '.')
			continue;
		good = replay(dir, entry->d_name) == 0;
		printf("%sok %d - %s\n", good ? "" : "not ", ++count,
		    entry->d_name);
	}
	if (seeds != NULL)
		closedir(seeds);
	printf("1..%d\n", count);
	return count == 0;
}
