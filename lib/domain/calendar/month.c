/* Calendar months. */
#include <stdio.h>
#include <string.h>

#include "base/time.h"
#include "domain/calendar/month.h"

int
month_parse(const char *s, struct month *m)
{
	char first[16];
	struct civil c;
	int64_t day;

	if (strlen(s) != 7)
		return -1;
	snprintf(first, sizeof(first), "%s-01", s);
	if (date_parse(first, &day) < 0)
		return -1;
	c = civil_from_seconds(day * 86400);
	if (c.year < 1970 || c.year > 2099)
		return -1;
	memcpy(m->name, first, 7);
	m->name[7] = '\0';
	m->year = c.year;
	m->number = c.month;
	return 0;
}

static void
set_name(struct month *m)
{
	char text[16];

	snprintf(text, sizeof(text), "%04d-%02d", (int)(m->year % 10000),
	    m->number);
	memcpy(m->name, text, 7);
	m->name[7] = '\0';
}

void
month_at(const struct zone *z, int64_t at, struct month *m)
{
	struct civil c = civil_from_seconds(zone_local(z, at));

	m->year = c.year;
	m->number = c.month;
	set_name(m);
}

void
month_next(struct month *m)
{
	m->number = m->number % 12 + 1;
	m->year += m->number == 1;
	set_name(m);
}

void
month_bounds(const struct month *m, const struct zone *z, int64_t *from,
    int64_t *to)
{
	int64_t day = days_from_civil(m->year, m->number, 1);

	*from = zone_day(z, day);
	*to = zone_day(z, day + days_in_month(m->year, m->number));
}
