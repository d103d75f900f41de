/* Times, durations, hashes, buffers, arenas, UTF-8, lines. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/hash.h"
#include "base/io.h"
#include "base/mem.h"
#include "base/time.h"
#include "base/utf8.h"
#include "unit.h"

START_TEST(times)
{
	static const struct {
		const char *name, *text;
		int64_t want;	/* TIME_NONE: refused */
	} rows[] = {
		{ "epoch", "1970-01-01T00:00:00Z", 0 },
		{ "offset", "2026-01-31T17:00:00-08:00", 1769907600 },
		{ "half hour", "2026-01-31T17:00:00+05:30", 1769859000 },
		{ "space", "2026-01-31 17:00:00Z", 1769878800 },
		{ "fraction", "2026-01-31T17:00:00.999Z", 1769878800 },
		{ "leap second", "2016-12-31T23:59:60Z", 1483228799 },
		{ "leap day", "2028-02-29T00:00:00Z", 1835395200 },
		{ "no leap day", "2026-02-29T00:00:00Z", TIME_NONE },
		{ "century", "1900-02-29T00:00:00Z", TIME_NONE },
		{ "before 1970", "1969-12-31T23:59:59Z", -1 },
		{ "first", "0001-01-01T00:00:00Z", TIME_MIN },
		{ "last", "9999-12-31T23:59:59Z", TIME_MAX },
		{ "beyond", "9999-12-31T23:59:59-01:00", TIME_NONE },
		{ "no zone", "2026-01-31T17:00:00", TIME_NONE },
		{ "date", "2026-01-31", TIME_NONE },
		{ "hour 24", "2026-01-31T24:00:00Z", TIME_NONE },
		{ "tail", "2026-01-31T17:00:00Zx", TIME_NONE },
		{ "empty", "", TIME_NONE },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		int64_t t = TIME_NONE;

		ck_assert_msg(time_parse(rows[i].text, &t) ==
		    (rows[i].want == TIME_NONE ? -1 : 0) &&
		    t == rows[i].want, "%s: %lld", rows[i].name,
		    (long long)t);
	}
}
END_TEST

START_TEST(times_round_trip)
{
	char text[TIME_TEXT];

	for (int64_t t = TIME_MIN; t < TIME_MAX; t += 86399 * 977) {
		int64_t back = 0;

		ck_assert_int_eq(time_parse(time_format(t, text), &back), 0);
		ck_assert_int_eq(back, t);
	}
	ck_assert_int_eq(civil_from_seconds(0).weekday, 4);
	ck_assert_int_eq(civil_from_seconds(-86400).weekday, 3);
}
END_TEST

