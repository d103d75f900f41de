/*
 * Alerts: one ticket an episode, whatever the order of deliveries, however
 * often they come, and whether each has a process of its own.
 */
#include <stdlib.h>
#include <string.h>

#include "domain/alert/alert.h"
#include "domain/book.h"
#include "base/time.h"
#include "unit.h"

#define MOST	20000
#define T0	1768500000	/* 2026-01-15 */

struct world {
	struct alert_rules rules;
	struct customers *customers;
	struct arena arena;
	struct alerts *alerts;
	struct alert_desk desk;
	char *line[MOST];
	char id[MOST][ID_TEXT];
	size_t n, messages, rejected;
	int hands;
	bool alone;		/* each delivery a process of its own */
};

static int
has(void *arg, const char *id, struct err *e)
{
	struct world *w = arg;

	(void)e;
	for (size_t i = 0; i < w->n; i++) {
		if (strcmp(w->id[i], id) == 0)
			return 1;
	}
	return 0;
}

static int
emit(void *arg, const struct buf *b, struct err *e)
{
	struct world *w = arg;
	struct rec *r = xmalloc(sizeof(*r));
	struct arena a = { 0 };
	const char *id;
	int known;

	ck_assert_int_eq(rec_parse(r, b->data, b->len, e), 0);
	ck_assert_msg(record_check(r, e) == 0, "%s: %s", e->text, b->data);
	id = rec_str(r, "id", &a);
	if ((known = has(w, id, e)) == 0) {
		ck_assert_uint_lt(w->n, MOST);
		memcpy(w->id[w->n], id, ID_TEXT);
		w->line[w->n++] = xstrdup(b->data);
		w->messages += rec_is(r, "type", "message");
	}
	arena_free(&a);
	free(r);
	return !known;
}

static int
recall(void *arg, struct alerts *alerts, const char *name, struct err *e)
{
	struct world *w = arg;
	struct rec *r = xmalloc(sizeof(*r));
	size_t len;

	for (size_t i = w->n; i-- > 0;) {
		len = strlen(w->line[i]);
		ck_assert_int_eq(rec_parse(r, w->line[i], len, e), 0);
		if (rec_is(r, "conversation", name))
			alerts_recalled(alerts, r);
	}
	free(r);
	return 0;
}

static int
hands(void *arg, const char *key, struct err *e)
{
	struct world *w = arg;

	(void)key;
	(void)e;
	return w->hands;
}

static struct yaml *
yaml(struct world *w, const char *text)
{
	struct yaml *y;
	struct err e = { 0 };

	ck_assert_msg(yaml_parse(&w->arena, "t", text, strlen(text), &y,
	    &e) == 0, "%s", e.text);
	return y;
}

static void
begin_alerts(struct world *w)
{
	w->alerts = alerts_new(&w->rules, w->customers, "starter", &w->desk);
}

static struct world *
world(bool alone)
{
	struct world *w = xcalloc(1, sizeof(*w));
	struct err e = { 0 };

	w->alone = alone;
	w->customers = customers_new("UTC");
	ck_assert_msg(alert_rules_load(&w->rules, &w->arena, yaml(w,
	    "skew: 5m\nwindow: 1h\nhold: 10m\nrepeats: 1m\n"
	    "flapping: {changes: 6, within: 30m, quiet: 30m}\n"), yaml(w,
	    "thresholds:\n"
	    "  - {match: error.?rate, over: 50, for: 5m, severity: P1, "
	    "override: true}\n"
	    "  - {match: latency, over: 500, for: 10m, severity: P2}\n"),
	    yaml(w, "category: platform\nseverity: P3\n"
	    "severities: {P1: CRITICAL, P2: HIGH, P3: MEDIUM, P4: LOW}\n"
	    "routes:\n  - when: {severity: P1}\n"
	    "    escalate: {level: 2, to: [on-call], within: 5m}\n"
	    "  - {match: disk, channel: '#infra-ops'}\n"
	    "  - channel: '#support-escalations'\n"), &e) == 0, "%s",
	    e.text);
	w->desk = (struct alert_desk){ w, emit, has, alone ? recall : NULL,
		hands };
	begin_alerts(w);
	return w;
}

