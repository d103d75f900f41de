/* Money for people. */
#include "format/money.h"
#include "unit.h"

START_TEST(texts)
{
	static const struct { int64_t n; const char *currency, *want; } row[] = {
		{ 225000, "USD", "2,250.00 USD" }, { 0, "EUR", "0.00 EUR" },
		{ 5, "USD", "0.05 USD" }, { -123456789, "USD",
		    "-1,234,567.89 USD" }, { 1234, "JPY", "1,234 JPY" },
		{ 1234, "KWD", "1.234 KWD" }, { 100000, "", "1,000.00" },
		{ 1, "CLF", "0.0001 CLF" },
		{ INT64_MIN, "USD", "-92,233,720,368,547,758.08 USD" },
	};
	char text[MONEY_TEXT];

	ck_assert_str_eq(money_text(row[_i].n, row[_i].currency, text),
	    row[_i].want);
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("money");
	TCase *c = tcase_create("money");

	tcase_add_loop_test(c, texts, 0, 9);
	suite_add_tcase(s, c);
	return unit_main(s);
}
