/*
 * bench_triage match|each RECORDS RULES...: how many messages a second, of
 * records read beforehand. match: all rules as tai-triage runs them, on at
 * least 200,000 messages. each: every pattern of the rules on each of its
 * fields, one after the other.
 * bench_triage made N RECORDS: match with N rules made of the records' words.
 * bench_triage patterns RECORDS RULES...: the patterns, one a line.
 * bench_triage texts RECORDS: what the messages say, one a line.
 */
#include <ctype.h>
#include <string.h>
#include <time.h>

#include "bench.h"
#include "domain/triage/ruleset.h"

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

/* Others may share the machine: what matching takes is the processor's time. */
static double
cpu_seconds(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

#define TICKETS	200000
#define WORDS	20000

/* Words of five letters and more, as often as they are said. */
static size_t
words_of(const struct message *m, size_t n, const char **word,
    struct arena *a)
{
	size_t words = 0;

	for (size_t i = 0; i < n; i++) {
		for (const char *p = m[i].text; *p != '\0' && words < WORDS;) {
			size_t len = strspn(p, "abcdefghijklmnopqrstuvwxyz");

			if (len > 4)
				word[words++] = arena_strndup(a, p, len);
			p += len + (p[len] != '\0');
		}
	}
	return words;
}

/* A word that nobody says: most of what rules ask for is in no mail. */
static const char *
unsaid(const char *word, struct arena *a)
{
	size_t len = strlen(word);
	char *out = arena_strdup(a, word);

	for (size_t i = 0; i < len; i++)
		out[i] = word[len - 1 - i];
	return out;
}

/* Rules of three branches each; the first 15 ask for what is often said. */
static void
make_rules(struct rules *r, int count, const struct message *m, size_t n,
    struct arena *a)
{
	const char **word = xcalloc(WORDS, sizeof(*word));
	size_t words = words_of(m, n, word, a);
	struct buf text = BUF_INIT;
	struct err e = { 0 };
	struct yaml *y;
	uint64_t seed = 1;

	for (int i = 0; i < count; i++) {
		const char *w[7];

		for (int k = 0; k < 7; k++) {
			seed = seed * 6364136223846793005u + 1442695040888963407u;
			w[k] = word[(seed >> 33) % words];
			if (i >= 15 && k % 2 != 0)
				w[k] = unsaid(w[k], a);
		}
		buf_printf(&text, "- id: r%d\n  confidence: %d\n"
		    "  category: c\n  when:\n    any:\n    - '%s %s'\n"
		    "    - '%s(?: \\w+){0,4} %s'\n    - '(?:%s|%s)s? %s'\n",
		    i, i % 100, w[0], w[1], w[2], w[3], w[4], w[5], w[6]);
	}
	must(yaml_parse(a, "made", text.data, text.len, &y, &e), &e);
	must(rules_add(r, y, &e), &e);
	buf_free(&text);
	free(word);
}

static void
print_texts(const struct message *m, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		printf("%s ", m[i].subject);
		for (const char *p = m[i].text; *p != '\0'; p++)
			putchar(isspace((unsigned char)*p) ? ' ' : *p);
		putchar('\n');
	}
}

int
main(int argc, char **argv)
{
	struct arena a = { 0 };
	struct rules *r = rules_new();
	struct message *m;
	struct yaml *y;
	struct err e = { 0 };
	size_t n = 0, hits = 0, done = 0;
	unsigned *fields;
	double t;

	if (argc == 3 && strcmp(argv[1], "texts") == 0) {
		m = messages(argv[2], &n, &a);
		print_texts(m, n);
		return 0;
	}
	if (argc < 4)
		return 64;
	if (strcmp(argv[1], "made") == 0) {
		m = messages(argv[3], &n, &a);
		make_rules(r, atoi(argv[2]), m, n, &a);
		argc = 0;
	}
	for (int i = 3; i < argc; i++) {
		must(yaml_load(&a, argv[i], &y, &e), &e);
		must(rules_add(r, y, &e), &e);
	}
	must(rules_ready(r, &e), &e);
	if (strcmp(argv[1], "patterns") == 0) {
		for (size_t i = 0; i < r->patterns; i++)
			printf("%s\n", pattern_text(r->pattern[i]));
		return 0;
	}
	fields = xcalloc(r->patterns, sizeof(*fields));
	for (size_t i = 0; i < r->n; i++)
		fields_of(r->rule[i]->when, fields);
	if (argc > 0)
		m = messages(argv[2], &n, &a);
	t = cpu_seconds();
	do {
		for (size_t i = 0; i < n; i++)
			hits += *argv[1] == 'm' ? match(r, &m[i]) :
			    each(r, fields, &m[i]);
		done += n;
	} while (*argv[1] == 'm' && done < TICKETS);
	t = cpu_seconds() - t;
	printf("%.0f %zu rules %zu patterns %zu hits\n", (double)done / t,
	    r->n, r->patterns, hits);
	return 0;
}
