/*
 * Final schedules of rotas (tests/data/oncall): layers, hours, overrides and
 * hand-overs as the schedulers of the field have them.
 */
#include <string.h>

#include "base/io.h"
#include "base/time.h"
#include "domain/staff/oncall.h"
#include "domain/staff/oncallcheck.h"
#include "unit.h"
#include "vectors.h"

static struct arena arena;
static struct team team;
static struct calendars *calendars;
static int rows;

static const struct yaml *
tree(const char *name, const char *text)
{
	struct err e = { 0 };
	struct yaml *y = NULL;

	ck_assert_msg(yaml_parse(&arena, name, text, strlen(text), &y,
	    &e) == 0, "%s: %s", name, e.text);
	return y;
}

static void
setup(void)
{
	struct err e = { 0 };

	ck_assert_msg(team_load(&team, &arena, tree("team.yaml",
	    "people: {ann: {}, bob: {}, cid: {}, dan: {}, eve: {}}\n"
	    "targets: {}\nroute_from: LOW\n"), &e) == 0, "%s", e.text);
	ck_assert_msg(calendars_load(&calendars, tree("calendars.yaml",
	    "zone: America/New_York\ncalendars:\n"
	    "  business: {open: {mon-fri: 09:00-17:00}}\n"), &e) == 0, "%s",
	    e.text);
}

static int64_t
moment(const char *name, const char *s)
{
	int64_t t;

	ck_assert_msg(time_parse(s, &t) == 0, "%s: '%s'", name, s);
	return t;
}

/* "ann 2026-01-05T09:00:00Z, - 2026-01-06T09:00:00Z": each with its end. */
static const char *
schedule(const struct oncall *o, const struct rota *r, int64_t from,
    int64_t to)
{
	const char *text = "";
	char end[TIME_TEXT];
	struct duty d;

	for (int64_t at = from; at < to; at = d.to) {
		oncall_duty(o, r, at, &d);
		ck_assert(d.from <= at && at < d.to);
		if (d.to > to)
			d.to = to;
		text = arena_printf(&arena, "%s%s%s %s", text,
		    *text != '\0' ? ", " : "", d.person != NULL ? d.person :
		    d.on ? "-" : "off", time_format(d.to, end));
	}
	return text;
}

/* name, rotas and more, rota, from, to, each stretch with its end */
static void
try_row(char *cell[VECTOR_COLUMNS], void *arg)
{
	const char *name = cell[0], *got;
	struct err e = { 0 };
	struct oncall *o;

	(void)arg;
	rows++;
	if (oncall_load(&o, tree(name, cell[1]), &team, calendars, &e) < 0) {
		ck_assert_msg(strcmp(cell[5], "refused") == 0, "%s: %s", name,
		    e.text);
		return;
	}
	ck_assert_msg(oncall_find(o, cell[2]) != NULL, "%s: no '%s'", name,
	    cell[2]);
	got = schedule(o, oncall_find(o, cell[2]), moment(name, cell[3]),
	    moment(name, cell[4]));
	ck_assert_msg(strcmp(got, cell[5]) == 0, "%s:\n got %s\nwant %s",
	    name, got, cell[5]);
	oncall_free(o);
}

START_TEST(schedules)
{
	rows = 0;
	setup();
	vector_rows(root_path("tests/data/oncall/schedules.tsv"), try_row,
	    NULL);
	ck_assert_int_ge(rows, 60);
	calendars_free(calendars);
	arena_free(&arena);
}
END_TEST

static Suite *
suite(void)
{
	Suite *s = suite_create("oncall");
	TCase *t = tcase_create("oncall");

	tcase_add_test(t, schedules);
	suite_add_tcase(s, t);
	return s;
}

int
main(void)
{
	return unit_main(suite());
}
