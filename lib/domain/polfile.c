/* Reading rules/sla.yaml. */
#include <stdlib.h>
#include <string.h>

#include "base/time.h"
#include "domain/polfile.h"

/* Open time or business days; a day of 24 hours is for no clock of ours. */
static int
read_duration(const struct yaml *y, struct duration *d, struct err *e)
{
	const char *text = y->text != NULL ? y->text : "";

	if (duration_parse(text, d) < 0 || d->amount == 0)
		return yaml_err(y, e, "%s '%s' is not a duration such as 30m, "
		    "4h or 2bd", y->key, text);
	if (d->unit == DURATION_DAYS)
		return yaml_err(y, e, "%s '%s': say bd for business days, or "
		    "24h", y->key, text);
	return 0;
}

static int64_t
in_seconds(const struct duration *d, const struct calendar *c)
{
	return d->unit == DURATION_BUSINESS_DAYS ?
	    d->amount * calendar_day(c) : d->amount;
}

static int
read_goal(struct policy *p, const struct cell *cell, struct goal *g,
    const struct yaml *y, struct err *e)
{
	struct duration d;

	g->where = y;
	g->text = y->text;
	if (y->text != NULL && strcmp(y->text, "none") == 0)
		return 0;
	if (read_duration(y, &d, e) < 0)
		return -1;
	g->days = d.unit == DURATION_BUSINESS_DAYS;
	if ((g->seconds = in_seconds(&d, cell->calendar)) == 0)
		return yaml_err(y, e, "%s '%s': calendar '%s' has no regular "
		    "days", y->key, y->text, calendar_name(cell->calendar));
	for (size_t i = 0; i < p->seasons; i++) {
		g->longer[i].seconds = in_seconds(&p->season[i].longer,
		    cell->calendar);
		g->longer[i].text = arena_printf(&p->arena, "%s + %s",
		    y->text, p->season[i].text);
	}
	return 0;
}

static int
read_cell(struct policy *p, struct cell *cell, const struct yaml *y,
    const char *calendar, const struct calendars *calendars, struct err *e)
{
	static const char *const keys[] = { "response", "resolution", "next",
		"calendar", NULL };
	const struct yaml *goal;

	if (yaml_only(y, keys, e) < 0)
		return -1;
	calendar = yaml_str(y, "calendar", calendar);
	if (calendar == NULL)
		return yaml_err(y, e, "%s has no calendar", y->key);
	if ((cell->calendar = calendar_find(calendars, calendar)) == NULL)
		return yaml_err(yaml_get(y, "calendar") != NULL ?
		    yaml_get(y, "calendar") : y, e, "no calendar '%s'",
		    calendar);
	for (int k = 0; k < CLOCKS; k++) {
		const char *name = clock_name((enum clock_kind)k);

		if ((goal = yaml_get(y, name)) != NULL) {
			if (read_goal(p, cell, &cell->goal[k], goal, e) < 0)
				return -1;
		} else if (k == CLOCK_NEXT)
			cell->goal[k] = cell->goal[CLOCK_RESPONSE];
		else
			return yaml_err(y, e, "%s has no %s; say none for "
			    "best effort", y->key, name);
	}
	cell->own_next = yaml_get(y, clock_name(CLOCK_NEXT)) != NULL;
	return 0;
}

static int
read_tier(struct policy *p, struct tier *t, const struct yaml *y,
    const struct calendars *calendars, struct err *e)
{
	static const char *const keys[] = { "share", "uptime", "downtime",
		"calendar", "CRITICAL", "HIGH", "MEDIUM", "LOW", NULL };
	struct duration d;

	t->share = 10000;
	if (yaml_only(y, keys, e) < 0 ||
	    yaml_decimal(y, "share", 2, &t->share, e) < 0 ||
	    yaml_decimal(y, "uptime", 4, &t->uptime, e) < 0)
		return -1;
	if (t->share < 0 || t->share > 10000)
		return yaml_err(yaml_get(y, "share"), e,
		    "share is not between 0 and 100");
	if (t->uptime < 0 || t->uptime > 1000000)
		return yaml_err(yaml_get(y, "uptime"), e,
		    "uptime is not between 0 and 100");
	if ((t->downtime = yaml_get(y, "downtime")) != NULL) {
		if (read_duration(t->downtime, &d, e) < 0)
			return -1;
		if (d.unit != DURATION_SECONDS ||
		    yaml_get(y, "uptime") == NULL)
			return yaml_err(t->downtime, e, "downtime is minutes "
			    "and seconds beside an uptime");
		t->downtime_s = d.amount;
	}
	for (int s = 0; s < SEVERITIES; s++) {
		const char *name = severity_name((enum severity)s);
		const struct yaml *cell = yaml_get(y, name);

		if (cell == NULL)
			return yaml_err(y, e, "tier '%s' has no %s", y->key,
			    name);
		if (read_cell(p, &t->cell[s], cell, yaml_str(y, "calendar",
		    NULL), calendars, e) < 0)
			return -1;
	}
	return 0;
}

/* "12-24" as 1224. */
static int
read_month_day(const struct yaml *y, const char *key, int *out, struct err *e)
{
	const struct yaml *at = yaml_get(y, key);
	const char *s = yaml_str(y, key, "");
	int month = 0, day = 0;

	if (strlen(s) == 5 && s[2] == '-' &&
	    strspn(s, "0123456789-") == 5) {
		month = (s[0] - '0') * 10 + s[1] - '0';
		day = (s[3] - '0') * 10 + s[4] - '0';
	}
	if (month < 1 || month > 12 || day < 1 ||
	    day > days_in_month(2000, month))
		return yaml_err(at != NULL ? at : y, e, "%s '%s' is not a day "
		    "of the year such as 12-24", key, s);
	*out = month * 100 + day;
	return 0;
}

