/* Days of the year by rule. */
#include <string.h>
#include <strings.h>

#include "base/time.h"
#include "domain/calendar/dayrule.h"

#define DAY	INT64_C(86400)
#define WORDS	14
#define BEHIND	6	/* empty ones that may be looked at */

struct dayrule {
	enum { DATE, NTH, BEFORE, NEAR, AFTER, EASTER, ORTHODOX } kind;
	int month, day;		/* of a DATE; of NTH 1-5, 6 for the last */
	int weekday;
	int on;			/* BEFORE and AFTER: 1 when on it, too */
	const struct dayrule *of;	/* of BEFORE, NEAR, AFTER */
	const struct dayrule *to;	/* the last day of a range, or NULL */
	int64_t plus;		/* days */
	int64_t first, last, every;	/* years */
};

static const char *const weekdays[] = { "sunday", "monday", "tuesday",
	"wednesday", "thursday", "friday", "saturday", NULL };
static const char *const months[] = { "january", "february", "march", "april",
	"may", "june", "july", "august", "september", "october", "november",
	"december", NULL };
static const char *const ordinals[] = { "first", "second", "third", "fourth",
	"fifth", "last", NULL };

/* The place of a word in a list, by its first three letters or all. */
static int
place(const char *const *list, const char *s, size_t len)
{
	for (int i = 0; list[i] != NULL; i++) {
		if ((len == 3 || len == strlen(list[i])) &&
		    strncasecmp(list[i], s, len) == 0)
			return i;
	}
	return -1;
}

int
weekday_parse(const char *s, size_t len)
{
	return place(weekdays, s, len);
}

/* Digits, and what may follow them; -1 for any other word. */
static int
number(const char *s, const char *const *endings, int low, int high)
{
	size_t len = strspn(s, "0123456789");
	int n = 0;

	if (len == 0 || len > 4)
		return -1;
	for (size_t i = 0; i < len; i++)
		n = n * 10 + (s[i] - '0');
	for (s += len; *s != '\0' && *endings != NULL; endings++) {
		if (strcasecmp(s, *endings) == 0)
			s = "";
	}
	return *s == '\0' && n >= low && n <= high ? n : -1;
}

static const char *const none[] = { NULL };
static const char *const of_day[] = { "st", "nd", "rd", "th", ".", NULL };

static bool
is(const char *word, const char *want)
{
	return strcasecmp(word, want) == 0;
}

/* The words of a text, lower case or not; -1 when they are too many. */
static int
split(char *s, const char *word[WORDS + BEHIND])
{
	char *save;
	int n = 0;

	for (s = strtok_r(s, " ", &save); s != NULL;
	    s = strtok_r(NULL, " ", &save)) {
		if (n == WORDS)
			return -1;
		word[n++] = s;
	}
	for (int i = n; i < WORDS + BEHIND; i++)
		word[i] = "";
	return n;
}

/* "12-24" */
static bool
month_day(const char *s, struct dayrule *r)
{
	char month[3] = { s[0], s[0] != '\0' ? s[1] : '\0', '\0' };

	if (strlen(s) != 5 || s[2] != '-')
		return false;
	r->month = number(month, none, 1, 12);
	r->day = number(s + 3, none, 1, 31);
	return true;
}

/*
 * "25 december", "december 25th", "12-25", "2026-12-25": how many words it
 * is, -1 for a day that no year has.
 */
static int
date(const char *const *word, struct dayrule *r)
{
	int name = place(months, word[0], strlen(word[0])) >= 0 ? 0 : 1;
	int64_t day;

	r->kind = DATE;
	if (date_parse(word[0], &day) == 0) {
		struct civil c = civil_from_seconds(day * DAY);

		r->month = c.month;
		r->day = c.day;
		r->first = r->last = c.year;
		return 1;
	}
	if (!month_day(word[0], r)) {
		r->month = place(months, word[name], strlen(word[name])) + 1;
		r->day = number(word[1 - name], of_day, 1, 31);
		name = 2;
	} else
		name = 1;
	return r->month > 0 && r->day > 0 &&
	    r->day <= days_in_month(2000, r->month) ? name : -1;
}

/* "first", "1st", "last" to 1-6; 0 for any other word. */
static int
nth(const char *word)
{
	static const char *const short_ones[] = { "1st", "2nd", "3rd", "4th",
		"5th" };

	for (int i = 0; i < 5; i++) {
		if (is(word, short_ones[i]))
			return i + 1;
	}
	for (int i = 0; ordinals[i] != NULL; i++) {
		if (is(word, ordinals[i]))
			return i + 1;
	}
	return 0;
}

static int base(const char *const *, struct dayrule *, struct arena *);

/* "monday before 25 may", "friday on or after easter": words, or -1. */
static int
relative(const char *const *word, struct dayrule *r, struct arena *a)
{
	struct dayrule *of = arena_zalloc(a, sizeof(*of));
	int n = 1;

	of->last = INT64_MAX;
	of->every = 1;
	r->of = of;
	if (is(word[1], "on") && is(word[2], "or")) {
		r->on = 1;
		n = 3;
	}
	if (is(word[n], "before"))
		r->kind = BEFORE;
	else if (is(word[n], "after"))
		r->kind = AFTER;
	else if (is(word[n], "nearest") && r->on == 0)
		r->kind = NEAR;
	else
		return -1;
	n++;
	r->day = base(word + n, of, a);
	/* Only a date of one year says which years it is of. */
	r->first = of->first;
	r->last = of->last;
	return r->day < 0 ? -1 : n + r->day;
}

