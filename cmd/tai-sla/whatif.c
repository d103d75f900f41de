/* tai-sla what-if: the clocks of the past under another policy. */
#include <stdlib.h>
#include <string.h>

#include "cost.h"
#include "domain/clock/achieve.h"
#include "sla.h"

#define SHOWN	((size_t)20)	/* changes without -v, the worst */
#define KINDS	2		/* response, resolution */

static struct {			/* options */
	const char *policy, *from, *to;
} opt;

enum { OPT_POLICY = OPT_OWN, OPT_FROM, OPT_TO };

const struct option whatif_options[] = {
	{ "policy", required_argument, NULL, OPT_POLICY },
	{ "from", required_argument, NULL, OPT_FROM },
	{ "to", required_argument, NULL, OPT_TO },
	{ 0 }
};

int
whatif_option(struct cmd *c, int o, const char *value, struct err *e)
{
	(void)c;
	(void)e;
	switch (o) {
	case OPT_POLICY: opt.policy = value; break;
	case OPT_FROM: opt.from = value; break;
	case OPT_TO: opt.to = value; break;
	}
	return 0;
}

struct changed {			/* a clock that comes out otherwise */
	struct clock now, then;
	const char *key, *customer;
};

struct whatif {
	struct cmd *cmd;
	struct policy *policy;	/* the other one */
	int64_t from, to;
	struct achieved now[SLA_TIERS][KINDS], then[SLA_TIERS][KINDS];
	struct changed *change;
	size_t n, room;
	struct cost *cost;
	struct arena arena, scratch;
};

static void
keep(struct whatif *x, const struct ticket *t, const struct clock *now,
    const struct clock *then)
{
	if (x->n == x->room) {
		x->room = x->room > 0 ? 2 * x->room : 64;
		x->change = xreallocarray(x->change, x->room,
		    sizeof(*x->change));
	}
	x->change[x->n++] = (struct changed){ *now, *then,
		arena_strdup(&x->arena, t->history->key),
		arena_strdup(&x->arena, *t->customer != '\0' ? t->customer :
		    t->from) };
}

static int
each(struct cmd *c, void *arg, const struct history *h, struct err *e)
{
	struct clock now[CLOCKS], then[CLOCKS];
	struct whatif *x = arg;
	struct clock_ask ask;
	struct err bad = { 0 };
	struct ticket t;
	const char *tier;
	int n;

	arena_reset(&x->scratch);
	if (!sla_clocks(c, h, &x->scratch, &t, &tier, now))
		return 0;
	ask = cmd_clock_ask(c, &t);
	ask.policy = x->policy;
	if (clocks_of(&ask, &t, then, &bad) < 0) {
		cmd_warn(c, bad.kind, "ticket %s: %s", h->key, bad.text);
		return 0;
	}
	for (int k = 0; k < KINDS; k++) {
		int64_t start = now[k].start != TIME_NONE ? now[k].start :
		    t.first_customer;

		n = sla_tier(c->policy, now[k].tier != NULL ?
		    now[k].tier : tier);
		if (n < 0 || start == TIME_NONE || start < x->from ||
		    start >= x->to)
			continue;
		achieved_add(&x->now[n][k], &now[k]);
		achieved_add(&x->then[n][k], &then[k]);
		if ((now[k].state == CLOCK_MISSED && cost_miss(x->cost,
		    t.customer, start, 0, e) < 0) ||
		    (then[k].state == CLOCK_MISSED && cost_miss(x->cost,
		    t.customer, start, 1, e) < 0))
			return -1;
		if (now[k].state != then[k].state)
			keep(x, &t, &now[k], &then[k]);
	}
	return 0;
}

