/* Clocks: which stretches of a life count, and how far they reach. */
#include <stdlib.h>
#include <string.h>

#include "base/time.h"
#include "domain/clock/clockrun.h"

/* -- excluded periods ------------------------------------------------- */

static void
period_add(struct walk *w, const struct event *ev)
{
	struct period p = { .until = TIME_MAX, .by = ev, .why = "" };
	const char *tab = ev->text != NULL ? strchr(ev->text, '\t') : NULL;
	size_t i = 0;

	if (tab == NULL)
		return;
	p.since = strtoll(ev->text, NULL, 10);
	if (tab[1] != '\t')
		p.until = strtoll(tab + 1, NULL, 10);
	if ((tab = strchr(tab + 1, '\t')) != NULL)
		p.why = tab + 1;
	/* What is said of the same beginning later holds. */
	while (i < w->periods && w->period[i].since != p.since)
		i++;
	if (i == w->periods) {
		w->period = xreallocarray(w->period, w->periods + 1,
		    sizeof(p));
		w->periods++;
	}
	w->period[i] = p;
}

void
periods_find(struct walk *w)
{
	const struct history *h = w->end->history;

	for (size_t i = 0; i < h->n && h->event[i].at <= w->ask->now; i++) {
		if (h->event[i].kind == EVENT_EXCLUDE &&
		    h->event[i].arg == 1)
			period_add(w, &h->event[i]);
	}
}

/* The period that takes the moment out; *to is brought near to its border. */
static const struct period *
period_at(const struct walk *w, int64_t at, int64_t *to)
{
	const struct period *found = NULL;

	for (size_t i = 0; i < w->periods; i++) {
		const struct period *p = &w->period[i];

		if (*p->why == '\0')
			continue;
		if (p->since > at && p->since < *to)
			*to = p->since;
		if (p->since <= at && p->until > at) {
			if (p->until < *to)
				*to = p->until;
			/* Of several the first to begin is told. */
			if (found == NULL || p->since < found->since)
				found = p;
		}
	}
	return found;
}

/* -- what is told of it ----------------------------------------------- */

struct run {			/* an instance while it is counted */
	struct walk *walk;
	const struct life *life;
	struct clock *clock;
	struct policy_ask terms;	/* in force */
	int64_t end;
	enum severity last;	/* by then */
	int64_t behind;		/* seconds that ran behind the set moment */
};

static void
tell(const struct run *r, int64_t from, int64_t to, enum stretch what,
    const char *why, const struct event *by)
{
	const struct clock_ask *ask = r->walk->ask;
	const struct clock_step s = { from, to,
		what == STEP_OPEN ? to - from : 0, what, why,
		r->clock->target.calendar, by };

	if (to > from && ask->step != NULL)
		ask->step(ask->arg, r->clock, &s);
}

/* A stretch that ran: the windows of its calendar, and what lies between. */
static void
tell_windows(const struct run *r, int64_t from, int64_t to,
    const struct event *by)
{
	const struct calendar *c = r->clock->target.calendar;
	struct buf why = BUF_INIT;
	int64_t open, close;

	while (from < to) {
		if (!calendar_window(c, from, &open, &close) || open > to)
			open = close = to;
		if (open > from) {
			buf_reset(&why);
			calendar_reason(c, from, open, &why);
			tell(r, from, open, STEP_CLOSED, why.data, by);
			from = open;
		}
		if (close > to)
			close = to;
		tell(r, from, close, STEP_OPEN, "open", by);
		from = close;
	}
	buf_free(&why);
}

/* The segment that holds the moment, from the one that held an earlier. */
static const struct segment *
segment_at(const struct life *l, const struct segment *s, int64_t at)
{
	while (s + 1 < l->segment + l->segments && s[1].from <= at)
		s++;
	return s;
}

/* -- terms ------------------------------------------------------------ */

static const char *
tier_at(const struct walk *w, int64_t at)
{
	const struct customer *c = NULL;

	if (w->ask->customers != NULL && *w->end->customer != '\0')
		c = customers_at(w->ask->customers, w->end->customer, at);
	return c != NULL && *c->tier != '\0' ? c->tier : w->ask->tier;
}

/* The moment whose terms hold, when a clock has come to another. */
static int64_t
moment_of(const struct run *r, enum change what, int64_t at)
{
	switch (r->walk->how[what]) {
	case ON_CHANGE_START:
		return r->life->start;
	case ON_CHANGE_RETROACTIVE:
		return r->end;
	default:
		return at;
	}
}

static void
ask_terms(const struct run *r, enum severity severity, int64_t at,
    struct policy_ask *ask)
{
	const struct life *l = r->life;
	enum on_change how = r->walk->how[CHANGE_SEVERITY];

	ask->kind = r->clock->kind;
	ask->customer = r->walk->end->customer;
	ask->start = l->start;
	ask->severity = how == ON_CHANGE_START ? l->first :
	    how == ON_CHANGE_RETROACTIVE ? r->last : severity;
	ask->tier = tier_at(r->walk, moment_of(r, CHANGE_TIER, at));
	ask->at = moment_of(r, CHANGE_POLICY, at);
}

