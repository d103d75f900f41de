/* Decision trees: what they are made of, what they come to, what is refused. */
#include <string.h>

#include "base/buf.h"
#include "domain/triage/tree.h"
#include "unit.h"

static struct arena arena;

static struct trees *
load(const char *text, struct err *e)
{
	struct trees *t = NULL;
	struct yaml *root;

	if (yaml_parse(&arena, "t", text, strlen(text), &root, e) < 0 ||
	    trees_load(&t, root, e) < 0)
		return NULL;
	return t;
}

/* "name=value name=value" */
static void
know(struct facts *f, const char *given)
{
	char name[40], value[80];
	struct err e = { 0 };
	int n;

	while (sscanf(given, " %39[^=]=%79[^ ]%n", name, value, &n) == 2) {
		for (char *p = value; *p != '\0'; p++)
			*p = *p == '_' ? ' ' : *p;
		ck_assert_msg(facts_set(f, name, value, &e) == 0, "%s",
		    e.text);
		given += n;
	}
}

static const char *
names(const struct decision *d)
{
	const char *out = "";

	for (size_t i = 0; i < d->n; i++)
		out = arena_printf(&arena, "%s%s%s", out, i > 0 ? " " : "",
		    d->outcome[i]->name);
	return out;
}

/* -- conditions ------------------------------------------------------- */

#define FACTS "facts:\n  level: [low, mid, high]\n  who: word\n" \
	"  tags: words\n  vip: yes or no\n  n: number\n  for: time\n" \
	"  rich: {if: {n: over 100}}\n" \
	"  angry: {if: {any: [{tags: angry}, {rich: yes, vip: no}]}}\n"

static const struct {
	const char *cond, *given;
	bool holds;
} conds[] = {
	{ "{level: high}", "level=high", true },
	{ "{level: high}", "level=HIGH", true },
	{ "{level: high}", "level=mid", false },
	{ "{level: high}", "", false },
	{ "{level: at least mid}", "level=high", true },
	{ "{level: at least mid}", "level=mid", true },
	{ "{level: at least mid}", "level=low", false },
	{ "{level: under mid}", "level=low", true },
	{ "{level: under mid}", "level=mid", false },
	{ "{level: [low, high]}", "level=high", true },
	{ "{level: [low, high]}", "level=mid", false },
	{ "{level: unknown}", "", true },
	{ "{level: unknown}", "level=low", false },
	{ "{level: known}", "level=low", true },
	{ "{level: known}", "", false },
	{ "{who: ann}", "who=Ann", true },
	{ "{who: ann}", "who=bob", false },
	{ "{who: [ann, bob]}", "who=bob", true },
	{ "{tags: a}", "tags=b,a", true },
	{ "{tags: a}", "tags=ab", false },
	{ "{tags: a}", "", false },
	{ "{tags: [x, a]}", "tags=a", true },
	{ "{vip: yes}", "vip=yes", true },
	{ "{vip: yes}", "vip=true", true },
	{ "{vip: no}", "vip=no", true },
	{ "{vip: no}", "", false },
	{ "{n: over 5}", "n=5", false },
	{ "{n: over 5}", "n=5.0001", true },
	{ "{n: under 5}", "n=4.9999", true },
	{ "{n: under 5}", "n=5", false },
	{ "{n: at least 5}", "n=5", true },
	{ "{n: at most 5}", "n=5", true },
	{ "{n: at most 5}", "n=5.1", false },
	{ "{n: 5}", "n=5.0", true },
	{ "{n: 5 to 8}", "n=5", true },
	{ "{n: 5 to 8}", "n=7.99", true },
	{ "{n: 5 to 8}", "n=8", false },
	{ "{n: '-3 to 0'}", "n=-3", true },
	{ "{n: over 10000}", "n=10,001", true },
	{ "{n: 'over 10,000'}", "n=10000.5", true },
	{ "{n: over 50 %}", "n=50.1%", true },
	{ "{n: over 5}", "", false },
	{ "{for: over 30m}", "for=30m", false },
	{ "{for: over 30m}", "for=31m", true },
	{ "{for: over 30m}", "for=1801s", true },
	{ "{for: at least 7d}", "for=168h", true },
	{ "{for: 30m to 2h}", "for=1h59m59s", true },
	{ "{for: 30m to 2h}", "for=2h", false },
	{ "{for: 0}", "for=0", true },
	{ "{level: high, who: ann}", "level=high who=ann", true },
	{ "{level: high, who: ann}", "level=high", false },
	{ "{any: [{level: high}, {who: ann}]}", "who=ann", true },
	{ "{any: [{level: high}, {who: ann}]}", "", false },
	{ "{any: {level: high, who: ann}}", "who=ann", false },
	{ "{not: {level: high}}", "level=low", true },
	{ "{not: {level: high}}", "", true },
	{ "{not: {level: high}}", "level=high", false },
	{ "{not: [{level: high}, {who: ann}]}", "who=ann", false },
	{ "{not: [{level: high}, {who: ann}]}", "who=bob", true },
	{ "{who: ann, not: {level: low}}", "who=ann level=mid", true },
	{ "{all: [{level: low}, {who: ann}]}", "level=low who=ann", true },
	{ "{rich: yes}", "n=101", true },
	{ "{rich: yes}", "n=100", false },
	{ "{rich: no}", "n=100", true },
	{ "{rich: no}", "", true },
	{ "{rich: yes}", "rich=yes", true },
	{ "{rich: yes}", "rich=no n=500", false },
	{ "{angry: yes}", "n=500 vip=no", true },
	{ "{angry: yes}", "tags=angry", true },
	{ "{angry: yes}", "n=500 vip=yes", false },
};

