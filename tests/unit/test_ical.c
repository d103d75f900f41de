/* iCalendar: what the events of a file come to, and lines of our own. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/time.h"
#include "format/ical.h"
#include "unit.h"

#define CAL(events)	"BEGIN:VCALENDAR\r\nVERSION:2.0\r\n" events \
			"END:VCALENDAR\r\n"
#define EVENT(lines)	"BEGIN:VEVENT\r\n" lines "END:VEVENT\r\n"
/* As programs of another house call it; half an hour off, to tell. */
#define ZONE	"BEGIN:VTIMEZONE\r\nTZID:Odd Standard Time\r\n" \
	"BEGIN:STANDARD\r\nDTSTART:16011028T030000\r\n" \
	"RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10\r\n" \
	"TZOFFSETFROM:+0230\r\nTZOFFSETTO:+0130\r\nEND:STANDARD\r\n" \
	"BEGIN:DAYLIGHT\r\nDTSTART:16010325T020000\r\n" \
	"RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3\r\n" \
	"TZOFFSETFROM:+0130\r\nTZOFFSETTO:+0230\r\nEND:DAYLIGHT\r\n" \
	"END:VTIMEZONE\r\n"
#define DAYS(start, rule) CAL(EVENT("DTSTART;VALUE=DATE:" start "\r\nRRULE:" \
			rule "\r\n"))

