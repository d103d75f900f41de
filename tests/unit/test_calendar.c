/* Business time: vectors, what lies between them, and files that are wrong. */
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "base/time.h"
#include "domain/calendar/calendar.h"
#include "vectors.h"

static struct arena arena;
static struct calendars *all;

static void
load_file(const char *name)
{
	struct err e = { 0 };
	struct yaml *root;

	ck_assert_msg(yaml_load(&arena, root_path(name), &root, &e) == 0 &&
	    calendars_load(&all, root, &e) == 0, "%s", e.text);
}

static void
load(void)
{
	load_file("tests/data/vectors/calendars.yaml");
}

static void
unload(void)
{
	calendars_free(all);
	arena_free(&arena);
}

static const struct calendar *
find(const char *name)
{
	const struct calendar *c = calendar_find(all, name);

	ck_assert_msg(c != NULL, "no calendar %s", name);
	return c;
}

static int64_t
at(const char *text)
{
	int64_t t = 0;

	ck_assert_msg(time_parse(text, &t) == 0, "%s", text);
	return t;
}

/* -- vectors; those with pauses are test_clock's ---------------------- */

/* name calendar start amount pauses due */
static void
due_row(char *column[VECTOR_COLUMNS], void *arg)
{
	const struct calendar *c = find(column[1]);
	struct duration d = { 0 };
	char text[TIME_TEXT];
	int64_t start, due;

	(void)arg;
	if (strcmp(column[4], "-") != 0)
		return;
	ck_assert_int_eq(duration_parse(column[3], &d), 0);
	start = at(column[2]);
	due = calendar_add(c, start, d.amount);
	ck_assert_msg(strcmp(time_format(due, text), column[5]) == 0,
	    "%s: %s, not %s", column[0], text, column[5]);
	ck_assert_msg(calendar_between(c, start, due) == d.amount,
	    "%s: between", column[0]);
	ck_assert_msg(calendar_add(c, calendar_subtract(c, due, d.amount),
	    d.amount) == due, "%s: subtract", column[0]);
	ck_assert_msg(calendar_subtract(c, due, d.amount) >= start,
	    "%s: a later start", column[0]);
}

/* name calendar from to pauses counted */
static void
counted_row(char *column[VECTOR_COLUMNS], void *arg)
{
	int64_t n;

	(void)arg;
	if (strcmp(column[4], "-") != 0)
		return;
	n = calendar_between(find(column[1]), at(column[2]), at(column[3]));
	ck_assert_msg(n == strtoll(column[5], NULL, 10), "%s: %lld, not %s",
	    column[0], (long long)n, column[5]);
}

/* calendar year days; or without a calendar, of standard */
static void
holiday_row(char *column[VECTOR_COLUMNS], void *arg)
{
	const char *name = arg != NULL ? arg : *column++;
	const char *names[64];
	char text[600] = "";
	int64_t day[64];
	size_t len = 0, n = calendar_holidays(find(name),
	    strtoll(column[0], NULL, 10), day, names, 64);

	for (size_t i = 0; i < n; i++) {
		struct civil c = civil_from_seconds(day[i] * 86400);

		len += (size_t)snprintf(text + len, sizeof(text) - len,
		    "%s%02d-%02d", i > 0 ? " " : "", c.month, c.day);
		ck_assert_ptr_eq(calendar_holiday(find(name), day[i]),
		    names[i]);
	}
	ck_assert_msg(strcmp(text, column[1]) == 0, "%s %s: %s", name,
	    column[0], text);
}

START_TEST(agrees_with_vectors)
{
	ck_assert_int_gt(vector_rows(root_path(
	    "tests/data/vectors/clock-due.tsv"), due_row, NULL), 30);
	ck_assert_int_gt(vector_rows(root_path(
	    "tests/data/vectors/clock-counted.tsv"), counted_row, NULL), 20);
	ck_assert_int_gt(vector_rows(root_path(
	    "tests/data/vectors/holidays.tsv"), holiday_row, NULL), 10);
}
END_TEST

