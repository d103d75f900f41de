/* tai-sla achievement: which share of a period's clocks was met. */
#include <stdlib.h>
#include <string.h>

#include "domain/clock/achieve.h"
#include "domain/uptime/uptime.h"
#include "sla.h"

#define WORST	10		/* misses that are shown */
#define KINDS	2		/* response, resolution */

static struct {			/* options */
	const char *month, *from, *to, *customer;
} opt;

enum { OPT_MONTH = OPT_OWN, OPT_FROM, OPT_TO, OPT_CUSTOMER };

const struct option achievement_options[] = {
	{ "month", required_argument, NULL, OPT_MONTH },
	{ "from", required_argument, NULL, OPT_FROM },
	{ "to", required_argument, NULL, OPT_TO },
	{ "customer", required_argument, NULL, OPT_CUSTOMER },
	{ 0 }
};

int
achievement_option(struct cmd *c, int o, const char *value, struct err *e)
{
	(void)c;
	(void)e;
	switch (o) {
	case OPT_MONTH: opt.month = value; break;
	case OPT_FROM: opt.from = value; break;
	case OPT_TO: opt.to = value; break;
	case OPT_CUSTOMER: opt.customer = value; break;
	}
	return 0;
}

struct miss {
	struct clock clock;
	const char *key, *customer, *cause, *subject;
	struct arena arena;
};

struct achievement {
	struct cmd *cmd;
	bool any;		/* ticket of whom it is about */
	/* The period, and the one before that it is compared with. */
	int64_t from, to, before;
	struct achieved now[SLA_TIERS][KINDS], then[SLA_TIERS][KINDS];
	struct miss worst[WORST];	/* the worst first */
	size_t misses;		/* of all */
	struct arena scratch;
};

/* -- what was asked --------------------------------------------------- */

static int
read_month(struct achievement *x, const struct zone *z, struct err *e)
{
	struct month m;
	int64_t end;

	if (opt.month == NULL)
		month_at(z, x->cmd->now, &m);
	else if (month_parse(opt.month, &m) < 0)
		return err_set(e, ERR_USAGE, "'%s' is not a month such as "
		    "2026-02", opt.month);
	month_bounds(&m, z, &x->from, &x->to);
	month_at(z, x->from - 1, &m);
	month_bounds(&m, z, &x->before, &end);
	return 0;
}

static int
read_options(struct achievement *x, struct err *e)
{
	const struct zone *z;

	if (zone_load(&z, x->cmd->org.zone, e) < 0)
		return -1;
	if (opt.from == NULL && opt.to == NULL)
		return read_month(x, z, e);
	if (opt.month != NULL)
		return err_set(e, ERR_USAGE, "either a month or --from and "
		    "--to");
	if (opt.from == NULL)
		return err_set(e, ERR_USAGE, "--to needs a --from");
	x->to = x->cmd->now;
	if (sla_moment(x->cmd, "--from", opt.from, &x->from, e) < 0 ||
	    (opt.to != NULL && sla_moment(x->cmd, "--to", opt.to, &x->to,
	    e) < 0))
		return -1;
	if (x->from >= x->to)
		return err_set(e, ERR_USAGE, "--from is not before --to");
	x->before = x->from - (x->to - x->from);
	return 0;
}

/* -- one ticket ------------------------------------------------------- */

int
sla_tier(const struct policy *p, const char *tier)
{
	const char *name;

	for (size_t i = 0; i < SLA_TIERS && (name = policy_tier(p, i)) != NULL;
	    i++) {
		if (strcmp(name, tier) == 0)
			return (int)i;
	}
	return -1;
}

/* By how late it was; the ticket's key, then the clock break a tie. */
static int
compare(const struct miss *a, const struct miss *b)
{
	if (a->clock.late != b->clock.late)
		return a->clock.late > b->clock.late ? -1 : 1;
	if (strcmp(a->key, b->key) != 0)
		return strcmp(a->key, b->key);
	return (int)a->clock.kind - (int)b->clock.kind;
}