/* Spans as "0101" or "0101-0103" of 2026 and behind, times with T. */
static const struct {
	const char *name, *text, *want;	/* "!": what the error says */
} files[] = {
	{ "a day", CAL(EVENT("DTSTART;VALUE=DATE:20260101\r\n")), "0101" },
	{ "a day without VALUE", CAL(EVENT("DTSTART:20260101\r\n")), "0101" },
	{ "DTEND is not of it", CAL(EVENT("DTSTART;VALUE=DATE:20260101\r\n"
	    "DTEND;VALUE=DATE:20260103\r\n")), "0101-0103" },
	{ "a day that ends on itself", CAL(EVENT("DTSTART:20260101\r\n"
	    "DTEND:20260101\r\n")), "0101" },
	{ "DURATION", CAL(EVENT("DTSTART:20260101\r\nDURATION:P1W\r\n")),
	    "0101-0108" },
	{ "a time in UTC", CAL(EVENT("DTSTART:20260101T120000Z\r\n"
	    "DTEND:20260101T130000Z\r\n")), "0101T120000-0101T130000" },
	{ "a time of the calendar's", CAL(EVENT("DTSTART:20260101T120000\r\n"
	    "DURATION:PT1H30M\r\n")), "0101T110000-0101T123000" },
	{ "a time of a zone", CAL(EVENT("DTSTART;TZID=America/New_York:"
	    "20260701T120000\r\nDURATION:PT1H\r\n")),
	    "0701T160000-0701T170000" },
	{ "a zone with a path", CAL(EVENT("DTSTART;TZID=\"/example.org/2005/"
	    "America/New_York\":20260701T120000\r\nDURATION:PT1H\r\n")),
	    "0701T160000-0701T170000" },
	{ "a zone of the file's own", CAL(ZONE EVENT("DTSTART;TZID="
	    "Odd Standard Time:20260701T120000\r\nDURATION:PT1H\r\n")
	    EVENT("DTSTART;TZID=\"Odd Standard Time\":20260101T120000\r\n"
	    "DURATION:PT1H\r\n")), "0101T103000-0101T113000 "
	    "0701T093000-0701T103000" },
	{ "over its change of clocks", CAL(EVENT("DTSTART;TZID="
	    "Odd Standard Time:20260328T120000\r\nDURATION:PT1H\r\n"
	    "RRULE:FREQ=DAILY;COUNT=2\r\n") ZONE),
	    "0328T103000-0328T113000 0329T093000-0329T103000" },
	{ "a zone that says nothing", CAL("BEGIN:VTIMEZONE\r\nTZID:Odd\r\n"
	    "END:VTIMEZONE\r\n" EVENT("DTSTART;TZID=Odd:20260701T120000\r\n")),
	    "!f:7: unknown time zone 'Odd'" },
	{ "folded", CAL(EVENT("DTSTART;VAL\r\n UE=DATE:2026\r\n\t0101\r\n")),
	    "0101" },
	{ "line ends of Unix", "BEGIN:VCALENDAR\nBEGIN:VEVENT\n"
	    "DTSTART:20260101\nEND:VEVENT\nEND:VCALENDAR", "0101" },
	{ "a byte order mark", "\xef\xbb\xbf" CAL(EVENT(
	    "DTSTART:20260101\r\n")), "0101" },
	{ "two calendars", CAL(EVENT("DTSTART:20260101\r\n"))
	    CAL(EVENT("DTSTART:20260102\r\n")), "0101 0102" },
	{ "any case", "begin:vcalendar\nbegin:vevent\ndtstart:20260101\n"
	    "rrule:freq=daily;count=2\nend:vevent\nend:vcalendar\n",
	    "0101 0102" },
	{ "no event", CAL(""), "" },
	{ "what is no event", CAL("BEGIN:VTODO\r\nDTSTART:20260101\r\n"
	    "END:VTODO\r\n"), "" },
	{ "an alarm's times are its own", CAL(EVENT("BEGIN:VALARM\r\n"
	    "DTSTART:x\r\nEND:VALARM\r\nDTSTART:20260101\r\n")), "0101" },
	{ "cancelled", CAL(EVENT("DTSTART:20260101\r\nSTATUS:CANCELLED\r\n")),
	    "" },
	{ "transparent", CAL(EVENT("DTSTART:20260101\r\n"
	    "TRANSP:TRANSPARENT\r\n")), "0101(t)" },
	/* recurrences, most of them RFC 5545's */
	{ "yearly", DAYS("20260704", "FREQ=YEARLY;COUNT=3"),
	    "0704 2027:0704 2028:0704" },
	{ "29 February", DAYS("20280229", "FREQ=YEARLY;COUNT=2"),
	    "2028:0229 2032:0229" },
	{ "until", DAYS("20260704", "FREQ=YEARLY;UNTIL=20270704"),
	    "0704 2027:0704" },
	{ "until the day before", DAYS("20260704",
	    "FREQ=YEARLY;UNTIL=20270703T235959Z"), "0704" },
	{ "every other year", DAYS("20260704",
	    "FREQ=YEARLY;INTERVAL=2;COUNT=2"), "0704 2028:0704" },
	{ "Thanksgiving", DAYS("20261126",
	    "FREQ=YEARLY;BYMONTH=11;BYDAY=4TH;COUNT=2"), "1126 2027:1125" },
	{ "the last Monday of May", DAYS("20260525",
	    "FREQ=YEARLY;BYMONTH=5;BYDAY=-1MO;COUNT=2"), "0525 2027:0531" },
	{ "election day", DAYS("20281107", "FREQ=YEARLY;INTERVAL=4;BYMONTH=11;"
	    "BYDAY=TU;BYMONTHDAY=2,3,4,5,6,7,8;COUNT=2"),
	    "2028:1107 2032:1102" },
	{ "the twentieth Monday", DAYS("20260518",
	    "FREQ=YEARLY;BYDAY=20MO;COUNT=2"), "0518 2027:0517" },
	{ "Monday of week 20", DAYS("20260511",
	    "FREQ=YEARLY;BYWEEKNO=20;BYDAY=MO;COUNT=2"), "0511 2027:0517" },
	{ "the hundredth day", DAYS("20260410",
	    "FREQ=YEARLY;BYYEARDAY=100;COUNT=3"), "0410 2027:0410 2028:0409" },
	{ "the last day of a month", DAYS("20260131",
	    "FREQ=MONTHLY;BYMONTHDAY=-1;COUNT=3"), "0131 0228 0331" },
	{ "the 31st, where there is one", DAYS("20260131",
	    "FREQ=MONTHLY;COUNT=3"), "0131 0331 0531" },
	{ "Friday the 13th", DAYS("20260213",
	    "FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=13;COUNT=3"),
	    "0213 0313 1113" },
	{ "the last weekday", DAYS("20260130",
	    "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1;COUNT=3"),
	    "0130 0227 0331" },
	{ "first and last Sunday", DAYS("20260104",
	    "FREQ=MONTHLY;BYDAY=1SU,-1SU;COUNT=3"), "0104 0125 0201" },
	{ "weekly on two days", DAYS("20260106",
	    "FREQ=WEEKLY;BYDAY=TU,TH;COUNT=3"), "0106 0108 0113" },
	{ "weeks from Monday", DAYS("20260106",
	    "FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU;WKST=MO"),
	    "0106 0111 0120 0125" },
	{ "weeks from Sunday", DAYS("20260106",
	    "FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU;WKST=SU"),
	    "0106 0118 0120 0201" },
	{ "each tenth day", DAYS("20260101", "FREQ=DAILY;INTERVAL=10;COUNT=3"),
	    "0101 0111 0121" },
	{ "each day of January", DAYS("20260130",
	    "FREQ=DAILY;BYMONTH=1;COUNT=3"), "0130 0131 2027:0101" },
	{ "without some", CAL(EVENT("DTSTART:20260101\r\n"
	    "RRULE:FREQ=DAILY;COUNT=4\r\nEXDATE:20260102,20260103\r\n")),
	    "0101 0104" },
	{ "and some more", CAL(EVENT("DTSTART:20260101\r\n"
	    "RRULE:FREQ=DAILY;COUNT=1\r\nRDATE;VALUE=DATE:20260110\r\n")),
	    "0101 0110" },
	{ "periods", CAL(EVENT("DTSTART:20260101T120000Z\r\nDURATION:PT1H\r\n"
	    "RDATE;VALUE=PERIOD:20260102T120000Z/PT2H,"
	    "20260103T120000Z/20260103T150000Z\r\n")),
	    "0101T120000-0101T130000 0102T120000-0102T140000 "
	    "0103T120000-0103T150000" },
	{ "a time over the change of clocks", CAL(EVENT("DTSTART;"
	    "TZID=Europe/Berlin:20260328T120000\r\nDURATION:PT1H\r\n"
	    "RRULE:FREQ=DAILY;COUNT=2\r\n")),
	    "0328T110000-0328T120000 0329T100000-0329T110000" },
	{ "a time that is jumped over", CAL(EVENT("DTSTART;"
	    "TZID=Europe/Berlin:20260329T023000\r\nDURATION:PT1H\r\n")),
	    "0329T013000-0329T023000" },
	{ "EXDATE in another zone", CAL(EVENT("DTSTART;TZID=Europe/Berlin:"
	    "20260101T120000\r\nDURATION:PT1H\r\nRRULE:FREQ=DAILY;COUNT=2\r\n"
	    "EXDATE:20260102T110000Z\r\n")), "0101T110000-0101T120000" },
	{ "an instance is moved", CAL(EVENT("UID:a\r\nDTSTART:20260101\r\n"
	    "RRULE:FREQ=DAILY;COUNT=3\r\n") EVENT("UID:a\r\nRECURRENCE-ID:"
	    "20260102\r\nDTSTART:20260112\r\n")), "0101 0103 0112" },
	{ "an instance is cancelled", CAL(EVENT("UID:a\r\nRECURRENCE-ID:"
	    "20260102\r\nSTATUS:CANCELLED\r\nDTSTART:20260102\r\n") EVENT(
	    "UID:a\r\nDTSTART:20260101\r\nRRULE:FREQ=DAILY;COUNT=3\r\n")),
	    "0101 0103" },
	{ "another event's instance is not", CAL(EVENT("UID:b\r\n"
	    "RECURRENCE-ID:20260102\r\nSTATUS:CANCELLED\r\n"
	    "DTSTART:20260102\r\n") EVENT("UID:a\r\nDTSTART:20260101\r\n"
	    "RRULE:FREQ=DAILY;COUNT=3\r\n")), "0101 0102 0103" },
	{ "a rule that never comes", DAYS("20260101",
	    "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30"), "" },
	{ "far between", DAYS("20260101", "FREQ=YEARLY;INTERVAL=999999999"),
	    "0101" },
	/* refused */
	{ "empty", "", "!f:1: not an iCalendar file" },
	{ "something else", "<html>\n", "!f:1: not an iCalendar file" },
	{ "an event alone", EVENT("DTSTART:20260101\r\n"),
	    "!f:1: not an iCalendar file" },
	{ "cut off", "BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART:20260101\n",
	    "!f:3: the file ends within a component" },
	{ "no start", CAL(EVENT("SUMMARY:x\r\n")),
	    "!f:3: an event without DTSTART" },
	{ "30 February", CAL(EVENT("DTSTART:20260230\r\n")),
	    "!f:4: '20260230' is no date or time" },
	{ "hour 24", CAL(EVENT("DTSTART:20260201T240000\r\n")),
	    "!f:4: '20260201T240000' is no date or time" },
	{ "backwards", CAL(EVENT("DTSTART:20260102\r\nDTEND:20260101\r\n")),
	    "!f:3: an event ends before it begins" },
	{ "two kinds", CAL(EVENT("DTSTART:20260102\r\n"
	    "DTEND:20260103T000000Z\r\n")),
	    "!f:3: DTSTART and DTEND are not of a kind" },
	{ "two years long", CAL(EVENT("DTSTART:20260102\r\n"
	    "DTEND:20280101\r\n")), "!f:3: an event is longer than a year" },
	{ "a duration backwards", CAL(EVENT("DTSTART:20260102\r\n"
	    "DURATION:-P1D\r\n")),
	    "!f:5: DURATION is no duration such as P1D or PT2H" },
	{ "a zone of nowhere", CAL(EVENT("DTSTART;TZID=Mars/Olympus:"
	    "20260102T100000\r\n")), "!f:4: unknown time zone 'Mars/Olympus'" },
	{ "by the hour", DAYS("20260101", "FREQ=HOURLY"),
	    "!f:5: recurrence 'FREQ=HOURLY' is not understood" },
	{ "a day at an hour", DAYS("20260101", "FREQ=DAILY;BYHOUR=9;COUNT=2"),
	    "0101 0102" },
	{ "at the start's time", CAL(EVENT("DTSTART:20260101T093000\r\n"
	    "DURATION:PT1H\r\nRRULE:FREQ=DAILY;BYHOUR=9;BYMINUTE=30;"
	    "BYSECOND=0;COUNT=2;\r\n")), "0101T083000-0101T093000 "
	    "0102T083000-0102T093000" },
	{ "at another hour", CAL(EVENT("DTSTART:20260101T093000\r\n"
	    "DURATION:PT1H\r\nRRULE:FREQ=DAILY;BYHOUR=10\r\n")),
	    "!f:6: recurrence 'BYHOUR=10' is not understood" },
	{ "at two hours", CAL(EVENT("DTSTART:20260101T093000\r\n"
	    "DURATION:PT1H\r\nRRULE:FREQ=DAILY;BYHOUR=9,14\r\n")),
	    "!f:6: recurrence 'BYHOUR=9,14' is not understood" },
	{ "a rule of exceptions", CAL(EVENT("DTSTART:20260101\r\n"
	    "RRULE:FREQ=DAILY;COUNT=5\r\nEXRULE:FREQ=DAILY;COUNT=2\r\n")),
	    "!f:6: EXRULE is not understood" },
	{ "a date with a time", CAL(EVENT("DTSTART;VALUE=DATE:"
	    "20260101T000000\r\n")),
	    "!f:4: '20260101T000000' is no date or time" },
	{ "Thursdays of a week that began before", DAYS("20260613",
	    "FREQ=WEEKLY;BYDAY=WE,SA;BYSETPOS=1;WKST=TH;COUNT=2"),
	    "0613 0620" },
	{ "a weekday and the second of another", DAYS("20260105",
	    "FREQ=MONTHLY;BYDAY=MO,2TU;COUNT=4"), "0105 0112 0113 0119" },
	{ "a week's day is the start's", DAYS("20260107",
	    "FREQ=YEARLY;BYWEEKNO=2,-1;COUNT=3"), "0107 1230 2027:0113" },
	{ "month 13", DAYS("20260101", "FREQ=YEARLY;BYMONTH=13"),
	    "!f:5: recurrence 'BYMONTH=13' is not understood" },
	{ "never again", DAYS("20260101", "FREQ=YEARLY;COUNT=0"),
	    "!f:5: recurrence 'COUNT=0' is not understood" },
	{ "how often", DAYS("20260101", "COUNT=2"),
	    "!f:5: a recurrence without FREQ" },
	{ "this and future", CAL(EVENT("RECURRENCE-ID;RANGE=THISANDFUTURE:"
	    "20260101\r\n")),
	    "!f:4: RECURRENCE-ID with RANGE is not understood" },
	{ "no line", CAL(EVENT("DTSTART:20260101\r\nnonsense\r\n")),
	    "!f:5: not a line of an iCalendar file" },
	{ "END alone", "END:VCALENDAR\n", "!f:1: END without BEGIN" },
};

