/* Clocks: which stretches of a ticket's life count, and how far they reach. */
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

struct run {			/* a clock while its ticket is gone through */
	struct clock *clock;
	bool on;
	int64_t from;		/* since when it runs, or stands still */
	int64_t base;		/* counted before it ran last */
	const char *why;	/* it stands still */
	void (*step)(void *, const struct clock *, const struct clock_step *);
	void *arg;
};

/* -- what is told of it ----------------------------------------------- */

static void
tell(const struct run *r, int64_t from, int64_t to, enum stretch what,
    const char *why)
{
	struct clock_step s = { from, to, what == STEP_OPEN ? to - from : 0,
		what, why };

	if (to > from)
		r->step(r->arg, r->clock, &s);
}

/* A stretch that ran: the windows of its calendar, and what lies between. */
static void
tell_windows(const struct run *r, int64_t from, int64_t to)
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
			tell(r, from, open, STEP_CLOSED, why.data);
			from = open;
		}
		if (close > to)
			close = to;
		tell(r, from, close, STEP_OPEN, "open");
		from = close;
	}
	buf_free(&why);
}

/* -- one clock -------------------------------------------------------- */

/* It stands still up to there. */
static void
run_still(const struct run *r, int64_t to)
{
	if (!r->on && r->why != NULL && r->step != NULL)
		tell(r, r->from, to, STEP_PAUSED, r->why);
}

static void
run_on(struct run *r, int64_t at)
{
	if (r->on)
		return;
	run_still(r, at);
	r->on = true;
	r->from = at;
	r->base = r->clock->counted;
}

/* The moment at which the target is used up, if it goes on as it does now. */
static int64_t
run_due(const struct run *r)
{
	return calendar_add(r->clock->target.calendar, r->from,
	    r->clock->target.seconds - r->base);
}

static void
run_off(struct run *r, int64_t at, const char *why)
{
	struct clock *c = r->clock;

	if (!r->on && r->why == why)
		return;
	run_still(r, at);
	if (r->on) {
		if (r->step != NULL)
			tell_windows(r, r->from, at);
		c->counted += calendar_between(c->target.calendar, r->from,
		    at);
		/* Once used up it stays so; else each stretch moves it on. */
		if (r->base < c->target.seconds)
			c->due = run_due(r);
	}
	r->on = false;
	r->from = at;
	r->why = why;
}

/* What the clock has come to; stop is TIME_NONE while it is not over. */
static void
run_end(struct run *r, int64_t stop, int64_t now)
{
	struct clock *c = r->clock;
	int64_t target = c->target.seconds;
	int64_t end = stop != TIME_NONE ? stop : now;
	bool paused = !r->on && stop == TIME_NONE;

	if (r->on)
		run_off(r, end, NULL);
	else
		run_still(r, end);
	c->stop = stop;
	c->elapsed = end - c->start;
	if (target == 0) {
		c->state = CLOCK_NONE;
		c->why = "best effort";
		c->due = TIME_NONE;
		return;
	}
	c->late = c->counted > target ? c->counted - target : 0;
	c->remaining = c->late > 0 ? 0 : target - c->counted;
	c->state = c->late > 0 ? CLOCK_MISSED : stop != TIME_NONE ? CLOCK_MET :
	    paused ? CLOCK_PAUSED : CLOCK_RUNNING;
	if (c->state == CLOCK_PAUSED)
		c->due = TIME_NONE;
	else if (c->due == TIME_NONE)	/* it was over in a second */
		c->due = calendar_add(c->target.calendar, c->start, target);
}

static void
no_clock(struct clock *c, const char *why)
{
	c->state = CLOCK_NONE;
	c->why = why;
	c->stop = c->due = TIME_NONE;
	c->counted = c->elapsed = c->remaining = c->late = 0;
}

/* -- a ticket's ------------------------------------------------------- */

struct walk {
	struct run response, resolution;
	int64_t wait, wait_end;	/* the last one for a later answer */
	bool waits;		/* and it goes on */
};

