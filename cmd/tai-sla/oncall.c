/* tai-sla oncall: who is on call, when, and who is paged. */
#include <stdlib.h>
#include <string.h>

#include "base/time.h"
#include "format/said.h"
#include "oncall.h"

enum { OPT_FROM = OPT_OWN, OPT_TO, OPT_ROTA, OPT_PERSON };
const struct option oncall_options[] = {
	{ "from", required_argument, NULL, OPT_FROM },
	{ "to", required_argument, NULL, OPT_TO },
	{ "rota", required_argument, NULL, OPT_ROTA },
	{ "person", required_argument, NULL, OPT_PERSON },
	{ 0 }
};

static struct {
	const char *from, *to, *rota, *person;
} given;

int
oncall_option(struct cmd *c, int o, const char *value, struct err *e)
{
	(void)c;
	(void)e;
	switch (o) {
	case OPT_FROM: given.from = value; break;
	case OPT_TO: given.to = value; break;
	case OPT_ROTA: given.rota = value; break;
	default: given.person = value; break;
	}
	return 0;
}

static int
moment(const struct cmd *c, const struct roster *r, const char *text,
    int64_t *out, struct err *e)
{
	const struct rota *first = oncall_rota(r->oncall, 0);
	const struct zone *z;

	if (zone_load(&z, first->zone, e) < 0)
		return -1;
	if (said_moment(text, z, c->now, out) < 0)
		return err_set(e, ERR_USAGE, "'%s' is not a time such as "
		    "2026-01-05 17:00", text);
	return 0;
}

bool
roster_wants(const struct roster *r, const struct rota *k,
    const struct duty *d)
{
	return (r->rota == NULL || r->rota == k) && (d == NULL ||
	    r->person == NULL || (d->person != NULL &&
	    strcmp(d->person, r->person->id) == 0));
}

/* The rows of one moment or one span; the same columns for both. */
static void
row(struct cmd *c, struct table *t, const struct roster *r,
    const struct rota *k, const struct duty *d)
{
	const struct person *p = d->person != NULL ? team_person(&r->team,
	    d->person) : NULL;
	const char *who = p != NULL ? p->name : !d->on ? "off hours" :
	    "nobody";
	struct buf line = BUF_INIT;
	const struct zone *z = NULL;
	struct err bad = { 0 };
	struct writer w;

	if (cmd_form(c) == FORM_JSON) {
		w_begin(&w, &c->out);
		w_open(&w, '{');
		w_field_str(&w, "rota", k->name);
		w_key(&w, "person");
		w_str(&w, d->person);
		w_field_str(&w, "name", p != NULL ? p->name : NULL);
		w_field_str(&w, "address", p != NULL && *p->address != '\0' ?
		    p->address : NULL);
		w_field_bool(&w, "on", d->on);
		if (d->from > TIME_MIN)
			w_field_time(&w, "from", d->from);
		if (d->to < TIME_MAX)
			w_field_time(&w, "until", d->to);
		w_field_str(&w, "why", d->why);
		w_close(&w, '}');
		buf_addc(&c->out, '\n');
		return;
	}
	zone_load(&z, k->zone, &bad);
	table_cell(t, k->name);
	table_cell(t, who);
	table_cell(t, d->from > TIME_MIN ? short_time(z, d->from, &c->arena) :
	    NULL);
	table_cell(t, d->to < TIME_MAX ? short_time(z, d->to, &c->arena) :
	    NULL);
	table_cell(t, d->why);
	if (d->on && p == NULL)
		table_mark(t, MARK_BAD);
	buf_free(&line);
}

static struct table *
new_table(void)
{
	static const struct column columns[] = {
		{ .title = "ROTA" }, { .title = "PERSON", .shrink = true },
		{ .title = "FROM" }, { .title = "UNTIL" },
		{ .title = "WHY", .shrink = true },
	};

	return table_new(columns, sizeof(columns) / sizeof(*columns));
}

static void
finish(struct cmd *c, struct table *t)
{
	if (cmd_form(c) != FORM_JSON)
		cmd_table(c, t);
	table_free(t);
}

static int
now(struct cmd *c, const struct roster *r, struct err *e)
{
	struct table *t = new_table();
	const struct rota *k;
	bool gap = false;

	(void)e;
	for (size_t i = 0; (k = oncall_rota(r->oncall, i)) != NULL; i++) {
		struct duty d;

		oncall_duty(r->oncall, k, r->from, &d);
		if (!roster_wants(r, k, &d))
			continue;
		gap = gap || (d.on && d.person == NULL);
		row(c, t, r, k, &d);
	}
	finish(c, t);
	return gap;
}

