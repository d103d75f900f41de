/* Assignments: who gets a ticket, and by what the others lost. */
#include <string.h>

#include "base/time.h"
#include "domain/staff/assign.h"
#include "domain/staff/roster.h"
#include "vectors.h"

static struct arena arena;
static struct calendars *calendars;
static struct team team;
static struct trees *trees;

static const char people[] =
	"people:\n"
	"  ann: {address: Ann@tai.example, role: junior, shift: standard}\n"
	"  bob: {role: junior, shift: standard, load: 3}\n"
	"  cem: {role: senior, shift: extended, skills: [integration, data]}\n"
	"  dee: {role: senior, shift: extended, tiers: [enterprise]}\n"
	"  eve: {role: vp-cs, zone: Asia/Tokyo, shift: extended}\n"
	"  fay: {role: engineering, zone: Europe/Berlin, shift: standard}\n"
	"handover: 30m\n"
	"awake: 08:00-22:00\n";

static const char outcomes[] =
	"outcomes:\n"
	"  juniors: {roles: [junior, senior]}\n"
	"  seniors: {roles: [senior]}\n"
	"  critical: {roles: [vp-cs, engineering], awake: yes, oncall: x}\n"
	"  anybody: {oncall: x}\n"
	"  boss: {roles: [boss]}\n";

static void
load(void)
{
	struct err e = { 0 };
	struct yaml *root;

	ck_assert(yaml_load(&arena, root_path("rules/calendars.yaml"), &root,
	    &e) == 0 && calendars_load(&calendars, root, &e) == 0);
	ck_assert_msg(yaml_parse(&arena, "team", people, strlen(people), &root,
	    &e) == 0 && team_load(&team, &arena, root, &e) == 0, "%s",
	    e.text);
	ck_assert_msg(yaml_parse(&arena, "trees", outcomes, strlen(outcomes),
	    &root, &e) == 0 && trees_load(&trees, root, &e) == 0, "%s",
	    e.text);
}

static void
unload(void)
{
	calendars_free(calendars);
	trees_free(trees);
	arena_free(&arena);
}

/* Thursday; Los Angeles is at UTC-8: 9:00 there is 17:00Z. */
static const struct {
	const char *name, *outcome, *at, *tier, *category, *topic;
	const char *related, *previous, *oncall, *but;
	int load[6];
	const char *won, *why;
} cases[] = {
	{ "the first of equals", "juniors", "2026-01-15T18:00:00Z", "starter",
	    "billing", "", "", "", NULL, NULL, { 0 }, "ann",
	    "stands first in team.yaml" },
	{ "fewer tickets", "juniors", "2026-01-15T18:00:00Z", "starter",
	    "billing", "", "", "", NULL, NULL, { 2, 1 }, "bob",
	    "has fewer tickets" },
	{ "continuity before load", "juniors", "2026-01-15T18:00:00Z",
	    "starter", "billing", "", "", "ann@tai.example", NULL, NULL,
	    { 2, 1 }, "ann", "answered the customer before" },
	{ "the related ticket before the previous", "juniors",
	    "2026-01-15T18:00:00Z", "starter", "billing", "", "bob", "ann",
	    NULL, NULL, { 0, 2 }, "bob", "answered the customer before" },
	{ "a stranger's answer tells nothing", "juniors",
	    "2026-01-15T18:00:00Z", "starter", "billing", "", "zoe", "bob",
	    NULL, NULL, { 0, 2 }, "bob", "answered the customer before" },
	{ "role before continuity", "juniors", "2026-01-15T18:00:00Z",
	    "starter", "data", "", "", "cem", NULL, NULL, { 0 }, "ann",
	    "stands first in team.yaml" },
	{ "who has enough gets no more", "juniors", "2026-01-15T18:00:00Z",
	    "starter", "data", "", "", "bob", NULL, NULL, { 9, 3 }, "ann",
	    "has the better role" },
	{ "who has it already", "juniors", "2026-01-15T18:00:00Z", "starter",
	    "data", "", "", "", NULL, "ann", { 0 }, "bob",
	    "has the better role" },
	{ "skill by category", "seniors", "2026-01-15T18:00:00Z",
	    "professional", "data", "x", "", "", NULL, NULL, { 0 }, "cem",
	    "nobody else may have it" },
	{ "skill by topic", "seniors", "2026-01-15T18:00:00Z",
	    "professional", "platform", "data", "", "", NULL, NULL, { 0 },
	    "cem", "nobody else may have it" },
	{ "nobody has the skill", "seniors", "2026-01-15T18:00:00Z",
	    "professional", "billing", "", "", "", NULL, NULL, { 0 }, NULL,
	    NULL },
	{ "tier", "seniors", "2026-01-15T18:00:00Z", "enterprise", "billing",
	    "", "", "", NULL, NULL, { 0 }, "dee", "nobody else may have it" },
	{ "no such role", "boss", "2026-01-15T18:00:00Z", "starter", "data",
	    "", "", "", NULL, NULL, { 0 }, NULL, NULL },
	/* shifts: 16:31 is too late for 17:00, and not for 18:00 */
	{ "half an hour before the end", "anybody", "2026-01-16T00:30:00Z",
	    "starter", "billing", "", "", "", NULL, NULL, { 0, 1, 1, 1, 1, 1 },
	    "ann", "has fewer tickets" },
	{ "at the end of a shift", "anybody", "2026-01-16T00:31:00Z",
	    "starter", "data", "", "", "ann", NULL, NULL, { 0, 0, 5, 0, 6, 6 },
	    "cem", "has fewer tickets" },
	{ "at night: as by day", "juniors", "2026-01-16T10:00:00Z", "starter",
	    "billing", "", "", "", NULL, NULL, { 1, 0 }, "bob",
	    "has fewer tickets" },
	{ "on a holiday", "juniors", "2026-01-19T18:00:00Z", "starter",
	    "billing", "", "", "", NULL, NULL, { 0 }, "ann",
	    "stands first in team.yaml" },
	/* 16:10Z is 8:10 in Los Angeles, 1:10 in Tokyo, 17:10 in Berlin */
	{ "whoever is awake", "critical", "2026-01-15T16:10:00Z",
	    "enterprise", "platform", "", "", "", NULL, NULL, { 0 }, "fay",
	    "nobody else may have it" },
	{ "at work before a role", "critical", "2026-01-15T23:10:00Z",
	    "enterprise", "platform", "", "", "", NULL, NULL, { 0 }, "eve",
	    "has the better role" },
	{ "whoever is on call", "critical", "2026-01-15T16:10:00Z",
	    "enterprise", "platform", "", "", "", "bob", NULL, { 0 }, "bob",
	    "is at work" },
	{ "on call, of the role, asleep", "critical", "2026-01-15T16:10:00Z",
	    "enterprise", "platform", "", "", "", "eve", NULL, { 0 }, "eve",
	    "is at work" },
	{ "at work is awake", "critical", "2026-01-15T21:59:00Z",
	    "enterprise", "platform", "", "", "", NULL, "eve", { 0 }, "fay",
	    "nobody else may have it" },
};

