/* cmd_migrate - copy a ledger into another one, of any kind. */
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "cmd.h"
#include "xalloc.h"

#define BATCH	500

struct copy {
	struct store	*from, *to;
	const struct store_table *table;
	struct store_row *source, *target;	/* BATCH of each */
	int		 is_look;		/* nothing is written yet */
	int64_t		 rows, copied;
	time_t		 told;
};

/* Is a's key less, the same, or more than b's? */
static int
compare_keys(const struct copy *copy, const struct store_row *a,
    const struct store_row *b)
{
	const union store_value *x = &a->value[0], *y = &b->value[0];

	if (copy->table->types[0] == 'd')
		return memcmp(x, y, CRYPTO_DIGEST);
	return (x->number > y->number) - (x->number < y->number);
}

static int
is_same(const struct copy *copy, const struct store_row *a,
    const struct store_row *b)
{
	const union store_value *x = a->value, *y = b->value;
	const char *type = copy->table->types;
	int same = 1;

	for (; *type != '\0'; type++, x++, y++)
		if (*type == 't')
			same &= strcmp(x->text, y->text) == 0;
		else if (*type == 'd')
			same &= memcmp(x, y, CRYPTO_DIGEST) == 0;
		else
			same &= x->number == y->number;
	return same;
}

static void
tell(struct copy *copy, const char *doing)
{
	if (time(NULL) == copy->told)
		return;
	copy->told = time(NULL);
	fprintf(stderr, "%s %s: %lld rows\n", doing, copy->table->name,
	    (long long)copy->rows);
}

static size_t
read_rows(struct store *store, struct copy *copy,
    const struct store_row *after, struct store_row *rows)
{
	size_t count;

	if (store_rows_read(store, copy->table, after, rows, BATCH, &count) !=
	    STORE_OK)
		cmd_refuse("%s could not be read; the reason stands above",
		    copy->table->name);
	return count;
}

static void
refuse_other(const struct copy *copy)
{
	cmd_refuse("TO has %s that FROM has not: it is another ledger, or FROM "
	    "was used since; migrate into an empty one", copy->table->name);
}

/* Write the rows of a batch that are not there.  What is there must be the
 * same: whoever migrates into another ledger would mix the two. */
static void
write_missing(struct copy *copy, size_t sources, size_t targets)
{
	size_t i, j = 0, missing = 0;
	int order;

	for (i = 0; i < sources; i++) {
		order = j == targets ? 1 : compare_keys(copy,
		    &copy->target[j], &copy->source[i]);
		if (order == 0 && is_same(copy, &copy->target[j],
		    &copy->source[i]))
			j++;
		else if (order > 0)
			copy->source[missing++] = copy->source[i];
		else
			refuse_other(copy);
	}
	if (j < targets)
		refuse_other(copy);
	if (copy->is_look)
		return;
	if (missing > 0 && store_rows_write(copy->to, copy->table,
	    copy->source, missing) != STORE_OK)
		cmd_refuse("%s could not be written; the reason stands above. "
		    "The same command goes on from here",
		    copy->table->name);
	copy->copied += (int64_t)missing;
}

static void
copy_table(struct copy *copy)
{
	struct store_row last;
	const struct store_row *after = NULL;
	size_t sources, targets;

	copy->rows = 0;
	do {
		sources = read_rows(copy->from, copy, after, copy->source);
		targets = read_rows(copy->to, copy, after, copy->target);
		if (sources > 0)
			last = copy->source[sources - 1];
		/* Those behind the batch belong to the next one. */
		while (sources == BATCH && targets > 0 && compare_keys(copy,
		    &copy->target[targets - 1], &last) > 0)
			targets--;
		write_missing(copy, sources, targets);
		copy->rows += (int64_t)sources;
		after = &last;
		tell(copy, copy->is_look ? "looking" : "copying");
	} while (sources == BATCH);
	/* The numbers of new rows go on from here, whoever wrote these. */
	if (!copy->is_look && store_rows_write(copy->to, copy->table, NULL,
	    0) != STORE_OK)
		cmd_refuse("%s could not be finished; the reason stands above. "
		    "The same command goes on from here", copy->table->name);
}

