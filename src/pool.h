/* pool - memory for pieces that live for a moment: each lies behind the one
 * before, and all of it is there again when the last piece is given back.  In a
 * header, for a call would cost more than what it does. */
#ifndef POOL_H
#define POOL_H

#include <stddef.h>
#include <stdint.h>

#define POOL_STEP	_Alignof(max_align_t)

struct pool {
	char	*memory;		/* aligned as POOL_STEP, */
	size_t	 size;			/* and a multiple of it */
	size_t	 taken;			/* bytes */
	size_t	 pieces;
};

/* Take a piece of size bytes, to be given back with pool_give.  Returns NULL
 * when there is no room for it. */
static inline void *
pool_take(struct pool *pool, size_t size)
{
	void *piece = pool->memory + pool->taken;

	if (size > pool->size - pool->taken)
		return NULL;
	pool->taken += (size + POOL_STEP - 1) / POOL_STEP * POOL_STEP;
	pool->pieces++;
	return piece;
}

/* How many bytes are there from here to the pool's end; 0: this is no piece of
 * the pool. */
static inline size_t
pool_reach(const struct pool *pool, const void *piece)
{
	uintptr_t at = (uintptr_t)piece - (uintptr_t)pool->memory;

	return at < pool->size ? pool->size - at : 0;
}

/* Give a piece of the pool back. */
static inline void
pool_give(struct pool *pool)
{
	if (--pool->pieces == 0)
		pool->taken = 0;
}

#endif
