/* store_sqlite_query - the ledger on SQLite: its statements, prepared once. */
#include <stdarg.h>
#include <stdio.h>
#include <time.h>

#include "log.h"
#include "store_sqlite.h"
#include "text.h"

#define TOKEN_COLUMNS	"t.digest, t.kind, t.user, u.name, u.scope, "	\
	"u.disabled, t.scope, t.created, t.expires, t.alg, t.client, "	\
	"t.label, t.used FROM tokens t JOIN users u ON u.id = t.user "
#define USER_COLUMNS	"id, name, password, scope, disabled, created, " \
	"kind, grants, introspect FROM users "
#define REFRESH_COLUMNS	"f.id, u.name, u.disabled, f.client, f.scope, "	\
	"r.expires, f.expires, r.used, r.key, f.created, u.scope "	\
	"FROM refresh r JOIN families f ON f.id = r.family "		\
	"JOIN users u ON u.id = f.user "
#define ITEM_COLUMNS	"i.id, i.title, u.name FROM items i "		\
	"JOIN users u ON u.id = i.owner "

static const char *const sql[QUERIES] = {
	[Q_BEGIN] = "BEGIN IMMEDIATE",
	[Q_COMMIT] = "COMMIT",
	[Q_ROLLBACK] = "ROLLBACK",
	[Q_PING] = "SELECT count(*) FROM (SELECT 1 FROM users LIMIT 1)",

	[Q_USER_GET] = "SELECT " USER_COLUMNS "WHERE name = ?1 AND kind = 0",
	[Q_USER_ADD] = "INSERT INTO users (name, password, scope, created) "
	    "VALUES (?1, ?2, ?3, ?4) ON CONFLICT DO NOTHING",
	[Q_USER_LIST] = "SELECT " USER_COLUMNS "WHERE kind = 0 ORDER BY name",
	[Q_USER_PASSWORD] = "UPDATE users SET password = ?3 "
	    "WHERE id = ?1 AND password = ?2 AND kind = 0",
	[Q_USER_SCOPE] = "UPDATE users SET scope = ?2 "
	    "WHERE name = ?1 AND kind = 0",
	[Q_USER_DISABLED] = "UPDATE users SET disabled = ?2 "
	    "WHERE name = ?1 AND kind = 0",
	[Q_USER_DELETE] = "DELETE FROM users WHERE name = ?1 AND kind = 0",

	[Q_CLIENT_GET] = "SELECT " USER_COLUMNS "WHERE name = ?1 AND kind > 0",
	[Q_CLIENT_ADD] = "INSERT INTO users (name, password, scope, created, "
	    "kind, grants, introspect) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) "
	    "ON CONFLICT DO NOTHING",
	[Q_CLIENT_LIST] = "SELECT " USER_COLUMNS "WHERE kind > 0 ORDER BY name",
	[Q_CLIENT_SECRET] = "UPDATE users SET password = ?2 "
	    "WHERE name = ?1 AND kind = 1",
	[Q_CLIENT_DELETE] = "DELETE FROM users WHERE name = ?1 AND kind > 0",
	[Q_CLIENT_TOKENS] = "DELETE FROM tokens "
	    "WHERE client = ?1 AND client <> ''",
	[Q_CLIENT_FAMILIES] = "DELETE FROM families WHERE client = ?1",

	[Q_TOKEN_GET] = "SELECT " TOKEN_COLUMNS "WHERE t.digest = ?1",
	[Q_TOKEN_ADD] = "INSERT INTO tokens (digest, alg, kind, user, scope, "
	    "created, expires, client, label, family) "
	    "SELECT ?1, 1, ?2, id, ?5, ?6, ?7, ?8, ?9, nullif(?10, 0) "
	    "FROM users WHERE id = ?3 AND password = ?4 AND disabled = 0",
	[Q_KEY_FULL] = "SELECT 1 FROM tokens WHERE user = ?1 AND kind = ?2 "
	    "AND expires > ?3 GROUP BY user HAVING count(*) >= ?4",
	[Q_TOKEN_LIST] = "SELECT " TOKEN_COLUMNS "WHERE t.kind = ?2 "
	    "AND ?1 IS NULL ORDER BY t.created, t.digest",
	[Q_TOKEN_LIST_USER] = "SELECT " TOKEN_COLUMNS "WHERE t.kind = ?2 "
	    "AND u.name = ?1 ORDER BY t.created, t.digest",
	[Q_TOKEN_REVOKE] = "DELETE FROM tokens WHERE digest = ?1",
	[Q_TOKEN_REVOKE_ID] = "DELETE FROM tokens "
	    "WHERE digest >= ?1 AND digest <= ?2 AND kind = ?3 AND (?4 IS NULL "
	    "OR user = (SELECT id FROM users WHERE name = ?4))",
	[Q_TOKEN_REVOKE_USER] = "DELETE FROM tokens "
	    "WHERE user = (SELECT id FROM users WHERE name = ?1) "
	    "AND digest IS NOT ?2",
	[Q_TOKEN_PURGE] = "DELETE FROM tokens WHERE digest IN (SELECT digest "
	    "FROM tokens WHERE expires <= ?1 LIMIT ?2)",
	[Q_TOKEN_FREE] = "UPDATE tokens SET family = NULL "
	    "WHERE digest = ?1",

	[Q_FAMILY_ADD] = "INSERT INTO families (user, client, scope, created, "
	    "expires) VALUES (?1, ?2, ?3, ?4, ?5)",
	[Q_FAMILY_REVOKE] = "DELETE FROM families WHERE id = ?1",
	[Q_FAMILY_REVOKE_USER] = "DELETE FROM families "
	    "WHERE user = (SELECT id FROM users WHERE name = ?1)",
	[Q_FAMILY_PURGE] = "DELETE FROM families WHERE id IN (SELECT id "
	    "FROM families WHERE expires <= ?1 LIMIT ?2)",
	[Q_REFRESH_GET] = "SELECT " REFRESH_COLUMNS "WHERE r.digest = ?1",
	[Q_REFRESH_ADD] = "INSERT INTO refresh (digest, family, expires) "
	    "VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING",
	[Q_REFRESH_USED] = "UPDATE refresh SET used = ?2, key = ?3 "
	    "WHERE digest = ?1 AND used = 0",
	[Q_REFRESH_ACCESS] = "INSERT INTO tokens (digest, alg, kind, user, "
	    "scope, created, expires, client, family) SELECT ?1, 1, 1, user, "
	    "?3, ?4, ?5, client, id FROM families WHERE id = ?2",

	[Q_GUESS_GET] = "SELECT count, last, until FROM guesses "
	    "WHERE key = ?1",
	[Q_GUESS_PUT] = "INSERT OR REPLACE INTO guesses (key, count, last, "
	    "until) VALUES (?1, ?2, ?3, ?4)",
	[Q_GUESS_DELETE] = "DELETE FROM guesses WHERE key = ?1",
	[Q_GUESS_STALE] = "DELETE FROM guesses WHERE key IN (SELECT key "
	    "FROM guesses WHERE last < ?1 LIMIT 32)",
	[Q_GUESS_FULL] = "SELECT 1 WHERE (SELECT count(*) "
	    "FROM guesses) > ?1",
	[Q_GUESS_LEAST] = "DELETE FROM guesses WHERE key IN (SELECT key "
	    "FROM guesses ORDER BY until > 0, last LIMIT 64)",
	[Q_GUESS_FORGET] = "DELETE FROM guesses",
	[Q_LOGIN_GET] = "SELECT last FROM logins WHERE key = ?1",
	[Q_LOGIN_PUT] = "INSERT OR REPLACE INTO logins (key, last) "
	    "VALUES (?1, ?2)",
	[Q_LOGIN_STALE] = "DELETE FROM logins WHERE key IN (SELECT key "
	    "FROM logins WHERE last < ?1 LIMIT 32)",
	[Q_LOGIN_FULL] = "SELECT 1 WHERE (SELECT count(*) "
	    "FROM logins) > ?1",
	[Q_LOGIN_LEAST] = "DELETE FROM logins WHERE key IN (SELECT key "
	    "FROM logins ORDER BY last LIMIT 64)",

	[Q_ITEM_LIST] = "SELECT " ITEM_COLUMNS "WHERE u.name = ?1 "
	    "ORDER BY i.number",
	[Q_ITEM_GET] = "SELECT " ITEM_COLUMNS "WHERE u.name = ?1 AND i.id = ?2",
	[Q_ITEM_FULL] = "SELECT 1 FROM items "
	    "WHERE owner = (SELECT id FROM users WHERE name = ?1) "
	    "GROUP BY owner HAVING count(*) >= ?2",
	[Q_ITEM_ADD] = "INSERT INTO items (id, owner, title) "
	    "SELECT ?2, id, ?3 FROM users WHERE name = ?1 AND kind = 0",
	[Q_ITEM_TITLE] = "UPDATE items SET title = ?3 WHERE id = ?2 "
	    "AND owner = (SELECT id FROM users WHERE name = ?1)",
	[Q_ITEM_DELETE] = "DELETE FROM items WHERE id = ?2 "
	    "AND owner = (SELECT id FROM users WHERE name = ?1)",
};

