/* Reading rules/sla.yaml. */
#include <stdlib.h>
#include <string.h>

#include "base/time.h"
#include "domain/clock/polfile.h"
#include "format/zone.h"

static int
read_cells(struct policy *p, struct tier *t, const struct yaml *y,
    const struct calendars *calendars, struct err *e)
{
	const struct calendar *calendar = NULL;

	if (policy_find_calendar(y, calendars, &calendar, e) < 0)
		return -1;
	for (int s = 0; s < SEVERITIES; s++) {
		const char *name = severity_name((enum severity)s);
		const struct yaml *own = yaml_get(y, name);
		struct cell *cell = &t->cell[s];

		if (calendar != NULL && !cell->own_calendar)
			cell->calendar = calendar;
		if (own == NULL && cell->goal[0].where == NULL)
			return yaml_err(y, e, "tier '%s' has no %s", y->key,
			    name);
		if (own != NULL && policy_cell(p, cell, own, calendars,
		    e) < 0)
			return -1;
		for (int k = 0; k < CLOCK_NEXT; k++) {
			if (cell->goal[k].where == NULL)
				return yaml_err(own, e, "%s has no %s; say "
				    "none for best effort", name,
				    clock_name((enum clock_kind)k));
		}
		if (cell->calendar == NULL)
			return yaml_err(own, e, "%s has no calendar", name);
		if (policy_count(cell, e) < 0)
			return -1;
	}
	return 0;
}

static int
read_downtime(struct tier *t, const struct yaml *y, struct err *e)
{
	struct duration d;

	if (yaml_get(y, "downtime") == NULL)
		return 0;
	t->downtime = yaml_get(y, "downtime");
	if (policy_duration(t->downtime, &d, e) < 0)
		return -1;
	if (d.unit != DURATION_SECONDS || yaml_get(y, "uptime") == NULL)
		return yaml_err(t->downtime, e, "downtime is minutes "
		    "and seconds beside an uptime");
	t->downtime_s = d.amount;
	return 0;
}

/* A tier, or what is different about it from a moment on. */
static int
read_tier(struct policy *p, struct tier *t, const struct yaml *y,
    const struct calendars *calendars, struct err *e)
{
	static const char *const keys[] = { "share", "uptime", "downtime",
		"calendar", "CRITICAL", "HIGH", "MEDIUM", "LOW", NULL };

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
	if (read_downtime(t, y, e) < 0)
		return -1;
	return read_cells(p, t, y, calendars, e);
}

int
policy_date(const struct yaml *y, const char *key, const struct calendar *c,
    int64_t *out, struct err *e)
{
	const struct yaml *at = yaml_get(y, key);
	const char *text = yaml_str(y, key, "");
	const struct zone *zone;
	int64_t day;

	if (at == NULL)
		return 0;
	if (time_parse(text, out) == 0)
		return 0;
	if (date_parse(text, &day) < 0)
		return yaml_err(at, e, "%s '%s' is not a date such as "
		    "2026-07-01", key, text);
	if (zone_load(&zone, calendar_zone(c), e) < 0)
		return -1;
	*out = zone_day(zone, day);
	return 0;
}

/* The tiers as they were, and over them what changes. */
static int
read_change(struct policy *p, const struct yaml *y,
    const struct calendars *calendars, struct err *e)
{
	static const char *const keys[] = { "from", "tiers", NULL };
	const struct version *before = &p->version[p->versions - 1];
	struct version *v = &p->version[p->versions];
	const struct yaml *tiers = yaml_get(y, "tiers");

	if (yaml_only(y, keys, e) < 0)
		return -1;
	if (yaml_get(y, "from") == NULL || tiers == NULL ||
	    tiers->kind != YAML_MAP)
		return yaml_err(y, e, "a change needs from and tiers");
	if (policy_date(y, "from", before->tier[0].cell[0].calendar, &v->from,
	    e) < 0)
		return -1;
	if (v->from <= before->from)
		return yaml_err(y, e, "changes are not in order of from");
	v->where = y;
	v->tier = arena_alloc(&p->arena, p->tiers * sizeof(*v->tier));
	memcpy(v->tier, before->tier, p->tiers * sizeof(*v->tier));
	p->versions++;
	for (y = tiers->first; y != NULL; y = y->next) {
		const struct tier *t = policy_tier_of(p, v, y->key);

		if (t == NULL)
			return yaml_err(y, e, "no tier '%s'", y->key);
		if (read_tier(p, &v->tier[t - v->tier], y, calendars, e) < 0)
			return -1;
	}
	return 0;
}

