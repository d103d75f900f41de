#include <string.h>

#include "format/literal.h"
#include "format/pattern.h"
#include "format/patternplain.h"
#include "unit.h"

static const struct {
	const char *name, *pattern, *text;
	int start, end;		/* -1: no match */
} matches[] = {
	{ "plain", "refund", "I want a refund now", 9, 15 },
	{ "any case", "refund", "REFUND", 0, 6 },
	{ "no match", "refund", "invoice", -1, -1 },
	{ "umlaut in any case", "\303\274ber", "\303\234BER", 0, 5 },
	{ "Kelvin sign is a k", "webhook", "webhoo\342\204\252", 0, 9 },
	{ "long s is an s", "missing", "mi\305\277\305\277ing", 0, 9 },
	{ "empty text", "a?b", "", -1, -1 },
};

START_TEST(match)
{
	struct err e = { 0 };
	struct pattern *p;
	struct span at = { 0, 0 };
	const char *text = matches[_i].text;
	int rc;

	ck_assert_int_eq(pattern_new(&p, matches[_i].pattern, &e), 0);
	/* The interpreter, then machine code: the same answer. */
	for (int round = 0; round < 3; round++) {
		rc = pattern_match(p, text, strlen(text), 0, &at, &e);
		ck_assert_msg(rc == (matches[_i].start >= 0), "%s: %d",
		    matches[_i].name, rc);
		if (rc == 1) {
			ck_assert_int_eq((int)at.start, matches[_i].start);
			ck_assert_int_eq((int)at.end, matches[_i].end);
		}
	}
	pattern_free(p);
}
END_TEST

START_TEST(groups_and_offsets)
{
	struct err e = { 0 };
	struct pattern *p;
	struct span at, group;

	ck_assert_int_eq(pattern_new(&p, "(?<n>\\d+)(?<x>x)?", &e), 0);
	ck_assert(!pattern_group(p, "n", &group));
	ck_assert_int_eq(pattern_match(p, "a 12 345", 8, 4, &at, &e), 1);
	ck_assert_uint_eq(at.start, 5);
	ck_assert(pattern_group(p, "n", &group));
	ck_assert_uint_eq(group.start, 5);
	ck_assert_uint_eq(group.end, 8);
	ck_assert(!pattern_group(p, "x", &group));
	ck_assert(!pattern_group(p, "nosuch", &group));
	pattern_free(p);
}
END_TEST

START_TEST(refused)
{
	static const char *const bad[] = { "(", "[a", "a{2,1}", "\\C", "(?<n",
		"*", "\\p{Nosuch}", "(?<=a*)b" };

	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		struct err e = { 0 };
		struct pattern *p = NULL;

		ck_assert_msg(pattern_new(&p, bad[i], &e) == -1, "%s", bad[i]);
		ck_assert_int_eq(e.kind, ERR_CONFIG);
		ck_assert_ptr_nonnull(strstr(e.text, "at byte"));
	}
}
END_TEST

START_TEST(limits)
{
	struct err e = { 0 };
	struct pattern *p;
	struct span at;
	char text[64];
	int rc = 0;

	memset(text, 'a', sizeof(text));
	ck_assert_int_eq(pattern_new(&p, "^(a+)+$", &e), 0);
	text[sizeof(text) - 1] = '!';
	for (int i = 0; i < 3; i++) {
		err_clear(&e);
		rc = pattern_match(p, text, sizeof(text), 0, &at, &e);
		ck_assert_int_eq(rc, -1);
		ck_assert_int_eq(e.kind, ERR_INPUT);
	}
	pattern_free(p);
}
END_TEST

