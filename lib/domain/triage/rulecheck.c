/* Rules against their own examples, and what looks wrong in them. */
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/time.h"
#include "domain/triage/ruleset.h"

#define EXAMPLES_MIN	2

struct testing {
	struct rules *rules;
	void (*told)(void *, const struct rule_info *, const char *, bool,
	    bool);
	void *arg;
	size_t ran;
	int failed;
};

static void
test_list(struct testing *t, const struct rule *rule, const struct yaml *list,
    bool want)
{
	if (list == NULL)
		return;
	for (const struct yaml *y = list->first; y != NULL; y = y->next) {
		struct arena a = { 0 };
		struct err e = { 0 };
		struct message m;
		const char *name = y->text;
		int got = -1;

		if (example_message(y, &m, &a, &e) == 0) {
			rules_scan(t->rules, &m);
			rule_same(t->rules, rule);
			got = rule_score(t->rules, rule, &m, &e);
			got = got == MATCH_ERROR ? -1 : got != NO_MATCH;
			name = *m.subject != '\0' ? m.subject : m.text;
		}
		t->ran++;
		t->failed += got != want;
		t->told(t->arg, &rule->info, got < 0 ? e.text : name, want,
		    got < 0 ? !want : got);
		arena_free(&a);
	}
}

int
rules_test(struct rules *r, void (*told)(void *, const struct rule_info *,
    const char *, bool, bool), void *arg, size_t *ran)
{
	struct testing t = { r, told, arg, 0, 0 };

	for (size_t i = 0; i < r->n; i++) {
		test_list(&t, r->rule[i], r->rule[i]->match, true);
		test_list(&t, r->rule[i], r->rule[i]->no_match, false);
	}
	*ran = t.ran;
	return t.failed;
}

struct linting {
	struct rules *rules;
	const struct rule *rule;
	void (*told)(void *, const char *, int, const char *);
	void *arg;
	int found;
};

__attribute__((format(printf, 3, 4)))
static void
tell(struct linting *l, int line, const char *fmt, ...)
{
	char text[800];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	l->told(l->arg, l->rule->info.file, line, text);
	l->found++;
}

static bool
same_term(const struct term *a, const struct term *b)
{
	if (a->kind != b->kind || a->fields != b->fields ||
	    a->truth != b->truth)
		return false;
	if ((a->text == NULL) != (b->text == NULL) || (a->text != NULL &&
	    strcmp(a->text, b->text) != 0))
		return false;
	if (a->count != b->count || a->over != b->over ||
	    a->under != b->under || (a->header != NULL && b->header != NULL &&
	    strcasecmp(a->header, b->header) != 0))
		return false;
	for (a = a->first, b = b->first; a != NULL && b != NULL;
	    a = a->next, b = b->next) {
		if (!same_term(a, b))
			return false;
	}
	return a == NULL && b == NULL;
}

/* Two conditions that no message meets at once. */
static bool
exclude_each_other(const struct term *a, const struct term *b)
{
	if (a->kind != b->kind || a->fields != b->fields)
		return false;
	return a->kind == TERM_FIRST ? a->truth != b->truth :
	    a->kind == TERM_EQUAL && strcmp(a->text, b->text) != 0;
}

/* What it says of itself, else what it does on texts that are made for it. */
static void
lint_pattern(struct linting *l, const struct term *t)
{
	const struct pattern *p = l->rules->pattern[t->pattern];
	const char *danger = pattern_danger(p), *text;
	enum pattern_growth growth;
	struct arena a = { 0 };

	if (danger != NULL)
		tell(l, t->line, "pattern '%.200s' %s%s", t->text,
		    strncmp(danger, "a ", 2) == 0 ? "has " : "", danger);
	else if ((growth = pattern_growth(p, &a, &text)) != PATTERN_FINE)
		tell(l, t->line, "pattern '%.200s' takes %s time, over %d "
		    "steps on a text that begins '%.40s'", t->text,
		    growth == PATTERN_EXPONENTIAL ? "exponential" :
		    "polynomial", PATTERN_STEPS, text);
	arena_free(&a);
}

