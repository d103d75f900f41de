/* From a calendar's hours to its windows. */
#include "domain/calfile.h"

#define DAY	INT64_C(86400)
#define AROUND	8	/* years, before and behind the first question */

size_t
calendar_closing(const struct calendar *c, int64_t day)
{
	size_t low = 0, high = c->closings;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (c->closing[middle].day < day)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

const struct hours *
calendar_hours(const struct calendar *c, int64_t day)
{
	size_t i = calendar_closing(c, day);

	if (i < c->closings && c->closing[i].day == day)
		return c->closing[i].hours;
	return &c->week[((day + 4) % 7 + 7) % 7];
}

bool
calendar_opens(const struct calendar *c)
{
	const int64_t end = days_from_civil(LAST_YEAR + 1, 1, 1);

	for (int64_t day = days_from_civil(FIRST_YEAR, 1, 1); day < end;
	    day++) {
		const struct hours *h = calendar_hours(c, day);

		/* Hours that the clocks jump over are none. */
		for (size_t i = 0; h != NULL && i < h->n; i++) {
			if (zone_utc(c->zone, day * DAY + h->of[i].from,
			    false) < zone_utc(c->zone, day * DAY +
			    h->of[i].to, false))
				return true;
		}
	}
	return false;
}

/*
 * The days' hours in order. Between two changes of the zone's offset the
 * moment is the local time less the offset, without looking it up.
 */
static void
fill(const struct calendar *c, int64_t day, int64_t end, struct windows *out)
{
	int64_t steady = INT64_MIN, offset = 0;
	size_t next = calendar_closing(c, day);

	for (; day < end; day++) {
		const struct hours *h = &c->week[(day + 4) % 7];

		if (next < c->closings && c->closing[next].day == day)
			h = c->closing[next++].hours;
		for (size_t i = 0; h != NULL && i < h->n; i++) {
			int64_t from = day * DAY + h->of[i].from;
			int64_t to = day * DAY + h->of[i].to;

			if (to + 2 * DAY >= steady) {
				offset = zone_offset(c->zone, from - 2 * DAY);
				steady = zone_change(c->zone, from - 2 * DAY);
			}
			if (to + 2 * DAY < steady) {
				from -= offset;
				to -= offset;
			} else {
				from = zone_utc(c->zone, from, false);
				to = zone_utc(c->zone, to, false);
			}
			if (from < to)
				windows_add(out, from, to);
		}
	}
}

static int64_t
within(int64_t year)
{
	return year < FIRST_YEAR ? FIRST_YEAR : year > LAST_YEAR ? LAST_YEAR :
	    year;
}

void
calendar_tabulate(const struct calendar *c, int64_t at)
{
	struct table *t = c->table;
	bool first = t->open.n == 0;
	int64_t year = within(civil_from_seconds(at < TIME_MIN ? TIME_MIN :
	    at > TIME_MAX ? TIME_MAX : at).year);
	int64_t from = first ? within(year - AROUND) : FIRST_YEAR;
	int64_t to = first ? within(year + AROUND) : LAST_YEAR;

	windows_free(&t->open);
	/* The night before belongs to the first day. */
	fill(c, days_from_civil(from, 1, 1) - (from > FIRST_YEAR),
	    days_from_civil(to + 1, 1, 1), &t->open);
	if (t->open.n == 0) {
		from = FIRST_YEAR;
		to = LAST_YEAR;
		fill(c, days_from_civil(from, 1, 1),
		    days_from_civil(to + 1, 1, 1), &t->open);
	}
	windows_index(&t->open);
	t->from = from == FIRST_YEAR ? INT64_MIN :
	    zone_day(c->zone, days_from_civil(from, 1, 1));
	t->to = to == LAST_YEAR ? INT64_MAX :
	    zone_day(c->zone, days_from_civil(to + 1, 1, 1));
}

struct table *
calendar_table_new(struct arena *a)
{
	struct table *t = arena_zalloc(a, sizeof(*t));

	t->from = INT64_MAX;
	t->to = INT64_MIN;
	return t;
}
