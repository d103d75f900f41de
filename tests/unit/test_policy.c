/* Policies: targets, seasons, exclusions, and what a linter should say. */
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "base/time.h"
#include "domain/clock/policy.h"
#include "vectors.h"

static struct arena arena;
static struct calendars *calendars;
static struct policy *policy;

static struct yaml *
yaml_of(const char *relative)
{
	struct err e = { 0 };
	struct yaml *root;

	ck_assert_msg(yaml_load(&arena, root_path(relative), &root, &e) == 0,
	    "%s", e.text);
	return root;
}

static void
load(void)
{
	struct err e = { 0 };

	ck_assert_msg(calendars_load(&calendars,
	    yaml_of("rules/calendars.yaml"), &e) == 0, "%s", e.text);
	ck_assert_msg(policy_load(&policy, yaml_of("rules/sla.yaml"),
	    calendars, &e) == 0, "%s", e.text);
}

static void
unload(void)
{
	policy_free(policy);
	calendars_free(calendars);
	arena_free(&arena);
}

/* -- the rules that come with the kit --------------------------------- */

#define H	3600
static const struct {
	const char *tier;
	enum severity severity;
	const char *calendar, *response, *resolution;
	int64_t seconds[2];
} cells[] = {
	{ "starter", SEVERITY_CRITICAL, "standard", "1bd", "5bd",
	    { 8 * H, 40 * H } },
	{ "starter", SEVERITY_HIGH, "standard", "8h", "2bd",
	    { 8 * H, 16 * H } },
	{ "starter", SEVERITY_MEDIUM, "standard", "1bd", "7bd",
	    { 8 * H, 56 * H } },
	{ "starter", SEVERITY_LOW, "standard", "2bd", "none", { 16 * H, 0 } },
	{ "professional", SEVERITY_CRITICAL, "extended-critical", "4h", "2bd",
	    { 4 * H, 18 * H } },
	{ "professional", SEVERITY_HIGH, "extended", "2h", "8h",
	    { 2 * H, 8 * H } },
	{ "professional", SEVERITY_MEDIUM, "extended", "4h", "1bd",
	    { 4 * H, 9 * H } },
	{ "professional", SEVERITY_LOW, "extended", "1bd", "3bd",
	    { 9 * H, 27 * H } },
	{ "enterprise", SEVERITY_CRITICAL, "always", "1h", "8h",
	    { H, 8 * H } },
	{ "enterprise", SEVERITY_HIGH, "extended", "30m", "2h",
	    { H / 2, 2 * H } },
	{ "enterprise", SEVERITY_MEDIUM, "extended", "1h", "4h",
	    { H, 4 * H } },
	{ "enterprise", SEVERITY_LOW, "extended", "4h", "1bd",
	    { 4 * H, 9 * H } },
};

static void
target_of(const char *tier, enum severity s, enum clock_kind k,
    const char *start, struct target *t)
{
	struct policy_ask ask = { .tier = tier, .severity = s, .kind = k };
	struct err e = { 0 };

	ck_assert_int_eq(time_parse(start, &ask.start), 0);
	ask.at = ask.start;
	ck_assert_msg(policy_target(policy, &ask, t, &e) == 0, "%s", e.text);
}

START_TEST(has_the_contracts_targets)
{
	struct target t;

	target_of(cells[_i].tier, cells[_i].severity, CLOCK_RESPONSE,
	    "2026-03-02T18:00:00Z", &t);
	ck_assert_str_eq(calendar_name(t.calendar), cells[_i].calendar);
	ck_assert_str_eq(t.text, cells[_i].response);
	ck_assert_int_eq(t.seconds, cells[_i].seconds[0]);
	ck_assert_int_gt(t.line, 0);
	target_of(cells[_i].tier, cells[_i].severity, CLOCK_NEXT,
	    "2026-03-02T18:00:00Z", &t);
	ck_assert_int_eq(t.seconds, cells[_i].seconds[0]);
	target_of(cells[_i].tier, cells[_i].severity, CLOCK_RESOLUTION,
	    "2026-03-02T18:00:00Z", &t);
	ck_assert_str_eq(t.text, cells[_i].resolution);
	ck_assert_int_eq(t.seconds, cells[_i].seconds[1]);
}
END_TEST

