/*
 * Uptime against an oracle that counts seconds (tests/data/uptime/oracle.py),
 * and what must hold whatever happened: the order of arrival, a cut through
 * an incident and what is said later make no difference.
 */
#include <dirent.h>
#include <inttypes.h>
#include <string.h>

#include "base/io.h"
#include "base/time.h"
#include "domain/report/credit.h"
#include "domain/uptime/alertdown.h"
#include "domain/uptime/burn.h"
#include "domain/uptime/uptime.h"
#include "unit.h"
#include "vectors.h"

#define COLUMNS 14
#define EVENTS 400

struct row {
	char *name, *policy, *zone, *since, *until, *month, *now, *events;
	char *want[6];
};

struct made {			/* a row's records, one a line */
	char *line[EVENTS];
	size_t n;
};

static struct arena arena;

static struct uprules *
rules_of(const struct row *r)
{
	struct err e = { 0 };
	struct uprules *u;
	struct yaml *root;
	char *text = arena_printf(&arena, "{measures: {all: [api, web]}, "
	    "services: {api: ~, web: ~}, %s", r->policy + 1);

	ck_assert_msg(yaml_parse(&arena, r->name, text, strlen(text), &root,
	    &e) == 0 && uprules_load(&u, &arena, root, &e) == 0, "%s: %s",
	    r->name, e.text);
	return u;
}

static int64_t
moment(const char *s)
{
	int64_t t;

	ck_assert_msg(time_parse(s, &t) == 0, "%s", s);
	return t;
}

/* One answer of a region a letter, a tick a word. */
static void
add_probes(struct made *m, const struct rec *r)
{
	const char *ticks = rec_str(r, "ticks", &arena);
	const char *service = rec_str(r, "service", &arena);
	char when[TIME_TEXT];
	int64_t at, every;
	int region = 0;

	ck_assert(rec_time(r, "at", &at) && rec_int(r, "every", &every));
	for (; *ticks != '\0'; ticks++) {
		if (*ticks == ' ') {
			at += every;
			region = 0;
			continue;
		}
		if (*ticks != '?') {
			ck_assert_uint_lt(m->n, EVENTS);
			m->line[m->n++] = arena_printf(&arena,
			    "{\"type\":\"probe\",\"at\":\"%s\",\"service\":"
			    "\"%s\",\"region\":\"%c\",\"up\":%s}",
			    time_format(at, when), service, 'a' + region,
			    *ticks == 'U' ? "true" : "false");
		}
		region++;
	}
}

static void
make(const struct row *row, struct made *m)
{
	struct rec *r = arena_alloc(&arena, sizeof(*r));
	struct err e = { 0 };
	struct value all, v;
	size_t pos = 0;

	m->n = 0;
	ck_assert_msg(value_parse(&all, row->events, strlen(row->events),
	    &e) == 0, "%s: %s", row->name, e.text);
	while (value_next(&all, &pos, &v)) {
		char *line = arena_strndup(&arena, v.text, v.len);

		ck_assert(rec_parse(r, line, v.len, &e) == 0);
		if (rec_is(r, "type", "probes")) {
			add_probes(m, r);
			continue;
		}
		ck_assert_uint_lt(m->n, EVENTS);
		m->line[m->n++] = line;
	}
}

struct world {
	struct uprules *rules;
	struct incidents *incidents;
	struct alert_downs *alerts;
	struct probes *probes[UP_SERVICES];
	int64_t from, to, now;
};

static void
take(struct world *w, const char *line)
{
	struct rec *r = arena_alloc(&arena, sizeof(*r));
	struct err e = { 0 };
	const char *region;
	int64_t at;
	bool up;
	int i;

	ck_assert_msg(rec_parse(r, line, strlen(line), &e) == 0, "%s: %s",
	    line, e.text);
	if (rec_is(r, "type", "alert")) {
		alert_downs_add(w->alerts, r);
		return;
	}
	if (!rec_is(r, "type", "probe")) {
		ck_assert_msg(incidents_add(w->incidents, r, &e) == 0, "%s",
		    e.text);
		return;
	}
	ck_assert(rec_time(r, "at", &at) && rec_bool(r, "up", &up));
	i = uprules_service(w->rules, rec_str(r, "service", &arena));
	region = rec_str(r, "region", &arena);
	ck_assert_int_ge(i, 0);
	if (at > w->now)
		return;
	if (w->probes[i] == NULL)
		w->probes[i] = probes_new(&w->rules->service[i].probe,
		    w->from, w->to);
	ck_assert(probes_add(w->probes[i], region, strlen(region), at, up,
	    &e) == 0);
}

