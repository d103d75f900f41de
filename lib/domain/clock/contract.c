/* Reading rules/contracts.yaml: what customers have agreed on of their own. */
#include <stdlib.h>
#include <string.h>

#include "base/time.h"
#include "domain/clock/polfile.h"

#define LOCKING	(2 * 365 * INT64_C(86400))	/* so long a contract locks */

/* A contract's dates are of the zone in which its targets count. */
static const struct calendar *
home(const struct policy *p, const struct contract *c)
{
	const struct tier *t = p->version[0].tier;

	if (c->calendar != NULL)
		return c->calendar;
	if (c->tier != NULL)
		t = policy_tier_of(p, &p->version[0], c->tier);
	return t->cell[SEVERITY_LOW].calendar;
}

/* The first moment behind the day, where until is a date. */
static int
read_until(struct contract *c, const struct yaml *y,
    const struct calendar *calendar, struct err *e)
{
	const struct yaml *at = yaml_get(y, "until");
	char text[TIME_TEXT];
	struct yaml next;
	int64_t day;

	c->until = TIME_MAX;
	if (at == NULL || at->text == NULL || date_parse(at->text, &day) < 0)
		return policy_date(y, "until", calendar, &c->until, e);
	time_format((day + 1) * 86400, text);
	text[10] = '\0';
	next = *at;
	next.text = text;
	next.next = NULL;
	return policy_date(&(struct yaml){ .kind = YAML_MAP, .file = y->file,
	    .line = y->line, .first = &next, .count = 1 }, "until", calendar,
	    &c->until, e);
}

static int
read_validity(struct policy *p, struct contract *c, const struct yaml *y,
    struct err *e)
{
	const struct calendar *calendar = home(p, c);

	if (yaml_get(y, "from") == NULL)
		return yaml_err(y, e, "a contract needs from");
	if (policy_date(y, "from", calendar, &c->from, e) < 0 ||
	    read_until(c, y, calendar, e) < 0)
		return -1;
	c->signing = c->from;
	if (policy_date(y, "signed", calendar, &c->signing, e) < 0)
		return -1;
	if (c->until <= c->from)
		return yaml_err(yaml_get(y, "until"), e,
		    "the contract ends before it begins");
	if (c->signing > c->from)
		return yaml_err(yaml_get(y, "signed"), e,
		    "the contract begins before it is signed");
	c->locked = c->until == TIME_MAX || c->until - c->from >= LOCKING;
	return yaml_bool(y, "locked", &c->locked, e);
}

static int
read_calendar(struct contract *c, const struct yaml *y,
    const struct calendars *calendars, struct err *e)
{
	const struct yaml *name = yaml_get(y, "calendar");

	if (name == NULL)
		return 0;
	c->calendar = calendar_find(calendars, yaml_str(y, "calendar", ""));
	if (c->calendar == NULL)
		return yaml_err(name, e, "no calendar '%s'",
		    yaml_str(y, "calendar", ""));
	return 0;
}

/* Business days need a calendar that has some, wherever they come from. */
static int
check_days(const struct yaml *y, const struct calendar *c, struct err *e)
{
	if (c != NULL && calendar_day(c) == 0)
		return yaml_err(yaml_get(y, "calendar"), e, "calendar '%s' "
		    "has no regular days", calendar_name(c));
	return 0;
}

static int
read_own(struct policy *p, struct contract *c, const struct yaml *y,
    const struct calendars *calendars, struct err *e)
{
	if (check_days(y, c->calendar, e) < 0)
		return -1;
	for (int s = 0; s < SEVERITIES; s++) {
		const struct yaml *own = yaml_get(y, severity_name(
		    (enum severity)s));

		if (own != NULL && (policy_cell(p, &c->own[s], own, calendars,
		    e) < 0 || check_days(own, c->own[s].calendar, e) < 0))
			return -1;
	}
	return 0;
}

static int
read_contract(struct policy *p, struct contract *c, const struct yaml *y,
    const struct calendars *calendars, struct err *e)
{
	static const char *const keys[] = { "customer", "from", "until",
		"signed", "locked", "tier", "uptime", "calendar", "CRITICAL",
		"HIGH", "MEDIUM", "LOW", NULL };

	c->where = y;
	if (yaml_only(y, keys, e) < 0 ||
	    yaml_decimal(y, "uptime", 4, &c->uptime, e) < 0)
		return -1;
	c->customer = yaml_str(y, "customer", "");
	if (*c->customer == '\0')
		return yaml_err(y, e, "a contract needs a customer");
	if (c->uptime < 0 || c->uptime > 1000000)
		return yaml_err(yaml_get(y, "uptime"), e,
		    "uptime is not between 0 and 100");
	c->tier = yaml_str(y, "tier", NULL);
	if (c->tier != NULL && policy_tier_of(p, &p->version[0],
	    c->tier) == NULL)
		return yaml_err(yaml_get(y, "tier"), e, "no tier '%s'",
		    c->tier);
	return read_calendar(c, y, calendars, e) < 0 ||
	    read_validity(p, c, y, e) < 0 ||
	    read_own(p, c, y, calendars, e) < 0 ? -1 : 0;
}

static int
by_customer(const void *x, const void *y)
{
	const struct contract *a = x, *b = y;
	int order = strcmp(a->customer, b->customer);

	return order != 0 ? order : (a->from > b->from) - (a->from < b->from);
}

static int
check_overlaps(const struct policy *p, struct err *e)
{
	for (size_t i = 1; i < p->contracts; i++) {
		const struct contract *a = &p->contract[i - 1];
		const struct contract *b = &p->contract[i];

		if (strcmp(a->customer, b->customer) == 0 &&
		    b->from < a->until)
			return yaml_err(b->where, e, "'%s' has another "
			    "contract at that time, in line %d", b->customer,
			    a->where->line);
	}
	return 0;
}

int
policy_contracts(struct policy *p, const struct yaml *root,
    const struct calendars *calendars, struct err *e)
{
	static const char *const keys[] = { "contracts", NULL };
	const struct yaml *list = yaml_get(root, "contracts");

	if (yaml_only(root, keys, e) < 0)
		return -1;
	if (list == NULL)
		return 0;
	if (list->kind != YAML_LIST)
		return yaml_err(list, e, "contracts is not a list");
	p->contract = arena_zalloc(&p->arena, (size_t)(list->count + 1) *
	    sizeof(*p->contract));
	for (const struct yaml *y = list->first; y != NULL; y = y->next) {
		if (read_contract(p, &p->contract[p->contracts], y, calendars,
		    e) < 0) {
			p->contracts = 0;
			return -1;
		}
		p->contracts++;
	}
	if (p->contracts > 1)
		qsort(p->contract, p->contracts, sizeof(*p->contract),
		    by_customer);
	return check_overlaps(p, e);
}
