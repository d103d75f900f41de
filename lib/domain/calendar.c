/* Business time: windows tabled once, with running sums. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "domain/calendar.h"
#include "domain/holiday.h"
#include "format/zone.h"

#define DAY		INT64_C(86400)
#define YEAR_FIRST	INT64_C(1900)
#define YEAR_LAST	INT64_C(2200)
#define STEP		8	/* years tabled beyond what is asked for */
#define INTERVALS	64	/* of a week or of an exception's day */

struct interval {		/* of a local day, seconds; end over a day ok */
	int32_t start, end;
};

struct exception {		/* a date with hours of its own */
	int64_t day;
	const char *name;
	struct interval interval[8];
	size_t n;
};

struct window {
	int64_t open, close;	/* UTC */
	int64_t before;		/* open seconds before it, from the first */
};

struct table {			/* of whole years, made when asked for */
	int64_t year, end_year;
	int64_t from, to;	/* moments it answers for */
	struct window *window;
	size_t n, room;
	uint32_t *by_day;	/* first window not over at that UTC day */
	int64_t day;		/* the first of them */
	uint32_t *by_sum;	/* first window that reaches k * quantum */
	int64_t quantum, total;
};

struct calendar {
	const char *name;
	const struct zone *zone;
	bool always;
	struct interval week[7][8];
	size_t n[7];
	const struct holidays *holidays;
	struct exception *exception;
	size_t exceptions;
	int64_t day;		/* seconds of the longest regular day */
	struct table *table;
	struct calendar *next;
};

struct calendars {
	struct arena arena;
	struct calendar *first;
};

static int
clock_time(const char **s, int32_t *out)
{
	int hour, minute, used = 0;

	if (sscanf(*s, "%2d:%2d%n", &hour, &minute, &used) != 2 || used != 5 ||
	    hour < 0 || minute < 0 || hour > 24 || minute > 59 ||
	    (hour == 24 && minute > 0))
		return -1;
	*s += used;
	*out = hour * 3600 + minute * 60;
	return 0;
}

/* "09:00-17:00"; an end at or before the start is on the next day. */
static int
read_interval(const struct yaml *y, struct interval *i, struct err *e)
{
	const char *s = y->text != NULL ? y->text : "";

	if (clock_time(&s, &i->start) < 0 || *s++ != '-' ||
	    clock_time(&s, &i->end) < 0 || *s != '\0' || i->start == DAY)
		return yaml_err(y, e, "'%s' is not hours such as "
		    "\"09:00-17:00\"", y->text != NULL ? y->text : "");
	if (i->end <= i->start)
		i->end += (int32_t)DAY;
	return 0;
}

static int
read_intervals(const struct yaml *y, struct interval *out, size_t *n,
    size_t room, struct err *e)
{
	if (y->kind == YAML_SCALAR) {
		if (*n == room)
			return yaml_err(y, e, "too many intervals in a day");
		return read_interval(y, &out[(*n)++], e);
	}
	if (y->kind != YAML_LIST)
		return yaml_err(y, e, "hours are \"09:00-17:00\" or a list "
		    "of such");
	for (const struct yaml *i = y->first; i != NULL; i = i->next) {
		if (read_intervals(i, out, n, room, e) < 0)
			return -1;
	}
	return 0;
}

/* A key of hours: "mon", "mon-fri", "sat-sun". */
static int
read_days(struct calendar *c, const struct yaml *y, struct err *e)
{
	const char *dash = strchr(y->key, '-');
	size_t len = dash != NULL ? (size_t)(dash - y->key) : strlen(y->key);
	int first = weekday_parse(y->key, len), last = first;

	if (dash != NULL)
		last = weekday_parse(dash + 1, strlen(dash + 1));
	if (first < 0 || last < 0)
		return yaml_err(y, e, "'%s' is not a weekday or a range such "
		    "as mon-fri", y->key);
	for (int d = first;; d = (d + 1) % 7) {
		if (read_intervals(y, c->week[d], &c->n[d], 8, e) < 0)
			return -1;
		if (d == last)
			return 0;
	}
}

static int
by_start(const void *x, const void *y)
{
	const struct interval *a = x, *b = y;

	return (a->start > b->start) - (a->start < b->start);
}