/* The sums of a row with these records, at that moment. */
static struct uptime_sums
sums_of(const struct row *row, const struct made *m, int64_t now)
{
	struct world w = { .rules = rules_of(row), .now = now };
	struct outage_facts f = { .rules = w.rules, .probes = w.probes,
		.now = now };
	struct incident *incident, *alerts, *all;
	struct maintenance *maintenance;
	struct uptime_sums s;
	struct outages *o;
	const struct zone *z;
	const struct cut *cut;
	struct month month;
	struct err e = { 0 };
	int64_t from, to, total = 0;
	size_t n;

	ck_assert_msg(zone_load(&z, row->zone, &e) == 0, "%s", e.text);
	if (strchr(row->month, '/') != NULL) {
		char *first = arena_strdup(&arena, row->month);

		*strchr(first, '/') = '\0';
		from = moment(first);
		to = moment(strchr(row->month, '/') + 1);
	} else {
		ck_assert(month_parse(row->month, &month) == 0);
		month_bounds(&month, z, &from, &to);
	}
	w.from = from - 86400;
	w.to = to + 86400;
	w.incidents = incidents_new();
	w.alerts = alert_downs_new();
	for (size_t i = 0; i < m->n; i++)
		take(&w, m->line[i]);
	f.from = w.from;
	f.to = w.to;
	f.incidents = incidents_at(w.incidents, now, &arena, &incident);
	n = alert_downs_at(w.alerts, w.rules, now, &arena, &alerts);
	f.incident = all = arena_alloc(&arena, (f.incidents + n + 1) *
	    sizeof(*all));
	memcpy(all, incident, f.incidents * sizeof(*all));
	memcpy(all + f.incidents, alerts, n * sizeof(*all));
	f.incidents += n;
	f.maintenances = maintenances_at(w.incidents, now, &arena,
	    &maintenance);
	f.maintenance = maintenance;
	o = outages_new(&f);
	n = outages_of(o, "pro", w.rules->measure[0].services, TIME_MAX,
	    &cut);
	for (size_t i = 0; i < n; i++) {
		ck_assert_int_lt(cut[i].from, cut[i].to);
		if (i > 0)
			ck_assert_int_eq(cut[i].from, cut[i - 1].to);
	}
	if (!w.rules->whole_months && *row->since != '\0' &&
	    moment(row->since) > from)
		from = moment(row->since);
	if (!w.rules->whole_months && *row->until != '\0' &&
	    moment(row->until) < to)
		to = moment(row->until);
	if (to > now)
		to = now;
	uptime_sum(cut, n, from, to, &s);
	total = s.up + s.excluded + s.down + s.unknown;
	ck_assert_msg(total == s.total && (to < from || s.total == to - from),
	    "%s: the parts are not the whole", row->name);
	outages_free(o);
	incidents_free(w.incidents);
	alert_downs_free(w.alerts);
	for (int i = 0; i < UP_SERVICES; i++)
		probes_free(w.probes[i]);
	uprules_free(w.rules);
	return s;
}

static const char *
text_of(const struct uptime_sums *s)
{
	struct uptime_of u = { .target = 999000, .sums = *s };
	char percent[24];

	return arena_printf(&arena, "%" PRId64 " %" PRId64 " %" PRId64 " %"
	    PRId64 " %s %s", s->total, s->excluded, s->down, s->unknown,
	    uptime_percent(s, percent), uptime_met(&u) ? "yes" : "no");
}

static void
same(const struct row *row, const char *what, const struct made *m,
    int64_t now, const char *want)
{
	struct uptime_sums s = sums_of(row, m, now);
	const char *got = text_of(&s);

	ck_assert_msg(strcmp(got, want) == 0, "%s, %s:\n got %s\nwant %s",
	    row->name, what, got, want);
}

static char *
with(const struct rec *r, const char *name, const char *value)
{
	struct buf b = BUF_INIT;
	char *json = arena_printf(&arena, "\"%s\"", value), *line;

	rec_with(r, name, json, strlen(json), &b);
	line = arena_strndup(&arena, b.data, b.len);
	buf_free(&b);
	return line;
}

