/* endpoint - the door: main, the accept loop, and all that stands before a
 * handler. */
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "audit.h"
#include "cors.h"
#include "endpoint.h"
#include "log.h"
#include "password.h"
#include "peer.h"
#include "sandbox.h"
#include "serverkey.h"
#include "text.h"

#define PATH_SIZE	512
#define LIST_SIZE	80

static struct config config;

/* Is there anything half-declared?  Ends the process when there is. */
static void
check_methods(const struct method *methods)
{
	const struct method *m;

	for (m = methods; m < methods + ENDPOINT_METHODS; m++) {
		if (m->method == HTTP_OTHER && m->scope == NULL &&
		    m->handle == NULL)
			continue;
		if (m->method == HTTP_OTHER || m->scope == NULL ||
		    m->handle == NULL || m->says == NULL ||
		    endpoint.judge != NULL)
			log_fatal("%s: %s is declared without method, scope, "
			    "handler or says, or beside a judge", endpoint.path,
			    http_method_name(m->method));
	}
}

static int
is_guarded(const struct method *methods)
{
	const struct method *m;

	for (m = methods; m < methods + ENDPOINT_METHODS; m++)
		if (m->handle != NULL && m->scope != SCOPE_PUBLIC)
			return 1;
	return 0;
}

/* Public programs never open the ledger, checkers open it for reading. */
static enum store_mode
ledger_mode(void)
{
	if (endpoint.store != STORE_CLOSED)
		return endpoint.store;
	if (is_guarded(endpoint.methods) || is_guarded(endpoint.id_methods) ||
	    endpoint.judge != NULL)
		return STORE_READ;
	return STORE_CLOSED;
}

/* Read postern.conf.  Without a good one the strict defaults hold and there
 * is no ledger: public answers go on, all others are 503. */
static void
load_config(void)
{
	char path[CONFIG_PATH], why[CONFIG_PATH + 256];

	config_defaults(&config);
	if (config_find(path) != 0)
		log_event("no postern.conf: set POSTERN_CONF, or put it where "
		    "the README says");
	else if (config_read(&config, path, why, sizeof why) != 0)
		log_event("%s", why);
}

/* Cut our mount point off from behind a well-known path: with the issuer
 * https://host/api it stands there, not in front. */
static void
cut_mount(char *path)
{
	static const char well_known[] = "/.well-known/";
	size_t length = strlen(endpoint.path);

	if (strncmp(endpoint.path, well_known, sizeof well_known - 1) == 0 &&
	    strncmp(path, endpoint.path, length) == 0 &&
	    strcmp(path + length, config.mount) == 0)
		path[length] = '\0';
}

/* The request's path below our mount point, or NULL when it is too long.
 * Decided on what the web server calls the program by, after its
 * normalisation; never on the raw REQUEST_URI. */
static char *
read_path(struct http_req *req)
{
	static char path[PATH_SIZE];
	const char *script = http_var(req, "SCRIPT_NAME");
	const char *info = http_var(req, "PATH_INFO");
	size_t mount = strlen(config.mount), length;
	int by_file = http_by_file(req);

	if (by_file)
		script = endpoint.path;
	length = script != NULL ? strlen(script) : 0;
	if (text_copy(path, PATH_SIZE, script != NULL ? script : "") != 0 ||
	    text_copy(path + length, PATH_SIZE - length,
		info != NULL ? info : "") != 0)
		return NULL;
	cut_mount(path);
	if (!by_file && strncmp(path, config.mount, mount) == 0 &&
	    path[mount] == '/')
		return path + mount;
	return path;
}

/* The methods behind the request's path, or NULL. */
static const struct method *
find_path(struct call *call)
{
	const char *path = read_path(call->req);
	size_t length = strlen(endpoint.path);

	if (path == NULL)
		return NULL;
	if (strcmp(path, endpoint.path) == 0)
		return endpoint.methods;
	if (endpoint.id_methods[0].handle == NULL ||
	    strncmp(path, endpoint.path, length) != 0 ||
	    path[length] != '/' || path[length + 1] == '\0' ||
	    strchr(path + length + 1, '/') != NULL)
		return NULL;
	call->id = path + length + 1;
	return endpoint.id_methods;
}

static const struct method *
find_method(const struct method *methods, enum http_method method)
{
	const struct method *m;

	if (method == HTTP_HEAD)
		method = HTTP_GET;
	for (m = methods; m < methods + ENDPOINT_METHODS; m++)
		if (m->handle != NULL && m->method == method)
			return m;
	return NULL;
}

/* List the methods that stand in one of two, such as "GET, HEAD, POST". */
static void
list_methods(char list[LIST_SIZE], const struct method *one,
    const struct method *other)
{
	enum http_method m;

	list[0] = '\0';
	for (m = HTTP_GET; m <= HTTP_OPTIONS; m++) {
		if (find_method(one, m) == NULL &&
		    find_method(other, m) == NULL)
			continue;
		if (list[0] != '\0')
			strcat(list, ", ");
		strcat(list, http_method_name(m));
	}
}

static void
refuse_method(struct http_req *req, const struct method *methods)
{
	char allow[LIST_SIZE];

	list_methods(allow, methods, methods);
	http_header(req, "Allow", allow);
	reply_problem(req, 405, "Method Not Allowed");
}

/* Was the request a browser's question?  It brings no token, so it is answered
 * before all that guards, and tells no more than the documentation. */
static int
is_preflight(struct http_req *req)
{
	char list[LIST_SIZE];

	if (!cors_is_preflight(req, &config))
		return 0;
	list_methods(list, endpoint.methods, endpoint.id_methods);
	cors_preflight(req, list);
	return 1;
}