static const struct {
	const char *pattern, *want;	/* literals joined by '|' */
} literals[] = {
	{ "refund", "refund" },
	{ "ReFund", "refund" },
	{ "refund|money back", "refund|money back" },
	{ "\\bapi[- ]?key\\b", "apikey|api-key|api key" },
	{ "api\\s+key", "api key" },
	{ "api\\s*key", "apikey|api key" },
	{ "can(?:not|'t) (?:log|sign) ?in", "cannot login|cannot log in|"
	    "cannot signin|cannot sign in|can't login|can't log in|"
	    "can't signin|can't sign in" },
	{ "(?i)refund", "refund" },
	{ "(?m)^thanks", "thanks" },
	{ "(?:re)?sett", "sett" },
	{ "foo+bar", "bar" },
	{ "abc.def\\d+ghijk", "ghijk" },
	{ "colou?rs", "colors|colours" },
	{ "gr[ae]ys", "grays|greys" },
	{ "x(?=refund)y", "" },
	{ "ab", "" },
	{ "refund|\\d+", "" },
	{ "(?x) refund", "" },
	{ "(*UCP)refund", "" },
	{ "(refund)?", "" },
	{ "(refund){2,3}", "refund" },
	{ "(refund){0,3}", "" },
	{ "\\x72efund", "" },
	{ "(a)refund\\1", "" },
	{ "\\Qrefund\\E", "" },
	{ "r\303\274ckerstattung", "ckerstattung" },
	{ "[\\n-\"]abc", "abc" },
	{ "[^a]refund[[:alpha:]]", "refund" },
};

START_TEST(literal)
{
	struct arena a = { 0 };
	struct literals start, set;
	char got[512] = "";
	size_t len = 0;

	literals_of(literals[_i].pattern, &a, &start, &set);
	for (size_t i = 0; i < set.n; i++)
		len += (size_t)snprintf(got + len, sizeof(got) - len, "%s%s",
		    i > 0 ? "|" : "", set.text[i]);
	ck_assert_msg(strcmp(got, literals[_i].want) == 0, "%s: %s",
	    literals[_i].pattern, got);
	arena_free(&a);
}
END_TEST

static const struct {
	const char *pattern;
	bool bad;
} dangers[] = {
	{ "refund", false }, { "(a+)+", true }, { "(?:a*b)*c", true },
	{ "(?>a+)+b", false }, { "(?:a++b)+c", false }, { "x?", true },
	{ "refund.*", true }, { ".*refund", true }, { "refund\\.*x", false },
	{ "a.{0,40}b", false }, { "(?:ab+){2}", false },
};

START_TEST(danger)
{
	struct err e = { 0 };
	struct pattern *p;

	ck_assert_int_eq(pattern_new(&p, dangers[_i].pattern, &e), 0);
	ck_assert_msg((pattern_danger(p) != NULL) == dangers[_i].bad, "%s: %s",
	    dangers[_i].pattern, pattern_danger(p));
	pattern_free(p);
}
END_TEST

/* A small generator; the same on every machine. */
static uint64_t state = 88172645463325252u;

static unsigned
any(unsigned n)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return (unsigned)((state >> 11) % n);
}

static const char *const atoms[] = { "a", "b", "k", "s", "sk", "abc", "kiss",
	"\\s", "\\s+", " ", " ?", "\\d", "\\w", ".", "[ab]", "[^a]", "[a-c]",
	"[ks]", "\\b", "^", "$", "\\.", "-", "\303\244", "\305\277",
	"\342\204\252", "[\\s-]", "\\n", "(?i)", "(?=a)", "(?<!b)", "\\x61",
	"[\303\244k]", "\\s*", "[[:alpha:]]", "A", "K", "\\pL", "\\R" };
static const char *const pieces[] = { "\xe3\x80\x80", "\xe2\x80\x83",
	"\xe2\x80\xa8", "\xc2\x85", "\xe1\x9a\x80", "\xe2\x81\x9f",
	"\xe2\x80\xaf", "a", "b", "k", "s", "sk", "abc", "kiss",
	" ", "  ", "\n", "\t", "1", ".", "-", "\303\244", "\303\204",
	"\305\277", "\342\204\252", "A", "K", "S", "\r\n", "c", "\302\240" };
static const char *const repeats[] = { "?", "*", "+", "{2}", "{1,2}", "{0,2}",
	"+?", "*+" };

#define COUNT(a) ((unsigned)(sizeof(a) / sizeof(*(a))))

static void
random_pattern(char *out, size_t room, int depth)
{
	unsigned n = 1 + any(5);

	for (unsigned i = 0; i < n; i++) {
		size_t len = strlen(out);

		if (len + 200 > room)
			return;
		if (depth > 0 && any(4) == 0) {
			static const char *const opens[] = { "(", "(?:",
				"(?>", "(?=", "(?!", "(?|" };

			snprintf(out + len, room - len, "%s",
			    opens[any(COUNT(opens))]);
			random_pattern(out, room - 100, depth - 1);
			len = strlen(out);
			snprintf(out + len, room - len, ")");
		} else
			snprintf(out + len, room - len, "%s",
			    atoms[any(COUNT(atoms))]);
		len = strlen(out);
		if (any(4) == 0)
			snprintf(out + len, room - len, "%s",
			    repeats[any(COUNT(repeats))]);
		len = strlen(out);
		if (any(6) == 0)
			snprintf(out + len, room - len, "|");
	}
}

