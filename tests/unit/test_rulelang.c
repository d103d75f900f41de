/* The rule language: conditions by examples, sums, thresholds, captures. */
#include <string.h>

#include "base/time.h"
#include "domain/triage/rules.h"
#include "unit.h"

static struct arena arena;

static struct rules *
load(const char *text, struct err *e)
{
	struct rules *r = rules_new();
	struct yaml *y;

	if (yaml_parse(&arena, "t.yaml", text, strlen(text), &y, e) < 0 ||
	    rules_add(r, y, e) < 0 || rules_ready(r, e) < 0) {
		rules_free(r);
		return NULL;
	}
	return r;
}

static const struct {
	const char *name, *when, *match, *no_match;
} conditions[] = {
	{ "to is an address a line", "{to: '^sales@'}",
	    "{text: x, to: [a@b.example, Sales@us.example]}",
	    "{text: x, to: presales@us.example}" },
	{ "to ends at the line", "{to: 'a@x.example$'}",
	    "{text: x, to: [a@x.example, b@y.example]}",
	    "{text: x, to: [a@x.example.net, b@y.example]}" },
	{ "attachment's name", "{attachment: '\\.pdf$'}",
	    "{text: x, attachment: [a.PDF, application/pdf]}",
	    "{text: x, attachment: a.pdf.txt}" },
	{ "attachment's type", "{attachment: [^image/, ^video/]}",
	    "{text: x, attachment: [a.png, image/png]}",
	    "{text: x, attachment: no image/png}" },
	{ "whole has the quotes", "{whole: invoice}",
	    "{text: see below, whole: 'see below > invoice'}",
	    "{text: see below}" },
	{ "whole of what has none is the text", "{whole: invoice}",
	    "my invoice", "my bill" },
	{ "header", "{header: {x-priority: '^[12]'}}",
	    "{text: x, header: {X-Priority: 1 (Highest)}}",
	    "{text: x, header: {X-Priority: '3'}}" },
	{ "header of several", "{header: {List-Id: ., Precedence: [bulk, junk]}}",
	    "{text: x, header: {List-Id: a, Precedence: Bulk}}",
	    "{text: x, header: {List-Id: a, Precedence: list}}" },
	{ "header's name is whole", "{header: {Priority: urgent}}",
	    "{text: x, header: {Priority: urgent}}",
	    "{text: x, header: {X-Priority: urgent}}" },
	{ "customer", "{customer: [acme, globex]}",
	    "{text: x, customer: ACME}", "{text: x, customer: initech}" },
	{ "at least", "{at_least: {count: 2, of: [one, two, {tier: gold}]}}",
	    "{text: one, tier: gold}", "one one" },
	{ "at least all", "{at_least: {count: 2, of: [one, two]}}",
	    "two one", "two" },
	{ "not at least", "{any: x, not: {at_least: {count: 2, of: [aa, bb, "
	    "cc]}}}", "x aa", "x aa cc" },
	{ "since the opening", "{since_opened: 24h}",
	    "{text: x, since_opened: 24h}", "{text: x, since_opened: 23h}" },
	{ "since an answer between", "{since_answer: {over: 4h, under: 3d}}",
	    "{text: x, since_answer: 4h}", "{text: x, since_answer: 3d}" },
	{ "no answer yet", "{not: {since_answer: 1s}}", "x",
	    "{text: x, since_answer: 1h}" },
	{ "previous", "{previous: {at_least: 3, topic: same}}",
	    "{text: x, previous: 3}", "{text: x, previous: 2}" },
	{ "previous of long ago", "{previous: {within: 1h, at_least: 1}}",
	    "{text: x, previous: 1}", "{text: x}" },
};

/* An example that cannot be read says why in the place of its text. */
static void
told(void *arg, const struct rule_info *f, const char *example, bool want,
    bool got)
{
	if (want != got)
		err_set(arg, ERR_INPUT, "%s: %s", f->id, example);
}