static void
lint_term(struct linting *l, const struct term *t)
{
	if (t->kind == TERM_PATTERN || t->kind == TERM_HEADER)
		lint_pattern(l, t);
	for (const struct term *a = t->first; a != NULL; a = a->next) {
		for (const struct term *b = a->next; b != NULL; b = b->next) {
			if (same_term(a, b))
				tell(l, b->line, "the condition of line %d "
				    "again", a->line);
			else if (t->kind == TERM_ALL &&
			    exclude_each_other(a, b))
				tell(l, b->line, "never holds together with "
				    "line %d", a->line);
		}
		lint_term(l, a);
	}
}

static void
lint_examples(struct linting *l)
{
	const struct yaml *m = l->rule->match, *n = l->rule->no_match;

	if (m == NULL || m->count < EXAMPLES_MIN)
		tell(l, l->rule->info.line, "rule '%s' has fewer than %d "
		    "match examples", l->rule->info.id, EXAMPLES_MIN);
	if (n == NULL || n->count < EXAMPLES_MIN)
		tell(l, l->rule->info.line, "rule '%s' has fewer than %d "
		    "no_match examples", l->rule->info.id, EXAMPLES_MIN);
}

/* The highest score that a rule may have, with all of its hints. */
static int
rule_most(const struct rule *rule)
{
	int sum = rule->info.confidence;

	for (const struct hint *h = rule->hints; h != NULL; h = h->next)
		sum += h->score > 0 ? h->score : 0;
	return rule->hints == NULL ? sum : sum > SCORE_MAX ? SCORE_MAX : sum;
}

/* Whether there is a rule to which the tag may apply. */
static bool
has_tag(const struct rules *r, const char *tag)
{
	for (size_t i = 0; i < r->n; i++) {
		const struct rule_info *f = &r->rule[i]->info;

		if (*f->overrules != NULL)
			continue;
		for (const char *const *t = f->tags; *t != NULL; t++) {
			if (strcmp(*t, tag) == 0)
				return true;
		}
	}
	return false;
}

/* What the rule says, and whether it can ever come true. */
static void
lint_verdict(struct linting *l)
{
	const struct rule_info *f = &l->rule->info;
	int threshold = l->rules->answering.threshold[ACT_RESOLVE];
	int most = rule_most(l->rule);

	if (l->rule->least > 0 && most < l->rule->least)
		tell(l, f->line, "rule '%s' never matches: its hints make %d "
		    "at most, not %d", f->id, most, l->rule->least);
	for (const char *const *t = f->overrules; *t != NULL; t++) {
		if (!has_tag(l->rules, *t))
			tell(l, f->line, "rule '%s' overrules '%s', a tag of "
			    "no rule that it could", f->id, *t);
	}
	if (f->adds && f->category == NULL)
		tell(l, f->line, "rule '%s' adds to no category", f->id);
	if (f->category == NULL && f->severity < 0 && f->at_most < 0 &&
	    *f->tags == NULL && *f->overrules == NULL &&
	    f->escalate == 0 && !f->sensitive && !f->closing)
		tell(l, f->line, "rule '%s' says nothing", f->id);
	if (f->category == NULL && (f->topic != NULL || f->reply != NULL ||
	    f->resolve || f->team != NULL ||
	    f->route_channel != NULL))
		tell(l, f->line, "rule '%s' has no category, so its topic, "
		    "reply and route are never used", f->id);
	if (!f->resolve)
		return;
	if (f->reply == NULL)
		tell(l, f->line, "rule '%s' resolves without a reply", f->id);
	if (threshold == NEVER)
		tell(l, f->line, "rule '%s' never resolves: no file has a "
		    "threshold", f->id);
	else if (most < threshold)
		tell(l, f->line, "rule '%s' never resolves: confidence %d is "
		    "below the threshold of %d", f->id, most, threshold);
	if (f->severity == SEVERITY_CRITICAL || f->sensitive)
		tell(l, f->line, "rule '%s' never resolves: it is %s", f->id,
		    f->sensitive ? "sensitive" : "CRITICAL");
}

