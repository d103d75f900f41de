/* Mustache: the public specification's cases where they are, and ours. */
#include <jansson.h>
#include <string.h>

#include "base/io.h"
#include "format/template.h"
#include "unit.h"

static const char *
spec_partial(void *arg, const char *name, struct arena *a)
{
	const char *text = json_string_value(json_object_get(arg, name));

	return text != NULL ? arena_strdup(a, text) : NULL;
}

/* Renders with the data as JSON text; the error's text on failure. */
static int
run(const char *text, const char *data, enum template_escape escape,
    int strict, json_t *partials, struct buf *out, struct err *e)
{
	struct template *t;
	struct value v;
	int rc;

	ck_assert_msg(value_parse(&v, data, strlen(data), e) == 0, "%s: %s",
	    data, e->text);
	if (template_parse(&t, "test", text, strlen(text), e) < 0)
		return -1;
	rc = template_render(t, &v, escape, strict, spec_partial, partials,
	    out, e);
	template_free(t);
	return rc;
}

static void
spec_case(const char *file, json_t *test)
{
	char *data = json_dumps(json_object_get(test, "data"),
	    JSON_ENCODE_ANY | JSON_REAL_PRECISION(15));
	const char *name = json_string_value(json_object_get(test, "name"));
	struct buf out = BUF_INIT;
	struct err e = { 0 };
	int rc = run(json_string_value(json_object_get(test, "template")),
	    data, ESCAPE_HTML, 0, json_object_get(test, "partials"), &out, &e);

	ck_assert_msg(rc == 0, "%s: %s: %s", file, name, e.text);
	ck_assert_msg(strcmp(out.data, json_string_value(json_object_get(test,
	    "expected"))) == 0, "%s: %s: got '%s'", file, name, out.data);
	buf_free(&out);
	free(data);
}

START_TEST(specification)
{
	static const char *const files[] = { "comments", "delimiters",
		"interpolation", "inverted", "partials", "sections" };
	size_t cases = 0;

	for (size_t i = 0; i < sizeof(files) / sizeof(*files); i++) {
		char name[64];
		const char *path;
		json_error_t why;
		json_t *root, *test;
		size_t at;

		snprintf(name, sizeof(name), "mustache-spec/%s.json",
		    files[i]);
		if ((path = shared_data(name)) == NULL) {
			unit_skip(name, "the folder is not there");
			continue;
		}
		root = json_load_file(path, 0, &why);
		ck_assert_msg(root != NULL, "%s: %s", path, why.text);
		json_array_foreach(json_object_get(root, "tests"), at, test) {
			spec_case(files[i], test);
			cases++;
		}
		json_decref(root);
	}
	printf("# %zu cases of the specification\n", cases);
}
END_TEST

static const char data[] = "{\"name\":\"Ann & Bo\",\"n\":3,\"zero\":0,"
    "\"empty\":\"\",\"none\":[],\"null\":null,\"yes\":true,\"no\":false,"
    "\"list\":[{\"x\":1},{\"x\":2,\"name\":\"C\"}],\"words\":[\"a\",\"b\"],"
    "\"deep\":{\"er\":{\"st\":\"here\"}},\"lists\":[[1,2],[3]],"
    "\"line\":\"a\\r\\nb\\tc\\u001b[1m\\u202ed\","
    "\"call\":\"<!channel> @Here & @heron@ @\"}";