START_TEST(agrees_with_shared_vectors)
{
	static char standard[] = "standard";

	if (shared_data("vectors/clock-due.tsv") == NULL) {
		unit_skip("shared vectors", "no data folder");
		return;
	}
	ck_assert_int_gt(vector_rows(shared_data("vectors/clock-due.tsv"),
	    due_row, NULL), 0);
	ck_assert_int_gt(vector_rows(shared_data("vectors/clock-counted.tsv"),
	    counted_row, NULL), 0);
	ck_assert_int_gt(vector_rows(shared_data(
	    "vectors/holidays-us-federal.tsv"), holiday_row, standard), 0);
}
END_TEST

/* name what calendar from value answer */
static void
case_row(char *column[VECTOR_COLUMNS], void *arg)
{
	const struct calendar *c = find(column[2]);
	int64_t from = at(column[3]), open, close;
	struct duration d = { 0 };
	char got[TIME_TEXT];

	(void)arg;
	if (strcmp(column[1], "between") == 0)
		snprintf(got, sizeof(got), "%lld",
		    (long long)calendar_between(c, from, at(column[4])));
	else if (strcmp(column[1], "at") == 0)
		snprintf(got, sizeof(got), "%s", calendar_window(c, from,
		    &open, &close) && open <= from ? "open" : "closed");
	else {
		ck_assert_int_eq(duration_parse(column[4], &d), 0);
		time_format(strcmp(column[1], "add") == 0 ?
		    calendar_add(c, from, d.amount) :
		    calendar_subtract(c, from, d.amount), got);
	}
	ck_assert_msg(strcmp(got, column[5]) == 0, "%s: %s, not %s",
	    column[0], got, column[5]);
}

/* Walked minute by minute by data/calendar/make.py. */
START_TEST(agrees_with_a_walk)
{
	unload();
	load_file("tests/data/calendar/calendars.yaml");
	ck_assert_int_gt(vector_rows(root_path(
	    "tests/data/calendar/cases.tsv"), case_row, NULL), 500);
	unload();
	load();
}
END_TEST

/* -- what follows from the contracts ---------------------------------- */

static uint64_t state = 88172645463325252u;

static int64_t
draw(int64_t below)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return (int64_t)(state % (uint64_t)below);
}

START_TEST(adds_what_it_counts)
{
	static const char *const names[] = { "standard", "always", "round",
		"lunch", "night", "tokyo", "kathmandu", "lord-howe", "dated" };

	for (int i = 0; i < 200000; i++) {
		const struct calendar *c = find(names[i % 9]);
		int64_t start = at("1991-01-01T00:00:00Z") +
		    draw(INT64_C(200) * 365 * 86400);
		int64_t n = 1 + draw(i % 3 == 0 ? 100 : 1000000);
		int64_t due = calendar_add(c, start, n), open, close;

		ck_assert_int_eq(calendar_between(c, start, due), n);
		ck_assert_int_eq(calendar_between(c, start, due - 1), n - 1);
		ck_assert_int_ge(calendar_subtract(c, due, n), start);
		ck_assert_int_eq(calendar_between(c,
		    calendar_subtract(c, due, n), due), n);
		ck_assert_int_eq(calendar_between(c,
		    calendar_subtract(c, due, n) + 1, due), n - 1);
		ck_assert(calendar_window(c, start, &open, &close));
		ck_assert_int_gt(close, start);
		ck_assert_int_eq(calendar_between(c, start, close),
		    close - (open > start ? open : start));
	}
}
END_TEST

/* A week of hours at random, with holidays and dates. */
static size_t
draw_calendar(char *out, size_t room)
{
	static const char *const zones[] = { "America/Los_Angeles",
		"Europe/London", "Australia/Lord_Howe", "Asia/Kathmandu",
		"America/St_Johns", "Pacific/Apia", "Africa/Cairo" };
	static const char *const days[] = { "mon", "tue", "wed", "thu", "fri",
		"sat", "sun" };
	size_t n = (size_t)snprintf(out, room, "calendars:\n  x:\n    zone: "
	    "%s\n    open:\n", zones[draw(7)]);

	for (int d = 0; d < 7; d++) {
		int64_t minute = draw(600), end;

		/* The last day always opens, so that there is a calendar. */
		if (d < 6 && draw(4) == 0)
			continue;
		n += (size_t)snprintf(out + n, room - n, "      %s: ", days[d]);
		for (int64_t i = draw(3); i >= 0; i--) {
			end = minute + 1 + draw(i == 0 ? 1440 - minute : 250);
			n += (size_t)snprintf(out + n, room - n,
			    "%02d:%02d-%02d:%02d%s", (int)(minute / 60),
			    (int)(minute % 60), (int)(end / 60),
			    (int)(end % 60), i > 0 ? ", " : "\n");
			minute = end + draw(20);
		}
	}
	n += (size_t)snprintf(out + n, room - n, "    dates:\n"
	    "      2026-%02d-%02d..2026-12-31: closed\n"
	    "      %02d-10: 00:00-%02d:00\n      2025-05-%02d: "
	    "closed 10:00-12:00\n", 1 + (int)draw(12), 1 + (int)draw(28),
	    1 + (int)draw(12), 1 + (int)draw(24), 1 + (int)draw(31));
	return n;
}