/* An incident that one record tells becomes two that touch. */
static void
split(const struct made *m, struct made *out)
{
	struct rec *r = arena_alloc(&arena, sizeof(*r));
	struct err e = { 0 };

	out->n = 0;
	for (size_t i = 0; i < m->n && out->n + 2 < EVENTS; i++) {
		char middle[TIME_TEXT];
		int64_t a, b;
		struct value v;
		char *line;

		ck_assert(rec_parse(r, m->line[i], strlen(m->line[i]),
		    &e) == 0);
		if (!rec_is(r, "type", "incident") ||
		    rec_get(r, "key", &v) || !rec_time(r, "ended", &b) ||
		    !rec_time(r, "started", &a) || b - a < 2 ||
		    !(rec_is(r, "status", "resolved"))) {
			out->line[out->n++] = m->line[i];
			continue;
		}
		time_format(a + (b - a) / 3, middle);
		line = with(r, "ended", middle);
		ck_assert(rec_parse(r, line, strlen(line), &e) == 0);
		line = with(r, "key", arena_printf(&arena, "a%zu", i));
		ck_assert(rec_parse(r, line, strlen(line), &e) == 0);
		out->line[out->n++] = with(r, "id", arena_printf(&arena,
		    "a%zu", i));
		ck_assert(rec_parse(r, m->line[i], strlen(m->line[i]),
		    &e) == 0);
		line = with(r, "started", middle);
		ck_assert(rec_parse(r, line, strlen(line), &e) == 0);
		line = with(r, "key", arena_printf(&arena, "b%zu", i));
		ck_assert(rec_parse(r, line, strlen(line), &e) == 0);
		out->line[out->n++] = with(r, "id", arena_printf(&arena,
		    "b%zu", i));
	}
}

static void
properties(const struct row *row, struct made *m, int64_t now,
    const char *want)
{
	struct made other = { .n = 0 };
	struct uptime_sums early;
	char later[TIME_TEXT];
	const char *then;

	for (size_t i = m->n; i-- > 0;)
		other.line[other.n++] = m->line[i];
	for (size_t i = 0; i < m->n && other.n < EVENTS; i += 2)
		other.line[other.n++] = m->line[i];
	same(row, "backwards, and some twice", &other, now, want);
	split(m, &other);
	same(row, "incidents cut in two", &other, now, want);
	/* An earlier report, before and after more is said. */
	early = sums_of(row, m, now - 1000);
	then = text_of(&early);
	time_format(now - 999, later);
	m->line[m->n++] = arena_printf(&arena, "{\"type\":\"incident\","
	    "\"at\":\"%s\",\"title\":\"later\",\"severity\":\"P1\","
	    "\"status\":\"investigating\",\"started\":\"2020-01-01T00:00:00Z\""
	    "}", later);
	m->line[m->n++] = arena_printf(&arena, "{\"type\":\"maintenance\","
	    "\"at\":\"%s\",\"title\":\"later\",\"started\":"
	    "\"2020-01-01T00:00:00Z\",\"ended\":\"2030-01-01T00:00:00Z\"}",
	    later);
	same(row, "an earlier report", m, now - 1000, then);
}

static void
try_row(const struct row *row)
{
	struct made m;
	const char *want = arena_printf(&arena, "%s %s %s %s %s %s",
	    row->want[0], row->want[1], row->want[2], row->want[3],
	    row->want[4], row->want[5]);

	make(row, &m);
	same(row, "as it is", &m, moment(row->now), want);
	properties(row, &m, moment(row->now), want);
	arena_reset(&arena);
}

static int
try_file(const char *path)
{
	struct buf text = BUF_INIT;
	struct err e = { 0 };
	char *line, *save;
	int n = 0;

	ck_assert_msg(file_read(path, (size_t)1 << 24, &text, &e) == 0, "%s",
	    e.text);
	for (line = strtok_r(text.data, "\n", &save); line != NULL;
	    line = strtok_r(NULL, "\n", &save)) {
		char *cell[COLUMNS] = { NULL }, *p = line;
		struct row row;
		int k = 0;

		if (*line == '#' || strncmp(line, "name\t", 5) == 0)
			continue;
		for (; k < COLUMNS && p != NULL; k++) {
			cell[k] = p;
			if ((p = strchr(p, '\t')) != NULL)
				*p++ = '\0';
		}
		ck_assert_msg(k == COLUMNS, "%s: %d cells", cell[0], k);
		row = (struct row){ cell[0], cell[1], cell[2], cell[3],
			cell[4], cell[5], cell[6], cell[7], { cell[8],
			cell[9], cell[10], cell[11], cell[12], cell[13] } };
		try_row(&row);
		n++;
	}
	buf_free(&text);
	return n;
}

START_TEST(cases)
{
	ck_assert_int_ge(try_file(root_path("tests/data/uptime/cases.tsv")),
	    120);
}
END_TEST

