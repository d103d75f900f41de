/* Recurrence rules (RFC 5545, 3.3.10) by the day: each day of a period is
 * looked at, which needs no cases and has a known cost. */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/time.h"
#include "format/ical.h"

#define DAY	INT64_C(86400)

/* -- reading ---------------------------------------------------------- */

/* A number with an optional sign at the front; false when there is none. */
static bool
number(const char **s, int64_t *out)
{
	const char *p = *s + (**s == '-' || **s == '+');
	int64_t n = 0;
	int digits = 0;

	for (; *p >= '0' && *p <= '9' && digits < 9; p++, digits++)
		n = n * 10 + (*p - '0');
	if (digits == 0 || (*p >= '0' && *p <= '9'))
		return false;
	*out = **s == '-' ? -n : n;
	*s = p;
	return true;
}

static bool
numbers(const char *s, int most, struct ical_numbers *out)
{
	for (;;) {
		int64_t n;

		if (out->n == 366 || !number(&s, &n) || n == 0 || n > most ||
		    n < -most)
			return false;
		out->of[out->n++] = (int)n;
		if (*s == '\0')
			return true;
		if (*s++ != ',')
			return false;
	}
}

static int
weekday(const char *s)
{
	static const char names[] = "SUMOTUWETHFRSA";

	for (int i = 0; i < 7; i++) {
		if (strncasecmp(s, names + (size_t)2 * (size_t)i, 2) == 0)
			return i;
	}
	return -1;
}

/* "MO,WE", "-1FR", "1SA". */
static bool
days(const char *s, struct ical_rule *r)
{
	for (;;) {
		int64_t nth = 0;
		int w;

		if (r->days == sizeof(r->day) / sizeof(*r->day))
			return false;
		if (((*s < 'A' || *s > 'z') && (!number(&s, &nth) ||
		    nth == 0 || nth > 53 || nth < -53)) ||
		    (w = weekday(s)) < 0)
			return false;
		r->day[r->days].nth = (int)nth;
		r->day[r->days++].weekday = w;
		s += 2;
		if (*s == '\0')
			return true;
		if (*s++ != ',')
			return false;
	}
}

static bool
months(const char *s, unsigned *bits)
{
	struct ical_numbers n = { 0 };

	if (!numbers(s, 12, &n))
		return false;
	for (size_t i = 0; i < n.n; i++) {
		if (n.of[i] < 1)
			return false;
		*bits |= 1u << n.of[i];
	}
	return true;
}

static bool
positive(const char *s, int64_t *out)
{
	return number(&s, out) && *s == '\0' && *out > 0;
}

/* One "NAME=value" of it; false for what is not understood. */
static bool
part(struct ical_rule *r, const char *name, const char *value)
{
	static const char *const freqs[] = { "DAILY", "WEEKLY", "MONTHLY",
		"YEARLY" };

	if (strcasecmp(name, "FREQ") == 0) {
		for (int i = 0; i < 4; i++) {
			if (strcasecmp(value, freqs[i]) == 0) {
				r->freq = i;
				return true;
			}
		}
		return false;
	}
	if (strcasecmp(name, "UNTIL") == 0) {
		r->has_until = true;
		r->until = value;
		return true;
	}
	if (strcasecmp(name, "WKST") == 0)
		return (r->week_start = weekday(value)) >= 0 &&
		    value[2] == '\0';
	return strcasecmp(name, "COUNT") == 0 ? positive(value, &r->count) :
	    strcasecmp(name, "INTERVAL") == 0 ?
	    positive(value, &r->interval) :
	    strcasecmp(name, "BYMONTH") == 0 ? months(value, &r->months) :
	    strcasecmp(name, "BYDAY") == 0 ? days(value, r) :
	    strcasecmp(name, "BYMONTHDAY") == 0 ?
	    numbers(value, 31, &r->monthday) :
	    strcasecmp(name, "BYYEARDAY") == 0 ?
	    numbers(value, 366, &r->yearday) :
	    strcasecmp(name, "BYWEEKNO") == 0 ?
	    numbers(value, 53, &r->weekno) :
	    strcasecmp(name, "BYSETPOS") == 0 &&
	    numbers(value, 366, &r->setpos);
}

int
ical_rule_parse(struct ical_rule *r, const char *text, struct arena *a,
    struct err *e)
{
	char *save, *s = strtok_r(arena_strdup(a, text), ";", &save);
	bool freq = false;

	memset(r, 0, sizeof(*r));
	r->interval = 1;
	r->week_start = 1;
	for (; s != NULL; s = strtok_r(NULL, ";", &save)) {
		char *value = strchr(s, '=');

		if (value == NULL)
			return err_set(e, ERR_INPUT, "'%s' is no part of a "
			    "recurrence", s);
		*value++ = '\0';
		freq = freq || strcasecmp(s, "FREQ") == 0;
		if (!part(r, s, value))
			return err_set(e, ERR_INPUT, "recurrence '%s=%s' is "
			    "not understood", s, value);
	}
	if (!freq)
		return err_set(e, ERR_INPUT, "a recurrence without FREQ");
	return 0;
}

/* -- days ------------------------------------------------------------- */

static int
weekday_of(int64_t day)
{
	return (int)(((day + 4) % 7 + 7) % 7);
}

/* The first day of the week that holds the day. */
static int64_t
week_of(const struct ical_rule *r, int64_t day)
{
	return day - (weekday_of(day) - r->week_start + 7) % 7;
}

/* The first day of week 1: the first with four days of the year. */
static int64_t
first_week(const struct ical_rule *r, int64_t year)
{
	return week_of(r, days_from_civil(year, 1, 4));
}