static int
by_from(const void *x, const void *y)
{
	const struct ical_span *a = x, *b = y;

	return a->from < b->from ? -1 : a->from > b->from;
}

static void
add_time(struct buf *b, int64_t t, bool days)
{
	struct civil c = civil_from_seconds(days ? t * 86400 : t);

	if (c.year != 2026)
		buf_printf(b, "%d:", (int)c.year);
	buf_printf(b, "%02d%02d", c.month, c.day);
	if (!days)
		buf_printf(b, "T%02d%02d%02d", c.hour, c.minute, c.second);
}

START_TEST(reads_files)
{
	const char *want = files[_i].want;
	struct ical_spans spans = { 0 };
	struct buf got = BUF_INIT;
	struct arena a = { 0 };
	struct err e = { 0 };
	const struct zone *z;

	ck_assert_int_eq(zone_load(&z, "Europe/Berlin", &e), 0);
	if (ical_read(&spans, "f", files[_i].text, strlen(files[_i].text), z,
	    days_from_civil(2000, 1, 1), days_from_civil(2050, 1, 1), &a,
	    &e) < 0) {
		buf_printf(&got, "!%s", e.text);
		ck_assert_int_eq(e.kind, ERR_INPUT);
	} else if (spans.n > 0)
		qsort(spans.span, spans.n, sizeof(*spans.span), by_from);
	for (size_t i = 0; got.data[0] != '!' && i < spans.n; i++) {
		const struct ical_span *s = &spans.span[i];

		if (i > 0)
			buf_addc(&got, ' ');
		add_time(&got, s->from, s->days);
		if (!s->days || s->to != s->from + 1) {
			buf_addc(&got, '-');
			add_time(&got, s->to, s->days);
		}
		if (s->transparent)
			buf_adds(&got, "(t)");
	}
	ck_assert_msg(strcmp(got.data, want) == 0, "%s: %s, not %s",
	    files[_i].name, got.data, want);
	buf_free(&got);
	ical_free(&spans);
	arena_free(&a);
}
END_TEST