static void
keep_miss(struct achievement *x, const struct clock *k,
    const struct ticket *t)
{
	struct miss m = { .clock = *k, .key = t->history->key };
	size_t i = x->misses < WORST ? x->misses : WORST;

	x->misses++;
	if (i == WORST && compare(&m, &x->worst[WORST - 1]) > 0)
		return;
	if (i == WORST)
		arena_free(&x->worst[--i].arena);
	m.arena = (struct arena){ 0 };
	m.key = arena_strdup(&m.arena, m.key);
	m.customer = arena_strdup(&m.arena, *t->customer != '\0' ?
	    t->customer : t->from);
	m.cause = arena_strdup(&m.arena, t->root_cause);
	m.subject = arena_strdup(&m.arena, t->subject);
	for (; i > 0 && compare(&m, &x->worst[i - 1]) < 0; i--)
		x->worst[i] = x->worst[i - 1];
	x->worst[i] = m;
}

static int
each(struct cmd *c, void *arg, const struct history *h, struct err *e)
{
	struct achievement *x = arg;
	struct clock clock[CLOCKS];
	struct ticket t;
	const char *tier;
	int n;

	(void)e;
	arena_reset(&x->scratch);
	if (!sla_clocks(c, h, &x->scratch, &t, &tier, clock) ||
	    (opt.customer != NULL && strcmp(t.customer, opt.customer) != 0))
		return 0;
	x->any = true;
	for (int k = 0; k < KINDS; k++) {
		int64_t start = clock[k].start != TIME_NONE ?
		    clock[k].start : t.first_customer;

		n = sla_tier(c->policy, clock[k].tier != NULL ?
		    clock[k].tier : tier);
		if (n < 0 || start == TIME_NONE || start < x->before ||
		    start >= x->to)
			continue;
		achieved_add(start < x->from ? &x->then[n][k] :
		    &x->now[n][k], &clock[k]);
		if (start >= x->from && clock[k].state == CLOCK_MISSED)
			keep_miss(x, &clock[k], &t);
	}
	return 0;
}

/* -- output ----------------------------------------------------------- */

/* The share of tickets that the policy wants; 0: it says nothing. */
static int64_t
wanted(const struct cmd *c, const char *tier, int kind)
{
	return kind == CLOCK_RESPONSE ? policy_share(c->policy, tier) : 0;
}

static void
print_rows(struct achievement *x)
{
	static const struct column columns[] = {
		{ .title = "TIER", .shrink = true }, { .title = "CLOCK" },
		{ .title = "MET", .right = true },
		{ .title = "MISSED", .right = true },
		{ .title = "OPEN", .right = true },
		{ .title = "NONE", .right = true },
		{ .title = "%", .right = true },
		{ .title = "TARGET", .right = true }, { .title = "" },
		{ .title = "BEFORE", .right = true },
	};
	struct cmd *c = x->cmd;
	struct table *t = table_new(columns, sizeof(columns) /
	    sizeof(*columns));
	const char *tier;

	for (size_t i = 0; i < SLA_TIERS &&
	    (tier = policy_tier(c->policy, i)) != NULL; i++) {
		for (int k = 0; k < KINDS; k++) {
			const struct achieved *a = &x->now[i][k];
			int64_t share = wanted(c, tier, k);
			bool judged = share > 0 && a->met + a->missed > 0;
			const int64_t count[] = { a->met, a->missed,
				a->running, a->excluded };

			table_cell(t, tier);
			table_cell(t, clock_name((enum clock_kind)k));
			for (int n = 0; n < 4; n++)
				table_cell(t, arena_printf(&x->scratch,
				    "%lld", (long long)count[n]));
			table_cell(t, achieved_text(achieved_share(a),
			    &x->scratch));
			table_cell(t, share > 0 ? achieved_text(share,
			    &x->scratch) : NULL);
			table_cell(t, !judged ? NULL :
			    achieved_reaches(a, share) ? "met" : "missed");
			table_cell(t, achieved_text(achieved_share(
			    &x->then[i][k]), &x->scratch));
			if (judged && !achieved_reaches(a, share))
				table_mark(t, MARK_BAD);
		}
	}
	cmd_table(c, t);
	table_free(t);
}