START_TEST(conditions)
{
	struct trees *t;
	struct decision d;
	struct facts *f;
	struct err e = { 0 };
	const char *text = arena_printf(&arena, FACTS "outcomes:\n  hit: {}\n"
	    "trees:\n  t:\n    questions:\n      - {ask: q, if: %s, yes: hit}"
	    "\n", conds[_i].cond);

	ck_assert_msg((t = load(text, &e)) != NULL, "%s: %s", conds[_i].cond,
	    e.text);
	f = facts_new(t);
	know(f, conds[_i].given);
	ck_assert_int_eq(tree_decide(t, "t", f, NULL, NULL, &arena, &d, &e),
	    0);
	ck_assert_msg((d.n == 1) == conds[_i].holds, "%s of %s",
	    conds[_i].cond, conds[_i].given);
	facts_free(f);
	trees_free(t);
	arena_reset(&arena);
}
END_TEST

/* -- where questions lead --------------------------------------------- */

static const char walks[] = FACTS
	"outcomes:\n"
	"  a: {level: 2, to: [x, y], within: 4h, channel: '#c'}\n"
	"  b: {level: 3, to: [y, z], within: 1h, page: yes}\n"
	"  c: {channel: '#d', team: t}\n"
	"  d: {roles: [senior], awake: yes, oncall: eng}\n"
	"trees:\n"
	"  first:\n"
	"    questions:\n"
	"      - {ask: 1, if: {level: high}, yes: a}\n"
	"      - {ask: 2, if: {level: mid}, yes: b, no: c}\n"
	"  also:\n"
	"    questions:\n"
	"      - {ask: 1, if: {tags: one}, also: a}\n"
	"      - {ask: 2, if: {tags: two}, also: [b, c]}\n"
	"      - {ask: 3, if: {tags: three}, yes: d}\n"
	"      - {ask: 4, if: {tags: four}, also: a}\n"
	"    else: c\n"
	"  sub:\n"
	"    questions:\n"
	"      - {ask: 1, if: {vip: yes}, yes: also}\n"
	"      - {ask: 2, if: {who: ann}, yes: deep}\n"
	"    else: d\n"
	"  deep:\n"
	"    questions:\n"
	"      - ask: 1\n"
	"        if: {n: over 1}\n"
	"        yes:\n"
	"          - {ask: 1.1, if: {n: over 2}, yes: a}\n"
	"          - {ask: 1.2, if: {n: over 1.5}, yes: b}\n"
	"      - {ask: 2, if: {n: known}, yes: c}\n"
	"  ranges:\n"
	"    questions:\n"
	"      - ask: 1\n"
	"        of: for\n"
	"        answers: {over 2h: a, over 30m: b, unknown: c}\n"
	"      - {ask: 2, if: {n: 1}, yes: d}\n"
	"  otherwise:\n"
	"    questions:\n"
	"      - {ask: 1, of: level, answers: {high: a, else: b}}\n";

