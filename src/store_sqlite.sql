-- The ledger on SQLite, schema 3.

-- Users (kind 0), and clients, confidential (1) or public (2): one namespace.
-- A client's password is the digest of its secret.
CREATE TABLE users (
	id		INTEGER PRIMARY KEY AUTOINCREMENT,
	name		TEXT NOT NULL UNIQUE,
	password	TEXT NOT NULL,
	scope		TEXT NOT NULL,
	disabled	INTEGER NOT NULL DEFAULT 0,
	created		INTEGER NOT NULL,
	kind		INTEGER NOT NULL DEFAULT 0,
	grants		TEXT NOT NULL DEFAULT '',
	introspect	INTEGER NOT NULL DEFAULT 0
) STRICT;

-- What one login led to: refresh tokens, each but the last one used, and
-- access tokens.
CREATE TABLE families (
	id		INTEGER PRIMARY KEY AUTOINCREMENT,
	user		INTEGER NOT NULL REFERENCES users ON DELETE CASCADE,
	client		TEXT NOT NULL,
	scope		TEXT NOT NULL,
	created		INTEGER NOT NULL,
	expires		INTEGER NOT NULL
) STRICT;
CREATE INDEX families_user ON families (user);
CREATE INDEX families_expires ON families (expires);

-- digest: BLAKE2b-256 of the whole token.  key: which server key made the
-- successor, once it is used.
CREATE TABLE refresh (
	digest		BLOB PRIMARY KEY,
	family		INTEGER NOT NULL REFERENCES families ON DELETE CASCADE,
	expires		INTEGER NOT NULL,
	used		INTEGER NOT NULL DEFAULT 0,
	key		INTEGER NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID;
CREATE INDEX refresh_family ON refresh (family);

-- digest as above (alg 1).  kind 1: access token, 2: API key.
CREATE TABLE tokens (
	digest		BLOB PRIMARY KEY,
	alg		INTEGER NOT NULL,
	kind		INTEGER NOT NULL,
	user		INTEGER NOT NULL REFERENCES users ON DELETE CASCADE,
	scope		TEXT NOT NULL,
	created		INTEGER NOT NULL,
	expires		INTEGER NOT NULL,
	client		TEXT NOT NULL DEFAULT '',
	family		INTEGER REFERENCES families ON DELETE CASCADE,
	label		TEXT NOT NULL DEFAULT '',
	used		INTEGER NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID;
CREATE INDEX tokens_expires ON tokens (expires);
CREATE INDEX tokens_user ON tokens (user);
CREATE INDEX tokens_family ON tokens (family) WHERE family IS NOT NULL;
CREATE INDEX tokens_client ON tokens (client) WHERE client <> '';

CREATE TABLE items (
	number		INTEGER PRIMARY KEY,
	id		TEXT NOT NULL UNIQUE,
	owner		INTEGER NOT NULL REFERENCES users ON DELETE CASCADE,
	title		TEXT NOT NULL
) STRICT;
CREATE INDEX items_owner ON items (owner);

-- Wrong guesses, and from where one came in.  key: a keyed digest of an account,
-- an address, or both.
CREATE TABLE guesses (
	key		BLOB PRIMARY KEY,
	count		INTEGER NOT NULL,
	last		INTEGER NOT NULL,
	until		INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX guesses_last ON guesses (last);
CREATE TABLE logins (
	key		BLOB PRIMARY KEY,
	last		INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX logins_last ON logins (last);

PRAGMA application_id = 1347638350;
PRAGMA user_version = 3;
