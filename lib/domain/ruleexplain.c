/* Why a rule matches: what its conditions saw, and where. */
#include <string.h>

#include "domain/ruleset.h"

struct explaining {
	struct rules *rules;
	const struct message *message;
	void (*hit)(void *, const struct hit *);
	void *arg;
	int score;		/* of the hint at hand */
	struct err *err;
};

static const char *
term_field(const struct term *t, int field)
{
	return t->kind == TERM_PREVIOUS ? "previous" : field_names[field];
}

/* What a term without a pattern looked at: all of the field. */
static void
whole_field(const struct explaining *x, const struct term *t, struct hit *hit)
{
	int field = 0;

	while (t->fields != 0 && !(t->fields >> field & 1))
		field++;
	hit->field = term_field(t, field);
	hit->words = "";
	if (t->kind == TERM_EQUAL || t->kind == TERM_FIRST)
		hit->words = message_field(x->message, field, &hit->len);
	hit->span.end = hit->len;
	if (t->kind == TERM_FIRST)
		hit->pattern = t->truth ? "true" : "false";
}

static int
pattern_hit(const struct explaining *x, const struct term *t, struct hit *hit,
    struct arena *a)
{
	const char *text = "";
	int field = 0;

	if (term_find(x->rules, t, x->message, &text, &field, &hit->span,
	    x->err) < 0)
		return -1;
	hit->field = t->kind == TERM_HEADER ? arena_printf(a, "header %s",
	    t->header) : field_names[field];
	hit->words = text + hit->span.start;
	hit->len = hit->span.end - hit->span.start;
	return 0;
}

/* Tells what made the term hold; nothing of what is below a not. */
static int
explain(const struct explaining *x, const struct term *t)
{
	struct hit hit = { .pattern = t->text, .score = x->score };
	struct arena a = { 0 };
	int got;

	if (t->kind == TERM_NOT)
		return 0;
	for (const struct term *sub = t->first; sub != NULL; sub = sub->next) {
		if ((got = term_holds(x->rules, sub, x->message, x->err)) < 0)
			return -1;
		if (got && explain(x, sub) < 0)
			return -1;
	}
	if (t->first != NULL)
		return 0;
	if (t->kind != TERM_PATTERN && t->kind != TERM_HEADER)
		whole_field(x, t, &hit);
	else if (pattern_hit(x, t, &hit, &a) < 0) {
		arena_free(&a);
		return -1;
	}
	x->hit(x->arg, &hit);
	arena_free(&a);
	return 0;
}

int
rules_explain(struct rules *r, const struct rule_info *info,
    const struct message *m, void (*hit)(void *, const struct hit *),
    void *arg, struct err *e)
{
	struct explaining x = { r, m, hit, arg, 0, e };
	const struct rule *rule = rule_of(info);
	int got;

	rules_scan(r, m);
	rule_same(r, rule);
	if ((got = rule_score(r, rule, m, e)) < 0)
		return got == MATCH_ERROR ? -1 : 0;
	if (rule->when != NULL && explain(&x, rule->when) < 0)
		return -1;
	for (const struct hint *h = rule->hints; h != NULL; h = h->next) {
		x.score = h->score;
		if ((got = term_holds(r, h->when, m, e)) < 0 ||
		    (got && explain(&x, h->when) < 0))
			return -1;
	}
	return 0;
}
