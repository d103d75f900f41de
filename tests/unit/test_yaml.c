#include <string.h>

#include "format/yaml.h"
#include "unit.h"

static struct yaml *
parse(struct arena *a, const char *text, struct err *e)
{
	struct yaml *y = NULL;

	return yaml_parse(a, "f.yaml", text, strlen(text), &y, e) == 0 ? y :
	    NULL;
}

static const struct {
	const char *name, *text, *error;	/* error: its beginning */
} refused[] = {
	{ "anchor", "a: &x 1\n", "f.yaml:1: anchors" },
	{ "anchor of a list", "a: 1\nb: &x\n- 1\n", "f.yaml:2: anchors" },
	{ "alias", "a: 1\nb: *x\n", "f.yaml:2: " },
	{ "alias of an anchor", "a: &x 1\nb: *x\n", "f.yaml:1: anchors" },
	{ "tag", "a: !!str 1\n", "f.yaml:1: tags" },
	{ "own tag", "a: 1\nb: !x [1]\n", "f.yaml:2: tags" },
	{ "tag of a key", "!!str a: 1\n", "f.yaml:1: a key" },
	{ "merge key", "a: 1\n<<: {b: 1}\n", "f.yaml:2: merge keys" },
	{ "key twice", "a: 1\nb: 2\na: 3\n", "f.yaml:3: key 'a'" },
	{ "key twice, flow", "x: {a: 1, b: 2, \"a\": 3}\n", "f.yaml:1: key" },
	{ "key twice below", "x:\n  a: 1\n  a: 2\n", "f.yaml:3: key 'a'" },
	{ "two documents", "a: 1\n---\nb: 2\n", "f.yaml:2: more than one" },
	{ "a list as key", "? [a]\n: 1\n", "f.yaml:1: a key" },
	{ "unclosed", "a: [1, 2\n", "f.yaml:" },
	{ "bad indentation", "a: 1\n  b: 2\n", "f.yaml:2: " },
	{ "tab", "a:\n\tb: 1\n", "f.yaml:2: " },
	{ "not UTF-8", "a: 1\nb: \377\n", "f.yaml:2: not UTF-8" },
	{ "control character", "a: 1\nb: 2\nc: \001\n", "f.yaml:3: " },
	{ "NUL in a value", "a: \"x\\0y\"\n", "f.yaml:1: NUL" },
	{ "NUL in a key", "\"x\\0y\": 1\n", "f.yaml:1: NUL" },
};

START_TEST(refuses)
{
	struct arena a = { 0 };
	struct err e = { 0 };

	ck_assert_msg(parse(&a, refused[_i].text, &e) == NULL, "%s",
	    refused[_i].name);
	ck_assert_int_eq(e.kind, ERR_CONFIG);
	ck_assert_msg(strncmp(e.text, refused[_i].error,
	    strlen(refused[_i].error)) == 0, "%s: %s", refused[_i].name,
	    e.text);
	arena_free(&a);
}
END_TEST

START_TEST(tree)
{
	static const char text[] = "# rules\n"
	    "name: TAI\n"
	    "none: ~\n"
	    "quoted: '~'\n"
	    "empty:\n"
	    "list:\n"
	    "- one\n"
	    "- {a: 1, b: [x, y]}\n"
	    "block: |\n"
	    "  first\n"
	    "  second\n";
	struct arena a = { 0 };
	struct err e = { 0 };
	const struct yaml *root = parse(&a, text, &e), *y;

	ck_assert_msg(root != NULL, "%s", e.text);
	ck_assert_int_eq(root->kind, YAML_MAP);
	ck_assert_int_eq(root->count, 6);
	ck_assert_str_eq(yaml_str(root, "name", "?"), "TAI");
	ck_assert_ptr_null(yaml_get(root, "none")->text);
	ck_assert_ptr_null(yaml_get(root, "empty")->text);
	ck_assert_str_eq(yaml_str(root, "quoted", "?"), "~");
	ck_assert_str_eq(yaml_str(root, "missing", "?"), "?");
	ck_assert_str_eq(yaml_str(root, "list", "?"), "?");
	ck_assert_str_eq(yaml_str(root, "block", "?"), "first\nsecond\n");
	ck_assert_ptr_null(yaml_get(yaml_get(root, "list"), "a"));
	ck_assert_ptr_null(yaml_get(NULL, "a"));
	y = yaml_get(root, "list");
	ck_assert_int_eq(y->kind, YAML_LIST);
	ck_assert_int_eq(y->count, 2);
	ck_assert_str_eq(y->first->text, "one");
	ck_assert_int_eq(y->first->line, 7);
	y = yaml_get(y->first->next, "b");
	ck_assert_int_eq(y->line, 8);
	ck_assert_str_eq(y->key, "b");
	ck_assert_str_eq(y->first->next->text, "y");
	arena_free(&a);
}
END_TEST

START_TEST(empty)
{
	static const char *const texts[] = { "", "\n\n", "# nothing\n" };

	for (size_t i = 0; i < 3; i++) {
		struct arena a = { 0 };
		struct err e = { 0 };
		struct yaml *y = parse(&a, texts[i], &e);

		ck_assert_ptr_nonnull(y);
		ck_assert_int_eq(y->kind, YAML_MAP);
		ck_assert_int_eq(y->count, 0);
		arena_free(&a);
	}
}
END_TEST

