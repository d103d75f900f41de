/* Days of a calendar that are not as their weekday is. */
#include <stdlib.h>
#include <string.h>

#include "domain/calendar/calfile.h"
#include "format/ical.h"

#define DAY		INT64_C(86400)
#define DAYS_MOST	2000000	/* closings and cuts of all calendars */

static void
add_closing(struct calendar *c, const struct closing *day)
{
	if (c->closings == c->room) {
		c->room = c->room > 0 ? 2 * c->room : 256;
		c->closing = xreallocarray(c->closing, c->room,
		    sizeof(*c->closing));
	}
	c->closing[c->closings++] = *day;
}

static void
add_cut(struct calendar *c, int64_t from, int64_t to, const char *name)
{
	if (from >= to)
		return;
	if (c->cuts == c->cut_room) {
		c->cut_room = c->cut_room > 0 ? 2 * c->cut_room : 16;
		c->cut = xreallocarray(c->cut, c->cut_room, sizeof(*c->cut));
	}
	c->cut[c->cuts++] = (struct cut){ from, to, name };
}

/* A small file may name a great many days. */
static int
check_number(const struct calendars *all, const struct calendar *c,
    const struct yaml *y, struct err *e)
{
	return all->days + c->closings + c->cuts > DAYS_MOST ?
	    yaml_err(y, e, "over %d dates and holidays", DAYS_MOST) : 0;
}

/* -- dates ------------------------------------------------------------ */

/* "2026-12-24" or "2026-12-24..2026-12-31", at a glance. */
static bool
is_dated(const char *key)
{
	size_t len = strlen(key);

	return (len == 10 || (len == 22 && strncmp(key + 10, "..", 2) == 0)) &&
	    key[4] == '-' && key[7] == '-';
}

static int
read_range(const struct yaml *y, int64_t *from, int64_t *to, struct err *e)
{
	const int64_t first = days_from_civil(FIRST_YEAR, 1, 1);
	const int64_t last = days_from_civil(LAST_YEAR, 12, 31);
	char text[11];

	memcpy(text, y->key, 10);
	text[10] = '\0';
	if (date_parse(text, from) < 0)
		return yaml_err(y, e, "there is no %s", text);
	if (date_parse(y->key + strlen(y->key) - 10, to) < 0)
		return yaml_err(y, e, "there is no %s",
		    y->key + strlen(y->key) - 10);
	if (*from < first || *to > last || *to < *from || *to - *from > 366)
		return yaml_err(y, e, "'%s' ends before it begins, is longer "
		    "than a year or not between %d and %d", y->key,
		    FIRST_YEAR, LAST_YEAR);
	return 0;
}

/* "12-24" as a day of each year. */
static bool
month_day(const char *s, int *month, int *day)
{
	for (int i = 0; i < 5; i++) {
		if (i == 2 ? s[i] != '-' : s[i] < '0' || s[i] > '9')
			return false;
	}
	*month = (s[0] - '0') * 10 + s[1] - '0';
	*day = (s[3] - '0') * 10 + s[4] - '0';
	return *month >= 1 && *month <= 12 && *day >= 1 &&
	    *day <= days_in_month(2000, *month);
}

/* What is said of each day: the same for all of a range. */
struct saying {
	struct closing closing;
	struct hours *cut;	/* closed then only, or NULL */
};

static void
add_day(struct calendar *c, const struct saying *said, int64_t day)
{
	struct closing x = said->closing;

	if (said->cut == NULL) {
		x.day = day;
		add_closing(c, &x);
		return;
	}
	for (size_t i = 0; i < said->cut->n; i++)
		add_cut(c, zone_utc(c->zone, day * DAY + said->cut->of[i].from,
		    false), zone_utc(c->zone, day * DAY + said->cut->of[i].to,
		    false), x.name);
}

/* "12-24" or "12-24..01-02": false for anything else. */
static bool
add_every_year(struct calendar *c, const char *key,
    const struct saying *said)
{
	int month[2], day[2];
	size_t len = strlen(key);

	if (len != 5 && (len != 12 || strncmp(key + 5, "..", 2) != 0))
		return false;
	if (!month_day(key, &month[0], &day[0]) ||
	    !month_day(key + len - 5, &month[1], &day[1]))
		return false;
	for (int64_t y = FIRST_YEAR; y <= LAST_YEAR; y++) {
		bool over = month[1] < month[0] ||
		    (month[1] == month[0] && day[1] < day[0]);
		int64_t from = days_from_civil(y, month[0], day[0]);
		int64_t to = days_from_civil(y + over, month[1], day[1]);

		/* 29 February is no day of most years. */
		if (len == 5 && day[0] > days_in_month(y, month[0]))
			continue;
		for (; from <= to; from++)
			add_day(c, said, from);
	}
	return true;
}

