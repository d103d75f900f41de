#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "base/time.h"
#include "format/fromline.h"

#define FROM_MAX	1000	/* a longer line is none */
#define WORDS		8	/* of a date */

struct word {
	const char *s;
	size_t len;
};

struct date {
	struct civil civil;
	int64_t zone;		/* seconds east */
	bool month, day, year, time;
};

static bool
next_word(const char **s, const char *end, struct word *w)
{
	while (*s < end && (**s == ' ' || **s == '\t'))
		(*s)++;
	w->s = *s;
	while (*s < end && **s != ' ' && **s != '\t')
		(*s)++;
	w->len = (size_t)(*s - w->s);
	return w->len > 0;
}

/* Which of the names of three letters it is, from 0, or -1. */
static int
one_of(const char *names, const struct word *w)
{
	if (w->len != 3)
		return -1;
	for (int i = 0; names[3 * i] != '\0'; i++) {
		if (strncasecmp(names + 3 * i, w->s, 3) == 0)
			return i;
	}
	return -1;
}

/* A number of so many digits, or -1. */
static int
number(const char *s, size_t len, size_t least, size_t most)
{
	int n = 0;

	if (len < least || len > most)
		return -1;
	for (size_t i = 0; i < len; i++) {
		if (!isdigit((unsigned char)s[i]))
			return -1;
		n = n * 10 + (s[i] - '0');
	}
	return n;
}

/* 11:19:12, 11:19, 9:05, or 11:19:12Z. */
static bool
clock_time(const struct word *w, struct civil *c)
{
	const char *s = w->s, *end = s + w->len, *colon;
	int part[3] = { 0, 0, 0 }, n = 0;

	if (w->len > 4 && (end[-1] == 'Z' || end[-1] == 'z'))
		end--;
	for (; n < 3 && s < end; n++) {
		if ((colon = memchr(s, ':', (size_t)(end - s))) == NULL)
			colon = end;
		part[n] = number(s, (size_t)(colon - s), n > 0 ? 2 : 1, 2);
		if (part[n] < 0)
			return false;
		s = colon < end ? colon + 1 : end;
	}
	c->hour = part[0];
	c->minute = part[1];
	c->second = part[2] > 59 ? 59 : part[2];
	return n >= 2 && s == end && c->hour < 24 && c->minute < 60 &&
	    part[2] < 62;
}

/* "-0800" and "+00:00" in seconds east of Greenwich. */
static bool
zone(const struct word *w, int64_t *seconds)
{
	int hours, minutes;

	if ((w->len != 5 && (w->len != 6 || w->s[3] != ':')) ||
	    (*w->s != '+' && *w->s != '-'))
		return false;
	hours = number(w->s + 1, 2, 2, 2);
	minutes = number(w->s + w->len - 2, 2, 2, 2);
	if (hours < 0 || minutes < 0)
		return false;
	*seconds = (hours * 60 + minutes) * (*w->s == '-' ? -60 : 60);
	return true;
}

/* 2026-01-12 and 2026-01-12T18:00:00. */
static bool
iso_date(const struct word *w, struct date *d)
{
	struct word rest, behind;

	if (w->len < 10 || w->s[4] != '-' || w->s[7] != '-' ||
	    (w->len > 10 && w->s[10] != 'T'))
		return false;
	d->civil.year = number(w->s, 4, 4, 4);
	d->civil.month = number(w->s + 5, 2, 2, 2);
	d->civil.day = number(w->s + 8, 2, 2, 2);
	d->year = d->month = d->day = true;
	if (w->len == 10)
		return true;
	rest = (struct word){ w->s + 11, w->len > 19 ? 8 : w->len - 11 };
	behind = (struct word){ w->s + 19, w->len > 19 ? w->len - 19 : 0 };
	zone(&behind, &d->zone);
	d->time = clock_time(&rest, &d->civil);
	return d->time;
}

/* Takes a word of a date; false when it can be none. */
static bool
date_word(struct date *d, const struct word *w)
{
	static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
	int n;

	if (!d->month && (n = one_of(months, w)) >= 0) {
		d->month = true;
		d->civil.month = n + 1;
	} else if (!d->day && (n = number(w->s, w->len, 1, 2)) >= 0) {
		d->day = true;
		d->civil.day = n;
	} else if (!d->time && clock_time(w, &d->civil)) {
		d->time = true;
	} else if (!d->year && (n = number(w->s, w->len, d->time ? 2 : 4,
	    4)) >= 0) {
		d->year = true;
		d->civil.year = n > 99 ? n : n < 70 ? 2000 + n : 1900 + n;
	} else if (d->time) {
		zone(w, &d->zone);
	} else {
		return !d->year && !d->month && !d->day && iso_date(w, d);
	}
	return true;
}

/* Whether the rest of the line is a date, with words behind it perhaps. */
static bool
date(const char *s, const char *end, int64_t *at)
{
	struct date d = { { 0 }, 0, false, false, false, false };
	struct civil *c = &d.civil;
	struct word w;

	for (int i = 0; i < WORDS && next_word(&s, end, &w); i++) {
		if (!date_word(&d, &w))
			return false;
	}
	if (!d.month || !d.day || !d.year || !d.time || c->month < 1 ||
	    c->month > 12 || c->day < 1 || c->year < 1970 ||
	    c->day > days_in_month(c->year, c->month))
		return false;
	if (at != NULL)
		*at = civil_to_seconds(c) - d.zone;
	return true;
}

bool
from_line(const char *s, size_t len, int64_t *at)
{
	static const char days[] = "MonTueWedThuFriSatSun";
	const char *end = s + len;
	struct word w;

	if (len < 5 || len > FROM_MAX || memcmp(s, "From ", 5) != 0)
		return false;
	for (s += 5; next_word(&s, end, &w);) {
		if (w.len == 4 && w.s[3] == ',')
			w.len = 3;
		if (one_of(days, &w) >= 0 && date(s, end, at))
			return true;
		if (isdigit((unsigned char)*w.s) && date(w.s, end, at))
			return true;
	}
	return false;
}