START_TEST(field_cases)
{
	ck_assert_int_ge(try_file(root_path("tests/data/uptime/field.tsv")),
	    90);
}
END_TEST

START_TEST(random_cases)
{
	ck_assert_int_ge(try_file(root_path("tests/data/uptime/random.tsv")),
	    40);
}
END_TEST

/* -- quorum ----------------------------------------------------------- */

static int quorums;

static void
note_state(void *arg, int64_t from, int64_t to, enum probe_state state)
{
	char *out = arg;

	for (int64_t t = from; t < to; t += 10)
		out[t / 10] = "?UD"[state];
}

static void
quorum_row(char *cell[VECTOR_COLUMNS], void *arg)
{
	struct probe_rule rule = { .interval = 10, .down = atoi(cell[2]),
		.reporting = atoi(cell[3]) };
	struct probes *p = probes_new(&rule, 0, 10000);
	char got[1000] = "";
	struct err e = { 0 };
	int64_t at = 0;
	int region = 0;

	(void)arg;
	for (const char *s = cell[1]; *s != '\0'; s++) {
		char name = (char)('a' + region);

		if (*s == ' ') {
			at += 10;
			region = 0;
			continue;
		}
		region++;
		if (*s != '?')
			ck_assert(probes_add(p, &name, 1, at, *s == 'U',
			    &e) == 0);
	}
	probes_each(p, 0, at + 10, note_state, got);
	ck_assert_str_eq(got, cell[4]);
	probes_free(p);
	quorums++;
}

START_TEST(quorum)
{
	quorums = 0;
	vector_rows(root_path("tests/data/uptime/quorum.tsv"), quorum_row,
	    NULL);
	ck_assert_int_ge(quorums, 12);
	if (vector_rows(shared_data("vectors/probes.tsv"), quorum_row,
	    NULL) == 0)
		unit_skip("vectors/probes.tsv", "the folder is not there");
}
END_TEST

START_TEST(many_ticks)
{
	struct probe_rule rule = { .interval = 10, .down = 1, .reporting = 1,
		.carry = 0 };
	struct probes *p = probes_new(&rule, 1000000, 3000000);
	struct err e = { 0 };

	/* Who is asked later was not asked; who was earlier, is. */
	ck_assert(probes_add(p, "a", 1, 3000000, false, &e) == 0);
	ck_assert(probes_oldest(p) == TIME_MAX);
	ck_assert(probes_add(p, "a", 1, 999999, false, &e) == 0);
	ck_assert(probes_oldest(p) == 999999);
	for (int i = 0; i < PROBE_REGIONS; i++) {
		char name[2] = { 'r', (char)i };

		ck_assert(probes_add(p, name, 2, 1000000, true, &e) == 0);
	}
	ck_assert(probes_add(p, "x", 1, 1000000, true, &e) < 0);
	ck_assert_int_eq(e.kind, ERR_INPUT);
	probes_free(p);
}
END_TEST

/* An answer is the same whatever part of the time is looked at. */
START_TEST(parts_of_time)
{
	struct probe_rule rule = { .interval = 300, .down = 1, .reporting = 1,
		.carry = 2 };
	char whole[1000], part[1000];
	struct err e = { 0 };

	for (int64_t from = 0; from < 3000; from += 70) {
		struct probes *all = probes_new(&rule, 0, 6000);
		struct probes *some = probes_new(&rule, from, 4010);

		for (int64_t at = 7; at < 6000; at += 1130) {
			ck_assert(probes_add(all, "a", 1, at, at % 3 != 0,
			    &e) == 0);
			ck_assert(probes_add(some, "a", 1, at, at % 3 != 0,
			    &e) == 0);
		}
		memset(whole, 0, sizeof(whole));
		memset(part, 0, sizeof(part));
		probes_each(all, from, 4010, note_state, whole);
		probes_each(some, from, 4010, note_state, part);
		ck_assert_mem_eq(whole, part, sizeof(whole));
		probes_free(all);
		probes_free(some);
	}
}
END_TEST

/* -- burn ------------------------------------------------------------- */

