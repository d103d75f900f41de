/* rules/sla.yaml and contracts.yaml, asked. */
#include <string.h>

#include "base/time.h"
#include "domain/clock/polfile.h"

const struct tier *
policy_tier_of(const struct policy *p, const struct version *v,
    const char *name)
{
	for (size_t i = 0; i < p->tiers; i++) {
		if (strcmp(v->tier[i].name, name) == 0)
			return &v->tier[i];
	}
	return NULL;
}

const struct version *
policy_version(const struct policy *p, int64_t at)
{
	size_t i = p->versions - 1;

	while (i > 0 && p->version[i].from > at)
		i--;
	return &p->version[i];
}

/* The first contract of the customer, or where it would be. */
static size_t
first_contract(const struct policy *p, const char *customer)
{
	size_t from = 0, to = p->contracts;

	while (from < to) {
		size_t mid = from + (to - from) / 2;

		if (strcmp(p->contract[mid].customer, customer) < 0)
			from = mid + 1;
		else
			to = mid;
	}
	return from;
}

const struct contract *
policy_contract(const struct policy *p, const char *customer, int64_t at)
{
	if (p->contracts == 0 || customer == NULL || *customer == '\0')
		return NULL;
	for (size_t i = first_contract(p, customer); i < p->contracts &&
	    strcmp(p->contract[i].customer, customer) == 0; i++) {
		if (p->contract[i].from <= at && at < p->contract[i].until)
			return &p->contract[i];
	}
	return NULL;
}

static void
sooner(int64_t *next, int64_t at, int64_t border)
{
	if (border > at && border < *next)
		*next = border;
}

int64_t
policy_next(const struct policy *p, const char *customer, int64_t at)
{
	int64_t next = TIME_MAX;

	for (size_t i = 1; i < p->versions; i++)
		sooner(&next, at, p->version[i].from);
	if (p->contracts == 0 || customer == NULL)
		return next;
	for (size_t i = first_contract(p, customer); i < p->contracts &&
	    strcmp(p->contract[i].customer, customer) == 0; i++) {
		sooner(&next, at, p->contract[i].from);
		sooner(&next, at, p->contract[i].until);
	}
	return next;
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
			out->seconds += policy_seconds(&p->season[i].longer,
			    out->calendar, start);
			out->text = g->longer[i];
			out->season = p->season[i].line;
			return;
		}
	}
}

/* What the contract says of a cell, and else its tier. */
static const struct goal *
agreed(const struct contract *c, const struct cell *cell, enum severity s,
    enum clock_kind kind, const struct calendar **calendar)
{
	const struct cell *own = &c->own[s];
	const struct goal *g = &own->goal[kind];
	bool theirs = true;

	if (g->where == NULL && kind == CLOCK_NEXT && !cell->own_next)
		g = &own->goal[CLOCK_RESPONSE];
	if (g->where == NULL) {
		g = &cell->goal[kind];
		theirs = false;
	}
	*calendar = theirs && g->calendar != NULL ? g->calendar :
	    own->calendar != NULL ? own->calendar :
	    c->calendar != NULL ? c->calendar :
	    theirs ? cell->calendar : policy_calendar(cell, kind);
	return g;
}

int
policy_target(const struct policy *p, const struct policy_ask *ask,
    struct target *out, struct err *e)
{
	const struct contract *c = policy_contract(p, ask->customer, ask->at);
	const char *name = c != NULL && c->tier != NULL ? c->tier : ask->tier;
	const struct version *v = policy_version(p, c != NULL && c->locked ?
	    c->signing : ask->at);
	const struct tier *t = policy_tier_of(p, v, name);
	const struct calendar *calendar;
	const struct cell *cell;
	const struct goal *g;

	if (t == NULL)
		return err_set(e, ERR_INPUT, "no tier '%s' in the policy",
		    name);
	cell = &t->cell[ask->severity];
	g = &cell->goal[ask->kind];
	calendar = policy_calendar(cell, ask->kind);
	if (c != NULL)
		g = agreed(c, cell, ask->severity, ask->kind, &calendar);
	*out = (struct target){ .calendar = calendar,
		.seconds = policy_seconds(&g->amount, calendar, ask->start),
		.text = g->text, .file = g->where->file,
		.line = g->where->line,
		.contract = c != NULL ? c->where->line : 0,
		.version = v->from };
	if (out->seconds > 0 && ask->kind != CLOCK_RESOLUTION)
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
	const struct tier *t = policy_tier_of(p, &p->version[p->versions - 1],
	    tier);

	return t != NULL ? t->share : 0;
}

int64_t
policy_uptime(const struct policy *p, const struct policy_ask *ask)
{
	const struct contract *c = policy_contract(p, ask->customer, ask->at);
	const struct tier *t;

	if (c != NULL && c->uptime > 0)
		return c->uptime;
	t = policy_tier_of(p, policy_version(p, c != NULL && c->locked ?
	    c->signing : ask->at), c != NULL && c->tier != NULL ? c->tier :
	    ask->tier);
	return t != NULL ? t->uptime : 0;
}

const char *
policy_tier(const struct policy *p, size_t i)
{
	return i < p->tiers ? p->version[0].tier[i].name : NULL;
}

int64_t
policy_warning(const struct policy *p, enum severity s)
{
	return p->warning[s].before;
}

enum on_change
policy_on_change(const struct policy *p, enum change what)
{
	return p->on_change[what];
}

bool
policy_restarts(const struct policy *p)
{
	return p->restarts;
}

bool
policy_pauses(const struct policy *p, enum clock_kind k)
{
	return p->pauses >> k & 1;
}

int64_t
policy_remind(const struct policy *p, const struct calendar *c,
    int64_t since)
{
	const struct duration *d = &p->remind;

	if (d->amount == 0)
		return TIME_NONE;
	return d->unit == DURATION_DAYS ? since + d->amount * 86400 :
	    d->unit == DURATION_SECONDS ? since + d->amount :
	    calendar_add(c, since, policy_seconds(d, c, since));
}