START_TEST(knows_names)
{
	static const char text[] = CAL(EVENT("DTSTART:20260101\r\n"
	    "SUMMARY;LANGUAGE=en:New\\, year\\nand\\\\ \x1b[31mmore\r\n"
	    "CATEGORIES:Public,Bank\r\nDESCRIPTION:Observance\r\n"));
	struct ical_spans spans = { 0 };
	struct arena a = { 0 };
	struct err e = { 0 };
	const struct zone *z;

	ck_assert_int_eq(zone_load(&z, "UTC", &e), 0);
	ck_assert_msg(ical_read(&spans, "f", text, strlen(text), z, 0, 99999,
	    &a, &e) == 0, "%s", e.text);
	ck_assert_int_eq(spans.n, 1);
	ck_assert_str_eq(spans.span[0].name, "New, year and\\ [31mmore");
	ck_assert_str_eq(spans.span[0].text, "Public,Bank Observance ");
	ical_free(&spans);
	arena_free(&a);
}
END_TEST

/* Files that want too much end soon, in an error. */
START_TEST(bounds_what_it_costs)
{
	static const char *const rules[] = {
		"FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30",
		"FREQ=YEARLY;BYYEARDAY=-366,366,1;BYSETPOS=300",
		"FREQ=DAILY",
		"FREQ=DAILY;COUNT=9",
	};
	const struct zone *z;
	struct err e = { 0 };

	ck_assert_int_eq(zone_load(&z, "UTC", &e), 0);
	for (size_t k = 0; k < sizeof(rules) / sizeof(*rules); k++) {
		struct ical_spans spans = { 0 };
		struct buf b = BUF_INIT;
		struct arena a = { 0 };

		err_clear(&e);
		buf_adds(&b, "BEGIN:VCALENDAR\n");
		for (int i = 0; i < 30000; i++)
			buf_printf(&b, "BEGIN:VEVENT\nUID:a\nDTSTART:19000101\n"
			    "RRULE:%s\nEND:VEVENT\n", rules[k]);
		buf_adds(&b, "END:VCALENDAR\n");
		ck_assert_int_eq(ical_read(&spans, "f", b.data, b.len, z,
		    -25567, 84371, &a, &e), -1);
		ck_assert_msg(strstr(e.text, "come to too much") != NULL ||
		    strstr(e.text, "over") != NULL, "%s", e.text);
		ical_free(&spans);
		buf_free(&b);
		arena_free(&a);
	}
}
END_TEST