static void
end_world(struct world *w)
{
	for (size_t i = 0; i < w->n; i++)
		free(w->line[i]);
	alerts_free(w->alerts);
	alert_rules_free(&w->rules);
	customers_free(w->customers);
	arena_free(&w->arena);
	free(w);
}

struct told {			/* a delivery */
	const char *who;
	const char *group;	/* NULL: the fingerprint */
	enum alert_state state;
	int64_t at;
	int64_t started;	/* or 0 */
};

static int
tell(struct world *w, const struct told *t)
{
	struct alert al = { .source = "test", .fingerprint = t->who,
		.group = t->group != NULL ? t->group : t->who,
		.title = "disk full", .text = "", .state = t->state,
		.severity = 3, .started = t->started != 0 ? t->started :
		TIME_NONE, .ended = TIME_NONE, .at = t->at, .lasts = -1 };
	struct arena a = { 0 };
	struct err e = { 0 };
	int got;

	if (w->alone) {
		alerts_free(w->alerts);
		begin_alerts(w);
	}
	got = alerts_take(w->alerts, &al, T0, &a, &e);
	ck_assert_msg(got > 0, "%s", e.text);
	arena_free(&a);
	return got;
}

/* Tickets that are not resolved when all is told, and how many there are. */
static size_t
still_open(const struct world *w, size_t *tickets)
{
	struct book *b = book_new();
	struct rec *r = xmalloc(sizeof(*r));
	struct err e = { 0 };
	const struct history *h;
	struct ticket t;
	struct arena a = { 0 };
	size_t pos = 0, open = 0;

	for (size_t i = 0; i < w->n; i++) {
		ck_assert_int_eq(rec_parse(r, w->line[i],
		    strlen(w->line[i]), &e), 0);
		if (rec_is(r, "type", "alert"))
			continue;
		ck_assert_int_eq(book_add(b, r, &e), 0);
	}
	*tickets = 0;
	while ((h = book_next(b, &pos)) != NULL) {
		ticket_fold(h, TIME_MAX, &a, &t);
		++*tickets;
		open += t.status != STATUS_RESOLVED;
	}
	book_free(b);
	arena_free(&a);
	free(r);
	return open;
}

#define FIRING		ALERT_FIRING
#define RESOLVED	ALERT_RESOLVED

