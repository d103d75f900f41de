/* tai-sla maintenance: announced, listed, cancelled. */
#include <string.h>

#include "domain/uptime/repeat.h"
#include "incident.h"

struct verdict {		/* what a window comes to */
	int64_t excluded, down;
	const char *why;	/* of the downtime; "" for none */
};

struct plans {
	struct desk desk;
	struct uprules *rules;
	struct maintenance *m;
	size_t n;
};

static int
read_rules(struct plans *p, struct cmd *c, struct err *e)
{
	struct yaml *root;

	p->desk.cmd = c;
	p->desk.all = incidents_new();
	if (cmd_rule_yaml(c, "uptime.yaml", &root, e) < 0)
		return -1;
	return uprules_load(&p->rules, &c->arena, root, e);
}

static int
take(struct cmd *c, void *arg, const struct rec *r, struct err *e)
{
	struct plans *p = arg;

	(void)c;
	return incidents_add(p->desk.all, r, e);
}

static int
read_all(struct plans *p, struct err *e)
{
	static const char *const types[] = { "maintenance", NULL };
	struct cmd *c = p->desk.cmd;

	if (cmd_records(c, types, take, p, e) < 0)
		return -1;
	p->n = maintenances_at(p->desk.all, c->now, &c->arena, &p->m);
	return 0;
}

/* By the policy, as if all that is announced by now had come to pass. */
static void
judge(const struct plans *p, size_t i, struct verdict *v)
{
	static struct probes *const no_probes[UP_SERVICES];
	struct outage_facts f = { .rules = p->rules, .maintenance = p->m,
		.maintenances = p->n, .probes = no_probes,
		.from = p->m[i].started, .to = p->m[i].ended,
		.now = TIME_MAX };
	const char *const *who = p->m[i].customers;
	struct outages *o;
	const struct cut *cut;
	size_t n;

	*v = (struct verdict){ .why = "" };
	o = outages_new(&f);
	n = outages_of(o, *who != NULL ? *who : "", outage_services(p->rules,
	    p->m[i].services), TIME_MAX, &cut);
	for (size_t k = 0; k < n; k++) {
		if (cut[k].state == CUT_EXCLUDED)
			v->excluded += cut[k].to - cut[k].from;
		if (cut[k].state != CUT_DOWN)
			continue;
		v->down += cut[k].to - cut[k].from;
		v->why = arena_strdup(&p->desk.cmd->arena, cut[k].why);
	}
	outages_free(o);
}

/* -- open and cancel -------------------------------------------------- */

static int
write_plan(struct plans *p, const struct maintenance *m, int64_t announced,
    bool cancelled, struct err *e)
{
	struct buf out = BUF_INIT;
	struct writer w;
	int rc;

	w_begin(&w, &out);
	w_field_str(&w, "key", m->key);
	w_field_str(&w, "title", m->title);
	w_field_time(&w, "started", m->started);
	w_field_time(&w, "ended", m->ended);
	if (announced != TIME_NONE)
		w_field_time(&w, "announced", announced);
	if (given.repeat != NULL && !cancelled) {
		w_field_str(&w, "repeat", given.repeat);
		w_field_str(&w, "zone", p->desk.cmd->org.zone);
	}
	desk_list(&w, "services", given.affects, &p->desk.scratch);
	desk_list(&w, "customers", given.customers, &p->desk.scratch);
	w_field_str(&w, "by", given.by);
	if (cancelled)
		w_field_bool(&w, "cancelled", true);
	rc = desk_emit(p->desk.cmd, "maintenance", m->key, &out, e);
	buf_free(&out);
	return rc < 0 ? -1 : cmd_flush(p->desk.cmd, e);
}

/* Tells, but does not forbid, what will count as downtime. */
static int
warn_of(struct plans *p, const struct maintenance *m, int64_t announced)
{
	int64_t notice = p->rules->maintenance.notice;
	char before[TIME_TEXT], needed[TIME_TEXT];

	if (m->started - announced >= notice)
		return 0;
	cmd_warn(p->desk.cmd, ERR_NONE, "announced %s before, %s are needed: "
	    "it counts as downtime", m->started > announced ?
	    duration_format(m->started - announced, before) : "not",
	    duration_format(notice, needed));
	return 1;
}

static int
open_one(struct plans *p, struct err *e)
{
	struct cmd *c = p->desk.cmd;
	struct maintenance m = { .title = desk_operand(c) };
	int64_t announced = c->now;

	if (m.title == NULL || c->argc > 0 || given.started == NULL ||
	    given.ended == NULL)
		return err_set(e, ERR_USAGE, "maintenance open needs a title, "
		    "--started and --ended");
	if (sla_moment(c, "--started", given.started, &m.started, e) < 0 ||
	    sla_moment(c, "--ended", given.ended, &m.ended, e) < 0 ||
	    (given.announced != NULL && sla_moment(c, "--announced",
	    given.announced, &announced, e) < 0))
		return -1;
	if (m.ended <= m.started)
		return err_set(e, ERR_USAGE, "it ends before it starts");
	if (given.repeat != NULL && repeat_check(given.repeat, c->org.zone,
	    e) < 0) {
		e->kind = ERR_USAGE;
		return -1;
	}
	if (announced > c->now)
		return err_set(e, ERR_USAGE, "it was announced later than "
		    "now");
	if (desk_words(&p->desk, e) < 0)
		return -1;
	m.key = given.key != NULL ? given.key : arena_printf(&c->arena,
	    "maintenance:%s", strchr(incident_key(m.title, m.started,
	    &c->arena), ':') + 1);
	if (write_plan(p, &m, announced, false, e) < 0)
		return -1;
	return warn_of(p, &m, announced);
}

