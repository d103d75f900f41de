/* Business days: dates on which a calendar opens. */
#include "domain/calendar/calfile.h"

#define DAY	INT64_C(86400)

bool
calendar_opens_on(const struct calendar *c, int64_t day)
{
	const struct hours *h;

	if (c->always)
		return zone_day(c->zone, day) < zone_day(c->zone, day + 1);
	h = calendar_hours(c, day);
	for (size_t i = 0; h != NULL && i < h->n; i++) {
		if (calendar_between(c, zone_utc(c->zone, day * DAY +
		    h->of[i].from, false), zone_utc(c->zone, day * DAY +
		    h->of[i].to, false)) > 0)
			return true;
	}
	return false;
}

/* Days without hours are passed over; those that the table has not, too. */
static int64_t
within(int64_t day)
{
	const int64_t first = days_from_civil(FIRST_YEAR, 1, 1);
	const int64_t last = days_from_civil(LAST_YEAR + 1, 1, 1);

	return day < first ? first : day > last ? last : day;
}

int64_t
calendar_days(const struct calendar *c, int64_t from, int64_t to)
{
	int64_t n = 0;

	to = within(to);
	for (int64_t day = within(from); day < to; day++)
		n += calendar_opens_on(c, day);
	return n;
}

int64_t
calendar_add_days(const struct calendar *c, int64_t at, int64_t days)
{
	int64_t day = calendar_date(c, at), step = days < 0 ? -1 : 1;
	int64_t clock = calendar_local(c, at) - day * DAY;

	if (days == 0)
		return at;
	while (days != 0) {
		day += step;
		if (within(day) != day)
			return step < 0 ? TIME_MIN : TIME_MAX;
		if (calendar_opens_on(c, day))
			days -= step;
	}
	return zone_utc(c->zone, day * DAY + clock, false);
}

int64_t
calendar_day_close(const struct calendar *c, int64_t at)
{
	int64_t day = calendar_date(c, at), end, open, close;
	const struct hours *h;

	if (c->always)
		return zone_day(c->zone, day + 1);
	h = calendar_hours(c, day);
	if (h == NULL || !calendar_opens_on(c, day))
		return at;
	end = zone_utc(c->zone, day * DAY + h->of[h->n - 1].to, false);
	/* The last of them may be cut off. */
	if (calendar_between(c, end - 1, end) > 0 ||
	    !calendar_before(c, end, &open, &close))
		return end;
	return close;
}
