/* tai-triage decide: a decision tree asked by hand, or about lines of JSON. */
#include <string.h>

#include "format/items.h"
#include "trees.h"
#include "triage.h"

struct deciding {
	struct cmd *cmd;
	struct trees *trees;
	const char *tree;
	struct facts *facts;
	struct arena arena;	/* of one line */
	struct writer *json;
	char **set;		/* FACT=VALUE of the command line */
	int sets;
	size_t asked;
};

static void
show(void *arg, const struct asked *q)
{
	struct deciding *x = arg;

	if (x->json == NULL) {
		trees_show(&x->cmd->out, "  ", q);
		return;
	}
	trees_json_asked(x->json, q);
}

static int
decide(struct deciding *x, struct err *e)
{
	struct buf *out = &x->cmd->out;
	struct decision d;
	struct writer w;

	if (x->cmd->form != FORM_JSON) {
		if (x->asked++ > 0)
			buf_addc(out, '\n');
		buf_printf(out, "%s: %s\n", x->tree, trees_about(x->trees,
		    x->tree));
		if (tree_decide(x->trees, x->tree, x->facts, show, x,
		    &x->arena, &d, e) < 0)
			return -1;
		buf_adds(out, "  = ");
		trees_summary(out, &d);
		buf_addc(out, '\n');
		return 0;
	}
	w_begin(&w, out);
	x->json = &w;
	w_open(&w, '{');
	w_field_str(&w, "tree", x->tree);
	w_key(&w, "asked");
	w_open(&w, '[');
	if (tree_decide(x->trees, x->tree, x->facts, show, x, &x->arena, &d,
	    e) < 0)
		return -1;
	w_close(&w, ']');
	trees_json(&w, &d);
	w_close(&w, '}');
	buf_addc(out, '\n');
	return 0;
}

static int
by_hand(struct deciding *x, struct err *e)
{
	for (int i = 0; i < x->sets; i++) {
		const char *equals = strchr(x->set[i], '=');
		const char *name = arena_strndup(&x->cmd->arena, x->set[i],
		    (size_t)(equals - x->set[i]));

		if (facts_set(x->facts, name, equals + 1, e) < 0)
			return -1;
	}
	return 0;
}

/* A field's value as text; NULL for what is no fact's. */
static const char *
text_of(struct deciding *x, const struct value *v)
{
	const char *text = "", *one;
	struct value item;
	size_t pos = 0;
	bool truth;

	if (v->kind == VALUE_BOOL)
		return value_bool(v, &truth) && truth ? "yes" : "no";
	if (v->kind != VALUE_ARRAY)
		return value_text(v, &x->arena);
	while (value_next(v, &pos, &item)) {
		if ((one = value_text(&item, &x->arena)) == NULL)
			return NULL;
		text = arena_printf(&x->arena, "%s%s,", text, one);
	}
	return text;
}

/* Fields that are facts; a record has others, too. */
static int
each(struct cmd *c, void *arg, const struct rec *r, struct err *e)
{
	struct deciding *x = arg;
	const char *name, *text;
	struct value v;

	(void)c;
	arena_reset(&x->arena);
	facts_clear(x->facts);
	for (size_t i = 0; (name = trees_fact(x->trees, i)) != NULL; i++) {
		struct err bad = { 0 };

		if (!rec_get(r, name, &v) ||
		    (text = text_of(x, &v)) == NULL)
			continue;
		if (facts_set(x->facts, name, text, &bad) < 0)
			return err_set(e, ERR_INPUT, "%s", bad.text);
	}
	return by_hand(x, e) < 0 ? -1 : decide(x, e);
}

static int
list(struct cmd *c, const struct trees *trees)
{
	static const struct column columns[] = {
		{ .title = "TREE" }, { .title = "DECIDES", .shrink = true },
	};
	struct table *t = table_new(columns, 2);
	const char *name;
	struct writer w;

	for (size_t i = 0; (name = trees_name(trees, i)) != NULL; i++) {
		table_cell(t, name);
		table_cell(t, trees_about(trees, name));
		if (c->form != FORM_JSON)
			continue;
		w_begin(&w, &c->out);
		w_open(&w, '{');
		w_field_str(&w, "tree", name);
		w_field_str(&w, "about", trees_about(trees, name));
		w_close(&w, '}');
		buf_addc(&c->out, '\n');
	}
	if (c->form != FORM_JSON) {
		if (c->form == FORM_AUTO)
			c->form = FORM_TABLE;
		cmd_table(c, t);
	}
	table_free(t);
	return 0;
}

int
triage_decide(struct cmd *c, struct err *e)
{
	struct deciding x = { .cmd = c };
	struct filter f = { .each = each, .arg = &x, .replaces = true };
	int rc;

	if (cmd_trees(c, &x.trees, e) < 0)
		return -1;
	if (x.trees == NULL)
		return err_set(e, ERR_CONFIG, "no escalation.yaml in the "
		    "rules");
	if (c->argc == 0) {
		rc = list(c, x.trees);
		trees_free(x.trees);
		return rc;
	}
	x.tree = *c->argv++;
	c->argc--;
	x.set = c->argv;
	while (c->argc > 0 && strchr(*c->argv, '=') != NULL) {
		c->argv++;
		c->argc--;
		x.sets++;
	}
	x.facts = facts_new(x.trees);
	if (!trees_has(x.trees, x.tree))
		rc = err_set(e, ERR_USAGE, "no tree '%s'; decide alone lists "
		    "them", x.tree);
	else if (c->argc > 0)
		rc = cmd_filter(c, &f, e);
	else
		rc = by_hand(&x, e) < 0 ? -1 : decide(&x, e);
	facts_free(x.facts);
	trees_free(x.trees);
	arena_free(&x.arena);
	return rc;
}
