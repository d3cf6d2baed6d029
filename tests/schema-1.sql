-- The ledger on SQLite, schema 1.
CREATE TABLE users (
	id		INTEGER PRIMARY KEY AUTOINCREMENT,
	name		TEXT NOT NULL UNIQUE,
	password	TEXT NOT NULL,
	scope		TEXT NOT NULL,
	disabled	INTEGER NOT NULL DEFAULT 0,
	created		INTEGER NOT NULL
) STRICT;

-- digest: BLAKE2b-256 of the whole token (alg 1).  kind 1: access token.
CREATE TABLE tokens (
	digest		BLOB PRIMARY KEY,
	alg		INTEGER NOT NULL,
	kind		INTEGER NOT NULL,
	user		INTEGER NOT NULL REFERENCES users ON DELETE CASCADE,
	scope		TEXT NOT NULL,
	created		INTEGER NOT NULL,
	expires		INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX tokens_expires ON tokens (expires);
CREATE INDEX tokens_user ON tokens (user);

CREATE TABLE items (
	number		INTEGER PRIMARY KEY,
	id		TEXT NOT NULL UNIQUE,
	owner		INTEGER NOT NULL REFERENCES users ON DELETE CASCADE,
	title		TEXT NOT NULL
) STRICT;
CREATE INDEX items_owner ON items (owner);

PRAGMA application_id = 1347638350;
PRAGMA user_version = 1;