static int
schedule(struct cmd *c, const struct roster *r, struct err *e)
{
	struct table *t = new_table();
	const struct rota *k;
	bool gap = false;

	(void)e;
	for (size_t i = 0; (k = oncall_rota(r->oncall, i)) != NULL; i++) {
		struct duty d;

		for (int64_t at = r->from; at < r->to; at = d.to) {
			oncall_shift(r->oncall, k, at, &d);
			/* Seen from where the span begins and ends. */
			if (d.from < r->from)
				d.from = r->from;
			if (d.to > r->to)
				d.to = r->to;
			if (!roster_wants(r, k, &d))
				continue;
			gap = gap || d.person == NULL;
			row(c, t, r, k, &d);
		}
	}
	finish(c, t);
	return gap;
}

/* -- who is paged ----------------------------------------------------- */

static int
page(struct cmd *c, const struct roster *r, struct err *e)
{
	struct table *t;
	struct page p;
	bool any = false;

	if (c->argc < 2)
		return err_set(e, ERR_USAGE, "page needs a severity");
	if (!oncall_page(r->oncall, c->argv[1], 0, &p))
		return err_set(e, ERR_CONFIG, "oncall.yaml pages nobody for "
		    "'%s'", c->argv[1]);
	t = new_table();
	for (size_t i = 0; oncall_page(r->oncall, c->argv[1], i, &p); i++) {
		struct duty d;
		int64_t at = r->from + p.after;

		oncall_duty(r->oncall, p.rota, at, &d);
		d.from = at;
		d.to = at + oncall_answer(r->oncall);
		any = any || d.person != NULL;
		if (roster_wants(r, p.rota, &d))
			row(c, t, r, p.rota, &d);
	}
	finish(c, t);
	return !any;
}

/* -- the command line ------------------------------------------------- */

static const struct {
	const char *name;
	int (*run)(struct cmd *, const struct roster *, struct err *);
	int moment;		/* the operand that is one, or 0 */
	int64_t days;		/* from now on, where --to is not given */
} whats[] = {
	{ "now", now, 0, 0 },
	{ "at", now, 1, 0 },
	{ "page", page, 2, 0 },
	{ "schedule", schedule, 0, 28 },
	{ "lint", oncall_lint, 0, 91 },
	{ "pay", oncall_print_pay, 0, 28 },
	{ "ics", oncall_print_ics, 0, 91 },
};

static int
span(struct cmd *c, struct roster *r, size_t what, struct err *e)
{
	int n = whats[what].moment;
	const char *from = n > 0 && c->argc > n ? c->argv[n] : given.from;

	r->from = c->now;
	if (strcmp(whats[what].name, "at") == 0 && c->argc < 2)
		return err_set(e, ERR_USAGE, "at needs a time");
	if (from != NULL && moment(c, r, from, &r->from, e) < 0)
		return -1;
	r->to = r->from + whats[what].days * 86400;
	if (given.to != NULL && moment(c, r, given.to, &r->to, e) < 0)
		return -1;
	if (r->to < r->from || r->to - r->from > INT64_C(3700) * 86400)
		return err_set(e, ERR_USAGE, "--to is before --from, or more "
		    "than ten years behind it");
	if (given.rota != NULL && (r->rota = oncall_find(r->oncall,
	    given.rota)) == NULL)
		return err_set(e, ERR_USAGE, "no rota '%s'", given.rota);
	if (given.person != NULL && (r->person = team_person(&r->team,
	    given.person)) == NULL)
		return err_set(e, ERR_USAGE, "no person '%s'", given.person);
	return 0;
}

int
sla_oncall(struct cmd *c, struct err *e)
{
	const char *name = c->argc > 0 ? c->argv[0] : "now";
	struct roster r = { 0 };
	struct oncall *o = NULL;
	size_t what = 0;
	int rc = -1;

	while (what < sizeof(whats) / sizeof(*whats) &&
	    strcmp(whats[what].name, name) != 0)
		what++;
	if (what == sizeof(whats) / sizeof(*whats))
		return err_set(e, ERR_USAGE, "oncall needs now, at, page, "
		    "schedule, lint, pay or ics");
	if (cmd_team(c, &r.team, e) < 0 || cmd_oncall(c, &r.team, &o, e) < 0)
		return -1;
	if (o == NULL || oncall_rota(o, 0) == NULL)
		err_set(e, ERR_CONFIG, "oncall.yaml of the rules has no "
		    "rotas");
	else {
		r.oncall = o;
		if (span(c, &r, what, e) == 0)
			rc = whats[what].run(c, &r, e);
	}
	if (o != NULL)
		oncall_free(o);
	return rc;
}