/* A tier of a later record may be none of the policy's: then the first. */
static void
find_target(struct run *r, struct policy_ask *ask, struct target *out)
{
	struct err e = { 0 };

	if (policy_target(r->walk->ask->policy, ask, out, &e) == 0)
		return;
	ask->tier = r->walk->ask->tier;
	if (policy_target(r->walk->ask->policy, ask, out,
	    &r->walk->err) < 0)
		r->walk->failed = true;
}

/* Whether what is owed is another since the policy of those terms. */
static bool
policy_changed(struct run *r, const struct policy_ask *ask,
    const struct target *now)
{
	struct policy_ask before = *ask;
	struct target was;

	if (ask->at == r->terms.at)
		return false;
	before.at = r->terms.at;
	find_target(r, &before, &was);
	return was.seconds != now->seconds || was.calendar != now->calendar;
}

/* Terms of another moment: a changed target, in the way that is agreed. */
static void
change_terms(struct run *r, enum severity severity, int64_t at)
{
	struct clock *c = r->clock;
	const enum on_change *how = r->walk->how;
	int64_t left = c->goal - c->counted, old = c->target.seconds;
	struct policy_ask ask;
	struct target target;
	bool from;

	ask_terms(r, severity, at, &ask);
	find_target(r, &ask, &target);
	from = (ask.severity != r->terms.severity &&
	    how[CHANGE_SEVERITY] == ON_CHANGE_FROM) ||
	    (strcmp(ask.tier, r->terms.tier) != 0 &&
	    how[CHANGE_TIER] == ON_CHANGE_FROM) ||
	    (how[CHANGE_POLICY] == ON_CHANGE_FROM &&
	    policy_changed(r, &ask, &target));
	r->terms = ask;
	c->severity = ask.severity;
	c->tier = ask.tier;
	if (target.seconds == old && target.calendar == c->target.calendar)
		return;
	/* What is late stays so. */
	if (old > 0 && left < 0)
		return;
	c->goal = target.seconds == 0 ? 0 : c->counted + (from || old == 0 ?
	    target.seconds : target.seconds * left / old);
	c->target = target;
	/* Of what is used up nothing is left: then it was due by now. */
	if (c->goal > c->counted || target.seconds == 0)
		c->due = TIME_NONE;
	else if (left > 0 || c->due == TIME_NONE)
		c->due = at;
	c->flags |= CLOCK_CHANGED;
}

/* The first moment behind at that may bring other terms. */
static int64_t
next_terms(const struct run *r, int64_t at)
{
	const struct walk *w = r->walk;
	int64_t next = TIME_MAX, other;

	if (w->how[CHANGE_POLICY] >= ON_CHANGE_FROM)
		next = policy_next(w->ask->policy, w->end->customer, at);
	if (w->how[CHANGE_TIER] >= ON_CHANGE_FROM &&
	    w->ask->customers != NULL && *w->end->customer != '\0') {
		other = customers_next(w->ask->customers, w->end->customer,
		    at);
		next = other < next ? other : next;
	}
	return next;
}

/* -- counting --------------------------------------------------------- */

static void
count_piece(struct run *r, int64_t from, int64_t to, const struct event *by)
{
	struct clock *c = r->clock;

	if (r->walk->ask->step != NULL)
		tell_windows(r, from, to, by);
	/* Once used up it stays so; else each stretch moves it on. */
	if (c->counted < c->goal)
		c->due = calendar_add(c->target.calendar, from,
		    c->goal - c->counted);
	c->counted += calendar_between(c->target.calendar, from, to);
}

/* What holds from a moment on, and until when. */
struct piece {
	int64_t to;
	const char *why;	/* it stands still */
	const struct event *by;
	int64_t since;		/* the cause of that */
};

static struct piece
piece_at(const struct run *r, const struct segment *s, int64_t at)
{
	const struct life *l = r->life;
	struct piece p = { TIME_MAX, s->why, s->by, s->from };
	const struct segment *next;
	const struct period *x;

	/* A change of severity alone parts nothing, if no terms follow it. */
	for (next = s + 1; next < l->segment + l->segments &&
	    next->why == s->why && !r->walk->dynamic; next++)
		;
	if (next < l->segment + l->segments)
		p.to = next->from;
	for (; s > l->segment && s[-1].why == s->why; s--)
		p.since = s[-1].from;
	x = period_at(r->walk, at, &p.to);
	if (x != NULL && s->why == NULL) {
		p.why = x->why;
		p.by = x->by;
		p.since = x->since;
	}
	return p;
}

