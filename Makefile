# Postern - every program is a list of rooms.  make help tells the rest.

PORT	= 8080
BIND	= 127.0.0.1
STATE	= var
SERVER	= lighttpd
TLS	=
MOUNT	=
SITE	=
APP	= 3000
STORE	=
STATIC	=
WORKERS	= 4
QUICK	=
ROWS	=
T	=
J	= 6

PREFIX	?= /usr/local
DESTDIR	?=

VERSION	= 0.1
Q	= @
CC	= cc
B	= build
CGI	= $(ACCOUNT)cgi-bin
BIN	= $(ACCOUNT)bin
PAGE	= build/page

# Warnings are errors in development (make test, make check, make asan).
WARN	= -Wall -Wextra -Wpedantic -Wshadow -Wstrict-prototypes \
	  -Wmissing-prototypes -Wconversion -Wformat=2
WERROR	=
HARDEN	= -O2 -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=3 -fstack-protector-strong \
	  -fstack-clash-protection -fcf-protection=full -fPIE -fno-plt
GCCONLY	:= $(shell $(CC) -ftrivial-auto-var-init=zero -E -x c /dev/null \
	  >/dev/null 2>&1 && echo -ftrivial-auto-var-init=zero)
LINK	= -pie -Wl,-z,relro,-z,now,-z,noexecstack,--as-needed
CFLAGS	= $(HARDEN) $(GCCONLY) -g
ALL_CFLAGS = -std=c11 -D_GNU_SOURCE -DVERSION='"$(VERSION)"' $(WARN) $(WERROR) \
	  $(CFLAGS) -MMD -MP -Isrc -I$(B)
LDFLAGS	=

# Floor by floor; see the README's map.
GROUND	= text scope log xalloc crypto config_value config
LEDGER	= store store_rules store_list store_sqlite store_sqlite_query \
	  store_sqlite_users store_sqlite_tokens store_sqlite_copy \
	  store_sqlite_clients store_sqlite_refresh store_sqlite_guesses \
	  store_sqlite_read store_sqlite_files store_sqlite_live store_sqlite_mark \
	  store_sqlite_rows store_sqlite_schema \
	  $(PQ) store_pgsql store_pgsql_link store_pgsql_query \
	  store_pgsql_sql store_pgsql_value store_pgsql_users \
	  store_pgsql_tokens store_pgsql_refresh store_pgsql_guesses \
	  store_pgsql_rows
WIRE	= http http_accept $(POOL) http_vars http_queue http_words http_body sandbox audit body reply form json json_scan peer policy cors
GUARD	= token serverkey password guess auth client grant \
	  grant_password grant_refresh introspect endpoint
ROOMS	= $(GROUND) $(LEDGER) $(WIRE) $(GUARD)

# What never opens a ledger starts faster without what backends need.
CLOSED	= docs oauth-resource oauth-server openapi public
CLOSED_ROOMS = $(GROUND) store store_rules store_none $(WIRE) $(GUARD)

