/* tai-sla burn: what is left of the downtime that a target allows. */
#include <inttypes.h>
#include <string.h>

#include "domain/report/credit.h"
#include "domain/uptime/burn.h"
#include "events.h"
#include "notices.h"

#define LOOKS_BACK	(INT64_C(32) * 86400)	/* for an episode's start */

static struct {
	const char *window, *customer, *service, *target;
	bool tell;
} opt;

enum { OPT_WINDOW = OPT_OWN, OPT_CUSTOMER, OPT_SERVICE, OPT_TARGET,
	OPT_TELL };

const struct option burn_options[] = {
	{ "window", required_argument, NULL, OPT_WINDOW },
	{ "customer", required_argument, NULL, OPT_CUSTOMER },
	{ "service", required_argument, NULL, OPT_SERVICE },
	{ "target", required_argument, NULL, OPT_TARGET },
	{ "tell", no_argument, NULL, OPT_TELL },
	{ 0 }
};

int
burn_option(struct cmd *c, int o, const char *value, struct err *e)
{
	(void)c;
	(void)e;
	switch (o) {
	case OPT_WINDOW: opt.window = value; break;
	case OPT_CUSTOMER: opt.customer = value; break;
	case OPT_SERVICE: opt.service = value; break;
	case OPT_TARGET: opt.target = value; break;
	case OPT_TELL: opt.tell = true; break;
	}
	return 0;
}

struct burns {
	struct cmd *cmd;
	struct events events;
	struct outages *outages;
	struct whom whom;
	const char *month;	/* its name, or NULL: a window */
	int64_t from, to;	/* of the budget */
	int64_t target;
	struct table *table;
	struct notices *notices;
	struct arena scratch;
	bool fires;
};

/* -- what was asked --------------------------------------------------- */

/* The most that any tier is promised, where no customer is named. */
static int64_t
strictest(const struct burns *b)
{
	int64_t most = 0;
	const char *tier;

	for (size_t i = 0; (tier = policy_tier(b->cmd->policy, i)) != NULL;
	    i++) {
		struct policy_ask ask = { .tier = tier,
			.start = b->cmd->now, .at = b->cmd->now };
		int64_t target = policy_uptime(b->cmd->policy, &ask);

		most = target > most ? target : most;
	}
	return most;
}

static int
read_target(struct burns *b, struct err *e)
{
	struct uptime u;
	size_t len;

	if (opt.target == NULL) {
		b->target = opt.customer != NULL ? b->whom.target :
		    strictest(b);
		return b->target > 0 ? 0 : err_set(e, ERR_USAGE,
		    "no uptime is promised: --target says which is meant");
	}
	len = strlen(opt.target);
	if (len > 0 && opt.target[len - 1] == '%')
		len--;
	/* 0.999 is hardly meant as a percentage. */
	if (uptime_parse(&u, arena_strndup(&b->cmd->arena, opt.target,
	    len)) < 0 || u.total > 1000000 || (u.up > 0 &&
	    u.up < u.total / 100))
		return err_set(e, ERR_USAGE, "'%s' is not a percentage such "
		    "as 99.95", opt.target);
	b->target = u.up * (1000000 / u.total);
	return 0;
}

/* Of the calendar: months of each, and 0 for a week. */
static const struct {
	const char *name;
	int months;
} windows[] = { { "week", 0 }, { "month", 1 }, { "quarter", 3 },
	{ "year", 12 } };

static const int *
of_calendar(const char *name)
{
	for (size_t i = 0; i < sizeof(windows) / sizeof(*windows); i++) {
		if (strcmp(windows[i].name, name) == 0)
			return &windows[i].months;
	}
	return NULL;
}