/* No two intervals of the week overlap, over midnight and its end either. */
static int
check_week(struct calendar *c, const struct yaml *y, struct err *e)
{
	struct interval all[INTERVALS];
	size_t n = 0;

	for (int d = 0; d < 7; d++) {
		int64_t sum = 0;

		for (size_t i = 0; i < c->n[d]; i++) {
			all[n].start = (int32_t)(d * DAY) + c->week[d][i].start;
			all[n++].end = (int32_t)(d * DAY) + c->week[d][i].end;
			sum += c->week[d][i].end - c->week[d][i].start;
		}
		if (c->n[d] > 1)
			qsort(c->week[d], c->n[d], sizeof(**c->week),
			    by_start);
		if (sum > c->day)
			c->day = sum;
	}
	if (n == 0)
		return yaml_err(y, e, "calendar '%s' is never open", c->name);
	qsort(all, n, sizeof(*all), by_start);
	for (size_t i = 0; i < n; i++) {
		int64_t next = i + 1 < n ? all[i + 1].start :
		    all[0].start + 7 * DAY;

		if (all[i].end > next)
			return yaml_err(y, e, "hours of '%s' overlap",
			    c->name);
	}
	return 0;
}

static int
read_exceptions(struct calendar *c, const struct yaml *list, struct arena *a,
    struct err *e)
{
	static const char *const keys[] = { "date", "name", "hours", NULL };

	if (list == NULL)
		return 0;
	if (list->kind != YAML_LIST)
		return yaml_err(list, e, "exceptions are a list");
	c->exception = arena_zalloc(a, (size_t)(list->count + 1) *
	    sizeof(*c->exception));
	for (const struct yaml *y = list->first; y != NULL; y = y->next) {
		struct exception *x = &c->exception[c->exceptions++];
		const struct yaml *hours = yaml_get(y, "hours");
		const char *date = yaml_str(y, "date", "");

		if (yaml_only(y, keys, e) < 0)
			return -1;
		if (date_parse(date, &x->day) < 0)
			return yaml_err(y, e, "'%s' is not a date such as "
			    "2026-12-24", date);
		x->name = yaml_str(y, "name", "exception");
		if (hours == NULL)
			return yaml_err(y, e, "an exception needs hours: "
			    "closed, or \"09:00-12:00\"");
		if (hours->text != NULL && strcmp(hours->text, "closed") == 0)
			continue;
		if (read_intervals(hours, x->interval, &x->n, 8, e) < 0)
			return -1;
	}
	return 0;
}

static int
read_calendar(struct calendars *all, const struct yaml *root,
    const struct yaml *y, struct err *e)
{
	static const char *const keys[] = { "zone", "holidays", "hours",
		"exceptions", NULL };
	struct calendar *c = arena_zalloc(&all->arena, sizeof(*c));
	const struct yaml *hours = yaml_get(y, "hours"), *set;
	const char *zone = yaml_str(y, "zone", NULL);
	const char *holidays = yaml_str(y, "holidays", NULL);
	struct holidays *h;
	struct err z = { 0 };

	if (yaml_only(y, keys, e) < 0)
		return -1;
	c->name = arena_strdup(&all->arena, y->key);
	if (zone == NULL)
		return yaml_err(y, e, "calendar '%s' has no zone", c->name);
	if (zone_load(&c->zone, zone, &z) < 0)
		return yaml_err(yaml_get(y, "zone"), e, "%s", z.text);
	if (hours == NULL)
		return yaml_err(y, e, "calendar '%s' has no hours", c->name);
	if (hours->text != NULL && strcmp(hours->text, "always") == 0) {
		c->always = true;
		c->day = DAY;
	} else {
		if (hours->kind != YAML_MAP)
			return yaml_err(hours, e, "hours are always, or "
			    "weekdays with their hours");
		for (const struct yaml *d = hours->first; d != NULL;
		    d = d->next) {
			if (read_days(c, d, e) < 0)
				return -1;
		}
		if (check_week(c, y, e) < 0)
			return -1;
	}
	if (holidays != NULL) {
		set = yaml_get(yaml_get(root, "holidays"), holidays);
		if (set == NULL)
			return yaml_err(yaml_get(y, "holidays"), e,
			    "no holidays '%s'", holidays);
		if (holidays_load(&h, &all->arena, set, e) < 0)
			return -1;
		c->holidays = h;
	}
	if (read_exceptions(c, yaml_get(y, "exceptions"), &all->arena, e) < 0)
		return -1;
	c->next = all->first;
	all->first = c;
	c->table = arena_zalloc(&all->arena, sizeof(*c->table));
	return 0;
}

int
calendars_load(struct calendars **out, const struct yaml *root, struct err *e)
{
	static const char *const keys[] = { "holidays", "calendars", NULL };
	const struct yaml *list = yaml_get(root, "calendars");
	struct calendars *all;

	if (yaml_only(root, keys, e) < 0)
		return -1;
	if (list == NULL || list->kind != YAML_MAP)
		return yaml_err(root, e, "no calendars");
	all = xcalloc(1, sizeof(*all));
	for (const struct yaml *y = list->first; y != NULL; y = y->next) {
		if (read_calendar(all, root, y, e) < 0) {
			calendars_free(all);
			return -1;
		}
	}
	*out = all;
	return 0;
}

