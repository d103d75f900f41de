/* Time zones: tzdata as it is, TZif files made up here, and broken ones. */
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/io.h"
#include "base/time.h"
#include "format/tzrule.h"
#include "format/zone.h"
#include "unit.h"

static int64_t
at(const char *text)
{
	int64_t t = 0;

	ck_assert_msg(time_parse(text, &t) == 0, "%s", text);
	return t;
}

static const struct zone *
load(const char *name)
{
	const struct zone *z = NULL;
	struct err e = { 0 };

	ck_assert_msg(zone_load(&z, name, &e) == 0, "%s: %s", name, e.text);
	return z;
}

/* -- tzdata ----------------------------------------------------------- */

static const struct {
	const char *name, *zone, *at;
	int64_t offset;
	const char *abbreviation;
} offsets[] = {
	{ "UTC", "UTC", "2026-01-01T00:00:00Z", 0, "UTC" },
	{ "winter", "America/Los_Angeles", "2026-03-08T09:59:59Z", -28800,
	    "PST" },
	{ "summer", "America/Los_Angeles", "2026-03-08T10:00:00Z", -25200,
	    "PDT" },
	{ "winter again", "America/Los_Angeles", "2026-11-01T09:00:00Z",
	    -28800, "PST" },
	{ "war time", "America/Los_Angeles", "1943-01-01T00:00:00Z", -25200,
	    "PWT" },
	{ "before any rule", "America/Los_Angeles", "1800-01-01T00:00:00Z",
	    -28378, "LMT" },
	{ "by the footer", "America/Los_Angeles", "2400-07-01T00:00:00Z",
	    -25200, "PDT" },
	{ "by the footer, winter", "Europe/London", "2400-01-01T00:00:00Z", 0,
	    "GMT" },
	{ "south of the line", "Australia/Sydney", "2100-01-01T00:00:00Z",
	    39600, "AEDT" },
	{ "half an hour", "Australia/Lord_Howe", "2026-01-01T00:00:00Z",
	    39600, "+11" },
	{ "half an hour, winter", "Australia/Lord_Howe",
	    "2026-07-01T00:00:00Z", 37800, "+1030" },
	{ "quarters", "Asia/Kathmandu", "2026-01-01T00:00:00Z", 20700,
	    "+0545" },
	{ "a name in brackets", "America/Sao_Paulo", "2300-01-01T00:00:00Z",
	    -10800, "-03" },
	{ "winter time in summer", "Europe/Dublin", "2100-07-01T00:00:00Z",
	    3600, "IST" },
	{ "no summer", "Asia/Tokyo", "2100-07-01T00:00:00Z", 32400, "JST" },
};

START_TEST(knows_offsets)
{
	const struct zone *z = load(offsets[_i].zone);
	int64_t t = at(offsets[_i].at);

	ck_assert_msg(zone_offset(z, t) == offsets[_i].offset,
	    "%s: %lld", offsets[_i].name, (long long)zone_offset(z, t));
	ck_assert_msg(strcmp(zone_abbreviation(z, t),
	    offsets[_i].abbreviation) == 0, "%s: %s", offsets[_i].name,
	    zone_abbreviation(z, t));
	ck_assert_str_eq(zone_name(z), offsets[_i].zone);
	ck_assert_int_eq(zone_local(z, t), t + offsets[_i].offset);
}
END_TEST

static const struct {
	const char *name, *zone, *local;	/* as if UTC */
	const char *first, *later;
} moments[] = {
	{ "any noon", "America/Los_Angeles", "2026-03-02T12:00:00Z",
	    "2026-03-02T20:00:00Z", "2026-03-02T20:00:00Z" },
	{ "before the gap", "America/Los_Angeles", "2026-03-08T01:59:59Z",
	    "2026-03-08T09:59:59Z", "2026-03-08T09:59:59Z" },
	{ "in the gap", "America/Los_Angeles", "2026-03-08T02:30:00Z",
	    "2026-03-08T10:00:00Z", "2026-03-08T10:00:00Z" },
	{ "behind the gap", "America/Los_Angeles", "2026-03-08T03:00:00Z",
	    "2026-03-08T10:00:00Z", "2026-03-08T10:00:00Z" },
	{ "in the overlap", "America/Los_Angeles", "2026-11-01T01:30:00Z",
	    "2026-11-01T08:30:00Z", "2026-11-01T09:30:00Z" },
	{ "the overlap's first second", "America/Los_Angeles",
	    "2026-11-01T01:00:00Z", "2026-11-01T08:00:00Z",
	    "2026-11-01T09:00:00Z" },
	{ "behind the overlap", "America/Los_Angeles", "2026-11-01T02:00:00Z",
	    "2026-11-01T10:00:00Z", "2026-11-01T10:00:00Z" },
	{ "a day that never was", "Pacific/Apia", "2011-12-30T12:00:00Z",
	    "2011-12-30T10:00:00Z", "2011-12-30T10:00:00Z" },
	{ "a year far off", "Europe/Berlin", "2450-06-01T00:00:00Z",
	    "2450-05-31T22:00:00Z", "2450-05-31T22:00:00Z" },
};

