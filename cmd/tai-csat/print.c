/* Scores as records and as a table. */
#include <string.h>

#include "base/time.h"
#include "csat.h"

/* What the kind is judged by, cut off: "8.41", for nps "33.3". */
static char *
value_text(const struct score *s, const struct survey_kind *k, char out[32])
{
	if (k->net)
		return ratio_text((s->promoters - s->detractors) * 100, s->n,
		    1, out);
	return ratio_text(s->sum, s->n, 2, out);
}

static void
write_double(struct writer *w, const char *key, double x, int places)
{
	char text[32];

	snprintf(text, sizeof(text), "%.*f", places, x);
	w_field_str(w, key, text);
}

static void
write_values(struct writer *w, const struct score *s,
    const struct survey_kind *k)
{
	struct interval i = score_value(s, k), d;
	char text[32];

	if (s->n == 0)
		return;
	w_field_str(w, "mean", ratio_text(s->sum, s->n, 2, text));
	w_field_str(w, "value", value_text(s, k, text));
	if (i.known) {
		write_double(w, "low", i.low, 2);
		write_double(w, "high", i.high, 2);
	}
	if (k->target != INT64_MIN) {
		w_field_str(w, "target", ratio_text(k->target, 100, 2, text));
		w_field_bool(w, "met", k->net ? (s->promoters -
		    s->detractors) * 10000 >= k->target * s->n :
		    s->sum * 100 >= k->target * s->n);
	}
	if (k->promoters == 0)
		return;
	w_field_int(w, "promoters", s->promoters);
	w_field_int(w, "passives", s->passives);
	w_field_int(w, "detractors", s->detractors);
	d = score_wilson(s->detractors, s->n);
	w_field_str(w, "detractors_rate", ratio_text(s->detractors * 100,
	    s->n, 1, text));
	write_double(w, "detractors_low", 100 * d.low, 1);
	write_double(w, "detractors_high", 100 * d.high, 1);
}

static void
write_rate(struct writer *w, const struct score *s)
{
	struct interval i = score_rate(s);
	char text[32];

	if (s->sent > 0) {
		w_field_int(w, "sent", s->sent);
		w_field_int(w, "bounced", s->bounced);
	}
	if (!i.known)
		return;
	w_field_str(w, "rate", ratio_text(s->n * 100, s->sent - s->bounced,
	    1, text));
	write_double(w, "rate_low", 100 * i.low, 1);
	write_double(w, "rate_high", 100 * i.high, 1);
}

static void
write_trend(struct writer *w, const struct surveys *surveys,
    const struct group *g, int64_t days)
{
	struct trend t = score_trend(&g->before, &g->last, g->kind);
	char text[32];

	if (g->before.n == 0 || g->last.n == 0)
		return;
	w_key(w, "trend");
	w_open(w, '{');
	w_field_int(w, "days", days);
	w_field_str(w, "before", value_text(&g->before, g->kind, text));
	w_field_int(w, "n_before", g->before.n);
	w_field_str(w, "after", value_text(&g->last, g->kind, text));
	w_field_int(w, "n_after", g->last.n);
	if (t.known) {
		write_double(w, "z", t.z, 3);
		write_double(w, "p", t.p, 4);
	}
	w_field_bool(w, "significant", t.known &&
	    t.p < surveys->significance);
	w_close(w, '}');
}

void
scores_records(struct cmd *c, const struct surveys *surveys,
    const struct group *g, size_t n, int64_t days)
{
	char id[ID_TEXT], at[TIME_TEXT];

	for (size_t i = 0; i < n; i++, g++) {
		struct writer w;

		record_id(id, "score", g->kind->name, g->name,
		    time_format(c->now, at), NULL);
		record_begin(&w, &c->out, "score", id, c->now);
		w_field_str(&w, "kind", g->kind->name);
		w_field_str(&w, "group", g->name);
		w_field_int(&w, "n", g->now.n);
		if (g->now.dismissed > 0)
			w_field_int(&w, "dismissed", g->now.dismissed);
		write_values(&w, &g->now, g->kind);
		write_rate(&w, &g->now);
		write_trend(&w, surveys, g, days);
		w_close(&w, '}');
		buf_addc(&c->out, '\n');
	}
}

static void
cell_int(struct table *t, int64_t n, bool shown)
{
	char text[32];

	table_cell(t, shown ? ratio_text(n, 1, 0, text) : "");
}

static void
row(struct table *t, const struct group *g, bool rates)
{
	const struct score *s = &g->now;
	struct interval i = score_value(s, g->kind), rate = score_rate(s);
	bool parts = g->kind->promoters != 0 && s->n > 0;
	char text[64];

	table_cell(t, g->kind->name);
	table_cell(t, g->name);
	cell_int(t, s->n, true);
	table_cell(t, s->n > 0 ? value_text(s, g->kind, text) : "");
	snprintf(text, sizeof(text), "%.1f to %.1f", i.low, i.high);
	table_cell(t, i.known ? text : "");
	cell_int(t, s->promoters, parts);
	cell_int(t, s->passives, parts);
	cell_int(t, s->detractors, parts);
	snprintf(text, sizeof(text), "%+.1f", score_value(&g->last,
	    g->kind).value - score_value(&g->before, g->kind).value);
	table_cell(t, g->before.n > 0 && g->last.n > 0 ? text : "");
	if (rates)
		table_cell(t, rate.known ? ratio_text(s->n * 100, s->sent -
		    s->bounced, 1, text) : "");
}

void
scores_table(struct cmd *c, const struct group *g, size_t n)
{
	static const struct column columns[] = {
		{ "KIND", false, false }, { "GROUP", false, true },
		{ "N", true, false }, { "SCORE", true, false },
		{ "95 %", true, false }, { "9-10", true, false },
		{ "7-8", true, false }, { "LOW", true, false },
		{ "TREND", true, false }, { "RATE %", true, false },
	};
	const size_t all = sizeof(columns) / sizeof(*columns);
	struct table *t;
	bool rates = false;

	for (size_t i = 0; i < n; i++)
		rates |= score_rate(&g[i].now).known;
	t = table_new(columns, rates ? all : all - 1);
	for (size_t i = 0; i < n; i++)
		row(t, &g[i], rates);
	cmd_table(c, t);
	table_free(t);
}