static void
bind(sqlite3_stmt *s, const char *types, va_list args)
{
	int at;

	for (at = 1; types[at - 1] != '\0'; at++) {
		if (types[at - 1] == 't')
			sqlite3_bind_text(s, at, va_arg(args, const char *),
			    -1, SQLITE_STATIC);
		else if (types[at - 1] == 'd')
			sqlite3_bind_blob(s, at, va_arg(args, const uint8_t *),
			    CRYPTO_DIGEST, SQLITE_STATIC);
		else
			sqlite3_bind_int64(s, at, va_arg(args, int64_t));
	}
}

static sqlite3_stmt *
prepare(struct store *store, enum query query, const char *types,
    va_list args)
{
	sqlite3_stmt **at = &SQ(store)->prepared[query];

	if (*at == NULL && sqlite3_prepare_v3(SQ(store)->db, sql[query], -1,
	    SQLITE_PREPARE_PERSISTENT, at, NULL) != SQLITE_OK) {
		sqlite_complain(SQ(store)->db, store->place, "prepare");
		sqlite_close(store);
		return NULL;
	}
	bind(*at, types, args);
	return *at;
}

/* SQLite's own waiting sleeps longer with each try, so that who came first may
 * come last, and too late. */
int
sqlite_retry(void *unused, int tries)
{
	const struct timespec pause = { 0, SQLITE_RETRY_MS * 1000000L };

	(void)unused;
	nanosleep(&pause, NULL);
	return tries < SQLITE_BUSY_MS / SQLITE_RETRY_MS;
}