/* Digest all rows of a table, in the order of their keys. */
static int64_t
digest_table(struct store *store, struct copy *copy,
    uint8_t digest[CRYPTO_DIGEST])
{
	struct {
		uint8_t	so_far[CRYPTO_DIGEST];
		struct store_row row;
	} link;
	struct store_row last;
	const struct store_row *after = NULL;
	size_t count, i;

	memset(digest, 0, CRYPTO_DIGEST);
	copy->rows = 0;
	do {
		count = read_rows(store, copy, after, copy->source);
		for (i = 0; i < count; i++) {
			memcpy(link.so_far, digest, CRYPTO_DIGEST);
			link.row = copy->source[i];
			crypto_digest(digest, &link, sizeof link);
		}
		if (count > 0)
			last = copy->source[count - 1];
		after = &last;
		copy->rows += (int64_t)count;
		tell(copy, "comparing");
	} while (count == BATCH);
	return copy->rows;
}

static void
compare_table(struct copy *copy)
{
	uint8_t one[CRYPTO_DIGEST], other[CRYPTO_DIGEST];
	char id[STORE_ID_SIZE];
	int64_t rows = digest_table(copy->from, copy, one);

	if (digest_table(copy->to, copy, other) != rows ||
	    memcmp(one, other, sizeof one) != 0)
		cmd_refuse("%s are not the same in both: was one in use? "
		    "Migrate again into an empty ledger", copy->table->name);
	store_id(one, id);
	printf("%s %lld %s\n", copy->table->name, (long long)rows, id);
}

static void
each_table(struct copy *copy, void (*each)(struct copy *copy))
{
	size_t i;

	for (i = 0; i < STORE_TABLES; i++) {
		copy->table = &store_tables[i];
		each(copy);
	}
}

/* As root, become who owns a ledger's file, or is to have one there. */
static void
become_owner(const char *path)
{
	char copy[CONFIG_PATH];

	if (path[0] == '\0')
		return;
	if (access(path, F_OK) != 0 &&
	    snprintf(copy, sizeof copy, "%s", path) < CONFIG_PATH)
		path = dirname(copy);
	cmd_become_owner(path);
}

static void
check_urls(const char *const url[2])
{
	size_t i;

	for (i = 0; i < 2; i++)
		if (strncmp(url[i], "sqlite:", 7) != 0 &&
		    strncmp(url[i], "pgsql:", 6) != 0)
			cmd_misused("%s is neither sqlite:PATH nor pgsql:...",
			    url[i]);
	if (strcmp(url[0], url[1]) == 0)
		cmd_misused("FROM and TO are the same");
	for (i = 0; i < 2; i++)
		become_owner(store_file(url[i]));
}

static void
open_both(struct copy *copy, const char *const url[2])
{
	copy->from = store_new(url[0], STORE_READ);
	if (store_ping(copy->from) != STORE_OK)
		cmd_refuse("FROM does not answer; the reason stands above");
	copy->to = store_new(url[1], STORE_WRITE);
	if ((access(store_file(url[1]), F_OK) != 0 &&
	    store_create(url[1]) == STORE_DOWN) ||
	    store_ping(copy->to) != STORE_OK)
		cmd_refuse("TO cannot be made; the reason stands above");
	copy->source = xcalloc(BATCH, sizeof *copy->source);
	copy->target = xcalloc(BATCH, sizeof *copy->target);
}

static int
migrate(int argc, char **argv)
{
	static const struct cmd_option no_options[] = { { NULL, NULL, NULL } };
	struct copy copy = { .is_look = 1 };
	const char *url[2];

	cmd_read(argc, argv, no_options, url, 2);
	check_urls(url);
	open_both(&copy, url);
	each_table(&copy, copy_table);
	copy.is_look = 0;
	each_table(&copy, copy_table);
	each_table(&copy, compare_table);
	printf("copied %lld\n", (long long)copy.copied);
	free(copy.source);
	free(copy.target);
	store_free(copy.from);
	store_free(copy.to);
	return cmd_done();
}

const struct cmd cmd_migrate[] = {
	{ "migrate", migrate, "migrate FROM TO",
	"  Copy the ledger at the URL FROM into the one at TO, which is made\n"
	"  when it is not there, and compare the two: each line has a table,\n"
	"  its rows, and the beginning of their digest.  Stop what writes to\n"
	"  FROM before.  When it was cut short the same command goes on; a TO\n"
	"  that has anything else is refused.  server.keys are to be copied\n"
	"  too.  Leave a password to ~/.pgpass, or to passfile=FILE in the\n"
	"  URL: arguments can be seen.\n" },
	{ NULL, NULL, NULL, NULL }
};
