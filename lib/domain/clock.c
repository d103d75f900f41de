/* Clocks. */
#include <stdio.h>
#include <string.h>

#include "base/time.h"
#include "domain/clock.h"

const char *
clock_state_name(enum clock_state s)
{
	static const char *const names[] = { "running", "paused", "met",
		"missed", "none" };

	return names[s];
}

#define PAUSES	256

/*
 * Stretches in which the resolution clock stands still: waiting for the
 * customer, or resolved and reopened later. Beyond so many the last one is
 * made longer, which errs on our side and not the customer's by nothing but
 * the time between two pauses.
 */
struct pauses {
	struct { int64_t from, to; bool resolved; } at[PAUSES];
	size_t n;
	bool open;		/* the last has not ended */
};

static void
pause_start(struct pauses *p, int64_t at, bool resolved)
{
	if (p->n == PAUSES)
		return;
	p->at[p->n].from = at;
	p->at[p->n].resolved = resolved;
	p->at[p->n++].to = TIME_NONE;
	p->open = true;
}

static void
pause_end(struct pauses *p, int64_t at)
{
	if (!p->open)
		return;
	p->open = false;
	p->at[p->n - 1].to = at;
	if (p->at[p->n - 1].from == at)
		p->n--;
}

/* Replays the ticket and notes where its status stops the clock. */
static void
find_pauses(const struct history *h, int64_t now, struct arena *a,
    struct pauses *p)
{
	struct ticket t;
	enum status was = STATUS_OPEN;

	p->n = 0;
	p->open = false;
	ticket_start(&t, h);
	for (size_t i = 0; i < h->n && h->event[i].at <= now; i++) {
		bool done, waiting;

		ticket_step(&t, &h->event[i], a);
		if (t.status == was)
			continue;
		waiting = t.status == STATUS_WAITING;
		done = t.status == STATUS_RESOLVED ||
		    t.status == STATUS_CLOSED;
		if (done && (was == STATUS_RESOLVED || was == STATUS_CLOSED)) {
			was = t.status;
			continue;
		}
		pause_end(p, h->event[i].at);
		if (waiting || done)
			/* A "thanks" restores an earlier resolution. */
			pause_start(p, done && t.resolved != TIME_NONE ?
			    t.resolved : h->event[i].at, done);
		was = t.status;
	}
}

/* Whether the ticket was ever in a state that stops the resolution clock. */
static bool
may_pause(const struct ticket *t)
{
	const struct history *h = t->history;

	for (size_t i = 0; i < h->n; i++) {
		if ((h->event[i].kind == EVENT_AGENT && h->event[i].arg) ||
		    h->event[i].kind == EVENT_STATUS ||
		    (h->event[i].kind == EVENT_TRIAGE &&
		    (h->event[i].arg & TRIAGE_CLOSING)))
			return true;
	}
	return false;
}

struct telling {		/* explain: where steps go */
	void (*step)(void *, const struct clock *, const struct clock_step *);
	void *arg;
};

static void
tell_paused(const struct telling *tell, const struct clock *c, int64_t from,
    int64_t to, bool resolved)
{
	struct clock_step s = { from, to, 0, STEP_PAUSED, resolved ?
		"resolved, and reopened later" : "waiting for the customer" };

	if (tell->step != NULL && to > from)
		tell->step(tell->arg, c, &s);
}

/* A closed stretch, a local day at a time, so that each has its reason. */
static void
tell_closed(const struct telling *tell, const struct clock *c, int64_t from,
    int64_t to)
{
	const struct calendar *cal = c->target.calendar;
	struct clock_step s = { from, to, 0, STEP_CLOSED, "closed" };
	int64_t local = calendar_local(cal, from);
	int64_t end = calendar_local(cal, to);
	int64_t first = (local + (local % 86400 != 0 ? 86399 : 0)) / 86400;
	const char *holiday = NULL;
	bool weekend = false;

	for (int64_t d = first; (d + 1) * 86400 <= end; d++) {
		int weekday = civil_from_seconds(d * 86400).weekday;

		if (holiday == NULL)
			holiday = calendar_holiday(cal, d);
		weekend |= weekday == 0 || weekday == 6;
	}
	s.why = holiday != NULL ? holiday : weekend ? "weekend" :
	    "out of hours";
	tell->step(tell->arg, c, &s);
}

/* [from, to) of a running clock: what is counted of it, told window by window. */
static int64_t
count(const struct telling *tell, const struct clock *c, int64_t from,
    int64_t to)
{
	const struct calendar *cal = c->target.calendar;
	int64_t open, close, at = from;

	if (to <= from)
		return 0;
	while (tell->step != NULL && at < to) {
		struct clock_step s;

		if (!calendar_window(cal, at, &open, &close))
			open = close = to;
		if (open > at) {
			int64_t until = open < to ? open : to;

			tell_closed(tell, c, at, until);
			at = until;
			continue;
		}
		s = (struct clock_step){ at, close < to ? close : to, 0,
			STEP_OPEN, "open" };
		s.counted = s.to - s.from;
		tell->step(tell->arg, c, &s);
		at = s.to;
	}
	return calendar_between(cal, from, to);
}

/* The moment at which the target is used up, pauses left out. */
static int64_t
due_at(const struct clock *c, const struct pauses *p)
{
	int64_t left = c->target.seconds, from = c->start;

	for (size_t i = 0; i < p->n; i++) {
		int64_t run = calendar_between(c->target.calendar, from,
		    p->at[i].from);

		if (run >= left)
			break;
		if (p->at[i].to == TIME_NONE)
			return TIME_NONE;
		left -= run;
		from = p->at[i].to;
	}
	return calendar_add(c->target.calendar, from, left);
}

