-- From schema 2 to 3: wrong guesses.
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
PRAGMA user_version = 3;
