/* Holidays by rule. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/time.h"
#include "domain/holiday.h"

struct rule {
	const char *name;
	enum { FIXED, DATED, NTH, EASTER } kind;
	int month, day;		/* FIXED; NTH: month */
	int weekday, nth;	/* NTH; nth from the end when negative */
	int64_t date;		/* DATED: days since 1970; EASTER: offset */
	int64_t from, until;	/* years */
};

struct holidays {
	struct rule *rule;
	size_t n;
	int shift[7];		/* by weekday: days to move */
};

int
weekday_parse(const char *s, size_t len)
{
	static const char *const names[] = { "sunday", "monday", "tuesday",
		"wednesday", "thursday", "friday", "saturday" };

	for (int i = 0; i < 7; i++) {
		if ((len == 3 || len == strlen(names[i])) &&
		    strncasecmp(s, names[i], len) == 0)
			return i;
	}
	return -1;
}

static int
load_observed(struct holidays *h, const struct yaml *map, struct err *e)
{
	for (const struct yaml *y = map != NULL ? map->first : NULL;
	    y != NULL; y = y->next) {
		int from = y->key == NULL ? -1 :
		    weekday_parse(y->key, strlen(y->key));
		int to = y->text == NULL ? -1 :
		    weekday_parse(y->text, strlen(y->text));

		if (from < 0 || to < 0)
			return yaml_err(y, e, "observed maps weekdays to "
			    "weekdays, as sat: fri");
		/* To the nearer one of that weekday. */
		h->shift[from] = (to - from + 7) % 7;
		if (h->shift[from] > 3)
			h->shift[from] -= 7;
	}
	return 0;
}

static int
load_date(struct rule *r, const struct yaml *y, const char *text,
    struct err *e)
{
	if (date_parse(text, &r->date) == 0) {
		r->kind = DATED;
		return 0;
	}
	r->kind = FIXED;
	if (strlen(text) != 5 || sscanf(text, "%2d-%2d", &r->month,
	    &r->day) != 2 || text[2] != '-' || r->month < 1 || r->month > 12 ||
	    r->day < 1 || r->day > days_in_month(2028, r->month))
		return yaml_err(y, e, "'%s' is not a date such as 12-25 or "
		    "2026-12-24", text);
	return 0;
}

static int
load_rule(struct rule *r, const struct yaml *y, struct err *e)
{
	static const char *const keys[] = { "name", "date", "month",
		"weekday", "nth", "easter", "from", "until", NULL };
	const char *date, *weekday;
	int64_t month = 0, nth = 0;

	if (yaml_only(y, keys, e) < 0)
		return -1;
	r->from = 0;
	r->until = 9999;
	if (yaml_int(y, "from", 1, 9999, &r->from, e) < 0 ||
	    yaml_int(y, "until", 1, 9999, &r->until, e) < 0)
		return -1;
	if ((r->name = yaml_str(y, "name", NULL)) == NULL)
		return yaml_err(y, e, "a holiday without a name");
	if ((date = yaml_str(y, "date", NULL)) != NULL)
		return load_date(r, yaml_get(y, "date"), date, e);
	if (yaml_get(y, "easter") != NULL) {
		r->kind = EASTER;
		return yaml_int(y, "easter", -100, 100, &r->date, e);
	}
	if (yaml_int(y, "month", 1, 12, &month, e) < 0 ||
	    yaml_int(y, "nth", -5, 5, &nth, e) < 0)
		return -1;
	weekday = yaml_str(y, "weekday", "");
	r->kind = NTH;
	r->month = (int)month;
	r->nth = (int)nth;
	if ((r->weekday = weekday_parse(weekday, strlen(weekday))) < 0 ||
	    month == 0 || nth == 0)
		return yaml_err(y, e, "a holiday needs date, easter, or "
		    "month, weekday and nth");
	return 0;
}

int
holidays_load(struct holidays **out, struct arena *a, const struct yaml *y,
    struct err *e)
{
	static const char *const keys[] = { "observed", "days", NULL };
	const struct yaml *days = yaml_get(y, "days");
	struct holidays *h = arena_zalloc(a, sizeof(*h));

	if (yaml_only(y, keys, e) < 0 ||
	    load_observed(h, yaml_get(y, "observed"), e) < 0)
		return -1;
	if (days == NULL || days->kind != YAML_LIST)
		return yaml_err(y, e, "holidays need a list of days");
	h->rule = arena_zalloc(a, (size_t)(days->count + 1) *
	    sizeof(*h->rule));
	for (const struct yaml *d = days->first; d != NULL; d = d->next) {
		if (load_rule(&h->rule[h->n++], d, e) < 0)
			return -1;
	}
	*out = h;
	return 0;
}

/* Easter Sunday of the Gregorian calendar (the anonymous algorithm). */
static int64_t
easter(int64_t y)
{
	int64_t a = y % 19, b = y / 100, c = y % 100, d = b / 4, f = b % 4;
	int64_t g = (8 * b + 13) / 25, h = (19 * a + b - d - g + 15) % 30;
	int64_t i = c / 4, k = c % 4, l = (32 + 2 * f + 2 * i - h - k) % 7;
	int64_t m = (a + 11 * h + 22 * l) / 451;
	int64_t n = h + l - 7 * m + 114;

	return days_from_civil(y, (int)(n / 31), (int)(n % 31 + 1));
}

static int
weekday_of(int64_t day)
{
	return (int)(((day + 4) % 7 + 7) % 7);
}

/* The rule's own date in a year, or INT64_MIN when it has none there. */
static int64_t
date_of(const struct rule *r, int64_t year)
{
	int64_t first;
	int days, n;

	if (year < r->from || year > r->until)
		return INT64_MIN;
	switch (r->kind) {
	case DATED:
		return r->date;
	case EASTER:
		return easter(year) + r->date;
	case FIXED:
		if (r->day > days_in_month(year, r->month))
			return INT64_MIN;
		return days_from_civil(year, r->month, r->day);
	case NTH:
		break;
	}
	first = days_from_civil(year, r->month, 1);
	days = days_in_month(year, r->month);
	n = (r->weekday - weekday_of(first) + 7) % 7;
	if (r->nth > 0)
		n += (r->nth - 1) * 7;
	else {
		while (n + 7 < days)
			n += 7;
		n += (r->nth + 1) * 7;
	}
	return n >= 0 && n < days ? first + n : INT64_MIN;
}

static int
by_day(const void *x, const void *y)
{
	const struct holiday *a = x, *b = y;

	return (a->day > b->day) - (a->day < b->day);
}

size_t
holidays_of(const struct holidays *h, int64_t year, struct holiday *out,
    size_t room)
{
	int64_t first = days_from_civil(year, 1, 1);
	int64_t end = days_from_civil(year + 1, 1, 1);
	size_t n = 0;

	/* New Year's Day of the next year may be observed in this one. */
	for (int64_t y = year - 1; y <= year + 1; y++) {
		for (size_t i = 0; i < h->n; i++) {
			int64_t day = date_of(&h->rule[i], y);

			if (day == INT64_MIN || (h->rule[i].kind == DATED &&
			    y != year))
				continue;
			if (h->rule[i].kind != DATED)
				day += h->shift[weekday_of(day)];
			if (day >= first && day < end && n < room)
				out[n++] = (struct holiday){ day,
					h->rule[i].name };
		}
	}
	if (n > 1)
		qsort(out, n, sizeof(*out), by_day);
	return n;
}
