/* Rates of right and wrong, against the definitions worked by hand. */
#include <string.h>

#include "domain/triage/tally.h"
#include "unit.h"

static struct arena arena;

START_TEST(rates)
{
	static const char *const said[][2] = { { "a", "a" }, { "a", "a" },
		{ "a", "b" }, { "b", "b" }, { "b", "a" }, { "b", "c" },
		{ "c", "c" } };
	struct tally *t = tally_new();
	struct tally_label *l;
	int64_t right;

	for (size_t i = 0; i < sizeof(said) / sizeof(*said); i++)
		tally_add(t, said[i][0], said[i][1]);
	ck_assert_int_eq(tally_total(t, &right), 7);
	ck_assert_int_eq(right, 4);
	ck_assert_uint_eq(tally_labels(t, &arena, &l), 3);
	ck_assert_str_eq(l[0].name, "a");	/* of equals by name */
	ck_assert_str_eq(l[2].name, "c");
	ck_assert_int_eq(tally_precision(&l[0]), 6666);
	ck_assert_int_eq(tally_recall(&l[0]), 6666);
	ck_assert_int_eq(tally_f1(&l[0]), 6666);
	ck_assert_int_eq(tally_precision(&l[1]), 5000);
	ck_assert_int_eq(tally_recall(&l[1]), 3333);
	ck_assert_int_eq(tally_f1(&l[1]), 4000);
	ck_assert_int_eq(tally_precision(&l[2]), 5000);
	ck_assert_int_eq(tally_recall(&l[2]), 10000);
	ck_assert_int_eq(tally_macro_f1(t), (6666 + 4000 + 6666) / 3);
	ck_assert_int_eq(tally_cell(t, "b", "c"), 1);
	ck_assert_int_eq(tally_cell(t, "c", "b"), 0);
	ck_assert_int_eq(tally_cell(t, "c", "z"), 0);
	tally_free(t);
	arena_free(&arena);
}
END_TEST

START_TEST(nothing)
{
	struct tally *t = tally_new();
	struct tally_label *l;
	int64_t right;

	ck_assert_int_eq(tally_total(t, &right), 0);
	ck_assert_int_eq(tally_macro_f1(t), -1);
	ck_assert_uint_eq(tally_labels(t, &arena, &l), 0);
	tally_add(t, "a", "b");
	ck_assert_uint_eq(tally_labels(t, &arena, &l), 2);
	ck_assert_int_eq(tally_precision(&l[0]), -1);	/* a: never given */
	ck_assert_int_eq(tally_recall(&l[1]), -1);	/* b: never expected */
	ck_assert_int_eq(tally_macro_f1(t), 0);
	tally_free(t);
	arena_free(&arena);
}
END_TEST

START_TEST(bounded)
{
	struct tally *t = tally_new();
	struct tally_label *l;
	char name[32];

	for (int i = 0; i < 3 * TALLY_LABELS; i++) {
		snprintf(name, sizeof(name), "label %d", i);
		tally_add(t, name, name);
	}
	ck_assert_uint_le(tally_labels(t, &arena, &l), TALLY_LABELS + 1);
	ck_assert_str_eq(l[0].name, TALLY_REST);
	tally_free(t);
	arena_free(&arena);
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("tally");
	TCase *t = tcase_create("tally");

	tcase_add_test(t, rates);
	tcase_add_test(t, nothing);
	tcase_add_test(t, bounded);
	suite_add_tcase(s, t);
	return unit_main(s);
}