static const struct {
	const char *tree, *given, *outcomes;
} ways[] = {
	{ "first", "level=high", "a" },
	{ "first", "level=mid", "b" },
	{ "first", "level=low", "c" },
	{ "first", "", "c" },
	{ "also", "", "c" },
	{ "also", "tags=one", "a" },
	{ "also", "tags=one,two", "a b c" },
	{ "also", "tags=two,three", "b c d" },
	{ "also", "tags=three,four", "d" },
	{ "also", "tags=one,four", "a" },
	{ "sub", "", "d" },
	{ "sub", "vip=yes tags=one", "a" },
	{ "sub", "vip=yes", "c" },
	{ "sub", "who=ann", "d" },
	{ "sub", "who=ann n=3", "a" },
	{ "deep", "n=3", "a" },
	{ "deep", "n=1.6", "b" },
	{ "deep", "n=1.2", "c" },
	{ "deep", "", "" },
	{ "ranges", "for=3h", "a" },
	{ "ranges", "for=2h", "b" },
	{ "ranges", "for=30m", "" },
	{ "ranges", "for=30m n=1", "d" },
	{ "ranges", "", "c" },
	{ "otherwise", "level=high", "a" },
	{ "otherwise", "level=low", "b" },
	{ "otherwise", "", "b" },
};

START_TEST(walk)
{
	struct decision d;
	struct err e = { 0 };
	struct trees *t = load(walks, &e);
	struct facts *f;

	ck_assert_msg(t != NULL, "%s", e.text);
	f = facts_new(t);
	know(f, ways[_i].given);
	ck_assert_msg(tree_decide(t, ways[_i].tree, f, NULL, NULL, &arena, &d,
	    &e) == 0, "%s", e.text);
	ck_assert_msg(strcmp(names(&d), ways[_i].outcomes) == 0,
	    "%s of %s: %s", ways[_i].tree, ways[_i].given, names(&d));
	facts_free(f);
	trees_free(t);
	arena_reset(&arena);
}
END_TEST

START_TEST(together)
{
	static const char *const to[] = { "x", "y", "#c", "z" };
	struct err e = { 0 };
	struct trees *t = load(walks, &e);
	struct facts *f = facts_new(t);
	struct decision d;

	know(f, "tags=one,two,three");
	ck_assert_int_eq(tree_decide(t, "also", f, NULL, NULL, &arena, &d, &e),
	    0);
	ck_assert_int_eq(d.level, 3);
	ck_assert_str_eq(d.why, "b");
	ck_assert_int_eq(d.within, 3600);
	ck_assert(d.page);
	for (size_t i = 0; i < 4; i++)
		ck_assert_str_eq(d.to[i], to[i]);
	ck_assert_ptr_null(d.to[4]);
	ck_assert_str_eq(d.route->channel, "#c");
	ck_assert_str_eq(d.assign->roles[0], "senior");
	ck_assert(d.assign->awake);
	ck_assert_str_eq(d.assign->oncall, "eng");
	ck_assert_int_eq(tree_decide(t, "nosuch", f, NULL, NULL, &arena, &d,
	    &e), -1);
	ck_assert_int_eq(e.kind, ERR_USAGE);
	facts_free(f);
	trees_free(t);
	arena_reset(&arena);
}
END_TEST

static void
note(void *arg, const struct asked *q)
{
	struct buf *out = arg;

	buf_printf(out, "%s:%d %s|%s|%s|%s\n", q->file, q->line, q->ask,
	    q->facts, q->answer, q->leads != NULL ? q->leads : "-");
}

START_TEST(path)
{
	struct buf out = BUF_INIT;
	struct err e = { 0 };
	struct trees *t = load(walks, &e);
	struct facts *f = facts_new(t);
	struct decision d;

	know(f, "who=ann n=1.6 vip=no");
	ck_assert_int_eq(tree_decide(t, "sub", f, note, &out, &arena, &d, &e),
	    0);
	ck_assert_str_eq(out.data, "t:29 1|vip no|no|-\n"
	    "t:30 2|who ann|yes|deep\n"
	    "t:34 1|n 1.6|yes|-\n"
	    "t:37 1.1|n 1.6|no|-\n"
	    "t:38 1.2|n 1.6|yes|b\n");
	buf_free(&out);
	facts_free(f);
	trees_free(t);
	arena_reset(&arena);
}
END_TEST