static const struct {
	const char *name, *tier;
	enum severity severity;
	enum clock_kind kind;
	const char *start;
	int64_t seconds;
	const char *text;
} seasons[] = {
	{ "before it", "starter", SEVERITY_HIGH, CLOCK_RESPONSE,
	    "2026-12-24T07:59:59Z", 8 * H, "8h" },
	{ "its first second, by local time", "starter", SEVERITY_HIGH,
	    CLOCK_RESPONSE, "2026-12-24T08:00:00Z", 16 * H, "8h + 1bd" },
	{ "its last second", "starter", SEVERITY_HIGH, CLOCK_RESPONSE,
	    "2027-01-03T07:59:59Z", 16 * H, "8h + 1bd" },
	{ "behind it", "starter", SEVERITY_HIGH, CLOCK_RESPONSE,
	    "2027-01-03T08:00:00Z", 8 * H, "8h" },
	{ "later answers too", "starter", SEVERITY_HIGH, CLOCK_NEXT,
	    "2026-12-26T08:00:00Z", 16 * H, "8h + 1bd" },
	{ "the length of the cell's own day", "professional",
	    SEVERITY_CRITICAL, CLOCK_RESPONSE, "2026-12-26T08:00:00Z", 13 * H,
	    "4h + 1bd" },
	{ "resolution is as ever", "starter", SEVERITY_HIGH, CLOCK_RESOLUTION,
	    "2026-12-26T08:00:00Z", 16 * H, "2bd" },
	{ "enterprise is as ever", "enterprise", SEVERITY_HIGH,
	    CLOCK_RESPONSE, "2026-12-26T08:00:00Z", H / 2, "30m" },
};

START_TEST(is_longer_in_a_season)
{
	struct target t;

	target_of(seasons[_i].tier, seasons[_i].severity, seasons[_i].kind,
	    seasons[_i].start, &t);
	ck_assert_msg(t.seconds == seasons[_i].seconds, "%s: %lld",
	    seasons[_i].name, (long long)t.seconds);
	ck_assert_msg(strcmp(t.text, seasons[_i].text) == 0, "%s: %s",
	    seasons[_i].name, t.text);
}
END_TEST

START_TEST(answers_the_rest)
{
	const struct policy_ask ask = { .tier = "gold" };
	struct err e = { 0 };
	struct target t;

	ck_assert_int_lt(policy_target(policy, &ask, &t, &e), 0);
	ck_assert_int_eq(e.kind, ERR_INPUT);
	ck_assert_str_eq(e.text, "no tier 'gold' in the policy");
	ck_assert_str_eq(policy_excluded(policy, "feature", "request"),
	    "feature request");
	ck_assert_str_eq(policy_excluded(policy, "integration", "custom"),
	    "custom development");
	ck_assert_ptr_null(policy_excluded(policy, "integration", "setup"));
	ck_assert_ptr_null(policy_excluded(policy, "", ""));
	ck_assert_int_eq(policy_share(policy, "starter"), 9000);
	ck_assert_int_eq(policy_share(policy, "enterprise"), 9900);
	ck_assert_int_eq(policy_share(policy, "gold"), 0);
	ck_assert_str_eq(policy_tier(policy, 2), "enterprise");
	ck_assert_ptr_null(policy_tier(policy, 3));
	ck_assert_int_eq(policy_warning(policy, SEVERITY_CRITICAL), 600);
}
END_TEST

/* -- lint ------------------------------------------------------------- */

struct doubts {
	char text[4000];
	size_t len;
};

static void
take(void *arg, const char *file, int line, const char *text)
{
	struct doubts *d = arg;

	d->len += (size_t)snprintf(d->text + d->len, sizeof(d->text) - d->len,
	    "%s:%d: %s\n", file, line, text);
	ck_assert_uint_lt(d->len, sizeof(d->text));
}

START_TEST(warns_of_the_contract)
{
	struct doubts d = { 0 };
	const char *want[] = { "starter: HIGH response of 8h",
		"professional: HIGH response of 2h",
		"enterprise: HIGH response of 30m on 'extended' is faster" };

	ck_assert_int_eq(policy_lint(policy, take, &d), 7);
	for (size_t i = 0; i < 3; i++)
		ck_assert_msg(strstr(d.text, want[i]) != NULL, "%s in %s",
		    want[i], d.text);
}
END_TEST

#define CALM	"    CRITICAL: {response: 1h, resolution: 4h}\n" \
		"    HIGH: {response: 2h, resolution: 8h}\n"
#define TIER	"tiers:\n  t:\n    calendar: standard\n" CALM
#define MEDIUM	"    MEDIUM: {response: 3h, resolution: 2bd}\n"
#define LOW	"    LOW: {response: 4h, resolution: none}\n"