START_TEST(writes_lines)
{
	struct buf b = BUF_INIT;
	const char *line;

	ical_text(&b, "SUMMARY", "a;b,c\\d\ne");
	ck_assert_str_eq(b.data, "SUMMARY:a\\;b\\,c\\\\d\\ne\r\n");
	buf_reset(&b);
	ical_time(&b, "DTSTART", 1768488420);
	ck_assert_str_eq(b.data, "DTSTART:20260115T144700Z\r\n");
	buf_reset(&b);
	for (int i = 0; i < 40; i++)
		buf_adds(&b, "\xe2\x82\xac\xc3\xa9");
	line = strdup(b.data);
	buf_reset(&b);
	ical_text(&b, "X", line);
	for (const char *s = b.data; *s != '\0';) {
		size_t n = strcspn(s, "\r");

		ck_assert_uint_le(n, 75);
		ck_assert_int_ne((unsigned char)s[*s == ' '] & 0xc0, 0x80);
		s += n + 2;
	}
	free((char *)(uintptr_t)line);
	buf_free(&b);
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("ical");
	TCase *t = tcase_create("ical");

	tcase_set_timeout(t, 60);
	tcase_add_loop_test(t, reads_files, 0,
	    (int)(sizeof(files) / sizeof(*files)));
	tcase_add_test(t, knows_names);
	tcase_add_test(t, bounds_what_it_costs);
	tcase_add_test(t, writes_lines);
	suite_add_tcase(s, t);
	return unit_main(s);
}