static bool
add_by_rule(struct calendar *c, const char *key, const struct saying *said,
    struct arena *a)
{
	const struct dayrule *rule;
	int64_t day, last;

	if (dayrule_parse(&rule, key, a) < 0)
		return false;
	for (int64_t y = FIRST_YEAR; y <= LAST_YEAR; y++) {
		if (!dayrule_days(rule, y, &day, &last))
			continue;
		for (; day <= last; day++)
			add_day(c, said, day);
	}
	return true;
}

/* "closed", "closed, why", "closed 12:00-17:00", or hours. */
static int
read_saying(const struct yaml *y, struct saying *said, struct arena *a,
    struct err *e)
{
	const char *text = hours_text(y, a);
	struct hours *h;

	*said = (struct saying){ { .where = y, .name = "closed" }, NULL };
	if (strncmp(text, "closed", 6) == 0 &&
	    (text[6] == '\0' || text[6] == ',')) {
		if (text[6] == ',')
			said->closing.name = arena_strdup(a, text + 7 +
			    strspn(text + 7, " "));
		return 0;
	}
	h = arena_zalloc(a, sizeof(*h));
	if (strncmp(text, "closed ", 7) == 0) {
		said->cut = h;
		return hours_parse(y, text + 7, h, e);
	}
	said->closing.hours = h;
	return hours_parse(y, text, h, e);
}

static int
read_special(struct calendars *all, struct calendar *c,
    const struct yaml *dates, struct err *e)
{
	struct arena *a = &all->arena;

	if (dates == NULL)
		return 0;
	if (dates->kind != YAML_MAP)
		return yaml_err(dates, e, "dates is not a map of dates");
	for (const struct yaml *y = dates->first; y != NULL; y = y->next) {
		struct saying said;
		int64_t from, to;

		if (read_saying(y, &said, a, e) < 0 ||
		    check_number(all, c, y, e) < 0)
			return -1;
		said.closing.rank = DATED;
		if (!is_dated(y->key)) {
			said.closing.rank = YEARLY;
			if (add_every_year(c, y->key, &said) ||
			    add_by_rule(c, y->key, &said, a))
				continue;
			return yaml_err(y, e, "'%s' is not a date such as "
			    "2026-12-24, 12-24 or 24 december, and no range "
			    "such as 2026-12-24..2026-12-31", y->key);
		}
		if (read_range(y, &from, &to, e) < 0)
			return -1;
		for (; from <= to; from++)
			add_day(c, &said, from);
	}
	return 0;
}

/* -- holidays --------------------------------------------------------- */

static const struct holidays *
find_list(const struct calendars *all, const char *name)
{
	const struct yaml *y = all->lists != NULL ? all->lists->first : NULL;

	for (size_t i = 0; y != NULL && name != NULL; y = y->next, i++) {
		if (strcmp(y->key, name) == 0)
			return all->list[i];
	}
	return NULL;
}

static bool
is_named(const char *const *list, const struct ical_span *s)
{
	for (; *list != NULL; list++) {
		if (strcasestr(s->name, *list) != NULL ||
		    strcasestr(s->text, *list) != NULL)
			return true;
	}
	return false;
}

/* The events of a file: days close the hours that begin on them, times what
 * lies within. */
static int
add_events(struct calendars *all, struct calendar *c,
    const struct holiday_file *f, struct err *e)
{
	struct ical_spans spans = { 0 };
	struct err why = { 0 };
	size_t transparent = 0;
	int rc = 0;

	if (ical_read(&spans, f->path, f->text, f->len, c->zone,
	    days_from_civil(FIRST_YEAR, 1, 1), days_from_civil(LAST_YEAR, 12,
	    31), &all->arena, &why) < 0)
		rc = err_set(e, ERR_CONFIG, "%s", why.text);
	for (size_t i = 0; rc == 0 && i < spans.n; i++) {
		const struct ical_span *s = &spans.span[i];

		if (s->transparent && !f->transparent) {
			transparent++;
			continue;
		}
		if ((*f->only != NULL && !is_named(f->only, s)) ||
		    is_named(f->except, s))
			continue;
		rc = check_number(all, c, f->where, e);
		if (!s->days)
			add_cut(c, s->from, s->to, s->name);
		for (int64_t day = s->from; s->days && day < s->to; day++)
			add_closing(c, &(struct closing){ .day = day,
			    .name = *s->name != '\0' ? s->name : "closed" });
	}
	/* Feeds of holidays often say that nobody is busy on them. */
	if (rc == 0 && transparent > 0 && transparent == spans.n)
		rc = yaml_err(f->where, e, "all events of '%s' are "
		    "transparent, which closes nothing: say transparent: "
		    "closed", f->path);
	ical_free(&spans);
	return rc;
}