START_TEST(condition)
{
	struct err e = { 0 };
	char text[1024];
	struct rules *r;
	size_t n = 0;

	snprintf(text, sizeof(text), "- id: a\n  confidence: 1\n"
	    "  category: c\n  topic: t\n  when: %s\n  examples:\n"
	    "    match: [%s]\n    no_match: [%s]\n", conditions[_i].when,
	    conditions[_i].match, conditions[_i].no_match);
	r = load(text, &e);
	ck_assert_msg(r != NULL, "%s: %s", conditions[_i].name, e.text);
	/* One by one, and all patterns at once. */
	for (int i = 0; i < 10; i++)
		ck_assert_msg(rules_test(r, told, &e, &n) == 0, "%s: %s",
		    conditions[_i].name, e.text);
	ck_assert_uint_eq(n, 2);
	rules_free(r);
	arena_free(&arena);
}
END_TEST

static const struct {
	const char *name, *text, *error;
} wrong[] = {
	{ "a header that is no map", "- {id: a, when: {header: x}}\n",
	    "t.yaml:1: header is not a map of names" },
	{ "an empty header", "- {id: a, when: {header: {X: []}}}\n",
	    "t.yaml:1: header X is an empty list" },
	{ "at least of nothing", "- {id: a, when: {at_least: {count: 1}}}\n",
	    "t.yaml:1: at_least has no list 'of'" },
	{ "more than there are", "- {id: a, when: {at_least: {count: 3, of: "
	    "[a, b]}}}\n", "t.yaml:1: at_least has no count from 1 to 2" },
	{ "since what", "- {id: a, when: {since_opened: soon}}\n",
	    "t.yaml:1: over is not a time" },
	{ "since over under", "- {id: a, when: {since_answer: {over: 2h, "
	    "under: 1h}}}\n", "t.yaml:1: since_answer has no time over" },
	{ "an empty since", "- {id: a, when: {since_answer: {}}}\n",
	    "t.yaml:1: since_answer has no time over" },
	{ "previous years", "- {id: a, when: {previous: {within: 400d}}}\n",
	    "t.yaml:1: within is over 366 days" },
	{ "previous a thousand", "- {id: a, when: {previous: {at_least: "
	    "1000}}}\n", "t.yaml:1: at_least" },
	{ "a hint without a score", "- id: a\n  least: 5\n  hints:\n"
	    "  - {any: xx}\n", "t.yaml:4: a hint has no score" },
	{ "a hint without a condition", "- id: a\n  least: 5\n  hints:\n"
	    "  - {score: 5}\n", "t.yaml:4: an empty condition" },
	{ "hints alone need a least", "- id: a\n  hints:\n"
	    "  - {score: 5, any: xx}\n", "t.yaml:3: hints without a when need" },
	{ "least alone", "- {id: a, when: {any: xx}, least: 5}\n",
	    "t.yaml:1: least without hints" },
	{ "adds and is sure", "- {id: a, when: {any: xx}, adds: 5, "
	    "confidence: 5}\n", "t.yaml:1: rule 'a' adds, and has a conf" },
	{ "until before from", "- {id: a, when: {any: xx}, confidence: 5,\n"
	    "   from: 2026-02-01, until: 2026-02-01}\n",
	    "t.yaml:2: until is not after from" },
	{ "from never", "- {id: a, when: {any: xx}, confidence: 5,\n"
	    "   from: 2026-02-31}\n", "t.yaml:2: from is not a date" },
	{ "an unknown action", "thresholds: {close: 5}\n",
	    "t.yaml:1: unknown key 'close'" },
	{ "a threshold over 100", "thresholds: {reply: 101}\n",
	    "t.yaml:1: reply" },
	{ "a customer's rule that is not", "customers: {acme: {disable: [x]}}"
	    "\n", "t.yaml:1: no rule 'x' to disable" },
	{ "a customer's key", "customers: {acme: {rules: []}}\n",
	    "t.yaml:1: unknown key 'rules'" },
	{ "17 captures", "- id: a\n  confidence: 1\n  when: {any: '(?<a>a)"
	    "(?<b>a)(?<c>a)(?<d>a)(?<e>a)(?<f>a)(?<g>a)(?<h>a)(?<i>a)(?<j>a)"
	    "(?<k>a)(?<l>a)(?<m>a)(?<n>a)(?<o>a)(?<p>a)(?<q>a)'}\n",
	    "t.yaml:1: rule 'a' captures over 16 names" },
};