static const struct {
	const char *name, *text;
	const char *message;	/* with *: how it starts */
} doubtful[] = {
	{ "nothing", TIER MEDIUM LOW, "" },
	{ "24h of a day of 8", TIER MEDIUM
	    "    LOW: {response: 24h, resolution: none}\n",
	    "t:7: t: LOW response of 24h on 'standard', where a day has 8h, "
	    "is 3.0 days; 1bd is the same hour 1 day later\n" },
	{ "48h", TIER MEDIUM "    LOW: {response: 4h, resolution: 48h}\n",
	    "t:7: t: LOW resolution of 48h on 'standard', where a day has "
	    "8h, is 6.0 days; 2bd is the same hour 2 days later\n" },
	{ "24h of always", TIER MEDIUM "    LOW: {response: 24h, resolution: "
	    "none, calendar: always}\n", "" },
	{ "LOW before MEDIUM", TIER MEDIUM
	    "    LOW: {response: 1h, resolution: none}\n",
	    "t:7: t: LOW response of 1h on 'standard' is faster than MEDIUM "
	    "of 3h on 'standard'\n" },
	{ "with another calendar", TIER MEDIUM
	    "    LOW: {response: 3h, resolution: 3bd, calendar: always}\n",
	    "t:7: t: LOW response of 3h on 'always' is as fast as *" },
	{ "solved before answered", TIER MEDIUM
	    "    LOW: {response: 4bd, resolution: 3bd}\n",
	    "t:7: t: LOW resolution of 3bd (24h) is due before the response "
	    "of 4bd (32h)\n" },
	{ "ten times too little downtime", TIER MEDIUM LOW
	    "    uptime: 99.95\n    downtime: 2m10s\n",
	    "t:9: t: uptime of 99.9500 % allows 21m36s of downtime in 30 "
	    "days, not 2m10s\n" },
	{ "the right downtime", TIER MEDIUM LOW
	    "    uptime: 99.9\n    downtime: 43m12s\n", "" },
	{ "a change, and what it alone contradicts", TIER MEDIUM
	    "    LOW: {response: 24h, resolution: none}\nchanges:\n"
	    "  - {from: 2026-07-01, tiers: {t: {HIGH: {response: 30m}}}}\n",
	    "t:7: t: LOW response of 24h on 'standard', where a day has 8h, "
	    "is 3.0 days; 1bd is the same hour 1 day later\n"
	    "t:9: t: HIGH response of 30m on 'standard' is faster than "
	    "CRITICAL of 1h on 'standard'\n" },
	{ "a warning at once", TIER MEDIUM LOW "warnings: {CRITICAL: 1h}\n",
	    "t:8: t: the warning 1h before due comes at once for a CRITICAL "
	    "response of 1h\n" },
};

static int
load_text(const char *text, struct policy **p, struct err *e)
{
	struct yaml *root;

	ck_assert_msg(yaml_parse(&arena, "t", text, strlen(text), &root,
	    e) == 0, "%s: %s", text, e->text);
	return policy_load(p, root, calendars, e);
}

static bool
matches(const char *got, const char *want)
{
	size_t len = strcspn(want, "*");

	return want[len] == '*' ? strncmp(got, want, len) == 0 :
	    strcmp(got, want) == 0;
}

START_TEST(tells_doubts)
{
	struct doubts d = { 0 };
	struct err e = { 0 };
	struct policy *p;

	ck_assert_msg(load_text(doubtful[_i].text, &p, &e) == 0, "%s: %s",
	    doubtful[_i].name, e.text);
	policy_lint(p, take, &d);
	ck_assert_msg(matches(d.text, doubtful[_i].message), "%s: %s",
	    doubtful[_i].name, d.text);
	policy_free(p);
}
END_TEST

/* -- files that are wrong --------------------------------------------- */

