/* Decision trees against their examples, and what looks wrong in them. */
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "domain/triage/treeset.h"

#define EXAMPLES_MIN	2

struct checking {
	const struct trees *trees;
	void (*told)(void *, const char *file, int line, const char *);
	void *arg;
	int found;
	struct arena arena;	/* of one message or example */
	bool *named, *reached;	/* by outcome */
};

__attribute__((format(printf, 3, 4)))
static void
tell(struct checking *x, const struct yaml *at, const char *fmt, ...)
{
	char text[800];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	x->found++;
	if (x->told != NULL)
		x->told(x->arg, at->file, at->line, text);
}

/* -- examples --------------------------------------------------------- */

static int
given(struct facts *facts, const struct yaml *y, struct arena *a,
    struct err *e)
{
	if (y != NULL && y->kind != YAML_MAP)
		return err_set(e, ERR_USAGE, "given is not a map of facts");
	for (y = y != NULL ? y->first : NULL; y != NULL; y = y->next) {
		const char *text = y->text;

		if (y->kind == YAML_LIST) {
			text = "";
			for (const struct yaml *v = y->first; v != NULL;
			    v = v->next)
				text = arena_printf(a, "%s%s,", text,
				    v->text != NULL ? v->text : "");
		}
		if (facts_set(facts, y->key, text != NULL ? text : "",
		    e) < 0)
			return -1;
	}
	return 0;
}

static const char *
wanted(const struct yaml *y, struct arena *a)
{
	const char *out = "";

	if (y == NULL || y->kind == YAML_SCALAR)
		return y != NULL && y->text != NULL ? y->text : "none";
	for (const struct yaml *v = y->first; v != NULL; v = v->next)
		out = arena_printf(a, "%s%s%s", out, *out != '\0' ? ", " : "",
		    v->text != NULL ? v->text : "");
	return *out != '\0' ? out : "none";
}

static const char *
outcomes_text(const struct decision *d, struct arena *a)
{
	const char *out = "";

	for (size_t i = 0; i < d->n; i++)
		out = arena_printf(a, "%s%s%s", out, i > 0 ? ", " : "",
		    d->outcome[i]->name);
	return *out != '\0' ? out : "none";
}

static void
run_example(struct checking *x, const struct tree *t, const struct yaml *y)
{
	static const char *const keys[] = { "given", "is", NULL };
	struct facts *facts = facts_new(x->trees);
	const char *want, *got;
	struct decision d;
	struct err e = { 0 };

	arena_reset(&x->arena);
	if (y->kind != YAML_MAP)
		tell(x, y, "an example is a map of given and is");
	else if (yaml_only(y, keys, &e) < 0 ||
	    given(facts, yaml_get(y, "given"), &x->arena, &e) < 0 ||
	    tree_decide(x->trees, t->name, facts, NULL, NULL, &x->arena, &d,
	    &e) < 0) {
		tell(x, y, "tree '%s': %s", t->name, e.text);
	} else {
		want = wanted(yaml_get(y, "is"), &x->arena);
		got = outcomes_text(&d, &x->arena);
		if (strcmp(want, got) != 0)
			tell(x, y, "tree '%s' comes to %s, not to %s",
			    t->name, got, want);
		for (size_t i = 0; x->reached != NULL && i < d.n; i++)
			x->reached[d.outcome[i] - x->trees->outcome] = true;
	}
	facts_free(facts);
}

static void
run_examples(struct checking *x, size_t *ran)
{
	for (size_t i = 0; i < x->trees->n; i++) {
		const struct tree *t = &x->trees->tree[i];
		const struct yaml *y = t->examples;

		if (y != NULL && y->kind != YAML_LIST) {
			tell(x, y, "examples is not a list");
			continue;
		}
		for (y = y != NULL ? y->first : NULL; y != NULL; y = y->next) {
			run_example(x, t, y);
			++*ran;
		}
	}
}

int
trees_test(const struct trees *t, void (*told)(void *, const char *, int,
    const char *), void *arg, size_t *ran)
{
	struct checking x = { .trees = t, .told = told, .arg = arg };

	*ran = 0;
	run_examples(&x, ran);
	arena_free(&x.arena);
	return x.found;
}

/* -- doubts ----------------------------------------------------------- */

static void	lint_list(struct checking *, const struct question *);

static void
lint_branch(struct checking *x, const struct branch *b)
{
	if (b->outcome != NULL)
		x->named[b->outcome - x->trees->outcome] = true;
	if (b->list != NULL)
		lint_list(x, b->list);
}

/* An answer that an earlier one takes away. */
static void
lint_answers(struct checking *x, const struct question *q)
{
	for (const struct reply_to *r = q->answer; r != NULL; r = r->next) {
		for (const struct reply_to *s = q->answer; s != r;
		    s = s->next) {
			if (r->test != NULL && test_covers(s->test, r->test))
				tell(x, r->branch.at, "'%s' is never come to: "
				    "'%s' of line %d takes it", r->text,
				    s->text, s->line);
		}
		lint_branch(x, &r->branch);
	}
}

static bool
always_ends(const struct branch *b)
{
	return b->outcome != NULL;
}

static void
lint_list(struct checking *x, const struct question *first)
{
	for (const struct question *q = first; q != NULL; q = q->next) {
		if (q->of != NULL) {
			lint_answers(x, q);
			continue;
		}
		for (const struct question *p = first; p != q; p = p->next) {
			if (p->when != NULL && always_ends(&p->yes) &&
			    cond_same(p->when, q->when))
				tell(x, q->at, "never answered by yes: line "
				    "%d has asked it", p->at->line);
		}
		lint_branch(x, &q->yes);
		lint_branch(x, &q->no);
		for (size_t i = 0; i < q->alsos; i++)
			lint_branch(x, &q->also[i]);
	}
}

static void
lint_outcome(struct checking *x, size_t i, const struct yaml *at)
{
	const struct outcome *o = &x->trees->outcome[i];

	if (!x->named[i])
		tell(x, at, "no tree comes to outcome '%s'", o->name);
	else if (!x->reached[i])
		tell(x, at, "no example comes to outcome '%s'", o->name);
	if (o->level > 1 && *o->to == NULL && o->channel == NULL)
		tell(x, at, "outcome '%s' escalates to nobody", o->name);
	if (o->page && *o->to == NULL)
		tell(x, at, "outcome '%s' pages nobody", o->name);
}

int
trees_lint(const struct trees *t, void (*told)(void *, const char *, int,
    const char *), void *arg)
{
	struct checking x = { .trees = t, .told = told, .arg = arg };
	size_t ran;

	x.named = xcalloc(t->outcomes + 1, sizeof(*x.named));
	x.reached = xcalloc(t->outcomes + 1, sizeof(*x.reached));
	run_examples(&x, &ran);
	for (size_t i = 0; i < t->n; i++) {
		const struct tree *tree = &t->tree[i];

		if (tree->examples == NULL ||
		    tree->examples->count < EXAMPLES_MIN)
			tell(&x, tree->at, "tree '%s' has fewer than %d "
			    "examples", tree->name, EXAMPLES_MIN);
		lint_list(&x, tree->question);
		lint_branch(&x, &tree->otherwise);
	}
	for (size_t i = 0; i < t->outcomes; i++) {
		struct yaml at = { .file = t->outcome[i].file,
			.line = t->outcome[i].line };

		lint_outcome(&x, i, &at);
	}
	free(x.named);
	free(x.reached);
	arena_free(&x.arena);
	return x.found;
}