START_TEST(refuses)
{
	struct err e = { 0 };

	ck_assert_msg(load(wrong[_i].text, &e) == NULL, "%s", wrong[_i].name);
	ck_assert_int_eq(e.kind, ERR_CONFIG);
	ck_assert_msg(strncmp(e.text, wrong[_i].error,
	    strlen(wrong[_i].error)) == 0, "%s: %s", wrong[_i].name, e.text);
	arena_free(&arena);
}
END_TEST

static const char scored[] =
    "threshold: 85\n"
    "thresholds: {topic: 20, route: 50, escalate: 60}\n"
    "customers:\n"
    "  strict: {threshold: 95, disable: [off]}\n"
    "  quiet: {thresholds: {reply: never}}\n"
    "rules:\n"
    "- {id: bill, when: {any: invoice}, category: billing, topic: invoice,\n"
    "   confidence: 60, reply: r, resolve: true, route: {team: f}}\n"
    "- {id: api, when: {any: error}, category: api, topic: server,\n"
    "   confidence: 70, route: {team: e}}\n"
    "- {id: pdf, when: {any: pdf}, category: billing, topic: invoice,\n"
    "   adds: 15}\n"
    "- {id: sum, when: {any: amount}, category: billing, adds: 12}\n"
    "- {id: less, when: {any: thanks}, category: billing, adds: -30}\n"
    "- {id: lots, when: {any: lots}, category: billing, adds: 80}\n"
    "- {id: weak, when: {any: weak}, category: weak, confidence: 19}\n"
    "- {id: some, when: {any: some}, category: some, confidence: 45,\n"
    "   route: {team: s}, escalate: {level: 2}}\n"
    "- {id: own, hints: [{score: 40, any: first}, {score: 40, any: second},\n"
    "   {score: 40, any: third}, {score: -60, any: never}], least: 70,\n"
    "   category: own, reply: r, resolve: true}\n"
    "- {id: base, when: {any: base}, confidence: 50, category: base,\n"
    "   hints: [{score: 20, any: plus}]}\n"
    "- {id: off, when: {any: switched}, confidence: 90, category: off}\n"
    "- {id: dated, when: {any: dated}, confidence: 90, category: dated,\n"
    "   from: 2026-01-01, until: '2026-02-01T00:00:00+01:00'}\n"
    "- {id: again, when: {previous: {topic: same}, any: again},\n"
    "   severity: HIGH, confidence: 50}\n";

static const struct {
	const char *text, *customer, *topic;
	int confidence;
	size_t terms;
	bool route, reply, resolve;
} sums[] = {
	{ "invoice", "", "bill", 60, 1, true, false, false },
	{ "invoice pdf", "", "bill", 75, 2, true, false, false },
	{ "invoice pdf amount", "", "bill", 87, 3, true, true, true },
	{ "invoice thanks", "", "bill", 30, 2, false, false, false },
	{ "invoice lots", "", "bill", 99, 2, true, true, true },
	{ "error invoice", "", "api", 70, 1, true, false, false },
	{ "error invoice pdf", "", "bill", 75, 2, true, false, false },
	{ "pdf amount", "", "pdf", 27, 2, false, false, false },
	{ "pdf", "", NULL, 0, 0, false, false, false },
	{ "weak", "", NULL, 0, 0, false, false, false },
	{ "some", "", "some", 45, 1, false, false, false },
	{ "first", "", NULL, 0, 0, false, false, false },
	{ "first second", "", "own", 80, 1, true, false, false },
	{ "first second third", "", "own", 99, 1, true, true, true },
	{ "first second third never", "", NULL, 0, 0, false, false, false },
	{ "base", "", "base", 50, 1, true, false, false },
	{ "base plus", "", "base", 70, 1, true, false, false },
	{ "invoice pdf amount", "Strict", "bill", 87, 3, true, false, false },
	{ "invoice pdf amount", "quiet", "bill", 87, 3, true, false, true },
	{ "switched", "acme", "off", 90, 1, true, true, false },
	{ "switched", "strict", NULL, 0, 0, false, false, false },
	{ "dated", "", "dated", 90, 1, true, true, false },
};