static int
read_season_tiers(const struct policy *p, struct season *s,
    const struct yaml *list, struct err *e)
{
	if (list == NULL) {
		s->tiers = UINT32_MAX;
		return 0;
	}
	if (list->kind != YAML_LIST)
		return yaml_err(list, e, "tiers is not a list");
	for (const struct yaml *y = list->first; y != NULL; y = y->next) {
		size_t i = 0;

		while (i < p->tiers && (y->text == NULL ||
		    strcmp(p->tier[i].name, y->text) != 0))
			i++;
		if (i == p->tiers)
			return yaml_err(y, e, "no tier '%s'",
			    y->text != NULL ? y->text : "");
		s->tiers |= p->tier[i].bit;
	}
	return 0;
}

static int
read_seasons(struct policy *p, const struct yaml *list, struct err *e)
{
	static const char *const keys[] = { "from", "until", "tiers",
		"response", NULL };

	if (list == NULL)
		return 0;
	if (list->kind != YAML_LIST || list->count > SEASONS_MOST)
		return yaml_err(list, e, "seasons is not a list of at most %d",
		    SEASONS_MOST);
	for (const struct yaml *y = list->first; y != NULL; y = y->next) {
		struct season *s = &p->season[p->seasons++];
		const struct yaml *longer = yaml_get(y, "response");

		if (yaml_only(y, keys, e) < 0 ||
		    read_month_day(y, "from", &s->from, e) < 0 ||
		    read_month_day(y, "until", &s->until, e) < 0 ||
		    read_season_tiers(p, s, yaml_get(y, "tiers"), e) < 0)
			return -1;
		if (longer == NULL)
			return yaml_err(y, e, "a season needs response: what "
			    "its targets are longer by");
		if (read_duration(longer, &s->longer, e) < 0)
			return -1;
		s->text = longer->text;
	}
	return 0;
}

static int
read_exclusions(struct policy *p, const struct yaml *list, struct err *e)
{
	static const char *const keys[] = { "category", "topic", "why", NULL };

	if (list == NULL)
		return 0;
	if (list->kind != YAML_LIST)
		return yaml_err(list, e, "excluded is not a list");
	p->exclusion = arena_zalloc(&p->arena, (size_t)(list->count + 1) *
	    sizeof(*p->exclusion));
	for (const struct yaml *y = list->first; y != NULL; y = y->next) {
		struct exclusion *x = &p->exclusion[p->exclusions++];

		if (yaml_only(y, keys, e) < 0)
			return -1;
		x->category = yaml_str(y, "category", NULL);
		x->topic = yaml_str(y, "topic", NULL);
		x->why = yaml_str(y, "why", NULL);
		if ((x->category == NULL && x->topic == NULL) ||
		    x->why == NULL)
			return yaml_err(y, e, "an exclusion needs a category "
			    "or a topic, and why");
	}
	return 0;
}

static int
read_warnings(struct policy *p, const struct yaml *map, struct err *e)
{
	if (map == NULL)
		return 0;
	if (map->kind != YAML_MAP)
		return yaml_err(map, e, "warnings is not a map of severities");
	for (const struct yaml *y = map->first; y != NULL; y = y->next) {
		int s = severity_parse(y->key);
		struct duration d;

		if (s < 0)
			return yaml_err(y, e, "'%s' is not a severity",
			    y->key);
		if (read_duration(y, &d, e) < 0)
			return -1;
		if (d.unit != DURATION_SECONDS)
			return yaml_err(y, e, "a warning is hours or minutes "
			    "before due");
		p->warning[s] = (struct warning){ d.amount, y };
	}
	return 0;
}

static int
read_policy(struct policy *p, const struct yaml *root,
    const struct calendars *calendars, struct err *e)
{
	static const char *const keys[] = { "tiers", "seasons", "excluded",
		"warnings", NULL };
	const struct yaml *tiers = yaml_get(root, "tiers"), *y;

	if (yaml_only(root, keys, e) < 0)
		return -1;
	if (tiers == NULL || tiers->kind != YAML_MAP || tiers->count == 0 ||
	    tiers->count > TIERS_MOST)
		return yaml_err(tiers != NULL ? tiers : root, e,
		    "tiers is not a map of one to %d", TIERS_MOST);
	p->tier = arena_zalloc(&p->arena, (size_t)tiers->count *
	    sizeof(*p->tier));
	for (y = tiers->first; y != NULL; y = y->next) {
		p->tier[p->tiers].name = y->key;
		p->tier[p->tiers].bit = UINT32_C(1) << p->tiers;
		p->tiers++;
	}
	/* Targets are told with what each season adds to them. */
	if (read_seasons(p, yaml_get(root, "seasons"), e) < 0)
		return -1;
	y = tiers->first;
	for (size_t i = 0; y != NULL && i < p->tiers; i++, y = y->next) {
		if (read_tier(p, &p->tier[i], y, calendars, e) < 0)
			return -1;
	}
	return read_exclusions(p, yaml_get(root, "excluded"), e) < 0 ||
	    read_warnings(p, yaml_get(root, "warnings"), e) < 0 ? -1 : 0;
}

int
policy_load(struct policy **out, const struct yaml *root,
    const struct calendars *calendars, struct err *e)
{
	struct policy *p = xcalloc(1, sizeof(*p));

	if (read_policy(p, root, calendars, e) < 0) {
		policy_free(p);
		return -1;
	}
	*out = p;
	return 0;
}

void
policy_free(struct policy *p)
{
	arena_free(&p->arena);
	free(p);
}
