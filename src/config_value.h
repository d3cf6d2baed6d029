/* config_value - what may stand behind each key of postern.conf.  For config.c
 * alone. */
#ifndef CONFIG_VALUE_H
#define CONFIG_VALUE_H

#include "config.h"

/* Take value for the key called name into config.  seen, 0 at first, holds
 * which keys stood there already.  Returns NULL, or what is wrong, as the rest
 * of a sentence that starts with the key. */
const char	*config_value(struct config *config, unsigned int *seen,
    const char *name, const char *value);

#endif
