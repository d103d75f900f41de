/* tai-sla uptime: what customers had of a month, second by second. */
#include <inttypes.h>
#include <string.h>

#include "domain/report/credit.h"
#include "events.h"

#define SLACK	INT64_C(57600)	/* zones are no farther from UTC */
#define MONTHS	1200

static struct {			/* options */
	const char *month, *from, *to, *customer, *service;
	bool explain;
} opt;

enum { OPT_MONTH = OPT_OWN, OPT_FROM, OPT_TO, OPT_CUSTOMER, OPT_SERVICE,
	OPT_EXPLAIN };

const struct option uptime_options[] = {
	{ "month", required_argument, NULL, OPT_MONTH },
	{ "from", required_argument, NULL, OPT_FROM },
	{ "to", required_argument, NULL, OPT_TO },
	{ "customer", required_argument, NULL, OPT_CUSTOMER },
	{ "service", required_argument, NULL, OPT_SERVICE },
	{ "explain", no_argument, NULL, OPT_EXPLAIN },
	{ 0 }
};

int
uptime_option(struct cmd *c, int o, const char *value, struct err *e)
{
	(void)c;
	(void)e;
	switch (o) {
	case OPT_MONTH: opt.month = value; break;
	case OPT_FROM: opt.from = value; break;
	case OPT_TO: opt.to = value; break;
	case OPT_CUSTOMER: opt.customer = value; break;
	case OPT_SERVICE: opt.service = value; break;
	case OPT_EXPLAIN: opt.explain = true; break;
	}
	return 0;
}

struct uptimes {
	struct cmd *cmd;
	struct events events;
	struct outages *outages;
	const struct incident *incident;
	size_t incidents;
	struct month month;	/* the first */
	int months;		/* 0: from and to were given */
	int64_t from, to;
	struct table *table;
	struct arena scratch;
};

/* -- what was asked --------------------------------------------------- */

/* "2026-02", or "2026-01..2026-03": both of them and all between. */
static int
read_months(struct uptimes *u, const char *text, struct err *e)
{
	const char *dots = strstr(text, "..");
	struct month m, last;

	if (month_parse(arena_strndup(&u->scratch, text, dots != NULL ?
	    (size_t)(dots - text) : strlen(text)), &u->month) < 0 ||
	    month_parse(dots != NULL ? dots + 2 : text, &last) < 0)
		return err_set(e, ERR_USAGE, "'%s' is not a month such as "
		    "2026-02, or 2026-01..2026-03", text);
	m = u->month;
	for (u->months = 1; strcmp(m.name, last.name) < 0; u->months++)
		month_next(&m);
	if (strcmp(m.name, last.name) != 0 || u->months > MONTHS)
		return err_set(e, ERR_USAGE, "'%s' are no months in order",
		    text);
	return 0;
}

static int
read_range(struct uptimes *u, struct err *e)
{
	if (opt.month != NULL)
		return err_set(e, ERR_USAGE, "either a month or --from and "
		    "--to");
	if (opt.from == NULL)
		return err_set(e, ERR_USAGE, "--to needs a --from");
	u->to = u->cmd->now;
	if (sla_moment(u->cmd, "--from", opt.from, &u->from, e) < 0 ||
	    (opt.to != NULL &&
	    sla_moment(u->cmd, "--to", opt.to, &u->to, e) < 0))
		return -1;
	if (u->from >= u->to)
		return err_set(e, ERR_USAGE, "--from is not before --to");
	if (u->to - u->from > MONTHS * 31 * INT64_C(86400))
		return err_set(e, ERR_USAGE, "--from and --to are over %d "
		    "months apart", MONTHS);
	return 0;
}

static int
read_options(struct uptimes *u, struct err *e)
{
	const struct zone *utc, *z;
	struct month m;
	int64_t ends;

	if (zone_load(&utc, "UTC", e) < 0 ||
	    zone_load(&z, u->cmd->org.zone, e) < 0)
		return -1;
	if (opt.from != NULL || opt.to != NULL)
		return read_range(u, e);
	if (opt.month == NULL) {
		month_at(z, u->cmd->now, &u->month);
		u->months = 1;
	} else if (read_months(u, opt.month, e) < 0)
		return -1;
	m = u->month;
	month_bounds(&m, utc, &u->from, &u->to);
	for (int i = 1; i < u->months; i++) {
		month_next(&m);
		month_bounds(&m, utc, &ends, &u->to);
	}
	u->from -= SLACK;
	u->to += SLACK;
	return 0;
}

