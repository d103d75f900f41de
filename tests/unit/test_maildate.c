/* Dates as mails have them: by the standard, against it, in languages. */
#include <string.h>

#include "base/time.h"
#include "format/maildate.h"
#include "unit.h"

#define NONE	"none"

START_TEST(dates)
{
	static const struct {
		const char *text, *want;
		int32_t zone;		/* seconds, or MAIL_ZONE_NONE */
	} rows[] = {
		{ "Mon, 12 Jan 2026 10:15:31 +0100", "2026-01-12T09:15:31Z",
		    3600 },
		{ "Mon, 12 Jan 2026 10:15:31 -0330", "2026-01-12T13:45:31Z",
		    -12600 },
		{ "12 Jan 2026 10:15 +0100", "2026-01-12T09:15:00Z", 3600 },
		{ "Fri, 12 Jan 2026 10:15:31 +0000 (wrong weekday)",
		    "2026-01-12T10:15:31Z", 0 },
		{ "Mon, 12 Jan 2026 10:15:31 (CET)", "2026-01-12T09:15:31Z",
		    3600 },
		{ "Mon (Monday), 12 (twelve) Jan 2026 10:15:31 +0100",
		    "2026-01-12T09:15:31Z", 3600 },
		{ "Mon, 12 Jan 26 10:15:31 GMT", "2026-01-12T10:15:31Z", 0 },
		{ "Tue, 12 Jan 99 10:15:31 GMT", "1999-01-12T10:15:31Z", 0 },
		{ "Wed, 12 Jan 126 10:15:31 GMT", "2026-01-12T10:15:31Z", 0 },
		{ "Mon, 12 Jan 2026 10:15:31 EST", "2026-01-12T15:15:31Z",
		    -18000 },
		{ "Mon, 12 Jan 2026 10:15:31 PDT", "2026-01-12T17:15:31Z",
		    -25200 },
		{ "Mon, 12 Jan 2026 10:15:31 MEZ", "2026-01-12T09:15:31Z",
		    3600 },
		{ "Mon, 12 Jan 2026 10:15:31 IST", "2026-01-12T04:45:31Z",
		    19800 },
		{ "Mon, 12 Jan 2026 10:15:31 GMT+2", "2026-01-12T08:15:31Z",
		    7200 },
		{ "Mon, 12 Jan 2026 10:15:31 UTC+01:00",
		    "2026-01-12T09:15:31Z", 3600 },
		{ "Mon, 12 Jan 2026 10:15:31 \"GMT\"", "2026-01-12T10:15:31Z",
		    0 },
		{ "Mon, 12 Jan 2026 10:15:31", "2026-01-12T10:15:31Z",
		    MAIL_ZONE_NONE },
		{ "Mon, 12 Jan 2026 10:15:31 XYZ", "2026-01-12T10:15:31Z",
		    MAIL_ZONE_NONE },
		{ "Mon, 12 Jan 2026 10:15:31 +9900", "2026-01-12T10:15:31Z",
		    MAIL_ZONE_NONE },
		{ "Mon Jan 12 10:15:31 2026", "2026-01-12T10:15:31Z",
		    MAIL_ZONE_NONE },
		{ "Mon Jan 12 10:15:31 CET 2026", "2026-01-12T09:15:31Z",
		    3600 },
		{ "2026-01-12T10:15:31+01:00", "2026-01-12T09:15:31Z", 3600 },
		{ "2026-01-12 10:15:31.123Z", "2026-01-12T10:15:31Z", 0 },
		{ "Thu, 1 Jan 1970 00:00:00 +0000", "1970-01-01T00:00:00Z",
		    0 },
		{ "Tue, 19 Jan 2038 03:14:08 GMT", "2038-01-19T03:14:08Z", 0 },
		{ "Sat, 7 Feb 2106 06:28:16 GMT", "2106-02-07T06:28:16Z", 0 },
		{ "Wed, 31 Dec 2025 23:59:60 +0000", "2025-12-31T23:59:59Z",
		    0 },
		{ "Monday, January 12, 2026 10:15 PM", "2026-01-12T22:15:00Z",
		    MAIL_ZONE_NONE },
		{ "Jan 12, 2026 at 12:15 AM", "2026-01-12T00:15:00Z",
		    MAIL_ZONE_NONE },
		{ "1/31/2026 10:15 AM", "2026-01-31T10:15:00Z",
		    MAIL_ZONE_NONE },
		{ "31/1/2026 10:15", "2026-01-31T10:15:00Z", MAIL_ZONE_NONE },
		{ "12.01.2026 10:15", "2026-01-12T10:15:00Z",
		    MAIL_ZONE_NONE },
		{ "12.1.2026 10.15", "2026-01-12T10:15:00Z", MAIL_ZONE_NONE },
		{ "Montag, 12. Januar 2026 um 10:15 Uhr",
		    "2026-01-12T10:15:00Z", MAIL_ZONE_NONE },
		{ "Mittwoch, 4. März 2026 10:15", "2026-03-04T10:15:00Z",
		    MAIL_ZONE_NONE },
		{ "mardi 12 mai 2026 à 10h15", "2026-05-12T10:15:00Z",
		    MAIL_ZONE_NONE },
		{ "lunes, 12 de enero de 2026 10:15", "2026-01-12T10:15:00Z",
		    MAIL_ZONE_NONE },
		{ "martedì 13 gennaio 2026 10:15", "2026-01-13T10:15:00Z",
		    MAIL_ZONE_NONE },
		{ "segunda-feira, 12 de janeiro de 2026 10:15",
		    "2026-01-12T10:15:00Z", MAIL_ZONE_NONE },
		{ "maandag 2 maart 2026 10:15", "2026-03-02T10:15:00Z",
		    MAIL_ZONE_NONE },
		{ "poniedziałek, 12 stycznia 2026 10:15",
		    "2026-01-12T10:15:00Z", MAIL_ZONE_NONE },
		{ "12 января 2026 г. 10:15", "2026-01-12T10:15:00Z",
		    MAIL_ZONE_NONE },
		{ "maanantai 12. tammikuuta 2026 10.15",
		    "2026-01-12T10:15:00Z", MAIL_ZONE_NONE },
		{ "12 Ocak 2026 Pazartesi 10:15", "2026-01-12T10:15:00Z",
		    MAIL_ZONE_NONE },
		{ "2026年1月12日(月) 10:15", "2026-01-12T10:15:00Z",
		    MAIL_ZONE_NONE },
		{ "2026年1月12日 下午 3:15", "2026-01-12T15:15:00Z",
		    MAIL_ZONE_NONE },
		{ "2026년 1월 12일 월요일 오후 3:15", "2026-01-12T15:15:00Z",
		    MAIL_ZONE_NONE },
		{ "1/2/2026 10:15", NONE, 0 },
		{ "Mon, 32 Jan 2026 10:15:31 +0100", NONE, 0 },
		{ "Sun, 29 Feb 2026 10:15:31 +0100", NONE, 0 },
		{ "Mon, 12 Jan 2026 25:15:31 +0100", NONE, 0 },
		{ "Mon, 12 Jan 2026 10:61:31 +0100", NONE, 0 },
		{ "Mon, 12 Jan 2026", NONE, 0 }, { "tomorrow", NONE, 0 },
		{ "", NONE, 0 },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		int32_t zone = MAIL_ZONE_NONE;
		char text[TIME_TEXT] = NONE;
		int64_t t;

		if (mail_date(rows[i].text, strlen(rows[i].text), &zone, &t)) {
			time_format(t, text);
			ck_assert_msg(zone == rows[i].zone, "%s: zone %d",
			    rows[i].text, (int)zone);
		}
		ck_assert_msg(strcmp(text, rows[i].want) == 0, "%s: %s",
		    rows[i].text, text);
	}
}
END_TEST

START_TEST(given_zone)
{
	static const char text[] = "Monday, January 12, 2026 10:15 AM";
	int32_t zone = 7200;
	int64_t t;

	ck_assert(mail_date(text, strlen(text), &zone, &t));
	ck_assert_int_eq(t, 1768205700);
	ck_assert_int_eq(zone, MAIL_ZONE_NONE);
}
END_TEST

static Suite *
suite(void)
{
	Suite *s = suite_create("maildate");
	TCase *c = tcase_create("maildate");

	tcase_add_test(c, dates);
	tcase_add_test(c, given_zone);
	suite_add_tcase(s, c);
	return s;
}

int
main(void)
{
	return unit_main(suite());
}