static const struct scene {
	const char *name;
	size_t tickets, open;
	struct told told[12];
} scenes[] = {
	{ "one episode", 1, 0, { { "a", NULL, FIRING, T0, 0 },
	    { "a", NULL, RESOLVED, T0 + 60, 0 } } },
	{ "still firing", 1, 1, { { "a", NULL, FIRING, T0, T0 },
	    { "a", NULL, FIRING, T0 + 600, T0 },
	    { "a", NULL, FIRING, T0 + 90000, T0 } } },
	{ "recovered before it fired", 1, 0,
	    { { "a", NULL, RESOLVED, T0 + 60, 0 },
	    { "a", NULL, FIRING, T0, 0 } } },
	{ "the same with starts", 1, 0,
	    { { "a", NULL, RESOLVED, T0 + 60, T0 },
	    { "a", NULL, FIRING, T0, T0 } } },
	{ "a recovery of nothing", 0, 0,
	    { { "a", NULL, RESOLVED, T0, 0 } } },
	{ "the recovery's clock is behind", 1, 0,
	    { { "a", NULL, FIRING, T0, 0 },
	    { "a", NULL, RESOLVED, T0 - 100, 0 } } },
	{ "two episodes", 2, 1, { { "a", NULL, FIRING, T0, 0 },
	    { "a", NULL, RESOLVED, T0 + 60, 0 },
	    { "a", NULL, FIRING, T0 + 7200, 0 } } },
	{ "again so soon", 1, 1, { { "a", NULL, FIRING, T0, 0 },
	    { "a", NULL, RESOLVED, T0 + 60, 0 },
	    { "a", NULL, FIRING, T0 + 120, 0 } } },
	{ "a storm", 1, 0, { { "a", "g", FIRING, T0, 0 },
	    { "b", "g", FIRING, T0 + 5, 0 }, { "c", "g", FIRING, T0 + 9, 0 },
	    { "b", "g", RESOLVED, T0 + 60, 0 },
	    { "a", "g", RESOLVED, T0 + 61, 0 },
	    { "c", "g", RESOLVED, T0 + 62, 0 } } },
	{ "a storm that is not over", 1, 1, { { "a", "g", FIRING, T0, 0 },
	    { "b", "g", FIRING, T0 + 5, 0 },
	    { "b", "g", RESOLVED, T0 + 60, 0 } } },
	{ "another day in the same group", 2, 2,
	    { { "a", "g", FIRING, T0, 0 },
	    { "b", "g", FIRING, T0 + 86400, 0 } } },
	{ "other groups", 2, 2, { { "a", "g", FIRING, T0, 0 },
	    { "b", "h", FIRING, T0, 0 } } },
	{ "flapping is held", 1, 1, { { "a", NULL, FIRING, T0, 0 },
	    { "a", NULL, RESOLVED, T0 + 60, 0 },
	    { "a", NULL, FIRING, T0 + 120, 0 },
	    { "a", NULL, RESOLVED, T0 + 180, 0 },
	    { "a", NULL, FIRING, T0 + 240, 0 },
	    { "a", NULL, RESOLVED, T0 + 300, 0 },
	    { "a", NULL, FIRING, T0 + 360, 0 },
	    { "a", NULL, RESOLVED, T0 + 420, 0 } } },
	{ "flapping that fires on", 1, 1, { { "a", NULL, FIRING, T0, 0 },
	    { "a", NULL, RESOLVED, T0 + 60, 0 },
	    { "a", NULL, FIRING, T0 + 120, 0 },
	    { "a", NULL, RESOLVED, T0 + 180, 0 },
	    { "a", NULL, FIRING, T0 + 240, 0 },
	    { "a", NULL, RESOLVED, T0 + 300, 0 },
	    { "a", NULL, FIRING, T0 + 360, 0 },
	    { "a", NULL, RESOLVED, T0 + 420, 0 },
	    { "a", NULL, FIRING, T0 + 1800, 0 } } },
	{ "flapping that ended before the next", 2, 1,
	    { { "a", NULL, FIRING, T0, 0 },
	    { "a", NULL, RESOLVED, T0 + 60, 0 },
	    { "a", NULL, FIRING, T0 + 120, 0 },
	    { "a", NULL, RESOLVED, T0 + 180, 0 },
	    { "a", NULL, FIRING, T0 + 240, 0 },
	    { "a", NULL, RESOLVED, T0 + 300, 0 },
	    { "a", NULL, FIRING, T0 + 360, 0 },
	    { "a", NULL, RESOLVED, T0 + 420, 0 },
	    { "a", NULL, FIRING, T0 + 9000, 0 } } },
	{ "restarted without a recovery", 1, 0,
	    { { "a", NULL, FIRING, T0, T0 },
	    { "a", NULL, FIRING, T0 + 300, T0 + 300 },
	    { "a", NULL, RESOLVED, T0 + 600, T0 + 300 } } },
	{ "two within a second", 1, 0, { { "a", NULL, FIRING, T0, 0 },
	    { "a", NULL, RESOLVED, T0, 0 } } },
	{ "the same, the other way round", 1, 0,
	    { { "a", NULL, RESOLVED, T0, T0 },
	    { "a", NULL, FIRING, T0, T0 } } },
	{ "acknowledged, then over", 1, 0, { { "a", NULL, FIRING, T0, 0 },
	    { "a", NULL, ALERT_ACKED, T0 + 60, 0 },
	    { "a", NULL, RESOLVED, T0 + 120, 0 } } },
	{ "a repeat and its end within a second", 1, 0,
	    { { "a", NULL, FIRING, T0, 0 }, { "a", NULL, FIRING, T0 + 90, 0 },
	    { "a", NULL, RESOLVED, T0 + 90, 0 } } },
	{ "told long after it began", 1, 1,
	    { { "a", NULL, FIRING, T0 + 300, T0 } } },
	{ "acknowledged before it fired", 1, 0,
	    { { "a", NULL, ALERT_ACKED, T0 + 60, 0 },
	    { "a", NULL, FIRING, T0, 0 },
	    { "a", NULL, RESOLVED, T0 + 120, 0 } } },
	{ "the oldest time there is", 1, 1,
	    { { "a", NULL, FIRING, 1, 0 } } },
};

