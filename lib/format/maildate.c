#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "base/time.h"
#include "format/maildate.h"

#define LENGTH_MAX	200
#define HOUR		3600
#define NO_HOUR		99

#define COUNT(a)	(sizeof(a) / sizeof((a)[0]))

struct date {
	const char *s, *end;
	int day, month, year;		/* -1 without; the year of 4 digits */
	int hour, minute, second;	/* hour -1 without */
	int half;			/* 1 am, 2 pm */
	bool zoned, numeric;		/* a zone came; as a number */
	int32_t zone;
};

/* What months start with, longer ones before what they start with. */
static const struct {
	const char *name;
	int month;
} months[] = {
	{ "červenec", 7 }, { "července", 7 }, { "čvc", 7 }, { "jan", 1 },
	{ "feb", 2 }, { "mar", 3 }, { "apr", 4 }, { "may", 5 }, { "jun", 6 },
	{ "jul", 7 }, { "aug", 8 }, { "sep", 9 }, { "oct", 10 },
	{ "nov", 11 }, { "dec", 12 }, { "jän", 1 }, { "mär", 3 },
	{ "mrz", 3 }, { "mai", 5 }, { "okt", 10 }, { "dez", 12 }, { "fév", 2 },
	{ "fev", 2 }, { "avr", 4 }, { "juin", 6 }, { "juil", 7 },
	{ "aoû", 8 }, { "aou", 8 }, { "déc", 12 }, { "ene", 1 },
	{ "abr", 4 }, { "ago", 8 }, { "dic", 12 }, { "gen", 1 },
	{ "mag", 5 }, { "giu", 6 }, { "lug", 7 }, { "set", 9 }, { "ott", 10 },
	{ "out", 10 }, { "mrt", 3 }, { "maa", 3 }, { "mei", 5 }, { "maj", 5 },
	{ "des", 12 }, { "sty", 1 }, { "lut", 2 }, { "kwi", 4 }, { "cze", 6 },
	{ "lip", 7 }, { "sie", 8 }, { "wrz", 9 }, { "paź", 10 }, { "lis", 11 },
	{ "gru", 12 }, { "led", 1 }, { "úno", 2 }, { "bře", 3 }, { "dub", 4 },
	{ "kvě", 5 }, { "čer", 6 }, { "srp", 8 }, { "zář", 9 }, { "říj", 10 },
	{ "pro", 12 }, { "tammi", 1 }, { "helmi", 2 }, { "huhti", 4 },
	{ "touko", 5 }, { "kesä", 6 }, { "heinä", 7 }, { "elo", 8 },
	{ "syys", 9 }, { "loka", 10 }, { "marras", 11 }, { "joulu", 12 },
	{ "oca", 1 }, { "şub", 2 }, { "nis", 4 }, { "haz", 6 }, { "tem", 7 },
	{ "ağu", 8 }, { "eyl", 9 }, { "eki", 10 }, { "kas", 11 },
	{ "ara", 12 }, { "már", 3 }, { "ápr", 4 }, { "máj", 5 }, { "jún", 6 },
	{ "júl", 7 }, { "ian", 1 }, { "iun", 6 }, { "iul", 7 }, { "noi", 11 },
	{ "янв", 1 }, { "фев", 2 }, { "мар", 3 }, { "апр", 4 }, { "мая", 5 },
	{ "май", 5 }, { "июн", 6 }, { "июл", 7 }, { "авг", 8 }, { "сен", 9 },
	{ "окт", 10 }, { "ноя", 11 }, { "дек", 12 }, { "січ", 1 },
	{ "лют", 2 }, { "бер", 3 }, { "кві", 4 }, { "тра", 5 }, { "чер", 6 },
	{ "лип", 7 }, { "сер", 8 }, { "вер", 9 }, { "жов", 10 }, { "лис", 11 },
	{ "гру", 12 }, { "Ιαν", 1 }, { "Φεβ", 2 }, { "Μαρ", 3 },
	{ "Μάρ", 3 }, { "Απρ", 4 }, { "Μαΐ", 5 }, { "Μαϊ", 5 }, { "Μάι", 5 },
	{ "Ιουν", 6 }, { "Ιουλ", 7 }, { "Αυγ", 8 }, { "Αύγ", 8 },
	{ "Σεπ", 9 }, { "Οκτ", 10 }, { "Νοε", 11 }, { "Δεκ", 12 },
};