START_TEST(knows_moments)
{
	const struct zone *z = load(moments[_i].zone);
	int64_t local = at(moments[_i].local);
	char text[TIME_TEXT];

	time_format(zone_utc(z, local, false), text);
	ck_assert_msg(strcmp(text, moments[_i].first) == 0, "%s: first %s",
	    moments[_i].name, text);
	time_format(zone_utc(z, local, true), text);
	ck_assert_msg(strcmp(text, moments[_i].later) == 0, "%s: later %s",
	    moments[_i].name, text);
}
END_TEST

static const struct {
	const char *name, *zone, *date, *start;
} days[] = {
	{ "a day", "America/Los_Angeles", "2026-03-02",
	    "2026-03-02T08:00:00Z" },
	{ "midnight lies in a gap", "Africa/Cairo", "2026-04-24",
	    "2026-04-23T22:00:00Z" },
	{ "the day after the lost one", "Pacific/Apia", "2011-12-31",
	    "2011-12-30T10:00:00Z" },
	{ "before 1970", "Asia/Tokyo", "1969-12-31", "1969-12-30T15:00:00Z" },
};

START_TEST(knows_days)
{
	const struct zone *z = load(days[_i].zone);
	char text[TIME_TEXT];
	int64_t day = 0;

	ck_assert_int_eq(date_parse(days[_i].date, &day), 0);
	time_format(zone_day(z, day), text);
	ck_assert_msg(strcmp(text, days[_i].start) == 0, "%s: %s",
	    days[_i].name, text);
	ck_assert_msg(zone_date(z, zone_day(z, day)) == day, "%s: date",
	    days[_i].name);
}
END_TEST

START_TEST(finds_changes)
{
	const struct zone *z = load("America/Los_Angeles");
	char text[TIME_TEXT];

	ck_assert_str_eq(time_format(zone_change(z,
	    at("2026-03-02T00:00:00Z")), text), "2026-03-08T10:00:00Z");
	ck_assert_str_eq(time_format(zone_change(z,
	    at("2026-03-08T10:00:00Z")), text), "2026-11-01T09:00:00Z");
	ck_assert_int_eq(zone_change(load("UTC"), 0), INT64_MAX);
	ck_assert_ptr_eq(load("America/Los_Angeles"), z);
}
END_TEST

static const char *const refused[] = {
	"", "Nowhere/City", "../zoneinfo/UTC", "/etc/localtime",
	"America/../America/Los_Angeles", "America", "zone.tab", ".",
	"America//.Los_Angeles", "UTC\n", "a b", "right/UTC",
	"America/Los_Angeles/", "tzdata.zi",
};

START_TEST(refuses_names)
{
	const struct zone *z;
	struct err e = { 0 };

	ck_assert_msg(zone_load(&z, refused[_i], &e) < 0, "'%s'",
	    refused[_i]);
	ck_assert_int_eq(e.kind, ERR_CONFIG);
}
END_TEST

/* -- files made up ---------------------------------------------------- */

static void
put(struct buf *b, int64_t v, int bytes)
{
	while (bytes-- > 0)
		buf_addc(b, (char)(v >> 8 * bytes));
}

static void
header(struct buf *b, int times, int types, int chars, int leaps)
{
	buf_add(b, "TZif2\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0", 20);
	put(b, 0, 4);
	put(b, 0, 4);
	put(b, leaps, 4);
	put(b, times, 4);
	put(b, types, 4);
	put(b, chars, 4);
}

/* One type (AAA, an hour east) and the footer. */
static void
make(struct buf *b, const char *footer)
{
	header(b, 0, 0, 0, 0);
	header(b, 0, 1, 4, 0);
	put(b, 3600, 4);
	put(b, 0, 1);
	put(b, 0, 1);
	buf_add(b, "AAA", 4);
	buf_printf(b, "\n%s\n", footer);
}

