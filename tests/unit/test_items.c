/* Foreign JSON cut into items, whatever its shape and however it is cut. */
#include <string.h>

#include "format/items.h"
#include "../given.h"
#include "unit.h"

/* "line key value;" for each item, "!message;" for what is refused. */
static char *
show(const char *text, size_t len, size_t most, const char *const *keys)
{
	static char out[4000];
	struct given g = { text, len, 0, most };
	struct source source = { "f", &g, read_given };
	struct items *s = items_open(&source, keys);
	struct item item;
	struct err e = { 0 };
	size_t n = 0;
	int got;

	*out = '\0';
	while ((got = items_next(s, &item, &e)) != 0 && n < 3000) {
		if (got < 0)
			n += (size_t)snprintf(out + n, sizeof(out) - n,
			    "!%s;", e.text);
		else
			n += (size_t)snprintf(out + n, sizeof(out) - n,
			    "%zu %s %.*s;", item.line,
			    item.key != NULL ? item.key : "-",
			    (int)item.value.len, item.value.text);
		err_clear(&e);
	}
	items_close(s);
	return out;
}

START_TEST(cuts)
{
	static const char *const keys[] = { "a", "b", NULL };
	static const struct {
		const char *name, *text, *want;
		bool keyed;
	} rows[] = {
		{ "lines", "{\"x\":1}\n{\"x\":2}\n",
		    "1 - {\"x\":1};2 - {\"x\":2};", false },
		{ "no last line end", "{}\n{\"x\":2}", "1 - {};2 - {\"x\":2};",
		    false },
		{ "one after another", "{} {}{}", "1 - {};1 - {};1 - {};",
		    false },
		{ "array", "[{\"x\":[1,2]},\n {}, 3, \"s,]\"]",
		    "1 - {\"x\":[1,2]};2 - {};2 - 3;2 - \"s,]\";", false },
		{ "arrays on lines", "[{}]\n[{}]\n", "1 - {};2 - {};",
		    false },
		{ "pretty", "{\n \"x\": {\n }\n}\n{\n}\n",
		    "1 - {\n \"x\": {\n }\n};5 - {\n};", false },
		{ "a BOM", "\xef\xbb\xbf{}", "1 - {};", false },
		{ "record separators", "\x1e{}\n\x1e{}\n", "1 - {};2 - {};",
		    false },
		{ "nothing", " \n\n", "", false },
		{ "keyed", "{\"n\":1,\"a\":[{\"x\":1},{}],\"b\":[5],\"c\":[6]}",
		    "1 a {\"x\":1};1 a {};1 b 5;", true },
		{ "keyed, not an array", "{\"a\":{\"b\":[1]}}",
		    "1 - {\"a\":{\"b\":[1]}};", true },
		{ "keyed on lines", "{\"a\":[1]}\n{\"z\":[2]}\n{\"b\":[3]}\n",
		    "1 a 1;2 - {\"z\":[2]};3 b 3;", true },
		{ "keyed, empty", "{\"a\":[]}\n{}", "2 - {};", true },
		{ "braces in strings", "{\"x\":\"}\\\"{\"}\n{}",
		    "1 - {\"x\":\"}\\\"{\"};2 - {};", false },
		{ "bad line between", "{\"x\":1}\n{\"x\":\n{\"x\":3}\n",
		    "1 - {\"x\":1};!f:2: not a JSON value;3 - {\"x\":3};",
		    false },
		{ "bad first line", "{\"x:1}\n{\"x\":3}\n",
		    "!f:1: not a JSON value;2 - {\"x\":3};", false },
		{ "words between", "{}\nhello\n{}\n",
		    "1 - {};!f:2: not a JSON object or array;3 - {};",
		    false },
		{ "bad item in an array", "[{\"x\":01},{}]",
		    "!f:1: no ',' between values at byte 8;1 - {};",
		    false },
		{ "half a surrogate", "[\"\\ud800\",{}]",
		    "!f:1: half of a surrogate pair at byte 8;1 - {};", false },
		{ "cut off", "{\"x\":[1,2",
		    "!f:1: not a JSON value;", false },
		{ "array cut off", "[{},\n{}",
		    "1 - {};2 - {};!f:2: the array has no end; what is before "
		    "it is in;", false },
		{ "array broken off", "[{},\n{\"x\n\":1}]",
		    "1 - {};!f:2: the array is broken off here; what is "
		    "before it is in;", false },
		{ "keyed cut off", "{\"a\":[1,2",
		    "1 a 1;1 a 2;!f:1: the array has no end; what is before "
		    "it is in;", true },
		{ "keyed, broken after", "{\"a\":[1] oops}\n{\"a\":[2]}\n",
		    "1 a 1;!f:1: not a JSON value;2 a 2;", true },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		size_t len = strlen(rows[i].text);
		const size_t reads[] = { 65536, 3, 7, 64 };

		for (size_t j = 0; j < 4; j++) {
			const char *got = show(rows[i].text, len, reads[j],
			    rows[i].keyed ? keys : NULL);

			ck_assert_msg(strcmp(got, rows[i].want) == 0,
			    "%s, %zu a read: %s, not %s", rows[i].name,
			    reads[j], got, rows[i].want);
		}
	}
}
END_TEST

