/* What a ticket gives cause to say, looked at after each of its events. */
#include <stdlib.h>
#include <string.h>

#include "base/time.h"
#include "domain/clock/watch.h"

/* Of more states than that within the time that counts, the last. */
#define BORDERS_MOST 1024

struct border {			/* what holds from a moment on */
	int64_t at;
	enum status status;
	int64_t update;		/* when something was last said or done */
	int64_t wait;		/* since when it waits for the customer */
	int64_t work;		/* counted seconds of investigation */
	const struct calendar *calendar;	/* they are counted on */
	bool exchanges;		/* one too many begins here */
};

struct watch {
	const struct watch_ask *ask;
	const struct ticket *now;	/* the ticket */
	const struct clock *clock;	/* its clocks, now */
	struct arena *arena, scratch;
	struct border *border;
	size_t borders, room;
	struct watch_event *event;
	size_t events, event_room;
	const struct ticket *t;		/* as of the border */
	const char *tier;
	const char *assignee;		/* the arena's */
};

const char *
watch_kind_name(enum watch_kind k)
{
	static const char *const names[] = { "step", "silence", "exchanges",
		"investigation", "reminder" };

	return names[k];
}

static void
add(struct watch *w, const struct watch_event *ev)
{
	for (size_t i = 0; i < w->events; i++) {
		if (strcmp(w->event[i].key, ev->key) == 0)
			return;
	}
	if (w->events == w->event_room) {
		w->event_room = w->event_room > 0 ? 2 * w->event_room : 16;
		w->event = xreallocarray(w->event, w->event_room,
		    sizeof(*w->event));
	}
	w->event[w->events] = *ev;
	w->event[w->events++].assignee = w->assignee;
}

/* -- borders ---------------------------------------------------------- */

static void
add_border(struct watch *w, int64_t at)
{
	if (at > w->ask->clocks.now || at < w->now->opened)
		return;
	if (w->borders == w->room) {
		w->room = w->room > 0 ? 2 * w->room : 64;
		w->border = xreallocarray(w->border, w->room,
		    sizeof(*w->border));
	}
	w->border[w->borders++] = (struct border){ .at = at };
}

static int
by_at(const void *x, const void *y)
{
	const struct border *a = x, *b = y;

	return (a->at > b->at) - (a->at < b->at);
}

/* Terms and periods that begin and end between events. */
static void
add_changes(struct watch *w)
{
	const struct clock_ask *ask = &w->ask->clocks;
	const char *customer = w->now->customer;
	int64_t at = w->now->opened;

	for (int i = 0; i < 64 && at < ask->now; i++) {
		int64_t next = policy_next(ask->policy, customer, at), other;

		if (ask->customers != NULL && *customer != '\0' &&
		    (other = customers_next(ask->customers, customer, at)) <
		    next)
			next = other;
		add_border(w, next);
		at = next;
	}
}

static void
find_borders(struct watch *w)
{
	const struct history *h = w->now->history;
	size_t n = 0;

	for (size_t i = 0; i < h->n; i++) {
		const struct event *ev = &h->event[i];
		const char *tab = ev->text != NULL ? strchr(ev->text, '\t') :
		    NULL;

		add_border(w, ev->at);
		if (ev->kind != EVENT_EXCLUDE || ev->arg != 1 || tab == NULL)
			continue;
		add_border(w, strtoll(ev->text, NULL, 10));
		if (tab[1] != '\t')
			add_border(w, strtoll(tab + 1, NULL, 10));
	}
	add_changes(w);
	qsort(w->border, w->borders, sizeof(*w->border), by_at);
	for (size_t i = 0; i < w->borders; i++) {
		if (n == 0 || w->border[n - 1].at != w->border[i].at)
			w->border[n++] = w->border[i];
	}
	w->borders = n;
}

static bool
is_update(const struct event *ev)
{
	return ev->kind == EVENT_CUSTOMER || ev->kind == EVENT_AGENT ||
	    ev->kind == EVENT_ASSIGN || ev->kind == EVENT_NOTE ||
	    ev->kind == EVENT_STATUS;
}

struct talk {			/* whose turn it is, and how often it was */
	int64_t answered;
	bool theirs;
};

