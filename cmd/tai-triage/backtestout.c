/* What would have changed: ticket by ticket, and in all. */
#include <string.h>

#include "base/time.h"
#include "backtest.h"

struct totals {
	int64_t tickets, changed, of[ASPECTS];
	/* resolved by rules alone: only new, only old; how they went on */
	int64_t gained, lost;
	int64_t gained_answered, gained_reopened;
	int64_t lost_answered, lost_reopened;
};

static void
count(struct totals *t, const struct case_ *x)
{
	unsigned bits = case_changes(x);

	t->tickets++;
	t->changed += bits != 0;
	for (int i = 0; i < ASPECTS; i++)
		t->of[i] += bits >> i & 1;
	if (!(bits >> ASPECT_RESOLVE & 1))
		return;
	if (x->new.resolve) {
		t->gained++;
		t->gained_answered += x->answers > 0;
		t->gained_reopened += x->reopened > 0;
	} else {
		t->lost++;
		t->lost_answered += x->answers > 0;
		t->lost_reopened += x->reopened > 0;
	}
}

/* What the change is from or to; in the arena. */
static const char *
side(const struct judged *j, enum aspect what, struct arena *a)
{
	switch (what) {
	case ASPECT_CATEGORY:
		return j->category;
	case ASPECT_TOPIC:
		return *j->topic != '\0' ? j->topic : "-";
	case ASPECT_SEVERITY:
		return j->severity < 0 ? "-" :
		    severity_name((enum severity)j->severity);
	case ASPECT_REPLY:
		return *j->reply != '\0' ? j->reply : "-";
	case ASPECT_RESOLVE:
		return j->resolve ? "yes" : "no";
	case ASPECT_ESCALATE:
		return j->escalate == 0 ? "-" : arena_printf(a, "level %d",
		    j->escalate);
	case ASPECTS:
		break;
	}
	return "";
}

static const char *
responsible(const struct judged *j, enum aspect what)
{
	const char *rule = what == ASPECT_SEVERITY && *j->severity_rule !=
	    '\0' ? j->severity_rule : what == ASPECT_ESCALATE ? j->why :
	    j->rule;

	return *rule != '\0' ? rule : "-";
}

static void
put_case(struct cmd *c, const struct case_ *x, struct table *table)
{
	struct arena *a = &c->arena;
	unsigned bits = case_changes(x);
	char when[TIME_TEXT];

	for (int i = 0; i < ASPECTS; i++) {
		if (!(bits >> i & 1))
			continue;
		table_cell(table, x->key);
		time_format(x->at, when);
		table_cell(table, arena_strndup(a, when, 10));
		table_cell(table, aspect_names[i]);
		table_cell(table, side(&x->old, i, a));
		table_cell(table, side(&x->new, i, a));
		table_cell(table, arena_printf(a, "%s -> %s",
		    responsible(&x->old, i), responsible(&x->new, i)));
	}
}

static void
put_side(struct writer *w, const char *key, const struct judged *j)
{
	w_key(w, key);
	w_open(w, '{');
	w_field_str(w, "category", j->category);
	w_field_str(w, "topic", *j->topic != '\0' ? j->topic : NULL);
	w_field_str(w, "severity", j->severity < 0 ? NULL :
	    severity_name((enum severity)j->severity));
	w_field_str(w, "rule", *j->rule != '\0' ? j->rule : NULL);
	w_field_str(w, "severity_rule", *j->severity_rule != '\0' ?
	    j->severity_rule : NULL);
	w_field_str(w, "reply", *j->reply != '\0' ? j->reply : NULL);
	w_field_bool(w, "resolve", j->resolve);
	w_field_int(w, "escalate", j->escalate);
	w_field_str(w, "why", *j->why != '\0' ? j->why : NULL);
	w_close(w, '}');
}

static void
put_case_json(struct cmd *c, const struct case_ *x)
{
	unsigned bits = case_changes(x);
	struct writer w;

	w_begin(&w, &c->out);
	w_open(&w, '{');
	w_field_str(&w, "ticket", x->key);
	w_field_time(&w, "at", x->at);
	w_key(&w, "changes");
	w_open(&w, '[');
	for (int i = 0; i < ASPECTS; i++) {
		if (bits >> i & 1)
			w_str(&w, aspect_names[i]);
	}
	w_close(&w, ']');
	put_side(&w, "old", &x->old);
	put_side(&w, "new", &x->new);
	w_field_int(&w, "messages", x->messages);
	w_field_int(&w, "answers", x->answers);
	w_field_int(&w, "reopened", x->reopened);
	w_close(&w, '}');
	buf_addc(&c->out, '\n');
}

static void
put_totals_json(struct cmd *c, const struct totals *t, int64_t unjudged)
{
	struct writer w;

	w_begin(&w, &c->out);
	w_open(&w, '{');
	w_field_int(&w, "tickets", t->tickets);
	w_field_int(&w, "changed", t->changed);
	for (int i = 0; i < ASPECTS; i++)
		w_field_int(&w, aspect_names[i], t->of[i]);
	w_field_int(&w, "gained", t->gained);
	w_field_int(&w, "gained_answered", t->gained_answered);
	w_field_int(&w, "gained_reopened", t->gained_reopened);
	w_field_int(&w, "lost", t->lost);
	w_field_int(&w, "lost_answered", t->lost_answered);
	w_field_int(&w, "lost_reopened", t->lost_reopened);
	w_field_int(&w, "unjudged", unjudged);
	w_close(&w, '}');
	buf_addc(&c->out, '\n');
}

static void
put_totals(struct cmd *c, const struct totals *t, int64_t unjudged)
{
	struct buf *out = &c->out;

	buf_printf(out, "%lld tickets, %lld would change:",
	    (long long)t->tickets, (long long)t->changed);
	for (int i = 0; i < ASPECTS; i++)
		buf_printf(out, " %s %lld%s", aspect_names[i],
		    (long long)t->of[i], i + 1 < ASPECTS ? "," : "\n");
	buf_printf(out, "resolved by rules: %lld gained (a person answered "
	    "%lld of them, %lld were reopened),\n  %lld lost (%lld answered, "
	    "%lld reopened)\n", (long long)t->gained,
	    (long long)t->gained_answered, (long long)t->gained_reopened,
	    (long long)t->lost, (long long)t->lost_answered,
	    (long long)t->lost_reopened);
	if (unjudged > 0)
		buf_printf(out, "%lld messages have no verdict to compare "
		    "with\n", (long long)unjudged);
}

void
backtest_put(struct cmd *c, struct case_ *const *x, size_t n,
    int64_t unjudged)
{
	static const struct column columns[] = { { "ticket", false, false },
		{ "opened", false, false }, { "changes", false, false },
		{ "old", false, true }, { "new", false, true },
		{ "rules", false, true } };
	const enum form form = cmd_form(c);
	struct table *table = table_new(columns, 6);
	struct totals t = { 0 };

	for (size_t i = 0; i < n; i++) {
		count(&t, x[i]);
		if (case_changes(x[i]) == 0 || c->quiet)
			continue;
		if (form == FORM_JSON)
			put_case_json(c, x[i]);
		else
			put_case(c, x[i], table);
	}
	if (form == FORM_JSON)
		put_totals_json(c, &t, unjudged);
	else {
		if (t.changed > 0 && !c->quiet)
			cmd_table(c, table);
		if (form != FORM_TSV && form != FORM_CSV)
			put_totals(c, &t, unjudged);
	}
	table_free(table);
}