/* -- one record ------------------------------------------------------- */

/* Whether some of its time counts within. */
static bool
shows(const struct incident *in, const struct cut *cut, size_t n,
    int64_t from, int64_t to, int64_t now)
{
	int64_t ended = in->ended == TIME_NONE ? now : in->ended;

	if (in->started > from)
		from = in->started;
	if (ended < to)
		to = ended;
	for (size_t i = 0; from < to && i < n && cut[i].from < to; i++) {
		if (cut[i].state == CUT_DOWN && cut[i].to > from)
			return true;
	}
	return false;
}

struct asked {			/* one customer, measure and time */
	const struct whom *whom;
	uint64_t services;
	const struct cut *cut;
	size_t n;
	struct uptime_of of;
};

static void
find_titles(struct uptimes *u, struct asked *q)
{
	const char **titles = arena_alloc(&u->scratch, (u->incidents + 1) *
	    sizeof(*titles));
	size_t n = 0;

	for (size_t i = 0; i < u->incidents; i++) {
		const struct incident *in = &u->incident[i];

		if ((in->excluded != NULL &&
		    uprules_excuses(u->events.rules, in->excluded)) ||
		    outage_refused(u->outages, in, q->whom->id,
		    q->services) != NULL || !shows(in, q->cut, q->n,
		    q->of.from, q->of.to, u->cmd->now))
			continue;
		titles[n++] = in->title;
	}
	titles[n] = NULL;
	q->of.incidents = titles;
}

/* -- every second of it ----------------------------------------------- */

static const char *const words[] = { "up", "down", "left out", "unknown" };

static const char *
why(const struct uptimes *u, const struct cut *c, struct arena *a)
{
	if (c->service < 0)
		return "";
	return arena_printf(a, "%s: %s%s",
	    u->events.rules->service[c->service].name, c->why,
	    c->brief ? ", too short to count" : "");
}

/* Two places of a percentage, or as many as it has. */
static const char *
weight_text(int64_t weight, struct arena *a)
{
	return weight % 100 == 0 ? arena_printf(a, "%d.%02d", (int)(weight /
	    10000), (int)(weight / 100 % 100)) : arena_printf(a, "%d.%04d",
	    (int)(weight / 10000), (int)(weight % 10000));
}

static const char *
share(const struct cut *c, struct arena *a)
{
	if (c->state != CUT_DOWN || c->weight == UP_WHOLE)
		return words[c->state];
	return arena_printf(a, "%s %% down", weight_text(c->weight, a));
}

/* The part of a cut that is within; false when there is none. */
static bool
clip(const struct asked *q, const struct cut *cut, struct cut *out)
{
	*out = *cut;
	if (out->from < q->of.from)
		out->from = q->of.from;
	if (out->to > q->of.to)
		out->to = q->of.to;
	return out->from < out->to;
}

static void
json_steps(const struct uptimes *u, const struct asked *q, struct buf *out,
    struct arena *a)
{
	struct writer w;
	struct cut c;

	w_begin(&w, out);
	w_open(&w, '[');
	for (size_t i = 0; i < q->n; i++) {
		if (!clip(q, &q->cut[i], &c))
			continue;
		w_open(&w, '{');
		w_field_time(&w, "from", c.from);
		w_field_time(&w, "to", c.to);
		w_field_int(&w, "seconds", c.to - c.from);
		w_field_str(&w, "what", c.state == CUT_EXCLUDED ? "excluded" :
		    words[c.state]);
		if (c.state == CUT_DOWN)
			w_field_str(&w, "weight", weight_text(c.weight, a));
		if (c.service >= 0)
			w_field_str(&w, "why", why(u, &c, a));
		w_close(&w, '}');
	}
	w_close(&w, ']');
}