START_TEST(burning)
{
	/* down, rate, long, short, fires: of 99.9 %, down until the moment */
	static const struct {
		int64_t down, rate, long_s, short_s;
		bool fires;
	} rows[] = {
		{ 51, 1440, 3600, 300, false },
		{ 52, 1440, 3600, 300, true },
		{ 129, 600, 21600, 1800, false },
		{ 130, 600, 21600, 1800, true },
		{ 259, 300, 86400, 7200, false },
		{ 260, 300, 86400, 7200, true },
		{ 259, 100, 259200, 21600, false },
		{ 260, 100, 259200, 21600, true },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct cut cut[2] = { { .from = 0, .to = 1000000 -
			rows[i].down, .state = CUT_UP, .why = "" },
			{ .from = 1000000 - rows[i].down, .to = 1000000,
			.state = CUT_DOWN, .weight = UP_WHOLE, .why = "" } };
		struct burn_of b = { cut, 2, 999000 };
		struct up_alert a = { rows[i].rate, rows[i].long_s,
			rows[i].short_s, "page" };

		ck_assert_msg(burn_fires(&b, &a, 1000000) == rows[i].fires,
		    "row %zu", i);
	}
}
END_TEST

static const int64_t burn_now = INT64_C(1000000000);
static int budgets;

/*
 * name; target; seconds of the budget's window; outages before now as
 * from-to@percent (seconds before now, one behind the other); budget, spent,
 * left %; which of the alerts 14.4 1h/5m, 6 6h/30m, 3 1d/2h, 1 3d/6h fire;
 * the rate over the last hour
 */
static void
budget_row(char *cell[VECTOR_COLUMNS], void *arg)
{
	static const struct up_alert alert[] = { { 1440, 3600, 300, "page" },
		{ 600, 21600, 1800, "page" }, { 300, 86400, 7200, "ticket" },
		{ 100, 259200, 21600, "ticket" } };
	struct cut cut[100];
	struct burn_of b = { cut, 0, 0 };
	int64_t at = burn_now - INT64_C(40000000), rate;
	char fires[5] = "", left[32];
	struct uptime u;
	struct budget got;
	const char *text, *s = cell[3];

	(void)arg;
	budgets++;
	ck_assert_msg(uptime_parse(&u, cell[1]) == 0, "%s", cell[0]);
	b.target = u.up * (1000000 / u.total);
	while (*s != '\0' && *s != '-') {
		long long from, to;
		double percent;
		int n = 0;

		ck_assert_msg(sscanf(s, "%lld-%lld@%lf%n", &from, &to,
		    &percent, &n) == 3, "%s: %s", cell[0], s);
		cut[b.n++] = (struct cut){ .from = at, .to = burn_now - from,
			.state = CUT_UP, .why = "" };
		at = burn_now - to;
		cut[b.n++] = (struct cut){ .from = burn_now - from, .to = at,
			.state = percent < 0 ? CUT_EXCLUDED : CUT_DOWN,
			.weight = (int64_t)(percent * 10000 + 0.5),
			.why = "" };
		s += n;
		s += *s == ' ';
	}
	cut[b.n++] = (struct cut){ .from = at, .to = burn_now,
		.state = CUT_UP, .why = "" };
	burn_budget(&b, burn_now - atoll(cell[2]), burn_now, burn_now, &got);
	for (int i = 0; i < 4; i++)
		fires[i] = burn_fires(&b, &alert[i], burn_now) ? '1' : '0';
	rate = burn_rate(&b, burn_now, 3600);
	text = arena_printf(&arena, "%" PRId64 " %" PRId64 " %s", got.allowed,
	    got.spent, burn_left(&got, left));
	ck_assert_msg(strcmp(text, cell[4]) == 0, "%s: got %s, want %s",
	    cell[0], text, cell[4]);
	ck_assert_msg(strcmp(fires, cell[5]) == 0, "%s: fires %s, want %s",
	    cell[0], fires, cell[5]);
	text = rate == INT64_MAX ? "inf" : arena_printf(&arena, "%" PRId64
	    ".%02" PRId64, rate / 100, rate % 100);
	ck_assert_msg(strcmp(text, cell[6]) == 0, "%s: burns %s, want %s",
	    cell[0], text, cell[6]);
}

START_TEST(error_budgets)
{
	budgets = 0;
	vector_rows(root_path("tests/data/burn/budgets.tsv"), budget_row,
	    NULL);
	ck_assert_int_ge(budgets, 60);
	arena_reset(&arena);
}
END_TEST

static Suite *
suite(void)
{
	Suite *s = suite_create("uptime");
	TCase *t = tcase_create("uptime");

	tcase_set_timeout(t, 60);
	tcase_add_test(t, cases);
	tcase_add_test(t, field_cases);
	tcase_add_test(t, random_cases);
	tcase_add_test(t, quorum);
	tcase_add_test(t, many_ticks);
	tcase_add_test(t, parts_of_time);
	tcase_add_test(t, burning);
	tcase_add_test(t, error_budgets);
	suite_add_tcase(s, t);
	return s;
}

int
main(void)
{
	return unit_main(suite());
}