static const struct {
	const char *name, *footer;
	bool good;
	const char *at;
	int64_t offset;
	const char *abbreviation;
} footers[] = {
	{ "none", "", true, "2026-01-01T00:00:00Z", 3600, "AAA" },
	{ "plain", "EST5", true, "2026-01-01T00:00:00Z", -18000, "EST" },
	{ "brackets", "<-03>3", true, "2026-01-01T00:00:00Z", -10800, "-03" },
	{ "east", "<+0330>-3:30", true, "2026-01-01T00:00:00Z", 12600,
	    "+0330" },
	{ "seconds", "LMT-0:01:15", true, "2026-01-01T00:00:00Z", 75, "LMT" },
	{ "the second sunday", "PST8PDT,M3.2.0,M11.1.0", true,
	    "2026-03-08T10:00:00Z", -25200, "PDT" },
	{ "just before", "PST8PDT,M3.2.0,M11.1.0", true,
	    "2026-03-08T09:59:59Z", -28800, "PST" },
	{ "the last sunday", "CET-1CEST,M3.5.0,M10.5.0/3", true,
	    "2026-10-25T00:59:59Z", 7200, "CEST" },
	{ "south", "AEST-10AEDT,M10.1.0,M4.1.0/3", true,
	    "2026-01-15T00:00:00Z", 39600, "AEDT" },
	{ "south in winter", "AEST-10AEDT,M10.1.0,M4.1.0/3", true,
	    "2026-07-15T00:00:00Z", 36000, "AEST" },
	{ "summer before winter", "IST-1GMT0,M10.5.0,M3.5.0/1", true,
	    "2026-01-15T00:00:00Z", 0, "GMT" },
	{ "hours below zero", "<-02>2<-01>,M3.5.0/-1,M10.5.0/0", true,
	    "2026-03-29T01:00:00Z", -3600, "-01" },
	{ "hours over a day", "IST-2IDT,M3.4.4/26,M10.5.0", true,
	    "2026-03-27T00:00:00Z", 10800, "IDT" },
	{ "all of a week", "AAA0BBB,M3.2.0/167,M11.1.0/-167", true,
	    "2026-03-14T22:59:59Z", 0, "AAA" },
	{ "and then", "AAA0BBB,M3.2.0/167,M11.1.0/-167", true,
	    "2026-03-14T23:00:00Z", 3600, "BBB" },
	{ "Julian days skip the leap day", "AAA0BBB,J60/0,J300/0", true,
	    "2028-02-29T23:59:59Z", 0, "AAA" },
	{ "the 60th is 1 March", "AAA0BBB,J60/0,J300/0", true,
	    "2028-03-01T00:00:00Z", 3600, "BBB" },
	{ "zero-based days do not", "AAA0BBB,59/0,299/0", true,
	    "2028-02-29T00:00:00Z", 3600, "BBB" },
	{ "summer all year", "EST5EDT,0/0,J365/25", true,
	    "2026-01-01T04:59:59Z", -14400, "EDT" },
	{ "summer all year, inside", "EST5EDT,0/0,J365/25", true,
	    "2026-06-01T00:00:00Z", -14400, "EDT" },
	{ "no dates", "PST8PDT", false, NULL, 0, NULL },
	{ "one date", "PST8PDT,M3.2.0", false, NULL, 0, NULL },
	{ "short name", "PS8", false, NULL, 0, NULL },
	{ "open bracket", "<-03", false, NULL, 0, NULL },
	{ "no offset", "PST", false, NULL, 0, NULL },
	{ "offset too far", "PST25", false, NULL, 0, NULL },
	{ "hours too far", "AAA0BBB,M3.2.0/168,M11.1.0", false, NULL, 0,
	    NULL },
	{ "month 13", "AAA0BBB,M13.2.0,M11.1.0", false, NULL, 0, NULL },
	{ "week 6", "AAA0BBB,M3.6.0,M11.1.0", false, NULL, 0, NULL },
	{ "day 7", "AAA0BBB,M3.2.7,M11.1.0", false, NULL, 0, NULL },
	{ "J0", "AAA0BBB,J0,J300", false, NULL, 0, NULL },
	{ "J366", "AAA0BBB,J60,J366", false, NULL, 0, NULL },
	{ "day 366", "AAA0BBB,59,366", false, NULL, 0, NULL },
	{ "something behind", "EST5 ", false, NULL, 0, NULL },
	{ "a colon too many", "EST5:00:00:00", false, NULL, 0, NULL },
	{ "minute 60", "EST5:60", false, NULL, 0, NULL },
	{ "a name of forty", "<aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa>3",
	    false, NULL, 0, NULL },
};