START_TEST(typed)
{
	static const char text[] = "n: 42\nminus: -3\n"
	    "big: 99999999999999999999\n"
	    "word: x\ndash: 1-2\nyes: true\nno: no\nquoted: 'true'\n"
	    "p: 99.95\nd: 7\nlong: 1.23456\npoint: 1.\nhuge: 999999999999999\n"
	    "dot: .5\nbelow: -0.25\n";
	struct arena a = { 0 };
	struct err e = { 0 };
	const struct yaml *y = parse(&a, text, &e);
	int64_t n = -1;
	bool b = false;

	ck_assert_msg(y != NULL, "%s", e.text);
	ck_assert_int_eq(yaml_int(y, "n", 0, 100, &n, &e), 0);
	ck_assert_int_eq(n, 42);
	ck_assert_int_eq(yaml_int(y, "minus", -5, 100, &n, &e), 0);
	ck_assert_int_eq(n, -3);
	ck_assert_int_eq(yaml_int(y, "missing", 0, 1, &n, &e), 0);
	ck_assert_int_eq(n, -3);
	ck_assert_int_eq(yaml_bool(y, "yes", &b, &e), 0);
	ck_assert(b);
	ck_assert_int_eq(yaml_bool(y, "no", &b, &e), 0);
	ck_assert(!b);
	ck_assert_int_eq(yaml_decimal(y, "p", 4, &n, &e), 0);
	ck_assert_int_eq(n, 999500);
	ck_assert_int_eq(yaml_decimal(y, "d", 2, &n, &e), 0);
	ck_assert_int_eq(n, 700);
	ck_assert_int_eq(yaml_decimal(y, "below", 2, &n, &e), 0);
	ck_assert_int_eq(n, -25);
	ck_assert_int_eq(e.kind, ERR_NONE);
	n = 7;
#define WRONG(call) do { \
	err_clear(&e); \
	ck_assert_int_eq(call, -1); \
	ck_assert_int_eq(e.kind, ERR_CONFIG); \
	ck_assert_int_eq(strncmp(e.text, "f.yaml:", 7), 0); \
	ck_assert_int_eq(n, 7); \
} while (0)
	WRONG(yaml_int(y, "n", 0, 41, &n, &e));
	WRONG(yaml_int(y, "big", 0, INT64_MAX, &n, &e));
	WRONG(yaml_int(y, "word", 0, 1, &n, &e));
	WRONG(yaml_int(y, "dash", 0, 9, &n, &e));
	WRONG(yaml_bool(y, "quoted", &b, &e));
	WRONG(yaml_bool(y, "n", &b, &e));
	WRONG(yaml_decimal(y, "long", 4, &n, &e));
	WRONG(yaml_decimal(y, "point", 4, &n, &e));
	WRONG(yaml_decimal(y, "dot", 4, &n, &e));
	WRONG(yaml_decimal(y, "huge", 6, &n, &e));
	WRONG(yaml_decimal(y, "word", 4, &n, &e));
	arena_free(&a);
}
END_TEST

START_TEST(only)
{
	static const char *const keys[] = { "a", "b", NULL };
	struct arena a = { 0 };
	struct err e = { 0 };

	ck_assert_int_eq(yaml_only(parse(&a, "b: 1\n", &e), keys, &e), 0);
	ck_assert_int_eq(yaml_only(parse(&a, "a: 1\n\nc: 2\n", &e), keys, &e),
	    -1);
	ck_assert_str_eq(e.text, "f.yaml:3: unknown key 'c'");
	err_clear(&e);
	ck_assert_int_eq(yaml_only(parse(&a, "- a\n", &e), keys, &e), -1);
	arena_free(&a);
}
END_TEST

/* Depth and size are refused quickly, many keys are no trouble. */
START_TEST(limits)
{
	struct arena a = { 0 };
	struct err e = { 0 };
	struct yaml *y = NULL;
	char *text = malloc(2 << 20);
	size_t len = 0;

	memset(text, '[', 100000);
	ck_assert_int_eq(yaml_parse(&a, "f", text, 100000, &y, &e), -1);
	ck_assert_str_eq(e.text, "f:1: nested too deep");
	err_clear(&e);
	for (int depth = 0; depth < 32; depth++) {
		text[31 - depth] = '[';
		text[32 + depth] = ']';
	}
	ck_assert_int_eq(yaml_parse(&a, "f", text, 64, &y, &e), 0);
	memset(text, '#', 2 << 20);
	ck_assert_int_eq(yaml_parse(&a, "f", text, (1 << 20) + 1, &y, &e), -1);
	err_clear(&e);
	for (int i = 0; i < 60000; i++)
		len += (size_t)snprintf(text + len, 32, "k%d: 1\n", i);
	ck_assert_int_eq(yaml_parse(&a, "f", text, len, &y, &e), 0);
	ck_assert_int_eq(y->count, 60000);
	free(text);
	arena_free(&a);
}
END_TEST

START_TEST(no_file)
{
	struct arena a = { 0 };
	struct err e = { 0 };
	struct yaml *y;

	ck_assert_int_eq(yaml_load(&a, "/nonexistent/x.yaml", &y, &e), -1);
	ck_assert_int_eq(e.kind, ERR_CONFIG);
	ck_assert_ptr_nonnull(strstr(e.text, "/nonexistent/x.yaml"));
	arena_free(&a);
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("yaml");
	TCase *t = tcase_create("yaml");

	tcase_add_loop_test(t, refuses, 0,
	    (int)(sizeof(refused) / sizeof(*refused)));
	tcase_add_test(t, tree);
	tcase_add_test(t, empty);
	tcase_add_test(t, typed);
	tcase_add_test(t, only);
	tcase_add_test(t, limits);
	tcase_add_test(t, no_file);
	suite_add_tcase(s, t);
	return unit_main(s);
}