static int
cancel(struct plans *p, struct err *e)
{
	const char *name = desk_operand(p->desk.cmd);
	const struct maintenance *found = NULL;

	if (name == NULL)
		return err_set(e, ERR_USAGE, "maintenance cancel needs its "
		    "key");
	if (read_all(p, e) < 0)
		return -1;
	for (size_t i = 0; i < p->n; i++) {
		if (!incident_is(p->m[i].key, name))
			continue;
		if (found != NULL && strcmp(p->m[i].key, found->key) == 0)
			continue;
		if (found != NULL && strcmp(p->m[i].key, name) != 0)
			return err_set(e, ERR_USAGE, "'%s' is not one: %s, "
			    "%s", name, found->key, p->m[i].key);
		found = &p->m[i];
	}
	if (found == NULL)
		return err_set(e, ERR_USAGE, "no maintenance '%s'", name);
	return write_plan(p, found, TIME_NONE, true, e);
}

/* -- list ------------------------------------------------------------- */

/* For cron. */
static int
tell(struct plans *p, struct err *e)
{
	struct yaml *root;

	if (cmd_rule_yaml(p->desk.cmd, "incident.yaml", &root, e) < 0 ||
	    incident_rules_load(&p->desk.rules, &p->desk.cmd->arena, root,
	    e) < 0 || read_all(p, e) < 0)
		return -1;
	return plans_tell(&p->desk, p->rules, p->m, p->n, e);
}

static void
row(struct plans *p, const struct maintenance *m, const struct verdict *v,
    struct table *t)
{
	struct cmd *c = p->desk.cmd;
	struct arena *a = &p->desk.scratch;
	char out[TIME_TEXT], down[TIME_TEXT];

	if (cmd_form(c) == FORM_JSON) {
		struct writer w;

		w_begin(&w, &c->out);
		w_open(&w, '{');
		w_field_str(&w, "maintenance", m->key);
		w_field_str(&w, "title", m->title);
		w_field_time(&w, "started", m->started);
		w_field_time(&w, "ended", m->ended);
		w_field_bool(&w, "cancelled", m->cancelled);
		w_field_int(&w, "excluded_s", v->excluded);
		w_field_int(&w, "down_s", v->down);
		w_field_str(&w, "why", *v->why != '\0' ? v->why : NULL);
		w_close(&w, '}');
		buf_addc(&c->out, '\n');
		return;
	}
	table_cell(t, m->key);
	table_cell(t, m->title);
	table_cell(t, cmd_time(c, m->started, a));
	table_cell(t, duration_exact(m->ended - m->started, out));
	table_cell(t, m->cancelled ? "cancelled" : arena_printf(a,
	    "%s left out%s%s%s", duration_exact(v->excluded, out),
	    v->down > 0 ? ", " : "", v->down > 0 ? duration_exact(v->down,
	    down) : "", v->down > 0 ? " down" : ""));
	if (v->down > 0)
		table_mark(t, MARK_BAD);
}

static int
list(struct plans *p, struct err *e)
{
	static const struct column columns[] = {
		{ .title = "MAINTENANCE", .shrink = true },
		{ .title = "TITLE", .shrink = true }, { .title = "STARTS" },
		{ .title = "FOR", .right = true }, { .title = "COUNTS AS" },
	};
	struct cmd *c = p->desk.cmd;
	bool down = false;
	struct table *t;

	if (read_all(p, e) < 0)
		return -1;
	t = table_new(columns, sizeof(columns) / sizeof(*columns));
	for (size_t i = 0; i < p->n; i++) {
		struct verdict v = { .why = "" };

		if (!given.all && (p->m[i].cancelled ||
		    p->m[i].ended <= c->now))
			continue;
		if (!p->m[i].cancelled)
			judge(p, i, &v);
		down = down || v.down > 0;
		row(p, &p->m[i], &v, t);
	}
	if (cmd_form(c) != FORM_JSON)
		cmd_table(c, t);
	table_free(t);
	return down;
}

int
sla_maintenance(struct cmd *c, struct err *e)
{
	struct plans p = { 0 };
	int (*run)(struct plans *, struct err *) = list;
	const char *what = c->argc > 0 ? c->argv[0] : "";
	int rc = -1;

	if (strcmp(what, "open") == 0)
		run = open_one;
	else if (strcmp(what, "cancel") == 0)
		run = cancel;
	else if (strcmp(what, "tell") == 0)
		run = tell;
	else if (c->argc > 0 && strcmp(what, "list") != 0 &&
	    strcmp(what, "-") != 0 && strpbrk(what, "./") == NULL)
		return err_set(e, ERR_USAGE, "maintenance has list, open, "
		    "cancel and tell, not '%s'", what);
	if (run != list || strcmp(what, "list") == 0)
		desk_operand(c);
	if (read_rules(&p, c, e) == 0)
		rc = run(&p, e);
	desk_close(&p.desk);
	uprules_free(p.rules);
	return rc;
}
