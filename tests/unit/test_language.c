/* Languages: the words of the rules, on texts of tests/data. */
#include <stdio.h>
#include <string.h>

#include "domain/triage/language.h"
#include "unit.h"

static struct arena arena;

static struct languages *
shipped(void)
{
	struct languages *l = languages_new(&arena);
	struct err e = { 0 };
	struct yaml *y;
	char path[4096];

	snprintf(path, sizeof(path), "%s/rules/triage/languages.yaml",
	    unit_root());
	ck_assert_msg(yaml_load(&arena, path, &y, &e) == 0 &&
	    languages_add(l, yaml_get(y, "languages"), &e) == 0, "%s",
	    e.text);
	return l;
}

static const char *
names(const struct languages *l, uint32_t bits, char *out, size_t room)
{
	size_t n = 0;

	snprintf(out, room, "-");
	for (; bits != 0; bits &= bits - 1)
		n += (size_t)snprintf(out + n, room - n, "%s%s", n > 0 ?
		    " " : "", languages_at(l,
		    (size_t)__builtin_ctz(bits))->name);
	return out;
}

START_TEST(texts)
{
	struct languages *l = shipped();
	char line[1024], got[256], path[4096];
	FILE *f;
	int n = 0;

	snprintf(path, sizeof(path), "%s/tests/data/triage/languages.tsv",
	    unit_root());
	ck_assert_ptr_nonnull(f = fopen(path, "r"));
	while (fgets(line, sizeof(line), f) != NULL) {
		char *text = strchr(line, '\t');

		if (*line == '#')
			continue;
		ck_assert_ptr_nonnull(text);
		*text++ = '\0';
		text[strcspn(text, "\n")] = '\0';
		names(l, languages_of(l, "", text, strlen(text)), got,
		    sizeof(got));
		ck_assert_msg(strcmp(got, line) == 0, "%s is %s, not %s",
		    text, got, line);
		n++;
	}
	fclose(f);
	ck_assert_int_gt(n, 20);
	languages_free(l);
}
END_TEST

static const struct {
	const char *yaml, *want;
} wrong[] = {
	{ "languages: [de]", "t.yaml:1: languages is not a map" },
	{ "languages: {de: und}", "t.yaml:1: a language is not a map" },
	{ "languages: {de: {words: '  '}}",
	    "t.yaml:1: language de has no words" },
	{ "languages: {de: {word: und}}", "t.yaml:1: unknown key 'word'" },
};

START_TEST(refused)
{
	struct languages *l = languages_new(&arena);
	struct err e = { 0 };
	struct yaml *y;

	ck_assert_int_eq(yaml_parse(&arena, "t.yaml", wrong[_i].yaml,
	    strlen(wrong[_i].yaml), &y, &e), 0);
	ck_assert_int_eq(languages_add(l, yaml_get(y, "languages"), &e), -1);
	ck_assert_str_eq(e.text, wrong[_i].want);
	languages_free(l);
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("language");
	TCase *c = tcase_create("language");
	int rc;

	tcase_add_test(c, texts);
	tcase_add_loop_test(c, refused, 0, 4);
	suite_add_tcase(s, c);
	rc = unit_main(s);
	arena_free(&arena);
	return rc;
}
