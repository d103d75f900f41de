/* HTML to text, entities, and text to HTML. */
#include <string.h>
#include <time.h>

#include "base/utf8.h"
#include "format/entity.h"
#include "format/html.h"
#include "unit.h"

START_TEST(to_text)
{
	static const struct {
		const char *name, *html, *want;
	} rows[] = {
		{ "nothing", "", "" },
		{ "blanks", " \n\t ", "" },
		{ "text alone", "a  b\nc", "a b c\n" },
		{ "paragraphs", "<p>a</p><p>b</p>", "a\n\nb\n" },
		{ "divs", "<div>a</div><div>b</div>", "a\nb\n" },
		{ "empty div", "a<div><br></div>b", "a\n\nb\n" },
		{ "break at the end of a div", "<div>a<br></div>b", "a\nb\n" },
		{ "breaks", "a<br>b<br/><br >c", "a\nb\n\nc\n" },
		{ "many breaks", "a<br><br><br><br><br><br>b", "a\n\n\nb\n" },
		{ "Outlook", "<p class=MsoNormal>a</p><p class=MsoNormal>"
		    "<o:p>&nbsp;</o:p></p><p class=MsoNormal>b</p>",
		    "a\n\nb\n" },
		{ "headings", "<h1>a</h1>b<h2>c</h2>d", "a\n\nb\n\nc\n\nd\n" },
		{ "list", "<ul><li>a<li>b<ul><li>c</li></ul></ul>d",
		    "- a\n- b\n  - c\nd\n" },
		{ "lines of an item", "<ul><li>a<br>b</li></ul>",
		    "- a\n  b\n" },
		{ "numbered", "<ol><li>a<li>b</ol>", "1. a\n2. b\n" },
		{ "quote", "a<blockquote>b<br><br>c<blockquote>d</blockquote>"
		    "</blockquote>e", "a\n> b\n>\n> c\n> > d\ne\n" },
		{ "indent of Gmail", "<blockquote style=\"margin:0 0 0 40px;"
		    "border:none\">a</blockquote>", "a\n" },
		{ "table", "<table><tr><th>a</th><th>b</th></tr><tr><td>c"
		    "<td></td><td>d</td></table>e", "a\tb\nc\t\td\ne\n" },
		{ "cells of paragraphs", "<table><tr><td><p>a</p></td><td>"
		    "<p>b</p></td></tr></table>", "a\tb\n" },
		{ "columns of a layout", "<table><tr><td>a<br>b</td><td>c"
		    "</td></tr></table>", "a\nb\nc\n" },
		{ "table in a table", "<table><tr><td><table><tr><td>a</td>"
		    "</tr></table></td><td>b</td></tr></table>", "a\tb\n" },
		{ "link", "<a href=\"http://x.example/?a=1&amp;copy=2\">a</a>",
		    "a <http://x.example/?a=1&copy=2>\n" },
		{ "link to itself", "<a href=\"https://www.x.example/\">"
		    "x.example</a>", "x.example\n" },
		{ "mail link", "<a href='mailto:a@b.example'>a@b.example</a>",
		    "a@b.example\n" },
		{ "scripted link", "<a href=\"java&#115;cript:x\">a</a>",
		    "a\n" },
		{ "link around a block", "<a href=http://x.example>"
		    "<div>a</div></a>b", "a <http://x.example>\nb\n" },
		{ "image", "<img src=x alt=\"a &amp; b\"> c", "a & b c\n" },
		{ "pre", "<pre>\na  b\n c</pre>d", "a  b\n c\n\nd\n" },
		{ "entities", "&eacute;&#233;&#xE9;&lt;&hellip;&#150;&bogus;"
		    "&amp", "\xc3\xa9\xc3\xa9\xc3\xa9<\xe2\x80\xa6\xe2\x80\x93"
		    "&bogus;&\n" },
		{ "controls by number", "a&#0;b&#27;c&#x9f;d",
		    "a\xef\xbf\xbd" "bc\xc5\xb8" "d\n" },
		{ "no width", "a&shy;b&#8203;c\xef\xbb\xbf" "d", "abcd\n" },
		{ "script and style", "a<script>if (a<b) '</p>'</script>"
		    "<style>p{}</style>b", "ab\n" },
		{ "title", "<html><head><title>t</title></head><body>a",
		    "a\n" },
		{ "comments", "a<!-- <b> -->b<!-->c<!---->d<![if x]>e<?x?>f",
		    "abcdef\n" },
		{ "open comment", "a<!-- b", "a\n" },
		{ "hidden by style", "a<div style=\"color:red; DISPLAY : none"
		    "\">b<div>c</div>d</div>e", "ae\n" },
		{ "hidden by attribute", "a<span hidden>b<span>c</span>d</span>"
		    "e", "ae\n" },
		{ "not hidden", "a<span style=\"opacity:0.5\">b</span>",
		    "ab\n" },
		{ "font of no size", "<td style=\"font-size:0px\"><div style="
		    "\"font-size:13px\">a</div></td>", "a\n" },
		{ "no tags", "1 < 2 <3 <> a<", "1 < 2 <3 <> a<\n" },
		{ "cut tag", "a<p class=\"b", "a\n" },
		{ "ends of nothing", "</p></div></td>a</b>", "a\n" },
		{ "crossed", "<b>a<i>b</b>c</i>d", "abcd\n" },
		{ "quotes in attributes", "<p title='>' x=\"'>\">a", "a\n" },
		{ "broken UTF-8", "a\xff\xc3" "b",
		    "a\xef\xbf\xbd\xef\xbf\xbd" "b\n" },
		{ "bare upper case", "<P>A<BR>B", "A\nB\n" },
		{ "rule", "a<hr>b", "a\n---\nb\n" },
		{ "text area", "<textarea>a\n b</textarea>", "a\n b\n" },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct buf b = BUF_INIT;

		html_to_text(rows[i].html, strlen(rows[i].html), &b);
		ck_assert_msg(strcmp(b.data, rows[i].want) == 0,
		    "%s: '%s', not '%s'", rows[i].name, b.data, rows[i].want);
		buf_free(&b);
	}
}
END_TEST