START_TEST(test_scenes)
{
	const struct scene *s = &scenes[_i];

	for (int alone = 0; alone < 2; alone++) {
		struct world *w = world(alone);
		size_t tickets, open, before;

		for (size_t i = 0; s->told[i].who != NULL; i++)
			tell(w, &s->told[i]);
		open = still_open(w, &tickets);
		ck_assert_msg(tickets == s->tickets && open == s->open,
		    "%s: %zu tickets, %zu open", s->name, tickets, open);
		before = w->n;
		for (size_t i = 0; s->told[i].who != NULL; i++)
			tell(w, &s->told[i]);
		ck_assert_msg(w->n == before, "%s: told again: %s", s->name,
		    w->n > before ? w->line[before] : "");
		end_world(w);
	}
}
END_TEST

START_TEST(test_settle)
{
	struct world *w = world(false);
	const struct scene *s = scenes;
	struct err e = { 0 };
	size_t tickets, before;

	while (strcmp(s->name, "flapping is held") != 0)
		s++;
	for (size_t i = 0; s->told[i].who != NULL; i++)
		tell(w, &s->told[i]);
	ck_assert_int_eq(alerts_settle(w->alerts, T0 + 1000, &e), 0);
	ck_assert_uint_eq(still_open(w, &tickets), 1);
	ck_assert_int_eq(alerts_settle(w->alerts, T0 + 9000, &e), 0);
	ck_assert_uint_eq(still_open(w, &tickets), 0);
	before = w->n;
	ck_assert_int_eq(alerts_settle(w->alerts, T0 + 99000, &e), 0);
	ck_assert_uint_eq(w->n, before);
	end_world(w);
}
END_TEST

START_TEST(test_hands)
{
	struct world *w = world(false);
	const struct told fires = { "a", NULL, FIRING, T0, 0 };
	const struct told over = { "a", NULL, RESOLVED, T0 + 60, 0 };
	size_t tickets;

	tell(w, &fires);
	w->hands = ALERT_WORKED;
	ck_assert_int_eq(tell(w, &over), ALERT_NEW);
	ck_assert_uint_eq(still_open(w, &tickets), 1);
	ck_assert_uint_eq(w->messages, 2);
	end_world(w);
}
END_TEST

static uint64_t seed;

static uint64_t
draw(uint64_t below)
{
	seed = seed * 6364136223846793005u + 1442695040888963407u;
	return (seed >> 33) % below;
}

struct sent { struct told told; int64_t arrives; uint64_t tie; };

static int
by_arrival(const void *x, const void *y)
{
	const struct sent *a = x, *b = y;

	if (a->arrives != b->arrives)
		return a->arrives < b->arrives ? -1 : 1;
	return (a->tie > b->tie) - (a->tie < b->tie);
}

#define FEW	400

/* Episodes far apart, each told several times, deliveries mixed up. */
static size_t
episodes(struct sent *out, size_t *n, bool starts)
{
	static const char *const who[] = { "a", "b", "c", "d" };
	size_t made = 0;

	*n = 0;
	for (size_t k = 0; k < 1 + draw(4); k++) {
		int64_t t = T0 + (int64_t)draw(5000);

		for (size_t i = 0; i < 1 + draw(4); i++, made++) {
			int64_t end = t + 1 + (int64_t)draw(7200);
			int64_t s = starts ? t : 0;

			out[(*n)++] = (struct sent){ { who[k], NULL, FIRING,
				t, s }, 0, 0 };
			for (int64_t at = t; (at += 1 + (int64_t)draw(3000))
			    < end;)
				out[(*n)++] = (struct sent){ { who[k], NULL,
					FIRING, at, s }, 0, 0 };
			out[(*n)++] = (struct sent){ { who[k], NULL,
				RESOLVED, end, s }, 0, 0 };
			t = end + 1200 + (int64_t)draw(9000);
		}
	}
	for (size_t i = 0; i < *n; i++) {
		out[i].arrives = out[i].told.at + (int64_t)draw(300);
		out[i].tie = draw(1 << 20);
	}
	qsort(out, *n, sizeof(*out), by_arrival);
	return made;
}