START_TEST(sum)
{
	struct err e = { 0 };
	struct rules *r = load(scored, &e);
	struct message m = { .subject = "", .text = sums[_i].text,
	    .text_len = strlen(sums[_i].text), .customer = sums[_i].customer,
	    .first = true, .at = INT64_C(1769900399) };
	struct verdict v;
	int total = 0;

	ck_assert_msg(r != NULL, "%s", e.text);
	ck_assert_int_eq(rules_match(r, &m, &arena, &v, &e), 0);
	ck_assert_str_eq(v.topic != NULL ? v.topic->id : "-",
	    sums[_i].topic != NULL ? sums[_i].topic : "-");
	ck_assert_int_eq(v.confidence, sums[_i].confidence);
	ck_assert_uint_eq(v.terms, sums[_i].terms);
	for (size_t i = 0; i < v.terms; i++)
		total += v.sum[i].points;
	ck_assert_int_eq(total > 99 ? 99 : total, v.confidence);
	ck_assert_int_eq(v.route != NULL, sums[_i].route);
	ck_assert_int_eq(v.reply, sums[_i].reply);
	ck_assert_int_eq(v.resolve, sums[_i].resolve);
	ck_assert(v.escalate == NULL);
	m.at++;		/* the moment before which "dated" was valid */
	ck_assert_int_eq(rules_match(r, &m, &arena, &v, &e), 0);
	ck_assert(v.topic == NULL || strcmp(v.topic->id, "dated") != 0);
	rules_free(r);
	arena_free(&arena);
}
END_TEST

/* A rule without a topic asks for what the others take the message for. */
START_TEST(same_topic)
{
	static const struct past_ticket past[] = {
		{ 100, "api", "server" }, { 200, "billing", "invoice" } };
	struct err e = { 0 };
	struct rules *r = load(scored, &e);
	struct message m = { .subject = "", .first = true, .at = 1769900000 };
	struct verdict v;

	ck_assert_msg(r != NULL, "%s", e.text);
	ck_assert_int_eq(rules_need(r)->past, 30 * 86400);
	m.past = past;
	m.n_past = 2;
	m.at = 300;
	m.text = "error, again";
	m.text_len = strlen(m.text);
	ck_assert_int_eq(rules_match(r, &m, &arena, &v, &e), 0);
	ck_assert_int_eq(v.level, SEVERITY_HIGH);
	m.text = "weak, again";
	m.text_len = strlen(m.text);
	ck_assert_int_eq(rules_match(r, &m, &arena, &v, &e), 0);
	ck_assert_int_eq(v.level, SEVERITY_LOW);
	m.text = "error, again";
	m.text_len = strlen(m.text);
	m.at = 101 + 30 * 86400;	/* the error is too long ago */
	ck_assert_int_eq(rules_match(r, &m, &arena, &v, &e), 0);
	ck_assert_int_eq(v.level, SEVERITY_LOW);
	rules_free(r);
	arena_free(&arena);
}
END_TEST

static const struct {
	const char *text, *rules;
} overruling[] = {
	{ "down", "down=CRITICAL" },
	{ "down, all of us", "down all=CRITICAL" },
	{ "down, over", "over=LOW -down" },
	{ "down, all, over", "over=LOW -down -all" },
	{ "over, vorbei", "over vorbei=LOW" },
	{ "other, over", "over other=MEDIUM" },
};

