/* tai-sla oncall: limits, pay, and a calendar to subscribe to. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "domain/staff/oncallcheck.h"
#include "format/ical.h"
#include "oncall.h"

static const char *
name_of(const struct roster *r, const char *id)
{
	const struct person *p = id != NULL ? team_person(&r->team, id) : NULL;

	return p != NULL ? p->name : id;
}

/* -- lint ------------------------------------------------------------- */

struct lint {
	struct cmd *cmd;
	const struct roster *roster;
	struct table *table;
	struct incidents *incidents;
	bool any;
};

static int
take(struct cmd *c, void *arg, const struct rec *r, struct err *e)
{
	struct lint *l = arg;

	(void)c;
	return incidents_add(l->incidents, r, e);
}

static void
doubt(void *arg, const struct oncall_doubt *d)
{
	struct lint *l = arg;
	struct cmd *c = l->cmd;
	const struct rota *k = d->rota != NULL ?
	    oncall_find(l->roster->oncall, d->rota) :
	    oncall_rota(l->roster->oncall, 0);
	const struct person *only = l->roster->person;
	const struct zone *z = NULL;
	struct err bad = { 0 };
	struct writer w;

	if ((l->roster->rota != NULL && d->rota != NULL &&
	    l->roster->rota != k) || (only != NULL && (d->person == NULL ||
	    strcmp(only->id, d->person) != 0)))
		return;
	l->any = true;
	if (cmd_form(c) == FORM_JSON) {
		w_begin(&w, &c->out);
		w_open(&w, '{');
		w_field_str(&w, "check", d->check);
		w_field_str(&w, "rota", d->rota);
		w_field_str(&w, "person", d->person);
		w_field_time(&w, "from", d->from);
		w_field_time(&w, "until", d->to);
		w_field_str(&w, "why", d->text);
		w_close(&w, '}');
		buf_addc(&c->out, '\n');
		return;
	}
	zone_load(&z, k->zone, &bad);
	table_cell(l->table, d->rota);
	table_cell(l->table, name_of(l->roster, d->person));
	table_cell(l->table, short_time(z, d->from, &c->arena));
	table_cell(l->table, d->text);
}

int
oncall_lint(struct cmd *c, const struct roster *r, struct err *e)
{
	static const struct column columns[] = {
		{ .title = "ROTA" }, { .title = "PERSON", .shrink = true },
		{ .title = "FROM" }, { .title = "WHAT" },
	};
	static const char *const types[] = { "incident", NULL };
	struct lint l = { c, r, NULL, incidents_new(), false };
	struct incident *all = NULL;
	int rc = 0;

	/* Behind the verb's word stand files. */
	c->argc -= c->argc > 0;
	c->argv++;
	if (c->argc > 0 || c->db != NULL)
		rc = cmd_records(c, types, take, &l, e);
	if (rc == 0) {
		size_t n = incidents_at(l.incidents, c->now, &c->arena, &all);

		l.table = table_new(columns, 4);
		oncall_check(r->oncall, r->from, r->to, all, n, &c->arena,
		    doubt, &l);
		if (cmd_form(c) != FORM_JSON)
			cmd_table(c, l.table);
		table_free(l.table);
	}
	incidents_free(l.incidents);
	return rc < 0 ? -1 : l.any;
}

/* -- pay -------------------------------------------------------------- */

int
oncall_print_pay(struct cmd *c, const struct roster *r, struct err *e)
{
	static const struct column columns[] = {
		{ .title = "PERSON", .shrink = true }, { .title = "ROTA" },
		{ .title = "SHIFTS", .right = true },
		{ .title = "HOURS", .right = true },
		{ .title = "AMOUNT", .right = true },
	};
	struct table *t = table_new(columns, 5);
	struct oncall_pay *list;
	size_t n = oncall_pay(r->oncall, r->from, r->to, &c->arena, &list);
	char text[TIME_TEXT];
	struct writer w;

	(void)e;
	for (size_t i = 0; i < n; i++) {
		const struct oncall_pay *p = &list[i];

		if ((r->rota != NULL && strcmp(r->rota->name, p->rota) != 0) ||
		    (r->person != NULL && strcmp(r->person->id, p->person) !=
		    0))
			continue;
		if (cmd_form(c) == FORM_JSON) {
			w_begin(&w, &c->out);
			w_open(&w, '{');
			w_field_str(&w, "person", p->person);
			w_field_str(&w, "rota", p->rota);
			w_field_int(&w, "shifts", p->shifts);
			w_field_int(&w, "seconds", p->seconds);
			w_field_int(&w, "amount", p->amount);
			w_field_str(&w, "currency", c->org.currency);
			w_close(&w, '}');
			buf_addc(&c->out, '\n');
			continue;
		}
		table_cell(t, name_of(r, p->person));
		table_cell(t, p->rota);
		table_cell(t, arena_printf(&c->arena, "%" PRId64, p->shifts));
		table_cell(t, duration_format(p->seconds, text));
		table_cell(t, arena_printf(&c->arena, "%" PRId64 ".%02" PRId64
		    " %s", p->amount / 100, p->amount % 100,
		    c->org.currency));
	}
	if (cmd_form(c) != FORM_JSON)
		cmd_table(c, t);
	table_free(t);
	return 0;
}

/* -- iCalendar -------------------------------------------------------- */

static void
event(struct cmd *c, const struct roster *r, const struct rota *k,
    const struct duty *d)
{
	const char *at = strchr(c->org.address, '@');
	struct buf *out = &c->out;

	ical_line(out, "BEGIN", "VEVENT");
	ical_text(out, "UID", arena_printf(&c->arena, "oncall-%s-%" PRId64
	    "%s", k->name, d->from, at != NULL ? at : "@localhost"));
	ical_time(out, "DTSTAMP", c->now);
	ical_time(out, "DTSTART", d->from);
	ical_time(out, "DTEND", d->to);
	ical_text(out, "SUMMARY", arena_printf(&c->arena, "%s: %s", k->name,
	    name_of(r, d->person)));
	if (d->why != NULL)
		ical_text(out, "DESCRIPTION", d->why);
	ical_line(out, "CATEGORIES", "ON-CALL");
	ical_line(out, "TRANSP", "TRANSPARENT");
	ical_line(out, "END", "VEVENT");
}

int
oncall_print_ics(struct cmd *c, const struct roster *r, struct err *e)
{
	const struct rota *k;

	(void)e;
	ical_line(&c->out, "BEGIN", "VCALENDAR");
	ical_line(&c->out, "VERSION", "2.0");
	ical_line(&c->out, "PRODID", "-//tai//tai-sla oncall//EN");
	ical_line(&c->out, "METHOD", "PUBLISH");
	ical_text(&c->out, "X-WR-CALNAME", arena_printf(&c->arena,
	    "%s on call", c->org.name));
	for (size_t i = 0; (k = oncall_rota(r->oncall, i)) != NULL; i++) {
		struct duty d;

		for (int64_t at = r->from; at < r->to; at = d.to) {
			oncall_duty(r->oncall, k, at, &d);
			if (d.person != NULL && roster_wants(r, k, &d))
				event(c, r, k, &d);
		}
	}
	ical_line(&c->out, "END", "VCALENDAR");
	return 0;
}