static void
finish(struct clock *c, int64_t now)
{
	bool stopped = c->stop != TIME_NONE;

	c->elapsed = (stopped ? c->stop : now) - c->start;
	c->late = c->counted > c->target.seconds ?
	    c->counted - c->target.seconds : 0;
	c->remaining = c->late > 0 ? 0 : c->target.seconds - c->counted;
	if (c->state == CLOCK_NONE)
		return;
	if (c->late > 0)
		c->state = CLOCK_MISSED;
	else if (stopped)
		c->state = CLOCK_MET;
}

static void
no_clock(struct clock *c, const char *why)
{
	c->state = CLOCK_NONE;
	c->why = why;
	c->stop = c->due = TIME_NONE;
	c->counted = c->elapsed = c->remaining = c->late = 0;
}

/* The response and the next clock: one run without pauses. */
static void
simple_clock(struct clock *c, int64_t start, int64_t stop, int64_t now,
    const struct telling *tell)
{
	static const struct pauses none;

	c->state = CLOCK_RUNNING;
	c->start = start;
	c->stop = stop;
	c->due = due_at(c, &none);
	c->counted = count(tell, c, start, stop != TIME_NONE ? stop : now);
	finish(c, now);
}

static void
resolution_clock(struct clock *c, const struct ticket *t, int64_t now,
    struct arena *a, const struct telling *tell)
{
	struct pauses p;
	int64_t from = t->first_customer;

	p.n = 0;
	if (may_pause(t))
		find_pauses(t->history, now, a, &p);
	c->state = CLOCK_RUNNING;
	c->start = t->first_customer;
	c->stop = t->resolved;
	c->counted = 0;
	for (size_t i = 0; i < p.n; i++) {
		int64_t to = p.at[i].to != TIME_NONE ? p.at[i].to : now;

		c->counted += count(tell, c, from, p.at[i].from);
		if (p.at[i].to == TIME_NONE && p.at[i].resolved)
			break;
		tell_paused(tell, c, p.at[i].from, to, p.at[i].resolved);
		if (p.at[i].to == TIME_NONE)
			c->state = CLOCK_PAUSED;
		from = to;
	}
	if (c->stop == TIME_NONE && c->state == CLOCK_RUNNING)
		c->counted += count(tell, c, from, now);
	c->due = due_at(c, &p);
	finish(c, now);
}

static bool
has_customer(const struct ticket *t)
{
	return t->last_customer != TIME_NONE;
}

int
clocks_of(const struct policy *policy, const struct ticket *t,
    const char *tier, int64_t now, struct clock clocks[CLOCKS],
    void (*step)(void *, const struct clock *, const struct clock_step *),
    void *arg, struct err *e)
{
	const struct telling tell = { step, arg };
	struct arena a = { 0 };
	const char *excluded = t->excluded;
	bool done = t->status == STATUS_RESOLVED || t->status == STATUS_CLOSED;

	memset(clocks, 0, CLOCKS * sizeof(*clocks));
	if (excluded == NULL)
		excluded = policy_excluded(policy, t->category, t->topic);
	for (int k = 0; k < CLOCKS; k++) {
		struct clock *c = &clocks[k];

		c->kind = (enum clock_kind)k;
		c->start = t->opened;
		if (policy_target(policy, tier, t->severity, c->kind,
		    k == CLOCK_NEXT && t->waiting_since != TIME_NONE ?
		    t->waiting_since : t->opened, &c->target, e) < 0)
			return -1;
		if (excluded != NULL)
			no_clock(c, excluded);
		else if (!has_customer(t))
			no_clock(c, "no customer wrote");
		else if (c->target.seconds == 0)
			no_clock(c, "no target");
		else if (k == CLOCK_RESOLUTION)
			resolution_clock(c, t, now, &a, &tell);
		else if (k == CLOCK_RESPONSE && t->first_response ==
		    TIME_NONE && done)
			no_clock(c, "resolved without a person's answer");
		else if (k == CLOCK_RESPONSE)
			simple_clock(c, t->first_customer, t->first_response, now,
			    &tell);
		else if (t->answers == 0 || t->waiting_since == TIME_NONE)
			no_clock(c, "the customer does not wait");
		else
			simple_clock(c, t->waiting_since, TIME_NONE, now,
			    &tell);
	}
	arena_free(&a);
	return 0;
}

void
clock_record(const struct clock *c, const struct ticket *t, const char *tier,
    int64_t now, struct buf *out)
{
	char id[ID_TEXT], at[TIME_TEXT];
	struct writer w;

	record_id(id, "clock", t->history->key, clock_name(c->kind),
	    time_format(now, at), NULL);
	record_begin(&w, out, "clock", id, now);
	w_field_str(&w, "ticket", t->history->key);
	if (*t->customer != '\0')
		w_field_str(&w, "customer", t->customer);
	w_field_str(&w, "tier", tier);
	w_field_str(&w, "severity", severity_name(t->severity));
	w_field_str(&w, "clock", clock_name(c->kind));
	w_field_str(&w, "state", clock_state_name(c->state));
	if (c->state == CLOCK_NONE) {
		w_field_str(&w, "why", c->why);
		w_close(&w, '}');
		return;
	}
	w_field_str(&w, "calendar", calendar_name(c->target.calendar));
	w_field_int(&w, "target_s", c->target.seconds);
	w_field_int(&w, "counted_s", c->counted);
	w_field_int(&w, "elapsed_s", c->elapsed);
	w_field_time(&w, "started", c->start);
	if (c->stop != TIME_NONE)
		w_field_time(&w, "stopped", c->stop);
	if (c->due != TIME_NONE)
		w_field_time(&w, "due", c->due);
	w_field_int(&w, "remaining_s", c->remaining);
	w_field_int(&w, "late_s", c->late);
	w_close(&w, '}');
}