static void
take(struct watch *w, struct ticket *t, struct talk *talk, struct border *b,
    const struct event *ev)
{
	int64_t over = w->ask->ladder->exchanges.over;
	struct event bare = *ev;

	bare.text = NULL;
	ticket_step(t, &bare, NULL);
	if (is_update(ev))
		b->update = ev->at;
	if (ev->kind == EVENT_CUSTOMER) {
		if (!talk->theirs && over > 0 && talk->answered == over)
			b->exchanges = true;
		talk->theirs = true;
	} else if (ev->kind == EVENT_AGENT && talk->theirs) {
		talk->theirs = false;
		talk->answered++;
	}
}

/* Delays and work are counted on the calendar of the ticket's severity. */
static int
find_calendars(const struct watch *w, const struct calendar *of[SEVERITIES],
    struct err *e)
{
	struct policy_ask ask = { .tier = w->ask->clocks.tier,
		.customer = w->now->customer, .kind = CLOCK_RESOLUTION,
		.start = w->now->opened, .at = w->now->opened };
	struct target target;

	for (int s = 0; s < SEVERITIES; s++) {
		ask.severity = (enum severity)s;
		if (policy_target(w->ask->clocks.policy, &ask, &target,
		    e) < 0)
			return -1;
		of[s] = target.calendar;
	}
	return 0;
}

/* What each border begins, event by event. */
static int
fill_borders(struct watch *w, struct err *e)
{
	const struct calendar *calendar[SEVERITIES];
	const struct history *h = w->now->history;
	struct talk talk = { 0 };
	struct ticket t;
	size_t k = 0;

	if (find_calendars(w, calendar, e) < 0)
		return -1;
	ticket_start(&t, h);
	for (size_t i = 0; i < w->borders; i++) {
		struct border *b = &w->border[i];

		b->update = i > 0 ? b[-1].update : b->at;
		b->wait = i > 0 ? b[-1].wait : TIME_NONE;
		b->work = i > 0 ? b[-1].work : 0;
		if (i > 0 && b[-1].status == STATUS_PROGRESS)
			b->work += calendar_between(b[-1].calendar,
			    b[-1].at, b->at);
		for (; k < h->n && h->event[k].at <= b->at; k++)
			take(w, &t, &talk, b, &h->event[k]);
		b->status = t.status;
		b->calendar = calendar[t.severity];
		if (t.status != STATUS_WAITING)
			b->wait = TIME_NONE;
		else if (b->wait == TIME_NONE)
			b->wait = b->at;
		if (t.status == STATUS_RESOLVED || t.status == STATUS_CLOSED)
			b->work = 0;
	}
	return 0;
}

/* -- what becomes due between two borders ----------------------------- */

/* The first moment from the border on at which a step is reached. */
static int64_t
rung_moment(const struct rung *r, const struct clock *c, int64_t from)
{
	int64_t offset = r->before || r->offset > 0 ? r->offset : 1;
	int64_t left = c->goal + offset - c->counted;

	/* Behind a promise by hand every second is late. */
	if (!r->wall && (r->before || !(c->flags & CLOCK_DUE_SET)))
		return left <= 0 ? from : calendar_add(c->target.calendar,
		    from, left);
	if (c->due == TIME_NONE)
		return TIME_MAX;
	return c->due + offset > from ? c->due + offset : from;
}

static bool
is_on(const struct clock *c)
{
	return c->start != TIME_NONE && c->stop == TIME_NONE &&
	    c->paused == TIME_NONE && (c->state == CLOCK_RUNNING ||
	    c->state == CLOCK_MISSED);
}

/* A due moment that a person sets is a new promise, and told of anew. */
static const char *
step_key(const struct watch *w, const struct rung *r, const struct clock *c)
{
	char due[TIME_TEXT];

	return arena_printf(w->arena, "watch:%s:%s:%d:%s:%s%s%s",
	    w->now->history->key, clock_name(c->kind), c->n,
	    severity_name(c->severity), r->name,
	    c->flags & CLOCK_DUE_SET ? ":" : "",
	    c->flags & CLOCK_DUE_SET ? time_format(c->due, due) : "");
}

/* Whether there is still something to be done about it, now. */
static bool
holds(const struct watch *w, const struct rung *r, const struct clock *then,
    const char *key)
{
	const struct clock *c = &w->clock[then->kind];

	return c->start == then->start && is_on(c) &&
	    strcmp(step_key(w, r, c), key) == 0 && rung_moment(r, c,
	    w->ask->clocks.now) <= w->ask->clocks.now;
}