static void
check_laws(const struct calendar *c)
{
	const int64_t from = at("2024-06-01T00:00:00Z");
	int64_t a = from + draw(86400 * 800), b = a + draw(86400 * 60);
	int64_t middle = a + draw(b - a + 1), n = 1 + draw(500000), day = 0;
	int64_t due = calendar_add(c, a, n), open, close, sum = 0;

	/* Sums are the same wherever they are split. */
	ck_assert_int_eq(calendar_between(c, a, b), calendar_between(c, a,
	    middle) + calendar_between(c, middle, b));
	ck_assert_int_eq(calendar_add(c, calendar_add(c, a, n), 77),
	    calendar_add(c, a, n + 77));
	/* Windows are what is counted. */
	for (int64_t t = a; t < b && calendar_window(c, t, &open, &close) &&
	    open < b; t = close)
		sum += (close < b ? close : b) - (open > t ? open : t);
	ck_assert_int_eq(sum, calendar_between(c, a, b));
	/* Adding is undone by subtracting, up to closed time. */
	ck_assert_int_eq(calendar_between(c, a, due), n);
	ck_assert_int_eq(calendar_between(c, calendar_subtract(c, due, n),
	    due), n);
	ck_assert_int_ge(calendar_subtract(c, due, n), a);
	/* What came before is what came before. */
	if (calendar_before(c, b, &open, &close)) {
		ck_assert_int_lt(open, b);
		ck_assert_int_eq(calendar_between(c, close, b), 0);
	}
	/* Days there and back. */
	day = calendar_add_days(c, a, 7);
	ck_assert_int_eq(calendar_days(c, calendar_date(c, a) + 1,
	    calendar_date(c, day) + 1), 7);
	ck_assert(calendar_opens_on(c, calendar_date(c, day)));
	ck_assert_int_eq(calendar_date(c, calendar_add_days(c,
	    calendar_add_days(c, day, 5), -5)), calendar_date(c, day));
}

START_TEST(random_calendars_hold)
{
	char text[4000];
	int held = 0;

	for (int i = 0; i < 300; i++) {
		struct calendars *made;
		struct arena a = { 0 };
		struct err e = { 0 };
		struct yaml *root;
		size_t n = draw_calendar(text, sizeof(text));

		ck_assert_msg(yaml_parse(&a, "drawn", text, n, &root, &e) ==
		    0, "%s\n%s", e.text, text);
		/* A dated day may have run into its neighbour's night. */
		if (calendars_load(&made, root, &e) < 0) {
			ck_assert_msg(strstr(e.text, "overlap") != NULL,
			    "%s\n%s", e.text, text);
			arena_free(&a);
			continue;
		}
		for (int k = 0; k < 100; k++)
			check_laws(calendar_find(made, "x"));
		calendars_free(made);
		arena_free(&a);
		held++;
	}
	ck_assert_int_gt(held, 250);
}
END_TEST