/* The work grows with the input, whatever is open and never closed. */
START_TEST(linear)
{
	static const char *const units[] = { "<div>", "<blockquote>a<br>",
	    "<a href=x>", "<ul><li>", "<table><tr><td>a", "<span hidden>",
	    "</div>", "<", "<a ", "<!--", "&", "&#", "<p style='a:b;'>x",
	    "<script>", "</p", "<td>", "\xf0" };

	for (size_t i = 0; i < sizeof(units) / sizeof(*units); i++) {
		struct buf in = BUF_INIT, out = BUF_INIT;
		clock_t start = clock();

		while (in.len < (size_t)1 << 20)
			buf_adds(&in, units[i]);
		html_to_text(in.data, in.len, &out);
		ck_assert_uint_eq(utf8_valid(out.data, out.len), out.len);
		ck_assert_msg(clock() - start < 5 * CLOCKS_PER_SEC, "%s",
		    units[i]);
		buf_free(&in);
		buf_free(&out);
	}
}
END_TEST

START_TEST(appends)
{
	struct buf b = BUF_INIT;

	buf_adds(&b, "before ");
	html_to_text("<p> a", 5, &b);
	ck_assert_str_eq(b.data, "before a\n");
	buf_free(&b);
}
END_TEST

START_TEST(entities)
{
	static const struct {
		const char *text;
		size_t len;
		uint32_t cp;
		bool attribute;
	} rows[] = {
		{ "&amp;x", 5, '&', false }, { "&ampx", 0, 0, false },
		{ "&amp x", 4, '&', false }, { "&amp=x", 0, 0, true },
		{ "&amp;", 5, '&', true }, { "&thetasym;", 10, 0x3d1, false },
		{ "&AElig;", 7, 0xc6, false }, { "&zwnj;", 6, 0x200c, false },
		{ "&theta x", 0, 0, false }, { "&;", 0, 0, false },
		{ "&#65;", 5, 'A', false }, { "&#x41", 5, 'A', false },
		{ "&#xd800;", 8, 0xfffd, false }, { "&#;", 0, 0, false },
		{ "&#99999999999;", 14, 0xfffd, false },
		{ "&#128;", 6, 0x20ac, false }, { "&", 0, 0, false },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		uint32_t cp = 0;

		ck_assert_msg(entity_decode(rows[i].text, strlen(rows[i].text),
		    rows[i].attribute, &cp) == rows[i].len, "%s",
		    rows[i].text);
		ck_assert_msg(rows[i].len == 0 || cp == rows[i].cp, "%s: %x",
		    rows[i].text, cp);
	}
}
END_TEST

START_TEST(escape)
{
	struct buf b = BUF_INIT;

	/* NUL, ESC, a C1 control and a bidi override are not for a page. */
	html_escape("<a href=\"x\">&'\0b\x1b[\xc2\x9b\xe2\x80\xae" "c\n\xc3\xa9",
	    27, &b);
	ck_assert_str_eq(b.data, "&lt;a href=&quot;x&quot;&gt;&amp;&#39;b[c\n"
	    "\xc3\xa9");
	buf_free(&b);
}
END_TEST

static Suite *
suite(void)
{
	Suite *s = suite_create("html");
	TCase *c = tcase_create("html");

	tcase_set_timeout(c, 120);
	tcase_add_test(c, to_text);
	tcase_add_test(c, linear);
	tcase_add_test(c, appends);
	tcase_add_test(c, entities);
	tcase_add_test(c, escape);
	suite_add_tcase(s, c);
	return s;
}

int
main(void)
{
	return unit_main(suite());
}
