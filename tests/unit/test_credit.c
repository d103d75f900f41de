/* Uptime as an exact ratio, bands, and what they earn. */
#include <inttypes.h>
#include <string.h>

#include "domain/report/credit.h"
#include "unit.h"

static struct arena arena;

static struct credit_policy *
policy(void)
{
	struct credit_policy *p;
	struct yaml *root;
	struct err e = { 0 };
	char path[4096];

	snprintf(path, sizeof(path), "%s/rules/credit.yaml", unit_root());
	ck_assert_msg(yaml_load(&arena, path, &root, &e) == 0 &&
	    credit_load(&p, &arena, root, &e) == 0, "%s", e.text);
	return p;
}

/* Calls back with the cells of each row of a vector file behind its header. */
static int
rows(const char *path, void (*row)(char **cell, int n))
{
	char line[1000], *cell[16];
	FILE *f = fopen(path, "r");
	int n, count = 0, header = 1;

	ck_assert_msg(f != NULL, "%s", path);
	while (fgets(line, sizeof(line), f) != NULL) {
		char *p = line, *tab;

		line[strcspn(line, "\n")] = '\0';
		if (*line == '#' || *line == '\0' || header-- > 0)
			continue;
		for (n = 0; n < 16 && p != NULL; p = tab) {
			if ((tab = strchr(p, '\t')) != NULL)
				*tab++ = '\0';
			cell[n++] = p;
		}
		row(cell, n);
		header = 0;
		count++;
	}
	fclose(f);
	return count;
}

static void
each_file(const char *name, void (*row)(char **cell, int n))
{
	char path[4096];
	const char *shared;

	snprintf(path, sizeof(path), "%s/tests/data/vectors/%s", unit_root(),
	    name);
	ck_assert_int_gt(rows(path, row), 5);
	snprintf(path, sizeof(path), "vectors/%s", name);
	if ((shared = shared_data(path)) != NULL)
		ck_assert_int_gt(rows(shared, row), 5);
	else
		unit_skip(path, "the folder is not there");
}

static void
credit_row(char **cell, int n)
{
	const struct credit_policy *p = policy();
	const struct credit_band *band;
	int64_t fee = strtoll(cell[1], NULL, 10), amount = 0;
	struct err e = { 0 };
	char percent[24] = "0";
	struct uptime u;
	int got;

	ck_assert_int_eq(n, 6);
	ck_assert_int_eq(uptime_of(&u, strtoll(cell[2], NULL, 10), 0,
	    strtoll(cell[3], NULL, 10)), 0);
	got = credit_find(p, cell[0], u, &band, &e);
	ck_assert_msg(got >= 0, "%s", e.text);
	if (got == 1) {
		decimal_text(band->share, 2, percent);
		amount = credit_amount(fee, band->share);
		ck_assert_int_le(amount, credit_cap(p, fee));
	}
	ck_assert_msg(strcmp(percent, cell[4]) == 0 &&
	    amount == strtoll(cell[5], NULL, 10),
	    "%s, %s s down: %s %%, %" PRId64, cell[0], cell[3], percent,
	    amount);
}

START_TEST(bands)
{
	each_file("credit.tsv", credit_row);
}
END_TEST

static void
uptime_row(char **cell, int n)
{
	struct uptime u, target;
	char text[24];

	ck_assert_int_eq(n, 7);
	ck_assert_int_eq(uptime_of(&u, strtoll(cell[1], NULL, 10),
	    strtoll(cell[2], NULL, 10), strtoll(cell[3], NULL, 10)), 0);
	ck_assert_int_eq(uptime_parse(&target, cell[5]), 0);
	ck_assert_msg(strcmp(uptime_text(u, text), cell[4]) == 0, "%s: %s",
	    cell[0], text);
	ck_assert_msg(uptime_less(u, target) == (strcmp(cell[6], "no") == 0),
	    "%s", cell[0]);
}

START_TEST(ratios)
{
	each_file("uptime.tsv", uptime_row);
}
END_TEST

