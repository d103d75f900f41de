/*
 * What is to be done about a message: what its rules say, and the decision
 * trees about the facts that follow from the verdict.
 */
#include <stdlib.h>
#include <string.h>

#include "base/time.h"
#include "trees.h"
#include "triage.h"

struct judge {
	struct trees *trees;	/* or NULL */
	struct facts *facts;
};

int
judge_open(struct judge **out, struct cmd *c, struct err *e)
{
	struct judge *j = xcalloc(1, sizeof(*j));

	*out = j;
	if (cmd_trees(c, &j->trees, e) < 0)
		return -1;
	if (j->trees != NULL)
		j->facts = facts_new(j->trees);
	return 0;
}

void
judge_close(struct judge *j)
{
	if (j == NULL)
		return;
	facts_free(j->facts);
	trees_free(j->trees);
	free(j);
}

const struct trees *
judge_trees(const struct judge *j)
{
	return j->trees;
}

const char *const *
verdict_tags(const struct verdict *v, struct arena *a)
{
	const char **tags;
	size_t room = 1, n = 0, k;

	for (size_t i = 0; i < v->n; i++) {
		for (const char *const *t = v->rule[i]->tags; *t != NULL; t++)
			room++;
	}
	tags = arena_zalloc(a, room * sizeof(*tags));
	for (size_t i = 0; i < v->n; i++) {
		for (const char *const *t = v->rule[i]->tags; *t != NULL;
		    t++) {
			for (k = 0; k < n && strcmp(tags[k], *t) != 0; k++)
				;
			if (k == n)
				tags[n++] = *t;
		}
	}
	return tags;
}

const char *const *
verdict_rules(const struct verdict *v, struct arena *a)
{
	const char **ids = arena_zalloc(a, (v->n + 1) * sizeof(*ids));

	for (size_t i = 0; i < v->n; i++)
		ids[i] = v->rule[i]->id;
	return ids;
}

static void
know(struct facts *f, const struct message *m, const struct verdict *v,
    struct arena *a)
{
	const struct rule_info *t = v->topic;

	facts_clear(f);
	/*
	 * What a rule has found in the text, where a fact is called so; what
	 * is known otherwise comes behind it.
	 */
	for (size_t i = 0; i < v->captures; i++) {
		struct err ignored = { 0 };

		facts_set(f, v->capture[i].name, v->capture[i].value,
		    &ignored);
	}
	facts_word(f, "severity", severity_name(v->level));
	facts_word(f, "tier", m->tier);
	facts_word(f, "customer", m->customer);
	facts_word(f, "category", t != NULL ? t->category : "other");
	facts_word(f, "topic", t != NULL ? t->topic : NULL);
	facts_word(f, "channel", m->channel);
	facts_words(f, "tags", verdict_tags(v, a));
	facts_words(f, "rules", verdict_rules(v, a));
	facts_truth(f, "sensitive", v->sensitive);
	facts_truth(f, "first", m->first);
}

struct facts *
judge_facts(struct judge *j, const struct message *m, const struct verdict *v,
    struct arena *a)
{
	if (j->trees == NULL)
		return NULL;
	know(j->facts, m, v, a);
	return j->facts;
}

/* The rule's targets, then those of the trees, each once. */
static const char *const *
both(const char *const *x, const char *const *y, struct arena *a)
{
	const char **to;
	size_t room = 1, n = 0;

	for (size_t i = 0; x != NULL && x[i] != NULL; i++)
		room++;
	for (size_t i = 0; y[i] != NULL; i++)
		room++;
	to = arena_zalloc(a, room * sizeof(*to));
	for (size_t i = 0; x != NULL && x[i] != NULL; i++)
		to[n++] = x[i];
	for (size_t i = 0; y[i] != NULL; i++) {
		size_t k = 0;

		while (k < n && strcmp(to[k], y[i]) != 0)
			k++;
		if (k == n)
			to[n++] = y[i];
	}
	return to;
}

static const char *const *
todo_of(const struct decision *d, struct arena *a)
{
	const char *const *all = NULL;

	for (size_t i = 0; i < d->n; i++)
		all = both(all, d->outcome[i]->todo, a);
	return all;
}

/* Level 1 is the desk itself: that is no escalation. */
static void
add_decision(struct course *to, const struct decision *d, struct arena *a)
{
	if (d->level < 2)
		return;
	if (d->level > to->level) {
		to->level = d->level;
		to->why = d->why;
	}
	to->to = both(to->to, d->to, a);
	to->fallback = d->fallback;
	if (d->within > 0 && (to->within == 0 || d->within < to->within))
		to->within = d->within;
	to->page = d->page;
	to->todo = todo_of(d, a);
}

static int
ask(struct judge *j, const char *tree, void (*step)(void *,
    const struct asked *), void *arg, struct arena *a, struct decision *d,
    struct err *e)
{
	memset(d, 0, sizeof(*d));
	return j->trees == NULL || !trees_has(j->trees, tree) ? 0 :
	    tree_decide(j->trees, tree, j->facts, step, arg, a, d, e);
}

int
judge_course(struct judge *j, const struct message *m,
    const struct verdict *v, void (*step)(void *, const struct asked *),
    void *arg, struct arena *a, struct course *to, struct err *e)
{
	static const char *const nobody[] = { NULL };
	const struct rule_info *f = v->escalate, *t = v->route;
	struct decision d;

	memset(to, 0, sizeof(*to));
	to->to = to->todo = to->fallback = nobody;
	if (f != NULL) {
		to->level = f->escalate;
		to->to = f->to;
		to->within = f->within;
		to->why = f->id;
	}
	if (t != NULL) {
		to->team = t->team;
		to->channel = t->route_channel;
	}
	/* "Thanks, that works" concerns nobody. */
	if (v->closing)
		return 0;
	judge_facts(j, m, v, a);
	if (ask(j, "escalation", step, arg, a, &d, e) < 0)
		return -1;
	add_decision(to, &d, a);
	/* What nobody is sure of is in nobody's queue. */
	if (to->team != NULL || to->channel != NULL || t == NULL)
		return 0;
	if (ask(j, "route", step, arg, a, &d, e) < 0)
		return -1;
	if (d.route != NULL) {
		to->team = d.route->team;
		to->channel = d.route->channel;
	}
	return 0;
}

void
course_json(struct writer *w, const struct course *to)
{
	char within[TIME_TEXT];

	if (to->team != NULL || to->channel != NULL) {
		w_key(w, "route");
		w_open(w, '{');
		w_field_str(w, "team", to->team);
		w_field_str(w, "channel", to->channel);
		w_close(w, '}');
	}
	if (to->level == 0)
		return;
	w_key(w, "escalate");
	w_open(w, '{');
	w_field_int(w, "level", to->level);
	w_key(w, "to");
	w_list(w, to->to);
	if (to->within > 0)
		w_field_str(w, "within", duration_exact(to->within, within));
	w_field_str(w, "why", to->why);
	if (to->page)
		w_field_bool(w, "page", true);
	w_close(w, '}');
}
