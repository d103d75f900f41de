/* CSV: what RFC 4180 allows, and what nobody should have written. */
#include <string.h>

#include "format/csv.h"
#include "unit.h"

/* The file as "cell|cell;cell|cell;", an error as "!message;". */
static char *
show(const char *text, size_t len)
{
	static char out[2000];
	struct err e = { 0 };
	struct csv *c;
	size_t n = 0;
	int got;

	*out = '\0';
	if (csv_parse(&c, "f", text, len, &e) < 0) {
		snprintf(out, sizeof(out), "!!%s", e.text);
		return out;
	}
	while (err_clear(&e), (got = csv_next(c, &e)) != 0) {
		if (got < 0)
			n += (size_t)snprintf(out + n, sizeof(out) - n, "!%s",
			    e.text);
		for (size_t i = 0; csv_cell(c, i) != NULL; i++)
			n += (size_t)snprintf(out + n, sizeof(out) - n,
			    "%s%s", i > 0 ? "|" : "", csv_cell(c, i));
		n += (size_t)snprintf(out + n, sizeof(out) - n, ";");
	}
	csv_free(c);
	return out;
}

START_TEST(reads)
{
	static const struct { const char *name, *text, *want; } rows[] = {
		{ "plain", "a,b\n1,2\n3,4\n", "1|2;3|4;" },
		{ "no last line end", "a,b\n1,2", "1|2;" },
		{ "CRLF", "a,b\r\n1,2\r\n", "1|2;" },
		{ "CR alone", "a,b\r1,2\r", "1|2;" },
		{ "BOM", "\xef\xbb\xbf" "a,b\n1,2\n", "1|2;" },
		{ "quotes", "a,b\n\"1,\"\"x\"\"\",\"\"\n", "1,\"x\"|;" },
		{ "lines within", "a,b\n\"1\n2\r\n3\",4\n", "1\n2\r\n3|4;" },
		{ "empty cells", "a,b,c\n,,\n", "||;" },
		{ "blank lines", "a,b\n\n1,2\n\n\n3,4\n\n", "1|2;3|4;" },
		{ "one column, blank", "a\n\nx\n", ";x;" },
		{ "spaces stay", "a,b\n 1 , 2\n", " 1 | 2;" },
		{ "header alone", "a,b\n", "" },
		{ "UTF-8", "a\n\xc3\xa9\xe6\x97\xa5\n",
		    "\xc3\xa9\xe6\x97\xa5;" },
		{ "too few", "a,b\n1\n3,4\n",
		    "!f:2: 1 cells, the header has 2;3|4;" },
		{ "too many", "a,b\n1,2,3\n3,4\n",
		    "!f:2: 3 cells, the header has 2;3|4;" },
		{ "stray quote", "a,b\n1,2\"\n3,4\n", "!f:2: a quote within a "
		    "cell that has none around it;3|4;" },
		{ "text behind", "a,b\n\"1\"x,2\n3,4\n",
		    "!f:2: text behind a closing quote;3|4;" },
		{ "not closed", "a,b\n1,\"2\n3,4\n5,6\n",
		    "!f:2: a quote is not closed;3|4;5|6;" },
		{ "not closed behind lines", "a,b\n\"1\n2\",3\n4,\"\n",
		    "1\n2|3;!f:4: a quote is not closed;" },
		{ "not UTF-8", "a\n\xff\nx\n", "!f:2: not UTF-8;x;" },
		{ "empty file", "", "!!f:1: no header line" },
		{ "column twice", "a,b,a\n", "!!f:1: a column stands twice" },
		{ "header not closed", "a,\"b\n",
		    "!!f:1: a quote is not closed" },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		const char *got = show(rows[i].text, strlen(rows[i].text));

		ck_assert_msg(strcmp(got, rows[i].want) == 0,
		    "%s: got '%s'", rows[i].name, got);
	}
	ck_assert_str_eq(show("a\nx\0y\nz\n", 8), "!f:2: NUL in a row;z;");
	ck_assert_str_eq(show("a\n\"x\0y\"\nz\n", 10),
	    "!f:2: NUL in a row;z;");
}
END_TEST

START_TEST(names)
{
	static const char text[] = "id,name\n7,\"a\nb\"\n8,c\n";
	struct err e = { 0 };
	struct csv *c;

	ck_assert_int_eq(csv_parse(&c, "f", text, sizeof(text) - 1, &e), 0);
	ck_assert_ptr_null(csv_get(c, "id"));
	ck_assert_int_eq(csv_next(c, &e), 1);
	ck_assert_str_eq(csv_get(c, "id"), "7");
	ck_assert_str_eq(csv_get(c, "name"), "a\nb");
	ck_assert_ptr_null(csv_get(c, "none"));
	ck_assert_uint_eq(csv_line(c), 2);
	ck_assert_str_eq(csv_column(c, 1), "name");
	ck_assert_ptr_null(csv_column(c, 2));
	ck_assert_int_eq(csv_next(c, &e), 1);
	ck_assert_uint_eq(csv_line(c), 4);
	ck_assert_int_eq(csv_next(c, &e), 0);
	ck_assert_int_eq(csv_next(c, &e), 0);
	ck_assert_ptr_null(csv_get(c, "id"));
	csv_free(c);
	ck_assert_int_eq(csv_load(&c, "/nowhere/x.csv", &e), -1);
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("csv");
	TCase *c = tcase_create("csv");

	tcase_add_test(c, reads);
	tcase_add_test(c, names);
	suite_add_tcase(s, c);
	return unit_main(s);
}