static size_t
random_text(char *out, size_t room)
{
	unsigned n = any(12);
	size_t len = 0;

	*out = '\0';
	for (unsigned i = 0; i < n; i++)
		len += (size_t)snprintf(out + len, room - len, "%s",
		    pieces[any(COUNT(pieces))]);
	return len;
}

/* The set finds what each pattern finds alone. */
START_TEST(set_agrees)
{
	enum { PATTERNS = 150, TEXTS = 400 };
	unsigned matched = 0, named = 0, barred = 0;
	struct grams grams;

	for (int round = 0; round < 6; round++) {
		struct pattern *p[PATTERNS];
		struct pattern_set *set = pattern_set_new();
		struct pattern_scan *scan;

		for (size_t i = 0; i < PATTERNS; i++) {
			struct err e = { 0 };
			char text[1024] = "";

			do {
				err_clear(&e);
				*text = '\0';
				random_pattern(text, sizeof(text), 2);
			} while (pattern_new(&p[i], text, &e) < 0);
			ck_assert_uint_eq(pattern_set_add(set, p[i]), i);
		}
		pattern_set_build(set);
		scan = pattern_scan_new(set);
		ck_assert_uint_eq(pattern_set_count(set), PATTERNS);
		for (int t = 0; t < TEXTS; t++) {
			char text[256];
			size_t len = random_text(text, sizeof(text));

			pattern_scan_text(scan, text, len);
			grams_of(&grams, text, len);
			for (size_t i = 0; i < PATTERNS; i++) {
				struct err e = { 0 }, f = { 0 };
				struct span at;
				int want, got;

				want = pattern_match(p[i], text, len, 0, &at,
				    &e);
				got = pattern_scan_match(scan, i, &f);
				matched += want == 1;
				named += pattern_scan_may(scan, i);
				ck_assert_msg(got == want, "'%s' in '%s': %d",
				    pattern_text(p[i]), text, got);
				if (pattern_may(p[i], &grams))
					continue;
				ck_assert_msg(want != 1, "'%s' in '%s'",
				    pattern_text(p[i]), text);
				barred++;
			}
		}
		pattern_scan_free(scan);
		pattern_set_free(set);
		for (size_t i = 0; i < PATTERNS; i++)
			pattern_free(p[i]);
	}
	ck_assert_uint_gt(matched, 5000);
	ck_assert_uint_lt(named, 6 * PATTERNS * TEXTS);
	ck_assert_uint_gt(barred, 5000);
}
END_TEST

/* What is right without a compiler is right with it, and nearly all is. */
static const struct {
	const char *pattern;
	bool plain;
} plains[] = {
	{ "(?s)\\bapi\\s+key\\b[^.?!]{0,40}", true },
	{ "(?<!\\w)(?<=a|bc)d(?=e)(?!f)(g|h|)?+", true },
	{ "[.!,][^]]", false }, { "[.!,]", true }, { "[.a.]", false },
	{ "[:a:]", false }, { "[a-z-]", true }, { "[z-a]", false },
	{ "[\\w-z]", false }, { "[a-c-e]", false }, { "[[:alpha:]]", false },
	{ "a{2,3}", true }, { "a{3,2}", false }, { "a{,3}", false },
	{ "a{2", false }, { "a?*", false }, { "^*", false }, { "*", false },
	{ "(a", false }, { "a)", false }, { "(?<n>a)", false },
	{ "(?<=a+)b", false }, { "(?<=a(b|cd))", false }, { "\\1", false },
	{ "\\p{L}", false }, { "\\C", false }, { "\\.\\ \\_", true },
	{ "a\\", false }, { "(*F)", false }, { "(?x)a", false },
	{ "((((a{99}){99}){99}){99})", false }, { "\xff", false },
};

