/* Files of rotas: one that loads has one answer for every moment. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/time.h"
#include "domain/staff/oncall.h"
#include "domain/staff/oncallcheck.h"

static void
require(int true_of_every_rota)
{
	if (!true_of_every_rota)
		abort();
}

static const struct yaml *
tree(struct arena *a, const char *text)
{
	struct err e = { 0 };
	struct yaml *y = NULL;

	require(yaml_parse(a, "own", text, strlen(text), &y, &e) == 0);
	return y;
}

static void
check(const struct oncall *o, const struct rota *r, int64_t at)
{
	struct duty shift, duty, same;
	int64_t until;

	oncall_shift(o, r, at, &shift);
	oncall_duty(o, r, at, &duty);
	require(shift.from <= at && at < shift.to);
	require(duty.from <= at && at < duty.to);
	require(duty.from >= shift.from && duty.to <= shift.to);
	require(!duty.on || duty.person == shift.person);
	require(oncall_at(o, r->name, at, &until) == duty.person &&
	    until == duty.to);
	/* It is the same up to its end. */
	oncall_duty(o, r, duty.to - 1, &same);
	require(same.person == duty.person && same.from == duty.from &&
	    same.to == duty.to);
}

static void
doubt(void *arg, const struct oncall_doubt *d)
{
	(void)arg;
	require(d->from <= d->to && *d->text != '\0');
}

int	LLVMFuzzerTestOneInput(const uint8_t *, size_t);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const int64_t from = INT64_C(1767225600);
	struct arena a = { 0 };
	struct err e = { 0 };
	struct calendars *calendars;
	struct team team;
	struct oncall *o;
	struct oncall_pay *pay;
	struct yaml *root;
	const struct rota *r;

	if (yaml_parse(&a, "fuzz", (const char *)data, size, &root, &e) < 0) {
		arena_free(&a);
		return 0;
	}
	require(team_load(&team, &a, tree(&a, "people: {ann: {}, bob: {}, "
	    "cid: {}}\ntargets: {}\nroute_from: LOW\n"), &e) == 0);
	require(calendars_load(&calendars, tree(&a, "zone: Europe/Berlin\n"
	    "calendars:\n  standard:\n    open: {mon-fri: 09:00-17:00}\n"
	    "  always:\n    open: always\n"), &e) == 0);
	if (oncall_load(&o, root, &team, calendars, &e) < 0)
		require(e.kind == ERR_CONFIG);
	else {
		for (size_t i = 0; (r = oncall_rota(o, i)) != NULL; i++) {
			for (int64_t k = 0; k < 50; k++)
				check(o, r, from + k * k * 98765);
		}
		oncall_check(o, from, from + 90 * 86400, NULL, 0, &a, doubt,
		    NULL);
		oncall_pay(o, from, from + 90 * 86400, &a, &pay);
		oncall_free(o);
	}
	calendars_free(calendars);
	arena_free(&a);
	return 0;
}