START_TEST(follows_footers)
{
	struct buf b = BUF_INIT;
	struct zone *z = NULL;
	struct err e = { 0 };
	int64_t t;

	make(&b, footers[_i].footer);
	if (!footers[_i].good) {
		ck_assert_msg(zone_parse(&z, "made", b.data, b.len, &e) < 0,
		    "%s", footers[_i].name);
		ck_assert_int_eq(e.kind, ERR_INPUT);
		buf_free(&b);
		return;
	}
	ck_assert_msg(zone_parse(&z, "made", b.data, b.len, &e) == 0, "%s: %s",
	    footers[_i].name, e.text);
	t = at(footers[_i].at);
	ck_assert_msg(zone_offset(z, t) == footers[_i].offset, "%s: %lld",
	    footers[_i].name, (long long)zone_offset(z, t));
	ck_assert_msg(strcmp(zone_abbreviation(z, t),
	    footers[_i].abbreviation) == 0, "%s: %s", footers[_i].name,
	    zone_abbreviation(z, t));
	zone_free(z);
	buf_free(&b);
}
END_TEST

/* Two types and the transitions given, the k-th to type k % 2. */
static int
transitions(const int64_t *list, int n, int64_t offset, int leaps, int index)
{
	struct buf b = BUF_INIT;
	struct zone *z = NULL;
	struct err e = { 0 };
	int rc;

	header(&b, 0, 0, 0, 0);
	header(&b, n, 2, 8, leaps);
	for (int i = 0; i < n; i++)
		put(&b, list[i], 8);
	for (int i = 0; i < n; i++)
		put(&b, index >= 0 ? index : i % 2, 1);
	put(&b, 0, 4);
	put(&b, 0, 2);
	put(&b, offset, 4);
	put(&b, 0, 1);
	put(&b, 4, 1);
	buf_add(&b, "AAA\0BBB", 8);
	for (int i = 0; i < leaps; i++) {
		put(&b, 0, 8);
		put(&b, 0, 4);
	}
	buf_adds(&b, "\n\n");
	rc = zone_parse(&z, "made", b.data, b.len, &e);
	if (rc == 0)
		zone_free(z);
	buf_free(&b);
	return rc;
}

START_TEST(refuses_impossible_files)
{
	static const int64_t good[] = { -100, 0, 100 };
	static const int64_t twice[] = { 0, 0 };
	static const int64_t back[] = { 100, 0 };
	static const int64_t far[] = { INT64_MIN };
	static const int64_t farther[] = { INT64_MAX };

	ck_assert_int_eq(transitions(good, 3, 3600, 0, -1), 0);
	ck_assert_int_lt(transitions(good, 3, 3600, 1, -1), 0);
	ck_assert_int_lt(transitions(good, 3, 3600, 0, 2), 0);
	ck_assert_int_lt(transitions(good, 3, 100000, 0, -1), 0);
	ck_assert_int_lt(transitions(good, 3, INT32_MIN, 0, -1), 0);
	ck_assert_int_lt(transitions(twice, 2, 3600, 0, -1), 0);
	ck_assert_int_lt(transitions(back, 2, 3600, 0, -1), 0);
	ck_assert_int_lt(transitions(far, 1, 3600, 0, -1), 0);
	ck_assert_int_lt(transitions(farther, 1, 3600, 0, -1), 0);
}
END_TEST

/* Every beginning of a good file is refused, but the whole of it. */
START_TEST(refuses_pieces)
{
	struct buf b = BUF_INIT;
	struct zone *z = NULL;

	make(&b, "PST8PDT,M3.2.0,M11.1.0");
	for (size_t n = 0; n < b.len; n++) {
		/* Of that very size, so that a byte too far is seen. */
		char *copy = malloc(n > 0 ? n : 1);
		struct err e = { 0 };

		ck_assert_ptr_nonnull(copy);
		memcpy(copy, b.data, n);
		ck_assert_msg(zone_parse(&z, "made", copy, n, &e) < 0,
		    "%zu bytes", n);
		free(copy);
	}
	buf_free(&b);
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("zone");
	TCase *t = tcase_create("zone");

	if (access("/usr/share/zoneinfo/America/Los_Angeles", R_OK) == 0) {
#define ROWS(a)	(int)(sizeof(a) / sizeof(*(a)))
		tcase_add_loop_test(t, knows_offsets, 0, ROWS(offsets));
		tcase_add_loop_test(t, knows_moments, 0, ROWS(moments));
		tcase_add_loop_test(t, knows_days, 0, ROWS(days));
		tcase_add_test(t, finds_changes);
	} else
		unit_skip("tzdata", "not installed");
	tcase_add_loop_test(t, refuses_names, 0, ROWS(refused));
	tcase_add_loop_test(t, follows_footers, 0, ROWS(footers));
	tcase_add_test(t, refuses_impossible_files);
	tcase_add_test(t, refuses_pieces);
	suite_add_tcase(s, t);
	return unit_main(s);
}
