/* Why a rule matches: what its conditions saw, and where. */
#include <string.h>

#include "base/time.h"
#include "domain/triage/ruleset.h"

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
	return t->kind == TERM_PREVIOUS ? "previous" :
	    t->kind == TERM_LANGUAGE ? "language" : field_names[field];
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
	if (t->kind == TERM_LANGUAGE) {
		hit->words = t->text;
		hit->len = strlen(t->text);
	}
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

struct asking {
	struct rules *rules;
	const struct message *message;
	void (*told)(void *, int, bool, int, const char *);
	void *arg;
	struct arena arena;
	struct err *err;
};

/* Its fields, and what it wants of them. */
static const char *
describe(struct asking *x, const struct term *t)
{
	static const char *const lists[] = { [TERM_ALL] = "all of",
		[TERM_ANY] = "any of", [TERM_NOT] = "none of" };
	const char *fields = "";

	if (t->kind <= TERM_NOT)
		return lists[t->kind];
	if (t->kind == TERM_SOME)
		return arena_printf(&x->arena, "at least %d of", t->count);
	if (t->kind == TERM_HEADER)
		return arena_printf(&x->arena, "header %s: %s", t->header,
		    t->text);
	if (t->kind == TERM_PREVIOUS)
		return arena_printf(&x->arena, "previous: %s", t->text);
	for (int i = 0; i < FIELDS; i++) {
		if (t->fields >> i & 1)
			fields = arena_printf(&x->arena, "%s%s%s", fields,
			    *fields != '\0' ? ", " : "", field_names[i]);
	}
	return arena_printf(&x->arena, "%s: %s", fields, t->text != NULL ?
	    t->text : t->truth ? "true" : "false");
}

static int
ask(struct asking *x, const struct term *t, int depth)
{
	int got = term_holds(x->rules, t, x->message, x->err);

	if (got < 0)
		return -1;
	x->told(x->arg, depth, got, t->line, describe(x, t));
	for (const struct term *sub = t->first; sub != NULL; sub = sub->next) {
		if (ask(x, sub, depth + 1) < 0)
			return -1;
	}
	return 0;
}

/* What keeps a rule away from a message, before any condition. */
static void
ask_whether(struct asking *x, const struct rule *rule)
{
	const struct rule_info *f = &rule->info;
	const int64_t at = x->message->at;
	const struct exception *off = rule_exception(x->rules,
	    x->message->customer);

	if (f->from != INT64_MIN || f->until != INT64_MAX)
		x->told(x->arg, 0, at == TIME_NONE || (at >= f->from &&
		    at < f->until), f->line, "valid at that time");
	for (size_t i = 0; off != NULL && i < off->n; i++) {
		if (off->without[i] == rule)
			x->told(x->arg, 0, false, f->line,
			    "switched on for the customer");
	}
}

int
rules_conditions(struct rules *r, const struct rule_info *info,
    const struct message *m, void (*told)(void *, int, bool, int,
    const char *), void *arg, struct err *e)
{
	struct asking x = { r, m, told, arg, { 0 }, e };
	const struct rule *rule = rule_of(info);
	int rc = 0, score;

	rules_scan(r, m);
	rule_same(r, rule);
	ask_whether(&x, rule);
	if (rule->when != NULL)
		rc = ask(&x, rule->when, 0);
	for (const struct hint *h = rule->hints; rc == 0 && h != NULL;
	    h = h->next) {
		int got = term_holds(r, h->when, m, e);

		if ((rc = got < 0 ? -1 : 0) < 0)
			break;
		told(arg, 0, got, h->when->line, arena_printf(&x.arena,
		    "hint of %+d", h->score));
		rc = ask(&x, h->when, 1);
	}
	if (rc == 0 && rule->least > 0) {
		score = rule_score(r, rule, m, e);
		rc = score == MATCH_ERROR ? -1 : 0;
		told(arg, 0, score >= 0, info->line, arena_printf(&x.arena,
		    "at least %d in all", rule->least));
	}
	arena_free(&x.arena);
	return rc;
}
