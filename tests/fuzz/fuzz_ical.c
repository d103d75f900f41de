/* iCalendar: what is read is of its days and within its bounds. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/time.h"
#include "format/ical.h"

static void
require(int true_of_every_file)
{
	if (!true_of_every_file)
		abort();
}

/* A text comes back from a line of it. */
static void
check_text(const char *name, const struct zone *z)
{
	struct ical_spans spans = { 0 };
	struct buf b = BUF_INIT;
	struct arena a = { 0 };
	struct err e = { 0 };

	buf_adds(&b, "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\n");
	ical_time(&b, "DTSTART", 86400);
	ical_text(&b, "SUMMARY", name);
	buf_adds(&b, "END:VEVENT\r\nEND:VCALENDAR\r\n");
	require(ical_read(&spans, "own", b.data, b.len, z, 0, 2, &a, &e) == 0);
	require(spans.n == 1 && strcmp(spans.span[0].name, name) == 0);
	ical_free(&spans);
	buf_free(&b);
	arena_free(&a);
}

int	LLVMFuzzerTestOneInput(const uint8_t *, size_t);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const int64_t first = days_from_civil(2000, 1, 1), last = first + 3000;
	struct ical_spans spans = { 0 };
	struct arena a = { 0 };
	struct err e = { 0 };
	const struct zone *z;

	require(zone_load(&z, "America/Los_Angeles", &e) == 0);
	if (ical_read(&spans, "fuzz", (const char *)data, size, z, first,
	    last, &a, &e) < 0)
		require(e.kind == ERR_INPUT &&
		    strncmp(e.text, "fuzz:", 5) == 0);
	for (size_t i = 0; i < spans.n; i++) {
		const struct ical_span *s = &spans.span[i];
		int64_t day = s->days ? 1 : 86400;

		require(s->from <= s->to && s->to - s->from <= 367 * day);
		require(s->to > first * day && s->from <= (last + 1) * day);
		if (i == 0)
			check_text(s->name, z);
	}
	ical_free(&spans);
	arena_free(&a);
	return 0;
}