START_TEST(test_any_order)
{
	struct sent *sent = xcalloc(FEW, sizeof(*sent));

	size_t n, made, tickets, open, before;
	struct world *w = world(_i % 4 >= 2);

	seed = (uint64_t)_i + 1;
	made = episodes(sent, &n, _i % 2);
	for (size_t i = 0; i < n; i++)
		tell(w, &sent[i].told);
	open = still_open(w, &tickets);
	ck_assert_msg(open == 0 && tickets == made,
	    "seed %d: %zu tickets of %zu episodes, %zu open", _i, tickets,
	    made, open);
	before = w->n;
	for (size_t i = 0; i < n; i++)
		tell(w, &sent[_i % 3 ? i : n - 1 - i].told);
	ck_assert_msg(w->n == before, "seed %d: told again: %s", _i,
	    w->n > before ? w->line[before] : "");
	end_world(w);
	free(sent);
}
END_TEST

START_TEST(test_storm)
{
	struct world *w = world(false);
	char name[16];
	struct told t = { name, "g", FIRING, T0, 0 };
	size_t tickets, open, notes = 0;

	for (int turn = 0; turn < 2; turn++) {
		for (int i = 0; i < 200; i++) {
			snprintf(name, sizeof(name), "n%d", i);
			t.at = T0 + i + turn * 600;
			tell(w, &t);
		}
		t.state = RESOLVED;
		open = still_open(w, &tickets);
		ck_assert_msg(open == !turn && tickets == 1, "%zu of %zu",
		    open, tickets);
	}
	for (size_t i = 0; i < w->n; i++)
		notes += strstr(w->line[i], "alerts so far") != NULL;
	ck_assert_uint_eq(w->messages, 1);
	ck_assert_uint_eq(notes, 2);
	end_world(w);
}
END_TEST

START_TEST(test_thresholds)
{
	static const struct {
		const char *metric;
		int word;
		bool has;
		double value;
		int64_t lasts;
		int want;
	} t[] = {
		{ "error_rate", 0, true, 62, 300, 1 },
		{ "error_rate", 0, true, 62, -1, 1 },
		{ "error_rate", 0, true, 62, 60, 3 },
		{ "error_rate", 0, true, 50, 300, 3 },
		{ "error_rate", 4, true, 62, 300, 1 },
		{ "error_rate", 0, false, 0, 300, 3 },
		{ "error_rate", 0, true, -62, 300, 3 },
		{ "latency_p99", 0, true, 900, 600, 2 },
		{ "latency_p99", 4, true, 900, 600, 4 },
		{ "latency_p99", 0, true, 1e308, 600, 2 },
		{ "cpu", 0, true, 99, 600, 3 },
	};
	struct world *w = world(false);

	for (size_t i = 0; i < sizeof(t) / sizeof(*t); i++) {
		struct alert al = { .source = "t", .title = "t",
			.metric = t[i].metric, .severity = t[i].word,
			.has_value = t[i].has, .value = t[i].value,
			.lasts = t[i].lasts };

		ck_assert_msg(alert_judge(&w->rules, &al) == t[i].want,
		    "row %zu: %d", i, alert_judge(&w->rules, &al));
	}
	end_world(w);
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("alert");
	TCase *tc = tcase_create("alert");

	tcase_add_loop_test(tc, test_scenes, 0, sizeof(scenes) /
	    sizeof(*scenes));
	tcase_add_test(tc, test_settle);
	tcase_add_test(tc, test_hands);
	tcase_add_loop_test(tc, test_any_order, 0, 400);
	tcase_add_test(tc, test_storm);
	tcase_add_test(tc, test_thresholds);
	suite_add_tcase(s, tc);
	return unit_main(s);
}