static void
text_title(struct uptimes *u, const struct asked *q)
{
	struct buf *out = &u->cmd->out;
	const struct uptime_sums *s = &q->of.sums;
	char percent[24], target[24], down[TIME_TEXT], base[TIME_TEXT];

	buf_printf(out, "%s  %s  %s  %s\n  %s %%", *q->whom->id != '\0' ?
	    q->whom->id : "everybody", q->of.service,
	    q->of.month != NULL ? q->of.month->name : "", q->whom->tier,
	    uptime_percent(s, percent));
	if (q->of.target > 0)
		buf_printf(out, " of %s %%, %s", decimal_text(q->of.target, 4,
		    target), uptime_met(&q->of) ? "met" : "missed");
	buf_printf(out, ": %s down of %s", duration_exact(s->down, down),
	    duration_exact(s->total - s->excluded, base));
	if (s->excluded > 0)
		buf_printf(out, ", %s left out", duration_exact(s->excluded,
		    base));
	if (s->unknown > 0)
		buf_printf(out, ", %s unknown", duration_exact(s->unknown,
		    base));
	buf_adds(out, q->of.over ? "\n" : ", so far\n");
}

static void
text_steps(struct uptimes *u, const struct asked *q)
{
	struct buf *out = &u->cmd->out;
	char length[TIME_TEXT];
	struct cut c;

	for (size_t i = 0; i < q->n; i++) {
		if (!clip(q, &q->cut[i], &c))
			continue;
		buf_printf(out, "    %-28s %10s  %s%s", local_time(
		    q->whom->zone, c.from, &u->scratch),
		    duration_exact(c.to - c.from, length),
		    share(&c, &u->scratch), c.service >= 0 ? "  " : "");
		table_fit(why(u, &c, &u->scratch), 200, out);
		buf_addc(out, '\n');
	}
	buf_printf(out, "    %-28s %10s  in all\n", local_time(q->whom->zone,
	    q->of.to, &u->scratch), duration_exact(q->of.sums.total, length));
	for (size_t i = 0; i < u->incidents; i++) {
		const struct incident *in = &u->incident[i];
		const char *refused = outage_refused(u->outages, in,
		    q->whom->id, q->services);

		if (refused == NULL || in->started >= q->of.to ||
		    (in->ended != TIME_NONE && in->ended <= q->of.from))
			continue;
		buf_printf(out, "  not counted: P%d ", in->severity);
		table_fit(in->title, 100, out);
		buf_printf(out, ", %s\n", refused);
	}
	buf_addc(out, '\n');
}

/* What is told must be what was counted. */
static int
check_steps(const struct asked *q, struct err *e)
{
	int64_t sum = 0;
	struct cut c;

	for (size_t i = 0; i < q->n; i++) {
		if (clip(q, &q->cut[i], &c))
			sum += c.to - c.from;
	}
	if (sum != q->of.to - q->of.from || sum != q->of.sums.total)
		return err_set(e, ERR_BUG, "the stretches of %s add up to %"
		    PRId64 " s, not %" PRId64, q->whom->id, sum,
		    q->of.sums.total);
	return 0;
}

/* -- output ----------------------------------------------------------- */

static void
add_row(struct uptimes *u, const struct asked *q)
{
	const struct uptime_sums *s = &q->of.sums;
	bool met = q->of.target == 0 || uptime_met(&q->of);
	char text[TIME_TEXT];

	table_cell(u->table, *q->whom->id != '\0' ? q->whom->id : NULL);
	table_cell(u->table, q->of.service);
	table_cell(u->table, q->of.month != NULL ? q->of.month->name : NULL);
	table_cell(u->table, uptime_percent(s, text));
	table_cell(u->table, q->of.target > 0 ? decimal_text(q->of.target, 4,
	    text) : NULL);
	table_cell(u->table, q->of.target == 0 ? NULL : met ? "met" :
	    "missed");
	table_cell(u->table, duration_exact(s->down, text));
	table_cell(u->table, duration_exact(s->excluded, text));
	table_cell(u->table, duration_exact(s->unknown, text));
	table_mark(u->table, met ? MARK_NONE : MARK_BAD);
}

static int
tell(struct uptimes *u, struct asked *q, struct err *e)
{
	struct cmd *c = u->cmd;
	struct buf steps = BUF_INIT;

	if (opt.explain && check_steps(q, e) < 0)
		return -1;
	find_titles(u, q);
	if (opt.explain && c->form != FORM_JSON && c->form != FORM_TSV &&
	    c->form != FORM_CSV) {
		text_title(u, q);
		text_steps(u, q);
	} else if (cmd_form(c) != FORM_JSON)
		add_row(u, q);
	else {
		if (opt.explain)
			json_steps(u, q, &steps, &u->scratch);
		uptime_record(&q->of, opt.explain ? &steps : NULL, &c->out);
		buf_addc(&c->out, '\n');
	}
	buf_free(&steps);
	return 0;
}

