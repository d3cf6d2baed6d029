/* pool_test - pieces of a pool, and malloc while it has one. */
#include <stdlib.h>

#include "http_req.h"
#include "pool.h"
#include "tap.h"

#define SIZE	256

static _Alignas(max_align_t) char memory[SIZE];
static struct pool pool = { .memory = memory, .size = SIZE };

static void
test_pieces(void)
{
	char *first = pool_take(&pool, 1), *second = pool_take(&pool, 17);
	char outside;

	ok(first == memory, "the first piece is at the start");
	is((size_t)(second - first), POOL_STEP, "the next is behind it, aligned");
	is(pool_reach(&pool, second), SIZE - POOL_STEP, "so far is the end");
	is(pool_reach(&pool, &outside), 0, "what is no piece reaches nowhere");
	is(pool_reach(&pool, memory + SIZE), 0, "... nor what is just behind it");
	is(pool_reach(&pool, NULL), 0, "... nor NULL");
	ok(pool_take(&pool, SIZE - 3 * POOL_STEP + 1) == NULL,
	    "what does not fit is not to be had");
	ok(pool_take(&pool, SIZE_MAX) == NULL, "... however large");
	ok(pool_take(&pool, SIZE - 3 * POOL_STEP) != NULL, "what just fits is");
	ok(pool_take(&pool, 1) == NULL, "then it is full");
	pool_give(&pool);
	pool_give(&pool);
	ok(pool_take(&pool, 1) == NULL, "... until the last is given back");
	pool_give(&pool);
	ok(pool_take(&pool, SIZE) == memory, "then all of it is there");
	pool_give(&pool);
}

/* Pieces of every size, taken while the pool is open and given back while it is
 * closed, or the other way round, and some that grow: is each its own? */
static int
round_of(int open)
{
	enum { PIECES = 200 };
	char *pieces[PIECES];
	int i, good = 1;

	http_pool(open);
	for (i = 0; i < PIECES; i++) {
		pieces[i] = malloc((size_t)i * 8 + 1);
		memset(pieces[i], i, (size_t)i * 8 + 1);
	}
	http_pool(!open);
	for (i = 0; i < PIECES; i += 3)
		pieces[i] = realloc(pieces[i], (size_t)i * 16 + 2);
	for (i = 0; i < PIECES; i++)
		good = good && (unsigned char)pieces[i][0] == i &&
		    (unsigned char)pieces[i][i * 8] == i;
	for (i = PIECES; i-- > 0; )
		free(pieces[i]);
	http_pool(0);
	return good;
}

static void
test_malloc(void)
{
	char *list, *rest;
	int i, good = 1;

	for (i = 0; i < 100; i++)
		good = good && round_of(i & 1);
	ok(good, "pieces by malloc, in the pool and out of it, are their own");
	http_pool(1);
	list = malloc(8);
	memcpy(list, "pointer", 8);
	rest = malloc(65536 - 16);
	list = realloc(list, 70000);
	is_text(list, "pointer", "a list that outgrows the pool keeps its start");
	list[69999] = 'x';
	list = realloc(list, 16);
	is_text(list, "pointer", "... and when it shrinks");
	http_pool(0);
	free(list);
	free(rest);
	free(NULL);
}

int
main(void)
{
	test_pieces();
	test_malloc();
	return tap_done();
}
