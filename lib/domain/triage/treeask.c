/* What is known, and decision trees asked about it. */
#include <stdlib.h>
#include <string.h>

#include "domain/triage/treeset.h"

/* -- facts ------------------------------------------------------------ */

struct facts *
facts_new(const struct trees *t)
{
	struct facts *f = xcalloc(1, sizeof(*f));

	f->trees = t;
	f->value = xcalloc(t->facts + 1, sizeof(*f->value));
	return f;
}

void
facts_clear(struct facts *f)
{
	memset(f->value, 0, f->trees->facts * sizeof(*f->value));
	arena_reset(&f->arena);
}

void
facts_free(struct facts *f)
{
	if (f == NULL)
		return;
	arena_free(&f->arena);
	free(f->value);
	free(f);
}

int
facts_set(struct facts *facts, const char *name, const char *value,
    struct err *e)
{
	static const char *const kinds[] = { "a word", "words", "yes or no",
		"a number", "a time such as 30m", "one of its words" };
	const struct fact *f = fact_find(facts->trees, name);
	struct known k;

	if (f == NULL)
		return err_set(e, ERR_USAGE, "no fact '%.80s'", name);
	if (strcmp(value, "unknown") == 0 || *value == '\0')
		k = (struct known){ 0 };
	else if (!known_parse(f, value, &k, &facts->arena))
		return err_set(e, ERR_USAGE, "'%.80s' is no %s: that is %s",
		    value, name, kinds[f->kind]);
	facts->value[f->index] = k;
	return 0;
}

static struct known *
slot(struct facts *facts, const char *name, enum fact_kind kind)
{
	const struct fact *f = fact_find(facts->trees, name);

	return f != NULL && f->kind == kind ? &facts->value[f->index] : NULL;
}

void
facts_word(struct facts *facts, const char *name, const char *word)
{
	const struct fact *f = fact_find(facts->trees, name);
	struct known k = { 0 };

	if (f == NULL || (f->kind != FACT_WORD && f->kind != FACT_CHOICE))
		return;
	if (word != NULL && *word != '\0')
		known_parse(f, word, &k, &facts->arena);
	facts->value[f->index] = k;
}

void
facts_words(struct facts *facts, const char *name, const char *const *words)
{
	struct known *k = slot(facts, name, FACT_WORDS);
	const char **copy;
	size_t n = 0;

	if (k == NULL)
		return;
	while (words[n] != NULL)
		n++;
	copy = arena_alloc(&facts->arena, (n + 1) * sizeof(*copy));
	for (size_t i = 0; i < n; i++)
		copy[i] = arena_strdup(&facts->arena, words[i]);
	copy[n] = NULL;
	*k = (struct known){ .known = true, .words = copy };
}

void
facts_truth(struct facts *facts, const char *name, bool truth)
{
	struct known *k = slot(facts, name, FACT_TRUTH);

	if (k != NULL)
		*k = (struct known){ .known = true, .number = truth };
}

void
facts_count(struct facts *facts, const char *name, int64_t n)
{
	struct known *k = slot(facts, name, FACT_NUMBER);

	if (k != NULL && n < INT64_MAX / 10000 && n > INT64_MIN / 10000)
		*k = (struct known){ .known = true, .number = n * 10000 };
}

void
facts_time(struct facts *facts, const char *name, int64_t seconds)
{
	struct known *k = slot(facts, name, FACT_TIME);

	if (k != NULL)
		*k = (struct known){ .known = true, .number = seconds };
}

/* -- asking ----------------------------------------------------------- */

struct asking {
	const struct facts *facts;
	void (*step)(void *, const struct asked *);
	void *arg;
	struct arena *a;
	struct decision *d;
	size_t noted;		/* outcomes met, the same again included */
};

static void
take(struct asking *x, const struct outcome *o)
{
	struct decision *d = x->d;

	x->noted++;
	for (size_t i = 0; i < d->n; i++) {
		if (d->outcome[i] == o)
			return;
	}
	d->outcome[d->n++] = o;
}

static bool	ask_tree(struct asking *, const struct tree *);
static bool	ask_list(struct asking *, const char *tree,
		    const struct question *);

/* Whether it came to an outcome. */
static bool
follow(struct asking *x, const char *tree, const struct branch *b)
{
	if (b->outcome != NULL) {
		take(x, b->outcome);
		return true;
	}
	if (b->tree != NULL)
		return ask_tree(x, b->tree);
	return b->list != NULL && ask_list(x, tree, b->list);
}

/* "severity HIGH, tier unknown": each fact of the condition once. */
static const char *
facts_of(struct asking *x, const struct cond *c, const char *so_far)
{
	const char *one;
	struct known k;

	if (c->kind == COND_TEST) {
		k = facts_get(x->facts, c->fact);
		one = arena_printf(x->a, "%s %s", c->fact->name,
		    known_text(c->fact, &k, x->a));
		if (strstr(so_far, one) != NULL)
			return so_far;
		return *so_far == '\0' ? one : arena_printf(x->a, "%s, %s",
		    so_far, one);
	}
	for (const struct cond *sub = c->first; sub != NULL; sub = sub->next)
		so_far = facts_of(x, sub, so_far);
	return so_far;
}

