/* How long something takes, as people and ISO 8601 write it. */
#include <string.h>
#include <strings.h>

#include "base/time.h"

#define DAY	INT64_C(86400)
#define YEARS	(INT64_C(36525) * DAY)	/* a hundred */

enum part { PART_BD, PART_D, PART_H, PART_M, PART_S };	/* larger first */

static const struct word {
	const char *name;
	enum part part;
} words[] = {
	{ "s", PART_S }, { "sec", PART_S }, { "secs", PART_S },
	{ "second", PART_S }, { "seconds", PART_S }, { "m", PART_M },
	{ "min", PART_M }, { "mins", PART_M }, { "minute", PART_M },
	{ "minutes", PART_M }, { "h", PART_H }, { "hr", PART_H },
	{ "hrs", PART_H }, { "hour", PART_H }, { "hours", PART_H },
	{ "d", PART_D }, { "day", PART_D }, { "days", PART_D },
	{ "bd", PART_BD }, { "workday", PART_BD }, { "workdays", PART_BD },
};

static const struct {
	enum duration_unit unit;
	int64_t factor, most;
} parts[] = {
	[PART_BD] = { DURATION_BUSINESS_DAYS, 1, 36525 },
	[PART_D] = { DURATION_DAYS, 1, 36525 },
	[PART_H] = { DURATION_SECONDS, 3600, YEARS },
	[PART_M] = { DURATION_SECONDS, 60, YEARS },
	[PART_S] = { DURATION_SECONDS, 1, YEARS },
};

struct reading {
	struct duration d;
	int last;		/* part; -1: none so far */
	bool mixed;
};

/* Digits, and those behind one of the points as a number over *scale. */
static const char *
number(const char *s, const char *points, int64_t *n, int64_t *scale)
{
	const char *start = s;

	*n = 0;
	*scale = 1;
	for (; *s >= '0' && *s <= '9'; s++) {
		if ((*n = *n * 10 + (*s - '0')) > YEARS)
			return NULL;
	}
	if (s == start || *s == '\0' || strchr(points, *s) == NULL)
		return s > start ? s : NULL;
	for (start = ++s; *s >= '0' && *s <= '9' && s - start < 6; s++) {
		*n = *n * 10 + (*s - '0');
		*scale *= 10;
	}
	return s > start ? s : NULL;
}

static int
add(struct reading *r, enum part p, int64_t n, int64_t scale)
{
	int64_t *sum = &r->d.amount;

	if ((int)p <= r->last || n > INT64_MAX / parts[p].factor ||
	    n * parts[p].factor % scale != 0)
		return -1;
	if (r->last < 0)
		r->d.unit = parts[p].unit;
	else if (r->d.unit != parts[p].unit) {
		if (!r->mixed || parts[p].unit != DURATION_SECONDS)
			return -1;
		sum = &r->d.seconds;
	}
	r->last = (int)p;
	*sum += n * parts[p].factor / scale;
	return *sum > parts[p].most ? -1 : 0;
}

/* "h", "business days": of working time days are others, hours are not. */
static const char *
unit(const char *s, enum part *p)
{
	bool business = false;
	size_t len;

	for (;;) {
		len = strspn(s, "abcdefghijklmnopqrstuvwxyz"
		    "ABCDEFGHIJKLMNOPQRSTUVWXYZ");
		if (business || ((len != 8 || strncasecmp(s, "business",
		    8) != 0) && (len != 7 || strncasecmp(s, "working",
		    7) != 0)))
			break;
		business = true;
		s += len;
		s += strspn(s, " ");
	}
	/* Months, to some. */
	if (len == 1 && *s == 'M')
		return NULL;
	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++) {
		if (strlen(words[i].name) != len ||
		    strncasecmp(words[i].name, s, len) != 0)
			continue;
		*p = business && words[i].part == PART_D ? PART_BD :
		    words[i].part;
		return s + len;
	}
	return NULL;
}

/* From one part to the next: blanks, a comma, "and"; NULL behind the last. */
static const char *
next_part(const char *s)
{
	const char *start = s;

	s += *s == ',';
	s += strspn(s, " ");
	if (strncasecmp(s, "and ", 4) == 0)
		s += 4 + strspn(s + 4, " ");
	return *s != '\0' || strspn(start, " ") == strlen(start) ? s : NULL;
}

static int
read_words(struct reading *r, const char *s)
{
	int64_t n, scale;
	enum part p;

	for (; s != NULL && *s != '\0'; s = next_part(s)) {
		if ((s = number(s, ".", &n, &scale)) == NULL ||
		    (s = unit(s + strspn(s, " "), &p)) == NULL ||
		    add(r, p, n, scale) < 0)
			return -1;
	}
	return s == NULL ? -1 : 0;
}

/* ISO 8601 behind the P: nDTnHnMnS. */
static int
read_iso(struct reading *r, const char *s)
{
	bool time = false;
	int64_t n, scale;

	while (*s != '\0') {
		if (*s == 'T' && !time) {
			time = true;
			s++;
		}
		if ((s = number(s, ".,", &n, &scale)) == NULL || add(r, !time ?
		    PART_D : *s == 'H' ? PART_H : *s == 'M' ? PART_M : PART_S,
		    n, scale) < 0 || strchr(time ? "HMS" : "D", *s) == NULL ||
		    *s++ == '\0')
			return -1;
	}
	return 0;
}

static int
parse(const char *s, bool mixed, struct duration *out)
{
	struct reading r = { .last = -1, .mixed = mixed };

	r.d.unit = DURATION_SECONDS;
	if ((*s == 'P' ? read_iso(&r, s + 1) : read_words(&r, s)) < 0 ||
	    r.last < 0)
		return -1;
	*out = r.d;
	return 0;
}

int
duration_parse(const char *s, struct duration *out)
{
	return parse(s, false, out);
}

int
duration_parse_mixed(const char *s, struct duration *out)
{
	return parse(s, true, out);
}
