/* strptime without locale, globals and guesses. */
#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "base/time.h"
#include "format/when.h"

struct parsed {
	struct civil c;
	int64_t offset, epoch;
	bool has_offset, has_epoch, afternoon, half;
};

bool
when_format(const char *f)
{
	for (; *f != '\0'; f++) {
		if (*f == '%' && (*++f == '\0' ||
		    strchr("YymdebBaAHIMSpzsf%", *f) == NULL))
			return false;
	}
	return true;
}

/* At most so many digits; NULL when there is none. */
static const char *
number(const char *s, int most, int64_t *out)
{
	const char *start = s;

	*out = 0;
	for (; s - start < most && isdigit((unsigned char)*s); s++)
		*out = *out * 10 + (*s - '0');
	return s > start ? s : NULL;
}

static const char *
whole(const char *s, int most, int *out)
{
	int64_t n;

	s = number(s, most, &n);
	*out = (int)n;
	return s;
}

/* The name of a month, or its first three letters. */
static const char *
month(const char *s, int *out)
{
	static const char *const names[] = { "january", "february", "march",
		"april", "may", "june", "july", "august", "september",
		"october", "november", "december" };

	for (int i = 0; i < 12; i++) {
		size_t len = strlen(names[i]);

		if (strncasecmp(s, names[i], 3) != 0)
			continue;
		*out = i + 1;
		return s + (strncasecmp(s, names[i], len) == 0 ? len : 3);
	}
	return NULL;
}

static const char *
offset(const char *s, struct parsed *p)
{
	int hours, minutes = 0, sign = *s == '-' ? -1 : 1;

	p->has_offset = true;
	if (strncmp(s, "UTC", 3) == 0 || strncmp(s, "GMT", 3) == 0)
		return s + 3;
	if (*s == 'Z' || *s == 'z')
		return s + 1;
	if ((*s != '+' && *s != '-') ||
	    (s = whole(s + 1, 2, &hours)) == NULL)
		return NULL;
	if (*s == ':')
		s++;
	if (isdigit((unsigned char)*s) && (s = whole(s, 2, &minutes)) == NULL)
		return NULL;
	if (hours > 15 || minutes > 59)
		return NULL;
	p->offset = sign * (hours * 3600 + minutes * 60);
	return s;
}

static const char *
skip_digits(const char *s)
{
	return s + strspn(s, "0123456789");
}

static const char *
skip_letters(const char *s)
{
	while (isalpha((unsigned char)*s))
		s++;
	return s;
}

static const char *
half_day(const char *s, struct parsed *p)
{
	p->half = true;
	p->afternoon = *s == 'p' || *s == 'P';
	if (!p->afternoon && *s != 'a' && *s != 'A')
		return NULL;
	s += s[1] == '.' ? 2 : 1;
	if (*s != 'm' && *s != 'M')
		return NULL;
	return s + (s[1] == '.' ? 2 : 1);
}

static const char *
conversion(char what, const char *s, struct parsed *p)
{
	int n;

	switch (what) {
	case 'Y':
		return number(s, 4, &p->c.year);
	case 'y':
		s = number(s, 2, &p->c.year);
		p->c.year += p->c.year < 69 ? 2000 : 1900;
		return s;
	case 'm':
		return whole(s, 2, &p->c.month);
	case 'd':
	case 'e':
		return whole(s + strspn(s, " "), 2, &p->c.day);
	case 'b':
	case 'B':
		return month(s, &p->c.month);
	case 'a':
	case 'A':
		return skip_letters(s);
	case 'H':
	case 'I':
		return whole(s, 2, &p->c.hour);
	case 'M':
		return whole(s, 2, &p->c.minute);
	case 'S':
		return whole(s, 2, &p->c.second);
	case 'p':
		return half_day(s, p);
	case 'z':
		return offset(s, p);
	case 's':
		p->has_epoch = true;
		return number(s, 12, &p->epoch);
	case 'f':
		return whole(s, 1, &n) != NULL ? skip_digits(s) : NULL;
	default:
		return *s == '%' ? s + 1 : NULL;
	}
}

