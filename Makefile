# make, make check, make demo, make install; everything made is below build/
CC ?= cc
PREFIX ?= /usr/local
PKGS = yaml-0.1 sqlite3 libpcre2-8 jansson nettle gmime-3.0 libidn2 libarchive
B = build

CFLAGS ?= -O2 -g
HARDEN = -D_FORTIFY_SOURCE=2 -fstack-protector-strong -fPIE
CPPFLAGS += -D_GNU_SOURCE -Ilib -Icmd -include lib/base/banned.h
ALL_CFLAGS = -std=c11 $(HARDEN) $(CFLAGS) $(WARN) $(CPPFLAGS) $(PKG_CFLAGS)
LINK = $(CC) $(CFLAGS) $(LDFLAGS) -pie -Wl,-z,relro,-z,now -Wl,--as-needed
PKG_CFLAGS := $(shell pkg-config --cflags $(PKGS))
PKG_LIBS := $(shell pkg-config --libs $(PKGS)) -lm
DEV_WARN = -Wall -Wextra -Wpedantic -Wshadow -Wvla -Wmissing-prototypes \
	-Wstrict-prototypes -Wwrite-strings -Wformat-security -Wconversion

LIB = $(patsubst %.c,$B/obj/%.o,$(wildcard lib/*/*.c lib/*/*/*.c))
CMD = $(patsubst %.c,$B/obj/%.o,$(wildcard cmd/*.c))
TOOLS = $(notdir $(wildcard cmd/tai-*))
UNIT = $(patsubst tests/unit/%.c,$B/tests/unit/%,$(wildcard tests/unit/test_*.c))
COMPLETE = bash-completion/completions/tai.bash \
	zsh/site-functions/_tai fish/vendor_completions.d/tai.fish
FUZZ = $(patsubst tests/fuzz/%.c,$B/tests/fuzz/%,$(wildcard tests/fuzz/fuzz_*.c))

.PHONY: all check demo unit cli fault fuzz bench lint dev clean install \
	uninstall schemas check-asan check-valgrind
.SECONDARY:
.DELETE_ON_ERROR:

all: $(TOOLS:%=$B/bin/%) $B/bin/tai

$B/bin/tai: cmd/tai.sh
	@mkdir -p $(@D)
	install $< $@

$B/obj/%.o: %.c
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) -MMD -MP -c -o $@ $<

$B/libtai.a: $(LIB)
	@rm -f $@
	ar rcs $@ $(LIB)

define tool
$B/bin/$(1): $(patsubst %.c,$B/obj/%.o,$(wildcard cmd/$(1)/*.c)) $(CMD) \
    $B/libtai.a
	@mkdir -p $$(@D)
	$$(LINK) -o $$@ $$^ $(PKG_LIBS)
endef
$(foreach t,$(TOOLS),$(eval $(call tool,$(t))))

$B/tests/unit/%: $B/obj/tests/unit/%.o $B/libtai.a
	@mkdir -p $(@D)
	$(LINK) -o $@ $^ $(PKG_LIBS) $(shell pkg-config --libs check)

$B/tests/fuzz/%: $B/obj/tests/fuzz/%.o $B/obj/tests/fuzz/driver.o $B/libtai.a
	@mkdir -p $(@D)
	$(LINK) -o $@ $^ $(PKG_LIBS)

-include $(shell find $B/obj -name '*.d' 2>/dev/null)

unit: $(UNIT)
	CK_FORK=no CK_VERBOSITY=silent CK_TAP_LOG_FILE_NAME=- \
	    prove -e '' $(UNIT)
cli: all
	prove -e sh tests/cli/*.t
fault: all
	prove -e sh tests/fault/*.t
check demo:
	sh $(if $(filter demo,$@),examples/demo.sh,tests/run.sh)
fuzz:
	sh tests/fuzz/run.sh $(or $(SECONDS),60)
bench: all
	sh tests/bench/run.sh $(ROWS)

# Builds of their own, so that objects never mix.
dev:
	$(MAKE) B=build/dev WARN="$(DEV_WARN) -Werror" all
check-asan:
	$(MAKE) B=build/asan HARDEN= CFLAGS="-O1 -g -fsanitize=address,undefined \
	    -fno-sanitize-recover=all -fno-omit-frame-pointer" all unit
check-valgrind: $(UNIT)
	for t in $(UNIT); do CK_FORK=no valgrind -q --error-exitcode=1 \
	    --leak-check=no $$t >/dev/null || exit; done
lint:
	sh tests/lint.sh
# The schemas are the tool's own words; tests/cli/schema.t holds them to it.
schemas: all
	for t in $$($B/bin/tai-ingest schema); do \
	    $B/bin/tai-ingest schema $$t | jq . >man/schema/$$t.json; done

install: all
	install -d $(DESTDIR)$(PREFIX)/bin $(DESTDIR)$(PREFIX)/share/tai
	install $(TOOLS:%=$B/bin/%) $B/bin/tai $(DESTDIR)$(PREFIX)/bin
	cp -R rules templates man/schema $(DESTDIR)$(PREFIX)/share/tai
	for p in man/*.[1-8]; do \
	    install -D -m 644 $$p \
	    $(DESTDIR)$(PREFIX)/share/man/man$${p##*.}/$${p##*/}; done
	for c in $(COMPLETE); do install -D -m 644 cmd/complete/$${c##*/} \
	    $(DESTDIR)$(PREFIX)/share/$$c; done
uninstall:
	for c in $(COMPLETE); do rm -f $(DESTDIR)$(PREFIX)/share/$$c; done
	for t in $(TOOLS) tai; do rm -f $(DESTDIR)$(PREFIX)/bin/$$t; done
	for p in man/*.[1-8]; do rm -f \
	    $(DESTDIR)$(PREFIX)/share/man/man$${p##*.}/$${p##*/}; done
	rm -rf $(DESTDIR)$(PREFIX)/share/tai
clean:
	rm -rf $B