static void
look_steps(struct watch *w, const struct clock clock[CLOCKS], int64_t from,
    int64_t until)
{
	const struct ladder *l = w->ask->ladder;

	for (int k = 0; k < CLOCKS; k++) {
		const struct clock *c = &clock[k];

		if (!is_on(c))
			continue;
		for (size_t i = 0; i < l->rungs; i++) {
			const struct rung *r = &l->rung[i];
			struct watch_event ev = { .kind = WATCH_STEP,
				.rung = r, .clock = *c };

			if (!rung_fits(r, c->kind, c->severity) ||
			    (ev.at = rung_moment(r, c, from)) >= until)
				continue;
			ev.key = step_key(w, r, c);
			ev.moot = (r->before || r->offset > 0 || r->assign) &&
			    !holds(w, r, c, ev.key);
			add(w, &ev);
		}
	}
}

/* Who is waited for may have to be reminded, whatever is owed to them. */
static void
look_reminder(struct watch *w, const struct border *b, int64_t until)
{
	const struct border *last = &w->border[w->borders - 1];
	struct watch_event ev = { .kind = WATCH_REMIND, .since = b->wait,
		.moot = last->wait != b->wait };

	if (w->ask->ladder->reminder == NULL || b->wait == TIME_NONE)
		return;
	ev.at = policy_remind(w->ask->clocks.policy, b->calendar, b->wait);
	if (ev.at == TIME_NONE)
		return;
	if (ev.at < b->at)
		ev.at = b->at;
	if (ev.at >= until)
		return;
	ev.key = arena_printf(w->arena, "remind:%s:%lld",
	    w->now->history->key, (long long)b->wait);
	add(w, &ev);
}

static void
look_silence(struct watch *w, const struct border *b, int64_t until)
{
	const struct border *last = &w->border[w->borders - 1];
	struct watch_event ev = { .kind = WATCH_SILENCE, .since = b->update,
		.span = w->ask->ladder->silence.after };

	if (ev.span == 0 || (b->status != STATUS_OPEN &&
	    b->status != STATUS_PROGRESS))
		return;
	ev.at = calendar_add(b->calendar, b->update, ev.span);
	if (ev.at < b->at)
		ev.at = b->at;
	if (ev.at >= until)
		return;
	ev.key = arena_printf(w->arena, "silence:%s:%lld",
	    w->now->history->key, (long long)b->update);
	ev.moot = last->update != b->update || (last->status != STATUS_OPEN &&
	    last->status != STATUS_PROGRESS);
	add(w, &ev);
}

static bool
is_over(const struct watch *w)
{
	return w->now->status == STATUS_RESOLVED ||
	    w->now->status == STATUS_CLOSED;
}

static void
look_exchanges(struct watch *w, const struct border *b)
{
	struct watch_event ev = { .kind = WATCH_EXCHANGES, .at = b->at,
		.span = w->ask->ladder->exchanges.over + 1,
		.moot = is_over(w) };

	if (!b->exchanges)
		return;
	ev.key = arena_printf(w->arena, "exchanges:%s",
	    w->now->history->key);
	add(w, &ev);
}

/* -- investigations --------------------------------------------------- */

struct work {			/* of one stretch between two borders */
	struct watch *watch;
	const struct border *from;
	struct err *err;
	bool failed;
};

static struct decision
decide(struct work *k, int64_t span)
{
	const struct watch_ask *ask = k->watch->ask;
	struct decision d = { 0 };

	facts_time(ask->facts, "investigated", span);
	if (tree_decide(ask->trees, ask->ladder->tree, ask->facts, NULL, NULL,
	    &k->watch->scratch, &d, k->err) < 0)
		k->failed = true;
	return d;
}

static bool
same(const struct decision *a, const struct decision *b)
{
	return a->n == b->n && (a->n == 0 || memcmp(a->outcome, b->outcome,
	    a->n * sizeof(*a->outcome)) == 0);
}

static void
tell_outcomes(struct work *k, const struct decision *d, int64_t span)
{
	struct watch *w = k->watch;
	struct watch_event ev = { .kind = WATCH_INVESTIGATION, .span = span,
		.moot = w->now->status != STATUS_PROGRESS };

	ev.at = calendar_add(k->from->calendar, k->from->at,
	    span - k->from->work);
	for (size_t i = 0; i < d->n; i++) {
		ev.outcome = d->outcome[i];
		ev.key = arena_printf(w->arena, "investigation:%s:%s",
		    w->now->history->key, ev.outcome->name);
		add(w, &ev);
	}
}