/* Who decides in place of the rule on one of its own examples; NULL: it. */
static const struct rule_info *
shadow(struct linting *l, const struct yaml *example)
{
	const struct rule_info *own = &l->rule->info, *other = NULL;
	struct arena a = { 0 };
	struct err e = { 0 };
	struct message m;
	struct verdict v;

	if (example_message(example, &m, &a, &e) == 0 &&
	    rules_match(l->rules, &m, &a, &v, &e) == 0) {
		if (own->category != NULL && v.topic != own)
			other = v.topic;
		if ((own->severity >= 0 && v.severity == own) ||
		    (own->escalate > 0 && v.escalate == own))
			other = NULL;
	}
	arena_free(&a);
	return other;
}

static void
lint_reach(struct linting *l)
{
	const struct rule_info *f = &l->rule->info, *other = NULL;

	for (size_t i = 0; i < l->rules->n; i++) {
		const struct rule *r = l->rules->rule[i];

		if (r == l->rule)
			break;
		if (r->when != NULL && l->rule->when != NULL &&
		    r->hints == NULL && l->rule->hints == NULL &&
		    same_term(r->when, l->rule->when))
			tell(l, f->line, "rule '%s' has the condition of '%s' "
			    "at %s:%d", f->id, r->info.id, r->info.file,
			    r->info.line);
	}
	if (l->rule->match == NULL || f->category == NULL || f->adds)
		return;
	for (const struct yaml *y = l->rule->match->first; y != NULL;
	    y = y->next) {
		if ((other = shadow(l, y)) == NULL)
			return;
	}
	if (other != NULL)
		tell(l, f->line, "rule '%s' never decides: on its own "
		    "examples '%s' does", f->id, other->id);
}

int
rules_lint(struct rules *r, void (*told)(void *, const char *, int,
    const char *), void *arg)
{
	struct linting l = { r, NULL, told, arg, 0 };

	for (size_t i = 0; i < r->n; i++) {
		l.rule = r->rule[i];
		lint_examples(&l);
		lint_verdict(&l);
		if (l.rule->when != NULL)
			lint_term(&l, l.rule->when);
		for (const struct hint *h = l.rule->hints; h != NULL;
		    h = h->next)
			lint_term(&l, h->when);
		lint_reach(&l);
	}
	return l.found;
}

const struct language *
rules_answered_wrong(const struct rules *r, size_t i, const char *subject,
    const char *text)
{
	const struct yaml *list = r->rule[i]->match;
	uint32_t in = languages_of(r->languages, subject, text, strlen(text));
	const struct language *wrong = NULL;

	if (list == NULL || __builtin_popcount(in) != 1)
		return NULL;
	for (const struct yaml *y = list->first; wrong == NULL && y != NULL;
	    y = y->next) {
		struct arena a = { 0 };
		struct err e = { 0 };
		struct message m;
		uint32_t of = 0;

		if (example_message(y, &m, &a, &e) == 0)
			of = languages_of(r->languages, m.subject, m.text,
			    m.text_len);
		if (__builtin_popcount(of) == 1 && of != in)
			wrong = languages_at(r->languages,
			    (size_t)__builtin_ctz(of));
		arena_free(&a);
	}
	return wrong;
}

/* -- words ------------------------------------------------------------ */

struct wording {
	const struct rule_info *rule;
	void (*each)(void *, const struct rule_info *, const char *,
	    const char *);
	void *arg;
};

static void
term_words(const struct wording *w, const struct term *t)
{
	for (int i = 0; t->kind == TERM_EQUAL && i < FIELDS; i++) {
		if (t->fields >> i & 1)
			w->each(w->arg, w->rule, field_names[i], t->text);
	}
	for (t = t->first; t != NULL; t = t->next)
		term_words(w, t);
}

void
rules_words(const struct rules *r, void (*each)(void *,
    const struct rule_info *, const char *, const char *), void *arg)
{
	for (size_t i = 0; i < r->n; i++) {
		const struct rule *rule = r->rule[i];
		const struct wording w = { &rule->info, each, arg };

		if (rule->when != NULL)
			term_words(&w, rule->when);
		for (const struct hint *h = rule->hints; h != NULL;
		    h = h->next) {
			if (h->when != NULL)
				term_words(&w, h->when);
		}
	}
}
