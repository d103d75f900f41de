/* Averages, shares, intervals and trends against worked numbers. */
#include <math.h>
#include <string.h>

#include "domain/report/answers.h"
#include "unit.h"

static struct arena arena;

static const struct surveys *
surveys(void)
{
	struct surveys *s = arena_zalloc(&arena, sizeof(*s));
	struct yaml *root;
	struct err e = { 0 };
	char path[4096];

	snprintf(path, sizeof(path), "%s/rules/survey.yaml", unit_root());
	ck_assert_msg(yaml_load(&arena, path, &root, &e) == 0 &&
	    surveys_load(s, &arena, root, &e) == 0, "%s", e.text);
	return s;
}

static bool
near(double x, double want, double by)
{
	return fabs(x - want) <= by;
}

START_TEST(wilson)
{
	static const struct { int64_t k, n; double low, high; } rows[] = {
		{ 0, 10, 0, .2775 }, { 8, 10, .4902, .9433 },
		{ 80, 100, .7112, .8666 }, { 10, 10, .7225, 1 },
		{ 0, 1, 0, .7935 }, { 1, 1, .2065, 1 },
		{ 500000, 1000000, .4990, .5010 },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct interval w = score_wilson(rows[i].k, rows[i].n);

		ck_assert_msg(w.known && near(w.low, rows[i].low, 5e-5) &&
		    near(w.high, rows[i].high, 5e-5), "%d of %d: %.6f %.6f",
		    (int)rows[i].k, (int)rows[i].n, w.low, w.high);
	}
	ck_assert(!score_wilson(0, 0).known);
}
END_TEST

static struct score
parts(int64_t promoters, int64_t passives, int64_t detractors)
{
	return (struct score){ .n = promoters + passives + detractors,
		.promoters = promoters, .passives = passives,
		.detractors = detractors };
}

START_TEST(nps)
{
	static const struct {
		const char *name;
		int64_t p, q, d;
		double value, half;	/* half < 0: too little to say */
	} rows[] = {
		{ "nps-100", 50, 30, 20, 30, 15.31 },
		{ "nps-10", 5, 3, 2, 30, 48.41 },
		{ "nps-one", 1, 0, 0, 100, -1 },
		{ "nps-all-passive", 0, 10, 0, 0, -1 },
		{ "all of one mind", 7, 0, 0, 100, -1 },
		{ "two halves", 5, 0, 5, 0, 61.98 },
		{ "negative", 20, 30, 50, -30, 15.31 },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct score s = parts(rows[i].p, rows[i].q, rows[i].d);
		struct interval v = score_nps(&s);

		ck_assert_msg(near(v.value, rows[i].value, 1e-9) &&
		    v.known == (rows[i].half >= 0), "%s: %f", rows[i].name,
		    v.value);
		if (v.known)
			ck_assert_msg(near(v.high - v.value, rows[i].half,
			    5e-3) && near(v.value - v.low, rows[i].half, 5e-3),
			    "%s: %f %f", rows[i].name, v.low, v.high);
	}
}
END_TEST

/* Answers as records, through the reader. */
static void
add(struct score *s, const struct surveys *all, const char *kind,
    const char *const *scores)
{
	for (; *scores != NULL; scores++) {
		struct rec *r = arena_alloc(&arena, sizeof(*r));
		const char *line = arena_printf(&arena, "{\"id\":\"x\","
		    "\"at\":\"2026-01-01T00:00:00Z\",\"kind\":\"%s\",%s}",
		    kind, **scores == 'd' ? "\"dismissed\":true" :
		    arena_printf(&arena, "\"score\":%s", *scores));
		struct answer a;
		struct err e = { 0 };

		ck_assert_int_eq(rec_parse(r, line, strlen(line), &e), 0);
		ck_assert_msg(answer_of(&a, all, r, &arena, &e) == 0, "%s",
		    e.text);
		score_add(s, &a);
	}
}

