/* Business time: additions on the table against a walk day by day. */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "base/time.h"
#include "domain/calendar/calendar.h"
#include "format/zone.h"

static double
seconds(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static uint64_t
next(uint64_t *s)
{
	*s ^= *s << 13;
	*s ^= *s >> 7;
	*s ^= *s << 17;
	return *s;
}

/* Monday to Friday 9 to 17, a day at a time: what one writes first. */
static int64_t
walk(const struct calendar *c, const struct zone *z, int64_t start,
    int64_t left)
{
	for (int64_t day = zone_date(z, start);; day++) {
		int weekday = civil_from_seconds(day * 86400).weekday;
		int64_t open, close;

		if (weekday == 0 || weekday == 6 ||
		    calendar_holiday(c, day) != NULL)
			continue;
		open = zone_utc(z, day * 86400 + 9 * 3600, false);
		close = zone_utc(z, day * 86400 + 17 * 3600, false);
		if (start > open)
			open = start;
		if (open >= close)
			continue;
		if (left <= close - open)
			return open + left;
		left -= close - open;
	}
}

int
main(int argc, char **argv)
{
	const int fast = 20000000, slow = 20000;
	struct arena a = { 0 };
	struct err e = { 0 };
	struct yaml *root;
	struct calendars *all;
	const struct calendar *c;
	const struct zone *z;
	uint64_t state = 88172645463325252;
	int64_t sum = 0;
	double t, table, days;

	if (argc != 2 || yaml_load(&a, argv[1], &root, &e) < 0 ||
	    calendars_load(&all, root, &e) < 0 ||
	    zone_load(&z, "America/Los_Angeles", &e) < 0) {
		fprintf(stderr, "%s\n", e.text);
		return 1;
	}
	c = calendar_find(all, "standard");
	for (int i = 0; i < slow; i++) {
		int64_t start = 1735689600 + (int64_t)(next(&state) % 63072000);
		int64_t n = 60 + (int64_t)(next(&state) % 144000);

		if (calendar_add(c, start, n) != walk(c, z, start, n)) {
			fprintf(stderr, "they differ at %lld\n",
			    (long long)start);
			return 1;
		}
	}
	t = seconds();
	for (int i = 0; i < fast; i++)
		sum += calendar_add(c,
		    1735689600 + (int64_t)(next(&state) % 63072000),
		    60 + (int64_t)(next(&state) % 144000));
	table = seconds() - t;
	t = seconds();
	for (int i = 0; i < slow; i++)
		sum += walk(c, z,
		    1735689600 + (int64_t)(next(&state) % 63072000),
		    60 + (int64_t)(next(&state) % 144000));
	days = seconds() - t;
	printf("%.0f %.0f %d\n", fast / table, slow / days, (int)(sum & 1));
	return 0;
}
