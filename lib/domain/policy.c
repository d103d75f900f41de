/* rules/sla.yaml. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/time.h"
#include "domain/policy.h"

struct cell {
	const struct calendar *calendar;
	struct duration target[2];	/* response, resolution */
	bool none[2];
	const char *text[2];
	int line;
};

struct tier {
	const char *name;
	const char *file;
	int line;
	int64_t share;		/* 10^-2 percent */
	int64_t uptime;		/* 10^-4 percent */
	struct cell cell[SEVERITIES];
};

struct season {
	int from, until;	/* month * 100 + day; may pass the year's end */
	const struct yaml *tiers;	/* NULL: all */
	struct duration response;
	const char *text;
};

struct exclusion {
	const char *category, *topic, *why;
};

struct policy {
	struct arena arena;
	struct tier *tier;
	size_t tiers;
	struct season *season;
	size_t seasons;
	struct exclusion *exclusion;
	size_t exclusions;
};

const char *
clock_name(enum clock_kind k)
{
	static const char *const names[] = { "response", "resolution", "next" };

	return names[k];
}

static int
load_target(struct cell *cell, int which, const struct yaml *y,
    const char *key, struct err *e)
{
	const struct yaml *t = yaml_get(y, key);

	if (t == NULL || t->text == NULL)
		return yaml_err(y, e, "%s has no %s", y->key, key);
	cell->text[which] = t->text;
	if (strcmp(t->text, "none") == 0) {
		cell->none[which] = true;
		return 0;
	}
	if (duration_parse(t->text, &cell->target[which]) < 0 ||
	    cell->target[which].amount == 0)
		return yaml_err(t, e, "%s '%s' is not a duration such as 30m, "
		    "4h or 2bd, or none", key, t->text);
	if (cell->target[which].unit == DURATION_DAYS)
		return yaml_err(t, e, "%s '%s': calendar days are not counted "
		    "here; say 24h or 1bd", key, t->text);
	return 0;
}

static int
load_cell(struct cell *cell, const struct yaml *y,
    const struct calendars *calendars, struct err *e)
{
	static const char *const keys[] = { "response", "resolution",
		"calendar", NULL };
	const char *name = yaml_str(y, "calendar", NULL);

	if (yaml_only(y, keys, e) < 0)
		return -1;
	cell->line = y->line;
	if (name == NULL)
		return yaml_err(y, e, "%s has no calendar", y->key);
	if ((cell->calendar = calendar_find(calendars, name)) == NULL)
		return yaml_err(yaml_get(y, "calendar"), e,
		    "no calendar '%s'", name);
	return load_target(cell, 0, y, "response", e) < 0 ||
	    load_target(cell, 1, y, "resolution", e) < 0 ? -1 : 0;
}

static int
load_tier(struct tier *t, const struct yaml *y,
    const struct calendars *calendars, struct err *e)
{
	static const char *const keys[] = { "share", "uptime", "CRITICAL",
		"HIGH", "MEDIUM", "LOW", NULL };

	if (yaml_only(y, keys, e) < 0 ||
	    yaml_decimal(y, "share", 2, &t->share, e) < 0 ||
	    yaml_decimal(y, "uptime", 4, &t->uptime, e) < 0)
		return -1;
	t->name = y->key;
	t->file = y->file;
	t->line = y->line;
	if (t->share < 0 || t->share > 10000)
		return yaml_err(y, e, "share is not between 0 and 100");
	for (int s = 0; s < SEVERITIES; s++) {
		const struct yaml *cell = yaml_get(y,
		    severity_name((enum severity)s));

		if (cell == NULL)
			return yaml_err(y, e, "tier '%s' has no %s", y->key,
			    severity_name((enum severity)s));
		if (load_cell(&t->cell[s], cell, calendars, e) < 0)
			return -1;
	}
	return 0;
}

static int
month_day(const struct yaml *y, const char *key, int *out, struct err *e)
{
	const char *s = yaml_str(y, key, "");
	int month, day;

	if (strlen(s) != 5 || sscanf(s, "%2d-%2d", &month, &day) != 2 ||
	    month < 1 || month > 12 || day < 1 ||
	    day > days_in_month(2028, month))
		return yaml_err(y, e, "%s '%s' is not a date such as 12-24",
		    key, s);
	*out = month * 100 + day;
	return 0;
}

