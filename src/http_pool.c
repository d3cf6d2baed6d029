/* http_pool - the wire: memory for what libfcgi keeps of a request.
 *
 * libfcgi asks for memory for each variable and each stream, and gives each
 * back at the request's end: thirty times, which in the C library took 3,500
 * of a guarded request's 20,200 instructions.  A program may define these
 * functions in the C library's place.  They are as before, except while libfcgi
 * accepts a request, and for what it got then.  The process has one thread. */
#include <stdlib.h>
#include <string.h>

#include "http_req.h"
#include "pool.h"

#if defined(__SANITIZE_ADDRESS__)
#define IS_CHECKED	1
#elif defined(__has_feature)
#define IS_CHECKED	__has_feature(address_sanitizer)
#else
#define IS_CHECKED	0
#endif

static int is_open;

void
http_pool(int open)
{
	is_open = open;
}

/* AddressSanitizer's malloc must be that of the whole program. */
#if !IS_CHECKED
/* Three streams take 17 kB, a request's variables a few, or all that the web
 * server lets pass; what does not fit is asked of the C library. */
static _Alignas(max_align_t) char memory[65536];
static struct pool pool = { .memory = memory, .size = sizeof memory };

/* What malloc is when nobody defines another: in glibc since ever. */
void	*__libc_malloc(size_t size);
void	*__libc_realloc(void *piece, size_t size);
void	 __libc_free(void *piece);

/* What malloc and free do, for realloc too: the compiler takes those names for
 * functions that touch nothing of ours. */
static void *
find(size_t size)
{
	void *piece = is_open ? pool_take(&pool, size) : NULL;

	return piece != NULL ? piece : __libc_malloc(size);
}

static void
leave(void *piece)
{
	if (pool_reach(&pool, piece) > 0)
		pool_give(&pool);
	else
		__libc_free(piece);
}

void *
malloc(size_t size)
{
	return find(size);
}

void
free(void *piece)
{
	leave(piece);
}

/* How long a piece is we do not know; what is behind it may be copied too. */
void *
realloc(void *piece, size_t size)
{
	size_t reach = pool_reach(&pool, piece);
	void *other;

	if (reach == 0)
		return __libc_realloc(piece, size);
	other = find(size);
	if (other == NULL)
		return NULL;
	memmove(other, piece, size < reach ? size : reach);
	leave(piece);
	return other;
}
#endif
