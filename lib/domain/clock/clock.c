/* Clocks: what a ticket's events mean for them; clockrun.c counts. */
#include <stdlib.h>
#include <string.h>

#include "base/time.h"
#include "domain/clock/clockrun.h"

static const char resolved[] = "resolved";
static const char waiting[] = "waiting for the customer";

/* -- a clock's life --------------------------------------------------- */

static void
life_begin(struct walk *w, enum clock_kind kind, int64_t at,
    const struct event *by, enum severity severity)
{
	struct life *l = &w->life[kind];

	l->on = true;
	l->n++;
	l->start = at;
	l->by = by;
	l->first = severity;
	l->due = l->due_at = TIME_NONE;
	l->due_by = NULL;
	l->segments = 0;
}

/* From there on it runs (why NULL) or stands still. */
static void
life_set(struct walk *w, enum clock_kind kind, int64_t at, const char *why,
    const struct event *by, enum severity severity)
{
	struct life *l = &w->life[kind];
	struct segment *last;

	if (l->segments > 0) {
		last = &l->segment[l->segments - 1];
		if (last->why == why && last->severity == severity)
			return;
		if (last->why == why)
			by = last->by;
	}
	if (l->segments == l->room) {
		l->room *= 2;
		if (l->segment == l->few) {
			l->segment = xreallocarray(NULL, l->room,
			    sizeof(l->few[0]));
			memcpy(l->segment, l->few, sizeof(l->few));
		} else
			l->segment = xreallocarray(l->segment, l->room,
			    sizeof(l->few[0]));
	}
	l->segment[l->segments++] = (struct segment){ at, why, by, severity };
}

static void
no_clock(struct clock *c, const char *why)
{
	c->state = CLOCK_NONE;
	c->why = why;
	c->stop = c->due = c->paused = c->remind = TIME_NONE;
	c->goal = c->counted = c->elapsed = c->remaining = 0;
	c->late = c->late_wall = 0;
}

static void
tell(const struct walk *w, const struct clock *c)
{
	if (w->ask->instance != NULL)
		w->ask->instance(w->ask->arg, c);
}

/* It is over, or as far as it has come; stop is TIME_NONE while it is not. */
static struct clock *
life_end(struct walk *w, enum clock_kind kind, int64_t stop,
    const struct event *by)
{
	struct clock *c = &w->clock[kind];

	clock_count(w, kind, stop, c);
	c->ended_by = stop != TIME_NONE ? by : NULL;
	if (by != NULL && stop != TIME_NONE && (by->kind == EVENT_AGENT ||
	    by->kind == EVENT_CUSTOMER) && (by->arg & EVENT_SKEWED))
		c->flags |= CLOCK_SKEWED;
	w->life[kind].on = false;
	return c;
}

/* -- a ticket's ------------------------------------------------------- */

/* Why a clock of the kind stands still, or NULL. */
static const char *
still(const struct walk *w, enum clock_kind kind)
{
	return ticket_is_done(&w->t) ? resolved :
	    w->t.status == STATUS_WAITING && policy_pauses(w->ask->policy,
	    kind) ? waiting : NULL;
}

static void
look_response(struct walk *w, int64_t at)
{
	struct life *l = &w->life[CLOCK_RESPONSE];

	if (l->n == 0)
		life_begin(w, CLOCK_RESPONSE, w->t.first_customer,
		    w->by.customer, w->t.severity);
	if (!l->on)
		return;
	life_set(w, CLOCK_RESPONSE, at, still(w, CLOCK_RESPONSE),
	    w->by.status, w->t.severity);
	if (w->t.first_response != TIME_NONE) {
		life_end(w, CLOCK_RESPONSE, w->t.first_response,
		    w->by.answer);
		tell(w, &w->clock[CLOCK_RESPONSE]);
	}
}