/* Where the tree's answer changes between two spans that it tells apart. */
static void
bisect(struct work *k, int64_t low, const struct decision *a, int64_t high,
    const struct decision *b)
{
	int64_t mid = low + (high - low) / 2;
	struct decision d;

	if (k->failed || same(a, b))
		return;
	if (mid == low) {
		tell_outcomes(k, b, high);
		return;
	}
	d = decide(k, mid);
	bisect(k, low, a, mid, &d);
	bisect(k, mid, &d, high, b);
}

void
watch_facts(struct facts *f, const struct ticket *t, const char *tier)
{
	facts_clear(f);
	facts_word(f, "severity", severity_name(t->severity));
	facts_word(f, "status", status_name(t->status));
	facts_word(f, "tier", tier);
	facts_word(f, "customer", t->customer);
	facts_word(f, "category", t->category);
	facts_word(f, "topic", t->topic);
	facts_word(f, "channel", t->channel);
	facts_count(f, "reopened", t->reopened);
}

static int
look_work(struct watch *w, const struct border *b, int64_t until,
    struct err *e)
{
	struct work k = { .watch = w, .from = b, .err = e };
	int64_t high = b->work + calendar_between(b->calendar, b->at,
	    until - 1);
	struct decision first, last;

	if (w->ask->trees == NULL || w->ask->ladder->tree == NULL ||
	    b->status != STATUS_PROGRESS)
		return 0;
	watch_facts(w->ask->facts, w->t, w->tier);
	first = decide(&k, b->work);
	tell_outcomes(&k, &first, b->work);
	last = decide(&k, high);
	bisect(&k, b->work, &first, high, &last);
	return k.failed ? -1 : 0;
}

/* -- all of it -------------------------------------------------------- */

static int
look(struct watch *w, const struct border *b, int64_t until, struct err *e)
{
	struct clock_ask ask = w->ask->clocks;
	struct clock clock[CLOCKS];
	struct ticket t;

	arena_reset(&w->scratch);
	ask.now = b->at;
	ask.step = NULL;
	ask.instance = NULL;
	ticket_fold(w->now->history, b->at, &w->scratch, &t);
	if (!ticket_is_work(&t, b->at))
		return 0;
	if (clocks_of(&ask, &t, clock, e) < 0)
		return -1;
	w->t = &t;
	w->tier = clock[CLOCK_RESOLUTION].tier;
	if (w->assignee == NULL || strcmp(w->assignee, t.assignee) != 0)
		w->assignee = arena_strdup(w->arena, t.assignee);
	look_steps(w, clock, b->at, until);
	look_reminder(w, b, until);
	/* A ticket that does not count is nobody's delay. */
	if (t.first_customer == TIME_NONE || t.excluded != NULL ||
	    policy_excluded(ask.policy, t.category, t.topic) != NULL)
		return 0;
	look_silence(w, b, until);
	look_exchanges(w, b);
	return look_work(w, b, until, e);
}

static int
by_moment(const void *x, const void *y)
{
	const struct watch_event *a = x, *b = y;

	return a->at != b->at ? (a->at > b->at) - (a->at < b->at) :
	    strcmp(a->key, b->key);
}

/* The state that held when the time began that counts, and all behind. */
static size_t
first_border(const struct watch *w, int64_t since)
{
	size_t i = w->borders - 1;

	while (i > 0 && w->border[i].at > since &&
	    w->borders - i < BORDERS_MOST)
		i--;
	return i;
}

int
watch_ticket(const struct watch_ask *ask, const struct ticket *t,
    struct arena *a, void (*tell)(void *, const struct watch_event *),
    void *arg, struct err *e)
{
	struct watch w = { .ask = ask, .now = t, .arena = a };
	int64_t now = ask->clocks.now, since = now - ask->ladder->forget;
	struct clock clock[CLOCKS];
	int rc;

	if (t->opened == TIME_NONE || t->opened > now)
		return 0;
	if (clocks_of(&ask->clocks, t, clock, e) < 0)
		return -1;
	w.clock = clock;
	find_borders(&w);
	rc = fill_borders(&w, e);
	for (size_t i = first_border(&w, since); rc == 0 && i < w.borders;
	    i++)
		rc = look(&w, &w.border[i], i + 1 < w.borders ?
		    w.border[i + 1].at : now + 1, e);
	if (w.events > 0)
		qsort(w.event, w.events, sizeof(*w.event), by_moment);
	for (size_t i = 0; rc == 0 && i < w.events; i++) {
		if (w.event[i].at >= since)
			tell(arg, &w.event[i]);
	}
	free(w.event);
	free(w.border);
	arena_free(&w.scratch);
	return rc;
}
