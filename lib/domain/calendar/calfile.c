/* rules/calendars.yaml, read into tables of open windows. */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "domain/calendar/calfile.h"

#define DAY		INT64_C(86400)

/* No shift may run into the next day's first one. */
static int
check_week(const struct week *w, struct err *e)
{
	for (int d = 0; d < 7; d++) {
		const struct hours *h = &w->day[d];
		const struct hours *next = &w->day[(d + 1) % 7];

		if (h->n > 0 && next->n > 0 &&
		    h->of[h->n - 1].to - DAY > next->of[0].from)
			return yaml_err(next->where, e, "hours overlap with "
			    "those that begin the day before");
	}
	return 0;
}

/* "from" and "until" of a set of hours, both included. */
static int
read_validity(struct week *w, const struct yaml *y, struct err *e)
{
	const struct yaml *from = yaml_get(y, "from");
	const struct yaml *until = yaml_get(y, "until");

	w->from = INT64_MIN;
	w->until = INT64_MAX;
	if ((from != NULL && (from->text == NULL ||
	    date_parse(from->text, &w->from) < 0)) || (until != NULL &&
	    (until->text == NULL || date_parse(until->text, &w->until) < 0)))
		return yaml_err(w->from == INT64_MIN && from != NULL ? from :
		    until, e, "from and until are dates such as 2026-12-24");
	if (w->until < w->from)
		return yaml_err(until, e, "until is before from");
	return 0;
}

static int
read_hours_of_week(struct week *w, const struct yaml *y, bool dated,
    struct arena *a, struct err *e)
{
	if (y->kind != YAML_MAP)
		return yaml_err(y, e, "open is not 'always' or a map of "
		    "weekdays and hours");
	w->where = y;
	if (read_validity(w, dated ? y : NULL, e) < 0)
		return -1;
	for (y = y->first; y != NULL; y = y->next) {
		const char *text = hours_text(y, a);
		unsigned bits = weekdays_parse(y->key);
		struct hours h = { .where = y };
		int64_t sum = 0;

		if (dated && (strcmp(y->key, "from") == 0 ||
		    strcmp(y->key, "until") == 0))
			continue;
		if (bits == 0)
			return yaml_err(y, e, "'%s' is not weekdays such as "
			    "mon-fri", y->key);
		if (strcmp(text, "closed") != 0 &&
		    hours_parse(y, text, &h, e) < 0)
			return -1;
		for (size_t i = 0; i < h.n; i++)
			sum += h.of[i].to - h.of[i].from;
		if (sum > w->longest)
			w->longest = sum;
		for (int d = 0; d < 7; d++) {
			if (!(bits & 1u << d))
				continue;
			if (w->day[d].where != NULL)
				return yaml_err(y, e,
				    "a weekday stands twice");
			w->day[d] = h;
		}
	}
	return check_week(w, e);
}

/* Sets of hours in order, none reaching into the next. */
static int
check_order(const struct calendar *c, struct err *e)
{
	for (size_t i = 1; i < c->weeks; i++) {
		if (c->week[i].from <= c->week[i - 1].until)
			return yaml_err(c->week[i].where, e, "hours overlap "
			    "with those before, or are not in order: say "
			    "from and until");
	}
	return 0;
}

/* "always", a map of weekdays, or a list of such maps with their dates. */
static int
read_open(struct calendar *c, const struct yaml *y, struct arena *a,
    struct err *e)
{
	if (y->kind == YAML_SCALAR && y->text != NULL &&
	    (strcmp(y->text, "always") == 0 || strcmp(y->text, "24/7") == 0)) {
		c->always = true;
		return 0;
	}
	c->week = arena_zalloc(a, sizeof(*c->week) * (size_t)(y->count + 1));
	if (y->kind != YAML_LIST || y->count == 0) {
		c->weeks = 1;
		return read_hours_of_week(c->week, y, false, a, e);
	}
	for (y = y->first; y != NULL; y = y->next) {
		if (read_hours_of_week(&c->week[c->weeks++], y, true, a,
		    e) < 0)
			return -1;
	}
	return check_order(c, e);
}

/* -- one calendar, and all of them ------------------------------------ */

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
	if (read_open(c, open, &all->arena, e) < 0)
		return -1;
	if (c->always && y->count > (yaml_get(y, "zone") != NULL ? 2 : 1))
		return yaml_err(y, e, "'%s' is always open: it has no "
		    "holidays and no dates", c->name);
	if (c->always)
		return 0;
	if (calendar_read_dates(all, c, yaml_get(y, "dates"),
	    yaml_get(y, "holidays"), e) < 0)
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
		if (holidays_load(&all->list[n++], l, all->files,
		    &all->arena, e) < 0)
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
	return calendars_load_files(out, root, NULL, e);
}

int
calendars_load_files(struct calendars **out, const struct yaml *root,
    const struct calendar_files *files, struct err *e)
{
	struct calendars *all = xcalloc(1, sizeof(*all));

	all->files = files;
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
		free(all->calendar[i].cut);
		if (all->calendar[i].table != NULL)
			windows_free(&all->calendar[i].table->open);
	}
	arena_free(&all->arena);
	free(all);
}