static bool
is_done(const struct ticket *t)
{
	return t->status == STATUS_RESOLVED || t->status == STATUS_CLOSED;
}

/* Whether the wait is over its target, so that it counts without an answer. */
static bool
is_late(const struct policy *p, const struct ticket *t, const char *tier,
    int64_t from, int64_t to)
{
	const struct policy_ask ask = { tier, t->customer, t->severity,
		CLOCK_NEXT, from, from };
	struct err e = { 0 };
	struct target target;

	return policy_target(p, &ask, &target, &e) == 0 && target.seconds > 0 &&
	    calendar_between(target.calendar, from, to) > target.seconds;
}

/*
 * Where a second of the ticket's life has left it: t is as it was then, end
 * as it is now.
 */
static void
look(struct walk *w, const struct ticket *t, int64_t at,
    const struct policy *p, const struct ticket *end, const char *tier)
{
	bool done = is_done(t);
	int64_t wait = t->first_response != TIME_NONE ? t->waiting_since :
	    TIME_NONE;

	if (t->first_customer == TIME_NONE)
		return;
	if (done || t->first_response != TIME_NONE)
		run_off(&w->response, at, "resolved");
	else
		run_on(&w->response, at);
	if (done || t->status == STATUS_WAITING)
		run_off(&w->resolution, at, done ? "resolved" :
		    "waiting for the customer");
	else
		run_on(&w->resolution, at);

	if (w->waits && wait == TIME_NONE) {
		w->waits = false;
		/* What needed no answer, or got none in time, is two things. */
		if (t->last_agent == at || is_late(p, end, tier, w->wait, at))
			w->wait_end = at;
		else
			w->wait = TIME_NONE;
	} else if (wait != TIME_NONE) {
		w->waits = true;
		w->wait = wait;
	}
}

/* Whether an event can move a clock. */
static bool
matters(const struct event *ev)
{
	return ev->kind == EVENT_CUSTOMER || ev->kind == EVENT_AGENT ||
	    ev->kind == EVENT_STATUS ||
	    (ev->kind == EVENT_TRIAGE && (ev->arg & TRIAGE_CLOSING));
}

/*
 * All events of a second are taken together, since a "thanks" that leaves a
 * ticket resolved opens it first. Texts are of no account here: without them
 * nothing is allocated.
 */
static void
go_through(struct walk *w, const struct policy *p, const struct ticket *end,
    const char *tier, int64_t now)
{
	const struct history *h = end->history;
	int64_t wait = TIME_NONE, wait_end = TIME_NONE;
	struct ticket t;

	ticket_start(&t, h);
	for (size_t i = 0; i < h->n && h->event[i].at <= now; i++) {
		struct event ev = h->event[i];

		ev.text = NULL;
		if (matters(&ev))
			ticket_step(&t, &ev, NULL);
		if (i + 1 < h->n && h->event[i + 1].at == ev.at)
			continue;
		look(w, &t, ev.at, p, end, tier);
		if (w->wait != TIME_NONE && !w->waits) {
			wait = w->wait;
			wait_end = w->wait_end;
		}
	}
	if (!w->waits) {
		w->wait = wait;
		w->wait_end = wait_end;
	}
}

static void
end_response(struct run *r, const struct ticket *t, int64_t now)
{
	bool unanswered = t->first_response == TIME_NONE && is_done(t);

	run_end(r, unanswered ? t->resolved : t->first_response, now);
	if (unanswered && r->clock->state != CLOCK_MISSED)
		no_clock(r->clock, "resolved without a person");
}

/* "Thanks" can be the first word of the customer on what we resolved. */
static void
end_resolution(struct run *r, const struct ticket *t, int64_t now)
{
	if (t->resolved != TIME_NONE && t->resolved < t->first_customer)
		no_clock(r->clock, "resolved before the customer wrote");
	else
		run_end(r, t->resolved, now);
}