static const struct outcome *
outcome_of(const char *name)
{
	const struct outcome *o;

	for (size_t i = 0; (o = trees_outcome(trees, i)) != NULL; i++) {
		if (strcmp(o->name, name) == 0)
			return o;
	}
	ck_abort_msg("no outcome %s", name);
	return NULL;
}

START_TEST(choose)
{
	const struct calendar *shift[6];
	struct candidate all[6];
	const struct candidate *won;
	struct assign_ask x = { .team = &team, .shift = shift,
		.load = cases[_i].load, .zone = "America/Los_Angeles",
		.tier = cases[_i].tier, .category = cases[_i].category,
		.topic = cases[_i].topic, .related = cases[_i].related,
		.previous = cases[_i].previous, .oncall = cases[_i].oncall,
		.but = cases[_i].but };

	x.outcome = outcome_of(cases[_i].outcome);
	ck_assert_int_eq(team.people, 6);
	for (size_t i = 0; i < 6; i++)
		shift[i] = calendar_find(calendars, team.person[i].shift);
	ck_assert_int_eq(time_parse(cases[_i].at, &x.at), 0);
	won = assign_choose(&x, all, &arena);
	ck_assert_msg((won != NULL) == (cases[_i].won != NULL), "%s: %s",
	    cases[_i].name, won != NULL ? won->person->id : "nobody");
	if (won != NULL) {
		ck_assert_msg(strcmp(won->person->id, cases[_i].won) == 0,
		    "%s: %s, since %s", cases[_i].name, won->person->id,
		    won->why);
		ck_assert_msg(strcmp(won->why, cases[_i].why) == 0, "%s: %s",
		    cases[_i].name, won->why);
	}
	for (size_t i = 0; i < 6; i++)
		ck_assert_msg(all[i].why != NULL && *all[i].why != '\0',
		    "%s: %s", cases[_i].name, all[i].person->id);
}
END_TEST

/* -- the roster ------------------------------------------------------- */

#define A	"K7Q2M9X4T8WA"
#define B	"K7Q2M9X4T8WB"
#define C	"K7Q2M9X4T8WC"

static void
happens(struct roster *r, const char *key, int64_t at, enum event_kind kind,
    int arg, const char *text)
{
	struct event ev = { .at = at, .nonce = at * 10 + (int)kind,
		.kind = kind, .arg = arg, .text = text };

	roster_event(r, key, &ev);
}