/* What is asked first decides which years are tabled, and nothing else. */
START_TEST(order_of_questions_is_no_matter)
{
	static const char *const names[] = { "standard", "lunch", "night",
		"dated", "lord-howe" };
	const int64_t first = at("1989-12-25T00:00:00Z");
	const int64_t year = 31556952;

	/* Far apart, so that all years of these are tabled. */
	for (int i = 0; i < 5; i++)
		calendar_between(find(names[i]), first, first + 213 * year);
	for (int i = 0; i < 150; i++) {
		const struct calendar *whole = find(names[i % 5]), *few;
		struct calendars *other, *kept = all;
		int64_t start = first + i * 14 * year / 10 + draw(1000000);
		int64_t end = start + draw(20) * year + draw(1000000);
		int64_t n = calendar_between(whole, start, end) + 1, a[2], b[2];

		load();
		other = all;
		all = kept;
		few = calendar_find(other, names[i % 5]);
		switch (i % 4) {
		case 0: ck_assert_int_eq(calendar_between(few, start, end),
			n - 1); break;
		case 1: ck_assert_int_eq(calendar_add(few, start, n),
			calendar_add(whole, start, n)); break;
		case 2: ck_assert_int_eq(calendar_subtract(few, end, n),
			calendar_subtract(whole, end, n)); break;
		default: ck_assert_int_eq(calendar_window(few, start, &a[0],
			&a[1]), calendar_window(whole, start, &b[0], &b[1]));
			ck_assert_int_eq(a[0], b[0]);
			ck_assert_int_eq(a[1], b[1]); break;
		}
		ck_assert_int_eq(calendar_add(few, start, n),
		    calendar_add(whole, start, n));
		ck_assert_int_eq(calendar_subtract(few, start, n),
		    calendar_subtract(whole, start, n));
		calendars_free(other);
	}
}
END_TEST

START_TEST(ends_of_the_table)
{
	const struct calendar *c = find("standard"), *always = find("always");
	int64_t open, close, late = at("2200-12-31T23:00:00-08:00");

	ck_assert_int_eq(calendar_add(c, 1000, 0), 1000);
	ck_assert_int_eq(calendar_add(c, 1000, -5), 1000);
	ck_assert_int_eq(calendar_subtract(c, 1000, 0), 1000);
	ck_assert_int_eq(calendar_between(c, 1000, 1000), 0);
	ck_assert_int_eq(calendar_between(c, 1000, 0), 0);
	ck_assert_int_eq(calendar_add(c, late, 1), TIME_MAX);
	ck_assert_int_eq(calendar_add(c, 0, INT64_MAX), TIME_MAX);
	ck_assert_int_eq(calendar_add(c, TIME_MAX, 1), TIME_MAX);
	ck_assert_int_eq(calendar_subtract(c, at("1900-01-01T08:00:00Z"),
	    1), TIME_MIN);
	ck_assert_int_eq(calendar_between(c, TIME_MIN,
	    at("1900-01-01T08:00:00Z")), 0);
	ck_assert_int_eq(calendar_between(c, late, TIME_MAX), 0);
	ck_assert(!calendar_window(c, late, &open, &close));
	ck_assert(calendar_window(c, TIME_MIN, &open, &close));
	ck_assert_int_eq(open, at("1900-01-02T17:00:00Z"));
	ck_assert_int_eq(calendar_between(always, TIME_MIN, TIME_MAX),
	    TIME_MAX - TIME_MIN);
	ck_assert_int_eq(calendar_add(always, TIME_MAX, 1), TIME_MAX);
	ck_assert_int_eq(calendar_add(always, 0, 86400), 86400);
	ck_assert_int_eq(calendar_subtract(always, TIME_MIN, 1), TIME_MIN);
}
END_TEST

START_TEST(knows_its_days)
{
	struct buf why = BUF_INIT;

	ck_assert_int_eq(calendar_day(find("standard")), 8 * 3600);
	ck_assert_int_eq(calendar_day(find("always")), 86400);
	ck_assert_int_eq(calendar_day(find("lunch")), 27000);
	ck_assert_int_eq(calendar_day(find("night")), 8 * 3600);
	ck_assert(calendar_is_always(find("always")));
	ck_assert(!calendar_is_always(find("round")));
	ck_assert_str_eq(calendar_zone(find("tokyo")), "Asia/Tokyo");
	ck_assert_str_eq(calendar_zone(find("dated")), "America/Los_Angeles");
	ck_assert_ptr_null(calendar_find(all, "nosuch"));
	calendar_reason(find("standard"), at("2026-05-23T00:00:00Z"),
	    at("2026-05-26T16:00:00Z"), &why);
	ck_assert_str_eq(why.data, "weekend, Memorial Day");
	buf_reset(&why);
	calendar_reason(find("standard"), at("2026-05-20T00:00:00Z"),
	    at("2026-05-20T16:00:00Z"), &why);
	ck_assert_str_eq(why.data, "out of hours");
	buf_reset(&why);
	calendar_reason(find("dated"), at("2026-12-25T18:00:00Z"),
	    at("2027-01-04T17:00:00Z"), &why);
	ck_assert_str_eq(why.data, "weekend, winter break, New Year's Day");
	buf_reset(&why);
	calendar_reason(find("tokyo"), at("2026-01-26T10:00:00Z"),
	    at("2026-01-28T01:00:00Z"), &why);
	ck_assert_str_eq(why.data, "closed that day");
	buf_free(&why);
}
END_TEST

