/* Candidates for a ticket, compared one by one. */
#include <string.h>
#include <strings.h>

#include "base/time.h"
#include "domain/staff/assign.h"
#include "format/zone.h"

static bool
is_in(const char *const *list, const char *word)
{
	for (; *list != NULL; list++) {
		if (strcasecmp(*list, word) == 0)
			return true;
	}
	return false;
}

bool
assign_serves(const struct person *p, const char *tier)
{
	return *p->tiers == NULL || is_in(p->tiers, tier);
}

bool
assign_does(const struct person *p, const char *category, const char *topic)
{
	return *p->skills == NULL || is_in(p->skills, category) ||
	    is_in(p->skills, topic);
}

/* The place of the role; behind all others whoever is on call; -1 for none. */
static int
role_of(const struct assign_ask *x, const struct person *p)
{
	const char *const *roles = x->outcome->roles;
	const struct person *one;
	int i;

	for (i = 0; x->fallback != NULL; i++) {
		one = team_meant(x->team, x->fallback, (size_t)i);
		if (one == p || one == NULL)
			return one == p ? 0 : -1;
	}
	if (*roles == NULL)
		return 0;
	for (i = 0; roles[i] != NULL; i++) {
		if (strcasecmp(roles[i], p->role) == 0)
			return i;
	}
	return x->oncall != NULL && strcmp(x->oncall, p->id) == 0 ? i : -1;
}

/* "09:05" in the person's zone, and whether that is within hours. */
static bool
awake(const struct assign_ask *x, const struct person *p, int *hour,
    int *minute)
{
	const struct zone *z;
	struct err ignored = { 0 };
	struct civil l;
	int now;

	if (zone_load(&z, *p->zone != '\0' ? p->zone : x->zone, &ignored) < 0)
		return true;
	l = civil_from_seconds(zone_local(z, x->at));
	*hour = l.hour;
	*minute = l.minute;
	now = l.hour * 3600 + l.minute * 60 + l.second;
	return now >= x->team->awake_from && now < x->team->awake_to;
}

/* At work until the hand-over at least, else when next. */
static void
look_at_shift(const struct assign_ask *x, const struct calendar *shift,
    struct candidate *c)
{
	int64_t open, close, handover = x->team->handover;

	c->there = true;
	c->free_at = x->at;
	if (shift == NULL || calendar_is_always(shift) ||
	    calendar_between(shift, x->at, x->at + handover) == handover)
		return;
	c->there = false;
	if (!calendar_window(shift, x->at, &open, &close)) {
		c->free_at = TIME_MAX;
		return;
	}
	if (open <= x->at && !calendar_window(shift, close, &open, &close))
		open = TIME_MAX;
	c->free_at = open;
}

/* Role, tier and skill: what a fallback does not ask for. */
static const char *
unsuited(const struct assign_ask *x, const struct person *p,
    const struct candidate *c, struct arena *a)
{
	if (c->role < 0 && x->fallback != NULL)
		return arena_printf(a, "is not %s", x->fallback);
	if (c->role < 0)
		return *p->role == '\0' ? "has no role" : arena_printf(a,
		    "is %s", p->role);
	if (x->fallback != NULL)
		return NULL;
	if (!assign_serves(p, x->tier))
		return arena_printf(a, "does not serve %s", *x->tier != '\0' ?
		    x->tier : "customers without a tier");
	if (!assign_does(p, x->category, x->topic))
		return arena_printf(a, "does not do %s", *x->category != '\0' ?
		    x->category : "that");
	return NULL;
}

static const char *
unfit(const struct assign_ask *x, const struct person *p,
    const struct candidate *c, struct arena *a)
{
	const char *why = unsuited(x, p, c, a);
	int hour = 0, minute = 0;
	bool on_call = x->oncall != NULL && strcmp(x->oncall, p->id) == 0;
	bool at_any_cost = x->fallback != NULL && x->outcome->awake;

	if (x->but != NULL && strcmp(x->but, p->id) == 0)
		return "has it already";
	if (why != NULL || at_any_cost)
		return why;
	if (p->load > 0 && c->load >= p->load)
		return arena_printf(a, "has %d of at most %d tickets", c->load,
		    p->load);
	if (x->outcome->awake && !c->there && !on_call &&
	    !awake(x, p, &hour, &minute))
		return arena_printf(a, "is asleep: it is %02d:%02d there",
		    hour, minute);
	return NULL;
}

static bool
is_person(const struct assign_ask *x, const char *name,
    const struct person *p)
{
	return *name != '\0' && team_person(x->team, name) == p;
}

static void
look(const struct assign_ask *x, size_t i, struct candidate *c,
    struct arena *a)
{
	const struct person *p = &x->team->person[i];
	bool on_call = x->oncall != NULL && strcmp(x->oncall, p->id) == 0;

	memset(c, 0, sizeof(*c));
	c->person = p;
	c->role = role_of(x, p);
	c->load = x->load[i];
	/* The ticket beside which it was begun says more than any other. */
	c->knows = *x->related != '\0' && team_person(x->team, x->related) !=
	    NULL ? is_person(x, x->related, p) : is_person(x, x->previous, p);
	look_at_shift(x, x->shift[i], c);
	if (x->outcome->awake && on_call) {
		c->there = true;
		c->free_at = x->at;
	}
	c->why = unfit(x, p, c, a);
	c->fits = c->why == NULL;
}

/*
 * Whether one is before the other, and by what. What cannot wait for a shift
 * asks first who is there.
 */
static const char *
before(const struct assign_ask *x, const struct candidate *c,
    const struct candidate *d)
{
	bool there = c->there && !d->there;

	if (x->outcome->awake && c->there != d->there)
		return there ? "is at work" : NULL;
	if (c->role != d->role)
		return c->role < d->role ? "has the better role" : NULL;
	if (c->there != d->there)
		return there ? "is at work" : NULL;
	if (c->knows != d->knows)
		return c->knows ? "answered the customer before" : NULL;
	if (c->load != d->load)
		return c->load < d->load ? "has fewer tickets" : NULL;
	if (c->free_at != d->free_at)
		return c->free_at < d->free_at ? "is at work sooner" : NULL;
	return c->person < d->person ? "stands first in team.yaml" : NULL;
}

const struct candidate *
assign_choose(const struct assign_ask *x, struct candidate *all,
    struct arena *a)
{
	const struct team *t = x->team;
	struct candidate *best = NULL, *second = NULL;

	for (size_t i = 0; i < t->people; i++) {
		struct candidate *c = &all[i];

		look(x, i, c, a);
		if (!c->fits)
			continue;
		if (best == NULL || before(x, c, best) != NULL) {
			second = best;
			best = c;
		} else if (second == NULL || before(x, c, second) != NULL) {
			second = c;
		}
	}
	for (size_t i = 0; i < t->people; i++) {
		struct candidate *c = &all[i];

		if (c->fits && c != best)
			c->why = arena_printf(a, "%s %s", best->person->id,
			    before(x, best, c));
	}
	if (best != NULL)
		best->why = second != NULL ? before(x, best, second) :
		    "nobody else may have it";
	return best;
}
