/* guess - may this account be tried from there, or was too much guessed? */
#include <stdio.h>
#include <string.h>

#include "guess.h"
#include "peer.h"
#include "serverkey.h"

#define FORGET		86400		/* seconds without a wrong one */
#define NOTE_EVERY	86400		/* seconds; a login is noted once in */
#define ACCOUNT_MAX	1024		/* bytes; longer ones are no names */

/* What a key stands for, besides an enum guess_kind's account; a part of what
 * is digested. */
enum { NETWORK = 'n', LOGIN = 'l', PROVED = 'p' };

static void
digest(uint8_t out[CRYPTO_DIGEST], const struct server_key *key, int kind,
    const uint8_t network[16], const char *account)
{
	char text[1 + 16 + ACCOUNT_MAX];
	size_t length = strnlen(account, ACCOUNT_MAX);

	text[0] = (char)kind;
	memcpy(text + 1, network, 16);
	memcpy(text + 17, account, length);
	crypto_hmac(out, key->key, text, 17 + length);
	crypto_wipe(text, sizeof text);
}

static enum guess_rc
wait_until(struct guess *guess, int64_t until)
{
	char seconds[24];
	int64_t left = until - guess->row.now;

	snprintf(seconds, sizeof seconds, "%lld",
	    (long long)(left > 1 ? left : 1));
	http_header(guess->req, "Retry-After", seconds);
	return GUESS_WAIT;
}

static void
prepare(struct guess *guess, struct http_req *req, struct store *store,
    const struct config *config, int64_t now)
{
	memset(guess, 0, sizeof *guess);
	guess->req = req;
	guess->store = store;
	guess->on = config->guess_limit;
	guess->row.now = now;
	guess->row.free = config->guess_free;
	guess->row.wait = config->guess_wait;
	guess->row.wait_max = config->guess_wait_max;
	guess->row.forget = FORGET;
}

static enum guess_rc
look(struct guess *guess)
{
	int64_t until;

	if (store_guess_look(guess->store, &guess->row, &until,
	    &guess->count) != STORE_OK)
		return GUESS_DOWN;
	return until == 0 ? GUESS_OK : wait_until(guess, until);
}

/* Which keys count: where it came in from lately, those of nobody else. */
static enum guess_rc
choose(struct guess *guess, const struct server_key *key,
    const uint8_t network[16], enum guess_kind kind, const char *account)
{
	static const uint8_t anywhere[16];
	enum store_rc rc;

	digest(guess->login, key, LOGIN, network, account);
	rc = store_login_get(guess->store, guess->login, &guess->known);
	if (rc == STORE_DOWN)
		return GUESS_DOWN;
	if (rc == STORE_OK &&
	    guess->known + STORE_LOGIN_KNOWN > guess->row.now) {
		memcpy(guess->row.key[0], guess->login, CRYPTO_DIGEST);
		guess->row.keys = 1;
		return GUESS_OK;
	}
	guess->known = 0;
	digest(guess->row.key[0], key, (int)kind, anywhere, account);
	digest(guess->row.key[1], key, NETWORK, network, "");
	guess->row.keys = 2;
	return GUESS_OK;
}

enum guess_rc
guess_start(struct guess *guess, struct http_req *req, struct store *store,
    const struct config *config, enum guess_kind kind, const char *account,
    int64_t now)
{
	struct server_key key;
	uint8_t network[16];
	enum guess_rc rc;

	prepare(guess, req, store, config, now);
	if (!guess->on)
		return GUESS_OK;
	if (serverkey_get(config, 0, &key) != 0)
		return GUESS_DOWN;
	peer_network(req, config, network);
	rc = choose(guess, &key, network, kind, account);
	crypto_wipe(&key, sizeof key);
	return rc == GUESS_OK ? look(guess) : rc;
}

enum guess_rc
guess_start_for(struct guess *guess, struct http_req *req,
    struct store *store, const struct config *config, const char *account,
    int64_t now)
{
	static const uint8_t anywhere[16];
	struct server_key key;

	prepare(guess, req, store, config, now);
	if (!guess->on)
		return GUESS_OK;
	if (serverkey_get(config, 0, &key) != 0)
		return GUESS_DOWN;
	digest(guess->row.key[0], &key, PROVED, anywhere, account);
	guess->row.keys = 1;
	crypto_wipe(&key, sizeof key);
	return look(guess);
}

/* What the ledger said last. */
static enum guess_rc
end(struct guess *guess, enum store_rc rc, int64_t until)
{
	if (rc == STORE_TAKEN)
		return wait_until(guess, until);
	return rc == STORE_OK ? GUESS_OK : GUESS_DOWN;
}

enum guess_rc
guess_wrong(struct guess *guess)
{
	int64_t until = 0;
	enum store_rc rc;

	if (!guess->on)
		return GUESS_OK;
	rc = store_guess_wrong(guess->store, &guess->row, &until);
	return end(guess, rc, until);
}

enum guess_rc
guess_right(struct guess *guess)
{
	int64_t until = 0;
	enum store_rc rc;

	if (!guess->on || (guess->count == 0 &&
	    guess->known + NOTE_EVERY > guess->row.now))
		return GUESS_OK;	/* the ledger knows all that */
	rc = store_guess_right(guess->store, &guess->row, guess->login, &until);
	return end(guess, rc, until);
}

void
guess_note(struct http_req *req, struct store *store,
    const struct config *config, const char *account, int64_t now)
{
	struct guess guess;
	struct server_key key;
	uint8_t network[16];
	int64_t until;

	prepare(&guess, req, store, config, now);
	if (!guess.on || serverkey_get(config, 0, &key) != 0)
		return;
	peer_network(req, config, network);
	digest(guess.login, &key, LOGIN, network, account);
	crypto_wipe(&key, sizeof key);
	if (store_login_get(store, guess.login, &guess.known) == STORE_DOWN ||
	    guess.known + NOTE_EVERY > now)
		return;
	store_guess_right(store, &guess.row, guess.login, &until);
}