/* Goes through the life; *at_due is what was counted by the set moment. */
static void
count_all(struct run *r, int64_t due, int64_t *at_due)
{
	const struct life *l = r->life;
	const struct segment *s = l->segment;
	const struct event *excluded = NULL;	/* by what it last was */
	int64_t at = l->start, border, again = TIME_MIN;
	struct clock *c = r->clock;

	while (at < r->end) {
		struct piece p;

		s = segment_at(l, s, at);
		p = piece_at(r, s, at);
		if (p.to > r->end)
			p.to = r->end;
		if (r->walk->dynamic) {
			change_terms(r, s->severity, at);
			border = next_terms(r, at);
			p.to = border < p.to ? border : p.to;
		}
		if (due > at && due < p.to)
			p.to = due;
		if (p.why == NULL && due != TIME_NONE && at >= due)
			r->behind += p.to - at;
		/* What goes on behind a period does so by its record. */
		if (p.why == NULL)
			count_piece(r, at, p.to, s->from < again ? excluded :
			    p.by);
		else
			tell(r, at, p.to, STEP_PAUSED, p.why, p.by);
		if (p.why != NULL && p.why != s->why) {
			c->flags |= CLOCK_EXCLUDED;
			excluded = p.by;
			again = p.to;
		}
		at = p.to;
		if (at == due)
			*at_due = c->counted;
	}
	if (r->walk->dynamic)
		change_terms(r, segment_at(l, s, r->end)->severity, r->end);
}

/*
 * A due moment that a person has set is the goal; what runs behind it is late
 * by day and night.
 */
static void
hold_to(struct clock *c, int64_t due, int64_t at_due, int64_t end)
{
	c->due = due;
	c->goal = due >= end ? c->counted + calendar_between(
	    c->target.calendar, end, due) : at_due;
	c->flags |= CLOCK_DUE_SET;
}

static void
settle(struct run *r, int64_t stop)
{
	struct clock *c = r->clock;
	const struct segment *s = segment_at(r->life, r->life->segment,
	    r->end);
	struct piece p = piece_at(r, s, r->end);
	bool set = c->flags & CLOCK_DUE_SET;

	c->stop = stop;
	c->elapsed = r->end - c->start;
	if (c->goal == 0 && !set) {
		c->state = CLOCK_NONE;
		c->why = "best effort";
		c->due = TIME_NONE;
		return;
	}
	c->late = set ? r->behind : c->counted > c->goal ?
	    c->counted - c->goal : 0;
	c->remaining = c->late > 0 ? 0 : c->goal - c->counted;
	c->state = c->late > 0 ? CLOCK_MISSED : stop != TIME_NONE ? CLOCK_MET :
	    p.why != NULL ? CLOCK_PAUSED : CLOCK_RUNNING;
	if (stop == TIME_NONE && p.why != NULL) {
		c->paused = p.since;
		c->paused_by = p.by;
		if (c->kind == CLOCK_RESOLUTION && p.why == s->why)
			c->remind = policy_remind(r->walk->ask->policy,
			    c->target.calendar, p.since);
	}
	if (set)
		;
	else if (c->state == CLOCK_PAUSED)
		c->due = TIME_NONE;
	else if (c->counted < c->goal)
		c->due = calendar_add(c->target.calendar, r->end,
		    c->goal - c->counted);
	if (c->late > 0)
		c->late_wall = r->end - c->due;
}

/* Whether the tier or the policy is another at the end, where that matters. */
static bool
is_changed(struct run *r)
{
	const int64_t start = r->life->start;
	const enum on_change *how = r->walk->how;
	struct policy_ask first = r->terms, last = r->terms;
	struct target was, is;

	if (strcmp(tier_at(r->walk, start), tier_at(r->walk, r->end)) != 0)
		return true;
	if (how[CHANGE_POLICY] == ON_CHANGE_START)
		return false;
	first.at = start;
	last.at = r->end;
	find_target(r, &first, &was);
	find_target(r, &last, &is);
	return was.seconds != is.seconds || was.calendar != is.calendar;
}

void
clock_count(struct walk *w, enum clock_kind kind, int64_t stop,
    struct clock *c)
{
	const struct life *l = &w->life[kind];
	struct run r = { .walk = w, .life = l, .clock = c };
	int64_t due = TIME_NONE, at_due = 0;

	*c = (struct clock){ .kind = kind, .n = l->n, .start = l->start,
		.due = TIME_NONE, .paused = TIME_NONE, .remind = TIME_NONE,
		.by = l->by };
	r.end = stop != TIME_NONE ? stop : w->ask->now;
	if (l->due != TIME_NONE && l->due_at <= r.end) {
		due = l->due;
		c->due_by = l->due_by;
	}
	if (w->ask->no_tier)
		c->flags |= CLOCK_NO_TIER;
	if (w->early)
		c->flags |= CLOCK_EARLY;
	if (w->reopened && kind == CLOCK_RESOLUTION)
		c->flags |= CLOCK_REOPENED;
	if (l->by != NULL && (l->by->arg & EVENT_SKEWED))
		c->flags |= CLOCK_SKEWED;
	r.last = segment_at(l, l->segment, r.end)->severity;
	if (l->first != r.last)
		c->flags |= CLOCK_CHANGED;
	ask_terms(&r, l->first, l->start, &r.terms);
	find_target(&r, &r.terms, &c->target);
	if (w->failed)
		return;
	if (is_changed(&r))
		c->flags |= CLOCK_CHANGED;
	c->severity = r.terms.severity;
	c->tier = r.terms.tier;
	c->goal = c->target.seconds;
	count_all(&r, due, &at_due);
	if (due != TIME_NONE)
		hold_to(c, due, at_due, r.end);
	settle(&r, stop);
}