START_TEST(renders)
{
	static const struct {
		const char *name, *text, *want;
		enum template_escape escape;
	} rows[] = {
		{ "escaped", "{{name}}", "Ann &amp; Bo", ESCAPE_HTML },
		{ "plain", "{{name}}", "Ann & Bo", ESCAPE_NONE },
		{ "raw", "{{{name}}}{{&name}}", "Ann & BoAnn & Bo",
		    ESCAPE_HTML },
		{ "one line", "{{line}}", "a b c[1md", ESCAPE_HEADER },
		{ "slack", "<!here> {{call}}", "<!here> &lt;!channel&gt; "
		    "@\xe2\x81\xa0Here &amp; @heron@ @", ESCAPE_SLACK },
		{ "numbers", "{{n}}{{zero}}{{yes}}{{null}}", "30true",
		    ESCAPE_HTML },
		{ "no sense", "[{{deep}}{{list}}{{missing}}]", "[]",
		    ESCAPE_HTML },
		{ "false", "{{#zero}}0{{/zero}}{{#empty}}e{{/empty}}"
		    "{{#none}}n{{/none}}{{#null}}u{{/null}}{{#no}}f{{/no}}"
		    "{{#missing}}m{{/missing}}", "", ESCAPE_HTML },
		{ "inverted", "{{^zero}}0{{/zero}}{{^empty}}e{{/empty}}"
		    "{{^none}}n{{/none}}{{^null}}u{{/null}}{{^no}}f{{/no}}"
		    "{{^yes}}y{{/yes}}", "0enuf", ESCAPE_HTML },
		{ "list", "{{#list}}{{x}}{{name}} {{/list}}",
		    "1Ann & Bo 2C ", ESCAPE_NONE },
		{ "iterator", "{{#words}}{{.}},{{/words}}"
		    "{{#lists}}({{#.}}{{.}}{{/.}}){{/lists}}",
		    "a,b,(12)(3)", ESCAPE_HTML },
		{ "dotted", "{{deep.er.st}}{{#deep}}{{er.st}}{{/deep}}"
		    "{{deep.x.st}}{{#deep.er}}{{st}}{{/deep.er}}",
		    "hereherehere", ESCAPE_HTML },
		{ "a string's section", "{{#name}}<{{.}}>{{/name}}",
		    "<Ann & Bo>", ESCAPE_NONE },
		{ "standalone CRLF", "a\r\n{{#yes}}\r\nb\r\n{{/yes}}\r\nc",
		    "a\r\nb\r\nc", ESCAPE_HTML },
		{ "comment of lines", "a\n {{! x\n y }}\nb", "a\nb",
		    ESCAPE_HTML },
		{ "two on a line", "{{#yes}} {{/yes}}\n", " \n", ESCAPE_HTML },
		{ "long delimiters", "{{=<<<< >>>>=}}<<<<n>>>>{{n}}",
		    "3{{n}}", ESCAPE_HTML },
		{ "braces", "{{=<% %>=}}<%{name}%><%& name%>",
		    "Ann & BoAnn & Bo", ESCAPE_HTML },
		{ "nothing", "", "", ESCAPE_HTML },
		{ "lonely braces", "{ { }} {", "{ { }} {", ESCAPE_HTML },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct buf out = BUF_INIT;
		struct err e = { 0 };

		ck_assert_msg(run(rows[i].text, data, rows[i].escape, 0, NULL,
		    &out, &e) == 0, "%s: %s", rows[i].name, e.text);
		ck_assert_msg(strcmp(out.data, rows[i].want) == 0,
		    "%s: got '%s'", rows[i].name, out.data);
		buf_free(&out);
	}
}
END_TEST

START_TEST(refuses)
{
	static const struct { const char *name, *text, *want; } rows[] = {
		{ "open tag", "a\n{{b", "test:2: a tag is not closed" },
		{ "open triple", "{{{b}}", "test:1: a tag is not closed" },
		{ "open section", "\n{{#a}}\n\nb",
		    "test:2: this section is not closed" },
		{ "not open", "{{/a}}", "test:1: no section is open here" },
		{ "crossed", "{{#a}}\n{{#b}}\n{{/a}}{{/b}}",
		    "test:3: 'a' closes the section 'b' of line 2" },
		{ "no name", "{{}}", "test:1: a tag without a name" },
		{ "no name here", "x\n{{# }}", "test:2: a tag without a name" },
		{ "two names", "{{a b}}", "test:1: a blank within a name" },
		{ "one delimiter", "{{=<%=}}", "test:1: delimiters are two "
		    "texts without '=' and a blank between" },
		{ "unknown name", "a\n\n{{zzz}}", "test:3: no value 'zzz'" },
		{ "unknown inner", "{{deep.er.x}}",
		    "test:1: no value 'deep.er.x'" },
		{ "unknown section", "{{^zzz}}{{/zzz}}",
		    "test:1: no value 'zzz'" },
		{ "unknown partial", "\n{{>zzz}}", "test:2: no partial 'zzz'" },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct buf out = BUF_INIT;
		struct err e = { 0 };

		ck_assert_msg(run(rows[i].text, data, ESCAPE_HTML, 1, NULL,
		    &out, &e) == -1, "%s", rows[i].name);
		ck_assert_msg(e.kind == ERR_CONFIG &&
		    strcmp(e.text, rows[i].want) == 0, "%s: %s", rows[i].name,
		    e.text);
		buf_free(&out);
	}
}
END_TEST