/* Minutes east. Single letters but Z say nothing (RFC 5322, 4.3). */
static const struct {
	const char *name;
	int minutes;
} zones[] = {
	{ "Z", 0 }, { "UT", 0 }, { "UTC", 0 }, { "GMT", 0 }, { "WET", 0 },
	{ "EST", -300 }, { "EDT", -240 }, { "CST", -360 }, { "CDT", -300 },
	{ "MST", -420 }, { "MDT", -360 }, { "PST", -480 }, { "PDT", -420 },
	{ "AST", -240 }, { "ADT", -180 }, { "NST", -210 }, { "NDT", -150 },
	{ "AKST", -540 }, { "AKDT", -480 }, { "HST", -600 }, { "BRT", -180 },
	{ "ART", -180 }, { "CLT", -240 }, { "COT", -300 }, { "BST", 60 },
	{ "WEST", 60 }, { "CET", 60 }, { "MET", 60 }, { "MEZ", 60 },
	{ "CEST", 120 }, { "MEST", 120 }, { "MESZ", 120 }, { "EET", 120 },
	{ "SAST", 120 }, { "EEST", 180 }, { "MSK", 180 }, { "TRT", 180 },
	{ "MSD", 240 }, { "GST", 240 }, { "PKT", 300 }, { "IST", 330 },
	{ "ICT", 420 }, { "WIB", 420 }, { "SGT", 480 }, { "HKT", 480 },
	{ "PHT", 480 }, { "AWST", 480 }, { "JST", 540 }, { "KST", 540 },
	{ "ACST", 570 }, { "AEST", 600 }, { "ACDT", 630 }, { "AEDT", 660 },
	{ "NZST", 720 }, { "NZT", 720 }, { "NZDT", 780 },
};

static bool
digit(const struct date *d, const char *s)
{
	return s < d->end && isdigit((unsigned char)*s);
}

/* The number at s, at most 9 digits; *n of them. */
static int
number(const struct date *d, const char *s, int *n)
{
	int v = 0;

	for (*n = 0; digit(d, s) && *n < 9; s++, (*n)++)
		v = v * 10 + (*s - '0');
	return v;
}

/* RFC 5322, 4.3: two digits up to 49 are of this century. */
static int
full_year(int v, int digits)
{
	if (digits == 2)
		return v < 50 ? 2000 + v : 1900 + v;
	return digits == 3 ? 1900 + v : v;
}

/* "+0100", "+01:00", "+2", "-5:30"; false when it is no offset. */
static bool
offset(struct date *d, const char **at)
{
	int sign = **at == '-' ? -1 : 1, n, h, m = 0, k;
	const char *s = *at + 1;

	h = number(d, s, &n);
	s += n;
	if (n == 4 || n == 3) {
		m = h % 100;
		h /= 100;
	} else if (n == 1 || n == 2) {
		if (s < d->end && *s == ':' && digit(d, s + 1)) {
			m = number(d, s + 1, &k);
			s += 1 + k;
		}
	} else
		return false;
	*at = s;
	if (d->zoned && d->numeric)
		return true;
	/* No place on earth: then it says nothing. */
	d->zoned = d->numeric = h <= 15 && m < 60;
	d->zone = d->zoned ? sign * (h * HOUR + m * 60) : 0;
	return true;
}

static bool
time_of_day(struct date *d, const char **at)
{
	const char *s = *at;
	int n, v = number(d, s, &n), k;

	if (n > 2 || s + n >= d->end || d->hour >= 0 ||
	    (s[n] != ':' && s[n] != 'h' && s[n] != '.') || !digit(d, s + n + 1))
		return false;
	d->minute = number(d, s + n + 1, &k);
	if (k != 2 || (s[n] == '.' && (v > 23 || d->minute > 59 ||
	    d->year < 0 || (s + n + 3 < d->end && s[n + 3] == '.' &&
	    digit(d, s + n + 4) && d->month < 0))))
		return false;
	if (v > 23 || d->minute > 59)
		v = NO_HOUR;		/* and not what follows it */
	d->hour = v;
	d->second = 0;
	s += n + 1 + k;
	if (s + 2 < d->end && (*s == ':' || *s == '.') && digit(d, s + 1)) {
		d->second = number(d, s + 1, &k);
		s += 1 + k;
	}
	if (s < d->end && (*s == '.' || *s == ',') && digit(d, s + 1))
		for (s++; digit(d, s);)
			s++;
	*at = s;
	return true;
}

/* "2026-01-12", "12.01.2026", "12/31/26". */
static bool
all_numbers(struct date *d, const char **at)
{
	const char *s = *at;
	int v[3], n[3], i;
	char sign = '\0';

	for (i = 0; i < 3; i++) {
		v[i] = number(d, s, &n[i]);
		s += n[i];
		if (n[i] == 0 || n[i] > 4)
			return false;
		if (i == 2)
			break;
		if (s >= d->end || strchr("-./", *s) == NULL ||
		    (i > 0 && *s != sign))
			return false;
		sign = *s++;
		while (s < d->end && *s == ' ')
			s++;
	}
	if (n[0] == 4) {
		d->year = v[0], d->month = v[1], d->day = v[2];
	} else if (sign == '/' && v[1] > 12) {
		d->month = v[0], d->day = v[1];
	} else if (sign == '/' && v[0] <= 12 && v[0] != v[1]) {
		d->month = 13;		/* either */
		d->day = v[0];
	} else
		d->day = v[0], d->month = v[1];
	if (n[0] != 4)
		d->year = full_year(v[2], n[2]);
	*at = s;
	return true;
}