START_TEST(means)
{
	static const char *const csat[] = { "10", "9", "8", "7", "3", NULL };
	static const char *const ces[] = { "5", "4", "4", "2", NULL };
	static const char *const net[] = { "10", "9", "9", "10", "9", "7",
		"8", "7", "6", "0", "d", "d", "d", "d", "d", "d", "d", "d",
		"d", "d", NULL };
	const struct surveys *all = surveys();
	struct score s = { 0 };
	struct interval i;
	char text[32];

	add(&s, all, "csat", csat);
	i = score_mean(&s, surveys_find(all, "csat"));
	ck_assert_str_eq(ratio_text(s.sum, s.n, 2, text), "7.40");
	ck_assert(i.known && near(i.value, 7.4, 1e-9));
	ck_assert_int_eq(s.promoters, 2);
	ck_assert_int_eq(s.passives, 2);
	ck_assert_int_eq(s.detractors, 1);
	ck_assert(i.low > 5 && i.high < 10);
	memset(&s, 0, sizeof(s));
	add(&s, all, "ces", ces);
	ck_assert_str_eq(ratio_text(s.sum, s.n, 2, text), "3.75");
	ck_assert_int_eq(s.promoters + s.passives + s.detractors, 0);
	/* What was closed without a score changes nothing. */
	memset(&s, 0, sizeof(s));
	add(&s, all, "nps", net);
	ck_assert_int_eq(s.n, 10);
	ck_assert_int_eq(s.dismissed, 10);
	ck_assert(near(score_value(&s, surveys_find(all, "nps")).value, 30,
	    1e-9));
	memset(&s, 0, sizeof(s));
	ck_assert(!score_mean(&s, all->kind).known);
	ck_assert(!score_nps(&s).known);
}
END_TEST

START_TEST(rates)
{
	struct score s = { .n = 45, .sent = 200, .bounced = 20 };
	struct interval i = score_rate(&s);

	ck_assert(i.known && near(i.value, .25, 1e-9));
	s.sent = 0;
	ck_assert(!score_rate(&s).known);
	s.sent = s.bounced = 200;
	ck_assert(!score_rate(&s).known);
	s.sent = 30;	/* more answers than surveys: not all are known */
	s.bounced = 0;
	ck_assert(!score_rate(&s).known);
}
END_TEST

START_TEST(trends)
{
	const struct survey_kind *k = surveys_find(surveys(), "nps");
	struct score before = parts(50, 30, 20), after = parts(60, 25, 15);
	struct score one = parts(1, 0, 0), same = parts(0, 5, 0);
	struct trend t = score_trend(&before, &after, k);

	ck_assert_msg(t.known && near(t.z, 1.394, 5e-4) &&
	    near(t.p, .1632, 1e-4), "%f %f", t.z, t.p);
	ck_assert(t.p > surveys()->significance);
	t = score_trend(&after, &before, k);
	ck_assert(near(t.z, -1.394, 5e-4) && near(t.p, .1632, 1e-4));
	ck_assert(!score_trend(&one, &after, k).known);
	ck_assert(!score_trend(&same, &same, k).known);
	t = score_proportions(80, 100, 70, 100);
	ck_assert_msg(t.known && near(t.z, 1.633, 5e-4) &&
	    near(t.p, .1025, 1e-4), "%f %f", t.z, t.p);
	ck_assert(!score_proportions(0, 10, 0, 10).known);
	ck_assert(!score_proportions(0, 0, 1, 10).known);
	t = score_proportions(90, 100, 60, 100);
	ck_assert(t.known && t.p < 1e-5);
}
END_TEST

START_TEST(ratios)
{
	static const struct {
		int64_t num, den;
		int places;
		const char *want;
	} rows[] = {
		{ 9999, 100, 1, "99.9" }, { 99999, 1000, 2, "99.99" },
		{ 100, 1, 1, "100.0" }, { 0, 7, 1, "0.0" },
		{ 2, 3, 0, "0" }, { 200, 3, 1, "66.6" },
		{ -100, 3, 1, "-33.4" }, { -1, 1000, 1, "-0.1" },
		{ -30, 1, 1, "-30.0" },
	};
	char text[32];

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
		ck_assert_str_eq(ratio_text(rows[i].num, rows[i].den,
		    rows[i].places, text), rows[i].want);
}
END_TEST

