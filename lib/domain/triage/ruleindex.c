/*
 * Which rules a message can meet at all: of each rule that cannot hold
 * without one of some patterns, those patterns; and the rules by pattern.
 */
#include <stdlib.h>
#include <string.h>

#include "domain/triage/ruleset.h"

struct watch {			/* a pattern that a rule waits for */
	uint32_t rule;		/* its place */
	uint32_t fields;
};

struct rule_index {
	size_t *first;		/* of each pattern, in watch; one behind */
	struct watch *watch;
	uint64_t *always;	/* bits of rules that wait for none */
	uint64_t *may;		/* of those to be tried on this message */
	size_t words;
};

/* Whether the term cannot hold unless a pattern matches. */
static bool
needs(const struct term *t)
{
	int free = 0, all = 0;

	switch (t->kind) {
	case TERM_PATTERN:
		return true;
	case TERM_ALL:
	case TERM_ANY:
	case TERM_SOME:
		break;
	default:
		return false;
	}
	for (const struct term *sub = t->first; sub != NULL; sub = sub->next) {
		all++;
		free += !needs(sub);
	}
	return t->kind == TERM_ALL ? free < all : t->kind == TERM_ANY ?
	    free == 0 : free < t->count;
}

static size_t
count_patterns(const struct term *t)
{
	size_t n = t->kind == TERM_PATTERN;

	for (t = t->first; t != NULL; t = t->next)
		n += count_patterns(t);
	return n;
}

/* Calls back with the patterns one of which has to match: as few as may be. */
static void
each_needed(const struct term *t, void (*add)(void *, const struct term *),
    void *arg)
{
	const struct term *best = NULL;

	if (t->kind == TERM_PATTERN) {
		add(arg, t);
		return;
	}
	for (const struct term *sub = t->first; sub != NULL; sub = sub->next) {
		if (!needs(sub))
			continue;
		if (t->kind != TERM_ALL)
			each_needed(sub, add, arg);
		else if (best == NULL ||
		    count_patterns(sub) < count_patterns(best))
			best = sub;
	}
	if (best != NULL)
		each_needed(best, add, arg);
}

struct filling {
	struct rule_index *x;
	uint32_t rule;
	size_t *at;		/* of each pattern: where its next one goes */
};

static void
count_one(void *arg, const struct term *t)
{
	struct filling *f = arg;

	f->x->first[t->pattern + 1]++;
}

static void
add_one(void *arg, const struct term *t)
{
	struct filling *f = arg;

	f->x->watch[f->at[t->pattern]++] = (struct watch){ f->rule,
	    t->fields };
}

/* What a rule waits for; false when it may match without any. */
static bool
waits(const struct rule *rule, void (*add)(void *, const struct term *),
    void *arg)
{
	if (rule->when != NULL) {
		if (!needs(rule->when))
			return false;
		each_needed(rule->when, add, arg);
		return true;
	}
	for (const struct hint *h = rule->hints; h != NULL; h = h->next) {
		if (h->score > 0 && !needs(h->when))
			return false;
	}
	if (rule->info.confidence >= rule->least)
		return false;
	for (const struct hint *h = rule->hints; h != NULL; h = h->next) {
		if (h->score > 0)
			each_needed(h->when, add, arg);
	}
	return true;
}

static void
pass(const struct rules *r, struct filling *f,
    void (*add)(void *, const struct term *))
{
	for (size_t i = 0; i < r->n; i++) {
		f->rule = (uint32_t)i;
		if (!waits(r->rule[i], add, f))
			f->x->always[i / 64] |= UINT64_C(1) << (i % 64);
	}
}

struct rule_index *
rule_index_new(const struct rules *r)
{
	struct rule_index *x = xcalloc(1, sizeof(*x));
	struct filling f = { .x = x };

	x->words = r->n / 64 + 1;
	x->always = xcalloc(x->words, sizeof(*x->always));
	x->may = xcalloc(x->words, sizeof(*x->may));
	x->first = xcalloc(r->patterns + 2, sizeof(*x->first));
	pass(r, &f, count_one);
	for (size_t i = 0; i < r->patterns; i++)
		x->first[i + 1] += x->first[i];
	x->watch = xcalloc(x->first[r->patterns] + 1, sizeof(*x->watch));
	f.at = xcalloc(r->patterns + 1, sizeof(*f.at));
	memcpy(f.at, x->first, (r->patterns + 1) * sizeof(*f.at));
	pass(r, &f, add_one);
	free(f.at);
	return x;
}

void
rule_index_free(struct rule_index *x)
{
	if (x == NULL)
		return;
	free(x->first);
	free(x->watch);
	free(x->always);
	free(x->may);
	free(x);
}

void
rule_index_look(struct rule_index *x, const struct rules *r)
{
	memcpy(x->may, x->always, x->words * sizeof(*x->may));
	for (int field = 0; field < SCANNED; field++) {
		size_t p = 0;

		if (!(r->used >> field & 1))
			continue;
		for (; pattern_scan_next(r->scan[field], &p); p++) {
			for (size_t i = x->first[p]; i < x->first[p + 1]; i++) {
				const struct watch *w = &x->watch[i];

				if (w->fields >> field & 1)
					x->may[w->rule / 64] |=
					    UINT64_C(1) << (w->rule % 64);
			}
		}
	}
}

bool
rule_index_next(const struct rule_index *x, size_t *rule)
{
	size_t word = *rule / 64;
	uint64_t bits;

	if (word >= x->words)
		return false;
	bits = x->may[word] & ~UINT64_C(0) << (*rule % 64);
	while (bits == 0) {
		if (++word == x->words)
			return false;
		bits = x->may[word];
	}
	*rule = word * 64 + (size_t)__builtin_ctzll(bits);
	return true;
}