START_TEST(limits)
{
	json_t *loop = json_pack("{s:s}", "p", "{{>p}}");
	json_t *bomb = json_pack("{s:s}", "p",
	    "{{#words}}xxxxxxxxxxxxxxxx{{>p}}{{/words}}");
	json_t *twice = json_pack("{s:s}", "p", "{{>p}}{{>p}}");
	struct buf text = BUF_INIT, out = BUF_INIT;
	struct err e = { 0 };

	ck_assert_int_eq(run("{{>p}}", data, ESCAPE_HTML, 0, loop, &out, &e),
	    -1);
	ck_assert_ptr_nonnull(strstr(e.text, "over 32 deep"));
	err_clear(&e);
	ck_assert_int_eq(run("{{>p}}", data, ESCAPE_HTML, 0, bomb, &out, &e),
	    -1);
	ck_assert_ptr_nonnull(strstr(e.text, "over 32 deep"));
	err_clear(&e);
	ck_assert_int_eq(run("{{#no}}{{/no}}{{>p}}", "{\"no\":false}",
	    ESCAPE_HTML, 0, twice, &out, &e), -1);
	for (int i = 0; i < 100000; i++)
		buf_adds(&text, "{{#yes}}");
	err_clear(&e);
	ck_assert_int_eq(run(text.data, data, ESCAPE_HTML, 0, NULL, &out, &e),
	    -1);
	ck_assert_str_eq(e.text, "test:1: sections are nested too deep");
	json_decref(loop);
	json_decref(bomb);
	json_decref(twice);
	buf_free(&text);
	buf_free(&out);
}
END_TEST

START_TEST(partials)
{
	json_t *p = json_pack("{s:s, s:s}", "item", "- {{x}}\n  of {{n}}\n",
	    "bad", "one\n{{#a}}");
	struct buf out = BUF_INIT;
	struct err e = { 0 };

	ck_assert_int_eq(run("{{#list}}\n  {{>item}}\n{{/list}}\n({{>item}})",
	    data, ESCAPE_HTML, 1, p, &out, &e), -1);
	ck_assert_str_eq(e.text, "item:1: no value 'x'");
	err_clear(&e);
	buf_reset(&out);
	ck_assert_int_eq(run("{{#list}}\n  {{>item}}\n{{/list}}\n({{>item}})",
	    data, ESCAPE_HTML, 0, p, &out, &e), 0);
	ck_assert_str_eq(out.data,
	    "  - 1\n    of 3\n  - 2\n    of 3\n(- \n  of 3\n)");
	ck_assert_int_eq(run("{{>bad}}", data, ESCAPE_HTML, 0, p, &out, &e),
	    -1);
	ck_assert_str_eq(e.text, "bad:2: this section is not closed");
	json_decref(p);
	buf_free(&out);
}
END_TEST

/* What a template may say, whatever the values turn out to be. */
START_TEST(checks)
{
	static const struct {
		const char *text, *error;	/* NULL: it is right */
	} rows[] = {
		{ "{{n}}{{yes}}{{no}}", NULL },
		{ "{{#no}}{{n}}{{/no}}{{^no}}{{n}}{{/no}}", NULL },
		{ "{{#list}}{{x}}{{/list}}", NULL },
		{ "{{#list}}{{y}}{{/list}}", "test:1: no value 'y'" },
		{ "{{#no}}\n{{gone}}{{/no}}", "test:2: no value 'gone'" },
		{ "{{^yes}}{{gone}}{{/yes}}", "test:1: no value 'gone'" },
		{ "{{#gone}}{{/gone}}", "test:1: no value 'gone'" },
		{ "{{#no}}{{#yes}}{{>p}}{{/yes}}{{/no}}",
		    "test:1: no partial 'p'" },
	};
	static const char shape[] = "{\"n\":3,\"yes\":true,\"no\":false,"
	    "\"list\":[{\"x\":1}]}";

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct template *t;
		struct value v;
		struct err e = { 0 };
		int rc;

		ck_assert_int_eq(value_parse(&v, shape, strlen(shape), &e), 0);
		ck_assert_int_eq(template_parse(&t, "test", rows[i].text,
		    strlen(rows[i].text), &e), 0);
		rc = template_check(t, &v, spec_partial, NULL, &e);
		ck_assert_msg(rc == (rows[i].error != NULL ? -1 : 0) &&
		    (rc == 0 || strcmp(e.text, rows[i].error) == 0),
		    "%s: %s", rows[i].text, e.text);
		template_free(t);
	}
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("template");
	TCase *c = tcase_create("template");

	tcase_add_test(c, specification);
	tcase_add_test(c, renders);
	tcase_add_test(c, refuses);
	tcase_add_test(c, limits);
	tcase_add_test(c, partials);
	tcase_add_test(c, checks);
	suite_add_tcase(s, c);
	return unit_main(s);
}