/* -- what is refused -------------------------------------------------- */

#define Q "trees:\n  t:\n    questions:\n      - "
static const struct {
	const char *text, *error;
} wrongs[] = {
	{ "odd: 1\n", "t:1: unknown key 'odd'" },
	{ "facts: {A: word}\n", "t:1: fact 'A': a name is" },
	{ "facts: {x: thing}\n", "t:1: 'x' is not word, words" },
	{ "facts: {x: []}\n", "t:1: 'x' has no words" },
	{ "facts: {any: word}\n", "t:1: a fact cannot be called 'any'" },
	{ "facts: {x: {within: 5m}}\n", "t:1: 'x' does not say what it is" },
	{ "facts: {x: {if: {y: 1}}, y: number}\n", "t:1: no fact 'y'" },
	{ "facts: {x: {is: word, if: {y: 1}}}\n", "t:1: 'x' follows" },
	{ "outcomes: {none: {}}\n", "t:1: an outcome cannot be called" },
	{ "outcomes: {a: {level: 5}}\n", "t:1: level" },
	{ "outcomes: {a: {to: x}}\n", "t:1: to is not a list" },
	{ "outcomes: {a: {page: maybe}}\n", "t:1: page is not true" },
	{ "outcomes: {a: {tell: x}}\n", "t:1: unknown key 'tell'" },
	{ "trees: {t: {}}\n", "t:1: tree 't' has no questions" },
	{ "trees: {t: {questions: []}}\n", "t:1: not a list of questions" },
	{ "outcomes: {t: {}}\ntrees: {t: {questions: []}}\n",
	    "t:2: an outcome is called 't', too" },
	{ FACTS Q "{if: {n: 1}, yes: t}\n", "ask is missing" },
	{ FACTS Q "{ask: q, if: {n: 1}}\n", "a question that leads nowhere" },
	{ FACTS Q "{ask: q, yes: t}\n", "a question has either if or of" },
	{ FACTS Q "{ask: q, if: {n: 1}, of: n, answers: {5: t}}\n",
	    "a question has either if or of" },
	{ FACTS Q "{ask: q, if: {n: lots}, yes: t}\n",
	    "'lots' is no answer of 'n': that is a number" },
	{ FACTS Q "{ask: q, if: {n: over 1.00001}, yes: t}\n",
	    "is no answer of 'n'" },
	{ FACTS Q "{ask: q, if: {n: 8 to 5}, yes: t}\n",
	    "nothing is from 8 to 5" },
	{ FACTS Q "{ask: q, if: {level: hihg}, yes: t}\n",
	    "'hihg' is no answer of 'level': that is one of its words" },
	{ FACTS Q "{ask: q, if: {for: over 2bd}, yes: t}\n",
	    "that is a time such as 30m" },
	{ FACTS Q "{ask: q, if: {vip: perhaps}, yes: t}\n",
	    "that is yes or no" },
	{ FACTS Q "{ask: q, if: {m: 1}, yes: t}\n", "no fact 'm'" },
	{ FACTS Q "{ask: q, if: {n: []}, yes: t}\n",
	    "'n' is asked for nothing" },
	{ FACTS Q "{ask: q, if: {any: []}, yes: t}\n",
	    "not a list of conditions" },
	{ FACTS Q "{ask: q, if: {n: 1}, yes: nowhere}\n",
	    "no outcome and no tree 'nowhere'" },
	{ FACTS Q "{ask: q, of: n, answers: {else: t, 5: t}}\n",
	    "stands behind else" },
	{ FACTS Q "{ask: q, of: n}\n", "of without a map of answers" },
	{ FACTS Q "{ask: q, of: m, answers: {5: t}}\n", "no fact 'm'" },
	{ FACTS Q "{ask: q, of: n, answers: {5: t}, yes: t}\n",
	    "a question with of has answers" },
	{ FACTS Q "{ask: q, if: {n: 1}, yes: t}\n",
	    "tree 't' comes back to itself" },
	{ FACTS Q "{ask: q, if: {n: 1}, yes: u}\n  u:\n    questions:\n"
	    "      - {ask: q, if: {n: 1}, also: t}\n",
	    "tree 't' comes back to itself" },
	{ FACTS Q "{ask: q, if: {n: 1}, also: t}\n    else: t\n",
	    "tree 't' comes back to itself" },
};

