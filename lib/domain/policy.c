/* rules/sla.yaml, read and asked. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/time.h"
#include "domain/polfile.h"

const char *
clock_name(enum clock_kind k)
{
	static const char *const names[] = { "response", "resolution", "next" };

	return names[k];
}

static const struct tier *
find_tier(const struct policy *p, const char *name)
{
	for (size_t i = 0; i < p->tiers; i++) {
		if (strcmp(p->tier[i].name, name) == 0)
			return &p->tier[i];
	}
	return NULL;
}

/* Whether the local date lies in the season; both ends belong to it. */
static bool
in_season(const struct season *s, int date)
{
	return s->from <= s->until ? date >= s->from && date <= s->until :
	    date >= s->from || date <= s->until;
}

/* The first season that holds makes the target longer. */
static void
extend(const struct policy *p, const struct tier *t, const struct goal *g,
    int64_t start, struct target *out)
{
	struct civil day;
	size_t i = 0;

	while (i < p->seasons && !(p->season[i].tiers & t->bit))
		i++;
	if (i == p->seasons)
		return;
	day = civil_from_seconds(calendar_local(out->calendar, start));
	for (; i < p->seasons; i++) {
		if ((p->season[i].tiers & t->bit) && in_season(&p->season[i],
		    day.month * 100 + day.day)) {
			out->seconds += g->longer[i].seconds;
			out->text = g->longer[i].text;
			return;
		}
	}
}

int
policy_target(const struct policy *p, const struct policy_ask *ask,
    struct target *out, struct err *e)
{
	const struct tier *t = find_tier(p, ask->tier);
	const struct cell *cell;
	const struct goal *g;

	if (t == NULL)
		return err_set(e, ERR_INPUT, "no tier '%s' in the policy",
		    ask->tier);
	cell = &t->cell[ask->severity];
	g = &cell->goal[ask->kind];
	*out = (struct target){ cell->calendar, g->seconds, g->text,
		g->where->file, g->where->line };
	if (g->seconds > 0 && ask->kind != CLOCK_RESOLUTION)
		extend(p, t, g, ask->start, out);
	return 0;
}

const char *
policy_excluded(const struct policy *p, const char *category,
    const char *topic)
{
	for (size_t i = 0; i < p->exclusions; i++) {
		const struct exclusion *x = &p->exclusion[i];

		if ((x->category == NULL || strcmp(x->category,
		    category) == 0) &&
		    (x->topic == NULL || strcmp(x->topic, topic) == 0))
			return x->why;
	}
	return NULL;
}

int64_t
policy_share(const struct policy *p, const char *tier)
{
	const struct tier *t = find_tier(p, tier);

	return t != NULL ? t->share : 0;
}

int64_t
policy_uptime(const struct policy *p, const struct policy_ask *ask)
{
	const struct tier *t = find_tier(p, ask->tier);

	return t != NULL ? t->uptime : 0;
}

const char *
policy_tier(const struct policy *p, size_t i)
{
	return i < p->tiers ? p->tier[i].name : NULL;
}

int64_t
policy_warning(const struct policy *p, enum severity s)
{
	return p->warning[s].before;
}

/* -- what is doubtful ------------------------------------------------- */

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
	    calendar_name(t->cell[s].calendar),
	    mild->seconds < grave->seconds ? "faster than" : "as fast as",
	    severity_name(s + 1), both(grave, b),
	    calendar_name(t->cell[s + 1].calendar));
}

/* 24h of a calendar of 8 hours a day is three days. */
static void
lint_days(struct lint *l, const struct tier *t, enum severity s,
    enum clock_kind kind)
{
	const struct goal *g = &t->cell[s].goal[kind];
	const struct calendar *c = t->cell[s].calendar;
	int64_t day = calendar_day(c), tenths;
	char length[TIME_TEXT];

	if (g->days || g->seconds == 0 || g->seconds % 86400 != 0 ||
	    day == 0 || day == 86400)
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

int
policy_lint(const struct policy *p, void (*f)(void *, const char *, int,
    const char *), void *arg)
{
	struct lint l = { f, arg, 0 };

	for (size_t i = 0; i < p->tiers; i++) {
		for (int s = SEVERITIES - 1; s >= 0; s--)
			lint_cell(&l, p, &p->tier[i], (enum severity)s);
		lint_downtime(&l, &p->tier[i]);
	}
	return l.found;
}