/* -- files that are wrong --------------------------------------------- */

#define CAL	"calendars:\n  x:\n"
#define HOL	"calendars:\n  x:\n    open: {mon: 09:00-17:00}\nholidays:\n" \
		"  y:\n"

static const struct {
	const char *name, *text, *message;	/* NULL: it is good */
} files[] = {
	{ "good", CAL "    open: {mon: 09:00-17:00}\n", NULL },
	{ "over the week's end", CAL "    open:\n      sun: 22:00-06:00\n"
	    "      mon: 06:00-07:00\n", NULL },
	{ "weekdays in full", CAL "    open: {Monday-Friday: 09:00-17:00}\n",
	    NULL },
	{ "up to midnight", CAL "    open: {mon: 09:00-24:00}\n", NULL },
	{ "lists", CAL "    open: {mon: [09:00-12:00, 13:00-17:00], tue: [], "
	    "wed: closed}\n    dates: {2026-01-05: []}\n", NULL },
	{ "seconds", CAL "    open: {mon: 09:00:30-17:00:15}\n", NULL },
	{ "closed all week", CAL "    open: {mon-sun: closed}\n",
	    "t:3: 'x' never opens" },
	{ "closed, and not", CAL "    open: {mon: closed, mon-fri: "
	    "09:00-17:00}\n", "t:3: a weekday stands twice" },
	{ "lists that overlap", CAL "    open: {mon: [09:00-12:00, "
	    "11:00-17:00]}\n", "t:3: hours overlap or are not in order: *" },
	{ "a list of maps in a list", CAL "    open: {mon: [[]]}\n",
	    "t:3: '' is not hours such as *" },
	{ "empty", "", "t:1: calendars is not a map of names and calendars" },
	{ "a list", "calendars: [x]\n",
	    "t:1: calendars is not a map of names and calendars" },
	{ "an unknown key", CAL "    open: always\n    hours: 3\n",
	    "t:4: unknown key 'hours'" },
	{ "another at the top", "calendar: 1\n" CAL "    open: always\n",
	    "t:1: unknown key 'calendar'" },
	{ "no hours", CAL "    zone: UTC\n",
	    "t:3: 'x' does not say when it is open" },
	{ "never", CAL "    open: {}\n", "t:3: 'x' never opens" },
	{ "sometimes", CAL "    open: sometimes\n",
	    "t:3: open is not 'always' or a map of weekdays and hours" },
	{ "unknown zone", CAL "    open: always\n    zone: Mars/Olympus\n",
	    "t:4: unknown time zone 'Mars/Olympus' *" },
	{ "zone out of its folder", CAL "    open: always\n"
	    "    zone: ../../etc/passwd\n",
	    "t:4: '../../etc/passwd' is not a time zone" },
	{ "hours in words", CAL "    open: {mon: nine to five}\n",
	    "t:3: 'nine to five' is not hours such as *" },
	{ "no hours of a day", CAL "    open: {mon: }\n",
	    "t:3: '' is not hours such as *" },
	{ "hour 25", CAL "    open: {mon: 09:00-25:00}\n",
	    "t:3: '09:00-25:00' is not hours *" },
	{ "minute 60", CAL "    open: {mon: 09:00-16:60}\n",
	    "t:3: '09:00-16:60' is not hours *" },
	{ "no minutes", CAL "    open: {mon: 9-17}\n",
	    "t:3: '9-17' is not hours *" },
	{ "from 24:00", CAL "    open: {mon: 24:00-06:00}\n",
	    "t:3: '24:00-06:00' is not hours *" },
	{ "no time at all", CAL "    open: {mon: 09:00-09:00}\n",
	    "t:3: '09:00-09:00' is not hours *" },
	{ "a comma too many", CAL "    open:\n      mon: 09:00-12:00,\n",
	    "t:4: '09:00-12:00,' is not hours *" },
	{ "overlap in a day", CAL "    open:\n"
	    "      mon: 09:00-13:00, 12:00-17:00\n",
	    "t:4: hours overlap or are not in order: *" },
	{ "not in order", CAL "    open:\n"
	    "      mon: 13:00-17:00, 09:00-12:00\n",
	    "t:4: hours overlap or are not in order: *" },
	{ "overlap over midnight", CAL "    open:\n      mon: 22:00-06:00\n"
	    "      tue: 05:00-07:00\n",
	    "t:5: hours overlap with those that begin the day before" },
	{ "overlap over the week's end", CAL "    open:\n"
	    "      sun: 08:00-10:00\n      sat: 22:00-09:00\n",
	    "t:4: hours overlap with those that begin the day before" },
	{ "a weekday twice", CAL "    open:\n      mon-fri: 09:00-17:00\n"
	    "      wed: 18:00-19:00\n", "t:5: a weekday stands twice" },
	{ "no weekday", CAL "    open: {someday: 09:00-17:00}\n",
	    "t:3: 'someday' is not weekdays such as mon-fri" },
	{ "three digits", CAL "    open: {mon: 900-1700}\n",
	    "t:3: '900-1700' is not hours *" },
	{ "half a pair", CAL "    open: {mon: [[09:00]]}\n",
	    "t:3: '' is not hours *" },
	{ "three times", CAL "    open: {mon: 09:00-12:00-17:00}\n",
	    "t:3: '09:00-12:00-17:00' is not hours *" },
	{ "to what", CAL "    open: {mon to: 09:00-17:00}\n",
	    "t:3: 'mon to' is not weekdays such as mon-fri" },
	{ "half a range", CAL "    open: {mon-: 09:00-17:00}\n",
	    "t:3: 'mon-' is not weekdays such as mon-fri" },
	{ "30 February", CAL "    open: {mon: 09:00-17:00}\n    dates:\n"
	    "      2026-02-30: closed\n", "t:5: there is no 2026-02-30" },
	{ "no date", CAL "    open: {mon: 09:00-17:00}\n    dates:\n"
	    "      tomorrow: closed\n", "t:5: 'tomorrow' is not a date *" },
	{ "a range backwards", CAL "    open: {mon: 09:00-17:00}\n    dates:\n"
	    "      2026-02-03..2026-02-02: closed\n",
	    "t:5: '2026-02-03..2026-02-02' ends before it begins, *" },
	{ "another century", CAL "    open: {mon: 09:00-17:00}\n    dates:\n"
	    "      1803-02-03: closed\n", "t:5: '1803-02-03' ends before *" },
	{ "a date twice", CAL "    open: {mon: 09:00-17:00}\n    dates:\n"
	    "      2026-02-02..2026-02-04: closed\n"
	    "      2026-02-03: 09:00-10:00\n", "t:6: a date stands twice" },
	{ "a date's overlap", CAL "    open: {mon: 22:00-06:00}\n"
	    "    dates:\n      2026-02-03: 05:00-08:00\n",
	    "t:5: hours overlap with those of the day beside it" },
	{ "always and holidays", HOL "    days: {z: 1 may}\n  always: 1\n",
	    "t:7: not a map" },
	{ "always but closed", CAL "    open: always\n    dates:\n"
	    "      2026-02-03: closed\n",
	    "t:3: 'x' is always open: it has no holidays and no dates" },
	{ "no such holidays", CAL "    open: {mon: 09:00-17:00}\n"
	    "    holidays: bank\n", "t:4: no holidays 'bank'" },
	{ "one of two", CAL "    open: {mon: 09:00-17:00}\n"
	    "    holidays: [y, z]\nholidays: {y: {days: {a: 1 may}}}\n",
	    "t:4: no holidays 'z'" },
	{ "no days", HOL "    observed: nearest weekday\n",
	    "t:6: days is not a map of names and rules" },
	{ "observed otherwise", HOL "    observed: never\n"
	    "    days: {a: 1 may}\n", "t:6: observed is not *" },
	{ "31 april", HOL "    days: {a: 31 april}\n",
	    "t:6: '31 april' is not a day of the year" },
	{ "sixth", HOL "    days: {a: sixth monday of may}\n",
	    "t:6: 'sixth monday of may' is not a day of the year" },
	{ "no month", HOL "    days: {a: last monday of smarch}\n",
	    "t:6: 'last monday of smarch' is not a day of the year" },
	{ "plus what", HOL "    days: {a: easter +}\n",
	    "t:6: 'easter +' is not a day of the year" },
	{ "too far", HOL "    days: {a: easter + 400}\n",
	    "t:6: 'easter + 400' is not a day of the year" },
	{ "many words", HOL "    days: {a: 1 may from 1 until 2 from 3 + 4 - 1 "
	    "from 4 + 2 - 3}\n", "t:6: '1 may from 1 until *" },
	{ "observed as a map", HOL "    observed: {a: b}\n"
	    "    days: {a: 1 may}\n", "t:6: observed is not *" },
	{ "observed as an empty list", HOL "    observed: []\n"
	    "    days: {a: 1 may}\n", "t:6: observed is not *" },
	{ "one of the moves", HOL "    observed: [sunday to monday, never]\n"
	    "    days: {a: 1 may}\n", "t:6: observed is not *" },
	{ "a rule as a map", HOL "    days: {a: {b: 1 may}}\n",
	    "t:6: '' is not a day of the year" },
	{ "no rule in a list", HOL "    days: {a: []}\n",
	    "t:6: '' is not a day of the year" },
	{ "one of the rules", HOL "    days: {a: [1 may, 31 june]}\n",
	    "t:6: '31 june' is not a day of the year" },
	{ "days backwards", HOL "    days: {a: 2026-03-22..2026-03-20}\n",
	    "t:6: '2026-03-22..2026-03-20' is not a day of the year" },
	{ "over a month of days", HOL "    days: {a: 2026-03-01..2026-04-01}\n",
	    "t:6: '2026-03-01..2026-04-01' is not a day of the year" },
	{ "half a range of days", HOL "    days: {a: 1 may..}\n",
	    "t:6: '1 may..' is not a day of the year" },
	{ "a date and a day", HOL "    days: {a: 2026-05-01..3 may}\n",
	    "t:6: '2026-05-01..3 may' is not a day of the year" },
	{ "every few years of which none is known", HOL
	    "    days: {a: 1 may every 4 years}\n",
	    "t:6: '1 may every 4 years' is not a day of the year" },
	{ "before what", HOL "    days: {a: monday on or before}\n",
	    "t:6: 'monday on or before' is not a day of the year" },
	{ "nothing", HOL "    days: {a: }\n",
	    "t:6: '' is not a day of the year" },
};

