/*
 * TZif files: whatever they say, a zone that loads is one function of time,
 * that goes up second by second between its changes and has an inverse.
 */
#include <stdint.h>
#include <stdlib.h>

#include "base/time.h"
#include "format/tzrule.h"
#include "format/zone.h"

static void
require(int true_of_every_zone)
{
	if (!true_of_every_zone)
		abort();
}

static void
check(const struct zone *z, int64_t t)
{
	int64_t local = zone_local(z, t), first, later;

	require(zone_change(z, t) > t);
	require(zone_offset(z, t) == local - t);
	require(zone_abbreviation(z, t) != NULL);
	first = zone_utc(z, local, false);
	later = zone_utc(z, local, true);
	require(first <= t && t <= later);
	require(zone_utc(z, local + 1, false) >= first);
	require(zone_utc(z, local + 1, true) >= later);
	require(zone_day(z, zone_date(z, t)) <= t);
}

int	LLVMFuzzerTestOneInput(const uint8_t *, size_t);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct zone *z = NULL;
	struct err e = { 0 };
	int64_t t = TIME_MIN;

	if (zone_parse(&z, "fuzz", data, size, &e) < 0) {
		require(e.kind == ERR_INPUT);
		return 0;
	}
	for (int i = 0; i < 3000 && t < TIME_MAX; i++) {
		check(z, t);
		if (zone_change(z, t) >= TIME_MAX)
			break;
		t = zone_change(z, t);
		check(z, t - 1);
	}
	check(z, 0);
	check(z, INT64_C(16725225600));
	check(z, TIME_MAX);
	zone_free(z);
	return 0;
}
