/* urls - run a test over every backend of the ledger.  The URLs come from
 * STORE_URLS, one a line; without it, there is one in a directory of its own. */
#ifndef URLS_H
#define URLS_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tap.h"

/* Call test for every URL, end the TAP, and return the exit status. */
static inline int
over_urls(void (*test)(const char *url))
{
	char dir[] = "/tmp/postern-unit-XXXXXX", url[256], *urls, *one, *next;

	if (getenv("STORE_URLS") != NULL) {
		urls = strdup(getenv("STORE_URLS"));
		for (one = strtok_r(urls, "\n", &next); one != NULL;
		    one = strtok_r(NULL, "\n", &next))
			test(one);
		free(urls);
		return tap_done();
	}
	if (mkdtemp(dir) == NULL)
		return 1;
	snprintf(url, sizeof url, "sqlite:%s/ledger.db", dir);
	test(url);
	snprintf(url, sizeof url, "rm -rf %s", dir);
	return tap_done() | (system(url) != 0);
}

#endif
