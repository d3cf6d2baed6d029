/* apicheck_base - below which path do the operations lie?
 *
 * The document's servers say so, and may mean a proxy's address of it, which
 * we do not speak to: FastAPI(root_path="/api") asked itself answers at /x what
 * the document calls /api/x. */
#ifndef APICHECK_BASE_H
#define APICHECK_BASE_H

#include "apicheck_attack.h"

/* Ask some operations where the document has them.  When (nearly) none is
 * there, and they are below other or below directory, move all to that place
 * and say so.  After plan_make, for it calls them with the first good token. */
void	base_settle(struct attack *attack, const char *other,
    const char *directory);
/* Move all operations that lie below the document's base to path, which starts
 * with a slash, or is empty. */
void	base_move(struct api *api, const char *path);

#endif
