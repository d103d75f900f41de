/* Tables as streams: every way a row can lie across reads, and be wrong. */
#include <string.h>

#include "format/rows.h"
#include "unit.h"

struct bytes {
	const char *p;
	size_t len, step;
};

static ssize_t
read_bytes(void *arg, char *to, size_t len, struct err *e)
{
	struct bytes *b = arg;
	size_t n = b->step < len ? b->step : len;

	(void)e;
	if (n > b->len)
		n = b->len;
	memcpy(to, b->p, n);
	b->p += n;
	b->len -= n;
	return (ssize_t)n;
}

/* "cell|cell;", an error as "!message;", read so many bytes at a time. */
static char *
show(const char *text, size_t len, char delimiter, const char *encoding,
    size_t step)
{
	static char out[4000];
	struct bytes b = { text, len, step };
	struct source s = { "f", &b, read_bytes };
	struct rows_form form = { delimiter, encoding };
	struct err e = { 0 };
	struct rows *r;
	size_t n = 0;
	int got;

	*out = '\0';
	if (rows_open(&r, &s, &form, &e) < 0) {
		snprintf(out, sizeof(out), "!!%s", e.text);
		return out;
	}
	while (err_clear(&e), (got = rows_next(r, &e)) != 0) {
		if (got < 0)
			n += (size_t)snprintf(out + n, sizeof(out) - n, "!%s",
			    e.text);
		for (size_t i = 0; got == 1 && i < rows_columns(r); i++)
			n += (size_t)snprintf(out + n, sizeof(out) - n,
			    "%s%s", i > 0 ? "|" : "", rows_cell(r, i));
		n += (size_t)snprintf(out + n, sizeof(out) - n, ";");
	}
	rows_close(r);
	return out;
}

#define U16LE "\xff\xfe" "a\0,\0b\0\n\0" "\xe9\0,\0" "\x3d\xd8\x0a\xde" "\n\0"
#define U16BE "\xfe\xff" "\0a\0,\0b\0\n" "\0\xe9\0,\xd8\x3d\xde\x0a\0\n"

START_TEST(reads)
{
	static const struct {
		const char *name, *text;
		size_t len;
		char delimiter;
		const char *encoding, *want;
	} rows[] = {
		{ "plain", "a,b\n1,2\n3,4\n", 0, 0, NULL, "1|2;3|4;" },
		{ "no last line end", "a,b\n1,2", 0, 0, NULL, "1|2;" },
		{ "CRLF", "a,b\r\n1,2\r\n", 0, 0, NULL, "1|2;" },
		{ "CR alone", "a,b\r1,2\r", 0, 0, NULL, "1|2;" },
		{ "a mark", "\xef\xbb\xbf" "a,b\n1,2\n", 0, 0, NULL, "1|2;" },
		{ "quotes", "a,b\n\"1,\"\"x\"\"\",\"\"\n", 0, 0, NULL,
		    "1,\"x\"|;" },
		{ "lines within", "a,b\n\"1\n2\r\n3\",4\n", 0, 0, NULL,
		    "1\n2\r\n3|4;" },
		{ "blank rows go", "a,b\n\n,\n1,2\n\n", 0, 0, NULL, "1|2;" },
		{ "short rows", "a,b,c\n1\n1,2\n", 0, 0, NULL,
		    "1||;1|2|;" },
		{ "empty cells behind", "a,b\n1,2,,\n", 0, 0, NULL, "1|2;" },
		{ "too many cells", "a,b\n1,2,3\n4,5\n", 0, 0, NULL,
		    "!f:2: 3 cells, the header has 2;4|5;" },
		{ "semicolon", "a;b\n1,5;2\n", 0, ';', NULL, "1,5|2;" },
		{ "tab", "a\tb\n1\t\"2\t3\"\n", 0, '\t', NULL, "1|2\t3;" },
		{ "spaces about names", " a , b \n1,2\n", 0, 0, NULL, "1|2;" },
		{ "windows", "a,b\n\x80,\xe9\n", 0, 0, "cp1252",
		    "\xe2\x82\xac|\xc3\xa9;" },
		{ "UTF-16 little", U16LE, sizeof(U16LE) - 1, 0, NULL,
		    "\xc3\xa9|\xf0\x9f\x98\x8a;" },
		{ "UTF-16 big", U16BE, sizeof(U16BE) - 1, 0, NULL,
		    "\xc3\xa9|\xf0\x9f\x98\x8a;" },
		{ "UTF-16 cut", U16LE, sizeof(U16LE) - 4, 0, NULL, NULL },
		{ "not UTF-8", "a,b\n\xff,1\n2,3\n", 0, 0, NULL,
		    "!f:2: not UTF-8;2|3;" },
		{ "a stray quote", "a,b\n1\"x,2\n3,4\n", 0, 0, NULL,
		    "!f:2: a quote within a cell that has none around it;"
		    "3|4;" },
		{ "text behind a quote", "a,b\n\"1\"x,2\n3,4\n", 0, 0, NULL,
		    "!f:2: text behind a closing quote;3|4;" },
		{ "an open quote", "a,b\n\"1,2\n3,4\n5,6\n", 0, 0, NULL,
		    "!f:2: a quote is not closed;3|4;5|6;" },
		{ "NUL", "a,b\n1\0,2\n3,4\n", 13, 0, NULL,
		    "!f:2: NUL in a row;3|4;" },
		{ "nothing", "", 0, 0, NULL, "!!f:1: no header line" },
		{ "a column twice", "a,a\n", 0, 0, NULL,
		    "!!f:1: a column stands twice" },
		{ "lines are counted", "a,b\n\"1\n2\",3\n\xff,1\n", 0, 0, NULL,
		    "1\n2|3;!f:4: not UTF-8;" },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		size_t len = rows[i].len != 0 ? rows[i].len :
		    strlen(rows[i].text);

		for (size_t step = 1; step < 9; step++) {
			const char *got = show(rows[i].text, len,
			    rows[i].delimiter, rows[i].encoding, step);

			if (rows[i].want != NULL)
				ck_assert_msg(strcmp(got, rows[i].want) == 0,
				    "%s: got '%s', want '%s'", rows[i].name,
				    got, rows[i].want);
		}
	}
}
END_TEST

