/* Maintenance that comes again. */
#include <stdio.h>
#include <stdlib.h>

#include "base/time.h"
#include "domain/uptime/repeat.h"
#include "format/ical.h"
#include "format/zone.h"

#define DAY	INT64_C(86400)

struct series {
	const struct maintenance *m;
	const struct zone *zone;
	int64_t time, length;	/* local: of the day, and seconds */
	int64_t until;		/* none begins later; TIME_MAX */
	struct arena *arena;
	struct maintenance *out;
	size_t n;
};

int
repeat_check(const char *rule, const char *zone, struct err *e)
{
	struct ical_rule *r = xcalloc(1, sizeof(*r));
	struct arena a = { 0 };
	const struct zone *z;
	int rc = ical_rule_parse(r, rule, &a, e);

	arena_free(&a);
	free(r);
	return rc == 0 ? zone_load(&z, zone, e) : -1;
}

/* "20260214T235959Z", local without the Z, or a whole day. */
static int64_t
until_of(const char *s, const struct zone *z)
{
	struct civil c = { .hour = 23, .minute = 59, .second = 59 };
	int year = 0, n = 0, end = 0;

	n = sscanf(s, "%4d%2d%2d%nT%2d%2d%2d%n", &year, &c.month, &c.day,
	    &end, &c.hour, &c.minute, &c.second, &end);
	c.year = year;
	if ((n != 3 && n != 6) || c.month < 1 || c.month > 12 || c.day < 1 ||
	    c.day > 31)
		return TIME_MAX;
	return s[end] == 'Z' ? civil_to_seconds(&c) :
	    zone_utc(z, civil_to_seconds(&c), true);
}

static bool
add_window(void *arg, int64_t day)
{
	struct series *s = arg;
	struct maintenance *w = &s->out[s->n];
	struct notice_window *told;
	int64_t local = day * DAY + s->time;

	*w = *s->m;
	w->started = zone_utc(s->zone, local, false);
	w->ended = zone_utc(s->zone, local + s->length, false);
	if (w->started > s->until)
		return false;
	if (w->ended <= w->started)
		return true;
	if (s->m->cancelled && w->started >= s->m->said)
		return false;
	w->cancelled = false;
	w->nth = s->n;
	told = arena_alloc(s->arena, sizeof(*told));
	*told = (struct notice_window){ .announced = s->m->repeat_told,
		.started = w->started, .ended = w->ended };
	w->told = told;
	w->n = 1;
	return ++s->n < REPEAT_MOST;
}

size_t
repeat_windows(const struct maintenance *m, int64_t gone, int64_t last,
    struct arena *a, struct maintenance **out)
{
	struct ical_rule *r = xcalloc(1, sizeof(*r));
	struct series s = { .m = m, .arena = a };
	int64_t budget = 100000, local;
	struct err bad = { 0 };

	if (zone_load(&s.zone, m->zone, &bad) < 0 ||
	    ical_rule_parse(r, m->repeat, a, &bad) < 0) {
		free(r);
		*out = arena_alloc(a, sizeof(**out));
		**out = *m;
		return 1;
	}
	local = zone_local(s.zone, m->started);
	s.time = ((local % DAY) + DAY) % DAY;
	s.length = zone_local(s.zone, m->ended) - local;
	s.until = r->has_until ? until_of(r->until, s.zone) : TIME_MAX;
	s.out = arena_alloc(a, (REPEAT_MOST + 1) * sizeof(*s.out));
	if (r->count == 0 || r->count > gone) {
		r->count -= r->count > 0 ? gone : 0;
		ical_rule_days(r, (local - s.time) / DAY,
		    zone_date(s.zone, last), &budget, add_window, &s);
	}
	free(r);
	*out = s.out;
	return s.n;
}