/* The whole one that now is in, there; a week begins on Monday. */
static void
calendar_bounds(struct burns *b, int months)
{
	int64_t day = zone_date(b->whom.zone, b->cmd->now), last;
	struct civil c = civil_from_seconds(day * 86400);

	if (months == 0) {
		day -= (day + 3) % 7;	/* 1970-01-01 was a Thursday */
		last = day + 7;
	} else {
		int first = (c.month - 1) / months * months;
		int next = first + months;

		day = days_from_civil(c.year, first + 1, 1);
		last = days_from_civil(c.year + next / 12, next % 12 + 1, 1);
	}
	b->from = zone_day(b->whom.zone, day);
	b->to = zone_day(b->whom.zone, last);
}

/* "4w", "2 weeks" in seconds, which no other duration says; 0 otherwise. */
static int64_t
weeks(const char *s)
{
	char *end;
	long n = strtol(s, &end, 10);

	end += *end == ' ';
	return *s >= '1' && *s <= '9' && n <= 520 && (strcmp(end, "w") == 0 ||
	    strcmp(end, "week") == 0 || strcmp(end, "weeks") == 0) ?
	    n * 7 * 86400 : 0;
}

static int
read_window(struct burns *b, struct err *e)
{
	const int *months = opt.window != NULL ? of_calendar(opt.window) :
	    NULL;
	struct duration d;
	struct month m;

	if (months != NULL) {
		calendar_bounds(b, *months);
		return 0;
	}

	if (opt.window == NULL) {
		month_at(b->whom.zone, b->cmd->now, &m);
		b->month = arena_strdup(&b->cmd->arena, m.name);
		month_bounds(&m, b->whom.zone, &b->from, &b->to);
		return 0;
	}
	b->to = b->cmd->now;
	b->from = b->to - weeks(opt.window);
	if (b->from < b->to)
		return 0;
	if (duration_parse(opt.window, &d) < 0 ||
	    d.unit == DURATION_BUSINESS_DAYS || d.amount == 0)
		return err_set(e, ERR_USAGE, "'%s' is not a time such as 30d, "
		    "or week, month, quarter or year", opt.window);
	b->from = b->to - d.amount * (d.unit == DURATION_DAYS ? 86400 : 1);
	return 0;
}

/* -- one measure ------------------------------------------------------ */

static const char *
rate_text(int64_t rate, struct arena *a)
{
	return rate == INT64_MAX ? "inf" : arena_printf(a, "%" PRId64 ".%02"
	    PRId64, rate / 100, rate % 100);
}

static void
write_alerts(struct burns *b, const struct burn_of *of, struct writer *w)
{
	const struct uprules *u = b->events.rules;
	int64_t now = b->cmd->now;
	char text[24];

	w_key(w, "alerts");
	w_open(w, '[');
	for (size_t i = 0; i < u->alerts; i++) {
		const struct up_alert *a = &u->alert[i];

		w_open(w, '{');
		w_field_str(w, "rate", decimal_text(a->rate, 2, text));
		w_field_int(w, "long_s", a->long_s);
		w_field_str(w, "long", rate_text(burn_rate(of, now,
		    a->long_s), &b->scratch));
		w_field_int(w, "short_s", a->short_s);
		w_field_str(w, "short", rate_text(burn_rate(of, now,
		    a->short_s), &b->scratch));
		w_field_str(w, "as", a->as);
		w_field_bool(w, "fires", burn_fires(of, a, now));
		w_close(w, '}');
	}
	w_close(w, ']');
}

/* The worst that fires now: "page", "ticket"; "spent", or "". */
static const char *
state(const struct burns *b, const struct burn_of *of,
    const struct budget *budget)
{
	const struct uprules *u = b->events.rules;
	const char *worst = "";

	for (size_t i = 0; i < u->alerts; i++) {
		if (burn_fires(of, &u->alert[i], b->cmd->now) &&
		    strcmp(worst, "page") != 0)
			worst = u->alert[i].as;
	}
	return *worst == '\0' && budget->left < 0 ? "spent" : worst;
}

