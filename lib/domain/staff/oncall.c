/* On-call rotas. */
#include <stdlib.h>
#include <string.h>

#include "base/time.h"
#include "domain/staff/oncall.h"
#include "domain/staff/oncallfile.h"

/* -- turns ------------------------------------------------------------ */

/* The moment of the i-th hand-over of a turn; 0 is its first. */
static int64_t
handover(const struct zone *z, const struct turn *t, int64_t i)
{
	struct civil c;
	int64_t month;

	if (t->months == 0)
		return zone_utc(z, t->local + i * t->length, false);
	c = civil_from_seconds(t->local);
	month = c.year * 12 + c.month - 1 + i * t->months;
	c.year = month / 12;
	c.month = (int)(month % 12) + 1;
	return zone_utc(z, civil_to_seconds(&c), false);
}

/* The shift that holds at the moment, which is not before the turn's from. */
static int64_t
shift_at(const struct zone *z, const struct turn *t, int64_t at)
{
	int64_t local = zone_local(z, at), i;

	if (t->months == 0)
		i = (local - t->local) / t->length;
	else {
		struct civil a = civil_from_seconds(t->local);
		struct civil b = civil_from_seconds(local);

		i = ((b.year - a.year) * 12 + b.month - a.month) / t->months;
	}
	while (i > 0 && handover(z, t, i) > at)
		i--;
	while (handover(z, t, i + 1) <= at)
		i++;
	return i;
}

/* By the turns alone. */
static void
turn_at(const struct zone *z, const struct layer *l, int64_t at,
    struct duty *d)
{
	*d = (struct duty){ .why = "no turn", .from = TIME_MIN,
		.to = TIME_MAX, .shift = TIME_MIN };
	for (size_t k = 0; k < l->turns; k++) {
		const struct turn *t = &l->turn[k];
		int64_t i;

		if (at >= t->until) {
			d->from = t->until;
			continue;
		}
		if (at < t->starts) {
			d->to = t->starts;
			return;
		}
		i = shift_at(z, t, at);
		d->shift = d->from = handover(z, t, i);
		d->to = handover(z, t, i + 1);
		if (d->from < t->starts)
			d->shift = d->from = t->starts;
		if (d->to > t->until)
			d->to = t->until;
		d->person = t->person[(size_t)i % t->people];
		d->why = NULL;
		return;
	}
}

/* Where hours hold around the moment, or do not. */
static bool
hours_at(const struct calendar *hours, bool outside, int64_t at,
    int64_t *from, int64_t *to)
{
	int64_t open, close;
	bool inside;

	*from = TIME_MIN;
	*to = TIME_MAX;
	if (hours == NULL)
		return true;
	if (calendar_window(hours, at, &open, &close)) {
		inside = open <= at;
		*to = inside ? close : open;
	} else
		inside = false;
	if (inside)
		*from = open;
	else if (calendar_before(hours, at, &open, &close))
		*from = close;
	return inside != outside;
}

/* Its hours make shifts of their own. */
static void
layer_at(const struct layer *l, int64_t at, struct duty *d)
{
	int64_t from, to;
	bool on = hours_at(l->hours, l->outside, at, &from, &to);

	if (!on) {
		*d = (struct duty){ .why = "no turn", .from = from, .to = to,
			.shift = TIME_MIN };
		return;
	}
	turn_at(l->zone, l, at, d);
	if (d->person == NULL)
		return;
	if (from > d->from)
		d->shift = d->from = from;
	if (to < d->to)
		d->to = to;
}

/* The highest layer that has somebody; what covers it cuts its shift. */
static void
base_at(const struct rota_own *r, int64_t at, struct duty *d)
{
	int64_t from = TIME_MIN, to = TIME_MAX;

	for (size_t k = r->layers; k-- > 0;) {
		layer_at(&r->layer[k], at, d);
		if (from > d->from) {
			d->from = from;
			d->shift = d->person != NULL ? from : TIME_MIN;
		}
		if (to < d->to)
			d->to = to;
		from = d->from;
		to = d->to;
		if (d->person != NULL)
			return;
	}
}

/* -- overrides -------------------------------------------------------- */

static bool
same_person(const char *a, const char *b)
{
	return a != NULL && b != NULL && strcmp(a, b) == 0;
}

