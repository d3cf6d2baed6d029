/* store_pgsql_sql - the ledger on PostgreSQL: its statements. */
#include "store_pgsql_sql.h"

#define CLOCK_COLUMN							\
	"(extract(epoch from clock_timestamp()) * 1000)::bigint"
#define TOKEN_COLUMNS	"encode(t.digest, 'hex'), t.kind, t.owner, "	\
	"u.name, u.scope, u.disabled, t.scope, t.created, t.expires, "	\
	"t.alg, t.client, t.label, t.used, "				\
	CLOCK_COLUMN\
	" FROM tokens t JOIN users u ON u.id = t.owner "
#define USER_COLUMNS	"id, name, password, scope, disabled, created, " \
	"kind, grants, introspect FROM users "
#define REFRESH_COLUMNS	"f.id, u.name, u.disabled, f.client, f.scope, "	\
	"r.expires, f.expires, r.used, r.key, f.created, u.scope "	\
	"FROM refresh r JOIN families f ON f.id = r.family "		\
	"JOIN users u ON u.id = f.owner "
#define ITEM_COLUMNS	"i.id, i.title, u.name FROM items i "		\
	"JOIN users u ON u.id = i.owner "
#define BY_NAME		"ORDER BY name COLLATE \"C\""
/* Rows to be deleted that nobody else is at just now. */
#define SOME(table, key, which)						\
	"DELETE FROM " table " WHERE " key " = ANY(ARRAY(SELECT " key	\
	" FROM " table " " which " FOR UPDATE SKIP LOCKED))"

