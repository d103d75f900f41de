/*
 * Alert maps and items: the first line is the map when it begins with
 * "forms", the items follow; else a map that knows most things is used. What
 * comes out are records that tai-record(5) allows; an item that comes again
 * adds nothing.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "domain/alert/alert.h"

int	LLVMFuzzerTestOneInput(const uint8_t *, size_t);

#define MOST	4096

struct world {
	struct alerts *alerts;
	struct arena arena;	/* of an item */
	char ids[MOST][ID_TEXT];
	size_t n;
	bool again;
};

static const char map_text[] =
    "forms:\n"
    "  - detect: {a: '*'}\n"
    "    fingerprint: [a, b]\n    group: g\n"
    "    state: {at: s, map: {f: firing, r: resolved, k: acknowledged, "
    "i: ignored}}\n"
    "    severity: {at: p, map: {'1': P1, '2': P2}}\n"
    "    title: t\n    text: x\n    labels: l\n    started: st\n"
    "    ended: en\n    at: at\n    value: v\n    for: for\n"
    "    customer: c\n    links: [u, w]\n"
    "  - detect: {m: '*'}\n    decode: m\n    items: i\n"
    "    fingerprint: a\n    state: {value: firing}\n    title: ^t\n"
    "  - is: incident\n    detect: {id: '*'}\n    id: id\n"
    "    title: t\n    status: s\n    severity: p\n    started: st\n"
    "    ended: en\n    at: at\n    affects: {at: l, each: n}\n"
    "    words: w\n    word_at: at\n    word_text: x\n"
    "  - is: maintenance\n    detect: {md: '*'}\n    id: md\n"
    "    title: t\n    started: st\n    ended: en\n    affects: l\n";
static const char episodes[] = "skew: 5m\nwindow: 1h\nhold: 10m\n"
    "repeats: 1m\nflapping: {changes: 3, within: 30m, quiet: 30m}\n";
static const char thresholds[] = "thresholds:\n"
    "  - {match: e, over: 5, for: 5m, severity: P1, override: true}\n";
static const char routing[] = "severity: P3\n"
    "severities: {P1: CRITICAL, P2: HIGH, P3: MEDIUM, P4: LOW}\n"
    "routes:\n  - when: {severity: P1}\n"
    "    escalate: {level: 2, to: [csm], within: 5m}\n"
    "  - channel: '#x'\n";

static int
has(void *arg, const char *id, struct err *e)
{
	struct world *w = arg;

	(void)e;
	for (size_t i = 0; i < w->n; i++) {
		if (strcmp(w->ids[i], id) == 0)
			return 1;
	}
	return 0;
}

static int
emit(void *arg, const struct buf *line, struct err *e)
{
	struct rec *r = malloc(sizeof(*r));
	struct world *w = arg;
	struct arena a = { 0 };
	const char *id;
	int got;

	if (r == NULL || rec_parse(r, line->data, line->len, e) < 0 ||
	    record_check(r, e) < 0)
		abort();
	if ((id = rec_str(r, "id", &a)) == NULL || strlen(id) != ID_TEXT - 1)
		abort();
	got = has(w, id, e);
	if (got == 0 && w->again && w->n < MOST)
		abort();
	if (got == 0 && w->n < MOST)
		memcpy(w->ids[w->n++], id, ID_TEXT);
	arena_free(&a);
	free(r);
	return !got;
}

static int
part(void *arg, const struct alert_part *p, struct err *e)
{
	struct world *w = arg;
	struct buf line = BUF_INIT;
	struct alert al;
	struct err bad = { 0 };

	(void)e;
	if (p->form->silent)
		return 0;
	if (p->form->kind == ALERT_ALERT) {
		if (alert_of(p, &al, &w->arena, &bad) == 0 && alerts_take(
		    w->alerts, &al, 1768500000, &w->arena, &bad) < 0)
			abort();
	} else if (alert_page(p, &line, &w->arena, &bad) == 0) {
		emit(w, &line, &bad);
	}
	buf_free(&line);
	return 0;
}

static void
item(struct world *w, const struct alert_map *m, const char *s, size_t len)
{
	const struct alert_form *f;
	struct value v;
	struct err e = { 0 };
	size_t pos = 0;

	arena_reset(&w->arena);
	if (value_parse(&v, s, len, &e) < 0)
		return;
	/* Who gets no answer says it once more: that is nothing new. */
	for (int turn = 0; turn < 2; turn++) {
		w->again = turn > 0;
		pos = 0;
		while ((f = alert_map_form(m, &v, &pos, &w->arena)) != NULL)
			(void)alert_parts(m, f, &v, part, w, &w->arena, &e);
	}
}

static void
items(struct world *w, const struct alert_map *m, const char *s, size_t len)
{
	while (len > 0) {
		const char *nl = memchr(s, '\n', len);
		size_t n = nl != NULL ? (size_t)(nl - s) : len;

		item(w, m, s, n);
		s += n + (nl != NULL);
		len -= n + (nl != NULL);
	}
}

static struct yaml *
yaml(struct arena *a, const char *text, size_t len)
{
	struct yaml *y;
	struct err e = { 0 };

	return yaml_parse(a, "map", text, len, &y, &e) == 0 ? y : NULL;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	const char *s = (const char *)data;
	const char *cut = len > 6 && memcmp(s, "forms:", 6) == 0 ?
	    memmem(s, len, "\n\n", 2) : NULL;
	size_t map_len = cut != NULL ? (size_t)(cut - s) : 0;
	struct world *w = calloc(1, sizeof(*w));
	struct arena a = { 0 };
	struct alert_rules rules;
	struct alert_map map = { 0 };
	struct customers *customers = customers_new("UTC");
	struct alert_desk desk = { w, emit, has, NULL, NULL };
	struct yaml *y;
	struct err e = { 0 };

	if (w == NULL || alert_rules_load(&rules, &a, yaml(&a, episodes,
	    strlen(episodes)), yaml(&a, thresholds, strlen(thresholds)),
	    yaml(&a, routing, strlen(routing)), &e) < 0)
		abort();
	y = cut != NULL ? yaml(&a, s, map_len) : yaml(&a, map_text,
	    strlen(map_text));
	w->alerts = alerts_new(&rules, customers, "starter", &desk);
	if (y != NULL && alert_map_load(&map, &a, "fuzz", y, &e) == 0) {
		items(w, &map, s + map_len, len - map_len);
		items(w, &map, s + map_len, len - map_len);
	} else if (cut == NULL) {
		abort();
	}
	alert_map_free(&map);
	alerts_free(w->alerts);
	alert_rules_free(&rules);
	customers_free(customers);
	arena_free(&w->arena);
	arena_free(&a);
	free(w);
	return 0;
}
