/* What is doubtful about targets: contradictions, and what is hardly meant. */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/time.h"
#include "domain/clock/polfile.h"

struct lint {
	void (*tell)(void *, const char *, int, const char *);
	void *arg;
	int found;
};

static void __attribute__((format(printf, 3, 4)))
doubt(struct lint *l, const struct yaml *where, const char *fmt, ...)
{
	char text[400];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	l->tell(l->arg, where->file, where->line, text);
	l->found++;
}

/* "1bd (8h)": as it is written, and in hours where that is not the same. */
static const char *
both(const struct goal *g, char out[64])
{
	char exact[TIME_TEXT];

	duration_exact(g->seconds, exact);
	if (strcmp(exact, g->text) == 0)
		snprintf(out, 64, "%s", exact);
	else
		snprintf(out, 64, "%s (%s)", g->text, exact);
	return out;
}

/* A more severe ticket should not wait longer, or as long. */
static void
lint_order(struct lint *l, const struct tier *t, enum severity s,
    enum clock_kind kind)
{
	const struct goal *mild = &t->cell[s].goal[kind];
	const struct goal *grave = &t->cell[s + 1].goal[kind];
	char a[64], b[64];

	if (mild->seconds == 0 || grave->seconds == 0 ||
	    mild->seconds > grave->seconds)
		return;
	doubt(l, mild->where, "%s: %s %s of %s on '%s' is %s %s of %s on '%s'",
	    t->name, severity_name(s), clock_name(kind), both(mild, a),
	    calendar_name(policy_calendar(&t->cell[s], kind)),
	    mild->seconds < grave->seconds ? "faster than" : "as fast as",
	    severity_name(s + 1), both(grave, b),
	    calendar_name(policy_calendar(&t->cell[s + 1], kind)));
}

/* 24h of a calendar of 8 hours a day is three days. */
static void
lint_days(struct lint *l, const struct tier *t, enum severity s,
    enum clock_kind kind)
{
	const struct goal *g = &t->cell[s].goal[kind];
	const struct calendar *c = policy_calendar(&t->cell[s], kind);
	int64_t day = calendar_day(c), tenths;
	char length[TIME_TEXT];

	if (g->amount.unit != DURATION_SECONDS || g->seconds == 0 ||
	    g->seconds % 86400 != 0 || day == 0 || day == 86400)
		return;
	tenths = g->seconds * 10 / day;
	duration_exact(day, length);
	doubt(l, g->where, "%s: %s %s of %s on '%s', where a day has %s, is "
	    "%lld.%lld days; %lldbd is the same hour %lld day%s later",
	    t->name, severity_name(s), clock_name(kind), g->text,
	    calendar_name(c), length, (long long)(tenths / 10),
	    (long long)(tenths % 10), (long long)(g->seconds / 86400),
	    (long long)(g->seconds / 86400),
	    g->seconds > 86400 ? "s" : "");
}

static void
lint_cell(struct lint *l, const struct policy *p, const struct tier *t,
    enum severity s)
{
	const struct goal *goal = t->cell[s].goal;
	const struct warning *w = &p->warning[s];
	char a[64], b[64];

	for (int k = 0; k < CLOCKS; k++) {
		if (k == CLOCK_NEXT && !t->cell[s].own_next)
			continue;
		lint_days(l, t, s, (enum clock_kind)k);
		if (s + 1 < SEVERITIES)
			lint_order(l, t, s, (enum clock_kind)k);
	}
	if (goal[CLOCK_RESOLUTION].seconds > 0 &&
	    goal[CLOCK_RESOLUTION].seconds < goal[CLOCK_RESPONSE].seconds)
		doubt(l, goal[CLOCK_RESOLUTION].where,
		    "%s: %s resolution of %s is due before the response of %s",
		    t->name, severity_name(s), both(&goal[CLOCK_RESOLUTION],
		    a), both(&goal[CLOCK_RESPONSE], b));
	if (w->where != NULL && w->before >= goal[CLOCK_RESPONSE].seconds &&
	    goal[CLOCK_RESPONSE].seconds > 0)
		doubt(l, w->where, "%s: the warning %s before due comes at "
		    "once for a %s response of %s", t->name,
		    duration_exact(w->before, b), severity_name(s),
		    both(&goal[CLOCK_RESPONSE], a));
}

/* The downtime that an uptime allows, in a month of 30 days. */
static void
lint_downtime(struct lint *l, const struct tier *t)
{
	const int64_t all = 1000000, month = 30 * 86400;
	int64_t allowed = (all - t->uptime) * month / all;
	char said[TIME_TEXT], is[TIME_TEXT];

	if (t->downtime == NULL || t->downtime_s == allowed)
		return;
	doubt(l, t->downtime, "%s: uptime of %lld.%04lld %% allows %s of "
	    "downtime in 30 days, not %s", t->name,
	    (long long)(t->uptime / 10000), (long long)(t->uptime % 10000),
	    duration_exact(allowed, is), duration_exact(t->downtime_s, said));
}

/* -- contracts -------------------------------------------------------- */

static const char *
target_text(const struct target *t, char out[96])
{
	snprintf(out, 96, "%s on '%s'", t->text, calendar_name(t->calendar));
	return out;
}

/* What a contract owes by its last moment, and what it owes by its first. */
static bool
owed(const struct policy *p, const struct contract *c, const char *tier,
    enum severity s, enum clock_kind kind, bool last, struct target *out)
{
	/* A day outside of every season is not to be had: none is asked. */
	const struct policy_ask ask = { tier, c->customer, s, kind, c->from,
		last && c->until != TIME_MAX ? c->until - 1 : c->from };
	struct err e = { 0 };

