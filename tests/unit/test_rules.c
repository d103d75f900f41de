#include <dirent.h>
#include <string.h>

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

static struct message
say(const char *subject, const char *text)
{
	return (struct message){ .subject = subject, .text = text,
	    .text_len = strlen(text), .from = "ana@acme.example",
	    .channel = "email", .tier = "starter", .customer = "",
	    .first = true };
}

static const struct {
	const char *name, *text, *error;
} wrong[] = {
	{ "no id", "- when: {text: a}\n", "t.yaml:1: a rule's id" },
	{ "id in capitals", "- id: A\n", "t.yaml:1: a rule's id" },
	{ "id twice", "- {id: a, when: {text: xx}, confidence: 1}\n"
	    "- {id: a, when: {text: yy}, confidence: 1}\n",
	    "t.yaml:2: rule 'a' is also at t.yaml:1" },
	{ "no when", "- id: a\n  confidence: 1\n",
	    "t.yaml:1: rule 'a' has no when" },
	{ "no confidence", "- id: a\n  when: {text: xx}\n",
	    "t.yaml:1: rule 'a' has no confidence" },
	{ "unknown key", "- id: a\n  whan: 1\n", "t.yaml:2: unknown key" },
	{ "unknown condition", "- id: a\n  when:\n    body: x\n",
	    "t.yaml:3: unknown condition 'body'" },
	{ "bad pattern", "- id: a\n  when:\n    text:\n    - ok\n"
	    "    - a b (c\n", "t.yaml:5: pattern at byte 6: missing" },
	{ "empty list", "- id: a\n  when:\n    any: []\n", "t.yaml:3: any" },
	{ "severity", "- id: a\n  when: {text: xx}\n  severity: BAD\n",
	    "t.yaml:3: severity" },
	{ "confidence", "- id: a\n  when: {text: xx}\n  confidence: 101\n",
	    "t.yaml:3: confidence" },
	{ "escalate", "- id: a\n  when: {text: xx}\n  confidence: 9\n"
	    "  escalate: {level: 9}\n", "t.yaml:4: level" },
	{ "within", "- id: a\n  when: {text: xx}\n  confidence: 9\n"
	    "  escalate: {level: 1, within: 2bd}\n", "t.yaml:4: within" },
	{ "nothing to disable", "disable: [gone]\n",
	    "t.yaml:1: no rule 'gone'" },
	{ "threshold", "threshold: 200\n", "t.yaml:1: threshold" },
	{ "a word", "hello\n", "t.yaml:1: not a list" },
	{ "first", "- id: a\n  when: {first: maybe}\n", "t.yaml:2: first" },
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

static const struct {
	const char *name, *when, *subject, *text;
	bool want;
} conditions[] = {
	{ "text", "{text: 'refund'}", "", "a Refund", true },
	{ "text is not the subject", "{text: refund}", "refund", "", false },
	{ "subject", "{subject: refund}", "refund", "", true },
	{ "any scalar is either", "{any: refund}", "refund", "", true },
	{ "any scalar is either", "{any: refund}", "", "refund", true },
	{ "a space is any white space", "{text: 'log in'}", "", "log\n  in",
	    true },
	{ "and a dot a line's end", "{text: 'a.b'}", "", "a\nb", true },
	{ "a space in a class", "{text: 'a[ ]b'}", "", "a\nb", false },
	{ "a space repeated", "{text: 'a ?b'}", "", "ab", true },
	{ "list of a field", "{text: [aaa, bbb]}", "", "bbb", true },
	{ "entries of a map: all", "{text: aaa, subject: bbb}", "bbb", "xaaa",
	    true },
	{ "entries of a map: all", "{text: aaa, subject: bbb}", "x", "aaa",
	    false },
	{ "all", "{all: [aaa, bbb]}", "bbb", "aaa", true },
	{ "all", "{all: [aaa, bbb]}", "", "aaa", false },
	{ "any", "{any: [aaa, {text: bbb}]}", "", "bbb", true },
	{ "not", "{any: aaa, not: bbb}", "", "aaa", true },
	{ "not", "{any: aaa, not: bbb}", "", "aaa bbb", false },
	{ "not a list", "{any: aaa, not: [bbb, ccc]}", "ccc", "aaa", false },
	{ "nested", "{all: [{any: [aaa, bbb]}, {not: [{text: ccc}]}]}", "ccc",
	    "bbb", true },
	{ "channel", "{channel: Email}", "", "", true },
	{ "channel of several", "{channel: [slack, email]}", "", "", true },
	{ "channel", "{channel: slack}", "", "", false },
	{ "tier", "{tier: starter}", "", "", true },
	{ "tier", "{tier: enterprise}", "", "", false },
	{ "from", "{from: '@acme\\.example$'}", "", "", true },
	{ "from", "{from: '@other'}", "", "", false },
	{ "first", "{first: true}", "", "", true },
	{ "first", "{first: false}", "", "", false },
	{ "Kelvin sign", "{text: webhook}", "", "webhoo\342\204\252", true },
};

START_TEST(condition)
{
	struct err e = { 0 };
	struct message m = say(conditions[_i].subject, conditions[_i].text);
	struct verdict v;
	struct rules *r;
	char text[512];

	snprintf(text, sizeof(text), "- id: a\n  confidence: 50\n  when: %s\n",
	    conditions[_i].when);
	r = load(text, &e);
	ck_assert_msg(r != NULL, "%s: %s", conditions[_i].name, e.text);
	ck_assert_int_eq(rules_match(r, &m, &arena, &v, &e), 0);
	ck_assert_msg((v.n == 1) == conditions[_i].want, "%s",
	    conditions[_i].name);
	rules_free(r);
	arena_free(&arena);
}
END_TEST

static const char verdicts[] =
    "threshold: 85\n"
    "rules:\n"
    "- {id: key, when: {any: api key}, category: integration, topic: api,\n"
    "   severity: MEDIUM, confidence: 98, reply: key, resolve: true}\n"
    "- {id: unsure, when: {any: maybe}, category: other, confidence: 84,\n"
    "   reply: x, resolve: true}\n"
    "- {id: sure, when: {any: certainly}, category: other, confidence: 85,\n"
    "   reply: x, resolve: true}\n"
    "- {id: early, when: {any: tie}, category: one, confidence: 60,\n"
    "   severity: HIGH}\n"
    "- {id: late, when: {any: tie}, category: two, confidence: 60,\n"
    "   severity: HIGH}\n"
    "- {id: down, when: {any: down}, severity: CRITICAL, confidence: 20}\n"
    "- {id: legal, when: {any: lawyer}, confidence: 99, sensitive: true,\n"
    "   escalate: {level: 4, to: [counsel], within: 4h}}\n"
    "- {id: csm, when: {any: lawyer}, confidence: 99,\n"
    "   escalate: {level: 2}}\n"
    "- {id: bye, when: {any: thanks}, closing: true, confidence: 80}\n";

static const struct {
	const char *name, *text;
	bool first;
	const char *topic, *severity, *escalate;	/* ids, NULL none */
	enum severity level;
	size_t n;
	bool resolve, closing;
} judged[] = {
	{ "nothing", "hello", true, NULL, NULL, NULL, SEVERITY_LOW, 0, false,
	    false },
	{ "resolves", "my api key", true, "key", "key", NULL, SEVERITY_MEDIUM,
	    1, true, false },
	{ "not a second time", "my api key", false, "key", "key", NULL,
	    SEVERITY_MEDIUM, 1, false, false },
	{ "not when CRITICAL", "api key, all down", true, "key", "down", NULL,
	    SEVERITY_CRITICAL, 2, false, false },
	{ "not when sensitive", "api key, says our lawyer", true, "key", "key",
	    "legal", SEVERITY_MEDIUM, 3, false, false },
	{ "not below the threshold", "maybe", true, "unsure", NULL, NULL,
	    SEVERITY_LOW, 1, false, false },
	{ "at the threshold", "certainly", true, "sure", NULL, NULL,
	    SEVERITY_LOW, 1, true, false },
	{ "the surest topic", "maybe the api key", true, "key", "key", NULL,
	    SEVERITY_MEDIUM, 2, true, false },
	{ "ties: the earlier", "tie", true, "early", "early", NULL,
	    SEVERITY_HIGH, 2, false, false },
	{ "closing", "thanks", false, NULL, NULL, NULL, SEVERITY_LOW, 1, false,
	    true },
};

static const char *
id(const struct rule_info *f)
{
	return f != NULL ? f->id : "none";
}

START_TEST(verdict)
{
	struct err e = { 0 };
	struct rules *r = load(verdicts, &e);
	struct message m = say("", judged[_i].text);
	struct verdict v;

	ck_assert_msg(r != NULL, "%s", e.text);
	m.first = judged[_i].first;
	ck_assert_int_eq(rules_match(r, &m, &arena, &v, &e), 0);
#define NAME(s) ((s) != NULL ? (s) : "none")
	ck_assert_str_eq(id(v.topic), NAME(judged[_i].topic));
	ck_assert_str_eq(id(v.severity), NAME(judged[_i].severity));
	ck_assert_str_eq(id(v.escalate), NAME(judged[_i].escalate));
	ck_assert_msg(v.level == judged[_i].level && v.n == judged[_i].n &&
	    v.resolve == judged[_i].resolve &&
	    v.closing == judged[_i].closing, "%s", judged[_i].name);
	for (size_t i = 1; i < v.n; i++)
		ck_assert_int_ge(v.rule[i - 1]->confidence,
		    v.rule[i]->confidence);
	rules_free(r);
	arena_free(&arena);
}
END_TEST

START_TEST(no_threshold)
{
	struct err e = { 0 };
	struct rules *r = load("- {id: a, when: {any: xx}, category: c,\n"
	    "   confidence: 100, reply: x, resolve: true}\n", &e);
	struct message m = say("", "xx");
	struct verdict v;

	ck_assert_int_eq(rules_match(r, &m, &arena, &v, &e), 0);
	ck_assert_str_eq(id(v.topic), "a");
	ck_assert(!v.resolve);
	rules_free(r);
	arena_free(&arena);
}
END_TEST

START_TEST(disabled)
{
	static const char own[] = "disable: [b]\nthreshold: 50\nrules:\n"
	    "- {id: a, when: {any: xx}, category: mine, confidence: 60}\n";
	static const char theirs[] = "threshold: 90\nrules:\n"
	    "- {id: b, when: {any: xx}, category: theirs, confidence: 90}\n"
	    "- {id: c, when: {any: yy}, category: theirs, confidence: 60,\n"
	    "   reply: r, resolve: true}\n";
	struct rules *r = rules_new();
	struct message m = say("", "xx yy");
	struct err e = { 0 };
	struct verdict v;
	struct yaml *y;

	ck_assert_int_eq(yaml_parse(&arena, "own", own, strlen(own), &y, &e),
	    0);
	ck_assert_int_eq(rules_add(r, y, &e), 0);
	ck_assert_int_eq(yaml_parse(&arena, "their", theirs, strlen(theirs),
	    &y, &e), 0);
	ck_assert_int_eq(rules_add(r, y, &e), 0);
	ck_assert_int_eq(rules_ready(r, &e), 0);
	ck_assert_uint_eq(rules_count(r), 2);
	ck_assert_int_eq(rules_match(r, &m, &arena, &v, &e), 0);
	ck_assert_str_eq(id(v.topic), "a");
	m.text = "yy";
	m.text_len = 2;
	ck_assert_int_eq(rules_match(r, &m, &arena, &v, &e), 0);
	ck_assert_msg(v.resolve, "the first file's threshold holds");
	rules_free(r);
	arena_free(&arena);
}
END_TEST

struct heard {
	char text[2000];
	size_t len;
};

static void
hear(void *arg, const struct hit *h)
{
	struct heard *x = arg;

	x->len += (size_t)snprintf(x->text + x->len, sizeof(x->text) - x->len,
	    "%s %zu-%zu %s;", h->field, h->span.start, h->span.end, h->pattern);
}

START_TEST(explains)
{
	struct err e = { 0 };
	struct heard x = { "", 0 };
	struct rules *r = load("- id: a\n  confidence: 1\n  when:\n"
	    "    all: [api key, {text: [zzz, 'not valid']}]\n"
	    "    tier: starter\n    first: true\n    not: [refund]\n", &e);
	struct message m = say("API  key", "it is not\nvalid");

	ck_assert_msg(r != NULL, "%s", e.text);
	ck_assert_int_eq(rules_explain(r, rules_info(r, 0), &m, hear, &x, &e),
	    0);
	ck_assert_str_eq(x.text, "subject 0-8 api key;text 6-15 not valid;"
	    "tier 0-7 starter;first 0-4 true;");
	x.len = 0;
	*x.text = '\0';
	m.text = "refund: not valid";
	m.text_len = strlen(m.text);
	ck_assert_int_eq(rules_explain(r, rules_info(r, 0), &m, hear, &x, &e),
	    0);
	ck_assert_str_eq(x.text, "");
	rules_free(r);
	arena_free(&arena);
}
END_TEST

/* No text may keep itself from being judged by the other rules. */
START_TEST(limit_is_no_match)
{
	struct err e = { 0 };
	struct rules *r = load("- {id: bad, when: {text: '^(a+)+$'},\n"
	    "   confidence: 1}\n- {id: good, when: {text: '!'},\n"
	    "   confidence: 1}\n", &e);
	struct message m = say("", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!");
	struct verdict v;

	ck_assert_int_eq(rules_match(r, &m, &arena, &v, &e), 0);
	ck_assert_uint_eq(v.n, 1);
	ck_assert_str_eq(v.rule[0]->id, "good");
	rules_free(r);
	arena_free(&arena);
}
END_TEST

static const struct {
	const char *name, *line, *subject, *text, *from;
	bool first;
} records[] = {
	{ "own words only", "{\"subject\":\"s\",\"text\":\"ab>cd\\nef\","
	    "\"quoted\":[[2,6]],\"from\":{\"address\":\"a@b\"}}", "s", "abef",
	    "a@b", true },
	{ "no quotes", "{\"subject\":\"s\",\"text\":\"abc\"}", "s", "abc", "",
	    true },
	{ "quotes out of range", "{\"subject\":\"\",\"text\":\"abc\","
	    "\"quoted\":[[1,9],[-1,2],[2,1],[2],\"x\",[2,3]]}", "", "ab", "",
	    true },
	{ "only quotes, opens", "{\"subject\":\"Fwd: x\",\"text\":\"abc\","
	    "\"quoted\":[[0,3]]}", "Fwd: x", "abc", "", true },
	{ "only quotes, answers", "{\"subject\":\"Re: x\",\"text\":\"abc\","
	    "\"quoted\":[[0,3]],\"thread\":{\"method\":\"references\"}}", "",
	    "", "", false },
	{ "an answer with a subject of its own", "{\"subject\":\"New: x\","
	    "\"text\":\"abc\",\"in_reply_to\":\"y\"}", "New: x", "abc", "",
	    false },
	{ "thread says new", "{\"subject\":\"Re: x\",\"text\":\"abc\","
	    "\"in_reply_to\":\"y\",\"thread\":{\"method\":\"new\"}}", "Re: x",
	    "abc", "", true },
	{ "typography", "{\"subject\":\"can\342\200\231t\",\"text\":"
	    "\"a\302\240b \342\200\234c\342\200\235 \342\200\223 d\342\200\213e"
	    "\303\244\"}", "can't", "a b \"c\" - de\303\244", "", true },
	{ "a quote within a character", "{\"subject\":\"\",\"text\":"
	    "\"a\303\244b\",\"quoted\":[[2,4]]}", "", "a", "", true },
};

START_TEST(message)
{
	static struct rec r;
	struct err e = { 0 };
	struct message m;

	ck_assert_msg(rec_parse(&r, records[_i].line, strlen(records[_i].line),
	    &e) == 0, "%s", e.text);
	ck_assert_int_eq(message_of(&r, &m, &arena, &e), 0);
	ck_assert_str_eq(m.subject, records[_i].subject);
	ck_assert_str_eq(m.text, records[_i].text);
	ck_assert_uint_eq(m.text_len, strlen(records[_i].text));
	ck_assert_str_eq(m.from, records[_i].from);
	ck_assert_msg(m.first == records[_i].first, "%s", records[_i].name);
	arena_free(&arena);
}
END_TEST

static void
note(void *arg, const char *file, int line, const char *what)
{
	struct heard *x = arg;

	x->len += (size_t)snprintf(x->text + x->len, sizeof(x->text) - x->len,
	    "%s:%d: %s\n", file, line, what);
}

static const struct {
	const char *name, *text, *want;
} lints[] = {
	{ "hints in vain", "- {id: a, hints: [{score: 9, any: xx}], least: 10}"
	    "\n", "t.yaml:1: rule 'a' never matches: its hints make 9" },
	{ "adds to nothing", "- {id: a, when: {any: xx}, adds: 5}\n",
	    "t.yaml:1: rule 'a' adds to no category" },
	{ "nothing said", "- {id: a, when: {any: xx}, confidence: 1}\n",
	    "rule 'a' says nothing" },
	{ "no examples", "- {id: a, when: {any: xx}, confidence: 1,\n"
	    "   severity: LOW}\n", "fewer than 2 match examples" },
	{ "danger", "- {id: a, when: {any: '(x+)+'}, confidence: 1}\n",
	    "t.yaml:1: pattern '(x+)+' has a repeat within a repeat" },
	{ "exponential", "- {id: a, when: {any: '(?:a|aa)+$'}, confidence: 1}"
	    "\n", "t.yaml:1: pattern '(?:a|aa)+$' takes exponential time" },
	{ "two ways round", "- {id: a, when: {any: '(?:[a-z]|\\w)+@'}, "
	    "confidence: 1}\n", "takes exponential time" },
	{ "polynomial", "- {id: a, when: {any: '\\s*\\s*\\s*x'}, "
	    "confidence: 1}\n", "takes polynomial time" },
	{ "empty match", "- {id: a, when: {any: 'x*'}, confidence: 1}\n",
	    "matches the empty text" },
	{ "same pattern", "- id: a\n  confidence: 1\n  when:\n    any:\n"
	    "    - xx\n    - xx\n", "t.yaml:6: the condition of line 5" },
	{ "same condition", "- {id: a, when: {any: xx}, confidence: 1}\n"
	    "- {id: b, when: {any: xx}, confidence: 1}\n",
	    "t.yaml:2: rule 'b' has the condition of 'a' at t.yaml:1" },
	{ "never holds", "- {id: a, when: {first: true, all: [xx],\n"
	    "   tier: a}, confidence: 1}\n- id: b\n  confidence: 1\n  when:\n"
	    "    all:\n    - tier: a\n    - tier: b\n",
	    "t.yaml:8: never holds together with line 7" },
	{ "resolves without reply", "- {id: a, when: {any: xx}, category: c,\n"
	    "   confidence: 90, resolve: true}\n", "without a reply" },
	{ "never resolves", "threshold: 95\nrules:\n"
	    "- {id: a, when: {any: xx}, category: c,\n"
	    "   confidence: 90, resolve: true, reply: r}\n",
	    "t.yaml:3: rule 'a' never resolves: confidence 90 is below" },
	{ "shadowed", "- id: a\n  when: {any: xx}\n  category: c\n"
	    "  confidence: 90\n- id: b\n  when: {any: xxx}\n  category: d\n"
	    "  confidence: 80\n  examples: {match: [xxx, axxx]}\n",
	    "t.yaml:5: rule 'b' never decides: on its own examples 'a' does" },
	{ "no category", "- {id: a, when: {any: xx}, topic: c,\n"
	    "   confidence: 90}\n", "has no category" },
};

START_TEST(lint)
{
	struct err e = { 0 };
	struct heard x = { "", 0 };
	struct rules *r = load(lints[_i].text, &e);

	ck_assert_msg(r != NULL, "%s: %s", lints[_i].name, e.text);
	ck_assert_int_gt(rules_lint(r, note, &x), 0);
	ck_assert_msg(strstr(x.text, lints[_i].want) != NULL, "%s: %s",
	    lints[_i].name, x.text);
	rules_free(r);
	arena_free(&arena);
}
END_TEST

static void
failed(void *arg, const struct rule_info *f, const char *example, bool want,
    bool got)
{
	if (want == got)
		return;
	note(arg, f->id, f->line, example);
}

START_TEST(examples)
{
	struct err e = { 0 };
	struct heard x = { "", 0 };
	struct rules *r = load("- id: a\n  confidence: 1\n"
	    "  when: {text: xx, tier: pro}\n  examples:\n    match:\n"
	    "    - {tier: pro, text: xx}\n    - xx\n"
	    "    no_match: [yy, {tier: pro, subject: s, text: xx}, {x: 1}]\n",
	    &e);
	size_t ran;

	ck_assert_msg(r != NULL, "%s", e.text);
	ck_assert_int_eq(rules_test(r, failed, &x, &ran), 3);
	ck_assert_uint_eq(ran, 5);
	ck_assert_str_eq(x.text, "a:1: xx\na:1: s\n"
	    "a:1: t.yaml:8: unknown key 'x'\n");
	rules_free(r);
	arena_free(&arena);
}
END_TEST

/* The rules that come with the tools keep their promises. */
START_TEST(ours)
{
	struct rules *r = rules_new();
	struct heard x = { "", 0 };
	struct err e = { 0 };
	struct yaml *y;
	char path[4096];
	struct dirent *d;
	size_t ran;
	DIR *dir;

	snprintf(path, sizeof(path), "%s/rules/triage", unit_root());
	ck_assert_ptr_nonnull(dir = opendir(path));
	while ((d = readdir(dir)) != NULL) {
		if (strstr(d->d_name, ".yaml") == NULL)
			continue;
		snprintf(path, sizeof(path), "%s/rules/triage/%s", unit_root(),
		    d->d_name);
		ck_assert_msg(yaml_load(&arena, path, &y, &e) == 0 &&
		    rules_add(r, y, &e) == 0, "%s", e.text);
	}
	closedir(dir);
	ck_assert_int_eq(rules_ready(r, &e), 0);
	ck_assert_uint_ge(rules_count(r), 60);
	ck_assert_msg(rules_test(r, failed, &x, &ran) == 0, "%s", x.text);
	ck_assert_uint_ge(ran, 4 * rules_count(r));
	ck_assert_msg(rules_lint(r, note, &x) == 0, "%s", x.text);
	rules_free(r);
	arena_free(&arena);
}
END_TEST

#define ROWS(t) (int)(sizeof(t) / sizeof(*(t)))

int
main(void)
{
	Suite *s = suite_create("rules");
	TCase *t = tcase_create("rules");

	tcase_set_timeout(t, 60);
	tcase_add_loop_test(t, refuses, 0, ROWS(wrong));
	tcase_add_loop_test(t, condition, 0, ROWS(conditions));
	tcase_add_loop_test(t, verdict, 0, ROWS(judged));
	tcase_add_test(t, no_threshold);
	tcase_add_test(t, disabled);
	tcase_add_test(t, explains);
	tcase_add_test(t, limit_is_no_match);
	tcase_add_loop_test(t, message, 0, ROWS(records));
	tcase_add_loop_test(t, lint, 0, ROWS(lints));
	tcase_add_test(t, examples);
	tcase_add_test(t, ours);
	suite_add_tcase(s, t);
	return unit_main(s);
}