static int
load_seasons(struct policy *p, const struct yaml *list, struct err *e)
{
	static const char *const keys[] = { "from", "until", "tiers",
		"response", NULL };

	if (list == NULL)
		return 0;
	p->season = arena_zalloc(&p->arena, (size_t)(list->count + 1) *
	    sizeof(*p->season));
	for (const struct yaml *y = list->first; y != NULL; y = y->next) {
		struct season *s = &p->season[p->seasons++];

		if (yaml_only(y, keys, e) < 0 ||
		    month_day(y, "from", &s->from, e) < 0 ||
		    month_day(y, "until", &s->until, e) < 0)
			return -1;
		s->tiers = yaml_get(y, "tiers");
		s->text = yaml_str(y, "response", "");
		if (duration_parse(s->text, &s->response) < 0 ||
		    s->response.unit == DURATION_DAYS)
			return yaml_err(y, e, "response '%s' is not a "
			    "duration such as 1bd", s->text);
	}
	return 0;
}

static int
load_exclusions(struct policy *p, const struct yaml *list, struct err *e)
{
	static const char *const keys[] = { "category", "topic", "why", NULL };

	if (list == NULL)
		return 0;
	p->exclusion = arena_zalloc(&p->arena, (size_t)(list->count + 1) *
	    sizeof(*p->exclusion));
	for (const struct yaml *y = list->first; y != NULL; y = y->next) {
		struct exclusion *x = &p->exclusion[p->exclusions++];

		if (yaml_only(y, keys, e) < 0)
			return -1;
		x->category = yaml_str(y, "category", NULL);
		x->topic = yaml_str(y, "topic", NULL);
		x->why = yaml_str(y, "why", NULL);
		if (x->category == NULL || x->why == NULL)
			return yaml_err(y, e, "an exclusion needs category "
			    "and why");
	}
	return 0;
}

int
policy_load(struct policy **out, const struct yaml *root,
    const struct calendars *calendars, struct err *e)
{
	static const char *const keys[] = { "tiers", "seasons", "excluded",
		NULL };
	const struct yaml *tiers = yaml_get(root, "tiers");
	struct policy *p;

	if (yaml_only(root, keys, e) < 0)
		return -1;
	if (tiers == NULL || tiers->kind != YAML_MAP || tiers->count == 0)
		return yaml_err(root, e, "no tiers");
	p = xcalloc(1, sizeof(*p));
	p->tier = arena_zalloc(&p->arena, (size_t)tiers->count *
	    sizeof(*p->tier));
	for (const struct yaml *y = tiers->first; y != NULL; y = y->next) {
		if (load_tier(&p->tier[p->tiers++], y, calendars, e) < 0)
			goto bad;
	}
	if (load_seasons(p, yaml_get(root, "seasons"), e) < 0 ||
	    load_exclusions(p, yaml_get(root, "excluded"), e) < 0)
		goto bad;
	*out = p;
	return 0;
bad:
	policy_free(p);
	return -1;
}

void
policy_free(struct policy *p)
{
	arena_free(&p->arena);
	free(p);
}

static const struct tier *
find_tier(const struct policy *p, const char *name)
{
	for (size_t i = 0; i < p->tiers; i++) {
		if (strcmp(p->tier[i].name, name) == 0)
			return &p->tier[i];
	}
	return NULL;
}

static int64_t
in_seconds(const struct duration *d, const struct calendar *c)
{
	return d->unit == DURATION_BUSINESS_DAYS ?
	    d->amount * calendar_day(c) : d->amount;
}

static bool
applies(const struct season *s, const char *tier, int date)
{
	const struct yaml *y = s->tiers != NULL ? s->tiers->first : NULL;

	if (s->from <= s->until ? date < s->from || date > s->until :
	    date < s->from && date > s->until)
		return false;
	for (; y != NULL; y = y->next) {
		if (y->text != NULL && strcmp(y->text, tier) == 0)
			return true;
	}
	return s->tiers == NULL;
}

static int64_t
extension(const struct policy *p, const char *tier, const struct calendar *c,
    int64_t start)
{
	int64_t seconds = 0;
	struct civil day;

	if (p->seasons == 0)
		return 0;
	day = civil_from_seconds(calendar_local(c, start));
	for (size_t i = 0; i < p->seasons; i++) {
		if (applies(&p->season[i], tier, day.month * 100 + day.day))
			seconds += in_seconds(&p->season[i].response, c);
	}
	return seconds;
}