/* Whether it could hold in time that is the person's, or comes to be. */
static bool
could_hold(const struct oncall *o, const struct override *x,
    const char *person)
{
	if (x->instead_of == NULL || same_person(x->instead_of, person))
		return true;
	for (size_t i = 0; i < o->overrides; i++) {
		if (same_person(o->override[i].person, x->instead_of))
			return true;
	}
	return false;
}

/*
 * One after the other, so that the later one has the last word; one that holds
 * for whoever it is hides where earlier ones begin and end.
 */
void
oncall_shift(const struct oncall *o, const struct rota *rota, int64_t at,
    struct duty *d)
{
	const char *person;
	int64_t from, to;

	base_at(&o->rota[rota - o->known], at, d);
	d->on = true;
	person = d->person;
	from = d->from;
	to = d->to;
	for (size_t i = 0; i < o->overrides; i++) {
		const struct override *x = &o->override[i];

		if ((x->rota != NULL && x->rota != rota) ||
		    !could_hold(o, x, person))
			continue;
		if (at >= x->until) {
			if (x->until > d->from)
				d->from = x->until;
			continue;
		}
		if (at < x->from) {
			if (x->from < d->to)
				d->to = x->from;
			continue;
		}
		if (x->instead_of == NULL) {
			d->from = from;
			d->to = to;
		}
		if (x->from > d->from)
			d->from = x->from;
		if (x->until < d->to)
			d->to = x->until;
		if (x->instead_of != NULL &&
		    !same_person(x->instead_of, d->person))
			continue;
		/* Its shift is the one that it stands in for. */
		d->person = x->person;
		d->why = x->why;
		d->override = true;
	}
}

/* -- hours ------------------------------------------------------------ */

int64_t
oncall_hours(const struct rota *r, int64_t from, int64_t to)
{
	int64_t open;

	if (to <= from)
		return 0;
	if (r->hours == NULL)
		return to - from;
	open = calendar_between(r->hours, from, to);
	return r->outside ? to - from - open : open;
}

int64_t
oncall_layers(const struct oncall *o, const struct rota *rota, int64_t from,
    int64_t to)
{
	const struct rota_own *own = &o->rota[rota - o->known];
	int64_t sum = 0, next, since, until;

	for (int64_t at = from; at < to; at = next) {
		bool on = false;

		next = to;
		for (size_t k = 0; k < own->layers; k++) {
			const struct layer *l = &own->layer[k];

			on |= hours_at(l->hours, l->outside, at, &since,
			    &until);
			if (until < next)
				next = until;
		}
		if (on)
			sum += oncall_hours(rota, at, next);
	}
	return sum;
}

void
oncall_duty(const struct oncall *o, const struct rota *r, int64_t at,
    struct duty *d)
{
	int64_t from, to;

	oncall_shift(o, r, at, d);
	d->on = hours_at(r->hours, r->outside, at, &from, &to);
	if (from > d->from)
		d->from = from;
	if (to < d->to)
		d->to = to;
	if (!d->on)
		d->person = NULL;
}

const char *
oncall_at(const struct oncall *o, const char *rota, int64_t at,
    int64_t *until)
{
	const struct rota *r = oncall_find(o, rota);
	struct duty d = { .to = TIME_MAX };

	if (r != NULL)
		oncall_duty(o, r, at, &d);
	if (until != NULL)
		*until = d.to;
	return d.person;
}

/* -- what there is ---------------------------------------------------- */

const struct rota *
oncall_rota(const struct oncall *o, size_t i)
{
	return i < o->rotas ? &o->known[i] : NULL;
}

const struct rota *
oncall_find(const struct oncall *o, const char *name)
{
	for (size_t i = 0; i < o->rotas; i++) {
		if (strcmp(o->known[i].name, name) == 0)
			return &o->known[i];
	}
	return NULL;
}

bool
oncall_page(const struct oncall *o, const char *severity, size_t i,
    struct page *out)
{
	for (size_t k = 0; k < o->pages; k++) {
		if (strcmp(o->page[k].severity, severity) == 0 && i-- == 0) {
			*out = o->page[k];
			return true;
		}
	}
	return false;
}

int64_t
oncall_answer(const struct oncall *o)
{
	return o->answer;
}

const struct oncall_limits *
oncall_limits(const struct oncall *o)
{
	return &o->limits;
}
