/* Decision trees: where they lie, and how their answers are shown. */
#include <string.h>

#include "base/time.h"
#include "trees.h"

int
cmd_trees(struct cmd *c, struct trees **out, struct err *e)
{
	struct yaml *root;

	*out = NULL;
	if (cmd_rule_file(c, "escalation.yaml") == NULL)
		return 0;
	if (cmd_rule_yaml(c, "escalation.yaml", &root, e) < 0)
		return -1;
	return trees_load(out, root, e);
}

void
trees_show(struct buf *out, const char *blanks, const struct asked *q)
{
	const char *base = strrchr(q->file, '/');

	buf_printf(out, "%s%s  %s: %s%s%s  (%s:%d)\n", blanks, q->ask,
	    q->facts, q->answer, q->leads != NULL ? " -> " : "",
	    q->leads != NULL ? q->leads : "", base != NULL ? base + 1 :
	    q->file, q->line);
}

static void
add_list(struct buf *out, const char *word, const char *const *texts)
{
	for (size_t i = 0; texts[i] != NULL; i++)
		buf_printf(out, "%s%s", i == 0 ? word : ", ", texts[i]);
}

void
trees_summary(struct buf *out, const struct decision *d)
{
	char within[TIME_TEXT];

	if (d->n == 0) {
		buf_adds(out, "nothing");
		return;
	}
	for (size_t i = 0; i < d->n; i++)
		buf_printf(out, "%s%s", i > 0 ? ", " : "",
		    d->outcome[i]->name);
	if (d->severity != NULL)
		buf_printf(out, "; severity %s", d->severity);
	if (d->level > 0)
		buf_printf(out, "; level %d", d->level);
	add_list(out, d->page ? "; pages " : "; tells ", d->to);
	if (d->within > 0)
		buf_printf(out, "; within %s", duration_exact(d->within,
		    within));
	if (d->route != NULL && d->route->team != NULL)
		buf_printf(out, "; team %s", d->route->team);
	if (d->route != NULL && d->route->channel != NULL)
		buf_printf(out, "; channel %s", d->route->channel);
	if (d->assign != NULL)
		add_list(out, "; for ", d->assign->roles);
	for (size_t i = 0; i < d->n; i++)
		add_list(out, "; do: ", d->outcome[i]->todo);
}

void
trees_json_asked(struct writer *w, const struct asked *q)
{
	w_open(w, '{');
	w_field_str(w, "tree", q->tree);
	w_field_str(w, "ask", q->ask);
	w_field_str(w, "facts", q->facts);
	w_field_str(w, "answer", q->answer);
	w_field_str(w, "leads", q->leads);
	w_field_str(w, "file", q->file);
	w_field_int(w, "line", q->line);
	w_close(w, '}');
}

void
trees_json(struct writer *w, const struct decision *d)
{
	char within[TIME_TEXT];
	bool todo = false;

	w_key(w, "outcomes");
	w_open(w, '[');
	for (size_t i = 0; i < d->n; i++) {
		w_str(w, d->outcome[i]->name);
		todo |= *d->outcome[i]->todo != NULL;
	}
	w_close(w, ']');
	w_field_str(w, "severity", d->severity);
	if (d->level > 0)
		w_field_int(w, "level", d->level);
	w_field_list(w, "to", d->to);
	if (d->within > 0)
		w_field_str(w, "within", duration_exact(d->within, within));
	if (d->page)
		w_field_bool(w, "page", true);
	if (d->route != NULL) {
		w_field_str(w, "team", d->route->team);
		w_field_str(w, "channel", d->route->channel);
	}
	if (d->assign != NULL)
		w_field_list(w, "roles", d->assign->roles);
	if (!todo)
		return;
	w_key(w, "do");
	w_open(w, '[');
	for (size_t i = 0; i < d->n; i++) {
		for (const char *const *s = d->outcome[i]->todo; *s != NULL;
		    s++)
			w_str(w, *s);
	}
	w_close(w, ']');
}
