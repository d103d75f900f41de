/* The record reader and writer, also against the public JSON cases. */
#include <dirent.h>
#include <jansson.h>
#include <string.h>

#include "base/io.h"
#include "format/record.h"
#include "unit.h"

static struct rec rec;

START_TEST(accepts)
{
	static const struct {
		const char *name, *line, *field, *want;
	} rows[] = {
		{ "plain", "{\"a\":\"b\"}", "a", "b" },
		{ "spaces", " { \"a\" : \"b\" , \"c\" : [ 1 , 2 ] } ", "a",
		    "b" },
		{ "escapes", "{\"a\":\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u0041\"}",
		    "a", "\"\\/\b\f\n\r\tA" },
		{ "pair", "{\"a\":\"\\ud83d\\ude00\"}", "a",
		    "\xf0\x9f\x98\x80" },
		{ "nested same name", "{\"a\":{\"x\":1,\"x\":2},\"b\":\"c\"}",
		    "b", "c" },
		{ "empty string", "{\"a\":\"\"}", "a", "" },
	};
	struct arena a = { 0 };

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct err e = { 0 };
		const char *s;

		ck_assert_msg(rec_parse(&rec, rows[i].line,
		    strlen(rows[i].line), &e) == 0, "%s: %s", rows[i].name,
		    e.text);
		s = rec_str(&rec, rows[i].field, &a);
		ck_assert_msg(s != NULL && strcmp(s, rows[i].want) == 0, "%s",
		    rows[i].name);
	}
	arena_free(&a);
}
END_TEST

START_TEST(refuses)
{
	static const char *const rows[] = {
		"", "[]", "{", "{}x", "{\"a\":1,}", "{\"a\":1 \"b\":2}",
		"{\"a\":1,\"a\":2}", "{\"a\":\"\\u0000\"}",
		"{\"a\":\"\\ud800\"}", "{\"a\":\"\\udc00\"}",
		"{\"a\":\"\xff\"}", "{\"a\":01}", "{\"a\":1.}", "{\"a\":+1}",
		"{\"a\":\"\t\"}", "{\"\\u0061\":1}", "{\"a\":nul}",
		"{\"a\":[1,]}", "{\"a\":{\"b\":}}", "{\"a\":\"b",
	};
	struct buf deep = BUF_INIT;
	struct err e = { 0 };

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		err_clear(&e);
		ck_assert_msg(rec_parse(&rec, rows[i], strlen(rows[i]), &e)
		    == -1 && e.kind == ERR_INPUT, "%s", rows[i]);
	}
	buf_adds(&deep, "{\"a\":");
	for (int i = 0; i < 100000; i++)
		buf_addc(&deep, '[');
	err_clear(&e);
	ck_assert_int_eq(rec_parse(&rec, deep.data, deep.len, &e), -1);
	ck_assert_ptr_nonnull(strstr(e.text, "deep"));
	buf_free(&deep);
}
END_TEST

START_TEST(numbers)
{
	static const struct { const char *text; bool ok; int64_t want; } rows[]
	    = {
		{ "0", true, 0 }, { "-1", true, -1 },
		{ "9223372036854775807", true, INT64_MAX },
		{ "9223372036854775808", false, 0 },
		{ "-9223372036854775807", true, -INT64_MAX },
		{ "1.0", false, 0 }, { "1e3", false, 0 },
		{ "99999999999999999999999", false, 0 },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct buf b = BUF_INIT;
		struct err e = { 0 };
		int64_t n = 0;

		buf_printf(&b, "{\"n\":%s}", rows[i].text);
		ck_assert_int_eq(rec_parse(&rec, b.data, b.len, &e), 0);
		ck_assert_msg(rec_int(&rec, "n", &n) == rows[i].ok &&
		    n == rows[i].want, "%s", rows[i].text);
		buf_free(&b);
	}
}
END_TEST

START_TEST(writes)
{
	struct buf b = BUF_INIT, c = BUF_INIT;
	struct err e = { 0 };
	struct writer w;

	w_begin(&w, &b);
	w_open(&w, '{');
	w_field_str(&w, "a", "q\"\\\n\x01\x7f\v");
	w_field_str(&w, "none", NULL);
	w_key(&w, "l");
	w_open(&w, '[');
	w_int(&w, -5);
	w_bool(&w, true);
	w_open(&w, '{');
	w_close(&w, '}');
	w_close(&w, ']');
	w_field_time(&w, "t", 0);
	w_close(&w, '}');
	ck_assert_str_eq(b.data, "{\"a\":\"q\\\"\\\\\\n\\u0001\\u007f\\u000b\","
	    "\"l\":[-5,true,{}],\"t\":\"1970-01-01T00:00:00Z\"}");
	ck_assert_int_eq(rec_parse(&rec, b.data, b.len, &e), 0);
	rec_with(&rec, "l", "1", 1, &c);
	ck_assert_ptr_nonnull(strstr(c.data, ",\"l\":1,\"t\""));
	buf_reset(&c);
	rec_with(&rec, "new", "\"x\"", 3, &c);
	ck_assert_ptr_nonnull(strstr(c.data, "Z\",\"new\":\"x\"}"));
	ck_assert_int_eq(rec_parse(&rec, "{}", 2, &e), 0);
	buf_reset(&c);
	rec_with(&rec, "n", "1", 1, &c);
	ck_assert_str_eq(c.data, "{\"n\":1}");
	buf_free(&b);
	buf_free(&c);
}
END_TEST