	return policy_target(p, &ask, out, &e) == 0;
}

/* Seconds of 52 weeks that count. */
static double
open_time(const struct target *t, int64_t from)
{
	return (double)calendar_between(t->calendar, from, from + 52 * 7 *
	    INT64_C(86400));
}

/*
 * Whether it takes longer by the clock on the wall, as a mean: half an hour of
 * a working day is more than one of any day.
 */
static bool
is_lower(const struct target *new, const struct target *old, int64_t from)
{
	if (old->seconds == 0 || new->seconds == 0)
		return old->seconds > 0;
	return (double)new->seconds * open_time(old, from) >
	    (double)old->seconds * open_time(new, from);
}

/* A renewal may raise what was locked, and never lower it. */
static bool
lint_renewal(struct lint *l, const struct policy *p, const struct contract *c,
    const struct contract *before, const char *tier, enum severity s,
    enum clock_kind kind)
{
	const char *was = before->tier != NULL ? before->tier : tier;
	struct target new, old;
	char a[96], b[96];

	if (!owed(p, c, c->tier != NULL ? c->tier : tier, s, kind, false,
	    &new) || !owed(p, before, was, s, kind, true, &old) ||
	    !is_lower(&new, &old, c->from))
		return false;
	doubt(l, c->where, "%s: %s %s of %s is lower than %s, which line %d "
	    "has locked", c->customer, severity_name(s), clock_name(kind),
	    target_text(&new, a), target_text(&old, b), before->where->line);
	return true;
}

/* What is worse than without a contract is seldom meant. */
static bool
lint_worse(struct lint *l, const struct policy *p, const struct contract *c,
    const char *tier, enum severity s, enum clock_kind kind)
{
	const struct policy_ask ask = { tier, NULL, s, kind, c->from,
		c->from };
	struct err e = { 0 };
	const struct yaml *where = c->own[s].goal[kind].where;
	struct target own, without;
	char a[96], b[96];

	if (where == NULL && c->calendar == NULL && c->own[s].calendar == NULL)
		return false;
	if (!owed(p, c, tier, s, kind, false, &own) ||
	    policy_target(p, &ask, &without, &e) < 0 ||
	    !is_lower(&own, &without, c->from))
		return false;
	/* Another office's hours are no worse: those of an office for none. */
	if ((where == NULL || own.seconds <= without.seconds) &&
	    open_time(&without, c->from) < 2 * open_time(&own, c->from))
		return false;
	doubt(l, where != NULL ? where : c->where, "%s: %s %s of %s is lower "
	    "than %s of tier '%s'", c->customer, severity_name(s),
	    clock_name(kind), target_text(&own, a), target_text(&without, b),
	    tier);
	return true;
}

/* A contract that names no tier is looked at with each, and told of once. */
static void
lint_terms(struct lint *l, const struct policy *p, const struct contract *c,
    const struct contract *before, enum severity s, enum clock_kind kind)
{
	bool told = false;

	for (size_t i = 0; i < p->tiers && !told && before != NULL &&
	    before->locked; i++)
		told = lint_renewal(l, p, c, before, policy_tier(p, i), s,
		    kind);
	if (c->tier != NULL)
		lint_worse(l, p, c, c->tier, s, kind);
}

static void
lint_contract(struct lint *l, const struct policy *p, size_t i)
{
	const struct contract *c = &p->contract[i], *before = NULL;

	if (i > 0 && strcmp(c[-1].customer, c->customer) == 0)
		before = &c[-1];
	for (int s = SEVERITIES - 1; s >= 0; s--) {
		for (int k = 0; k < CLOCK_NEXT; k++)
			lint_terms(l, p, c, before, (enum severity)s,
			    (enum clock_kind)k);
	}
	if (before != NULL && before->locked && c->uptime < before->uptime)
		doubt(l, c->where, "%s: uptime of %lld.%04lld %% is lower than "
		    "%lld.%04lld %%, which line %d has locked", c->customer,
		    (long long)(c->uptime / 10000),
		    (long long)(c->uptime % 10000),
		    (long long)(before->uptime / 10000),
		    (long long)(before->uptime % 10000), before->where->line);
	if (!c->locked && c->until - c->from >= 2 * 365 * INT64_C(86400))
		doubt(l, c->where, "%s: a contract of two years or more that "
		    "is not locked", c->customer);
}

/* What a change of the policy leaves as it was has been told of. */
static bool
is_told(const struct tier *before, const struct tier *t, int s)
{
	return before != NULL && memcmp(&before->cell[s], &t->cell[s],
	    sizeof(t->cell[s])) == 0 && (s + 1 == SEVERITIES ||
	    memcmp(&before->cell[s + 1], &t->cell[s + 1],
	    sizeof(t->cell[s])) == 0);
}

int
policy_lint(const struct policy *p, void (*f)(void *, const char *, int,
    const char *), void *arg)
{
	struct lint l = { f, arg, 0 };
	const struct tier *before;

	for (size_t v = 0; v < p->versions; v++) {
		for (size_t i = 0; i < p->tiers; i++) {
			const struct tier *t = &p->version[v].tier[i];

			before = v > 0 ? &p->version[v - 1].tier[i] : NULL;
			for (int s = SEVERITIES - 1; s >= 0; s--) {
				if (!is_told(before, t, s))
					lint_cell(&l, p, t, (enum severity)s);
			}
			if (before == NULL || before->downtime != t->downtime)
				lint_downtime(&l, t);
		}
	}
	for (size_t i = 0; i < p->contracts; i++)
		lint_contract(&l, p, i);
	return l.found;
}