sqlite3_stmt *
sqlite_query(struct store *store, enum query query, const char *types, ...)
{
	sqlite3_stmt *s;
	va_list args;

	va_start(args, types);
	s = prepare(store, query, types, args);
	va_end(args);
	return s;
}

sqlite3_stmt *
sqlite_read(struct store *store, enum query query, const char *types, ...)
{
	sqlite3_stmt *s;
	va_list args;

	if (sqlite_ready(store) != 0)
		return NULL;
	va_start(args, types);
	s = prepare(store, query, types, args);
	va_end(args);
	return s;
}

int
sqlite_step(struct store *store, sqlite3_stmt *s)
{
	int rc;

	if (s == NULL)
		return -1;
	rc = sqlite3_step(s);
	if (rc == SQLITE_ROW)
		return 1;
	if (rc != SQLITE_DONE)
		sqlite_complain(SQ(store)->db, store->place, "query");
	sqlite3_reset(s);
	if (rc == SQLITE_DONE)
		return 0;
	if ((rc & 0xff) != SQLITE_BUSY && (rc & 0xff) != SQLITE_FULL)
		sqlite_close(store);
	return -1;
}

enum store_rc
sqlite_row(struct store *store, sqlite3_stmt *s)
{
	int row = sqlite_step(store, s);

	return row == 1 ? STORE_OK : row == 0 ? STORE_NONE : STORE_DOWN;
}

enum store_rc
sqlite_done(sqlite3_stmt *s, int row)
{
	if (row == 1)
		sqlite3_reset(s);
	return row == 0 ? STORE_OK : STORE_DOWN;
}

enum store_rc
sqlite_change(struct store *store, sqlite3_stmt *s)
{
	if (sqlite_step(store, s) != 0)
		return STORE_DOWN;
	return sqlite3_changes(SQ(store)->db) > 0 ? STORE_OK : STORE_NONE;
}

enum store_rc
sqlite_any(enum store_rc rc)
{
	return rc == STORE_NONE ? STORE_OK : rc;
}

enum store_rc
sqlite_write(struct store *store, enum query query, const char *types, ...)
{
	sqlite3_stmt *s;
	va_list args;

	if (sqlite_begin(store) != 0)
		return STORE_DOWN;
	va_start(args, types);
	s = prepare(store, query, types, args);
	va_end(args);
	return sqlite_end(store, sqlite_change(store, s));
}

int
sqlite_text(sqlite3_stmt *s, int column, char *out, size_t size)
{
	const char *text = (const char *)sqlite3_column_text(s, column);

	if (text != NULL && text_copy(out, size, text) == 0)
		return 0;
	log_event("ledger: a value does not fit");
	return -1;
}

enum store_rc
sqlite_now(struct store *store, int64_t *now)
{
	(void)store;
	*now = (int64_t)time(NULL);
	return STORE_OK;
}

void
sqlite_title(const char *place, char title[STORE_TITLE])
{
	snprintf(title, STORE_TITLE, "sqlite:%s", place);
}

int
sqlite_caution(const char *place, char *why, size_t size)
{
	(void)place;
	(void)why;
	(void)size;
	return 0;
}

const struct store_ops store_sqlite_ops = {
	.open = sqlite_open, .free = sqlite_free, .start = sqlite_start,
	.is_stuck = sqlite_is_stuck, .title = sqlite_title,
	.caution = sqlite_caution,
	.token_used = sqlite_token_used,
#define V(name, args, pass)	.name = sqlite_##name,
	STORE_VERBS(V)
	STORE_PARTS(V)
#undef V
};
