/* Why somebody is told: the questions that the decision trees asked. */
#include "base/time.h"
#include "trees.h"
#include "triage.h"

struct telling {
	struct buf *out;
	struct writer *json;
};

static void
show(void *arg, const struct asked *q)
{
	struct telling *x = arg;

	if (x->json == NULL) {
		trees_show(x->out, "    ", q);
		return;
	}
	w_open(x->json, '{');
	w_field_str(x->json, "tree", q->tree);
	w_field_str(x->json, "ask", q->ask);
	w_field_str(x->json, "facts", q->facts);
	w_field_str(x->json, "answer", q->answer);
	w_field_str(x->json, "leads", q->leads);
	w_field_str(x->json, "file", q->file);
	w_field_int(x->json, "line", q->line);
	w_close(x->json, '}');
}

static void
put_list(struct buf *out, const char *const *texts)
{
	for (size_t i = 0; texts[i] != NULL; i++)
		buf_printf(out, "%s%s", i > 0 ? ", " : "", texts[i]);
}

int
why_text(struct cmd *c, struct judge *j, const struct message *m,
    const struct verdict *v, struct arena *a, struct err *e)
{
	struct telling x = { .out = &c->out };
	char within[TIME_TEXT];
	struct course to;

	if (judge_trees(j) != NULL && !v->closing)
		buf_adds(&c->out, "  decision trees:\n");
	if (judge_course(j, m, v, show, &x, a, &to, e) < 0)
		return -1;
	if (to.level > 0) {
		buf_printf(&c->out, "  escalated to level %d, by %s, %s ",
		    to.level, to.why, to.page ? "paging" : "telling");
		put_list(&c->out, to.to);
		if (to.within > 0)
			buf_printf(&c->out, ", within %s",
			    duration_exact(to.within, within));
		buf_addc(&c->out, '\n');
	}
	if (to.team != NULL || to.channel != NULL)
		buf_printf(&c->out, "  routed to %s%s%s\n", to.team != NULL ?
		    to.team : "", to.team != NULL && to.channel != NULL ?
		    ", " : "", to.channel != NULL ? to.channel : "");
	return 0;
}

int
why_json(struct writer *w, struct judge *j, const struct message *m,
    const struct verdict *v, struct arena *a, struct err *e)
{
	struct telling x = { .json = w };
	struct course to;

	w_key(w, "asked");
	w_open(w, '[');
	if (judge_course(j, m, v, show, &x, a, &to, e) < 0)
		return -1;
	w_close(w, ']');
	course_json(w, &to);
	return 0;
}