/* What counts as if it had not matched, but not those that overrule. */
START_TEST(overrule)
{
	struct err e = { 0 };
	struct buf got = BUF_INIT;
	struct rules *r = load(
	    "- {id: down, when: {any: down}, confidence: 90, category: out,\n"
	    "   severity: CRITICAL, sensitive: true, tags: [out, x]}\n"
	    "- {id: all, when: {any: all}, confidence: 80, severity: HIGH,\n"
	    "   tags: [wide]}\n"
	    "- {id: over, when: {any: over}, confidence: 95, category: out,\n"
	    "   severity: LOW, tags: [out], overrules: [out, wide]}\n"
	    "- {id: vorbei, when: {any: vorbei}, confidence: 94,\n"
	    "   tags: [out], overrules: [out]}\n"
	    "- {id: other, when: {any: other}, confidence: 50,\n"
	    "   severity: MEDIUM, tags: [else]}\n", &e);
	struct message m = { .subject = "", .text = overruling[_i].text,
	    .text_len = strlen(overruling[_i].text), .first = true };
	struct verdict v;

	ck_assert_msg(r != NULL, "%s", e.text);
	ck_assert_int_eq(rules_match(r, &m, &arena, &v, &e), 0);
	for (size_t i = 0; i < v.n; i++)
		buf_printf(&got, "%s%s", i > 0 ? " " : "", v.rule[i]->id);
	buf_printf(&got, "=%s", severity_name(v.level));
	for (size_t i = 0; i < v.n_overruled; i++) {
		buf_printf(&got, " -%s", v.overruled[i].rule->id);
		ck_assert_str_eq(v.overruled[i].by->id, "over");
	}
	ck_assert_str_eq(got.data, overruling[_i].rules);
	ck_assert_int_eq(v.sensitive, strstr(got.data, "down") != NULL &&
	    v.n_overruled == 0);
	buf_free(&got);
	rules_free(r);
	arena_free(&arena);
}
END_TEST

static const struct {
	const char *text, *want;
} captured[] = {
	{ "invoice INV-17 of 2026", "number=INV-17;year=2026;" },
	{ "invoice INV-17", "number=INV-17;" },
	{ "invoice a\t b", "number=a b;" },
	{ "invoice http://evil.example/", "" },
	{ "invoice evil.example", "" },
	{ "invoice ann@acme.example", "" },
	{ "invoice 1.25", "number=1.25;" },
	{ "invoice xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
	    "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "" },
	{ "no such word", "" },
};

START_TEST(capture)
{
	struct err e = { 0 };
	struct buf got = BUF_INIT;
	struct rules *r = load("- id: a\n  confidence: 1\n  category: c\n"
	    "  when:\n    any:\n    - 'invoice (?<number>\\S+(?: b)?)'\n"
	    "    - 'of (?<year>\\d+)'\n    - 'of (?<number>\\d+)'\n"
	    "    not: '(?<no>zzz)'\n", &e);
	struct message m = { .subject = "", .text = captured[_i].text,
	    .text_len = strlen(captured[_i].text), .first = true };
	struct verdict v;

	ck_assert_msg(r != NULL, "%s", e.text);
	ck_assert_str_eq(rules_info(r, 0)->captures[0], "number");
	ck_assert_str_eq(rules_info(r, 0)->captures[1], "year");
	ck_assert_ptr_null(rules_info(r, 0)->captures[2]);
	for (int times = 0; times < 10; times++) {
		buf_reset(&got);
		ck_assert_int_eq(rules_match(r, &m, &arena, &v, &e), 0);
		for (size_t i = 0; i < v.captures; i++)
			buf_printf(&got, "%s=%s;", v.capture[i].name,
			    v.capture[i].value);
		ck_assert_str_eq(got.data, captured[_i].want);
	}
	buf_free(&got);
	rules_free(r);
	arena_free(&arena);
}
END_TEST

#define COUNT(a) ((int)(sizeof(a) / sizeof(*(a))))

int
main(void)
{
	Suite *s = suite_create("rulelang");
	TCase *t = tcase_create("rulelang");

	tcase_add_loop_test(t, condition, 0, COUNT(conditions));
	tcase_add_loop_test(t, refuses, 0, COUNT(wrong));
	tcase_add_loop_test(t, sum, 0, COUNT(sums));
	tcase_add_test(t, same_topic);
	tcase_add_loop_test(t, overrule, 0, COUNT(overruling));
	tcase_add_loop_test(t, capture, 0, COUNT(captured));
	suite_add_tcase(s, t);
	return unit_main(s);
}
