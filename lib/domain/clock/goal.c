/* Targets, as rules/sla.yaml and contracts.yaml write them. */
#include <string.h>

#include "base/time.h"
#include "domain/clock/polfile.h"

/* Open time or business days; a day of 24 hours is for no clock of ours. */
int
policy_duration(const struct yaml *y, struct duration *d, struct err *e)
{
	const char *text = y->text != NULL ? y->text : "";

	if (duration_parse_mixed(text, d) < 0 || d->amount + d->seconds == 0)
		return yaml_err(y, e, "%s '%s' is not a duration such as 30m, "
		    "4h or 2bd", y->key, text);
	if (d->unit == DURATION_DAYS)
		return yaml_err(y, e, "%s '%s': say bd for business days, or "
		    "24h", y->key, text);
	return 0;
}

int64_t
policy_seconds(const struct duration *d, const struct calendar *c, int64_t at)
{
	return d->unit == DURATION_BUSINESS_DAYS ?
	    d->amount * calendar_day_at(c, at) + d->seconds : d->amount;
}

const struct calendar *
policy_calendar(const struct cell *cell, enum clock_kind kind)
{
	return cell->goal[kind].calendar != NULL ? cell->goal[kind].calendar :
	    cell->calendar;
}

/* "2bd on standard": cuts the calendar off and leaves the amount. */
static int
read_own_calendar(struct policy *p, struct goal *g, const struct yaml *y,
    const struct calendars *calendars, struct yaml *amount, struct err *e)
{
	const char *on = y->text != NULL ? strstr(y->text, " on ") : NULL;

	*amount = *y;
	if (on == NULL)
		return 0;
	amount->text = arena_strndup(&p->arena, y->text,
	    (size_t)(on - y->text));
	on += 4 + strspn(on + 4, " ");
	if ((g->calendar = calendar_find(calendars, on)) == NULL)
		return yaml_err(y, e, "no calendar '%s'", on);
	return 0;
}

static int
read_goal(struct policy *p, struct goal *g, const struct yaml *y,
    const struct calendars *calendars, struct err *e)
{
	struct yaml amount;

	*g = (struct goal){ .where = y, .text = y->text };
	if (y->text != NULL && strcmp(y->text, "none") == 0)
		return 0;
	if (read_own_calendar(p, g, y, calendars, &amount, e) < 0 ||
	    policy_duration(&amount, &g->amount, e) < 0)
		return -1;
	g->text = amount.text;
	if (g->calendar != NULL && g->amount.unit == DURATION_BUSINESS_DAYS &&
	    calendar_day(g->calendar) == 0)
		return yaml_err(y, e, "calendar '%s' has no regular days",
		    calendar_name(g->calendar));
	for (size_t i = 0; i < p->seasons; i++)
		g->longer[i] = arena_printf(&p->arena, "%s + %s", g->text,
		    p->season[i].text);
	return 0;
}

int
policy_count(struct cell *cell, struct err *e)
{
	if (!cell->own_next)
		cell->goal[CLOCK_NEXT] = cell->goal[CLOCK_RESPONSE];
	for (int k = 0; k < CLOCKS && cell->calendar != NULL; k++) {
		struct goal *g = &cell->goal[k];
		const struct calendar *on = policy_calendar(cell,
		    (enum clock_kind)k);

		g->seconds = policy_seconds(&g->amount, on, TIME_MAX);
		if (g->amount.amount > 0 && g->seconds == 0)
			return yaml_err(g->where, e, "%s '%s': calendar '%s' "
			    "has no regular days", g->where->key, g->text,
			    calendar_name(on));
	}
	return 0;
}

int
policy_find_calendar(const struct yaml *y, const struct calendars *calendars,
    const struct calendar **out, struct err *e)
{
	const struct yaml *name = yaml_get(y, "calendar");
	const char *text = yaml_str(y, "calendar", "");

	if (name != NULL && (*out = calendar_find(calendars, text)) == NULL)
		return yaml_err(name, e, "no calendar '%s'", text);
	return 0;
}

int
policy_cell(struct policy *p, struct cell *cell, const struct yaml *y,
    const struct calendars *calendars, struct err *e)
{
	static const char *const keys[] = { "response", "resolution", "next",
		"calendar", NULL };

	if (yaml_only(y, keys, e) < 0 ||
	    policy_find_calendar(y, calendars, &cell->calendar, e) < 0)
		return -1;
	if (yaml_get(y, "calendar") != NULL)
		cell->own_calendar = true;
	for (int k = 0; k < CLOCKS; k++) {
		const struct yaml *goal = yaml_get(y,
		    clock_name((enum clock_kind)k));

		if (goal != NULL && read_goal(p, &cell->goal[k], goal,
		    calendars, e) < 0)
			return -1;
		if (goal != NULL && k == CLOCK_NEXT)
			cell->own_next = true;
	}
	return 0;
}