const char *const pgsql_sql[PGSQL_QUERIES] = {
	[P_PING] = "SELECT count(*) FROM (SELECT 1 FROM users LIMIT 1) AS one",
	[P_CLOCK] = "SELECT " CLOCK_COLUMN,
	[P_COUNT] = "SELECT (SELECT count(*) FROM users) + "
	    "(SELECT count(*) FROM families) + "
	    "(SELECT count(*) FROM refresh) + "
	    "(SELECT count(*) FROM tokens) + (SELECT count(*) FROM items) + "
	    "(SELECT count(*) FROM guesses) + (SELECT count(*) FROM logins)",

	[P_USER_GET] = "SELECT " USER_COLUMNS "WHERE name = $1 AND kind = 0",
	[P_USER_ADD] = "INSERT INTO users (name, password, scope, created) "
	    "VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING RETURNING id",
	[P_USER_LIST] = "SELECT " USER_COLUMNS "WHERE kind = 0 " BY_NAME,
	[P_USER_PASSWORD] = "UPDATE users SET password = $3 "
	    "WHERE id = $1 AND password = $2 AND kind = 0",
	[P_USER_SCOPE] = "UPDATE users SET scope = $2 "
	    "WHERE name = $1 AND kind = 0",
	[P_USER_DISABLED] = "UPDATE users SET disabled = $2 "
	    "WHERE name = $1 AND kind = 0",
	[P_USER_DELETE] = "DELETE FROM users WHERE name = $1 AND kind = 0",
	/* Who counts what a user has holds the user, so that nobody adds to it
	 * meanwhile. */
	[P_USER_HOLD] = "SELECT id FROM users WHERE (id = $1 OR name = $2) "
	    "FOR NO KEY UPDATE",

	[P_CLIENT_GET] = "SELECT " USER_COLUMNS "WHERE name = $1 AND kind > 0",
	[P_CLIENT_ADD] = "INSERT INTO users (name, password, scope, created, "
	    "kind, grants, introspect) VALUES ($1, $2, $3, $4, $5, $6, $7) "
	    "ON CONFLICT DO NOTHING RETURNING id",
	[P_CLIENT_LIST] = "SELECT " USER_COLUMNS "WHERE kind > 0 " BY_NAME,
	[P_CLIENT_SECRET] = "UPDATE users SET password = $2 "
	    "WHERE name = $1 AND kind = 1",
	[P_CLIENT_DELETE] = "DELETE FROM users WHERE name = $1 AND kind > 0",
	[P_CLIENT_TOKENS] = "DELETE FROM tokens "
	    "WHERE client = $1 AND client <> ''",
	[P_CLIENT_FAMILIES] = "DELETE FROM families WHERE client = $1",

	[P_TOKEN_GET] = "SELECT " TOKEN_COLUMNS "WHERE t.digest = $1",
	/* The user is held as it was read: whoever disables it, or gives it
	 * another password, ends its tokens before this or after it. */
	[P_TOKEN_ADD] = "WITH held AS (SELECT id FROM users "
	    "WHERE id = $3 AND password = $4 AND disabled = 0 FOR SHARE) "
	    "INSERT INTO tokens (digest, alg, kind, owner, scope, created, "
	    "expires, client, label, family) SELECT d, 1, $2, id, $5, $6, $7, "
	    "$8, $9, nullif($10, 0) FROM held, unnest($1) AS d",
	[P_KEY_COUNT] = "SELECT count(*) FROM tokens WHERE owner = $1 "
	    "AND kind = $2 AND expires > $3",
	[P_TOKEN_LIST] = "SELECT " TOKEN_COLUMNS "WHERE t.kind = $2 "
	    "AND ($1::text IS NULL OR u.name = $1) "
	    "ORDER BY t.created, t.digest",
	[P_TOKEN_REVOKE] = "DELETE FROM tokens WHERE digest = $1",
	[P_TOKEN_REVOKE_RANGE] = "DELETE FROM tokens "
	    "WHERE digest >= $1 AND digest <= $2 AND kind = $3 AND "
	    "($4::text IS NULL OR owner = (SELECT id FROM users "
	    "WHERE name = $4))",
	[P_TOKEN_REVOKE_USER] = "DELETE FROM tokens "
	    "WHERE owner = (SELECT id FROM users WHERE name = $1) "
	    "AND digest IS DISTINCT FROM $2",
	[P_TOKEN_PURGE] = SOME("tokens", "digest",
	    "WHERE expires <= $1 LIMIT $2"),
	[P_TOKEN_FREE] = "UPDATE tokens SET family = NULL WHERE digest = $1",
	[P_TOKEN_USED] = "UPDATE tokens SET used = $2 WHERE digest = "
	    "(SELECT digest FROM tokens WHERE digest = $1 "
	    "AND (used = 0 OR used <= $2 - $3) FOR UPDATE SKIP LOCKED)",

	[P_FAMILY_ADD] = "INSERT INTO families (owner, client, scope, "
	    "created, expires) VALUES ($1, $2, $3, $4, $5) RETURNING id",
	/* All uses of a family's tokens come one after the other.  Whoever
	 * waited here reads what the one before wrote by its next statement. */
	[P_FAMILY_HOLD] = "SELECT id FROM families WHERE id = "
	    "(SELECT family FROM refresh WHERE digest = $1) FOR UPDATE",
	[P_FAMILY_REVOKE] = "DELETE FROM families WHERE id = $1",
	[P_FAMILY_REVOKE_USER] = "DELETE FROM families "
	    "WHERE owner = (SELECT id FROM users WHERE name = $1)",
	[P_FAMILY_PURGE] = SOME("families", "id",
	    "WHERE expires <= $1 LIMIT $2"),
	[P_REFRESH_GET] = "SELECT " REFRESH_COLUMNS "WHERE r.digest = $1",
	[P_REFRESH_ADD] = "INSERT INTO refresh (digest, family, expires) "
	    "VALUES ($1, $2, $3) ON CONFLICT DO NOTHING",
	[P_REFRESH_USED] = "UPDATE refresh SET used = $2, key = $3 "
	    "WHERE digest = $1 AND used = 0",
	[P_REFRESH_ACCESS] = "INSERT INTO tokens (digest, alg, kind, owner, "
	    "scope, created, expires, client, family) SELECT $1, 1, 1, owner, "
	    "$3, $4, $5, client, id FROM families WHERE id = $2",

	[P_GUESS_GET] = "SELECT count, last, until FROM guesses "
	    "WHERE key = $1",
	/* The row as it is, held; a new one where there was none. */
	[P_GUESS_HOLD] = "INSERT INTO guesses (key, count, last, until) "
	    "VALUES ($1, 0, 0, 0) ON CONFLICT (key) DO UPDATE "
	    "SET count = guesses.count "
	    "RETURNING guesses.count, guesses.last, guesses.until",
	[P_GUESS_PUT] = "UPDATE guesses SET count = $2, last = $3, until = $4 "
	    "WHERE key = $1",
	[P_GUESS_DELETE] = "DELETE FROM guesses WHERE key = $1",
	[P_GUESS_STALE] = SOME("guesses", "key", "WHERE last < $1 LIMIT 32"),
	[P_GUESS_COUNT] = "SELECT count(*) FROM guesses",
	[P_GUESS_LEAST] = SOME("guesses", "key",
	    "ORDER BY until > 0, last LIMIT 64"),
	[P_GUESS_FORGET] = "DELETE FROM guesses",
	[P_LOGIN_GET] = "SELECT last FROM logins WHERE key = $1",
	[P_LOGIN_PUT] = "INSERT INTO logins (key, last) VALUES ($1, $2) "
	    "ON CONFLICT (key) DO UPDATE SET last = excluded.last",
	[P_LOGIN_STALE] = SOME("logins", "key", "WHERE last < $1 LIMIT 32"),
	[P_LOGIN_COUNT] = "SELECT count(*) FROM logins",
	[P_LOGIN_LEAST] = SOME("logins", "key", "ORDER BY last LIMIT 64"),

	[P_ITEM_LIST] = "SELECT " ITEM_COLUMNS "WHERE u.name = $1 "
	    "ORDER BY i.number",
	[P_ITEM_GET] = "SELECT " ITEM_COLUMNS "WHERE u.name = $1 AND i.id = $2",
	[P_ITEM_COUNT] = "SELECT count(*) FROM items WHERE owner = $1",
	[P_ITEM_ADD] = "INSERT INTO items (id, owner, title) "
	    "SELECT $2, id, $3 FROM users WHERE name = $1 AND kind = 0",
	[P_ITEM_TITLE] = "UPDATE items SET title = $3 WHERE id = $2 "
	    "AND owner = (SELECT id FROM users WHERE name = $1)",
	[P_ITEM_DELETE] = "DELETE FROM items WHERE id = $2 "
	    "AND owner = (SELECT id FROM users WHERE name = $1)",
};