START_TEST(refuses_files)
{
	const char *want = files[_i].message;
	struct calendars *made = NULL;
	struct err e = { 0 };
	struct arena a = { 0 };
	struct yaml *root;
	size_t len;
	int rc;

	ck_assert_msg(yaml_parse(&a, "t", files[_i].text,
	    strlen(files[_i].text), &root, &e) == 0, "%s: %s", files[_i].name,
	    e.text);
	rc = calendars_load(&made, root, &e);
	if (want == NULL) {
		ck_assert_msg(rc == 0, "%s: %s", files[_i].name, e.text);
		calendars_free(made);
	} else {
		len = strcspn(want, "*");
		ck_assert_msg(rc < 0 && e.kind == ERR_CONFIG, "%s: accepted",
		    files[_i].name);
		ck_assert_msg(strncmp(e.text, want, len) == 0 &&
		    (want[len] == '*' || e.text[len] == '\0'), "%s: %s",
		    files[_i].name, e.text);
	}
	arena_free(&a);
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("calendar");
	TCase *t = tcase_create("calendar"), *f = tcase_create("files");

	tcase_add_checked_fixture(t, load, unload);
	tcase_set_timeout(t, 120);
	tcase_add_test(t, agrees_with_vectors);
	tcase_add_test(t, agrees_with_shared_vectors);
	tcase_add_test(t, agrees_with_a_walk);
	tcase_add_test(t, random_calendars_hold);
	tcase_add_test(t, adds_what_it_counts);
	tcase_add_test(t, order_of_questions_is_no_matter);
	tcase_add_test(t, ends_of_the_table);
	tcase_add_test(t, knows_its_days);
	tcase_add_loop_test(f, refuses_files, 0,
	    (int)(sizeof(files) / sizeof(*files)));
	suite_add_tcase(s, t);
	suite_add_tcase(s, f);
	return unit_main(s);
}