/* What would be the latest first; then what is no longer late. */
static int
by_late(const void *p, const void *q)
{
	const struct changed *a = p, *b = q;

	if (a->then.late != b->then.late)
		return a->then.late > b->then.late ? -1 : 1;
	if (a->now.late != b->now.late)
		return a->now.late > b->now.late ? -1 : 1;
	if (strcmp(a->key, b->key) != 0)
		return strcmp(a->key, b->key);
	return (int)a->now.kind - (int)b->now.kind;
}

static size_t
shown(const struct whatif *x)
{
	return x->cmd->verbose || x->n < SHOWN ? x->n : SHOWN;
}

/* -- output ----------------------------------------------------------- */

static const char *
number(int64_t n, struct arena *a)
{
	return arena_printf(a, "%lld", (long long)n);
}

static void
print_rows(struct whatif *x)
{
	static const struct column columns[] = {
		{ .title = "TIER", .shrink = true }, { .title = "CLOCK" },
		{ .title = "MET", .right = true },
		{ .title = "MISSED", .right = true },
		{ .title = "%", .right = true },
		{ .title = "THEN MET", .right = true },
		{ .title = "MISSED", .right = true },
		{ .title = "%", .right = true },
		{ .title = "TARGET", .right = true },
	};
	struct arena *a = &x->scratch;
	struct cmd *c = x->cmd;
	struct table *t = table_new(columns, sizeof(columns) /
	    sizeof(*columns));
	const char *tier;

	for (size_t i = 0; i < SLA_TIERS &&
	    (tier = policy_tier(c->policy, i)) != NULL; i++) {
		for (int k = 0; k < KINDS; k++) {
			const struct achieved *now = &x->now[i][k];
			const struct achieved *then = &x->then[i][k];

			table_cell(t, tier);
			table_cell(t, clock_name((enum clock_kind)k));
			table_cell(t, number(now->met, a));
			table_cell(t, number(now->missed, a));
			table_cell(t, achieved_text(achieved_share(now), a));
			table_cell(t, number(then->met, a));
			table_cell(t, number(then->missed, a));
			table_cell(t, achieved_text(achieved_share(then), a));
			table_cell(t, k == CLOCK_RESPONSE ? arena_printf(a,
			    "%lld", (long long)(policy_share(c->policy,
			    tier) / 100)) : NULL);
			if (then->missed > now->missed)
				table_mark(t, MARK_BAD);
		}
	}
	cmd_table(c, t);
	table_free(t);
}

/* "met", or by how much it is late. */
static const char *
outcome(const struct clock *k, struct arena *a)
{
	char text[TIME_TEXT];

	return k->state != CLOCK_MISSED ? clock_state_name(k->state) :
	    arena_printf(a, "late %s", duration_format(k->late, text));
}

static void
print_changes(struct whatif *x)
{
	static const struct column columns[] = {
		{ .title = "TICKET" }, { .title = "CUSTOMER", .shrink = true },
		{ .title = "SEVERITY" }, { .title = "CLOCK" },
		{ .title = "NOW" }, { .title = "THEN" }, { .title = "TARGET" },
	};
	struct arena *a = &x->scratch;
	struct table *t;

	if (x->n == 0) {
		buf_adds(&x->cmd->out, "\nno clock comes out otherwise\n");
		return;
	}
	buf_addc(&x->cmd->out, '\n');
	t = table_new(columns, sizeof(columns) / sizeof(*columns));
	for (size_t i = 0; i < shown(x); i++) {
		const struct changed *ch = &x->change[i];

		table_cell(t, ch->key);
		table_cell(t, ch->customer);
		table_cell(t, severity_name(ch->then.severity));
		table_cell(t, clock_name(ch->now.kind));
		table_cell(t, outcome(&ch->now, a));
		table_cell(t, outcome(&ch->then, a));
		table_cell(t, ch->then.target.text);
	}
	cmd_table(x->cmd, t);
	table_free(t);
	if (shown(x) < x->n)
		buf_printf(&x->cmd->out, "and %zu more, with -v\n",
		    x->n - shown(x));
}

