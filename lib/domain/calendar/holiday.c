/* Holidays by rule. */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/time.h"
#include "domain/calendar/holiday.h"

#define DAY	INT64_C(86400)
#define WORDS	9

struct holiday_rule {
	const char *name;
	enum { DATE, NTH, BEFORE, NEAR, AFTER, EASTER, ORTHODOX } kind;
	int month, day;		/* but for NTH, where day is 1-5, 6 */
	int weekday;
	int64_t plus;		/* days */
	int64_t first, last;	/* years */
};

struct holidays {
	struct holiday_file file;	/* its path is NULL without one */
	int move[7];		/* days, by weekday: where it is observed */
	size_t n;
	struct holiday_rule rule[HOLIDAYS_MOST];
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

static int
number(const char *s, int low, int high)
{
	int n = 0;

	if (*s == '\0' || strlen(s) > 4)
		return -1;
	for (; *s != '\0'; s++) {
		if (*s < '0' || *s > '9')
			return -1;
		n = n * 10 + (*s - '0');
	}
	return n >= low && n <= high ? n : -1;
}

/* The words of a text, lower case or not; -1 when they are too many. */
static int
split(char *s, const char *word[WORDS + 1])
{
	char *save;
	int n = 0;

	for (s = strtok_r(s, " ", &save); s != NULL;
	    s = strtok_r(NULL, " ", &save)) {
		if (n == WORDS)
			return -1;
		word[n++] = s;
	}
	for (int i = n; i <= WORDS; i++)
		word[i] = "";
	return n;
}

/* "25 december": -1 for a day that no year has. */
static int
date(const char *const *word, struct holiday_rule *r)
{
	r->month = place(months, word[1], strlen(word[1])) + 1;
	r->day = number(word[0], 1, 31);
	return r->month > 0 && r->day > 0 &&
	    r->day <= days_in_month(2000, r->month) ? 2 : -1;
}

/* The day before any words behind it; how many words it is, or -1. */
static int
base(const char *const *word, struct holiday_rule *r)
{
	int nth = place(ordinals, word[0], strlen(word[0]));
	int64_t day;

	if (strcasecmp(word[0], "easter") == 0) {
		r->kind = EASTER;
		return 1;
	}
	if (strcasecmp(word[0], "orthodox") == 0) {
		r->kind = ORTHODOX;
		return strcasecmp(word[1], "easter") == 0 ? 2 : -1;
	}
	if (nth >= 0) {
		r->kind = NTH;
		r->day = nth + 1;
		r->weekday = weekday_parse(word[1], strlen(word[1]));
		r->month = place(months, word[3], strlen(word[3])) + 1;
		return r->weekday >= 0 && strcasecmp(word[2], "of") == 0 &&
		    r->month > 0 ? 4 : -1;
	}
	if ((r->weekday = weekday_parse(word[0], strlen(word[0]))) >= 0) {
		r->kind = strcasecmp(word[1], "before") == 0 ? BEFORE :
		    strcasecmp(word[1], "nearest") == 0 ? NEAR : AFTER;
		if (r->kind == AFTER && strcasecmp(word[1], "after") != 0)
			return -1;
		return date(word + 2, r) < 0 ? -1 : 4;
	}
	r->kind = DATE;
	if (date_parse(word[0], &day) == 0) {
		struct civil c = civil_from_seconds(day * DAY);

		r->month = c.month;
		r->day = c.day;
		r->first = r->last = c.year;
		return 1;
	}
	return date(word, r);
}

static int
parse(const char *text, struct holiday_rule *r, struct arena *a)
{
	const char *word[WORDS + 1];
	int n = split(arena_strdup(a, text), word);
	int i;

	r->last = INT64_MAX;
	i = n > 0 ? base(word, r) : -1;
	for (; i > 0 && i < n; i += 2) {
		int v = number(word[i + 1], 0, 9999);

		if (v < 0)
			return -1;
		if (strcmp(word[i], "+") == 0)
			r->plus = v;
		else if (strcmp(word[i], "-") == 0)
			r->plus = -v;
		else if (strcasecmp(word[i], "from") == 0)
			r->first = v;
		else if (strcasecmp(word[i], "until") == 0)
			r->last = v;
		else
			return -1;
	}
	return i < 0 || r->plus < -366 || r->plus > 366 ? -1 : 0;
}

int
holiday_rule_parse(const struct holiday_rule **out, const char *text,
    struct arena *a)
{
	struct holiday_rule *r = arena_zalloc(a, sizeof(*r));

	*out = r;
	return parse(text, r, a);
}

/*
 * "saturday to friday, sunday to monday": whichever of the two days of that
 * name is nearer. -1 for anything else.
 */
static int
read_moves(const char *text, int move[7])
{
	for (const char *s = text;; s += strspn(s, " ")) {
		size_t len = strcspn(s, " ");
		int from = weekday_parse(s, len), to;

		s += len;
		if (from < 0 || strncmp(s, " to ", 4) != 0)
			return -1;
		s += 4;
		len = strcspn(s, ",");
		if ((to = weekday_parse(s, len)) < 0 || to == from)
			return -1;
		move[from] = (to - from + 10) % 7 - 3;
		s += len;
		if (*s++ == '\0')
			break;
	}
	for (int d = 0; d < 7; d++) {
		if (move[d] == 0)
			return 0;
	}
	return -1;
}

static int
read_observed(struct holidays *h, const struct yaml *y, struct err *e)
{
	static const char *const words[][2] = {
		{ "as it falls", NULL },
		{ "nearest weekday", "saturday to friday, sunday to monday" },
		{ "next weekday", "saturday to monday, sunday to monday" },
	};
	const char *text = yaml_str(y, "observed", "as it falls");

	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++) {
		if (strcmp(text, words[i][0]) != 0)
			continue;
		return words[i][1] != NULL ? read_moves(words[i][1],
		    h->move) : 0;
	}
	if (read_moves(text, h->move) == 0)
		return 0;
	return yaml_err(yaml_get(y, "observed"), e, "observed is not "
	    "'nearest weekday', 'next weekday', 'as it falls' or such as "
	    "'sunday to monday'");
}

