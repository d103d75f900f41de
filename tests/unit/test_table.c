/* Tables in every form, and text with tables in it. */
#include <string.h>

#include "format/table.h"
#include "unit.h"

static const struct column two[] = {
	{ "name", false, true }, { "n", true, false },
};

static struct buf
print(const char *const *cells, size_t n, enum table_form form, int width)
{
	struct table *t = table_new(two, 2);
	struct buf out = BUF_INIT;

	for (size_t i = 0; i < n; i++)
		table_cell(t, cells[i]);
	table_print(t, form, width, &out);
	table_free(t);
	return out;
}

START_TEST(forms)
{
	static const struct {
		const char *name, *cells[4];
		enum table_form form;
		int width;
		const char *want;
	} rows[] = {
		{ "text", { "one", "1", "a", "23" }, TABLE_TEXT, 80,
		    "name   n\none    1\na     23\n" },
		{ "wide", { "\xe6\x97\xa5\xe6\x9c\xac", "1", "a", "2" },
		    TABLE_TEXT, 0, "name  n\n\xe6\x97\xa5\xe6\x9c\xac  1\n"
		    "a     2\n" },
		{ "combining", { "e\xcc\x81t\xc3\xa9", "1", NULL, "2" },
		    TABLE_TEXT, 0, "name  n\ne\xcc\x81t\xc3\xa9   1\n"
		    "      2\n" },
		{ "cut", { "abcdefghijklmnop", "1", "b", "2" }, TABLE_TEXT,
		    15, "name          n\nabcdefghijk\xe2\x80\xa6  1\n"
		    "b             2\n" },
		{ "cut between wide ones", { "\xe6\x97\xa5\xe6\x9c\xac"
		    "\xe6\x97\xa5\xe6\x9c\xac\xe6\x97\xa5", "1", "b", "2" },
		    TABLE_TEXT, 11, "name      n\n\xe6\x97\xa5\xe6\x9c\xac"
		    "\xe6\x97\xa5\xe2\x80\xa6   1\nb         2\n" },
		{ "hostile", { "\033[31mred\xe2\x80\xae\xc2\x9b", "1",
		    "a\nb\tc", "2" }, TABLE_TEXT, 80,
		    "name     n\n[31mred  1\na b c    2\n" },
		{ "tsv", { "a\tb\nc\\d", "1", "\033x", "2" }, TABLE_TSV, 80,
		    "name\tn\na\\tb\\nc\\\\d\t1\nx\t2\n" },
		{ "csv quotes", { "a,\"b\"\nc", "1", " d", "2" }, TABLE_CSV,
		    80, "name,n\n\"a,\"\"b\"\"\nc\",1\n\" d\",2\n" },
		{ "csv formulas", { "=1+1", "-5", "@x", "+a" }, TABLE_CSV, 80,
		    "name,n\n\"'=1+1\",-5\n\"'@x\",\"'+a\"\n" },
		{ "csv tab first", { "\t=1", "-x", "\r=1", "-" }, TABLE_CSV,
		    80, "name,n\n\"'\t=1\",\"'-x\"\n\"'=1\",\"'-\"\n" },
		{ "html", { "<b>&\"", "1", "\033", "2" }, TABLE_HTML, 80,
		    "<table>\n<thead><tr><th scope=\"col\">name</th>"
		    "<th scope=\"col\">n</th></tr></thead>\n<tbody>\n"
		    "<tr><td>&lt;b&gt;&amp;&quot;</td>"
		    "<td class=\"number\">1</td></tr>\n"
		    "<tr><td></td><td class=\"number\">2</td></tr>\n"
		    "</tbody>\n</table>\n" },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct buf out = print(rows[i].cells, 4, rows[i].form,
		    rows[i].width);

		ck_assert_msg(strcmp(out.data, rows[i].want) == 0,
		    "%s: got\n%s", rows[i].name, out.data);
		buf_free(&out);
	}
}
END_TEST

/* However much there is, no line is wider than the terminal. */
START_TEST(width)
{
	static const struct column many[] = {
		{ "first", false, false }, { "second", false, true },
		{ "third", true, false }, { "fourth", false, true },
	};
	struct table *t = table_new(many, 4);
	struct buf out = BUF_INIT, cell = BUF_INIT;

	for (int i = 0; i < 200; i++)
		buf_adds(&cell, "\xe6\x97\xa5x");
	for (int i = 0; i < 40; i++)
		table_cell(t, cell.data + i * 4);
	for (int most = 20; most <= 100; most += 7) {
		buf_reset(&out);
		table_print(t, TABLE_TEXT, most, &out);
		for (char *p = out.data, *end; *p != '\0'; p = end + 1) {
			end = strchr(p, '\n');
			*end = '\0';
			ck_assert_msg(table_width(p) <= most, "%d: %s", most,
			    p);
		}
	}
	table_free(t);
	buf_free(&out);
	buf_free(&cell);
}
END_TEST

START_TEST(text)
{
	static const struct { const char *name, *in, *want; } rows[] = {
		{ "no table", "a\n\n\n\nb  \n", "a\n\nb\n" },
		{ "empty lines at the start", "\n\n\na", "a\n" },
		{ "table", "x\n  name\t>n\n  one\t1\n  a\t23\ny\n",
		    "x\n  name   n\n  one    1\n  a     23\ny\n" },
		{ "no titles", "\t>\none\t1\na\t23\n", "one   1\na    23\n" },
		{ "span", "  a\tb\n  1\t2\n\tlong text that goes on and on\n"
		    "  3\t4\n", "  a  b\n  1  2\n     long text that goe"
		    "\xe2\x80\xa6\n  3  4\n" },
		{ "span of three", "a\tb\tc\n1\t2\t3\n\tspan\n\t4\t\n",
		    "a  b  c\n1  2  3\n   span\n   4\n" },
		{ "gives way", "a\t~b\tc\n1\t22222222222222222222222222\t3\n",
		    "a  b                   c\n"
		    "1  22222222222222222\xe2\x80\xa6  3\n" },
		{ "titles alone", "a\tb\n", "a  b\n" },
		{ "cut", "0123456789012345678901234567\n",
		    "01234567890123456789012\xe2\x80\xa6\n" },
		{ "cells too many", "a\tb\n1\t2\t3\t4\n", "a  b\n1  2\n" },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct buf out = BUF_INIT;

		table_text(rows[i].in, strlen(rows[i].in), 24, &out);
		ck_assert_msg(strcmp(out.data, rows[i].want) == 0,
		    "%s: got\n%s", rows[i].name, out.data);
		buf_free(&out);
	}
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("table");
	TCase *c = tcase_create("table");

	tcase_add_test(c, forms);
	tcase_add_test(c, width);
	tcase_add_test(c, text);
	suite_add_tcase(s, c);
	return unit_main(s);
}
