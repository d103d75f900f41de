/* From a calendar's hours to its windows. */
#include "domain/calendar/calfile.h"

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

const struct week *
calendar_week(const struct calendar *c, int64_t day)
{
	for (size_t i = 0; i < c->weeks; i++) {
		if (day <= c->week[i].until)
			return day >= c->week[i].from ? &c->week[i] : NULL;
	}
	return NULL;
}

/* The regular hours of the day, or NULL. */
static const struct hours *
regular(const struct calendar *c, int64_t day)
{
	const struct week *w = calendar_week(c, day);

	return w != NULL ? &w->day[((day + 4) % 7 + 7) % 7] : NULL;
}

const struct hours *
calendar_hours(const struct calendar *c, int64_t day)
{
	size_t i = calendar_closing(c, day);

	if (i < c->closings && c->closing[i].day == day)
		return c->closing[i].hours;
	return regular(c, day);
}

/*
 * A window, without what is cut out of it; *next is the first cut that may
 * lie in one that comes later. What the day before has already is not
 * counted twice.
 */
static void
add_window(const struct calendar *c, int64_t from, int64_t to, size_t *next,
    struct windows *out)
{
	if (out->n > 0 && from < out->end)
		from = out->end;
	while (*next < c->cuts && c->cut[*next].to <= from)
		(*next)++;
	for (size_t i = *next; i < c->cuts && c->cut[i].from < to; i++) {
		if (c->cut[i].from > from)
			windows_add(out, from, c->cut[i].from);
		from = c->cut[i].to;
	}
	if (from < to)
		windows_add(out, from, to);
}

/*
 * The days' hours in order. Between two changes of the zone's offset the
 * moment is the local time less the offset, without looking it up.
 */
static void
fill(const struct calendar *c, int64_t day, int64_t end, struct windows *out)
{
	int64_t steady = INT64_MIN, offset = 0;
	size_t next = calendar_closing(c, day), cut = 0;

	for (; day < end; day++) {
		const struct hours *h;

		if (next < c->closings && c->closing[next].day == day)
			h = c->closing[next++].hours;
		else
			h = regular(c, day);
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
				add_window(c, from, to, &cut, out);
		}
	}
}

bool
calendar_opens(const struct calendar *c)
{
	bool opens = false;

	for (int64_t year = FIRST_YEAR; year <= LAST_YEAR && !opens;
	    year += AROUND) {
		struct windows w = { 0 };

		fill(c, days_from_civil(year, 1, 1),
		    days_from_civil(year + AROUND, 1, 1), &w);
		opens = w.n > 0;
		windows_free(&w);
	}
	return opens;
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
