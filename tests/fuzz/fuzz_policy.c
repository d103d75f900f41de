/* Policy files: one that loads answers for every tier and severity. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/time.h"
#include "domain/clock/policy.h"

static const char hours[] = "zone: America/Los_Angeles\ncalendars:\n"
    "  standard: {open: {mon-fri: 09:00-17:00}}\n"
    "  extended: {open: {mon-fri: 09:00-18:00}}\n"
    "  extended-critical: {open: {mon-sun: 09:00-18:00}}\n"
    "  always: {open: always}\n";

static const char tiers[] = "tiers:\n  t:\n    calendar: standard\n"
    "    CRITICAL: {response: 1h, resolution: 4h}\n"
    "    HIGH: {response: 2h, resolution: 8h}\n"
    "    MEDIUM: {response: 3h, resolution: 2bd}\n"
    "    LOW: {response: 1bd, resolution: none}\n";

static void
require(int true_of_every_policy)
{
	if (!true_of_every_policy)
		abort();
}

static void
count(void *arg, const char *file, int line, const char *text)
{
	require(file != NULL && line > 0 && *text != '\0');
	++*(int *)arg;
}

static void
ask(const struct policy *p, const char *tier)
{
	struct err e = { 0 };
	struct target t;

	for (int i = 0; i < SEVERITIES * CLOCKS; i++) {
		const int64_t at = INT64_C(1798113600) + i * 86400;
		const struct policy_ask ask = { tier, "acme",
			(enum severity)(i / CLOCKS),
			(enum clock_kind)(i % CLOCKS), at, at };

		require(policy_target(p, &ask, &t, &e) == 0);
		require(policy_next(p, "acme", at) > at);
		require(policy_uptime(p, &ask) >= 0);
		policy_remind(p, t.calendar, at);
		require(t.seconds >= 0 && t.calendar != NULL && t.line > 0 &&
		    t.text != NULL);
	}
}

int	LLVMFuzzerTestOneInput(const uint8_t *, size_t);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct calendars *calendars;
	static struct arena kept;
	struct arena a = { 0 };
	struct err e = { 0 };
	struct policy *p;
	struct yaml *root, *base;
	int n = 0;

	if (calendars == NULL)
		require(yaml_parse(&kept, "hours", hours, strlen(hours), &root,
		    &e) == 0 && calendars_load(&calendars, root, &e) == 0);
	if (yaml_parse(&a, "fuzz", (const char *)data, size, &root, &e) < 0)
		goto refused;
	/* Contracts stand on a policy of their own. */
	if (yaml_get(root, "contracts") != NULL) {
		require(yaml_parse(&a, "tiers", tiers, strlen(tiers), &base,
		    &e) == 0 && policy_load(&p, base, calendars, &e) == 0);
		if (policy_contracts(p, root, calendars, &e) < 0) {
			policy_free(p);
			goto refused;
		}
	} else if (policy_load(&p, root, calendars, &e) < 0)
		goto refused;
	for (size_t i = 0; policy_tier(p, i) != NULL; i++)
		ask(p, policy_tier(p, i));
	require(policy_lint(p, count, &n) == n);
	policy_excluded(p, "feature", "request");
	policy_free(p);
	arena_free(&a);
	return 0;
refused:
	require(e.kind == ERR_CONFIG);
	arena_free(&a);
	return 0;
}