static void
look_resolution(struct walk *w, int64_t at)
{
	struct life *l = &w->life[CLOCK_RESOLUTION];
	const char *why = still(w, CLOCK_RESOLUTION);
	const struct segment *last = l->segments > 0 ?
	    &l->segment[l->segments - 1] : NULL;

	/* What was resolved before the customer wrote is no resolution. */
	if (last != NULL && why != resolved && last->why == resolved) {
		w->reopened = true;
		if (policy_restarts(w->ask->policy) && last->from > l->start) {
			life_end(w, CLOCK_RESOLUTION, last->from, last->by);
			tell(w, &w->clock[CLOCK_RESOLUTION]);
			life_begin(w, CLOCK_RESOLUTION, at, w->by.status,
			    w->t.severity);
		}
	} else if (l->n == 0)
		life_begin(w, CLOCK_RESOLUTION, w->t.first_customer,
		    w->by.customer, w->t.severity);
	life_set(w, CLOCK_RESOLUTION, at, why, w->by.status, w->t.severity);
}

/* What needed no answer, or got none in time, is two things. */
static void
end_wait(struct walk *w, int64_t at)
{
	bool answered = w->t.last_agent == at;
	struct clock *c, before = w->clock[CLOCK_NEXT];

	c = life_end(w, CLOCK_NEXT, at, answered ? w->by.answer :
	    w->by.status);
	if (!answered && c->late == 0)
		no_clock(c, "needed no answer");
	tell(w, c);
	/* The last one that counts is the one to be told. */
	if (c->state == CLOCK_NONE && !answered)
		*c = before;
}

static void
look_next(struct walk *w, int64_t at)
{
	struct life *l = &w->life[CLOCK_NEXT];
	int64_t wait = w->t.first_response != TIME_NONE ?
	    w->t.waiting_since : TIME_NONE;

	/* Answered and asked again in one second, it waits anew. */
	if (l->on && wait != l->start)
		end_wait(w, at);
	if (wait == TIME_NONE)
		return;
	if (!l->on)
		life_begin(w, CLOCK_NEXT, wait, w->by.customer,
		    w->t.severity);
	life_set(w, CLOCK_NEXT, l->segments > 0 ? at : wait,
	    still(w, CLOCK_NEXT), w->by.status, w->t.severity);
}

/* Whether an event can move a clock. */
static bool
matters(const struct event *ev)
{
	return ev->kind == EVENT_CUSTOMER || ev->kind == EVENT_AGENT ||
	    ev->kind == EVENT_STATUS || (ev->kind == EVENT_TRIAGE &&
	    (ev->arg & (TRIAGE_CLOSING | TRIAGE_SEVERITY)));
}

/* One event, without its texts, so that nothing is allocated. */
static void
take(struct walk *w, const struct event *ev)
{
	enum status status = w->t.status;
	int64_t since = w->t.since;
	struct event bare = *ev;

	bare.text = NULL;
	ticket_step(&w->t, &bare, NULL);
	if (ev->kind == EVENT_AGENT) {
		w->by.answer = ev;
		w->early = w->early || w->t.first_customer == TIME_NONE;
	}
	if (ev->kind == EVENT_CUSTOMER)
		w->by.customer = ev;
	if (w->t.status != status || w->t.since != since)
		w->by.status = ev;
}

static void
take_due(struct walk *w, const struct event *ev)
{
	struct life *l = &w->life[ev->arg];

	if (!l->on)
		return;
	l->due = ev->text != NULL && *ev->text != '\t' && *ev->text != '\0' ?
	    strtoll(ev->text, NULL, 10) : TIME_NONE;
	l->due_at = ev->at;
	l->due_by = ev;
}

/*
 * All events of a second are taken together, since a "thanks" that leaves a
 * ticket resolved opens it first.
 */
static void
go_through(struct walk *w)
{
	const struct history *h = w->end->history;
	size_t due = 0;

	for (size_t i = 0; i < h->n && h->event[i].at <= w->ask->now; i++) {
		const struct event *ev = &h->event[i];

		if (matters(ev))
			take(w, ev);
		if (i + 1 < h->n && ev[1].at == ev->at)
			continue;
		if (w->t.first_customer != TIME_NONE) {
			look_response(w, ev->at);
			look_resolution(w, ev->at);
			look_next(w, ev->at);
		}
		for (; due <= i; due++) {
			if (h->event[due].kind == EVENT_DUE)
				take_due(w, &h->event[due]);
		}
	}
}

static void
end_response(struct walk *w)
{
	bool unanswered = ticket_is_done(w->end);
	struct clock *c;

	if (!w->life[CLOCK_RESPONSE].on)
		return;
	c = life_end(w, CLOCK_RESPONSE, unanswered ? w->end->resolved :
	    TIME_NONE, w->by.status);
	if (unanswered && c->state != CLOCK_MISSED)
		no_clock(c, "resolved without an answer");
	tell(w, c);
}