/* A row of the largest size, one over it, and a row behind. */
START_TEST(bounds)
{
	struct buf b = BUF_INIT;
	struct err e = { 0 };
	struct rows_form form = { 0 };
	struct bytes in;
	struct source s = { "f", &in, read_bytes };
	struct rows *r;

	buf_adds(&b, "a\n");
	memset(buf_room(&b, ROW_MAX + 100), 'x', ROW_MAX + 100);
	b.len += ROW_MAX + 100;
	buf_adds(&b, "\nend\n");
	in = (struct bytes){ b.data, b.len, 1 << 16 };
	ck_assert_int_eq(rows_open(&r, &s, &form, &e), 0);
	ck_assert_int_eq(rows_next(r, &e), -1);
	ck_assert_str_eq(e.text, "f:2: a row of over 16 MiB");
	err_clear(&e);
	ck_assert_int_eq(rows_next(r, &e), 1);
	ck_assert_str_eq(rows_cell(r, 0), "end");
	ck_assert_uint_eq(rows_line(r), 3);
	rows_close(r);
	buf_free(&b);
}
END_TEST

START_TEST(objects)
{
	static const char text[] = "id,na \"x\",\n7,,z\n";
	static const char fine[] = "id,\"n \"\"x\"\"\",e\n7,\"a\n\x01" "b\",\n";
	struct bytes in = { fine, sizeof(fine) - 1, 5 };
	struct source s = { "f", &in, read_bytes };
	struct rows_form form = { 0 };
	struct buf b = BUF_INIT;
	struct err e = { 0 };
	struct rows *r;

	ck_assert_int_eq(rows_open(&r, &s, &form, &e), 0);
	ck_assert_int_eq(rows_next(r, &e), 1);
	rows_object(r, &b);
	ck_assert_str_eq(b.data,
	    "{\"id\":\"7\",\"n \\\"x\\\"\":\"a\\nb\"}");
	rows_close(r);
	buf_free(&b);
	in = (struct bytes){ text, sizeof(text) - 1, 5 };
	ck_assert_int_eq(rows_open(&r, &s, &form, &e), -1);
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("rows");
	TCase *t = tcase_create("rows");

	tcase_add_test(t, reads);
	tcase_add_test(t, bounds);
	tcase_add_test(t, objects);
	suite_add_tcase(s, t);
	return unit_main(s);
}