void
calendars_free(struct calendars *all)
{
	for (struct calendar *c = all->first; c != NULL; c = c->next) {
		if (c->table == NULL)
			continue;
		free(c->table->window);
		free(c->table->by_day);
		free(c->table->by_sum);
	}
	arena_free(&all->arena);
	free(all);
}

const struct calendar *
calendar_find(const struct calendars *all, const char *name)
{
	for (const struct calendar *c = all->first; c != NULL; c = c->next) {
		if (strcmp(c->name, name) == 0)
			return c;
	}
	return NULL;
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
calendar_local(const struct calendar *c, int64_t utc)
{
	return zone_local(c->zone, utc);
}

int64_t
calendar_day(const struct calendar *c)
{
	return c->day;
}

bool
calendar_is_always(const struct calendar *c)
{
	return c->always;
}

/* One window more; what touches or overlaps the last one joins it. */
static void
add_window(struct table *t, int64_t open, int64_t close)
{
	struct window *last = t->n > 0 ? &t->window[t->n - 1] : NULL;

	if (close <= open)
		return;
	if (last != NULL && open <= last->close) {
		if (close > last->close)
			last->close = close;
		return;
	}
	if (t->n == t->room) {
		t->room = t->room > 0 ? 2 * t->room : 4096;
		t->window = xreallocarray(t->window, t->room,
		    sizeof(*t->window));
	}
	t->window[t->n++] = (struct window){ open, close, 0 };
}

static const struct exception *
find_exception(const struct calendar *c, int64_t day)
{
	for (size_t i = 0; i < c->exceptions; i++) {
		if (c->exception[i].day == day)
			return &c->exception[i];
	}
	return NULL;
}

static void
table_year(const struct calendar *c, struct table *t, int64_t year)
{
	struct holiday holiday[128];
	size_t n = c->holidays != NULL ? holidays_of(c->holidays, year,
	    holiday, 128) : 0, h = 0;
	int64_t end = days_from_civil(year + 1, 1, 1);

	for (int64_t day = days_from_civil(year, 1, 1); day < end; day++) {
		const struct exception *x = find_exception(c, day);
		int weekday = (int)(((day + 4) % 7 + 7) % 7);
		const struct interval *i = c->week[weekday];
		size_t count = c->n[weekday];

		while (h < n && holiday[h].day < day)
			h++;
		if (x != NULL) {
			i = x->interval;
			count = x->n;
		} else if (h < n && holiday[h].day == day)
			count = 0;
		for (; count > 0; count--, i++)
			add_window(t, zone_utc(c->zone, day * DAY + i->start,
			    false), zone_utc(c->zone, day * DAY + i->end,
			    false));
	}
}

static int64_t
floor_day(int64_t t)
{
	return (t >= 0 ? t : t - (DAY - 1)) / DAY;
}

static void
index_table(struct table *t)
{
	size_t days = (size_t)(floor_day(t->to) - floor_day(t->from)) + 2;
	size_t sums, w = 0;

	t->total = 0;
	for (size_t i = 0; i < t->n; i++) {
		t->window[i].before = t->total;
		t->total += t->window[i].close - t->window[i].open;
	}
	t->day = floor_day(t->from);
	t->by_day = xreallocarray(t->by_day, days, sizeof(*t->by_day));
	for (size_t d = 0; d < days; d++) {
		while (w < t->n && t->window[w].close <=
		    (t->day + (int64_t)d) * DAY)
			w++;
		t->by_day[d] = (uint32_t)w;
	}
	t->quantum = t->n > 0 ? t->total / (int64_t)t->n + 1 : 1;
	sums = (size_t)(t->total / t->quantum) + 2;
	t->by_sum = xreallocarray(t->by_sum, sums, sizeof(*t->by_sum));
	w = 0;
	for (size_t k = 0; k < sums; k++) {
		while (w < t->n && t->window[w].before + t->window[w].close -
		    t->window[w].open < (int64_t)k * t->quantum)
			w++;
		t->by_sum[k] = (uint32_t)w;
	}
}

static void
make_table(const struct calendar *c, int64_t year, int64_t end_year)
{
	struct table *t = c->table;

	t->year = year < YEAR_FIRST ? YEAR_FIRST : year;
	t->end_year = end_year > YEAR_LAST ? YEAR_LAST : end_year;
	t->n = 0;
	/* The day before may reach over midnight into the first. */
	for (int64_t y = t->year - 1; y <= t->end_year; y++)
		table_year(c, t, y);
	t->from = days_from_civil(t->year, 1, 1) * DAY;
	t->to = days_from_civil(t->end_year + 1, 1, 1) * DAY - DAY;
	index_table(t);
}

/* The table, grown when the moment lies outside; the moment is pulled in. */
static const struct table *
cover(const struct calendar *c, int64_t *at)
{
	struct table *t = c->table;

	if (t->n == 0 || *at < t->from || *at >= t->to) {
		int64_t year = civil_from_seconds(*at).year;
		int64_t first = t->n == 0 || year - STEP / 2 < t->year ?
		    year - STEP / 2 : t->year;
		int64_t last = t->n == 0 || year + STEP > t->end_year ?
		    year + STEP : t->end_year;

		if (t->n == 0 || (first < t->year && t->year > YEAR_FIRST) ||
		    (last > t->end_year && t->end_year < YEAR_LAST))
			make_table(c, first, last);
	}
	if (*at < t->from)
		*at = t->from;
	if (*at >= t->to)
		*at = t->to - 1;
	return t;
}

/* The first window that is not over at the moment. */
static size_t
window_at(const struct table *t, int64_t at)
{
	size_t w = t->by_day[floor_day(at) - t->day];

	while (w < t->n && t->window[w].close <= at)
		w++;
	return w;
}

/* Open seconds from the table's start to the moment. */
static int64_t
sum_at(const struct table *t, int64_t at)
{
	size_t w = window_at(t, at);

	if (w == t->n)
		return t->total;
	return t->window[w].before +
	    (at > t->window[w].open ? at - t->window[w].open : 0);
}

int64_t
calendar_between(const struct calendar *c, int64_t from, int64_t to)
{
	const struct table *t;

	if (to <= from)
		return 0;
	if (c->always)
		return to - from;
	/* Both ends first, so that one table answers for both. */
	cover(c, &from);
	cover(c, &to);
	t = cover(c, &from);
	return sum_at(t, to) - sum_at(t, from);
}

/* The first window whose end reaches the sum. */
static size_t
window_of_sum(const struct table *t, int64_t sum)
{
	size_t w = t->by_sum[sum / t->quantum];

	while (w < t->n && t->window[w].before + t->window[w].close -
	    t->window[w].open < sum)
		w++;
	return w;
}

int64_t
calendar_add(const struct calendar *c, int64_t start, int64_t seconds)
{
	const struct table *t;
	int64_t sum, end;

	if (seconds <= 0)
		return start;
	if (c->always)
		return start > TIME_MAX - seconds ? TIME_MAX : start + seconds;
	t = cover(c, &start);
	while ((sum = sum_at(t, start) + seconds) > t->total) {
		if (t->end_year >= YEAR_LAST)
			return TIME_MAX;
		end = t->to + STEP * 365 * DAY;
		t = cover(c, &end);
	}
	{
		const struct window *w = &t->window[window_of_sum(t, sum)];

		return w->open + (sum - w->before);
	}
}

int64_t
calendar_subtract(const struct calendar *c, int64_t end, int64_t seconds)
{
	const struct table *t;
	const struct window *w;
	int64_t sum, start;
	size_t i;

	if (seconds <= 0)
		return end;
	if (c->always)
		return end < TIME_MIN + seconds ? TIME_MIN : end - seconds;
	t = cover(c, &end);
	while ((sum = sum_at(t, end) - seconds) < sum_at(t, t->from)) {
		if (t->year <= YEAR_FIRST)
			return TIME_MIN;
		start = t->from - STEP * 365 * DAY;
		t = cover(c, &start);
	}
	i = window_of_sum(t, sum);
	w = &t->window[i];
	/* At a window's very end the next one's opening is as good, later. */
	if (sum == w->before + (w->close - w->open) && i + 1 < t->n)
		w++;
	return w->open + (sum - w->before);
}

bool
calendar_window(const struct calendar *c, int64_t at, int64_t *open,
    int64_t *close)
{
	const struct table *t;
	size_t w;

	if (c->always) {
		*open = TIME_MIN;
		*close = TIME_MAX;
		return true;
	}
	t = cover(c, &at);
	if ((w = window_at(t, at)) == t->n)
		return false;
	*open = t->window[w].open;
	*close = t->window[w].close;
	return true;
}

const char *
calendar_holiday(const struct calendar *c, int64_t day)
{
	const struct exception *x = find_exception(c, day);
	struct holiday holiday[128];
	size_t n;

	if (x != NULL)
		return x->n == 0 ? x->name : NULL;
	if (c->holidays == NULL)
		return NULL;
	n = holidays_of(c->holidays, civil_from_seconds(day * DAY).year,
	    holiday, 128);
	for (size_t i = 0; i < n; i++) {
		if (holiday[i].day == day)
			return holiday[i].name;
	}
	return NULL;
}

size_t
calendar_holidays(const struct calendar *c, int64_t year, int64_t *day,
    const char **names, size_t room)
{
	struct holiday holiday[128];
	size_t n;

	if (c->holidays == NULL)
		return 0;
	n = holidays_of(c->holidays, year, holiday, room < 128 ? room : 128);
	for (size_t i = 0; i < n; i++) {
		day[i] = holiday[i].day;
		names[i] = holiday[i].name;
	}
	return n;
}
