/*
 * An import map, a line of three dashes, and items, a line each: the map is
 * refused or loaded; every record that it makes is a record.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/time.h"
#include "domain/import/import.h"

int	LLVMFuzzerTestOneInput(const uint8_t *, size_t);

#define MOST	64

struct run {
	struct import *import;
	struct import_map map;
	struct arena arena;
	struct import_found found[MOST];
	size_t n;
};

static int
emit(void *arg, const struct buf *line, struct err *e)
{
	static struct rec r;

	(void)arg;
	/* A field may be too deep or too long for a record; never wrong. */
	if (rec_parse(&r, line->data, line->len, e) < 0)
		return -1;
	if (record_check(&r, e) < 0)
		abort();
	return 1;
}

static int
has(void *arg, const char *id, struct err *e)
{
	(void)arg;
	(void)e;
	return id[0] == '0';
}

static int
message(void *arg, const char *id, char key[KEY_TEXT], struct err *e)
{
	(void)arg;
	(void)e;
	ticket_key(key, id);
	return id[0] == 'm';
}

static int
history(void *arg, const char *key, struct history *h, struct arena *a,
    struct err *e)
{
	(void)arg;
	(void)h;
	(void)a;
	(void)e;
	return key[0] == 'A';
}

static int
fields(void *arg, const char *key, struct buf *out, int64_t *at,
    struct err *e)
{
	(void)arg;
	(void)e;
	buf_adds(out, "{}");
	*at = 0;
	return key[0] == 'A';
}

static void
unknown(void *arg, const struct yaml *map, const char *value)
{
	(void)arg;
	(void)map;
	(void)value;
}

static int
keep(void *arg, const struct import_found *f, struct err *e)
{
	struct run *r = arg;
	struct buf row = BUF_INIT;

	(void)e;
	if (f->bad == NULL && f->rule->kind == IMPORT_RECORD) {
		struct err bad = { 0 };

		import_row_group(&r->map, f->rule, &f->item, &r->arena);
		if (import_row(&r->map, f->rule, &f->item, 1, &row, &r->arena,
		    &bad) == 0) {
			static struct rec rec;

			if (rec_parse(&rec, row.data, row.len, &bad) < 0)
				abort();
		}
	} else if (f->bad == NULL && r->n < MOST) {
		r->found[r->n] = *f;
		r->found[r->n++].ticket = arena_strdup(&r->arena, f->ticket);
	}
	buf_free(&row);
	return 0;
}

static void
take_turns(struct run *r)
{
	for (size_t i = 0; i < r->n; i++) {
		const struct import_found *f = &r->found[i];
		struct import_turn t = { f->ticket,
			f->rule->kind == IMPORT_TICKET ? f : NULL, i % 2,
			false };
		struct err e = { 0 };
		size_t made, known;

		if (import_begin(r->import, &t, &e) < 0 &&
		    e.kind != ERR_INPUT)
			abort();
		for (size_t j = 0; j < r->n; j++) {
			err_clear(&e);
			import_entry(r->import, &r->found[j], &e);
		}
		err_clear(&e);
		import_end(r->import, &e);
		import_count(r->import, &made, &known);
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *input, size_t len)
{
	static struct run r;
	struct import_desk desk = { &r, emit, has, message, history, fields,
		unknown };
	static const char *const none[] = { NULL };
	struct org org = { .addresses = none, .agents = none,
		.agent_domains = none, .address = "", .zone = "UTC" };
	struct customers *customers = customers_new("UTC");
	char *text = malloc(len + 1), *items, *next;
	struct err e = { 0 };
	struct yaml *root;

	memcpy(text, input, len);
	text[len] = '\0';
	memset(&r, 0, sizeof(r));
	items = strstr(text, "\n---\n");
	if (items != NULL)
		*items = '\0';
	if (yaml_parse(&r.arena, "map", text, strlen(text), &root, &e) < 0 ||
	    import_map_load(&r.map, &r.arena, root, &e) < 0) {
		if (e.kind != ERR_CONFIG || strncmp(e.text, "map:", 4) != 0)
			abort();
		goto done;
	}
	r.import = import_new(&r.map, &org, customers, &desk);
	import_instance(r.import, "fuzz");
	for (items = items != NULL ? items + 5 : text + len; *items != '\0';
	    items = next) {
		size_t n = strcspn(items, "\n"), kept;
		struct value v;

		next = items + n + (items[n] == '\n');
		err_clear(&e);
		if (value_parse(&v, items, n, &e) == 0)
			import_visit(r.import, &v, NULL, "1", keep, &r, &kept,
			    &e);
	}
	take_turns(&r);
	import_free(r.import);
done:
	import_map_free(&r.map);
	customers_free(customers);
	arena_free(&r.arena);
	free(text);
	return 0;
}