/* An item over the maximum is refused, what is behind it is not. */
START_TEST(long_items)
{
	static const char *const keys[] = { "a", NULL };
	struct buf b = BUF_INIT;
	char *got;

	buf_adds(&b, "[{\"x\":\"");
	for (size_t i = 0; i < REC_MAX / 16 + 1; i++)
		buf_adds(&b, "0123456789abcdef");
	buf_adds(&b, "\"},\n{}]\n");
	got = show(b.data, b.len, 65536, NULL);
	ck_assert_str_eq(got, "!f:1: an item of over 16 MiB;2 - {};");
	buf_reset(&b);
	buf_adds(&b, "{\"n\":\"");
	for (size_t i = 0; i < REC_MAX / 16 + 1; i++)
		buf_adds(&b, "0123456789abcdef");
	buf_adds(&b, "\",\"a\":[1]}");
	ck_assert_str_eq(show(b.data, b.len, 65536, keys), "1 a 1;");
	buf_free(&b);
}
END_TEST

START_TEST(paths)
{
	static const char text[] = "{\"a\":{\"b\":[{\"c\":\"x\"},7,true]},"
	    "\"k8s.io/n\":\"y\",\"n\":null,\"e\":\"\"}";
	static const struct { const char *path, *want; } rows[] = {
		{ "a.b[0].c", "x" }, { "a.b[1]", "7" }, { "a.b[2]", "true" },
		{ "a.b[3]", NULL }, { "\"k8s.io/n\"", "y" }, { "n", NULL },
		{ "e", "" }, { "a", NULL }, { "a.", NULL }, { ".a", NULL },
		{ "a.b[x]", NULL }, { "a.b[", NULL }, { "\"k8s", NULL },
		{ "a.b[99999999999999999999]", NULL }, { "e.x", NULL },
	};
	struct arena a = { 0 };
	struct err e = { 0 };
	struct value v;

	ck_assert_int_eq(value_parse(&v, text, sizeof(text) - 1, &e), 0);
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		const char *got = value_text_at(&v, rows[i].path, &a);

		ck_assert_msg(got == NULL ? rows[i].want == NULL :
		    rows[i].want != NULL && strcmp(got, rows[i].want) == 0,
		    "%s: %s", rows[i].path, got != NULL ? got : "nothing");
	}
	arena_free(&a);
}
END_TEST

START_TEST(moments)
{
	static const struct { const char *json; int64_t want; } rows[] = {
		{ "\"2026-01-15T14:47:00Z\"", 1768488420 },
		{ "\"2026-01-15T14:47:00.123+01:00\"", 1768484820 },
		{ "1768488420", 1768488420 }, { "1768488420.999", 1768488420 },
		{ "1768488420123", 1768488420 },
		{ "1768488420123456", 1768488420 },
		{ "\"1768488420123\"", 1768488420 },
		{ "\"\"", -1 }, { "\"yesterday\"", -1 }, { "1e9", -1 },
		{ "-5", -1 }, { "null", -1 }, { "true", -1 },
		{ "99999999999999999999", -1 }, { "\"17x\"", -1 },
	};
	struct err e = { 0 };

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct value v;
		int64_t got = -1;

		ck_assert_int_eq(value_parse(&v, rows[i].json,
		    strlen(rows[i].json), &e), 0);
		value_moment_at(&v, "", &got);
		ck_assert_msg(got == rows[i].want, "%s: %lld", rows[i].json,
		    (long long)got);
	}
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("items");
	TCase *t = tcase_create("items");

	suite_add_tcase(s, t);
	tcase_add_test(t, cuts);
	tcase_add_test(t, long_items);
	tcase_add_test(t, paths);
	tcase_add_test(t, moments);
	return unit_main(s);
}