/* A record of the time in which it was a customer, up to now. */
static int
measure(struct uptimes *u, const struct whom *w, const struct month *month,
    int64_t from, int64_t to, const struct up_measure *m, struct err *e)
{
	struct asked q = { .whom = w, .services = m->services };
	int64_t ends = to;

	if (!u->events.rules->whole_months) {
		if (w->since > from)
			from = w->since;
		if (w->until < ends)
			ends = w->until;
	}
	q.of = (struct uptime_of){ .customer = w->id, .service = m->name,
		.month = month, .from = from, .to = ends < u->cmd->now ?
		ends : u->cmd->now, .over = ends <= u->cmd->now,
		.target = w->target };
	q.of.at = to <= u->cmd->now ? to : u->cmd->now;
	if (q.of.from >= q.of.to)
		return 0;
	q.n = outages_of(u->outages, w->id, m->services, q.of.to,
	    &q.cut);
	uptime_sum(q.cut, q.n, q.of.from, q.of.to, &q.of.sums);
	return tell(u, &q, e);
}

static int
one(struct uptimes *u, const char *id, const struct month *month,
    const struct up_measure *m, struct err *e)
{
	int64_t from = u->from, to = u->to;
	struct whom w;

	arena_reset(&u->scratch);
	if (month != NULL ? !whom_in_month(u->cmd, id, month, &w, &from, &to) :
	    !whom_between(u->cmd, id, from, to, &w))
		return 0;
	return measure(u, &w, month, from, to, m, e);
}

/* By month, then customer, then measure. */
static int
all(struct uptimes *u, const struct up_measure *only, struct err *e)
{
	struct month m = u->month;
	bool nobody = customers_id(u->cmd->customers, 0) == NULL;

	for (int i = 0; i < (u->months > 0 ? u->months : 1); i++) {
		const char *id;

		for (size_t k = 0; (id = opt.customer != NULL ? (k == 0 ?
		    opt.customer : NULL) : nobody ? (k == 0 ? "" : NULL) :
		    customers_id(u->cmd->customers, k)) != NULL; k++) {
			const struct uprules *r = u->events.rules;

			for (size_t n = 0; n < (only != NULL ? 1 :
			    r->measures); n++) {
				if (one(u, id, u->months > 0 ? &m : NULL,
				    only != NULL ? only : &r->measure[n],
				    e) < 0)
					return -1;
			}
		}
		month_next(&m);
	}
	return 0;
}

static int
run(struct uptimes *u, struct err *e)
{
	static const struct column columns[] = {
		{ .title = "CUSTOMER", .shrink = true },
		{ .title = "SERVICE", .shrink = true }, { .title = "MONTH" },
		{ .title = "UPTIME", .right = true },
		{ .title = "TARGET", .right = true }, { .title = "" },
		{ .title = "DOWN", .right = true },
		{ .title = "LEFT OUT", .right = true },
		{ .title = "UNKNOWN", .right = true },
	};
	struct cmd *c = u->cmd;
	const struct up_measure *only = NULL;
	int rc;

	if (opt.service != NULL && (only = uprules_measure(u->events.rules,
	    opt.service)) == NULL)
		return err_set(e, ERR_USAGE, "no service '%s'", opt.service);
	u->events.from = u->from;
	u->events.to = u->to;
	if (events_read(c, &u->events, e) < 0)
		return -1;
	if (opt.customer != NULL && !customers_known(c->customers,
	    opt.customer))
		return err_set(e, ERR_USAGE, "no customer '%s'",
		    opt.customer);
	u->outages = events_outages(c, &u->events, &u->incident,
	    &u->incidents);
	u->table = table_new(columns, sizeof(columns) / sizeof(*columns));
	rc = all(u, only, e);
	if (rc == 0 && cmd_form(c) != FORM_JSON && (!opt.explain ||
	    c->form == FORM_TSV || c->form == FORM_CSV))
		cmd_table(c, u->table);
	table_free(u->table);
	outages_free(u->outages);
	return rc;
}

int
sla_uptime(struct cmd *c, struct err *e)
{
	struct uptimes u = { .cmd = c, .events.probed = true };
	int rc = -1;

	if (read_options(&u, e) == 0 && events_rules(c, &u.events, e) == 0)
		rc = run(&u, e);
	events_free(&u.events);
	arena_free(&u.scratch);
	return rc;
}