/* Whether the place, from 1, of so many is in the list; -1 is the last. */
static bool
is_place(const struct ical_numbers *list, int64_t place, int64_t of)
{
	for (size_t i = 0; i < list->n; i++) {
		if (list->of[i] == place || list->of[i] == place - of - 1)
			return true;
	}
	return false;
}

static bool
is_weekno(const struct ical_rule *r, int64_t day, int64_t year)
{
	int64_t first = first_week(r, year), next = first_week(r, year + 1);

	return day >= first && day < next &&
	    is_place(&r->weekno, (day - first) / 7 + 1, (next - first) / 7);
}

/* BYDAY: an ordinal counts in the month, or in the year where no months
 * are said. */
static bool
is_day(const struct ical_rule *r, int64_t day, const struct civil *c)
{
	bool in_month = r->freq == ICAL_MONTHLY || r->months != 0;
	int64_t first = in_month ? day - c->day + 1 :
	    days_from_civil(c->year, 1, 1);
	int64_t last = in_month ? first + days_in_month(c->year, c->month) -
	    1 : days_from_civil(c->year, 12, 31);

	for (size_t i = 0; i < r->days; i++) {
		int nth = r->day[i].nth;

		if (r->day[i].weekday == c->weekday && (nth == 0 ||
		    nth == (day - first) / 7 + 1 ||
		    nth == -((last - day) / 7 + 1)))
			return true;
	}
	return false;
}

/* What the rule says nothing of is as on its first day. */
static bool
is_like(const struct ical_rule *r, const struct civil *c,
    const struct civil *start)
{
	if (r->days > 0 || r->monthday.n > 0 || r->yearday.n > 0)
		return true;
	if (r->freq == ICAL_WEEKLY || r->weekno.n > 0)
		return c->weekday == start->weekday;
	if (r->freq == ICAL_DAILY)
		return true;
	return c->day == start->day && (r->freq == ICAL_MONTHLY ||
	    r->months != 0 || c->month == start->month);
}

static bool
matches(const struct ical_rule *r, int64_t day, const struct civil *start,
    int64_t year)
{
	struct civil c = civil_from_seconds(day * DAY);
	int64_t of_year = days_from_civil(c.year, 1, 1);

	if (r->months != 0 && !(r->months & 1u << c.month))
		return false;
	if (r->weekno.n > 0 && !is_weekno(r, day, year))
		return false;
	if (r->yearday.n > 0 && !is_place(&r->yearday, day - of_year + 1,
	    days_from_civil(c.year + 1, 1, 1) - of_year))
		return false;
	if (r->monthday.n > 0 && !is_place(&r->monthday, c.day,
	    days_in_month(c.year, c.month)))
		return false;
	if (r->days > 0 && !is_day(r, day, &c))
		return false;
	return is_like(r, &c, start);
}

/* The i-th period: from, up to and without to; year is the one it is of. */
static void
period(const struct ical_rule *r, const struct civil *start,
    int64_t start_day, int64_t i, int64_t *from, int64_t *to, int64_t *year)
{
	int64_t month = start->year * 12 + start->month - 1 + i * r->interval;

	*year = r->freq == ICAL_YEARLY ? start->year + i * r->interval :
	    month / 12;
	switch (r->freq) {
	case ICAL_YEARLY:
		/* Weeks may begin before their year, and end behind it. */
		*from = r->weekno.n > 0 ? first_week(r, *year) :
		    days_from_civil(*year, 1, 1);
		*to = r->weekno.n > 0 ? first_week(r, *year + 1) :
		    days_from_civil(*year + 1, 1, 1);
		break;
	case ICAL_MONTHLY:
		*from = days_from_civil(*year, (int)(month % 12) + 1, 1);
		*to = *from + days_in_month(*year, (int)(month % 12) + 1);
		break;
	case ICAL_WEEKLY:
		*from = week_of(r, start_day) + 7 * i * r->interval;
		*to = *from + 7;
		break;
	default:
		*from = start_day + i * r->interval;
		*to = *from + 1;
		break;
	}
}

/* A yearly rule of some months need not look at the others. */
static int64_t
skip(const struct ical_rule *r, const struct civil *start, int64_t day)
{
	struct civil c;
	unsigned in = r->months;

	if (in == 0 && r->days + r->monthday.n + r->yearday.n +
	    r->weekno.n == 0)
		in = 1u << start->month;
	if (r->freq != ICAL_YEARLY || in == 0)
		return day;
	c = civil_from_seconds(day * DAY);
	return in & 1u << c.month || c.day > 1 ? day :
	    day + days_in_month(c.year, c.month) - 1;
}

int
ical_rule_days(const struct ical_rule *r, int64_t start, int64_t last,
    int64_t *budget, bool (*each)(void *, int64_t), void *arg)
{
	const struct civil first = civil_from_seconds(start * DAY);
	int64_t found[366 + 7], from = start, count = r->count, to, year;

	for (int64_t i = 0; from <= last; i++) {
		size_t n = 0;

		period(r, &first, start, i, &from, &to, &year);
		for (int64_t day = from; day < to; day++) {
			if (--*budget < 0)
				return -1;
			day = skip(r, &first, day);
			if (day < to && matches(r, day, &first, year))
				found[n++] = day;
		}
		for (size_t k = 0; k < n; k++) {
			if (found[k] < start || (r->setpos.n > 0 &&
			    !is_place(&r->setpos, (int64_t)k + 1, (int64_t)n)))
				continue;
			if (found[k] > last || !each(arg, found[k]) ||
			    (r->count > 0 && --count == 0))
				return 0;
		}
	}
	return 0;
}