/* Those by rule, of all lists, since none is moved to another's day. */
static int
add_holidays(struct calendars *all, struct calendar *c,
    const struct holidays *const *list, size_t lists, const struct yaml *y,
    struct err *e)
{
	struct holiday of[HOLIDAYS_MOST];
	bool over;

	for (int year = FIRST_YEAR - 1; year <= LAST_YEAR + 1; year++) {
		size_t n = holidays_of(list, lists, year, of, &over);

		if (over)
			return yaml_err(y, e, "over %d holidays in %d",
			    HOLIDAYS_MOST, year);
		for (size_t i = 0; i < n; i++)
			add_closing(c, &(struct closing){ .day = of[i].day,
			    .name = of[i].name });
	}
	return check_number(all, c, y, e);
}

static int
read_holidays(struct calendars *all, struct calendar *c,
    const struct yaml *y, struct err *e)
{
	const struct holidays *list[HOLIDAY_LISTS];
	const struct yaml *name = y;
	size_t n = 0;

	if (y == NULL)
		return 0;
	if (y->kind == YAML_MAP)
		return yaml_err(y, e, "holidays is not a name or a list");
	if (y->kind == YAML_LIST)
		name = y->first;
	for (; name != NULL; name = y->kind == YAML_LIST ? name->next : NULL) {
		if (n == HOLIDAY_LISTS)
			return yaml_err(name, e, "over %d lists of holidays",
			    HOLIDAY_LISTS);
		if ((list[n] = find_list(all, name->text)) == NULL)
			return yaml_err(name, e, "no holidays '%s'",
			    name->text != NULL ? name->text : "");
		if (check_number(all, c, name, e) < 0)
			return -1;
		if (holidays_file(list[n]) == NULL)
			n++;
		else if (add_events(all, c, holidays_file(list[n]), e) < 0)
			return -1;
	}
	return add_holidays(all, c, list, n, y, e);
}

/* -- all of them ------------------------------------------------------ */

static int
by_day(const void *x, const void *y)
{
	const struct closing *a = x, *b = y;

	if (a->day != b->day)
		return a->day < b->day ? -1 : 1;
	if (a->rank != b->rank)
		return a->rank > b->rank ? -1 : 1;
	if (a->where != NULL && a->where != b->where)
		return a->where->line < b->where->line ? -1 : 1;
	return strcmp(a->name, b->name);
}

static int
sort_closings(struct calendar *c, struct err *e)
{
	size_t n = 0;

	if (c->closings > 0)
		qsort(c->closing, c->closings, sizeof(*c->closing), by_day);
	for (size_t i = 0; i < c->closings; i++) {
		const struct closing *x = &c->closing[i];

		if (n == 0 || c->closing[n - 1].day != x->day)
			c->closing[n++] = *x;
		else if (x->rank == DATED)
			return yaml_err(x->where, e, "a date stands twice");
	}
	c->closings = n;
	return 0;
}

static int
by_start(const void *x, const void *y)
{
	const struct cut *a = x, *b = y;

	return a->from < b->from ? -1 : a->from > b->from;
}

static void
sort_cuts(struct calendar *c)
{
	size_t n = 0;

	if (c->cuts > 0)
		qsort(c->cut, c->cuts, sizeof(*c->cut), by_start);
	for (size_t i = 0; i < c->cuts; i++) {
		const struct cut *x = &c->cut[i];

		if (n == 0 || x->from > c->cut[n - 1].to)
			c->cut[n++] = *x;
		else if (x->to > c->cut[n - 1].to)
			c->cut[n - 1].to = x->to;
	}
	c->cuts = n;
}

/* A date's hours may not run into those of the day beside it. */
static int
check_dates(const struct calendar *c, struct err *e)
{
	for (size_t i = 0; i < c->closings; i++) {
		const struct closing *x = &c->closing[i];

		for (int64_t day = x->day; x->hours != NULL &&
		    day <= x->day + 1; day++) {
			const struct hours *last = calendar_hours(c, day - 1);
			const struct hours *next = calendar_hours(c, day);

			if (last != NULL && last->n > 0 && next != NULL &&
			    next->n > 0 && last->of[last->n - 1].to - DAY >
			    next->of[0].from)
				return yaml_err(x->where, e, "hours overlap "
				    "with those of the day beside it");
		}
	}
	return 0;
}

int
calendar_read_dates(struct calendars *all, struct calendar *c,
    const struct yaml *dates, const struct yaml *holidays, struct err *e)
{
	if (read_special(all, c, dates, e) < 0 ||
	    read_holidays(all, c, holidays, e) < 0 || sort_closings(c, e) < 0)
		return -1;
	sort_cuts(c);
	all->days += c->closings + c->cuts;
	return check_dates(c, e);
}