START_TEST(durations)
{
	static const struct {
		const char *text;
		int64_t want;	/* -1: refused */
		enum duration_unit unit;
	} rows[] = {
		{ "30m", 1800, DURATION_SECONDS },
		{ "4h", 14400, DURATION_SECONDS },
		{ "1h30m", 5400, DURATION_SECONDS },
		{ "90s", 90, DURATION_SECONDS },
		{ "2bd", 2, DURATION_BUSINESS_DAYS },
		{ "60d", 60, DURATION_DAYS },
		{ "0s", 0, DURATION_SECONDS },
		{ "", -1, 0 }, { "-4h", -1, 0 }, { "4", -1, 0 },
		{ "h", -1, 0 }, { "1d4h", -1, 0 }, { "30m1h", -1, 0 },
		{ "4h4h", -1, 0 }, { "1bd2d", -1, 0 },
		{ "99999999999999999999h", -1, 0 }, { "4x", -1, 0 },
		{ "4 h", 14400, DURATION_SECONDS },
		{ "1h 30m", 5400, DURATION_SECONDS },
		{ "1.5h", 5400, DURATION_SECONDS },
		{ "0.25m", 15, DURATION_SECONDS },
		{ "90 minutes", 5400, DURATION_SECONDS },
		{ "2 hours 10 mins", 7800, DURATION_SECONDS },
		{ "8 working hours", 28800, DURATION_SECONDS },
		{ "1 Hr", 3600, DURATION_SECONDS },
		{ "3 business days", 3, DURATION_BUSINESS_DAYS },
		{ "1 working day", 1, DURATION_BUSINESS_DAYS },
		{ "2 days", 2, DURATION_DAYS },
		{ "PT8H", 28800, DURATION_SECONDS },
		{ "PT1H30M", 5400, DURATION_SECONDS },
		{ "PT0.5H", 1800, DURATION_SECONDS },
		{ "PT90S", 90, DURATION_SECONDS },
		{ "PT0S", 0, DURATION_SECONDS },
		{ "P2D", 2, DURATION_DAYS },
		{ "P", -1, 0 }, { "PT", -1, 0 }, { "P1DT", -1, 0 },
		{ "P1DT4H", -1, 0 }, { "P1W", -1, 0 }, { "P1M", -1, 0 },
		{ "P1Y", -1, 0 }, { "PT1D", -1, 0 }, { "PT1M1H", -1, 0 },
		{ "P2", -1, 0 }, { "1w", -1, 0 }, { "30M", -1, 0 },
		{ "0.5d", -1, 0 }, { "0.5bd", -1, 0 }, { "0.3s", -1, 0 },
		{ "1.h", -1, 0 }, { ".5h", -1, 0 }, { "1.0000001h", -1, 0 },
		{ "1e3h", -1, 0 }, { "1,5h", -1, 0 }, { "+1h", -1, 0 },
		{ "1h and 5m", 3900, DURATION_SECONDS },
		{ "2 hours, 10 minutes", 7800, DURATION_SECONDS },
		{ "1h, 2m and 3s", 3723, DURATION_SECONDS },
		{ "PT1,5H", 5400, DURATION_SECONDS },
		{ "1h and", -1, 0 }, { "1h,", -1, 0 }, { "and 1h", -1, 0 },
		{ ", 1h", -1, 0 }, { "1h,,5m", -1, 0 }, { "PT1H,", -1, 0 },
		{ "PT1,H", -1, 0 }, { "1,500m", -1, 0 }, { "business", -1, 0 },
		{ "1 business", -1, 0 }, { "36526d", -1, 0 },
		{ "9223372036854775807h", -1, 0 }, { " ", -1, 0 },
	};
	char text[TIME_TEXT];
	struct duration d;

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		d = (struct duration){ .amount = -1 };

		duration_parse(rows[i].text, &d);
		ck_assert_msg(d.amount == rows[i].want &&
		    (d.amount < 0 || d.unit == rows[i].unit), "%s",
		    rows[i].text);
	}
	ck_assert(duration_parse_mixed("1bd 4h", &d) == 0 && d.amount == 1 &&
	    d.unit == DURATION_BUSINESS_DAYS && d.seconds == 14400);
	ck_assert(duration_parse_mixed("P1DT4H30M", &d) == 0 && d.amount == 1 &&
	    d.unit == DURATION_DAYS && d.seconds == 16200);
	ck_assert(duration_parse_mixed("4h 1bd", &d) < 0 &&
	    duration_parse_mixed("1bd 1d", &d) < 0);
	ck_assert_str_eq(duration_format(187200, text), "52h");
	ck_assert_str_eq(duration_format(15300, text), "4h 15m");
	ck_assert_str_eq(duration_format(14400, text), "4h");
	ck_assert_str_eq(duration_format(45, text), "45s");
	ck_assert_str_eq(duration_format(0, text), "0s");
	ck_assert_str_eq(duration_format(-60, text), "-1m");
	ck_assert_str_eq(duration_exact(93630, text), "26h30s");
	ck_assert_str_eq(duration_exact(0, text), "0s");
}
END_TEST

START_TEST(hashes)
{
	uint8_t h[HASH_BYTES], back[HASH_BYTES];
	char hex[HASH_HEX], id[ID_TEXT], key[KEY_TEXT], out[KEY_TEXT];

	hash_bytes("abc", 3, h);
	ck_assert_str_eq(hash_hex(h, hex), "ba7816bf8f01cfea414140de5dae2223"
	    "b00361a396177a9cb410ff61f20015ad");
	ck_assert_int_eq(hash_unhex(hex, back), 0);
	ck_assert_mem_eq(h, back, HASH_BYTES);
	hex[0] = 'B';
	ck_assert_int_eq(hash_unhex(hex, back), -1);
	/* 0xba7816bf8f01cfe... in groups of five bits */
	ck_assert_str_eq(hash_key(h, key), "Q9W1DFWF077Y");
	ck_assert_str_eq(hash_id(h, id), "Q9W1DFWF077YMGA1");
	ck_assert_int_eq(hash_canonical("q9wldfwfo77y", out, sizeof(out)), 0);
	ck_assert_str_eq(out, key);
	ck_assert_int_eq(hash_canonical("Q9W1DFWF077U", out, sizeof(out)), -1);
	ck_assert_int_eq(hash_canonical("Q9W1DFWF077Y7", out, sizeof(out)),
	    -1);
}
END_TEST

START_TEST(buffers)
{
	struct buf b = BUF_INIT;
	struct arena a = { 0 };
	char *big;

	ck_assert_str_eq(b.data, "");
	for (int i = 0; i < 1000; i++)
		buf_printf(&b, "%d,", i);
	ck_assert_uint_eq(strlen(b.data), b.len);
	ck_assert_uint_eq(b.len, 3890);
	buf_truncate(&b, 4);
	ck_assert_str_eq(b.data, "0,1,");
	buf_free(&b);
	buf_adds(&b, "again");
	ck_assert_str_eq(b.data, "again");
	buf_free(&b);
	for (int round = 0; round < 3; round++) {
		for (int i = 0; i < 1000; i++) {
			char *s = arena_printf(&a, "%d", i);

			ck_assert_int_eq(atoi(s), i);
			ck_assert_uint_eq((uintptr_t)s % 16, 0);
		}
		big = arena_zalloc(&a, 1 << 20);
		ck_assert_int_eq(big[(1 << 20) - 1], 0);
		arena_reset(&a);
	}
	arena_free(&a);
}
END_TEST

