/*
 * Why somebody is told, and why somebody gets the ticket: the questions that
 * the decision trees asked, and what each of the team lost by.
 */
#include <stdlib.h>

#include "base/time.h"
#include "hands.h"
#include "trees.h"

struct why {
	struct cmd *cmd;
	struct judge *judge;
	struct notices *notices;
	struct hands *hands;
	struct writer *json;	/* NULL: text */
};

int
why_open(struct why **out, struct cmd *c, struct err *e)
{
	struct why *x = xcalloc(1, sizeof(*x));

	*out = x;
	x->cmd = c;
	if (judge_open(&x->judge, c, e) < 0 ||
	    notices_open(&x->notices, c, e) < 0)
		return -1;
	return hands_open(&x->hands, c, x->judge, x->notices, e);
}

void
why_close(struct why *x)
{
	if (x == NULL)
		return;
	hands_close(x->hands);
	notices_close(x->notices);
	judge_close(x->judge);
	free(x);
}

void
why_record(struct why *x, const struct rec *r)
{
	hands_record(x->hands, r);
}

static void
show(void *arg, const struct asked *q)
{
	struct why *x = arg;

	if (x->json == NULL) {
		trees_show(&x->cmd->out, "    ", q);
		return;
	}
	trees_json_asked(x->json, q);
}

static void
put_list(struct buf *out, const char *const *texts)
{
	for (size_t i = 0; texts[i] != NULL; i++)
		buf_printf(out, "%s%s", i > 0 ? ", " : "", texts[i]);
}

static void
put_course(struct buf *out, const struct course *to)
{
	char within[TIME_TEXT];

	if (to->level > 0) {
		buf_printf(out, "  escalated to level %d, by %s, %s ",
		    to->level, to->why, to->page ? "paging" : "telling");
		put_list(out, to->to);
		if (to->within > 0)
			buf_printf(out, ", within %s",
			    duration_exact(to->within, within));
		buf_addc(out, '\n');
	}
	if (to->team != NULL || to->channel != NULL)
		buf_printf(out, "  routed to %s%s%s\n", to->team != NULL ?
		    to->team : "", to->team != NULL && to->channel != NULL ?
		    ", " : "", to->channel != NULL ? to->channel : "");
}

/* Who is told in the place of those, or that nobody is. */
static void
put_reach(struct why *x, const struct rec *r, const struct message *m,
    const struct verdict *v, const struct course *to, struct arena *a)
{
	const struct escalation said = triage_escalation(r, m, v, to, a);
	struct buf *out = &x->cmd->out;
	struct reach reach;
	size_t n = 0;

	if (to->level == 0)
		return;
	notices_reach(x->notices, &said, a, &reach);
	while (to->to[n] != NULL)
		n++;
	if (!reach.anybody) {
		buf_adds(out, "  which reaches nobody\n");
	} else if (reach.to[n] != NULL) {
		buf_adds(out, "  in place of whom there is ");
		put_list(out, reach.to + n);
		buf_addc(out, '\n');
	}
	if (to->page && reach.anybody && !reach.paged)
		buf_printf(out, "  whom nothing pages: %s\n",
		    notices_pager(x->notices) ? "none has a pagerduty" :
		    "send.yaml has no key_file of pagerduty");
}

static void
put_choice(struct buf *out, const struct outcome *o, const struct choice *c)
{
	if (*c->has != '\0') {
		buf_printf(out, "  stays with %s\n", c->has);
		return;
	}
	if (o == NULL || c->n == 0)
		return;
	buf_printf(out, "  %s: %s%s\n", o->name, c->won == NULL ?
	    "nobody can have it" : c->fallback == NULL ? "assigned" :
	    "assigned, as nobody else, to ", c->fallback != NULL ?
	    c->fallback : "");
	for (size_t i = 0; i < c->n; i++) {
		const struct candidate *one = &c->all[i];

		buf_printf(out, "    %s %s: %s (%d open)\n", one == c->won ?
		    "+" : "-", one->person->id, one->why, one->load);
	}
}

int
why_text(struct why *x, const struct rec *r, const struct message *m,
    const struct verdict *v, struct arena *a, struct err *e)
{
	struct buf *out = &x->cmd->out;
	const struct outcome *o;
	struct choice c;
	struct course to;

	x->json = NULL;
	if (judge_trees(x->judge) != NULL && !v->closing)
		buf_adds(out, "  decision trees:\n");
	if (judge_course(x->judge, m, v, show, x, a, &to, e) < 0)
		return -1;
	put_course(out, &to);
	put_reach(x, r, m, v, &to, a);
	if (v->closing || v->resolve)
		return 0;
	if (hands_choose(x->hands, r, m, v, show, x, a, &o, &c, e) < 0)
		return -1;
	put_choice(out, o, &c);
	return 0;
}

static void
choice_json(struct writer *w, const struct choice *c)
{
	if (c->won != NULL)
		w_field_str(w, "assignee", c->won->person->id);
	else if (*c->has != '\0')
		w_field_str(w, "assignee", c->has);
	w_key(w, "candidates");
	w_open(w, '[');
	for (size_t i = 0; i < c->n; i++) {
		const struct candidate *one = &c->all[i];

		w_open(w, '{');
		w_field_str(w, "person", one->person->id);
		w_field_bool(w, "fits", one->fits);
		w_field_str(w, "why", one->why);
		w_field_int(w, "load", one->load);
		w_close(w, '}');
	}
	w_close(w, ']');
}

int
why_json(struct why *x, struct writer *w, const struct rec *r,
    const struct message *m, const struct verdict *v, struct arena *a,
    struct err *e)
{
	const struct outcome *o;
	struct choice c = { .has = "" };
	struct course to;

	x->json = w;
	w_key(w, "asked");
	w_open(w, '[');
	if (judge_course(x->judge, m, v, show, x, a, &to, e) < 0)
		return -1;
	if (!v->closing && !v->resolve &&
	    hands_choose(x->hands, r, m, v, show, x, a, &o, &c, e) < 0)
		return -1;
	w_close(w, ']');
	course_json(w, &to);
	choice_json(w, &c);
	return 0;
}