static void
json_counts(struct writer *w, const char *key, const struct achieved *a,
    struct arena *m)
{
	w_key(w, key);
	w_open(w, '{');
	w_field_int(w, "met", a->met);
	w_field_int(w, "missed", a->missed);
	w_field_int(w, "running", a->running);
	w_field_int(w, "excluded", a->excluded);
	w_field_str(w, "percent", achieved_text(achieved_share(a), m));
	w_close(w, '}');
}

static void
json_clock(struct writer *w, const char *key, const struct clock *k)
{
	w_key(w, key);
	w_open(w, '{');
	w_field_str(w, "state", clock_state_name(k->state));
	w_field_int(w, "counted_s", k->counted);
	w_field_int(w, "late_s", k->late);
	w_field_int(w, "late_wall_s", k->late_wall);
	w_field_str(w, "target", k->target.text);
	w_field_str(w, "file", k->target.file);
	w_field_int(w, "line", k->target.line);
	w_close(w, '}');
}

static void
print_json(struct whatif *x)
{
	struct buf *out = &x->cmd->out;
	const char *tier;
	struct writer w;

	for (size_t i = 0; i < SLA_TIERS &&
	    (tier = policy_tier(x->cmd->policy, i)) != NULL; i++) {
		for (int k = 0; k < KINDS; k++) {
			w_begin(&w, out);
			w_open(&w, '{');
			w_field_str(&w, "tier", tier);
			w_field_str(&w, "clock", clock_name((enum clock_kind)
			    k));
			json_counts(&w, "now", &x->now[i][k], &x->scratch);
			json_counts(&w, "then", &x->then[i][k], &x->scratch);
			w_close(&w, '}');
			buf_addc(out, '\n');
		}
	}
	for (size_t i = 0; i < x->n; i++) {
		const struct changed *ch = &x->change[i];

		w_begin(&w, out);
		w_open(&w, '{');
		w_field_str(&w, "ticket", ch->key);
		w_field_str(&w, "customer", ch->customer);
		w_field_str(&w, "severity", severity_name(ch->then.severity));
		w_field_str(&w, "clock", clock_name(ch->now.kind));
		json_clock(&w, "now", &ch->now);
		json_clock(&w, "then", &ch->then);
		w_close(&w, '}');
		buf_addc(out, '\n');
	}
}

static int
read_options(struct whatif *x, struct err *e)
{
	x->from = INT64_MIN;
	x->to = INT64_MAX;
	if (opt.policy == NULL)
		return err_set(e, ERR_USAGE, "what-if needs --policy, a "
		    "folder of rules or an sla.yaml");
	if ((opt.from != NULL && sla_moment(x->cmd, "--from", opt.from,
	    &x->from, e) < 0) || (opt.to != NULL && sla_moment(x->cmd, "--to",
	    opt.to, &x->to, e) < 0))
		return -1;
	if (x->from >= x->to)
		return err_set(e, ERR_USAGE, "--from is not before --to");
	if (cmd_policy(x->cmd, opt.policy, &x->policy, e) < 0)
		return -1;
	return cost_open(&x->cost, x->cmd, opt.policy, e);
}

int
sla_whatif(struct cmd *c, struct err *e)
{
	struct whatif *x = xcalloc(1, sizeof(*x));
	int rc;

	x->cmd = c;
	rc = read_options(x, e);
	if (rc == 0)
		rc = cmd_histories(c, false, NULL, each, x, e);
	if (rc == 0 && x->n > 0)
		qsort(x->change, x->n, sizeof(*x->change), by_late);
	if (rc == 0 && cmd_form(c) == FORM_JSON) {
		print_json(x);
		cost_json(x->cost);
	} else if (rc == 0) {
		print_rows(x);
		print_changes(x);
		cost_table(x->cost);
	}
	free(x->change);
	arena_free(&x->arena);
	arena_free(&x->scratch);
	free(x);
	return rc;
}