static bool
in_range(struct parsed *p)
{
	struct civil *c = &p->c;

	if (p->half) {
		if (c->hour < 1 || c->hour > 12)
			return false;
		c->hour = c->hour % 12 + (p->afternoon ? 12 : 0);
	}
	if (c->second == 60)
		c->second = 59;
	return c->year >= 1 && c->month >= 1 && c->month <= 12 &&
	    c->day >= 1 && c->day <= days_in_month(c->year, c->month) &&
	    c->minute <= 59 && c->second <= 59 && (c->hour <= 23 ||
	    (c->hour == 24 && c->minute == 0 && c->second == 0));
}

int
when_parse(const char *f, const char *s, const struct zone *z, int64_t *out)
{
	struct parsed p = { .c = { 1970, 1, 1, 0, 0, 0, 0 } };
	int64_t local;

	s += strspn(s, " ");
	for (; *f != '\0'; f++) {
		if (*f == ' ') {
			s += strspn(s, " ");
			continue;
		}
		if (*f != '%') {
			if (*s++ != *f)
				return -1;
			continue;
		}
		if ((s = conversion(*++f, s, &p)) == NULL)
			return -1;
	}
	if (s[strspn(s, " ")] != '\0' || !in_range(&p))
		return -1;
	if (p.has_epoch) {
		*out = p.epoch;
		return 0;
	}
	local = civil_to_seconds(&p.c);
	*out = p.has_offset || z == NULL ? local - p.offset :
	    zone_utc(z, local, false);
	return 0;
}

static int
since_1970(const char *s, int64_t *out)
{
	int64_t n = 0;
	bool told = *s == '@';

	s += told;
	if (!isdigit((unsigned char)*s))
		return -1;
	for (; isdigit((unsigned char)*s); s++) {
		if (n > INT64_MAX / 10 - 1)
			return -1;
		n = n * 10 + (*s - '0');
	}
	if (*s == '.')
		s = skip_digits(s + 1);
	/* Below 1980 it is a number of something else, unless it says so. */
	if (*s != '\0' || (n < 315532800 && !told))
		return -1;
	while (n > INT64_C(100000000000))
		n /= 1000;
	*out = n;
	return 0;
}

int
when_guess(const char *s, const struct zone *z, int64_t *out)
{
	static const char *const formats[] = { "%Y-%m-%d %H:%M:%S %z",
		"%Y/%m/%d %H:%M:%S %z", "%Y-%m-%dT%H:%M:%S%z",
		"%Y-%m-%dT%H:%M:%S.%f%z", "%Y-%m-%d %H:%M:%S.%f %z",
		"%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d",
		"%Y/%m/%d", "%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M",
		"%Y-%m-%d %H:%M %z", "%Y-%m-%dT%H:%M%z",
		"%Y%m%dT%H%M%S%z", "%Y%m%dT%H%M%S", "%Y%m%d",
		"%Y-%m-%d %H:%M:%S.%f", "%Y-%m-%dT%H:%M:%S.%f",
		"%Y-%m-%d %H:%M:%S,%f", "%Y-%m-%dT%H:%M:%S,%f",
		"%Y-%m-%d %H:%M:%S,%f %z", "%Y-%m-%dT%H:%M:%S,%f%z",
		"%Y/%m/%d %H:%M:%S", "%Y/%m/%d %H:%M", "%Y%m%dT%H%M%z",
		"%Y%m%dT%H%M", "%a %b %d %H:%M:%S %Y",
		"%a %b %d %H:%M:%S %z %Y", "%a %b %d %H:%M:%S %Y %z",
		"%a, %d %b %Y %H:%M:%S %z", "%d %b %Y %H:%M:%S %z",
		"%d %b %Y %H:%M:%S", "%d %b %Y %H:%M", "%d %b %Y" };

	if (time_parse(s, out) == 0 || since_1970(s, out) == 0)
		return 0;
	for (size_t i = 0; i < sizeof(formats) / sizeof(*formats); i++) {
		if (when_parse(formats[i], s, z, out) == 0)
			return 0;
	}
	return -1;
}