/* From a later word of the customer to the answer: the last such wait. */
static void
next_clock(struct run *r, const struct walk *w, int64_t now)
{
	if (w->wait == TIME_NONE) {
		no_clock(r->clock, "no later message waits");
		r->clock->start = TIME_NONE;
		return;
	}
	run_on(r, w->wait);
	run_end(r, w->waits ? TIME_NONE : w->wait_end, now);
}

int
clocks_of(const struct clock_ask *ask, const struct ticket *t,
    struct clock clock[CLOCKS], struct err *e)
{
	struct run run = { .step = ask->step, .arg = ask->arg };
	struct walk w = { run, run, TIME_NONE, TIME_NONE, false };
	struct policy_ask want = { .tier = ask->tier, .customer = t->customer,
		.severity = t->severity };
	const char *excluded = t->excluded != NULL ? t->excluded :
	    policy_excluded(ask->policy, t->category, t->topic);

	memset(clock, 0, CLOCKS * sizeof(*clock));
	w.response.clock = &clock[CLOCK_RESPONSE];
	w.resolution.clock = &clock[CLOCK_RESOLUTION];
	run.clock = &clock[CLOCK_NEXT];
	for (int k = 0; k < CLOCKS; k++) {
		clock[k].kind = want.kind = (enum clock_kind)k;
		clock[k].start = t->first_customer;
		clock[k].stop = clock[k].due = TIME_NONE;
		want.start = want.at = t->first_customer != TIME_NONE ?
		    t->first_customer : t->opened;
		if (k == CLOCK_NEXT)
			clock[k].target = clock[CLOCK_RESPONSE].target;
		else if (policy_target(ask->policy, &want, &clock[k].target,
		    e) < 0)
			return -1;
		if (excluded != NULL)
			no_clock(&clock[k], excluded);
		else if (t->first_customer == TIME_NONE)
			no_clock(&clock[k], "no customer wrote");
	}
	if (excluded != NULL || t->first_customer == TIME_NONE) {
		clock[CLOCK_NEXT].start = TIME_NONE;
		return 0;
	}
	go_through(&w, ask->policy, t, ask->tier, ask->now);
	end_response(&w.response, t, ask->now);
	end_resolution(&w.resolution, t, ask->now);
	clock[CLOCK_NEXT].start = want.start = want.at = w.wait;
	want.kind = CLOCK_NEXT;
	if (w.wait != TIME_NONE && policy_target(ask->policy, &want,
	    &clock[CLOCK_NEXT].target, e) < 0)
		return -1;
	next_clock(&run, &w, ask->now);
	return 0;
}

void
clock_record(const struct clock *c, const struct ticket *t, const char *tier,
    int64_t now, struct buf *out)
{
	bool counted = c->state != CLOCK_NONE || c->elapsed > 0;
	char id[ID_TEXT], at[TIME_TEXT];
	struct writer w;

	record_id(id, "clock", t->history->key, clock_name(c->kind),
	    time_format(now, at), (char *)NULL);
	record_begin(&w, out, "clock", id, now);
	w_field_str(&w, "ticket", t->history->key);
	if (*t->customer != '\0')
		w_field_str(&w, "customer", t->customer);
	w_field_str(&w, "tier", tier);
	w_field_str(&w, "severity", severity_name(t->severity));
	w_field_str(&w, "clock", clock_name(c->kind));
	w_field_str(&w, "state", clock_state_name(c->state));
	w_field_str(&w, "why", c->why);
	if (counted) {
		w_field_str(&w, "calendar", calendar_name(c->target.calendar));
		if (c->target.seconds > 0)
			w_field_int(&w, "target_s", c->target.seconds);
		w_field_int(&w, "counted_s", c->counted);
		w_field_int(&w, "elapsed_s", c->elapsed);
		w_field_time(&w, "started", c->start);
		if (c->stop != TIME_NONE)
			w_field_time(&w, "stopped", c->stop);
	}
	if (c->due != TIME_NONE)
		w_field_time(&w, "due", c->due);
	if (c->state != CLOCK_NONE) {
		w_field_int(&w, "remaining_s", c->remaining);
		w_field_int(&w, "late_s", c->late);
	}
	w_close(&w, '}');
}