static const char *
collect(const char *const *lines, int64_t now)
{
	struct answers *all = answers_new(surveys());
	const struct answer *const *list;
	struct buf out = BUF_INIT;
	const char *text;
	size_t n;

	for (; *lines != NULL; lines++) {
		struct rec *r = arena_alloc(&arena, sizeof(*r));
		struct err e = { 0 };

		ck_assert_int_eq(rec_parse(r, *lines, strlen(*lines), &e), 0);
		if (answers_add(all, r, now, &e) < 0)
			buf_printf(&out, "!%s;", e.text);
	}
	list = answers_list(all, &n);
	for (size_t i = 0; i < n; i++)
		buf_printf(&out, "%s=%d%s%s;", list[i]->id,
		    (int)list[i]->score, list[i]->dismissed ? "d" : "",
		    list[i]->anonymous ? "a" : "");
	text = arena_strdup(&arena, out.data);
	buf_free(&out);
	answers_free(all);
	return text;
}

#define AT(second) "\"at\":\"1970-01-01T00:00:" second "Z\""

START_TEST(answers)
{
	static const char *const lines[] = {
		"{\"id\":\"b\"," AT("09") ",\"score\":9}",
		"{\"id\":\"a\"," AT("09") ",\"score\":10,\"anonymous\":true}",
		"{\"id\":\"b\"," AT("09") ",\"score\":9}",
		"{\"id\":\"late\"," AT("59") ",\"score\":1}",
		"{\"id\":\"s1\"," AT("01") ",\"survey\":\"t\",\"score\":2}",
		"{\"id\":\"s3\"," AT("03") ",\"survey\":\"t\",\"score\":4}",
		"{\"id\":\"s2\"," AT("02") ",\"survey\":\"t\",\"score\":3}",
		"{\"id\":\"d\"," AT("05") ",\"score\":null}",
		"{\"id\":\"x\"," AT("05") ",\"score\":11}",
		"{\"id\":\"y\"," AT("05") ",\"score\":7.5}",
		"{\"id\":\"z\"," AT("05") ",\"kind\":\"mood\",\"score\":1}",
		NULL,
	};
	static const char *const turned[] = { "{\"id\":\"s3\"," AT("03")
		",\"survey\":\"t\",\"score\":4}", "{\"id\":\"s1\"," AT("01")
		",\"survey\":\"t\",\"score\":2}", NULL };

	ck_assert_str_eq(collect(lines, 30),
	    "!answer: the score of csat is not 1 to 10;"
	    "!answer: the score of csat is not 1 to 10;"
	    "!answer: no survey is a 'mood';"
	    "s3=4;d=0d;a=10a;b=9;");
	ck_assert_str_eq(collect(turned, 30), "s3=4;");
}
END_TEST

START_TEST(files)
{
	static const struct { const char *text, *want; } bad[] = {
		{ "kinds: {}\n", "f:1: kinds is not a map of surveys" },
		{ "significance: 0\nkinds:\n  a: {}\n",
		    "f:1: significance is not between 0 and 100" },
		{ "kinds:\n  a: {low: 5, high: 5}\n",
		    "f:2: low is not under high" },
		{ "kinds:\n  a: {promoters: 9}\n",
		    "f:2: promoters and passives go together" },
		{ "kinds:\n  a: {promoters: 7, passives: 9}\n",
		    "f:2: not low < passives < promoters <= high" },
		{ "kinds:\n  nps: {low: 0, high: 10}\n",
		    "f:2: nps without promoters" },
	};

	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		struct surveys s;
		struct yaml *root;
		struct err e = { 0 };

		ck_assert_int_eq(yaml_parse(&arena, "f", bad[i].text,
		    strlen(bad[i].text), &root, &e), 0);
		ck_assert_msg(surveys_load(&s, &arena, root, &e) == -1, "%s",
		    bad[i].text);
		ck_assert_str_eq(e.text, bad[i].want);
	}
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("score");
	TCase *c = tcase_create("score");
	int rc;

	tcase_add_test(c, wilson);
	tcase_add_test(c, nps);
	tcase_add_test(c, means);
	tcase_add_test(c, rates);
	tcase_add_test(c, trends);
	tcase_add_test(c, ratios);
	tcase_add_test(c, answers);
	tcase_add_test(c, files);
	suite_add_tcase(s, c);
	rc = unit_main(s);
	arena_free(&arena);
	return rc;
}