/* "Thanks" can be the first word of the customer on what we resolved. */
static void
end_resolution(struct walk *w)
{
	const struct life *l = &w->life[CLOCK_RESOLUTION];
	int64_t stop = w->end->resolved;
	struct clock *c;

	c = life_end(w, CLOCK_RESOLUTION, stop != TIME_NONE &&
	    stop < l->start ? l->start : stop,
	    l->segment[l->segments - 1].by);
	if (stop != TIME_NONE && stop < l->start)
		no_clock(c, "resolved before the customer wrote");
	tell(w, c);
}

static void
end_all(struct walk *w)
{
	end_response(w);
	end_resolution(w);
	if (w->life[CLOCK_NEXT].on)
		tell(w, life_end(w, CLOCK_NEXT, TIME_NONE, NULL));
}

/* No clock at all: excluded, or no customer wrote. */
static int
none_of(struct walk *w, const char *why, struct err *e)
{
	const struct ticket *t = w->end;
	struct policy_ask ask = { .tier = w->ask->tier,
		.customer = t->customer, .severity = t->severity };

	ask.start = ask.at = t->first_customer != TIME_NONE ?
	    t->first_customer : t->opened;
	for (int k = 0; k < CLOCKS; k++) {
		struct clock *c = &w->clock[k];

		ask.kind = c->kind = (enum clock_kind)k;
		c->n = 1;
		c->tier = ask.tier;
		c->severity = t->severity;
		c->start = t->first_customer;
		c->flags = w->ask->no_tier ? CLOCK_NO_TIER : 0;
		no_clock(c, why);
		if (policy_target(w->ask->policy, &ask, &c->target, e) < 0)
			return -1;
		if (k != CLOCK_NEXT)
			tell(w, c);
	}
	w->clock[CLOCK_NEXT].start = TIME_NONE;
	return 0;
}

static void
begin(struct walk *w, const struct clock_ask *ask, const struct ticket *t,
    struct clock clock[CLOCKS])
{
	w->ask = ask;
	w->end = t;
	w->clock = clock;
	w->early = w->reopened = w->failed = false;
	w->by.customer = w->by.answer = w->by.status = NULL;
	w->periods = 0;
	w->period = NULL;
	w->err = (struct err){ 0 };
	for (int k = 0; k < CLOCKS; k++) {
		struct life *l = &w->life[k];

		l->on = false;
		l->n = 0;
		l->segments = 0;
		l->segment = l->few;
		l->room = sizeof(l->few) / sizeof(*l->few);
	}
	w->dynamic = false;
	for (int i = 0; i < CHANGES; i++) {
		enum on_change how = policy_on_change(ask->policy,
		    (enum change)i);

		w->how[i] = how;
		w->dynamic = w->dynamic || how == ON_CHANGE_FROM ||
		    how == ON_CHANGE_PROPORTIONAL;
	}
	ticket_start(&w->t, t->history);
	memset(clock, 0, CLOCKS * sizeof(*clock));
}

int
clocks_of(const struct clock_ask *ask, const struct ticket *t,
    struct clock clock[CLOCKS], struct err *e)
{
	const char *excluded = t->excluded != NULL ? t->excluded :
	    policy_excluded(ask->policy, t->category, t->topic);
	struct walk w;

	begin(&w, ask, t, clock);
	if (excluded != NULL)
		return none_of(&w, excluded, e);
	if (t->first_customer == TIME_NONE)
		return none_of(&w, "no customer wrote", e);
	clock[CLOCK_NEXT].kind = CLOCK_NEXT;
	no_clock(&clock[CLOCK_NEXT], "no later message waits");
	clock[CLOCK_NEXT].start = TIME_NONE;
	periods_find(&w);
	go_through(&w);
	end_all(&w);
	if (clock[CLOCK_NEXT].start == TIME_NONE)
		clock[CLOCK_NEXT].target = clock[CLOCK_RESPONSE].target;
	for (int k = 0; k < CLOCKS; k++) {
		if (w.life[k].segment != w.life[k].few)
			free(w.life[k].segment);
	}
	free(w.period);
	return w.failed ? err_set(e, w.err.kind, "%s", w.err.text) : 0;
}
