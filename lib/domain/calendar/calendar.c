/* Business time: questions to a calendar's table of open windows. */
#include <string.h>

#include "domain/calendar/calfile.h"

const struct calendar *
calendar_find(const struct calendars *all, const char *name)
{
	for (size_t i = 0; i < all->n; i++) {
		if (strcmp(all->calendar[i].name, name) == 0)
			return &all->calendar[i];
	}
	return NULL;
}

const struct calendar *
calendar_next(const struct calendars *all, size_t i)
{
	return i < all->n ? &all->calendar[i] : NULL;
}

const char *
calendar_name(const struct calendar *c)
{
	return c->name;
}

const char *
calendar_zone(const struct calendar *c)
{
	return zone_name(c->zone);
}

int64_t
calendar_day(const struct calendar *c)
{
	return c->always ? 86400 : c->week[c->weeks - 1].longest;
}

int64_t
calendar_day_at(const struct calendar *c, int64_t at)
{
	const struct week *w = NULL;
	int64_t day;

	if (c->always || c->weeks == 1)
		return calendar_day(c);
	day = zone_date(c->zone, at);
	for (size_t i = 0; i < c->weeks; i++) {
		/* In a gap between hours, those before it. */
		if (w == NULL || c->week[i].from <= day)
			w = &c->week[i];
	}
	return w->longest;
}

bool
calendar_is_always(const struct calendar *c)
{
	return c->always;
}

int64_t
calendar_local(const struct calendar *c, int64_t at)
{
	return zone_local(c->zone, at);
}

int64_t
calendar_date(const struct calendar *c, int64_t at)
{
	return zone_date(c->zone, at);
}

/* The windows, tabled so that they answer for the moment. */
static const struct windows *
windows(const struct calendar *c, int64_t at)
{
	if (at < c->table->from || at >= c->table->to)
		calendar_tabulate(c, at);
	return &c->table->open;
}

/* An answer was not in the table: whether more years have been added. */
static bool
more(const struct calendar *c, int64_t at)
{
	if (c->table->from == INT64_MIN && c->table->to == INT64_MAX)
		return false;
	calendar_tabulate(c, at);
	return true;
}

int64_t
calendar_between(const struct calendar *c, int64_t from, int64_t to)
{
	const struct windows *w;

	if (to <= from)
		return 0;
	if (c->always)
		return to - from;
	windows(c, from);
	w = windows(c, to);
	return windows_sum(w, to) - windows_sum(w, from);
}

int64_t
calendar_add(const struct calendar *c, int64_t start, int64_t seconds)
{
	if (seconds <= 0)
		return start;
	if (c->always)
		return start < TIME_MAX - seconds ? start + seconds : TIME_MAX;
	do {
		const struct windows *w = windows(c, start);
		int64_t sum = windows_sum(w, start);

		if (seconds <= w->total - sum)
			return windows_at(w, sum + seconds - 1) + 1;
	} while (more(c, start));
	return TIME_MAX;
}

int64_t
calendar_subtract(const struct calendar *c, int64_t end, int64_t seconds)
{
	if (seconds <= 0)
		return end;
	if (c->always)
		return end > TIME_MIN + seconds ? end - seconds : TIME_MIN;
	do {
		const struct windows *w = windows(c, end);
		int64_t sum = windows_sum(w, end);

		if (seconds <= sum)
			return windows_at(w, sum - seconds);
	} while (more(c, end));
	return TIME_MIN;
}

/* A window at an edge of the table may go on beyond it. */
static bool
is_whole(const struct calendar *c, const struct windows *w, size_t k)
{
	return (k > 1 || c->table->from == INT64_MIN) &&
	    (k < w->n || c->table->to == INT64_MAX);
}

/* The k-th window as an answer; false where it may be cut by the table. */
static bool
give(const struct calendar *c, const struct windows *w, size_t k,
    int64_t *open, int64_t *close)
{
	*open = w->window[k].open;
	*close = windows_close(w, k);
	return is_whole(c, w, k);
}

static bool
give_always(int64_t *open, int64_t *close)
{
	*open = TIME_MIN;
	*close = TIME_MAX;
	return true;
}

bool
calendar_window(const struct calendar *c, int64_t at, int64_t *open,
    int64_t *close)
{
	if (c->always)
		return give_always(open, close);
	do {
		const struct windows *w = windows(c, at);
		size_t k = windows_find(w, at);

		if (k == 0 || at >= windows_close(w, k))
			k++;
		if (k <= w->n && give(c, w, k, open, close))
			return true;
	} while (more(c, at));
	return false;
}

bool
calendar_before(const struct calendar *c, int64_t at, int64_t *open,
    int64_t *close)
{
	if (c->always)
		return give_always(open, close);
	do {
		const struct windows *w = windows(c, at);
		size_t k = windows_find(w, at);

		if (k > 0 && w->window[k].open == at)
			k--;
		if (k > 0 && give(c, w, k, open, close))
			return true;
	} while (more(c, at));
	return false;
}

const char *
calendar_holiday(const struct calendar *c, int64_t day)
{
	size_t i = calendar_closing(c, day);

	return i < c->closings && c->closing[i].day == day &&
	    c->closing[i].hours == NULL ? c->closing[i].name : NULL;
}

size_t
calendar_holidays(const struct calendar *c, int64_t year, int64_t *out,
    const char **names, size_t room)
{
	const int64_t end = days_from_civil(year + 1, 1, 1);
	size_t n = 0;

	for (size_t i = calendar_closing(c, days_from_civil(year, 1, 1));
	    i < c->closings && c->closing[i].day < end && n < room; i++) {
		if (c->closing[i].hours != NULL)
			continue;
		out[n] = c->closing[i].day;
		names[n++] = c->closing[i].name;
	}
	return n;
}

void
calendar_reason(const struct calendar *c, int64_t from, int64_t to,
    struct buf *out)
{
	size_t start = out->len;

	for (int64_t day = calendar_date(c, from); day <=
	    calendar_date(c, to - 1); day++) {
		const char *why = calendar_holiday(c, day);
		int weekday = (int)(((day + 4) % 7 + 7) % 7);

		/* The end of a night before it does not open a day. */
		if (calendar_opens_on(c, day))
			continue;
		if (why == NULL)
			why = weekday == 0 || weekday == 6 ? "weekend" :
			    "closed that day";
		if (out->len > start && strstr(out->data + start, why) != NULL)
			continue;
		if (out->len > start)
			buf_adds(out, ", ");
		buf_adds(out, why);
	}
	for (size_t i = 0; i < c->cuts && out->len == start; i++) {
		if (c->cut[i].from < to && from < c->cut[i].to)
			buf_adds(out, c->cut[i].name);
	}
	if (out->len == start)
		buf_adds(out, "out of hours");
}