START_TEST(utf8)
{
	static const struct {
		const char *name, *in, *clean, *line;
	} rows[] = {
		{ "plain", "a b", "a b", "a b" },
		{ "crlf", "a\r\nb\rc", "a\nb\nc", "a b c" },
		{ "latin-1", "a\xe9" "b", "a\xef\xbf\xbd" "b",
		    "a\xef\xbf\xbd" "b" },
		{ "escape", "a\033[31mb", "a[31mb", "a[31mb" },
		{ "c1", "a\xc2\x9b" "b", "ab", "ab" },
		{ "overlong", "\xc0\xaf", "\xef\xbf\xbd\xef\xbf\xbd",
		    "\xef\xbf\xbd\xef\xbf\xbd" },
		{ "surrogate", "\xed\xa0\x80", "\xef\xbf\xbd\xef\xbf\xbd"
		    "\xef\xbf\xbd", "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd" },
		{ "cut", "a\xe2\x82", "a\xef\xbf\xbd\xef\xbf\xbd",
		    "a\xef\xbf\xbd\xef\xbf\xbd" },
		{ "euro", "\xe2\x82\xac", "\xe2\x82\xac", "\xe2\x82\xac" },
		{ "tabs", "\ta \t b\n", "\ta \t b\n", "a b" },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct buf b = BUF_INIT;

		utf8_clean(&b, rows[i].in, strlen(rows[i].in));
		ck_assert_msg(strcmp(b.data, rows[i].clean) == 0, "%s: %s",
		    rows[i].name, b.data);
		ck_assert_uint_eq(utf8_valid(b.data, b.len), b.len);
		buf_reset(&b);
		utf8_clean_line(&b, rows[i].in, strlen(rows[i].in));
		ck_assert_msg(strcmp(b.data, rows[i].line) == 0, "%s: %s",
		    rows[i].name, b.data);
		buf_free(&b);
	}
	ck_assert_int_eq(utf8_width('a'), 1);
	ck_assert_int_eq(utf8_width(0x8acb), 2);
	ck_assert_int_eq(utf8_width(0x301), 0);
	ck_assert_int_eq(utf8_width(0x1f600), 2);
	ck_assert(utf8_unsafe(0x202e));
	ck_assert(utf8_unsafe(0x1b));
	ck_assert(!utf8_unsafe(0xe9));
}
END_TEST

START_TEST(lines)
{
	char path[] = "/tmp/tai-test-XXXXXX";
	int fd = mkstemp(path);
	struct line_reader r;
	struct err e = { 0 };
	char *text;
	size_t len;

	unlink(path);
	ck_assert_int_ge(fd, 0);
	dprintf(fd, "one\r\n\n");
	for (int i = 0; i < 100; i++)
		dprintf(fd, "%0999d", 0);
	dprintf(fd, "\nlast");
	lseek(fd, 0, SEEK_SET);
	line_open(&r, fd, "x", 5000);
	ck_assert_int_eq(line_next(&r, &text, &len, &e), LINE_OK);
	ck_assert_str_eq(text, "one");
	ck_assert_int_eq(line_next(&r, &text, &len, &e), LINE_OK);
	ck_assert_uint_eq(len, 0);
	ck_assert_int_eq(line_next(&r, &text, &len, &e), LINE_LONG);
	ck_assert_uint_eq(len, 200);
	ck_assert_uint_eq(r.line, 3);
	ck_assert_int_eq(line_next(&r, &text, &len, &e), LINE_OK);
	ck_assert_str_eq(text, "last");
	ck_assert_int_eq(line_next(&r, &text, &len, &e), LINE_END);
	line_close(&r);
	close(fd);
}
END_TEST

START_TEST(errors)
{
	struct err e = { 0 };

	ck_assert_int_eq(err_set(&e, ERR_INPUT, "bad\033[31m %d", 1), -1);
	ck_assert_int_eq(err_set(&e, ERR_IO, "second"), -1);
	ck_assert_int_eq(e.kind, ERR_INPUT);
	ck_assert_str_eq(e.text, "bad?[31m 1");
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("base");
	TCase *t = tcase_create("base");

	tcase_add_test(t, times);
	tcase_add_test(t, times_round_trip);
	tcase_add_test(t, durations);
	tcase_add_test(t, hashes);
	tcase_add_test(t, buffers);
	tcase_add_test(t, utf8);
	tcase_add_test(t, lines);
	tcase_add_test(t, errors);
	suite_add_tcase(s, t);
	return unit_main(s);
}
