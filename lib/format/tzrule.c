/* POSIX TZ strings: "PST8PDT,M3.2.0,M11.1.0", "<-03>3". */
#include <string.h>

#include "base/time.h"
#include "format/tzrule.h"

#define DAY	INT64_C(86400)

static bool
literal(const char **s, char c)
{
	if (**s != c)
		return false;
	(*s)++;
	return true;
}

static bool
number(const char **s, int low, int high, int *out)
{
	int n = 0, digits = 0;

	for (; **s >= '0' && **s <= '9' && digits < 4; digits++)
		n = n * 10 + (*(*s)++ - '0');
	*out = n;
	return digits > 0 && n >= low && n <= high;
}

static bool
name(const char **s, char out[TZ_NAME])
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyz"
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZ+-0123456789";
	bool bracket = literal(s, '<');
	size_t len = strspn(*s, letters);

	/* A bare name ends before its offset. */
	if (!bracket)
		len = strcspn(*s, "+-0123456789<>,");
	if (len < 3 || len >= TZ_NAME || strspn(*s, letters) < len)
		return false;
	memcpy(out, *s, len);
	out[len] = '\0';
	*s += len;
	return !bracket || literal(s, '>');
}

/* [+-]hh[:mm[:ss]] */
static bool
clock_time(const char **s, int hours, int64_t *out)
{
	int64_t sign = literal(s, '-') ? -1 : 1;
	int h, m = 0, sec = 0;

	if (sign > 0)
		literal(s, '+');
	if (!number(s, 0, hours, &h) ||
	    (literal(s, ':') && (!number(s, 0, 59, &m) ||
	    (literal(s, ':') && !number(s, 0, 59, &sec)))))
		return false;
	*out = sign * (h * 3600 + m * 60 + sec);
	return true;
}

static bool
change(const char **s, struct tz_day *d)
{
	bool good;

	if (!literal(s, ','))
		return false;
	if (literal(s, 'M')) {
		d->kind = TZ_WEEKDAY;
		good = number(s, 1, 12, &d->month) && literal(s, '.') &&
		    number(s, 1, 5, &d->week) && literal(s, '.') &&
		    number(s, 0, 6, &d->weekday);
	} else if (literal(s, 'J')) {
		d->kind = TZ_JULIAN;
		good = number(s, 1, 365, &d->day);
	} else {
		d->kind = TZ_DAY;
		good = number(s, 0, 365, &d->day);
	}
	d->seconds = 7200;
	return good && (!literal(s, '/') || clock_time(s, 167, &d->seconds));
}

int
tz_rule_parse(struct tz_rule *r, const char *s)
{
	memset(r, 0, sizeof(*r));
	/* POSIX counts west of Greenwich. */
	if (!name(&s, r->name) || !clock_time(&s, 24, &r->offset))
		return -1;
	r->offset = -r->offset;
	if (*s == '\0')
		return 0;
	r->summer = true;
	if (!name(&s, r->summer_name))
		return -1;
	r->summer_offset = r->offset + 3600;
	if (*s != ',') {
		if (!clock_time(&s, 24, &r->summer_offset))
			return -1;
		r->summer_offset = -r->summer_offset;
	}
	if (!change(&s, &r->begin) || !change(&s, &r->end) || *s != '\0')
		return -1;
	return 0;
}

static int64_t
weekday_of_month(const struct tz_day *d, int64_t year)
{
	int64_t first = days_from_civil(year, d->month, 1);
	int weekday = civil_from_seconds(first * DAY).weekday;
	int day = (d->weekday - weekday + 7) % 7 + 7 * (d->week - 1);

	while (day >= days_in_month(year, d->month))
		day -= 7;
	return first + day;
}

int64_t
tz_date(const struct tz_day *d, int64_t year)
{
	int64_t day = days_from_civil(year, 1, 1) + d->day;

	if (d->kind == TZ_WEEKDAY)
		day = weekday_of_month(d, year);
	else if (d->kind == TZ_JULIAN)
		/* Its 60th day is 1 March in any year. */
		day += days_in_month(year, 2) == 29 && d->day >= 60 ? 0 : -1;
	return day * DAY + d->seconds;
}
