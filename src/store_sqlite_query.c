/* store_sqlite_query - the ledger on SQLite: its statements, prepared once. */
#include "log.h"
#include "store_sqlite.h"
#include "text.h"

#define TOKEN_COLUMNS	"t.digest, t.kind, t.user, u.name, u.scope, "	\
	"u.disabled, t.scope, t.created, t.expires, t.alg "		\
	"FROM tokens t JOIN users u ON u.id = t.user "
#define USER_COLUMNS	"id, name, password, scope, disabled, created "	\
	"FROM users "

static const char *const sql[QUERIES] = {
	[Q_BEGIN] = "BEGIN IMMEDIATE",
	[Q_COMMIT] = "COMMIT",
	[Q_ROLLBACK] = "ROLLBACK",
	[Q_PING] = "SELECT count(*) FROM (SELECT 1 FROM users LIMIT 1)",
	[Q_USER_GET] = "SELECT " USER_COLUMNS "WHERE name = ?1",
	[Q_USER_ADD] = "INSERT INTO users (name, password, scope, disabled, "
	    "created) VALUES (?1, ?2, ?3, 0, ?4) ON CONFLICT DO NOTHING",
	[Q_USER_LIST] = "SELECT " USER_COLUMNS "ORDER BY name",
	[Q_USER_PASSWORD] = "UPDATE users SET password = ?3 "
	    "WHERE id = ?1 AND password = ?2",
	[Q_USER_SCOPE] = "UPDATE users SET scope = ?2 WHERE name = ?1",
	[Q_USER_DISABLED] = "UPDATE users SET disabled = ?2 WHERE name = ?1",
	[Q_USER_DELETE] = "DELETE FROM users WHERE name = ?1",
	[Q_TOKEN_GET] = "SELECT " TOKEN_COLUMNS "WHERE t.digest = ?1",
	[Q_TOKEN_ADD] = "INSERT INTO tokens (digest, alg, kind, user, scope, "
	    "created, expires) SELECT ?1, 1, ?2, id, ?5, ?6, ?7 FROM users "
	    "WHERE id = ?3 AND password = ?4 AND disabled = 0",
	[Q_TOKEN_LIST] = "SELECT " TOKEN_COLUMNS
	    "WHERE ?1 IS NULL OR u.name = ?1 ORDER BY t.created, t.digest",
	[Q_TOKEN_REVOKE] = "DELETE FROM tokens WHERE digest = ?1",
	[Q_TOKEN_REVOKE_ID] = "DELETE FROM tokens "
	    "WHERE digest >= ?1 AND digest <= ?2",
	[Q_TOKEN_REVOKE_USER] = "DELETE FROM tokens "
	    "WHERE user = (SELECT id FROM users WHERE name = ?1)",
	[Q_TOKEN_PURGE] = "DELETE FROM tokens WHERE digest IN (SELECT digest "
	    "FROM tokens WHERE expires <= ?1 LIMIT ?2)",
	[Q_ITEM_LIST] = "SELECT i.id, i.title FROM items i "
	    "JOIN users u ON u.id = i.owner WHERE u.name = ?1 "
	    "ORDER BY i.number",
	[Q_ITEM_ADD] = "INSERT INTO items (id, owner, title) "
	    "SELECT ?2, id, ?3 FROM users WHERE name = ?1",
};

sqlite3_stmt *
sqlite_query(struct store *store, enum query query)
{
	sqlite3_stmt **at = &store->prepared[query];

	if (*at == NULL && sqlite3_prepare_v3(store->db, sql[query], -1,
	    SQLITE_PREPARE_PERSISTENT, at, NULL) != SQLITE_OK) {
		sqlite_complain(store->db, store->path, "prepare");
		sqlite_close(store);
		return NULL;
	}
	return *at;
}

int
sqlite_step(struct store *store, sqlite3_stmt *statement)
{
	int rc = sqlite3_step(statement);

	if (rc == SQLITE_ROW)
		return 1;
	if (rc != SQLITE_DONE)
		sqlite_complain(store->db, store->path, "query");
	sqlite3_reset(statement);
	if (rc == SQLITE_DONE)
		return 0;
	if ((rc & 0xff) != SQLITE_BUSY && (rc & 0xff) != SQLITE_FULL)
		sqlite_close(store);
	return -1;
}

int
sqlite_do(struct store *store, enum query query)
{
	sqlite3_stmt *statement = sqlite_query(store, query);

	return statement != NULL && sqlite_step(store, statement) == 0 ?
	    0 : -1;
}

void
sqlite_bind_text(sqlite3_stmt *s, int at, const char *text)
{
	sqlite3_bind_text(s, at, text, -1, SQLITE_STATIC);
}

void
sqlite_bind_digest(sqlite3_stmt *s, int at, const uint8_t digest[CRYPTO_DIGEST])
{
	sqlite3_bind_blob(s, at, digest, CRYPTO_DIGEST, SQLITE_STATIC);
}

int
sqlite_read_text(sqlite3_stmt *s, int column, char *out, size_t size)
{
	const char *text = (const char *)sqlite3_column_text(s, column);

	if (text != NULL && text_copy(out, size, text) == 0)
		return 0;
	log_event("ledger: a value does not fit");
	return -1;
}

sqlite3_stmt *
sqlite_open_query(struct store *store, enum query query)
{
	return sqlite_ready(store) == 0 ? sqlite_query(store, query) : NULL;
}

enum store_rc
sqlite_change(struct store *store, sqlite3_stmt *s)
{
	if (sqlite_step(store, s) != 0)
		return STORE_DOWN;
	return sqlite3_changes(store->db) > 0 ? STORE_OK : STORE_NONE;
}

enum store_rc
sqlite_change_user(struct store *store, enum query query, const char *name,
    const char *text, int number)
{
	sqlite3_stmt *s = sqlite_query(store, query);

	if (s == NULL)
		return STORE_DOWN;
	sqlite_bind_text(s, 1, name);
	if (text != NULL)
		sqlite_bind_text(s, 2, text);
	else if (sqlite3_bind_parameter_count(s) > 1)
		sqlite3_bind_int(s, 2, number);
	return sqlite_change(store, s);
}