/* The day before any words behind it; how many words it is, or -1. */
static int
base(const char *const *word, struct dayrule *r, struct arena *a)
{
	if (is(word[0], "easter")) {
		r->kind = EASTER;
		return 1;
	}
	if (is(word[0], "orthodox")) {
		r->kind = ORTHODOX;
		return is(word[1], "easter") ? 2 : -1;
	}
	if (nth(word[0]) > 0) {
		r->kind = NTH;
		r->day = nth(word[0]);
		r->weekday = weekday_parse(word[1], strlen(word[1]));
		r->month = place(months, word[3], strlen(word[3])) + 1;
		return r->weekday >= 0 && (is(word[2], "of") ||
		    is(word[2], "in")) && r->month > 0 ? 4 : -1;
	}
	r->weekday = weekday_parse(word[0], strlen(word[0]));
	return r->weekday >= 0 ? relative(word, r, a) : date(word, r);
}

static int
parse(const char *text, struct dayrule *r, struct arena *a)
{
	const char *word[WORDS + BEHIND];
	int n = split(arena_strdup(a, text), word);
	int i, v;

	r->last = INT64_MAX;
	r->every = 1;
	i = n > 0 ? base(word, r, a) : -1;
	for (; i > 0 && i < n; i += 2) {
		if ((v = number(word[i + 1], none, 0, 9999)) < 0)
			return -1;
		if (is(word[i], "+"))
			r->plus = v;
		else if (is(word[i], "-"))
			r->plus = -v;
		else if (is(word[i], "from"))
			r->first = v;
		else if (is(word[i], "until"))
			r->last = v;
		else if (is(word[i], "every") && v > 0 &&
		    is(word[i + 2], "years")) {
			r->every = v;
			i++;
		} else
			return -1;
	}
	/* Every few years of which one is known. */
	return i < 0 || r->plus < -366 || r->plus > 366 ||
	    (r->every > 1 && r->first == 0) ? -1 : 0;
}

int
dayrule_parse(const struct dayrule **out, const char *text, struct arena *a)
{
	struct dayrule *r = arena_zalloc(a, sizeof(*r)), *to;
	const char *dots = strstr(text, "..");
	int64_t from, last;

	*out = r;
	if (dots == NULL)
		return parse(text, r, a);
	r->to = to = arena_zalloc(a, sizeof(*to));
	if (parse(arena_strndup(a, text, (size_t)(dots - text)), r, a) < 0 ||
	    parse(dots + 2, to, a) < 0)
		return -1;
	/* Of one year both, or neither. */
	if ((r->first == r->last) != (to->first == to->last))
		return -1;
	return r->first == r->last && !dayrule_days(r, r->first, &from, &last) ?
	    -1 : 0;
}

/* Butcher's rule for the Gregorian calendar. */
static int64_t
easter(int64_t y)
{
	int64_t a = y % 19, b = y / 100, c = y % 100;
	int64_t h = (19 * a + b - b / 4 - (b - (b + 8) / 25 + 1) / 3 + 15) % 30;
	int64_t l = (32 + 2 * (b % 4) + 2 * (c / 4) - h - c % 4) % 7;
	int64_t m = (a + 11 * h + 22 * l) / 451, n = h + l - 7 * m + 114;

	return days_from_civil(y, (int)(n / 31), (int)(n % 31) + 1);
}

/*
 * The Julian calendar's (Meeus), as a day of ours: the calendars drift apart
 * by a day in each century but those that 400 divides.
 */
static int64_t
orthodox_easter(int64_t y)
{
	int64_t d = (19 * (y % 19) + 15) % 30;
	int64_t e = (2 * (y % 4) + 4 * (y % 7) - d + 34) % 7, n = d + e + 114;

	return days_from_civil(y, (int)(n / 31), (int)(n % 31) + 1) + y / 100 -
	    y / 400 - 2;
}

static int
weekday_of(int64_t day)
{
	return civil_from_seconds(day * DAY).weekday;
}

static bool
nth_day(const struct dayrule *r, int64_t year, int64_t *day)
{
	int length = days_in_month(year, r->month), skip;

	*day = days_from_civil(year, r->month, 1);
	skip = (r->weekday - weekday_of(*day) + 7) % 7 +
	    7 * (r->day < 6 ? r->day - 1 : 4);
	if (skip >= length && r->day < 6)
		return false;
	*day += skip < length ? skip : skip - 7;
	return true;
}

/* The day itself, whatever the years that it is said for. */
static bool
find(const struct dayrule *r, int64_t year, int64_t *day)
{
	switch (r->kind) {
	case EASTER: *day = easter(year); break;
	case ORTHODOX: *day = orthodox_easter(year); break;
	case NTH:
		if (!nth_day(r, year, day))
			return false;
		break;
	case DATE:
		if (r->day > days_in_month(year, r->month))
			return false;
		*day = days_from_civil(year, r->month, r->day);
		break;
	default:
		if (!find(r->of, year, day))
			return false;
		if (r->kind == BEFORE)
			*day -= (weekday_of(*day + r->on) - r->weekday + 6) %
			    7 + 1 - r->on;
		else if (r->kind == NEAR)
			*day += (r->weekday - weekday_of(*day) + 10) % 7 - 3;
		else
			*day += (r->weekday - weekday_of(*day - r->on) + 6) %
			    7 + 1 - r->on;
	}
	*day += r->plus;
	return true;
}

bool
dayrule_days(const struct dayrule *r, int64_t year, int64_t *from, int64_t *to)
{
	if (year < r->first || year > r->last ||
	    (year - r->first) % r->every != 0 || !find(r, year, from))
		return false;
	*to = *from;
	if (r->to == NULL)
		return true;
	if (r->to->first == r->to->last)
		year = r->to->first;
	if (!find(r->to, year, to) ||
	    (*to < *from && !find(r->to, year + 1, to)))
		return false;
	return *to >= *from && *to - *from < DAYRULE_LONGEST;
}
