/* config - postern.conf, read once and checked.  The only owner of inih. */
#ifndef CONFIG_H
#define CONFIG_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#define CONFIG_VALUE	192	/* no value is longer; inih reads lines of 199 */
#define CONFIG_PATH	1024
#define CONFIG_PROXIES	16
#define CONFIG_GUARDS	32
#define CONFIG_ORIGINS	16

/* A network: the first bits of an IPv6 address; IPv4 as ::ffff:a.b.c.d. */
struct config_net {
	uint8_t	address[16];
	int	bits;
};

/* A rule of the authorizer's: what a path below prefix needs. */
struct config_guard {
	char		 prefix[CONFIG_VALUE];	/* "/files"; no slash behind */
	const char	*methods;	/* "GET,HEAD", or "*"; lies in prefix */
	const char	*scope;		/* scopes, or "*"; lies in prefix */
};

struct config {
	char	path[CONFIG_PATH];	/* the file read, "" for none */
	char	dir[CONFIG_PATH];	/* the directory it lies in */
	char	store[CONFIG_PATH];	/* URL of the ledger */
	char	issuer[CONFIG_VALUE];	/* our URL as clients see it, or "" */
	char	mount[CONFIG_VALUE];	/* its path: "" or "/api" */
	char	realm[CONFIG_VALUE];
	int	require_https;
	int	sandbox;
	int	password_grant;
	int	foreign_tokens;
	int64_t	access_ttl;		/* seconds */
	int64_t	refresh_ttl;		/* seconds, from the login on */
	int64_t	refresh_idle;		/* seconds, of a token not used */
	int64_t	refresh_grace;		/* seconds it may be used again */
	int64_t	key_ttl;		/* seconds, when nobody says */
	int64_t	key_ttl_max;		/* seconds, whatever one says */
	int	guess_limit;
	int64_t	guess_free;		/* wrong ones without a wait */
	int64_t	guess_wait;		/* seconds, the first wait */
	int64_t	guess_wait_max;		/* seconds */
	int64_t	argon2_memory;		/* KiB */
	int64_t	argon2_passes;
	int64_t	password_slots;		/* 0: as many as cores */
	size_t	proxies;
	struct config_net proxy[CONFIG_PROXIES];
	size_t	guards;
	struct config_guard guard[CONFIG_GUARDS];
	size_t	origins;
	char	origin[CONFIG_ORIGINS][CONFIG_VALUE];	/* see cors.h */
};

/* Fill config with the defaults, which are the strictest settings. */
void	config_defaults(struct config *config);

/* Read the file at path into config, over the defaults.  File and directory
 * must belong to the effective user and be closed to all others.  Unknown
 * keys, keys given twice, sections, bad values and lines over 199 bytes are
 * refused.  Returns 0, or -1 with a sentence in why (of size bytes) that
 * names file and line; config then holds the defaults and no store.  Where
 * the file names no issuer, POSTERN_ISSUER in the environment may. */
int	config_read(struct config *config, const char *path, char *why,
	    size_t size);

/* Take url as the issuer: our own URL as clients see it, http or https, host,
 * perhaps port and path, no slash at the end, no query, no fragment
 * (RFC 8414, 2).  Its path is where we are mounted.  Returns NULL, or what is
 * wrong with it. */
const char	*config_issuer(struct config *config, const char *url);

/* Find the file: the environment's POSTERN_CONF, else, relative to the
 * directory of the running executable, ../../postern/postern.conf, else
 * ../postern.conf.  Writes into path (of CONFIG_PATH bytes).  Returns 0, or
 * -1 when there is none.  Never looks at argv: Apache turns a query into
 * arguments. */
int	config_find(char *path);

/* Who owns a state directory or file, and may others reach it?  Returns 0
 * when it belongs to the effective user and is closed to all others, or -1
 * with a sentence in why that says what to do. */
int	config_private(const char *path, char *why, size_t size);

/* Read an IPv4 or IPv6 address into 16 bytes (IPv4 as ::ffff:a.b.c.d).
 * Returns 0, or -1 when text is none. */
int	config_address(const char *text, uint8_t address[16]);

#endif
