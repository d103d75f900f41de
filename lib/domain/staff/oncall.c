/* On-call rotas. */
#include <stdlib.h>
#include <string.h>

#include "base/time.h"
#include "domain/staff/oncall.h"
#include "domain/staff/oncallfile.h"

/* -- turns ------------------------------------------------------------ */

/* The moment of the i-th hand-over of a turn; 0 is its first. */
static int64_t
handover(const struct rota_own *r, const struct turn *t, int64_t i)
{
	struct civil c;
	int64_t month;

	if (t->months == 0)
		return zone_utc(r->zone, t->local + i * t->days * 86400, false);
	c = civil_from_seconds(t->local);
	month = c.year * 12 + c.month - 1 + i * t->months;
	c.year = month / 12;
	c.month = (int)(month % 12) + 1;
	return zone_utc(r->zone, civil_to_seconds(&c), false);
}

/* The shift that holds at the moment, which is not before the turn's from. */
static int64_t
shift_at(const struct rota_own *r, const struct turn *t, int64_t at)
{
	int64_t local = zone_local(r->zone, at), i;

	if (t->months == 0)
		i = (local - t->local) / (t->days * 86400);
	else {
		struct civil a = civil_from_seconds(t->local);
		struct civil b = civil_from_seconds(local);

		i = ((b.year - a.year) * 12 + b.month - a.month) / t->months;
	}
	while (i > 0 && handover(r, t, i) > at)
		i--;
	while (handover(r, t, i + 1) <= at)
		i++;
	return i;
}

/* By the turns alone. */
static void
turn_at(const struct rota_own *r, int64_t at, struct duty *d)
{
	*d = (struct duty){ .why = "no turn", .from = TIME_MIN,
		.to = TIME_MAX, .shift = TIME_MIN };
	for (size_t k = 0; k < r->turns; k++) {
		const struct turn *t = &r->turn[k];
		int64_t i;

		if (at >= t->until) {
			d->from = t->until;
			continue;
		}
		if (at < t->from) {
			d->to = t->from;
			return;
		}
		i = shift_at(r, t, at);
		d->shift = d->from = handover(r, t, i);
		d->to = handover(r, t, i + 1);
		if (d->to > t->until)
			d->to = t->until;
		d->person = t->person[(size_t)i % t->people];
		d->why = NULL;
		return;
	}
}

void
oncall_shift(const struct oncall *o, const struct rota *rota, int64_t at,
    struct duty *d)
{
	const struct rota_own *r = &o->rota[rota - o->known];

	turn_at(r, at, d);
	d->on = true;
	for (size_t i = 0; i < o->overrides; i++) {
		const struct override *x = &o->override[i];

		if (x->rota != rota)
			continue;
		if (at >= x->from && at < x->until) {
			int64_t shift = d->shift;

			/* Its shift is the one that it stands in for. */
			*d = (struct duty){ .person = x->person,
				.why = x->why, .from = x->from > d->from ?
				x->from : d->from, .to = x->until < d->to ?
				x->until : d->to, .shift = shift, .on = true,
				.override = true };
			return;
		}
		if (x->until <= at && x->until > d->from)
			d->from = x->until;
		if (x->from > at && x->from < d->to)
			d->to = x->from;
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

/* Where the rota's hours hold around the moment, or do not. */
static bool
hours_at(const struct rota *r, int64_t at, int64_t *from, int64_t *to)
{
	int64_t open, close;
	bool inside;

	*from = TIME_MIN;
	*to = TIME_MAX;
	if (r->hours == NULL)
		return true;
	if (calendar_window(r->hours, at, &open, &close)) {
		inside = open <= at;
		*to = inside ? close : open;
	} else
		inside = false;
	if (inside)
		*from = open;
	else if (calendar_before(r->hours, at, &open, &close))
		*from = close;
	return inside != r->outside;
}

void
oncall_duty(const struct oncall *o, const struct rota *r, int64_t at,
    struct duty *d)
{
	int64_t from, to;

	oncall_shift(o, r, at, d);
	d->on = hours_at(r, at, &from, &to);
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