START_TEST(decimals)
{
	static const struct { const char *text, *want; } good[] = {
		{ "99.8710", "99.8710" }, { "99.9", "99.9000" },
		{ "100", "100.0000" }, { "0", "0.0000" },
		{ "99.99999", "99.9999" }, { "00099.5", "99.5000" },
	};
	static const char *const bad[] = { "", ".", "5.", ".5", "-1", "+1",
		"100.0001", "1e2", "99,9", " 99", "9 9", "1.2.3",
		"99.9999999999999999999", "99999999999999999999" };
	struct uptime u;
	char text[24];

	for (size_t i = 0; i < sizeof(good) / sizeof(*good); i++) {
		ck_assert_msg(uptime_parse(&u, good[i].text) == 0, "%s",
		    good[i].text);
		ck_assert_str_eq(uptime_text(u, text), good[i].want);
	}
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++)
		ck_assert_msg(uptime_parse(&u, bad[i]) == -1, "%s", bad[i]);
	ck_assert_int_eq(uptime_of(&u, 0, 0, 0), -1);
	ck_assert_int_eq(uptime_of(&u, 100, 100, 0), -1);
	ck_assert_int_eq(uptime_of(&u, 100, 10, 91), -1);
	ck_assert_int_eq(uptime_of(&u, 100, -1, 0), -1);
	ck_assert_int_eq(uptime_of(&u, 100, 0, -1), -1);
	ck_assert_str_eq(decimal_text(999500, 4, text), "99.95");
	ck_assert_str_eq(decimal_text(1500, 2, text), "15");
	ck_assert_str_eq(decimal_text(5, 2, text), "0.05");
}
END_TEST

/* Numbers near the end of 64 bits do not wrap. */
START_TEST(large)
{
	struct uptime u;
	char text[24];

	ck_assert_int_eq(credit_amount(INT64_MAX / 100, 5000),
	    INT64_MAX / 200 + (INT64_MAX / 100 % 2 != 0));
	ck_assert_int_eq(uptime_of(&u, INT64_MAX, 0, 1), 0);
	ck_assert(uptime_below(u, 1000000));
	ck_assert(!uptime_below(u, 999999));
	ck_assert_str_eq(uptime_text(u, text), "99.9999");
}
END_TEST

START_TEST(files)
{
	static const struct { const char *name, *text, *want; } bad[] = {
		{ "no tiers", "cap: 50\n",
		    "f:1: tiers is not a map of tiers" },
		{ "key", "caps: 50\ntiers: {}\n", "caps" },
		{ "cap", "cap: 101\ntiers:\n  a:\n    - {below: 99, credit: 1}",
		    "f:1: cap is not a percentage of the fee" },
		{ "expires", "expires: 2bd\ntiers:\n  a:\n    - {below: 9, "
		    "credit: 1}\n",
		    "f:1: expires is not a number of days such as 60d" },
		{ "no bands", "tiers:\n  a: []\n",
		    "f:2: a tier is a list of bands" },
		{ "over the cap", "tiers:\n  a:\n    - {below: 99, credit: 51}",
		    "f:3: credit is not a percentage up to the cap" },
		{ "uptime", "tiers:\n  a:\n    - {below: 100.1, credit: 5}\n",
		    "f:3: below is not a percentage of uptime" },
		{ "order", "tiers:\n  a:\n    - {below: 99, credit: 5}\n"
		    "    - {below: 99, credit: 6}\n",
		    "f:4: bands go from the highest uptime down" },
		{ "less for less", "tiers:\n  a:\n    - {below: 99, credit: 5}"
		    "\n    - {below: 98, credit: 4}\n",
		    "f:4: a lower uptime earns less than a higher one" },
	};

	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		struct credit_policy *p;
		struct yaml *root;
		struct err e = { 0 };

		ck_assert_msg(yaml_parse(&arena, "f", bad[i].text,
		    strlen(bad[i].text), &root, &e) == 0, "%s: %s",
		    bad[i].name, e.text);
		ck_assert_msg(credit_load(&p, &arena, root, &e) == -1, "%s",
		    bad[i].name);
		ck_assert_msg(e.kind == ERR_CONFIG &&
		    strstr(e.text, bad[i].want) != NULL, "%s: %s",
		    bad[i].name, e.text);
	}
}
END_TEST

START_TEST(tiers)
{
	const struct credit_policy *p = policy();
	const struct credit_band *band;
	struct err e = { 0 };
	struct uptime u = { 98, 100 };

	ck_assert_int_eq(credit_find(p, "gold", u, &band, &e), -1);
	ck_assert_str_eq(e.text, "no credits for the tier 'gold'");
	ck_assert_int_eq(credit_find(p, "enterprise", u, &band, &e), 1);
	ck_assert(band->review);
	ck_assert_int_eq(credit_find(p, "professional", u, &band, &e), 1);
	ck_assert(!band->review);
	ck_assert_int_eq(credit_days(p), 60);
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("credit");
	TCase *c = tcase_create("credit");
	int rc;

	tcase_add_test(c, bands);
	tcase_add_test(c, ratios);
	tcase_add_test(c, decimals);
	tcase_add_test(c, large);
	tcase_add_test(c, files);
	tcase_add_test(c, tiers);
	suite_add_tcase(s, c);
	rc = unit_main(s);
	arena_free(&arena);
	return rc;
}