/* Was the request refused for what it came over?  Its token has not been
 * looked at. */
static int
is_unsafe(struct http_req *req)
{
	if (config.require_https && !peer_is_private(req, &config)) {
		reply_problem(req, 403, "HTTPS is required here");
		return 1;
	}
	return 0;
}

void
call_audit(const struct call *call, const char *event, const char *token)
{
	const struct audit audit = { .event = event, .token = token,
		.subject = call->who.subject, .client = call->who.client };

	peer_audit(call->req, call->config, &audit);
}

/* Call the handler, unless a variable turned out to be there twice. */
static void
handle(struct call *call, void (*handler)(struct call *call))
{
	if (http_doubled(call->req)) {
		reply_problem(call->req, 400,
		    "A request variable is there twice");
		return;
	}
	handler(call);
	if (!http_sent(call->req))
		reply_problem(call->req, 500, "Internal Server Error");
}

/* Read the body first, where the method declares one. */
static void
handle_method(struct call *call, const struct method *method)
{
	const char *names[ENDPOINT_MEMBERS + 1];
	struct body_error error;
	cJSON *in = NULL;
	size_t i;

	for (i = 0; i <= ENDPOINT_MEMBERS; i++)
		names[i] = method->members[i].name;
	if (names[0] != NULL && !method->form) {
		in = json_read_object(call->req, names, &error);
		if (in == NULL) {
			reply_problem(call->req, error.status, error.text);
			return;
		}
	}
	call->in = in;
	handle(call, method->handle);
	json_forget(in);
}

/* Note that a key was used, coarsely, and when its holder has the answer. */
static void
note_use(struct call *call)
{
	const struct principal *who = &call->who;

	if (who->kind != STORE_KIND_KEY ||
	    call->now - who->used < STORE_USED_COARSE)
		return;
	http_finish(call->req);
	store_token_used(call->store, who->digest, call->now);
}

static void
serve(struct call *call)
{
	struct http_req *req = call->req;
	const struct method *methods, *method;

	if (endpoint.judge != NULL) {
		if (!is_unsafe(req))
			handle(call, endpoint.judge);
		return;
	}
	cors_allow(req, &config);
	methods = find_path(call);
	if (methods == NULL) {
		reply_problem(req, 404, "Not Found");
		return;
	}
	if (is_preflight(req))
		return;
	method = find_method(methods, http_method(req));
	if (method == NULL) {
		refuse_method(req, methods);
		return;
	}
	if (is_unsafe(req))
		return;
	if (method->scope != SCOPE_PUBLIC && auth_require(req, call->store,
	    &config, method->scope, &call->now, &call->who) != 1)
		return;
	/* A ledger that does not answer says so to the handler too. */
	if (method->scope == SCOPE_PUBLIC && call->store != NULL)
		store_now(call->store, &call->now);
	handle_method(call, method);
}

/* Open what can be opened only now: for many requests, or because the kernel
 * has no Landlock and no file will be opened from here on. */
static void
open_ahead(struct store *store, int is_last_chance)
{
	if (store == NULL)
		return;
	store_start(store, is_last_chance || !http_is_cgi(), endpoint.path);
	if (ledger_mode() == STORE_WRITE) {
		password_hold(&config);
		http_watch_queue();
	}
	if (is_last_chance && ledger_mode() == STORE_WRITE)
		serverkey_hold(&config);
}

/* Give up what answering does not need.  Returns 1 when that is so, or when
 * the configuration wants it otherwise. */
static int
confine(struct store *store)
{
	const char *file = store_file(config.store);
	const struct sandbox box = { .mode = ledger_mode(), .ledger = file,
		.linked = store != NULL && config.store[0] != '\0' &&
		    file[0] == '\0', .dir = config.dir,
		.landlock = sandbox_landlock(), .speak = !http_is_cgi() };

	open_ahead(store, config.sandbox && box.landlock == 0 && !box.linked);
	if (config.sandbox)
		return sandbox_enter(&box);
	sandbox_keep_memory();
	if (!http_is_cgi())
		log_event("sandbox: off, as %s says", config.path);
	return 1;
}

/* What the process may not do any more a new one may: its parent starts it. */
static int
is_stuck(const struct store *store)
{
	if (audit_is_stuck())
		return 1;
	if (store == NULL || !config.sandbox ||
	    (!store_is_stuck(store) && !serverkey_is_stuck()))
		return 0;
	if (!http_is_cgi())
		log_event("sandbox: a file cannot be opened from within: "
		    "the next process may");
	return 1;
}

int
main(void)
{
	struct store *store = NULL;
	struct http_req *req;
	int is_confined;

	log_open(endpoint.path + 1);
	json_start();
	check_methods(endpoint.methods);
	check_methods(endpoint.id_methods);
	http_start();
	load_config();
	if (ledger_mode() != STORE_CLOSED) {
		store = store_new(config.store, ledger_mode());
		audit_open(&config);
	}
	if (!http_is_cgi() && ledger_mode() != STORE_WRITE)
		http_hold();
	is_confined = confine(store);
	while ((req = http_next()) != NULL) {
		struct call call = { .req = req, .store = store,
			.config = &config, .now = (int64_t)time(NULL) };

		if (is_confined != 1) {
			reply_unavailable(req);
			continue;
		}
		serve(&call);
		note_use(&call);
		if (is_stuck(store)) {
			http_finish(req);
			break;
		}
	}
	store_free(store);
	return 0;
}