static const struct {
	const char *name, *text, *message;
} wrong[] = {
	{ "empty", "", "t:1: tiers is not a map of one to 32" },
	{ "an unknown key", "tier: {}\n", "t:1: unknown key 'tier'" },
	{ "no severity", TIER MEDIUM, "t:3: tier 't' has no LOW" },
	{ "a severity more", TIER MEDIUM LOW "    URGENT: {}\n",
	    "t:8: unknown key 'URGENT'" },
	{ "no calendar", "tiers:\n  t:\n" CALM MEDIUM LOW,
	    "t:6: LOW has no calendar" },
	{ "no such calendar", TIER MEDIUM "    LOW: {response: 1h, "
	    "resolution: 2h, calendar: moon}\n",
	    "t:7: no calendar 'moon'" },
	{ "no calendar of a target", TIER MEDIUM
	    "    LOW: {response: 1h on moon, resolution: 2h}\n",
	    "t:7: no calendar 'moon'" },
	{ "a calendar and no target", TIER MEDIUM
	    "    LOW: {response: on standard, resolution: 2h}\n",
	    "t:7: response 'on standard' is not a duration *" },
	{ "no resolution", TIER MEDIUM "    LOW: {response: 1h}\n",
	    "t:7: LOW has no resolution; say none for best effort" },
	{ "days", TIER MEDIUM "    LOW: {response: 1d, resolution: 2h}\n",
	    "t:7: response '1d': say bd for business days, or 24h" },
	{ "a sign", TIER MEDIUM "    LOW: {response: -1h, resolution: 2h}\n",
	    "t:7: response '-1h' is not a duration *" },
	{ "no time", TIER MEDIUM "    LOW: {response: 0h, resolution: 2h}\n",
	    "t:7: response '0h' is not a duration *" },
	{ "a century", TIER MEDIUM
	    "    LOW: {response: 99999999h, resolution: 2h}\n",
	    "t:7: response '99999999h' is not a duration *" },
	{ "share", TIER MEDIUM LOW "    share: 101\n",
	    "t:8: share is not between 0 and 100" },
	{ "uptime", TIER MEDIUM LOW "    uptime: 99.99999\n",
	    "t:8: uptime has too many decimal places" },
	{ "downtime alone", TIER MEDIUM LOW "    downtime: 1m\n",
	    "t:8: downtime is minutes and seconds beside an uptime" },
	{ "a season of nobody", TIER MEDIUM LOW "seasons:\n  - {from: 12-24, "
	    "until: 01-02, tiers: [gold], response: 1bd}\n",
	    "t:9: no tier 'gold'" },
	{ "a season from 31 april", TIER MEDIUM LOW "seasons:\n"
	    "  - {from: 04-31, until: 05-02, response: 1bd}\n",
	    "t:9: from '04-31' is not a day of the year such as 12-24" },
	{ "a season of nothing", TIER MEDIUM LOW
	    "seasons:\n  - {from: 04-30, until: 05-02}\n",
	    "t:9: a season needs response: *" },
	{ "an exclusion of all", TIER MEDIUM LOW "excluded: [{why: x}]\n",
	    "t:8: an exclusion needs a category or a topic, and why" },
	{ "a warning in days", TIER MEDIUM LOW "warnings: {LOW: 1bd}\n",
	    "t:8: a warning is hours or minutes before due" },
	{ "a change of nothing", TIER MEDIUM LOW
	    "changes:\n  - {from: 2026-07-01}\n",
	    "t:9: a change needs from and tiers" },
	{ "a change of nobody", TIER MEDIUM LOW "changes:\n"
	    "  - {from: 2026-07-01, tiers: {gold: {}}}\n",
	    "t:9: no tier 'gold'" },
	{ "a change that comes too early", TIER MEDIUM LOW "changes:\n"
	    "  - {from: 2026-07-01, tiers: {t: {}}}\n"
	    "  - {from: 2026-07-01, tiers: {t: {}}}\n",
	    "t:10: changes are not in order of from" },
	{ "a change on 31 june", TIER MEDIUM LOW "changes:\n"
	    "  - {from: 2026-06-31, tiers: {t: {}}}\n",
	    "t:9: from '2026-06-31' is not a date such as 2026-07-01" },
	{ "a habit that is none", TIER MEDIUM LOW "on_change: never\n",
	    "t:8: on_change is not start, retroactive, from_change or "
	    "proportional" },
	{ "a change of what is none", TIER MEDIUM LOW
	    "on_change: {assignee: start}\n",
	    "t:8: unknown key 'assignee'" },
	{ "a reopening that is none", TIER MEDIUM LOW "on_reopen: never\n",
	    "t:8: on_reopen is not continue or restart" },
	{ "a clock that is none", TIER MEDIUM LOW "pauses: [answer]\n",
	    "t:8: 'answer' is not response, resolution or next" },
	{ "a reminder of three", TIER MEDIUM LOW "remind: three\n",
	    "t:8: remind 'three' is not a duration such as 3d or 2bd" },
	{ "a warning for nobody", TIER MEDIUM LOW "warnings: {URGENT: 1h}\n",
	    "t:8: 'URGENT' is not a severity" },
};

START_TEST(refuses_files)
{
	struct err e = { 0 };
	struct policy *p;

	ck_assert_msg(load_text(wrong[_i].text, &p, &e) < 0, "%s: accepted",
	    wrong[_i].name);
	ck_assert_int_eq(e.kind, ERR_CONFIG);
	ck_assert_msg(matches(e.text, wrong[_i].message), "%s: %s",
	    wrong[_i].name, e.text);
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("policy");
	TCase *t = tcase_create("policy");

#define ROWS(a)	(int)(sizeof(a) / sizeof(*(a)))
	tcase_add_checked_fixture(t, load, unload);
	tcase_add_loop_test(t, has_the_contracts_targets, 0, ROWS(cells));
	tcase_add_loop_test(t, is_longer_in_a_season, 0, ROWS(seasons));
	tcase_add_test(t, answers_the_rest);
	tcase_add_test(t, warns_of_the_contract);
	tcase_add_loop_test(t, tells_doubts, 0, ROWS(doubtful));
	tcase_add_loop_test(t, refuses_files, 0, ROWS(wrong));
	suite_add_tcase(s, t);
	return unit_main(s);
}