START_TEST(lists)
{
	static const char line[] = "{\"l\":[ \"a\", 2 ,{\"x\":\"y\"},[] ]}";
	enum value_kind want[] = { VALUE_STRING, VALUE_NUMBER, VALUE_OBJECT,
		VALUE_ARRAY };
	struct value list, v;
	struct err e = { 0 };
	size_t pos = 0, n = 0;

	ck_assert_int_eq(rec_parse(&rec, line, strlen(line), &e), 0);
	ck_assert(rec_get(&rec, "l", &list));
	while (value_next(&list, &pos, &v))
		ck_assert_int_eq(v.kind, want[n++]);
	ck_assert_uint_eq(n, 4);
}
END_TEST

/*
 * The public cases hold any JSON value: wrapped in an object, what must parse
 * does, but where the profile is narrower, and nothing that must not.
 */
START_TEST(json_test_suite)
{
	const char *folder = shared_data("data/json-test-suite/test_parsing");
	struct buf b = BUF_INIT, line = BUF_INIT;
	struct dirent *d;
	int seen = 0;
	DIR *dir;

	if (folder == NULL)
		return;
	ck_assert_ptr_nonnull(dir = opendir(folder));
	while ((d = readdir(dir)) != NULL) {
		char path[4096];
		struct err e = { 0 };
		struct value v;
		bool ours;

		if (strchr("yn", d->d_name[0]) == NULL ||
		    strstr(d->d_name, ".json") == NULL)
			continue;
		snprintf(path, sizeof(path), "%s/%s", folder, d->d_name);
		buf_reset(&b);
		ck_assert_int_eq(file_read(path, 1 << 20, &b, &e), 0);
		ours = value_parse(&v, b.data, b.len, &e) == 0;
		if (d->d_name[0] == 'n')
			ck_assert_msg(!ours, "%s", d->d_name);
		else if (!ours)
			ck_assert_msg(strstr(e.text, "NUL") != NULL,
			    "%s: %s", d->d_name, e.text);
		seen++;
	}
	closedir(dir);
	ck_assert_int_gt(seen, 250);
	buf_free(&b);
	buf_free(&line);
}
END_TEST

/* Random edits of records: what we take, jansson takes with the same text. */
START_TEST(like_jansson)
{
	static const char seed[] = "{\"v\":1,\"type\":\"mes\\u00e9\\n\","
	    "\"l\":[1,-2.5e3,true,null,{\"x\":\"\\ud83d\\ude00\"}],\"s\":\"y\"}";
	static const char bytes[] = "{}[]\",:\\u0041e-+.tfn\x80 \t";
	unsigned state = 7;
	struct arena a = { 0 };
	int taken = 0;

	for (int i = 0; i < 200000; i++) {
		char text[sizeof(seed)];
		struct err e = { 0 };
		const char *s;
		json_error_t why;
		json_t *j;

		memcpy(text, seed, sizeof(seed));
		for (int k = 0; k < 1 + i % 3; k++) {
			state = state * 1664525 + 1013904223;
			text[(state >> 8) % (sizeof(seed) - 1)] =
			    bytes[(state >> 20) % (sizeof(bytes) - 1)];
		}
		if (rec_parse(&rec, text, sizeof(seed) - 1, &e) < 0)
			continue;
		taken++;
		j = json_loadb(text, sizeof(seed) - 1, 0, &why);
		/* A number that no double holds is text like any other. */
		if (j == NULL && json_error_code(&why) ==
		    json_error_numeric_overflow)
			continue;
		ck_assert_msg(j != NULL, "%s: %s", why.text, text);
		s = rec_str(&rec, "s", &a);
		if (s != NULL)
			ck_assert_str_eq(s,
			    json_string_value(json_object_get(j, "s")));
		json_decref(j);
		arena_reset(&a);
	}
	ck_assert_int_gt(taken, 1000);
	arena_free(&a);
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("record");
	TCase *t = tcase_create("record");

	tcase_set_timeout(t, 60);
	tcase_add_test(t, accepts);
	tcase_add_test(t, refuses);
	tcase_add_test(t, numbers);
	tcase_add_test(t, writes);
	tcase_add_test(t, lists);
	tcase_add_test(t, json_test_suite);
	tcase_add_test(t, like_jansson);
	suite_add_tcase(s, t);
	return unit_main(s);
}
