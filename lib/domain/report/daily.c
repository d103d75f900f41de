/* Tickets of a day. */
#include <stdlib.h>
#include <string.h>

#include "base/time.h"
#include "domain/report/dailywork.h"

void
daily_begin(struct daily *d, const struct daily_setup *setup)
{
	memset(d, 0, sizeof(*d));
	d->setup = *setup;
	d->start = zone_day(setup->zone, zone_date(setup->zone, setup->now));
	d->sla[CLOCK_RESPONSE].target = setup->response;
	d->sla[CLOCK_RESOLUTION].target = setup->resolution;
	for (size_t i = 0; policy_tier(setup->policy, i) != NULL; i++)
		d->tiers++;
	d->tier = arena_zalloc(&d->arena, (d->tiers + 1) * sizeof(*d->tier));
	for (size_t i = 0; i < d->tiers; i++) {
		struct daily_tier *t = &d->tier[i];

		t->tier = policy_tier(setup->policy, i);
		t->sla[CLOCK_RESPONSE].target = policy_share(setup->policy,
		    t->tier);
		t->sla[CLOCK_RESOLUTION].target = setup->resolution;
	}
	d->work = daily_work_new(setup->surveys);
}

void
daily_free(struct daily *d)
{
	daily_work_free(d->work);
	free(d->miss);
	free(d->critical);
	free(d->open);
	arena_free(&d->arena);
}

static bool
on_day(const struct daily *d, int64_t t)
{
	return t != TIME_NONE && t >= d->start && t <= d->setup.now;
}

static struct daily_ticket *
keep(struct daily *d, const struct ticket *t, const char *tier,
    const char *name)
{
	struct daily_ticket *k = arena_zalloc(&d->arena, sizeof(*k));
	const char *who = *t->customer != '\0' ? t->customer : t->from;

	memcpy(k->key, t->history->key, KEY_TEXT);
	k->customer = arena_strdup(&d->arena, who);
	k->name = arena_strdup(&d->arena, *name != '\0' ? name : who);
	k->tier = tier;
	k->subject = arena_strdup(&d->arena, t->subject);
	k->category = arena_strdup(&d->arena, t->category);
	k->topic = arena_strdup(&d->arena, t->topic);
	k->owner = arena_strdup(&d->arena, t->assignee);
	k->severity = t->severity;
	k->status = t->status;
	k->opened = t->opened;
	k->resolved = t->resolved;
	k->due = TIME_NONE;
	return k;
}

static void
push(struct daily_ticket ***list, size_t *n, size_t *room,
    struct daily_ticket *t)
{
	if (*n == *room) {
		*room = *room > 0 ? 2 * *room : 64;
		*list = xreallocarray(*list, *room, sizeof(**list));
	}
	(*list)[(*n)++] = t;
}

static void
count_sla(struct daily *d, const char *tier, enum clock_kind kind, bool met)
{
	d->sla[kind].met += met;
	d->sla[kind].missed += !met;
	for (size_t i = 0; i < d->tiers; i++) {
		if (strcmp(d->tier[i].tier, tier) != 0)
			continue;
		d->tier[i].sla[kind].met += met;
		d->tier[i].sla[kind].missed += !met;
	}
}

static void
add_miss(struct daily *d, const struct daily_ticket *t, const struct clock *c)
{
	if (d->misses == d->miss_room) {
		d->miss_room = d->miss_room > 0 ? 2 * d->miss_room : 32;
		d->miss = xreallocarray(d->miss, d->miss_room,
		    sizeof(*d->miss));
	}
	d->miss[d->misses++] = (struct daily_miss){ t, c->kind,
		arena_strdup(&d->arena, c->target.text != NULL ?
		c->target.text : ""), c->late, c->stop == TIME_NONE };
}

static int
clocks_at(const struct daily *d, const struct ticket *t, const char *tier,
    int64_t now, struct clock clocks[CLOCKS], struct err *e)
{
	const struct clock_ask ask = { .policy = d->setup.policy,
		.customers = d->setup.customers, .tier = tier, .now = now };

	return clocks_of(&ask, t, clocks, e);
}

/* The state of the ticket's clocks just before the day. */
static int
clocks_before(struct daily *d, const struct history *h, const char *tier,
    struct clock clocks[CLOCKS], struct err *e)
{
	struct arena a = { 0 };
	struct ticket t;
	int rc = 0;

	ticket_fold(h, d->start - 1, &a, &t);
	memset(clocks, 0, CLOCKS * sizeof(*clocks));
	if (t.opened != TIME_NONE)
		rc = clocks_at(d, &t, tier, d->start - 1, clocks, e);
	else
		clocks[0].state = clocks[1].state = clocks[2].state =
		    CLOCK_NONE;
	arena_free(&a);
	return rc;
}

/*
 * A clock is decided once: on the day it stopped in time, or on the day it
 * ran over. What yesterday's report called missed is not missed again.
 */
static int
decide(struct daily *d, const struct ticket *t, const char *tier,
    const struct clock clocks[CLOCKS], struct daily_ticket *kept,
    struct err *e)
{
	struct clock before[CLOCKS];
	bool looked = false;

