/* How well the rules judge: rates by label, confusions, worst mistakes. */
#include <string.h>

#include "labels.h"

#define CONFUSIONS	20	/* pairs that the table shows */

/* Hundredths of a percent as "93.40", or "-" where there is none. */
static const char *
percent(int hundredths, struct arena *a)
{
	return hundredths < 0 ? "-" : arena_printf(a, "%d.%02d",
	    hundredths / 100, hundredths % 100);
}

static void
field_percent(struct writer *w, const char *key, int hundredths,
    struct arena *a)
{
	w_field_str(w, key, hundredths < 0 ? NULL : percent(hundredths, a));
}

static int
accuracy(const struct tally *t)
{
	int64_t right, n = tally_total(t, &right);

	return n == 0 ? -1 : (int)(right * 10000 / n);
}

static void
put_label(struct writer *w, const struct tally_label *l, struct arena *a)
{
	w_open(w, '{');
	w_field_str(w, "label", l->name);
	w_field_int(w, "expected", l->expected);
	w_field_int(w, "given", l->given);
	w_field_int(w, "right", l->right);
	field_percent(w, "precision", tally_precision(l), a);
	field_percent(w, "recall", tally_recall(l), a);
	field_percent(w, "f1", tally_f1(l), a);
	w_close(w, '}');
}

static void
put_json(struct cmd *c, struct tally *t, int which)
{
	struct arena *a = &c->arena;
	struct tally_label *l;
	size_t labels = tally_labels(t, a, &l);
	int64_t right, n = tally_total(t, &right);
	struct writer w;

	w_begin(&w, &c->out);
	w_open(&w, '{');
	w_field_str(&w, "field", label_names[which]);
	w_field_int(&w, "n", n);
	w_field_int(&w, "right", right);
	field_percent(&w, "accuracy", accuracy(t), a);
	field_percent(&w, "macro_f1", tally_macro_f1(t), a);
	w_key(&w, "labels");
	w_open(&w, '[');
	for (size_t i = 0; i < labels; i++)
		put_label(&w, &l[i], a);
	w_close(&w, ']');
	w_key(&w, "confusion");
	w_open(&w, '[');
	for (size_t i = 0; i < labels; i++) {
		for (size_t k = 0; k < labels; k++) {
			if ((n = tally_cell(t, l[i].name, l[k].name)) == 0)
				continue;
			w_open(&w, '{');
			w_field_str(&w, "expected", l[i].name);
			w_field_str(&w, "given", l[k].name);
			w_field_int(&w, "n", n);
			w_close(&w, '}');
		}
	}
	w_close(&w, ']');
	w_close(&w, '}');
	buf_addc(&c->out, '\n');
}

static void
put_rates(struct cmd *c, struct tally *t, int which)
{
	const struct column columns[] = { { label_names[which], false, true },
		{ "expected", true, false }, { "given", true, false },
		{ "right", true, false }, { "precision", true, false },
		{ "recall", true, false }, { "F1", true, false } };
	struct table *table = table_new(columns, 7);
	struct arena *a = &c->arena;
	struct tally_label *l;
	size_t labels = tally_labels(t, a, &l);
	int64_t right, n = tally_total(t, &right);

	for (size_t i = 0; i < labels; i++, l++) {
		const int64_t count[] = { l->expected, l->given, l->right };

		table_cell(table, l->name);
		for (int k = 0; k < 3; k++)
			table_cell(table, arena_printf(a, "%lld",
			    (long long)count[k]));
		table_cell(table, percent(tally_precision(l), a));
		table_cell(table, percent(tally_recall(l), a));
		table_cell(table, percent(tally_f1(l), a));
	}
	cmd_table(c, table);
	table_free(table);
	if (c->form == FORM_AUTO || c->form == FORM_TEXT ||
	    c->form == FORM_TABLE)
		buf_printf(&c->out, "%s: %lld of %lld right, %s %%; mean F1 "
		    "%s\n\n", label_names[which], (long long)right,
		    (long long)n, percent(accuracy(t), a),
		    percent(tally_macro_f1(t), a));
}

struct pair {
	const char *expected, *given;
	int64_t n;
};

/* Keeps the list by n, the most frequent first. */
static void
add_pair(struct pair *list, size_t *used, struct pair p)
{
	size_t i = *used;

	if (i == CONFUSIONS && p.n <= list[i - 1].n)
		return;
	if (i < CONFUSIONS)
		++*used;
	else
		i--;
	for (; i > 0 && list[i - 1].n < p.n; i--)
		list[i] = list[i - 1];
	list[i] = p;
}

static void
put_confusions(struct cmd *c, struct tally *t)
{
	static const struct column columns[] = { { "expected", false, true },
		{ "given", false, true }, { "times", true, false } };
	struct table *table = table_new(columns, 3);
	struct pair list[CONFUSIONS];
	struct tally_label *l;
	size_t labels = tally_labels(t, &c->arena, &l), used = 0;
	int64_t n;

	for (size_t i = 0; i < labels; i++) {
		for (size_t k = 0; k < labels; k++) {
			if (i != k && (n = tally_cell(t, l[i].name,
			    l[k].name)) > 0)
				add_pair(list, &used, (struct pair){
				    l[i].name, l[k].name, n });
		}
	}
	for (size_t i = 0; i < used; i++) {
		table_cell(table, list[i].expected);
		table_cell(table, list[i].given);
		table_cell(table, arena_printf(&c->arena, "%lld",
		    (long long)list[i].n));
	}
	if (used > 0)
		cmd_table(c, table);
	table_free(table);
	if (used > 0)
		buf_addc(&c->out, '\n');
}

static void
put_mistake(struct cmd *c, const struct mistake *m)
{
	const char *subject = cmd_redact(c, m->subject, &c->arena);
	struct writer w;

	if (c->form != FORM_JSON) {
		buf_printf(&c->out, "record %lld: %s %s, given %s by %s, "
		    "%d %%: ", (long long)m->number, label_names[m->which],
		    m->expected, m->given, m->rule, m->confidence);
		table_fit(subject, 60, &c->out);
		buf_addc(&c->out, '\n');
		return;
	}
	w_begin(&w, &c->out);
	w_open(&w, '{');
	w_field_int(&w, "record", m->number);
	w_field_str(&w, "field", label_names[m->which]);
	w_field_str(&w, "expected", m->expected);
	w_field_str(&w, "given", m->given);
	w_field_str(&w, "rule", m->rule);
	w_field_int(&w, "confidence", m->confidence);
	w_field_str(&w, "subject", subject);
	w_close(&w, '}');
	buf_addc(&c->out, '\n');
}

void
labels_put(struct cmd *c, struct tally *const tally[LABELS],
    const struct mistake *m, size_t n)
{
	int64_t right;

	for (int i = 0; i < LABELS; i++) {
		if (tally_total(tally[i], &right) == 0)
			continue;
		if (c->form == FORM_JSON) {
			put_json(c, tally[i], i);
			continue;
		}
		put_rates(c, tally[i], i);
		put_confusions(c, tally[i]);
	}
	for (size_t i = 0; i < n; i++)
		put_mistake(c, &m[i]);
}
