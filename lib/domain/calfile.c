/* rules/calendars.yaml, read into tables of open windows. */
#include <stdlib.h>
#include <string.h>

#include "domain/calfile.h"

#define DAY		INT64_C(86400)

/* -- what people write ------------------------------------------------ */

/* "09:00" at the front; 24:00 only as an end. */
static bool
time_of_day(const char **s, int64_t *out)
{
	const char *p = *s;

	for (int i = 0; i < 5; i++) {
		if (i == 2 ? p[i] != ':' : p[i] < '0' || p[i] > '9')
			return false;
	}
	*out = ((p[0] - '0') * 10 + p[1] - '0') * 3600 +
	    ((p[3] - '0') * 10 + p[4] - '0') * 60;
	*s += 5;
	return *out <= DAY && p[3] < '6';
}

/* "09:00-12:00, 13:00-17:00", or over midnight "22:00-06:00". */
static int
read_hours(const struct yaml *y, struct hours *h, struct err *e)
{
	const char *s = y->text;
	int64_t after = 0;

	h->where = y;
	while (s != NULL) {
		struct interval *i = &h->of[h->n];

		if (h->n == INTERVALS)
			return yaml_err(y, e, "over %d intervals in a day",
			    INTERVALS);
		if (!time_of_day(&s, &i->from) || *s++ != '-' ||
		    !time_of_day(&s, &i->to) || i->from == DAY ||
		    i->from == i->to)
			break;
		if (i->to < i->from)
			i->to += DAY;
		if (i->from < after)
			return yaml_err(y, e, "hours overlap or are not in "
			    "order: '%s'", y->text);
		after = i->to;
		h->n++;
		if (*s == '\0')
			return 0;
		if (*s++ != ',')
			break;
		s += strspn(s, " ");
	}
	return yaml_err(y, e, "'%s' is not hours such as 09:00-17:00 or "
	    "09:00-12:00, 13:00-17:00", y->text != NULL ? y->text : "");
}

/* "mon-fri", "sat", "mon, wed" as bits; 0 for anything else. */
static unsigned
weekday_bits(const char *s)
{
	unsigned bits = 0;

	for (;;) {
		size_t len = strcspn(s, "-, ");
		int from = weekday_parse(s, len), to = from;

		s += len;
		if (*s == '-') {
			len = strcspn(++s, "-, ");
			to = weekday_parse(s, len);
			s += len;
		}
		if (from < 0 || to < 0)
			return 0;
		for (int d = from;; d = (d + 1) % 7) {
			bits |= 1u << d;
			if (d == to)
				break;
		}
		if (*s == '\0')
			return bits;
		if (*s++ != ',')
			return 0;
		s += strspn(s, " ");
	}
}

/* No shift may run into the next day's first one. */
static int
check_week(const struct calendar *c, struct err *e)
{
	for (int d = 0; d < 7; d++) {
		const struct hours *h = &c->week[d];
		const struct hours *next = &c->week[(d + 1) % 7];

		if (h->n > 0 && next->n > 0 &&
		    h->of[h->n - 1].to - DAY > next->of[0].from)
			return yaml_err(next->where, e, "hours overlap with "
			    "those that begin the day before");
	}
	return 0;
}

static int
read_week(struct calendar *c, const struct yaml *y, struct err *e)
{
	if (y->kind == YAML_SCALAR && y->text != NULL &&
	    strcmp(y->text, "always") == 0) {
		c->always = true;
		c->longest = DAY;
		return 0;
	}
	if (y->kind != YAML_MAP)
		return yaml_err(y, e, "open is not 'always' or a map of "
		    "weekdays and hours");
	for (y = y->first; y != NULL; y = y->next) {
		unsigned bits = weekday_bits(y->key);
		struct hours h = { 0 };
		int64_t sum = 0;

		if (bits == 0)
			return yaml_err(y, e, "'%s' is not weekdays such as "
			    "mon-fri", y->key);
		if (read_hours(y, &h, e) < 0)
			return -1;
		for (size_t i = 0; i < h.n; i++)
			sum += h.of[i].to - h.of[i].from;
		if (sum > c->longest)
			c->longest = sum;
		for (int d = 0; d < 7; d++) {
			if (!(bits & 1u << d))
				continue;
			if (c->week[d].n > 0)
				return yaml_err(y, e,
				    "a weekday stands twice");
			c->week[d] = h;
		}
	}
	return check_week(c, e);
}

/* -- days that are not as their weekday ------------------------------- */

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

/* "2026-12-24" or "2026-12-24..2026-12-31". */
static int
read_dates(const struct yaml *y, int64_t *from, int64_t *to, struct err *e)
{
	const int64_t first = days_from_civil(FIRST_YEAR, 1, 1);
	const int64_t last = days_from_civil(LAST_YEAR, 12, 31);
	char text[11];

	if (strlen(y->key) != 10 && (strlen(y->key) != 22 ||
	    strncmp(y->key + 10, "..", 2) != 0))
		return yaml_err(y, e, "'%s' is not a date such as 2026-12-24 "
		    "or 2026-12-24..2026-12-31", y->key);
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

static int
read_special(struct calendar *c, const struct yaml *dates, struct arena *a,
    struct err *e)
{
	if (dates == NULL)
		return 0;
	if (dates->kind != YAML_MAP)
		return yaml_err(dates, e, "dates is not a map of dates");
	for (const struct yaml *y = dates->first; y != NULL; y = y->next) {
		const char *text = y->text != NULL ? y->text : "";
		struct closing special = { .where = y, .name = "closed" };
		struct hours *h;
		int64_t to = 0;

		if (read_dates(y, &special.day, &to, e) < 0)
			return -1;
		if (strncmp(text, "closed", 6) == 0 &&
		    (text[6] == '\0' || text[6] == ',')) {
			if (text[6] == ',')
				special.name = arena_strdup(a, text + 7 +
				    strspn(text + 7, " "));
		} else {
			special.hours = h = arena_zalloc(a, sizeof(*h));
			if (read_hours(y, h, e) < 0)
				return -1;
		}
		for (; special.day <= to; special.day++)
			add_closing(c, &special);
	}
	return 0;
}

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

static int
by_day(const void *x, const void *y)
{
	const struct closing *a = x, *b = y;

	if (a->day != b->day)
		return a->day < b->day ? -1 : 1;
	/* What is dated overrules what falls there. */
	if ((a->where != NULL) != (b->where != NULL))
		return a->where != NULL ? -1 : 1;
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
		else if (x->where != NULL)
			return yaml_err(x->where, e, "a date stands twice");
	}
	c->closings = n;
	return 0;
}