static void
fill(struct roster *r, bool backwards)
{
	static const struct {
		const char *key;
		int64_t at;
		enum event_kind kind;
		int arg;
		const char *text;
	} all[] = {
		{ A, 10, EVENT_CUSTOMER, 0, "hi\ta@acme\temail\tacme" },
		{ A, 10, EVENT_ASSIGN, 0, "ann" },
		{ B, 20, EVENT_CUSTOMER, 0, "ho\ta@acme\temail\tacme" },
		{ B, 20, EVENT_ASSIGN, 0, "ann" },
		{ A, 30, EVENT_AGENT, 0, "Re: hi\tbob\temail\t" },
		{ A, 40, EVENT_STATUS, STATUS_RESOLVED, "bob" },
		{ B, 50, EVENT_ASSIGN, 0, "bob" },
		{ A, 60, EVENT_CUSTOMER, 0, "hi\ta@acme\temail\tacme" },
		{ C, 70, EVENT_CUSTOMER, 0, "x\tb@other\temail\tother" },
		{ B, 80, EVENT_AGENT, 0, "Re: ho\teve\temail\t" },
	};
	const size_t n = sizeof(all) / sizeof(*all);

	for (size_t i = 0; i < n; i++) {
		size_t k = backwards ? n - 1 - i : i;

		happens(r, all[k].key, all[k].at, all[k].kind, all[k].arg,
		    all[k].text);
	}
}

static void
add_name(void *arg, const char *assignee)
{
	buf_printf(arg, "%s ", assignee);
}

static const struct {
	int64_t at;
	const char *but, *loads, *assignee_of_b, *known;
} moments[] = {
	{ 5, "", "", "", "" },
	{ 10, "", "ann ", "", "" },
	{ 20, "", "ann ann ", "ann", "" },
	{ 30, "", "ann ann ", "ann", "bob" },
	{ 40, "", "ann ", "ann", "bob" },
	{ 50, "", "bob ", "bob", "bob" },
	{ 60, "", "ann bob ", "bob", "bob" },
	{ 60, B, "ann ", "bob", "bob" },
	{ 90, "", "ann bob ", "bob", "eve" },
	{ 90, B, "ann ", "bob", "bob" },
	{ 30, "", "ann ann ", "ann", "bob" },	/* and back again */
};

START_TEST(roster)
{
	struct roster *r = roster_new();
	struct buf loads = BUF_INIT;

	fill(r, false);
	if (_i == 1)
		fill(r, true);		/* all of it again */
	for (size_t i = 0; i < sizeof(moments) / sizeof(*moments); i++) {
		roster_at(r, moments[i].at);
		buf_reset(&loads);
		roster_loads(r, moments[i].but, add_name, &loads);
		ck_assert_str_eq(loads.data, moments[i].loads);
		ck_assert_str_eq(roster_assignee(r, B),
		    moments[i].assignee_of_b);
		ck_assert_str_eq(roster_known_to(r, "acme", moments[i].but),
		    moments[i].known);
	}
	roster_at(r, 100);
	ck_assert_str_eq(roster_answerer(r, A), "bob");
	ck_assert_str_eq(roster_answerer(r, C), "");
	ck_assert_str_eq(roster_known_to(r, "", ""), "");
	ck_assert_str_eq(roster_assignee(r, "K7Q2M9X4T8WZ"), "");
	happens(r, B, 95, EVENT_STATUS, STATUS_CLOSED, "eve");
	roster_merge(r, B, A);
	roster_at(r, 100);
	buf_reset(&loads);
	roster_loads(r, "", add_name, &loads);
	ck_assert_str_eq(loads.data, "bob ");
	ck_assert(!roster_has(r, B));
	ck_assert_str_eq(roster_answerer(r, A), "eve");
	ck_assert_str_eq(roster_assignee(r, A), "bob");
	buf_free(&loads);
	roster_free(r);
}
END_TEST

START_TEST(bounded)
{
	struct roster *r = roster_new();
	struct buf loads = BUF_INIT;
	char key[KEY_TEXT];

	for (int i = 0; i < ROSTER_TICKETS + 1000; i++) {
		snprintf(key, sizeof(key), "%012d", i);
		happens(r, key, i, EVENT_CUSTOMER, 0, "s\tf\tc\tacme");
		if (i == 5)
			happens(r, key, i, EVENT_ASSIGN, 0, "ann");
		else
			happens(r, key, i, EVENT_STATUS, STATUS_CLOSED, "");
		if (i % 1000 == 0) {
			roster_at(r, i);
			buf_reset(&loads);
			roster_loads(r, "", add_name, &loads);
			ck_assert_str_eq(loads.data, i < 5 ? "" : "ann ");
		}
	}
	ck_assert(!roster_has(r, "000000000001"));
	ck_assert(roster_has(r, "000000000005"));
	buf_free(&loads);
	roster_free(r);
}
END_TEST

static Suite *
suite(void)
{
	Suite *s = suite_create("assign");
	TCase *c = tcase_create("assign");

	tcase_add_unchecked_fixture(c, load, unload);
	tcase_add_loop_test(c, choose, 0, sizeof(cases) / sizeof(*cases));
	tcase_add_loop_test(c, roster, 0, 2);
	tcase_add_test(c, bounded);
	suite_add_tcase(s, c);
	return s;
}

int
main(void)
{
	return unit_main(suite());
}