	for (int k = CLOCK_RESPONSE; k <= CLOCK_RESOLUTION; k++) {
		const struct clock *c = &clocks[k];

		if (c->state == CLOCK_MET && on_day(d, c->stop))
			count_sla(d, tier, c->kind, true);
		if (c->state != CLOCK_MISSED)
			continue;
		if (!looked && clocks_before(d, t->history, tier, before,
		    e) < 0)
			return -1;
		looked = true;
		if (before[k].state == CLOCK_MISSED)
			continue;
		count_sla(d, tier, c->kind, false);
		add_miss(d, kept, c);
	}
	return 0;
}

/* The clock that is due next among those that run, late ones included. */
static void
next_due(struct daily_ticket *t, const struct clock clocks[CLOCKS])
{
	for (int k = 0; k < CLOCKS; k++) {
		const struct clock *c = &clocks[k];

		if ((c->state != CLOCK_RUNNING && c->state != CLOCK_MISSED) ||
		    c->stop != TIME_NONE || c->due == TIME_NONE)
			continue;
		if (t->due == TIME_NONE || c->due < t->due) {
			t->due = c->due;
			t->clock = c->kind;
			t->late = c->late;
		}
	}
}

/* Reopenings are counted by the fold: how many are of the day. */
static int64_t
reopened_before(struct daily *d, const struct history *h)
{
	struct arena a = { 0 };
	struct ticket t;
	int64_t n;

	ticket_fold(h, d->start - 1, &a, &t);
	n = t.reopened;
	arena_free(&a);
	return n;
}

static void
count(struct daily *d, const struct ticket *t)
{
	bool fresh = on_day(d, t->opened);

	d->status[t->status]++;
	d->opened += fresh;
	d->opened_by[t->severity] += fresh;
	d->resolvable += fresh && t->resolvable;
	if (t->reopened > 0)
		d->reopened += t->reopened - reopened_before(d, t->history);
	if (!ticket_is_done(t))
		d->open_by[t->severity]++;
	else if (on_day(d, t->resolved)) {
		d->resolved++;
		d->close_sum += t->resolved - t->opened;
	}
}

int
daily_ticket(struct daily *d, const struct history *h, const char *tier,
    const char *name, struct err *e)
{
	struct clock clocks[CLOCKS];
	struct daily_ticket *kept;
	struct arena a = { 0 };
	struct ticket t;
	bool critical;
	int rc = -1;

	ticket_fold(h, d->setup.now, &a, &t);
	/* Nothing of a ticket that was done before the day is of the day. */
	if (t.opened == TIME_NONE || !ticket_is_work(&t, d->setup.now) || (ticket_is_done(&t) &&
	    t.resolved < d->start)) {
		arena_free(&a);
		return 0;
	}
	if (clocks_at(d, &t, tier, d->setup.now, clocks, e) < 0)
		goto done;
	count(d, &t);
	kept = keep(d, &t, tier, name);
	if (decide(d, &t, tier, clocks, kept, e) < 0)
		goto done;
	critical = t.severity == SEVERITY_CRITICAL;
	if (!ticket_is_done(&t)) {
		next_due(kept, clocks);
		push(&d->open, &d->opens, &d->open_room, kept);
	}
	if (critical)
		push(&d->critical, &d->criticals, &d->critical_room, kept);
	if (critical && *kept->customer != '\0')
		daily_affect(d, kept->customer);
	rc = 0;
done:
	arena_free(&a);
	return rc;
}

/* What hangs on the list keeps its place whatever order tickets came in. */
static int
by_due(const void *x, const void *y)
{
	const struct daily_ticket *a = *(struct daily_ticket *const *)x;
	const struct daily_ticket *b = *(struct daily_ticket *const *)y;

	if ((a->due == TIME_NONE) != (b->due == TIME_NONE))
		return a->due == TIME_NONE ? 1 : -1;
	if (a->due != b->due)
		return a->due < b->due ? -1 : 1;
	if (a->severity != b->severity)
		return a->severity > b->severity ? -1 : 1;
	if (a->opened != b->opened)
		return a->opened < b->opened ? -1 : 1;
	return strcmp(a->key, b->key);
}

static int
by_opening(const void *x, const void *y)
{
	const struct daily_ticket *a = *(struct daily_ticket *const *)x;
	const struct daily_ticket *b = *(struct daily_ticket *const *)y;

	if (a->opened != b->opened)
		return a->opened < b->opened ? -1 : 1;
	return strcmp(a->key, b->key);
}

static int
by_lateness(const void *x, const void *y)
{
	const struct daily_miss *a = x, *b = y;

	if (a->late != b->late)
		return a->late > b->late ? -1 : 1;
	if (strcmp(a->ticket->key, b->ticket->key) != 0)
		return strcmp(a->ticket->key, b->ticket->key);
	return (int)a->clock - (int)b->clock;
}

static void
sort(void *list, size_t n, size_t size,
    int (*compare)(const void *, const void *))
{
	if (n > 1)
		qsort(list, n, size, compare);
}

void
daily_end(struct daily *d)
{
	size_t n = 0;

	for (size_t i = 0; i < d->tiers; i++) {
		const struct daily_sla *s = d->tier[i].sla;

		if (s[0].met + s[0].missed + s[1].met + s[1].missed > 0)
			d->tier[n++] = d->tier[i];
	}
	d->tiers = n;
	sort(d->open, d->opens, sizeof(*d->open), by_due);
	sort(d->critical, d->criticals, sizeof(*d->critical), by_opening);
	sort(d->miss, d->misses, sizeof(*d->miss), by_lateness);
	daily_work_end(d);
}
