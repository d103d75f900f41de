#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/time.h"

#define DAY	INT64_C(86400)

static bool
digits(const char **s, int n, int *out)
{
	int v = 0;

	for (int i = 0; i < n; i++) {
		char c = (*s)[i];

		if (c < '0' || c > '9')
			return false;
		v = v * 10 + (c - '0');
	}
	*s += n;
	*out = v;
	return true;
}

static bool
literal(const char **s, char c)
{
	if (**s != c)
		return false;
	(*s)++;
	return true;
}

static bool
parse_date(const char **s, struct civil *c)
{
	int year;

	if (!digits(s, 4, &year) || !literal(s, '-') ||
	    !digits(s, 2, &c->month) || !literal(s, '-') ||
	    !digits(s, 2, &c->day))
		return false;
	c->year = year;
	return year >= 1 && c->month >= 1 && c->month <= 12 && c->day >= 1 &&
	    c->day <= days_in_month(year, c->month);
}

int
time_parse(const char *s, int64_t *t)
{
	struct civil c = { 0 };
	int hours = 0, minutes = 0;
	int64_t sign = 0, at;

	if (!parse_date(&s, &c) || (*s != 'T' && *s != 't' && *s != ' '))
		return -1;
	s++;
	if (!digits(&s, 2, &c.hour) || !literal(&s, ':') ||
	    !digits(&s, 2, &c.minute) || !literal(&s, ':') ||
	    !digits(&s, 2, &c.second) || c.hour > 23 || c.minute > 59 ||
	    c.second > 60)
		return -1;
	if (c.second == 60)
		c.second = 59;
	if (literal(&s, '.')) {
		if (*s < '0' || *s > '9')
			return -1;
		while (*s >= '0' && *s <= '9')
			s++;
	}
	if (*s == '+' || *s == '-') {
		sign = *s++ == '+' ? 1 : -1;
		if (!digits(&s, 2, &hours) || !literal(&s, ':') ||
		    !digits(&s, 2, &minutes) || hours > 23 || minutes > 59)
			return -1;
	} else if (!literal(&s, 'Z') && !literal(&s, 'z'))
		return -1;
	if (*s != '\0')
		return -1;
	at = civil_to_seconds(&c) - sign * (hours * 3600 + minutes * 60);
	if (at < TIME_MIN || at > TIME_MAX)
		return -1;
	*t = at;
	return 0;
}

static char *
two_digits(char *p, int n, char behind)
{
	p[0] = (char)('0' + n / 10);
	p[1] = (char)('0' + n % 10);
	p[2] = behind;
	return p + 3;
}

/* By hand: printf would be half of what writing a record costs. */
char *
time_format(int64_t t, char out[TIME_TEXT])
{
	struct civil c = civil_from_seconds(t);
	char *p = out;

	if (c.year < 0 || c.year > 9999) {
		snprintf(out, TIME_TEXT, "%04d-%02d-%02dT%02d:%02d:%02dZ",
		    (int)c.year, c.month, c.day, c.hour, c.minute, c.second);
		return out;
	}
	two_digits(p, (int)c.year / 100, '\0');
	p = two_digits(p + 2, (int)c.year % 100, '-');
	p = two_digits(p, c.month, '-');
	p = two_digits(p, c.day, 'T');
	p = two_digits(p, c.hour, ':');
	p = two_digits(p, c.minute, ':');
	p = two_digits(p, c.second, 'Z');
	*p = '\0';
	return out;
}

int
date_parse(const char *s, int64_t *day)
{
	struct civil c = { 0 };

	if (!parse_date(&s, &c) || *s != '\0')
		return -1;
	*day = days_from_civil(c.year, c.month, c.day);
	return 0;
}

/*
 * Years are counted from 1 March, so that the leap day is the last of its
 * year; 400 of them are always 146,097 days.
 */
int64_t
days_from_civil(int64_t year, int month, int day)
{
	int64_t y = year - (month <= 2);
	int64_t era = (y >= 0 ? y : y - 399) / 400;
	int64_t of_era = y - era * 400;
	int64_t of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 +
	    day - 1;

	return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 +
	    of_year - 719468;
}

struct civil
civil_from_seconds(int64_t t)
{
	struct civil c;
	int64_t days = (t >= 0 ? t : t - (DAY - 1)) / DAY;
	int64_t rest = t - days * DAY;
	int64_t z = days + 719468;
	int64_t era = (z >= 0 ? z : z - 146096) / 146097;
	int64_t d = z - era * 146097;
	int64_t y = (d - d / 1460 + d / 36524 - d / 146096) / 365;
	int64_t of_year = d - (365 * y + y / 4 - y / 100);
	int64_t m = (5 * of_year + 2) / 153;

	c.day = (int)(of_year - (153 * m + 2) / 5 + 1);
	c.month = (int)(m < 10 ? m + 3 : m - 9);
	c.year = y + era * 400 + (c.month <= 2);
	c.hour = (int)(rest / 3600);
	c.minute = (int)(rest / 60 % 60);
	c.second = (int)(rest % 60);
	c.weekday = (int)(((days + 4) % 7 + 7) % 7);
	return c;
}

int64_t
civil_to_seconds(const struct civil *c)
{
	return days_from_civil(c->year, c->month, c->day) * DAY +
	    c->hour * 3600 + c->minute * 60 + c->second;
}

int
days_in_month(int64_t year, int month)
{
	static const int days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31,
		30, 31 };

	if (month == 2 && year % 4 == 0 && (year % 100 != 0 || year % 400 == 0))
		return 29;
	return days[month - 1];
}

static char *
format_units(int64_t s, char out[TIME_TEXT], int most, const char *gap)
{
	/* No days: 26 hours are 26 hours on any calendar. */
	static const struct {
		int64_t seconds;
		char name;
	} units[] = { { 3600, 'h' }, { 60, 'm' }, { 1, 's' } };
	size_t u = 0;
	int n = 0, used = 0;

	out[0] = '\0';
	if (s < 0) {
		out[n++] = '-';
		s = -s;
	}
	for (; u < 3 && used < most; u++) {
		int64_t v = s / units[u].seconds;

		if (v == 0 && used == 0 && u < 2)
			continue;
		s %= units[u].seconds;
		used++;
		if (v == 0 && used > 1)
			continue;
		n += snprintf(out + n, (size_t)(TIME_TEXT - n),
		    "%s%" PRId64 "%c", used > 1 ? gap : "", v, units[u].name);
	}
	return out;
}

char *
duration_format(int64_t s, char out[TIME_TEXT])
{
	return format_units(s, out, 2, " ");
}

char *
duration_exact(int64_t s, char out[TIME_TEXT])
{
	return format_units(s, out, 3, "");
}