START_TEST(wrong)
{
	struct err e = { 0 };
	struct trees *t = load(wrongs[_i].text, &e);

	ck_assert_msg(t == NULL, "taken: %s", wrongs[_i].text);
	ck_assert_int_eq(e.kind, ERR_CONFIG);
	ck_assert_msg(strncmp(e.text, "t:", 2) == 0 &&
	    strstr(e.text, wrongs[_i].error) != NULL, "%s: %s", e.text,
	    wrongs[_i].error);
	arena_reset(&arena);
}
END_TEST

/* Each tree asks the one before it twice: 2 to the 20th questions. */
START_TEST(costs)
{
	struct buf b = BUF_INIT;
	struct err e = { 0 };

	buf_adds(&b, FACTS "outcomes: {a: {}}\ntrees:\n  t0:\n    questions:\n"
	    "      - {ask: q, if: {n: 1}, yes: a}\n");
	for (int i = 1; i < 20; i++)
		buf_printf(&b, "  t%d:\n    questions:\n      - {ask: q, "
		    "if: {n: 1}, also: [t%d, t%d]}\n", i, i - 1, i - 1);
	ck_assert_ptr_null(load(b.data, &e));
	ck_assert_msg(strstr(e.text, "this may ask over 10000 questions") !=
	    NULL, "%s", e.text);
	buf_free(&b);
	arena_reset(&arena);
}
END_TEST

/* -- examples and doubts ---------------------------------------------- */

static void
told(void *arg, const char *file, int line, const char *what)
{
	buf_printf(arg, "%s:%d: %s\n", file, line, what);
}

START_TEST(doubts)
{
	static const char text[] = FACTS
	    "outcomes:\n"
	    "  a: {level: 2}\n"
	    "  b: {page: yes, channel: '#c'}\n"
	    "  c: {}\n"
	    "trees:\n"
	    "  t:\n"
	    "    questions:\n"
	    "      - {ask: 1, if: {n: over 5}, yes: a}\n"
	    "      - {ask: 2, if: {n: over 5}, yes: a}\n"
	    "      - {ask: 3, of: for, answers: {over 30m: b, over 2h: a}}\n"
	    "    examples:\n"
	    "      - {given: {n: 6}, is: a}\n"
	    "      - {given: {n: 5}, is: a}\n"
	    "      - {given: {m: 5}, is: a}\n";
	struct buf out = BUF_INIT;
	struct err e = { 0 };
	struct trees *t = load(text, &e);
	size_t ran;

	ck_assert_msg(t != NULL, "%s", e.text);
	ck_assert_int_eq(trees_test(t, told, &out, &ran), 2);
	ck_assert_int_eq(ran, 3);
	ck_assert_str_eq(out.data, "t:22: tree 't' comes to none, not to a\n"
	    "t:23: tree 't': no fact 'm'\n");
	buf_reset(&out);
	ck_assert_int_eq(trees_lint(t, told, &out), 8);
	ck_assert_str_eq(out.data, "t:22: tree 't' comes to none, not to a\n"
	    "t:23: tree 't': no fact 'm'\n"
	    "t:18: never answered by yes: line 17 has asked it\n"
	    "t:19: 'over 2h' is never come to: 'over 30m' of line 19 takes "
	    "it\n"
	    "t:11: outcome 'a' escalates to nobody\n"
	    "t:12: no example comes to outcome 'b'\n"
	    "t:12: outcome 'b' pages nobody\n"
	    "t:13: no tree comes to outcome 'c'\n");
	buf_free(&out);
	trees_free(t);
	arena_reset(&arena);
}
END_TEST

static Suite *
suite(void)
{
	Suite *s = suite_create("tree");
	TCase *c = tcase_create("tree");

	tcase_add_loop_test(c, conditions, 0,
	    sizeof(conds) / sizeof(*conds));
	tcase_add_loop_test(c, walk, 0, sizeof(ways) / sizeof(*ways));
	tcase_add_test(c, together);
	tcase_add_test(c, path);
	tcase_add_loop_test(c, wrong, 0, sizeof(wrongs) / sizeof(*wrongs));
	tcase_add_test(c, costs);
	tcase_add_test(c, doubts);
	suite_add_tcase(s, c);
	return s;
}

int
main(void)
{
	return unit_main(suite());
}