static int
read_changes(struct policy *p, const struct yaml *list,
    const struct calendars *calendars, struct err *e)
{
	if (list == NULL)
		return 0;
	if (list->kind != YAML_LIST || list->count >= VERSIONS_MOST)
		return yaml_err(list, e, "changes is not a list of under %d",
		    VERSIONS_MOST);
	for (const struct yaml *y = list->first; y != NULL; y = y->next) {
		if (read_change(p, y, calendars, e) < 0)
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
		    strcmp(p->version->tier[i].name, y->text) != 0))
			i++;
		if (i == p->tiers)
			return yaml_err(y, e, "no tier '%s'",
			    y->text != NULL ? y->text : "");
		s->tiers |= p->version->tier[i].bit;
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

		s->line = y->line;
		if (yaml_only(y, keys, e) < 0 ||
		    read_month_day(y, "from", &s->from, e) < 0 ||
		    read_month_day(y, "until", &s->until, e) < 0 ||
		    read_season_tiers(p, s, yaml_get(y, "tiers"), e) < 0)
			return -1;
		if (longer == NULL)
			return yaml_err(y, e, "a season needs response: what "
			    "its targets are longer by");
		if (policy_duration(longer, &s->longer, e) < 0)
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
		if (policy_duration(y, &d, e) < 0)
			return -1;
		if (d.unit != DURATION_SECONDS)
			return yaml_err(y, e, "a warning is hours or minutes "
			    "before due");
		p->warning[s] = (struct warning){ d.amount, y };
	}
	return 0;
}

/* -- what happens to a clock ------------------------------------------ */

static int
read_on_change(const struct yaml *y, enum on_change *out, struct err *e)
{
	static const char *const words[] = { "start", "retroactive",
		"from_change", "proportional" };

	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++) {
		if (y->text != NULL && strcmp(y->text, words[i]) == 0) {
			*out = (enum on_change)i;
			return 0;
		}
	}
	return yaml_err(y, e, "%s is not start, retroactive, from_change or "
	    "proportional", y->key);
}

static int
read_on_changes(struct policy *p, const struct yaml *y, struct err *e)
{
	static const char *const keys[] = { "severity", "tier", "policy",
		NULL };

	p->on_change[CHANGE_SEVERITY] = p->on_change[CHANGE_TIER] =
	    ON_CHANGE_RETROACTIVE;
	if (y == NULL)
		return 0;
	for (int i = 0; i < CHANGES; i++) {
		const struct yaml *one = y->kind == YAML_MAP ?
		    yaml_get(y, keys[i]) : y;

		if (one != NULL && read_on_change(one, &p->on_change[i],
		    e) < 0)
			return -1;
	}
	return y->kind == YAML_MAP ? yaml_only(y, keys, e) : 0;
}

static int
read_pauses(struct policy *p, const struct yaml *list, struct err *e)
{
	if (list == NULL) {
		p->pauses = UINT32_MAX;
		return 0;
	}
	if (list->kind != YAML_LIST)
		return yaml_err(list, e, "pauses is not a list of clocks");
	for (const struct yaml *y = list->first; y != NULL; y = y->next) {
		int k = clock_parse(y->text);

		if (k < 0)
			return yaml_err(y, e, "'%s' is not response, "
			    "resolution or next", y->text != NULL ? y->text :
			    "");
		p->pauses |= UINT32_C(1) << k;
	}
	return 0;
}

static int
read_habits(struct policy *p, const struct yaml *root, struct err *e)
{
	const struct yaml *reopen = yaml_get(root, "on_reopen");
	const struct yaml *remind = yaml_get(root, "remind");
	const char *text = yaml_str(root, "on_reopen", "continue");

	p->restarts = strcmp(text, "restart") == 0;
	if (!p->restarts && strcmp(text, "continue") != 0)
		return yaml_err(reopen, e, "on_reopen is not continue or "
		    "restart");
	if (remind != NULL && (remind->text == NULL ||
	    duration_parse(remind->text, &p->remind) < 0))
		return yaml_err(remind, e, "remind '%s' is not a duration "
		    "such as 3d or 2bd", remind->text != NULL ? remind->text :
		    "");
	return read_on_changes(p, yaml_get(root, "on_change"), e) < 0 ||
	    read_pauses(p, yaml_get(root, "pauses"), e) < 0 ? -1 : 0;
}

static int
read_policy(struct policy *p, const struct yaml *root,
    const struct calendars *calendars, struct err *e)
{
	static const char *const keys[] = { "tiers", "changes", "seasons",
		"excluded", "warnings", "on_change", "on_reopen", "pauses",
		"remind", NULL };
	const struct yaml *tiers = yaml_get(root, "tiers"), *y;
	struct tier *t;

	if (yaml_only(root, keys, e) < 0)
		return -1;
	if (tiers == NULL || tiers->kind != YAML_MAP || tiers->count == 0 ||
	    tiers->count > TIERS_MOST)
		return yaml_err(tiers != NULL ? tiers : root, e,
		    "tiers is not a map of one to %d", TIERS_MOST);
	t = arena_zalloc(&p->arena, (size_t)tiers->count * sizeof(*t));
	p->version[0] = (struct version){ TIME_MIN, t, tiers };
	p->versions = 1;
	for (y = tiers->first; y != NULL; y = y->next) {
		t[p->tiers].name = y->key;
		t[p->tiers].bit = UINT32_C(1) << p->tiers;
		t[p->tiers++].share = 10000;
	}
	/* Targets are told with what each season adds to them. */
	if (read_seasons(p, yaml_get(root, "seasons"), e) < 0)
		return -1;
	for (y = tiers->first; y != NULL; y = y->next) {
		if (read_tier(p, t++, y, calendars, e) < 0)
			return -1;
	}
	return read_changes(p, yaml_get(root, "changes"), calendars, e) < 0 ||
	    read_habits(p, root, e) < 0 ||
	    read_exclusions(p, yaml_get(root, "excluded"), e) < 0 ||
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
