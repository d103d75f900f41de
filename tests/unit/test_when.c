/* Dates as spreadsheets and helpdesks write them. */
#include <string.h>

#include "base/time.h"
#include "format/when.h"
#include "unit.h"

static const char *
text_of(int rc, int64_t at)
{
	static char out[TIME_TEXT];

	return rc < 0 ? "-" : time_format(at, out);
}

START_TEST(formats)
{
	static const struct {
		const char *format, *text, *zone, *want;
	} rows[] = {
		{ "%d.%m.%Y %H:%M", "02.03.2026 09:15", "Europe/Berlin",
		    "2026-03-02T08:15:00Z" },
		{ "%d.%m.%Y %H:%M", "29.03.2026 02:30", "Europe/Berlin",
		    "2026-03-29T01:00:00Z" },
		{ "%d.%m.%Y %H:%M", "25.10.2026 02:30", "Europe/Berlin",
		    "2026-10-25T00:30:00Z" },
		{ "%m/%d/%Y %I:%M %p", "1/9/2026 12:05 AM", NULL,
		    "2026-01-09T00:05:00Z" },
		{ "%m/%d/%y %I:%M:%S %p", "12/31/99 12:00:00 p.m.", NULL,
		    "1999-12-31T12:00:00Z" },
		{ "%d %b %Y", "7 September 2026", NULL,
		    "2026-09-07T00:00:00Z" },
		{ "%a, %d %B %Y %H:%M:%S %z", "Mon, 02 Mar 2026 09:15:00 "
		    "+0530", "Europe/Berlin", "2026-03-02T03:45:00Z" },
		{ "%Y-%m-%dT%H:%M:%S.%f%z", "2026-03-02T09:15:00.123-08:00",
		    NULL, "2026-03-02T17:15:00Z" },
		{ "%s", "1767607200", NULL, "2026-01-05T10:00:00Z" },
		{ "%d.%m.%Y", "31.04.2026", NULL, "-" },
		{ "%d.%m.%Y", "29.02.2024", NULL, "2024-02-29T00:00:00Z" },
		{ "%d.%m.%Y", "29.02.2026", NULL, "-" },
		{ "%d.%m.%Y", "00.00.0000", NULL, "-" },
		{ "%d.%m.%Y", "2.3.2026 x", NULL, "-" },
		{ "%d.%m.%Y", " 2.3.2026 ", NULL, "2026-03-02T00:00:00Z" },
		{ "%d.%m.%Y", "", NULL, "-" },
		{ "%I %p", "13 PM", NULL, "-" },
		{ "%H:%M", "24:00", NULL, "1970-01-02T00:00:00Z" },
		{ "%H:%M", "24:01", NULL, "-" },
		{ "100%%", "100%", NULL, "1970-01-01T00:00:00Z" },
		{ "%z", "+16:00", NULL, "-" },
		{ "%Y", "99999", NULL, "-" },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		const struct zone *z = NULL;
		struct err e = { 0 };
		int64_t at = 0;
		const char *got;
		int rc;

		if (rows[i].zone != NULL)
			ck_assert_int_eq(zone_load(&z, rows[i].zone, &e), 0);
		rc = when_parse(rows[i].format, rows[i].text, z, &at);
		got = text_of(rc, at);
		ck_assert_msg(strcmp(got, rows[i].want) == 0,
		    "%s of '%s': %s, want %s", rows[i].format, rows[i].text,
		    got, rows[i].want);
	}
	ck_assert(when_format("%d.%m.%Y %H:%M:%S %z %%"));
	ck_assert(!when_format("%d.%q"));
	ck_assert(!when_format("%"));
}
END_TEST

START_TEST(guesses)
{
	static const struct { const char *text, *want; } rows[] = {
		{ "2026-03-02T09:15:00Z", "2026-03-02T09:15:00Z" },
		{ "2026-03-02T09:15:00.123+01:00", "2026-03-02T08:15:00Z" },
		{ "2026-03-02 09:15:00 UTC", "2026-03-02T09:15:00Z" },
		{ "2026/03/02 09:15:00 +0530", "2026-03-02T03:45:00Z" },
		{ "2026-03-02 09:15:00", "2026-03-02T09:15:00Z" },
		{ "2026-03-02", "2026-03-02T00:00:00Z" },
		{ "1767607200", "2026-01-05T10:00:00Z" },
		{ "1767607200123", "2026-01-05T10:00:00Z" },
		{ "1767607200123456", "2026-01-05T10:00:00Z" },
		{ "1767607200.5", "2026-01-05T10:00:00Z" },
		{ "@1767607200", "2026-01-05T10:00:00Z" },
		{ "20260302T091500Z", "2026-03-02T09:15:00Z" },
		{ "20260302", "2026-03-02T00:00:00Z" },
		{ "2026-03-02T24:00", "2026-03-03T00:00:00Z" },
		{ "Mon, 02 Mar 2026 09:15:00 +0100", "2026-03-02T08:15:00Z" },
		{ "2 March 2026", "2026-03-02T00:00:00Z" },
		{ "2026-03-02 09:15:00.123456", "2026-03-02T09:15:00Z" },
		{ "2026-03-02T09:15:00.9", "2026-03-02T09:15:00Z" },
		{ "2026-03-02 09:15:00,123", "2026-03-02T09:15:00Z" },
		{ "2026-03-02T09:15:00,5+01:00", "2026-03-02T08:15:00Z" },
		{ "2026-03-02 09:15:00,5 +0100", "2026-03-02T08:15:00Z" },
		{ "2026-03-02 09:15:00,", "-" },
		{ "2026/03/02 09:15", "2026-03-02T09:15:00Z" },
		{ "20260302T0915Z", "2026-03-02T09:15:00Z" },
		{ "Mon Mar  2 09:15:00 2026", "2026-03-02T09:15:00Z" },
		{ "Mon Mar  2 09:15:00 UTC 2026", "2026-03-02T09:15:00Z" },
		{ "Mon Mar 2 09:15:00 2026 +0100", "2026-03-02T08:15:00Z" },
		{ "@0", "1970-01-01T00:00:00Z" },
		{ "@86400", "1970-01-02T00:00:00Z" }, { "@", "-" },
		{ "0000-00-00", "-" }, { "0000-00-00 00:00:00", "-" },
		{ "0", "-" }, { "-1", "-" }, { "45000", "-" },
		{ "99999999999999999999999", "-" }, { "true", "-" },
		{ "02.03.2026", "-" }, { "", "-" },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		int64_t at = 0;
		int rc = when_guess(rows[i].text, NULL, &at);
		const char *got = text_of(rc, at);

		ck_assert_msg(strcmp(got, rows[i].want) == 0,
		    "'%s': %s, want %s", rows[i].text, got, rows[i].want);
	}
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("when");
	TCase *t = tcase_create("when");

	tcase_add_test(t, formats);
	tcase_add_test(t, guesses);
	suite_add_tcase(s, t);
	return unit_main(s);
}