static int
read_file(struct holidays *h, const struct yaml *y,
    const struct calendar_files *files, struct arena *a, struct err *e)
{
	static const char *const keys[] = { "file", "transparent", "only",
		"except", NULL };
	const struct yaml *name = yaml_get(y, "file");
	const char *transparent = yaml_str(y, "transparent", "open");
	const char *slash = strrchr(name->file, '/');
	struct buf b = BUF_INIT;
	int rc;

	if (yaml_only(y, keys, e) < 0)
		return -1;
	if (name->text == NULL || *name->text == '\0' || files == NULL)
		return yaml_err(name, e, files == NULL ? "no files are read "
		    "here" : "file is not the name of an iCalendar file");
	if (strcmp(transparent, "open") != 0 &&
	    strcmp(transparent, "closed") != 0)
		return yaml_err(yaml_get(y, "transparent"), e,
		    "transparent is open or closed");
	h->file.transparent = strcmp(transparent, "closed") == 0;
	h->file.where = name;
	if (yaml_texts(y, "only", a, &h->file.only, e) < 0 ||
	    yaml_texts(y, "except", a, &h->file.except, e) < 0)
		return -1;
	/* A relative name begins in the folder of the file that it is in. */
	h->file.path = *name->text == '/' || slash == NULL ? name->text :
	    arena_printf(a, "%.*s/%s", (int)(slash - name->file), name->file,
	    name->text);
	rc = files->read(files->arg, name, h->file.path, &b, e);
	if (rc == 0) {
		h->file.len = b.len;
		h->file.text = arena_strndup(a, b.data, b.len);
	}
	buf_free(&b);
	return rc;
}

const struct holiday_file *
holidays_file(const struct holidays *h)
{
	return h->file.path != NULL ? &h->file : NULL;
}

int
holidays_load(struct holidays **out, const struct yaml *y,
    const struct calendar_files *files, struct arena *a, struct err *e)
{
	static const char *const keys[] = { "observed", "days", NULL };
	struct holidays *h = arena_zalloc(a, sizeof(*h));
	const struct yaml *days = yaml_get(y, "days");

	*out = h;
	if (yaml_get(y, "file") != NULL)
		return read_file(h, y, files, a, e);
	if (yaml_only(y, keys, e) < 0)
		return -1;
	if (read_observed(h, y, e) < 0)
		return -1;
	if (days == NULL || days->kind != YAML_MAP || days->count == 0)
		return yaml_err(days != NULL ? days : y, e,
		    "days is not a map of names and rules");
	for (days = days->first; days != NULL; days = days->next) {
		struct holiday_rule *r = &h->rule[h->n++];

		if (h->n == HOLIDAYS_MOST)
			return yaml_err(days, e, "too many holidays");
		if (days->text == NULL || parse(days->text, r, a) < 0)
			return yaml_err(days, e,
			    "'%s' is not a day of the year",
			    days->text != NULL ? days->text : "");
		r->name = arena_strdup(a, days->key);
	}
	return 0;
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

bool
holiday_rule_day(const struct holiday_rule *r, int64_t year, int64_t *day)
{
	int length, skip;

	if (year < r->first || year > r->last)
		return false;
	if (r->kind == EASTER || r->kind == ORTHODOX) {
		*day = r->plus + (r->kind == EASTER ? easter(year) :
		    orthodox_easter(year));
		return true;
	}
	length = days_in_month(year, r->month);
	if (r->kind != NTH && r->day > length)
		return false;
	*day = days_from_civil(year, r->month, r->kind == NTH ? 1 : r->day);
	if (r->kind == BEFORE)
		*day -= (weekday_of(*day) - r->weekday + 6) % 7 + 1;
	else if (r->kind == NEAR)
		*day += (r->weekday - weekday_of(*day) + 10) % 7 - 3;
	else if (r->kind == AFTER)
		*day += (r->weekday - weekday_of(*day) + 6) % 7 + 1;
	else if (r->kind == NTH) {
		skip = (r->weekday - weekday_of(*day) + 7) % 7 +
		    7 * (r->day < 6 ? r->day - 1 : 4);
		if (skip >= length && r->day < 6)
			return false;
		*day += skip < length ? skip : skip - 7;
	}
	*day += r->plus;
	return true;
}

static bool
is_taken(const struct holiday *list, size_t n, int64_t day)
{
	for (size_t i = 0; i < n; i++) {
		if (list[i].day == day)
			return true;
	}
	return false;
}

size_t
holidays_of(const struct holidays *h, int64_t year,
    struct holiday out[HOLIDAYS_MOST])
{
	size_t n = 0;

	for (size_t i = 0; i < h->n; i++) {
		int64_t day;

		if (holiday_rule_day(&h->rule[i], year, &day))
			out[n++] = (struct holiday){ day, h->rule[i].name };
	}
	for (size_t i = 0; i < n; i++) {
		int64_t day = out[i].day;
		int move = h->move[weekday_of(day)];

		if (move == 0)
			continue;
		/* Forward, to the first day that is free of others. */
		for (day += move; move > 0 && (h->move[weekday_of(day)] != 0 ||
		    is_taken(out, n, day)); day++)
			;
		out[i].day = day;
	}
	return n;
}