static void
print_json(struct burns *b, const struct up_measure *m,
    const struct burn_of *of, const struct budget *budget)
{
	char id[ID_TEXT], text[32], now[TIME_TEXT];
	struct buf *out = &b->cmd->out;
	const char *customer = opt.customer != NULL ? opt.customer : "";
	struct writer w;

	record_id(id, "burn", customer, m->name, time_format(b->cmd->now,
	    now), NULL);
	record_begin(&w, out, "burn", id, b->cmd->now);
	w_field_str(&w, "customer", opt.customer);
	w_field_str(&w, "service", m->name);
	w_field_str(&w, "month", b->month);
	w_field_time(&w, "from", b->from);
	w_field_time(&w, "to", b->to);
	w_field_str(&w, "target", decimal_text(of->target, 4, text));
	w_field_int(&w, "budget_s", budget->allowed);
	w_field_int(&w, "spent_s", budget->spent);
	w_field_int(&w, "left_s", budget->left);
	w_field_str(&w, "left", burn_left(budget, text));
	w_field_str(&w, "state", state(b, of, budget));
	write_alerts(b, of, &w);
	w_close(&w, '}');
	buf_addc(out, '\n');
}

static void
print_row(struct burns *b, const struct up_measure *m,
    const struct burn_of *of, const struct budget *budget)
{
	const struct uprules *u = b->events.rules;
	const char *is = state(b, of, budget), *rates = "";
	char text[TIME_TEXT];

	for (size_t i = 0; i < u->alerts; i++)
		rates = arena_printf(&b->scratch, "%s%s%s/%s", rates,
		    i > 0 ? " " : "", rate_text(burn_rate(of, b->cmd->now,
		    u->alert[i].long_s), &b->scratch),
		    rate_text(burn_rate(of, b->cmd->now,
		    u->alert[i].short_s), &b->scratch));
	table_cell(b->table, m->name);
	table_cell(b->table, decimal_text(of->target, 4, text));
	table_cell(b->table, duration_exact(budget->allowed, text));
	table_cell(b->table, budget->left < 0 ? arena_printf(&b->scratch,
	    "-%s", duration_exact(-budget->left, text)) :
	    duration_exact(budget->left, text));
	table_cell(b->table, burn_left(budget, text));
	table_cell(b->table, rates);
	table_cell(b->table, is);
	if (*is != '\0')
		table_mark(b->table, MARK_BAD);
}

static int
tell_of(struct burns *b, const struct up_measure *m,
    const struct burn_of *of, const struct budget *budget, const char *as,
    const char *const *targets, struct err *e)
{
	struct cmd *c = b->cmd;
	int64_t since = burn_episode(of, b->events.rules, as, c->now,
	    c->now - LOOKS_BACK);
	char when[TIME_TEXT], text[32];
	struct buf json = BUF_INIT;
	struct notice n = { .form = "burn", .facts = &json,
		.severity = strcmp(as, "page") == 0 ? SEVERITY_CRITICAL :
		SEVERITY_HIGH, .page = strcmp(as, "page") == 0 };
	struct writer w;
	int rc = 0;

	if (since == TIME_NONE)
		return 0;
	n.at = since;
	n.customer = opt.customer;
	n.key = arena_printf(&b->scratch, "burn:%s:%s:%s:%s",
	    opt.customer != NULL ? opt.customer : "", m->name, as,
	    time_format(since, when));
	notices_facts(b->notices, &w, &json);
	w_field_str(&w, "service", m->name);
	w_field_str(&w, "customer", opt.customer != NULL ? opt.customer : "");
	w_field_str(&w, "target", decimal_text(of->target, 4, text));
	w_field_str(&w, "since", cmd_time(c, since, &b->scratch));
	w_field_str(&w, "left", burn_left(budget, text));
	w_field_str(&w, "left_time", duration_exact(budget->left > 0 ?
	    budget->left : 0, text));
	w_field_bool(&w, "page", n.page);
	w_close(&w, '}');
	for (; rc == 0 && *targets != NULL; targets++) {
		n.target = *targets;
		if (notices_tell(b->notices, &n, &b->scratch, e) < 0)
			rc = -1;
	}
	buf_free(&json);
	return rc;
}