static int
read_holidays(const struct calendars *all, struct calendar *c,
    const struct yaml *y, struct err *e)
{
	const struct yaml *name = y;

	if (y == NULL)
		return 0;
	if (y->kind == YAML_MAP)
		return yaml_err(y, e, "holidays is not a name or a list");
	if (y->kind == YAML_LIST)
		name = y->first;
	for (; name != NULL; name = y->kind == YAML_LIST ? name->next : NULL) {
		const struct holidays *list = find_list(all, name->text);
		struct holiday of[HOLIDAYS_MOST];

		if (list == NULL)
			return yaml_err(name, e, "no holidays '%s'",
			    name->text != NULL ? name->text : "");
		for (int year = FIRST_YEAR - 1; year <= LAST_YEAR + 1; year++) {
			size_t n = holidays_of(list, year, of);

			for (size_t i = 0; i < n; i++)
				add_closing(c, &(struct closing){ of[i].day,
				    of[i].name, NULL, NULL });
		}
	}
	return 0;
}

/* -- one calendar, and all of them ------------------------------------ */

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

static int
read_calendar(struct calendars *all, struct calendar *c, const struct yaml *y,
    const char *zone, struct err *e)
{
	static const char *const keys[] = { "zone", "open", "holidays",
		"dates", NULL };
	const struct yaml *open = yaml_get(y, "open");
	struct err why = { 0 };

	c->name = arena_strdup(&all->arena, y->key);
	if (yaml_only(y, keys, e) < 0)
		return -1;
	if (open == NULL)
		return yaml_err(y, e, "'%s' does not say when it is open",
		    c->name);
	if (zone_load(&c->zone, yaml_str(y, "zone", zone), &why) < 0)
		return yaml_err(yaml_get(y, "zone") != NULL ?
		    yaml_get(y, "zone") : y, e, "%s", why.text);
	if (read_week(c, open, e) < 0)
		return -1;
	if (c->always && y->count > (yaml_get(y, "zone") != NULL ? 2 : 1))
		return yaml_err(y, e, "'%s' is always open: it has no "
		    "holidays and no dates", c->name);
	if (c->always)
		return 0;
	if (read_special(c, yaml_get(y, "dates"), &all->arena, e) < 0 ||
	    read_holidays(all, c, yaml_get(y, "holidays"), e) < 0 ||
	    sort_closings(c, e) < 0 || check_dates(c, e) < 0)
		return -1;
	if (!calendar_opens(c))
		return yaml_err(y, e, "'%s' never opens", c->name);
	c->table = calendar_table_new(&all->arena);
	return 0;
}

static int
read_all(struct calendars *all, const struct yaml *root, struct err *e)
{
	static const char *const keys[] = { "zone", "holidays", "calendars",
		NULL };
	const struct yaml *y = yaml_get(root, "calendars");
	const char *zone = yaml_str(root, "zone", "UTC");
	size_t n = 0;

	if (yaml_only(root, keys, e) < 0)
		return -1;
	if (y == NULL || y->kind != YAML_MAP || y->count == 0)
		return yaml_err(y != NULL ? y : root, e,
		    "calendars is not a map of names and calendars");
	all->lists = yaml_get(root, "holidays");
	if (all->lists != NULL && all->lists->kind != YAML_MAP)
		return yaml_err(all->lists, e,
		    "holidays is not a map of names and lists");
	all->list = arena_zalloc(&all->arena, sizeof(struct holidays *) *
	    (size_t)(all->lists != NULL ? all->lists->count + 1 : 1));
	for (const struct yaml *l = all->lists != NULL ? all->lists->first :
	    NULL; l != NULL; l = l->next) {
		if (holidays_load(&all->list[n++], l, &all->arena, e) < 0)
			return -1;
	}
	all->calendar = arena_zalloc(&all->arena,
	    sizeof(*all->calendar) * (size_t)y->count);
	for (y = y->first; y != NULL; y = y->next) {
		if (read_calendar(all, &all->calendar[all->n++], y, zone,
		    e) < 0)
			return -1;
	}
	return 0;
}

int
calendars_load(struct calendars **out, const struct yaml *root, struct err *e)
{
	struct calendars *all = xcalloc(1, sizeof(*all));

	if (read_all(all, root, e) < 0) {
		calendars_free(all);
		return -1;
	}
	*out = all;
	return 0;
}

void
calendars_free(struct calendars *all)
{
	for (size_t i = 0; i < all->n; i++) {
		free(all->calendar[i].closing);
		if (all->calendar[i].table != NULL)
			windows_free(&all->calendar[i].table->open);
	}
	arena_free(&all->arena);
	free(all);
}