ENDPOINTS = $(basename $(notdir $(wildcard src/endpoints/*.c)))
COMMANDS  = $(basename $(notdir $(wildcard src/tools/cmd_*.c)))
APICHECK  = $(basename $(notdir $(wildcard src/tools/apicheck_*.c)))
UNITS	  = $(basename $(notdir $(wildcard tests/unit/*_test.c)))
HARNESSES = $(basename $(notdir $(wildcard tests/fuzz/fuzz_*.c)))

ENDPOINT_LIBS = -lfcgi -lsqlite3 -linih -lsodium -lcjson -lm
COMMAND_LIBS  = -lsqlite3 -linih -lsodium

# What describes the API, and is not described: an authorizer, and these.
DESCRIBE  = openapi openapi_operation openapi_answers openapi_schema
DESCRIBED = $(filter-out authorize openapi docs,$(ENDPOINTS))

obj	= $(addprefix $(B)/,$(addsuffix .o,$(1)))

# STATIC=1: programs with all that they need inside, in a folder of their own, and
# made again when Debian updates what that is.  The linker warns of calls that
# are never made: its words are kept, and shown when it fails.
ACCOUNT	=
PQ	= pq
POOL	= http_pool
PROGRAMS = postern postern-doctor postern-apicheck
INSIDE	=
PROGRAM_LINK = $(LINK)
LINK_LOG =
ifdef STATIC
ACCOUNT	= account/
PQ	= pq_none
POOL	= http_pool_none
PROGRAMS = postern
INSIDE	= $(B)/libcjson.a $(call package,fcgi sqlite3 inih sodium zxcvbn c6)
ONE_PIECE = -static-pie
PROGRAM_LINK = $(LINK:-pie=$(ONE_PIECE)) -s -L$(B)
LINK_LOG = 2>$(B)/$(@F).log || { cat $(B)/$(@F).log >&2; exit 1; }
endif
package	= $(wildcard $(patsubst %,/usr/share/doc/lib%-dev,$(1)))

.PHONY: all run docs test check asan valgrind tidy fuzz bench instructions install \
	clean help packages build-tests
.DELETE_ON_ERROR:
.SECONDARY:

all: $(ENDPOINTS:%=$(CGI)/%.fcgi) $(CGI)/.htaccess $(PROGRAMS:%=$(BIN)/%)

link	= $(CC) $(CFLAGS) $(PROGRAM_LINK) $(LDFLAGS) -o $@ $(filter %.o,$^) $(1) \
	  $(LINK_LOG)

$(CGI)/%.fcgi: $(B)/endpoints/%.o
	@mkdir -p $(@D)
	@echo '  LD $@'
	$(Q)$(call link,$(ENDPOINT_LIBS))
	@chmod 755 $@
$(filter-out $(CLOSED:%=$(CGI)/%.fcgi),$(ENDPOINTS:%=$(CGI)/%.fcgi)): \
    $(call obj,$(ROOMS))
$(CLOSED:%=$(CGI)/%.fcgi): $(call obj,$(CLOSED_ROOMS))

# Who sets passwords looks at them; the word lists are large, and as an archive
# not made for -static-pie.
STRONG	= $(CGI)/users-me-password.fcgi $(CGI)/openapi.fcgi
$(STRONG): $(B)/strength.o
$(STRONG): ENDPOINT_LIBS += -lzxcvbn -lm
$(STRONG) $(BIN)/postern: ONE_PIECE = -static

# The API's description has all the other endpoints in it, each under a name of
# its own.
$(CGI)/openapi.fcgi: $(call obj,$(DESCRIBE)) $(B)/described.o \
    $(DESCRIBED:%=$(B)/described/%.o)
$(B)/described/%.o: $(B)/endpoints/%.o
	@mkdir -p $(@D)
	$(Q)objcopy --redefine-sym endpoint=endpoint_$(subst -,_,$*) \
	    --redefine-sym __odr_asan.endpoint=__odr_asan.endpoint_$(subst -,_,$*) \
	    $< $@
$(B)/described.c: Makefile src/endpoints
	@mkdir -p $(@D)
	$(Q){ echo '#include "openapi.h"'; \
	    printf 'extern const struct endpoint endpoint_%s;\n' \
	        $(subst -,_,$(DESCRIBED)); \
	    echo 'const struct endpoint *const openapi_endpoints[] = {'; \
	    printf '&endpoint_%s,\n' $(subst -,_,$(DESCRIBED)); \
	    echo 'NULL };'; } >$@
$(B)/described.o: $(B)/described.c
	$(Q)$(CC) $(ALL_CFLAGS) -c -o $@ $<

# The page at /docs: our files, and Swagger UI where make docs fetched it.
FETCHED	= $(wildcard $(PAGE)/swagger-ui-bundle.js)
$(CGI)/docs.fcgi: $(PAGE)/page.o
$(PAGE)/page.o: src/page.S $(wildcard src/page/*) $(FETCHED)
	@mkdir -p $(@D)
	$(Q)$(CC) $(if $(FETCHED),-DFETCHED -I$(PAGE)) -I. -c -o $@ $<

$(BIN)/postern: $(B)/tools/postern.o $(COMMANDS:%=$(B)/tools/%.o) \
    $(B)/tools/cmd.o $(call obj,$(GROUND) $(LEDGER) token serverkey password \
    strength audit)
	@mkdir -p $(@D)
	@echo '  LD $@'
	$(Q)$(call link,$(COMMAND_LIBS) -lzxcvbn -lcjson -lm)

$(ENDPOINTS:%=$(CGI)/%.fcgi) $(BIN)/postern: $(INSIDE)
$(B)/libcjson.a: $(call package,cjson)
	@mkdir -p $(@D)
	$(Q)CC='$(CC)' src/host/cjson-archive $@ $(CFLAGS)
ifneq ($(abspath $(CGI)),$(abspath cgi-bin))
$(CGI)/.htaccess: cgi-bin/.htaccess
	@mkdir -p $(@D)
	@cp $< $@
endif

$(BIN)/postern-doctor: $(B)/tools/postern-doctor.o $(B)/tools/cmd.o \
    $(call obj,$(GROUND) $(LEDGER) token serverkey)
	@mkdir -p $(@D)
	@echo '  LD $@'
	$(Q)$(CC) $(CFLAGS) $(LINK) $(LDFLAGS) -o $@ $^ $(COMMAND_LIBS) -lcurl

$(BIN)/postern-apicheck: $(B)/tools/postern-apicheck.o \
    $(APICHECK:%=$(B)/tools/%.o) $(B)/tools/cmd.o $(call obj,$(GROUND) $(LEDGER))
	@mkdir -p $(@D)
	@echo '  LD $@'
	$(Q)$(CC) $(CFLAGS) $(LINK) $(LDFLAGS) -o $@ $^ $(COMMAND_LIBS) -lcurl \
	    -lcjson

# Without the libraries the compiler's own words help nobody.
$(B)/libraries:
	@mkdir -p $(@D)
	@printf '#include <%s>\n' fcgiapp.h cjson/cJSON.h sodium.h sqlite3.h \
	    ini.h curl/curl.h zxcvbn.h seccomp.h \
	    postgresql/libpq-fe.h | $(CC) -E - >/dev/null 2>&1 || { \
	    echo 'Libraries are missing: make packages installs them.' >&2; \
	    exit 1; }
	@touch $@

$(B)/%.o: src/%.c | $(B)/libraries
	@mkdir -p $(@D)
	@echo '  CC $<'
	$(Q)$(CC) $(ALL_CFLAGS) -c -o $@ $<

SQL	= $(B)/store_sqlite.sql.h $(B)/store_sqlite_2.sql.h $(B)/store_sqlite_3.sql.h \
	  $(B)/store_pgsql.sql.h
$(B)/store_sqlite_schema.o $(B)/store_pgsql.o: $(SQL)
$(B)/%.sql.h: src/%.sql
	@mkdir -p $(@D)
	$(Q)sed 's/["\\]/\\&/g; s/.*/"&\\n"/' $< >$@

# The sandbox's filters are made by libseccomp when we build.
FILTERS	= $(B)/sandbox.bpf.h
$(B)/sandbox.o: $(FILTERS)
$(FILTERS): $(B)/tools/sandbox-list.o
	$(Q)$(CC) $(CFLAGS) $(LINK) $(LDFLAGS) -o $(B)/tools/sandbox-list $< \
	    -lseccomp
	$(Q)$(B)/tools/sandbox-list >$@

# Running

packages:
	@src/host/packages test

# By the environment: a value may hold quotes.
run: export PORT := $(PORT)
run: export BIND := $(BIND)
run: export STATE := $(STATE)
run: export SERVER := $(SERVER)
run: export TLS := $(TLS)
run: export MOUNT := $(MOUNT)
run: export SITE := $(SITE)
run: export APP := $(APP)
run: export WORKERS := $(WORKERS)
run: export STORE := $(value STORE)
run: export CGI := $(abspath $(CGI))
run: export BIN := $(abspath $(BIN))
run:
	@src/host/packages "$$SERVER"
	@$(MAKE) --no-print-directory all
	@exec env --default-signal=INT,TERM src/host/run

# The page's versions and digests stand in src/page/package-lock.json.
docs:
	@src/host/packages docs
	@mkdir -p $(PAGE)
	@cp src/page/package.json src/page/package-lock.json $(PAGE)
	@echo 'Fetching Swagger UI'
	@cd $(PAGE) && npm ci --no-audit --no-fund --ignore-scripts \
	    --prefer-offline --loglevel=error && cp node_modules/swagger-ui-dist/swagger-ui.css \
	    node_modules/swagger-ui-dist/swagger-ui-bundle.js .
	@$(MAKE) --no-print-directory $(CGI)/docs.fcgi
	@echo 'make run serves it at /docs'

# Testing

UNIT_ROOMS = $(filter-out endpoint,$(ROOMS))

$(B)/tests/%: tests/unit/%.c $(call obj,$(UNIT_ROOMS)) $(wildcard tests/unit/*.h)
	@mkdir -p $(@D)
	@echo '  CC $<'
	$(Q)$(CC) $(ALL_CFLAGS) -MF $@.d $(LINK) $(LDFLAGS) -o $@ $< \
	    $(call obj,$(UNIT_ROOMS)) $(ENDPOINT_LIBS)

# The fuzz harnesses, with a main that replays the committed seeds.
$(B)/tests/fuzz_%: tests/fuzz/fuzz_%.c tests/fuzz/replay.c \
    $(call obj,$(UNIT_ROOMS))
	@mkdir -p $(@D)
	@echo '  CC $<'
	$(Q)$(CC) $(ALL_CFLAGS) -MF $@.d $(LINK) $(LDFLAGS) -o $@ $< \
	    tests/fuzz/replay.c $(call obj,$(UNIT_ROOMS)) $(ENDPOINT_LIBS)

build-tests: all $(call obj,pq_none http_pool_none) $(UNITS:%=$(B)/tests/%) $(HARNESSES:%=$(B)/tests/%)

PICK	= $(foreach t,$(1),$(if $(T),$(if $(findstring $(T),$(t)),$(t)),$(t)))

SHELL_TESTS = $(sort $(wildcard tests/[0-9]*.t))
DIRECT_TESTS = $(filter-out tests/3% tests/4% tests/5%,$(SHELL_TESTS))
UNIT_TESTS = $(UNITS:%=$(B)/tests/%) $(HARNESSES:%=$(B)/tests/%)

# In reverse: the long ones have the high numbers, and none of them runs on alone
# at the end.
define prove
env CGI='$(abspath $(CGI))' BIN='$(abspath $(BIN))' BUILD='$(abspath $(B))' \
    prove -j$(J) --reverse --exec '' $(call PICK,$(1))
endef

# STORE=pgsql: the shell tests over a PostgreSQL that is started for them.
OVER	= $(if $(STORE),tests/over-$(STORE))
test:
	@src/host/packages test
	@$(MAKE) -j$(J) --no-print-directory WERROR=-Werror build-tests
	@$(OVER) $(call prove,$(if $(STORE),,$(UNIT_TESTS)) $(SHELL_TESTS))

check:
	@src/host/packages check
	@$(MAKE) -j$(J) --no-print-directory WERROR=-Werror build-tests
	@$(call prove,$(UNIT_TESTS) $(DIRECT_TESTS))

ASAN	= -O1 -g -fsanitize=address,undefined -fno-sanitize-recover=all \
	  -fno-omit-frame-pointer
asan:
	@src/host/packages test
	@$(MAKE) -j$(J) --no-print-directory B=build/asan CGI=build/asan/cgi-bin \
	    BIN=build/asan/bin WERROR=-Werror CFLAGS='$(ASAN)' build-tests
	@ASAN_OPTIONS=detect_leaks=1 \
	    HOUSE_CFLAGS='-fsanitize=address,undefined' $(MAKE) --no-print-directory \
	    B=build/asan CGI=build/asan/cgi-bin BIN=build/asan/bin asan-prove
.PHONY: asan-prove
asan-prove:
	@$(call prove,$(UNIT_TESTS) $(SHELL_TESTS))

valgrind:
	@src/host/packages valgrind
	@$(MAKE) --no-print-directory all
	@CGI='$(abspath $(CGI))' BIN='$(abspath $(BIN))' tests/valgrind

# What tests/903-instructions.t compares with.
RECORD	= tests/instructions
instructions:
	@src/host/packages check
	@$(MAKE) --no-print-directory all
	@{ echo '# instructions - what one request costs each endpoint, and with what that was'; \
	    echo '# counted.  Written by make instructions.'; \
	    CGI='$(abspath $(CGI))' tests/cost with && \
	    CGI='$(abspath $(CGI))' BIN='$(abspath $(BIN))' tests/cost instructions; \
	} >$(RECORD).new || { rm -f $(RECORD).new; exit 1; }
	@mv $(RECORD).new $(RECORD)
	@cat $(RECORD)

# Measuring

bench: export BENCH_QUICK := $(QUICK)
bench:
	@src/host/packages bench
	@$(MAKE) --no-print-directory all
	@CGI='$(abspath $(CGI))' BIN='$(abspath $(BIN))' BUILD='$(abspath $(B))' \
	    CC='$(CC)' $(if $(ROWS),BENCH_ONLY='$(ROWS)') \
	    exec env --default-signal=INT,TERM tests/bench/run

tidy:
	@src/host/packages tidy
	@$(MAKE) --no-print-directory $(SQL) $(FILTERS)
	# cppcheck does not know that cmd_refuse never returns; clang-tidy does.
	cppcheck --quiet --error-exitcode=1 --std=c11 \
	    --suppress=nullPointer --suppress=ctunullpointer \
	    --enable=warning,performance,portability -Isrc -I$(B) src
	clang-tidy --quiet --warnings-as-errors='*' $(wildcard src/*.c \
	    src/endpoints/*.c src/tools/*.c) -- -std=c11 -D_GNU_SOURCE \
	    -DVERSION='""' $(WARN) -Isrc -I$(B)
	shellcheck -x $(filter-out %.conf,$(wildcard src/host/*)) tests/*.t \
	    tests/*.sh tests/over-pgsql tests/valgrind tests/cost .ci/run

FUZZ_SECONDS = $(if $(T),$(T),30)
fuzz:
	@src/host/packages fuzz
	@for h in $(HARNESSES); do \
	    $(MAKE) --no-print-directory build/fuzz/$$h && \
	    mkdir -p build/fuzz/corpus/$$h && \
	    build/fuzz/$$h -max_total_time=$(FUZZ_SECONDS) -max_len=20000 \
	        -artifact_prefix=build/fuzz/$$h- build/fuzz/corpus/$$h \
	        tests/fuzz/seeds/$$h || exit 1; done

build/fuzz/%: tests/fuzz/%.c $(UNIT_ROOMS:%=src/%.c) $(SQL) $(FILTERS)
	@mkdir -p $(@D)
	clang -std=c11 -D_GNU_SOURCE -g -O1 -Isrc -I$(B) \
	    -fsanitize=fuzzer,address,undefined -fno-sanitize-recover=all \
	    -o $@ $< $(UNIT_ROOMS:%=src/%.c) $(ENDPOINT_LIBS)

# Installing

install: all
	install -d $(DESTDIR)$(PREFIX)/lib/postern/cgi-bin \
	    $(DESTDIR)$(PREFIX)/bin $(DESTDIR)$(PREFIX)/share/postern/docs
	install -m 755 $(ENDPOINTS:%=$(CGI)/%.fcgi) \
	    $(DESTDIR)$(PREFIX)/lib/postern/cgi-bin
	install -m 644 cgi-bin/.htaccess $(DESTDIR)$(PREFIX)/lib/postern/cgi-bin
	install -m 755 $(PROGRAMS:%=$(BIN)/%) $(DESTDIR)$(PREFIX)/bin
	install -m 755 src/host/workers $(DESTDIR)$(PREFIX)/share/postern
	install -m 644 lighttpd.conf README.md CHANGES \
	    $(DESTDIR)$(PREFIX)/share/postern
	install -m 644 docs/* $(DESTDIR)$(PREFIX)/share/postern/docs

clean:
	rm -rf build bin account/bin account/cgi-bin cgi-bin/*.fcgi

help:
	@echo 'make            build the endpoints into cgi-bin/, the command into bin/'
	@echo 'make run        install what is missing, build, serve a trial in the foreground;'
	@echo '                PORT=8080 BIND=127.0.0.1 STATE=var TLS= (1: HTTPS) WORKERS=4'
	@echo '                SERVER=lighttpd (lighttpd-cgi apache-fcgid apache-proxy'
	@echo '                apache-cgi nginx) MOUNT= (/api: serve below it)'
	@echo '                SITE= (a directory to guard, docs/guard.md) APP=3000'
	@echo '                STORE= (pgsql:..., a ledger that is shared)'
	@echo 'make docs       fetch Swagger UI (npm) and build it into the page at /docs'
	@echo 'make test       install what is missing, build, run every test (T=pattern picks);'
	@echo '                STORE=pgsql: over a PostgreSQL that is started for it'
	@echo 'make check      unit, direct-CGI and house-rule tests; no web server'
	@echo 'make asan       every test under AddressSanitizer and UBSan'
	@echo 'make valgrind   2,000 requests per endpoint under valgrind'
	@echo 'make bench      measure, side by side with others; the table also goes to'
	@echo '                bench.json, a chart to docs/bench.svg (QUICK=1: in under'
	@echo '                three minutes, chart to build/bench.svg; ROWS=pattern picks;'
	@echo '                ROWS=pgsql-size: PostgreSQL with 1 and 10 million users)'
	@echo 'make instructions  count what make check compares with (tests/instructions)'
	@echo 'make tidy       cppcheck, clang-tidy, shellcheck'
	@echo 'make fuzz       fuzz the parsers with libFuzzer (T=30 seconds each)'
	@echo 'make install    PREFIX=/usr/local DESTDIR='
	@echo 'make STATIC=1   programs that need no library on the host, into account/'
	@echo 'make packages   install what make run and make test need'
	@echo 'make clean      remove what was built; STATE stays'

-include $(wildcard $(B)/*.d $(B)/endpoints/*.d $(B)/tools/*.d $(B)/tests/*.d)
