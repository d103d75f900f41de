/* Files of calendars: one that loads adds what it counts. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/time.h"
#include "domain/calendar/calendar.h"

static void
require(int true_of_every_calendar)
{
	if (!true_of_every_calendar)
		abort();
}

static void
check(const struct calendar *c, int64_t start, int64_t seconds)
{
	int64_t due = calendar_add(c, start, seconds), open, close;
	struct buf why = BUF_INIT;

	if (due < TIME_MAX) {
		require(calendar_between(c, start, due) == seconds);
		require(calendar_between(c, start, due - 1) == seconds - 1);
		require(calendar_add(c, calendar_subtract(c, due, seconds),
		    seconds) == due);
	}
	if (calendar_window(c, start, &open, &close)) {
		require(close > start && open < close);
		if (open > start && open - start < 1000000)
			calendar_reason(c, start, open, &why);
	}
	buf_free(&why);
}

int	LLVMFuzzerTestOneInput(const uint8_t *, size_t);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct calendars *all;
	struct arena a = { 0 };
	struct err e = { 0 };
	const struct yaml *y;
	struct yaml *root;

	if (yaml_parse(&a, "fuzz", (const char *)data, size, &root, &e) < 0 ||
	    calendars_load(&all, root, &e) < 0) {
		require(e.kind == ERR_CONFIG);
		arena_free(&a);
		return 0;
	}
	for (y = yaml_get(root, "calendars")->first; y != NULL; y = y->next) {
		const struct calendar *c = calendar_find(all, y->key);

		require(c != NULL && calendar_day(c) >= 0);
		for (int64_t t = 0; t < 50; t++)
			check(c, 631152000 + t * 123456789, 1 + t * t * 977);
	}
	calendars_free(all);
	arena_free(&a);
	return 0;
}