static void
print_misses(struct achievement *x)
{
	static const struct column columns[] = {
		{ .title = "TICKET" }, { .title = "CUSTOMER", .shrink = true },
		{ .title = "SEVERITY" }, { .title = "CLOCK" },
		{ .title = "LATE", .right = true },
		{ .title = "WALL", .right = true },
		{ .title = "CAUSE" }, { .title = "SUBJECT", .shrink = true },
	};
	struct table *t;
	char text[TIME_TEXT];

	if (x->misses == 0)
		return;
	buf_addc(&x->cmd->out, '\n');
	t = table_new(columns, sizeof(columns) / sizeof(*columns));
	for (size_t i = 0; i < x->misses && i < WORST; i++) {
		const struct miss *m = &x->worst[i];

		table_cell(t, m->key);
		table_cell(t, m->customer);
		table_cell(t, severity_name(m->clock.severity));
		table_cell(t, clock_name(m->clock.kind));
		table_cell(t, duration_format(m->clock.late, text));
		table_cell(t, duration_format(m->clock.late_wall, text));
		table_cell(t, m->cause);
		table_cell(t, m->subject);
	}
	cmd_table(x->cmd, t);
	table_free(t);
	if (x->misses > WORST)
		buf_printf(&x->cmd->out, "and %zu more\n", x->misses - WORST);
}

static void
json_row(struct achievement *x, const char *tier, size_t i, int k)
{
	const struct achieved *a = &x->now[i][k];
	int64_t share = wanted(x->cmd, tier, k);
	struct writer w;

	w_begin(&w, &x->cmd->out);
	w_open(&w, '{');
	w_field_str(&w, "tier", tier);
	w_field_str(&w, "clock", clock_name((enum clock_kind)k));
	w_field_str(&w, "customer", opt.customer);
	w_field_time(&w, "from", x->from);
	w_field_time(&w, "to", x->to);
	w_field_int(&w, "met", a->met);
	w_field_int(&w, "missed", a->missed);
	w_field_int(&w, "running", a->running);
	w_field_int(&w, "excluded", a->excluded);
	w_field_str(&w, "percent", achieved_text(achieved_share(a), &x->scratch));
	if (share > 0) {
		w_field_str(&w, "target", achieved_text(share, &x->scratch));
		if (a->met + a->missed > 0)
			w_field_bool(&w, "achieved",
			    achieved_reaches(a, share));
	}
	w_field_str(&w, "before", achieved_text(achieved_share(&x->then[i][k]),
	    &x->scratch));
	w_close(&w, '}');
	buf_addc(&x->cmd->out, '\n');
}

static void
json_miss(struct achievement *x, const struct miss *m)
{
	struct writer w;

	w_begin(&w, &x->cmd->out);
	w_open(&w, '{');
	w_field_str(&w, "ticket", m->key);
	w_field_str(&w, "customer", m->customer);
	w_field_str(&w, "severity", severity_name(m->clock.severity));
	w_field_str(&w, "clock", clock_name(m->clock.kind));
	w_field_int(&w, "late_s", m->clock.late);
	w_field_int(&w, "late_wall_s", m->clock.late_wall);
	if (*m->cause != '\0')
		w_field_str(&w, "root_cause", m->cause);
	w_field_str(&w, "subject", m->subject);
	w_close(&w, '}');
	buf_addc(&x->cmd->out, '\n');
}

static void
print_json(struct achievement *x)
{
	const char *tier;

	for (size_t i = 0; i < SLA_TIERS &&
	    (tier = policy_tier(x->cmd->policy, i)) != NULL; i++) {
		for (int k = 0; k < KINDS; k++)
			json_row(x, tier, i, k);
	}
	for (size_t i = 0; i < x->misses && i < WORST; i++)
		json_miss(x, &x->worst[i]);
}

/* A name of nobody is a slip, not a customer without tickets. */
static int
check_customer(const struct achievement *x, struct err *e)
{
	const char *id;

	if (opt.customer == NULL || x->any)
		return 0;
	for (size_t i = 0; (id = customers_id(x->cmd->customers, i)) != NULL;
	    i++) {
		if (strcmp(id, opt.customer) == 0)
			return 0;
	}
	return err_set(e, ERR_USAGE, "no ticket, and no customer '%s' either",
	    opt.customer);
}

int
sla_achievement(struct cmd *c, struct err *e)
{
	struct achievement *x = xcalloc(1, sizeof(*x));
	int rc;

	x->cmd = c;
	rc = read_options(x, e);
	if (rc == 0)
		rc = cmd_histories(c, false, NULL, each, x, e);
	if (rc == 0)
		rc = check_customer(x, e);
	if (rc == 0 && cmd_form(c) == FORM_JSON)
		print_json(x);
	else if (rc == 0) {
		print_rows(x);
		print_misses(x);
	}
	for (size_t i = 0; i < x->misses && i < WORST; i++)
		arena_free(&x->worst[i].arena);
	arena_free(&x->scratch);
	free(x);
	return rc;
}