static const char *
leads_to(const struct branch *b)
{
	return b->outcome != NULL ? b->outcome->name :
	    b->tree != NULL ? b->tree->name : NULL;
}

static void
tell(struct asking *x, const char *tree, const struct question *q,
    const char *answer, const struct branch *b)
{
	struct asked s = { .tree = tree, .ask = q->ask, .file = q->at->file,
		.line = q->at->line, .answer = answer, .leads = leads_to(b) };
	struct known k;

	if (x->step == NULL)
		return;
	if (q->of != NULL) {
		k = facts_get(x->facts, q->of);
		s.facts = arena_printf(x->a, "%s %s", q->of->name,
		    known_text(q->of, &k, x->a));
	} else {
		s.facts = facts_of(x, q->when, "");
	}
	x->step(x->arg, &s);
}

static bool
ask_of(struct asking *x, const char *tree, const struct question *q)
{
	static const struct branch nowhere;
	struct known k = facts_get(x->facts, q->of);

	for (const struct reply_to *r = q->answer; r != NULL; r = r->next) {
		if (r->test == NULL || test_holds(q->of, r->test, &k)) {
			tell(x, tree, q, r->text, &r->branch);
			return follow(x, tree, &r->branch);
		}
	}
	tell(x, tree, q, "none of them", &nowhere);
	return false;
}

static bool
ask_list(struct asking *x, const char *tree, const struct question *q)
{
	for (; q != NULL; q = q->next) {
		bool yes;

		if (q->of != NULL) {
			if (ask_of(x, tree, q))
				return true;
			continue;
		}
		yes = cond_holds(q->when, x->facts);
		tell(x, tree, q, yes ? "yes" : "no", !yes ? &q->no :
		    q->yes.at != NULL || q->alsos == 0 ? &q->yes : q->also);
		for (size_t i = 0; yes && i < q->alsos; i++)
			follow(x, tree, &q->also[i]);
		if (follow(x, tree, yes ? &q->yes : &q->no))
			return true;
	}
	return false;
}

/* Else is for when there is no outcome, noted on the way or final. */
static bool
ask_tree(struct asking *x, const struct tree *t)
{
	size_t before = x->noted;

	return ask_list(x, t->name, t->question) || x->noted > before ||
	    follow(x, t->name, &t->otherwise);
}

static void
add_target(const char **to, const char *one)
{
	for (; *to != NULL; to++) {
		if (strcmp(*to, one) == 0)
			return;
	}
	*to = one;
}

/* Everybody, and the channels of what escalates: others are only routed. */
static void
merge_to(struct decision *d, struct arena *a)
{
	const char **to, **fallback;
	size_t room = 1;

	for (size_t i = 0; i < d->n; i++) {
		const struct outcome *o = d->outcome[i];

		room++;
		for (const char *const *t = o->to; *t != NULL; t++)
			room++;
		for (const char *const *t = o->fallback; *t != NULL; t++)
			room++;
	}
	to = arena_zalloc(a, room * sizeof(*to));
	fallback = arena_zalloc(a, room * sizeof(*fallback));
	for (size_t i = 0; i < d->n; i++) {
		const struct outcome *o = d->outcome[i];

		for (const char *const *t = o->to; *t != NULL; t++)
			add_target(to, *t);
		if (o->level > 0 && o->channel != NULL)
			add_target(to, o->channel);
		for (const char *const *t = o->fallback; *t != NULL &&
		    *o->to != NULL; t++)
			add_target(fallback, *t);
	}
	d->to = to;
	d->fallback = fallback;
}

static void
merge(struct decision *d, struct arena *a)
{
	for (size_t i = 0; i < d->n; i++) {
		const struct outcome *o = d->outcome[i];

		if (o->level > d->level) {
			d->level = o->level;
			d->why = o->name;
		}
		if (o->within > 0 && (d->within == 0 || o->within < d->within))
			d->within = o->within;
		d->page |= o->page;
		if (d->route == NULL && (o->team != NULL || o->channel != NULL))
			d->route = o;
		if (d->assign == NULL && (*o->roles != NULL ||
		    o->oncall != NULL || o->awake))
			d->assign = o;
		if (d->severity == NULL)
			d->severity = o->severity;
	}
	merge_to(d, a);
}

int
tree_decide(const struct trees *t, const char *name,
    const struct facts *facts, void (*step)(void *, const struct asked *),
    void *arg, struct arena *a, struct decision *d, struct err *e)
{
	struct asking x = { .facts = facts, .step = step, .arg = arg, .a = a,
		.d = d };

	memset(d, 0, sizeof(*d));
	d->outcome = arena_alloc(a, (t->outcomes + 1) * sizeof(*d->outcome));
	for (size_t i = 0; i < t->n; i++) {
		if (strcmp(t->tree[i].name, name) == 0) {
			ask_tree(&x, &t->tree[i]);
			merge(d, a);
			return 0;
		}
	}
	return err_set(e, ERR_USAGE, "no tree '%.80s'", name);
}