static void
single(struct date *d, const char **at)
{
	static const char *const units[] = { "年", "月", "日", "년", "월",
	    "일" };
	const char *s = *at;
	int n, v = number(d, s, &n);

	*at = s + n;
	while (digit(d, *at))
		(*at)++;
	s = *at;
	while (s < d->end && *s == ' ')
		s++;
	for (size_t i = 0; i < COUNT(units); i++)
		if (d->end - s >= 3 && memcmp(s, units[i], 3) == 0) {
			*(i % 3 == 0 ? &d->year : i % 3 == 1 ? &d->month :
			    &d->day) = v;
			return;
		}
	if (n == 4 && d->year < 0)
		d->year = v;
	else if (n <= 2 && d->day < 0)
		d->day = v;
	else if (d->year < 0 && d->month > 0 && n <= 3)
		d->year = full_year(v, n);
}

static bool
starts(const char *s, size_t n, const char *name)
{
	size_t k = strlen(name);

	return n >= k && strncasecmp(s, name, k) == 0;
}

static void
word(struct date *d, const char **at)
{
	const char *s = *at;
	size_t n = 0;

	while (s + n < d->end && (isalpha((unsigned char)s[n]) ||
	    (unsigned char)s[n] >= 0x80))
		n++;
	*at = s + n;
	if (n <= 2 && (starts(s, n, "am") || starts(s, n, "pm")))
		d->half = (*s | 0x20) == 'a' ? 1 : 2;
	else if (starts(s, n, "上午") || starts(s, n, "오전") ||
	    starts(s, n, "午前"))
		d->half = 1;
	else if (starts(s, n, "下午") || starts(s, n, "오후") ||
	    starts(s, n, "午後"))
		d->half = 2;
	for (size_t i = 0; i < COUNT(zones) && d->hour >= 0; i++)
		if (strlen(zones[i].name) == n &&
		    strncasecmp(s, zones[i].name, n) == 0) {
			if (!d->zoned)
				d->zone = zones[i].minutes * 60;
			d->zoned = true;
			if (zones[i].minutes == 0 && *at < d->end &&
			    (**at == '+' || **at == '-'))
				offset(d, at);	/* "GMT+2" */
			return;
		}
	for (size_t i = 0; i < COUNT(months); i++)
		if (starts(s, n, months[i].name)) {
			d->month = months[i].month;
			return;
		}
}

static void
read_date(struct date *d)
{
	const char *s = d->s;
	int comment = 0;

	while (s < d->end) {
		if (*s == '(' && d->hour >= 0)
			comment++;
		else if (*s == ')' && comment > 0)
			comment--;
		if (comment > 0 && d->zoned) {
			s++;
		} else if (isdigit((unsigned char)*s)) {
			if (!time_of_day(d, &s) && !all_numbers(d, &s))
				single(d, &s);
		} else if (isalpha((unsigned char)*s) ||
		    (unsigned char)*s >= 0x80) {
			word(d, &s);
		} else if ((*s == '+' || *s == '-') && d->hour >= 0 &&
		    digit(d, s + 1)) {
			if (!offset(d, &s))
				s++;
		} else
			s++;
	}
}

bool
mail_date(const char *s, size_t len, int32_t *zone, int64_t *t)
{
	struct date d = { .s = s, .end = s + (len < LENGTH_MAX ? len :
	    LENGTH_MAX), .day = -1, .month = -1, .year = -1, .hour = -1 };
	struct civil c;

	read_date(&d);
	if (d.hour < 0 || d.year < 1900 || d.year > 9999 || d.month < 1 ||
	    d.month > 12 || d.day < 1 || d.day > days_in_month(d.year, d.month))
		return false;
	if (d.half == 2 && d.hour < 12)
		d.hour += 12;
	else if (d.half == 1 && d.hour == 12)
		d.hour = 0;
	if (d.hour > 23 || d.second > 60)
		return false;
	c = (struct civil){ .year = d.year, .month = d.month, .day = d.day,
	    .hour = d.hour, .minute = d.minute,
	    .second = d.second > 59 ? 59 : d.second };
	*t = civil_to_seconds(&c);
	if (d.zoned)
		*zone = d.zone;
	if (*zone != MAIL_ZONE_NONE)
		*t -= *zone;
	if (!d.zoned)
		*zone = MAIL_ZONE_NONE;
	return true;
}