static int
one(struct burns *b, const struct up_measure *m, struct err *e)
{
	const struct uprules *u = b->events.rules;
	struct burn_of of = { .target = b->target };
	struct budget budget;

	arena_reset(&b->scratch);
	of.n = outages_of(b->outages, opt.customer != NULL ? opt.customer :
	    "", m->services, b->to, &of.cut);
	burn_budget(&of, b->from, b->to, b->cmd->now, &budget);
	b->fires = b->fires || *state(b, &of, &budget) != '\0';
	if (opt.tell)
		return tell_of(b, m, &of, &budget, "page", u->page, e) < 0 ||
		    tell_of(b, m, &of, &budget, "ticket", u->ticket, e) < 0 ?
		    -1 : 0;
	if (cmd_form(b->cmd) == FORM_JSON)
		print_json(b, m, &of, &budget);
	else
		print_row(b, m, &of, &budget);
	return 0;
}

static int
run(struct burns *b, const struct up_measure *only, struct err *e)
{
	static const struct column columns[] = {
		{ .title = "SERVICE", .shrink = true },
		{ .title = "TARGET", .right = true },
		{ .title = "BUDGET", .right = true },
		{ .title = "LEFT", .right = true },
		{ .title = "%", .right = true },
		{ .title = "RATES, LONG/SHORT", .shrink = true },
		{ .title = "" },
	};
	const struct uprules *u = b->events.rules;
	const struct incident *incident;
	size_t n;
	int rc = 0;

	b->outages = events_outages(b->cmd, &b->events, &incident, &n);
	b->table = table_new(columns, sizeof(columns) / sizeof(*columns));
	for (size_t i = 0; rc == 0 && i < (only != NULL ? 1 : u->measures);
	    i++)
		rc = one(b, only != NULL ? only : &u->measure[i], e);
	if (rc == 0 && !opt.tell && cmd_form(b->cmd) != FORM_JSON)
		cmd_table(b->cmd, b->table);
	table_free(b->table);
	outages_free(b->outages);
	return rc < 0 || cmd_flush(b->cmd, e) < 0 ? -1 :
	    !opt.tell && b->fires;
}

static int
prepare(struct burns *b, const struct up_measure **only, struct err *e)
{
	struct cmd *c = b->cmd;
	int64_t longest = 0;

	if (events_rules(c, &b->events, e) < 0 ||
	    (opt.tell && notices_open(&b->notices, c, e) < 0))
		return -1;
	if (opt.service != NULL && (*only = uprules_measure(b->events.rules,
	    opt.service)) == NULL)
		return err_set(e, ERR_USAGE, "no service '%s'", opt.service);
	for (size_t i = 0; i < b->events.rules->alerts; i++) {
		if (b->events.rules->alert[i].long_s > longest)
			longest = b->events.rules->alert[i].long_s;
	}
	b->events.to = c->now + 1;
	b->events.from = c->now - LOOKS_BACK - longest - 86400;
	if (opt.window != NULL && of_calendar(opt.window) != NULL)
		b->events.from -= INT64_C(366) * 86400;
	else if (opt.window != NULL) {
		if (read_window(b, e) < 0)
			return -1;
		if (b->from < b->events.from)
			b->events.from = b->from;
	}
	return events_read(c, &b->events, e);
}

int
sla_burn(struct cmd *c, struct err *e)
{
	struct burns b = { .cmd = c, .events.probed = true };
	const struct up_measure *only = NULL;
	int rc = -1;

	if (prepare(&b, &only, e) == 0) {
		if (!whom_between(c, opt.customer != NULL ? opt.customer : "",
		    c->now, c->now + 1, &b.whom))
			err_set(e, ERR_USAGE, "no customer '%s'",
			    opt.customer);
		else if (read_target(&b, e) == 0 && read_window(&b, e) == 0)
			rc = run(&b, only, e);
	}
	notices_close(b.notices);
	events_free(&b.events);
	arena_free(&b.scratch);
	return rc;
}