int
policy_target(const struct policy *p, const char *tier, enum severity s,
    enum clock_kind kind, int64_t start, struct target *out, struct err *e)
{
	const struct tier *t = find_tier(p, tier);
	int which = kind == CLOCK_RESOLUTION ? 1 : 0;
	const struct cell *cell;

	if (t == NULL)
		return err_set(e, ERR_INPUT, "no tier '%s' in the policy",
		    tier);
	cell = &t->cell[s];
	out->calendar = cell->calendar;
	out->text = cell->text[which];
	out->line = cell->line;
	out->seconds = 0;
	if (cell->none[which])
		return 0;
	out->seconds = in_seconds(&cell->target[which], cell->calendar);
	if (which == 0)
		out->seconds += extension(p, tier, cell->calendar, start);
	return 0;
}

const char *
policy_excluded(const struct policy *p, const char *category,
    const char *topic)
{
	for (size_t i = 0; i < p->exclusions; i++) {
		const struct exclusion *x = &p->exclusion[i];

		if (strcmp(x->category, category) == 0 &&
		    (x->topic == NULL || strcmp(x->topic, topic) == 0))
			return x->why;
	}
	return NULL;
}

int64_t
policy_share(const struct policy *p, const char *tier)
{
	const struct tier *t = find_tier(p, tier);

	return t != NULL ? t->share : 0;
}

const char *
policy_tier(const struct policy *p, size_t i)
{
	return i < p->tiers ? p->tier[i].name : NULL;
}

struct lint {
	void (*tell)(void *, const char *, int, const char *);
	void *arg;
	int found;
};

static void __attribute__((format(printf, 4, 5)))
tell(struct lint *l, const struct tier *t, int line, const char *fmt, ...)
{
	char text[400];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	l->tell(l->arg, t->file, line, text);
	l->found++;
}

/* A more severe ticket should never wait longer. */
static void
lint_order(struct lint *l, const struct tier *t, int s, int which)
{
	const struct cell *low = &t->cell[s], *high = &t->cell[s + 1];
	int64_t a = in_seconds(&low->target[which], low->calendar);
	int64_t b = in_seconds(&high->target[which], high->calendar);

	if (low->none[which] || high->none[which] || a > b)
		return;
	tell(l, t, high->line, "%s %s: %s %s on '%s' is %s %s %s on '%s'",
	    t->name, which ? "resolution" : "response",
	    severity_name((enum severity)s), low->text[which],
	    calendar_name(low->calendar), a < b ? "faster than" : "as fast as",
	    severity_name((enum severity)(s + 1)), high->text[which],
	    calendar_name(high->calendar));
}

/* 24h of a calendar of 8 hours a day is three days. */
static void
lint_hours(struct lint *l, const struct tier *t, const struct cell *cell,
    int which)
{
	int64_t day = calendar_day(cell->calendar);
	int64_t s = cell->target[which].amount;
	char is[TIME_TEXT];

	if (cell->none[which] || cell->target[which].unit != DURATION_SECONDS ||
	    calendar_is_always(cell->calendar) || s < 86400 || s % 86400 != 0)
		return;
	duration_exact(day, is);
	tell(l, t, cell->line, "%s: %s on '%s' is %lld.%lld business days of "
	    "%s; for the same hour of another day say %lldbd", t->name,
	    cell->text[which], calendar_name(cell->calendar),
	    (long long)(s / day), (long long)(s % day * 10 / day), is,
	    (long long)(s / 86400));
}

/* A resolution that is due before the first word is a slip. */
static void
lint_pair(struct lint *l, const struct tier *t, int s)
{
	const struct cell *c = &t->cell[s];

	if (c->none[0] || c->none[1] ||
	    in_seconds(&c->target[1], c->calendar) >=
	    in_seconds(&c->target[0], c->calendar))
		return;
	tell(l, t, c->line, "%s %s: resolution %s is due before response %s",
	    t->name, severity_name((enum severity)s), c->text[1], c->text[0]);
}

int
policy_lint(const struct policy *p, void (*f)(void *, const char *, int,
    const char *), void *arg)
{
	struct lint l = { f, arg, 0 };

	for (size_t i = 0; i < p->tiers; i++) {
		const struct tier *t = &p->tier[i];

		for (int s = 0; s < SEVERITIES; s++) {
			for (int which = 0; which < 2; which++) {
				lint_hours(&l, t, &t->cell[s], which);
				if (s + 1 < SEVERITIES)
					lint_order(&l, t, s, which);
			}
			lint_pair(&l, t, s);
		}
	}
	return l.found;
}
