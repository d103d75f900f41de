/*
 * bench_triage match|each RECORDS RULES...: how many messages a second, of
 * records read beforehand. match: all rules as tai-triage runs them. each:
 * every pattern of the rules on each of its fields, one after the other.
 */
#include <string.h>

#include "bench.h"
#include "domain/ruleset.h"

static struct message *
messages(const char *path, size_t *n, struct arena *a)
{
	struct message *m = NULL;
	struct rec *r = xmalloc(sizeof(*r));
	struct buf file = BUF_INIT;
	struct err e = { 0 };
	size_t room = 0;
	char *p, *nl;

	must(file_read(path, (size_t)1 << 30, &file, &e), &e);
	for (p = file.data; (nl = strchr(p, '\n')) != NULL; p = nl + 1) {
		if (*n == room) {
			room = room > 0 ? 2 * room : 1024;
			m = xreallocarray(m, room, sizeof(*m));
		}
		must(rec_parse(r, p, (size_t)(nl - p), &e), &e);
		must(message_of(r, &m[*n], a, &e), &e);
		m[(*n)++].tier = "";
	}
	buf_free(&file);
	free(r);
	return m;
}

static void
fields_of(const struct term *t, unsigned *fields)
{
	for (; t != NULL; t = t->next) {
		if (t->kind == TERM_PATTERN)
			fields[t->pattern] |= t->fields;
		fields_of(t->first, fields);
	}
}

static size_t
each(struct rules *r, const unsigned *fields, const struct message *m)
{
	size_t hits = 0;
	struct span span;
	struct err e = { 0 };

	for (size_t i = 0; i < r->patterns; i++) {
		for (int f = 0; f < SCANNED; f++) {
			size_t len;
			const char *text = message_field(m, f, &len);

			if (fields[i] & 1u << f)
				hits += pattern_match(r->pattern[i], text, len,
				    0, &span, &e) == 1;
		}
	}
	return hits;
}

static size_t
match(struct rules *r, const struct message *m)
{
	static struct arena a;
	struct verdict v;
	struct err e = { 0 };

	arena_reset(&a);
	must(rules_match(r, m, &a, &v, &e), &e);
	return v.n;
}

int
main(int argc, char **argv)
{
	struct arena a = { 0 };
	struct rules *r = rules_new();
	struct message *m;
	struct yaml *y;
	struct err e = { 0 };
	size_t n = 0, hits = 0;
	unsigned *fields;
	double t;

	if (argc < 4)
		return 64;
	for (int i = 3; i < argc; i++) {
		must(yaml_load(&a, argv[i], &y, &e), &e);
		must(rules_add(r, y, &e), &e);
	}
	must(rules_ready(r, &e), &e);
	fields = xcalloc(r->patterns, sizeof(*fields));
	for (size_t i = 0; i < r->n; i++)
		fields_of(r->rule[i]->when, fields);
	m = messages(argv[2], &n, &a);
	t = seconds();
	for (size_t i = 0; i < n; i++)
		hits += *argv[1] == 'm' ? match(r, &m[i]) :
		    each(r, fields, &m[i]);
	t = seconds() - t;
	printf("%.0f %zu rules %zu patterns %zu hits\n", (double)n / t, r->n,
	    r->patterns, hits);
	return 0;
}