START_TEST(plain)
{
	struct pattern *p = NULL;
	struct span at;
	struct err e = { 0 };
	bool got = pattern_plain(plains[_i].pattern);

	ck_assert_msg(got == plains[_i].plain, "%s", plains[_i].pattern);
	if (got) {
		ck_assert_int_eq(pattern_new(&p, plains[_i].pattern, &e), 0);
		ck_assert_int_ge(pattern_match(p, "x", 1, 0, &at, &e), 0);
		pattern_free(p);
	}
}
END_TEST

static const struct {
	const char *pattern, *text;
	bool may;
} maybes[] = {
	{ "refund", "no REFUND", true }, { "refund", "re fund", false },
	{ "refunds?", "refund", true }, { "refunds+", "refund", false },
	{ "x(?:invoice|bill)y", "xy invoice", true },
	{ "(?:invoice|bill)", "voices", false },
	{ "(?:invoice)?", "", true }, { "(?:invoice){0,2}", "", true },
	{ "(?:invoice){1,2}", "", false }, { "(?!invoice)", "", true },
	{ "webhook", "webhoo\342\204\252", true },
	{ "missing", "mi\305\277\305\277ing", true },
	{ "(?:i{10,20}|x)\\dbc", "iiiiiiiiii1bc", true },
	{ "(?:sim|mis)t", "sit", false }, { "(?:sim|mis)t", "simt", true },
	{ "[abc]def", "adef", true }, { "[]x]invoice", "", true },
	{ "(?<n>invoice)", "", true }, { "ab.cd", "ab cd", true },
	{ "\\tab", "xab", true }, { "(?i)invoice", "invoice", true },
};

START_TEST(may)
{
	struct pattern *p;
	struct grams g;
	struct err e = { 0 };

	grams_of(&g, maybes[_i].text, strlen(maybes[_i].text));
	ck_assert_int_eq(pattern_new(&p, maybes[_i].pattern, &e), 0);
	ck_assert_msg(pattern_may(p, &g) == maybes[_i].may, "'%s' in '%s'",
	    maybes[_i].pattern, maybes[_i].text);
	pattern_free(p);
}
END_TEST

START_TEST(set_scan)
{
	static const char *const texts[] = { "webhook", "missing|absent",
		"api\\s+key", "x?", "hook", "ooki" };
	static const struct {
		const char *text;
		unsigned bits;
	} cases[] = {
		{ "", 8 }, { "nothing", 8 }, { "a WEBHOOK", 8 + 1 + 16 },
		{ "webhoo\342\204\252ie", 8 + 1 + 16 + 32 },
		{ "mi\305\277sing", 8 + 2 }, { "ab\303\244sent", 8 },
		{ "an API \n\t key", 8 + 4 }, { "apikey", 8 },
	};
	struct pattern_set *set = pattern_set_new();
	struct pattern_scan *scan;
	struct pattern *p[6];
	struct err e = { 0 };

	for (size_t i = 0; i < 6; i++) {
		ck_assert_int_eq(pattern_new(&p[i], texts[i], &e), 0);
		pattern_set_add(set, p[i]);
	}
	pattern_set_build(set);
	scan = pattern_scan_new(set);
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		unsigned bits = 0;

		pattern_scan_text(scan, cases[i].text, strlen(cases[i].text));
		for (size_t k = 0; k < 6; k++)
			bits |= (unsigned)pattern_scan_may(scan, k) << k;
		ck_assert_msg(bits == cases[i].bits, "%s: %x", cases[i].text,
		    bits);
	}
	pattern_scan_free(scan);
	pattern_set_free(set);
	for (size_t i = 0; i < 6; i++)
		pattern_free(p[i]);
}
END_TEST

#define ROWS(t) (int)(sizeof(t) / sizeof(*(t)))

int
main(void)
{
	Suite *s = suite_create("pattern");
	TCase *t = tcase_create("pattern");

	tcase_set_timeout(t, 120);
	tcase_add_loop_test(t, match, 0, ROWS(matches));
	tcase_add_test(t, groups_and_offsets);
	tcase_add_test(t, refused);
	tcase_add_test(t, limits);
	tcase_add_loop_test(t, literal, 0, ROWS(literals));
	tcase_add_loop_test(t, danger, 0, ROWS(dangers));
	tcase_add_loop_test(t, plain, 0, ROWS(plains));
	tcase_add_loop_test(t, may, 0, ROWS(maybes));
	tcase_add_test(t, set_scan);
	tcase_add_test(t, set_agrees);
	suite_add_tcase(s, t);
	return unit_main(s);
}
