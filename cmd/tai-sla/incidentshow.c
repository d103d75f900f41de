/* One incident: all that is known of it, and its post-mortem's skeleton. */
#include <string.h>

#include "domain/report/credit.h"
#include "format/template.h"
#include "incident.h"

static const char *
severity(const struct incident *in, struct arena *a)
{
	return arena_printf(a, "P%d", in->severity);
}

static void
write_moment(struct writer *w, const char *key, int64_t at)
{
	if (at != TIME_NONE)
		w_field_time(w, key, at);
}

#define EDGE	80		/* of a terminal */

/* Words from the column on, broken between them before the edge. */
static void
wrap(struct desk *d, const char *text, int column)
{
	struct buf *out = &d->cmd->out;
	int at = column;

	for (text += strspn(text, " \t\n"); *text != '\0';
	    text += strspn(text, " \t\n")) {
		size_t len = strcspn(text, " \t\n");
		const char *word = arena_strndup(&d->scratch, text, len);
		int width = table_width(word);

		if (at > column && at + 1 + width > EDGE) {
			buf_printf(out, "\n%*s", column, "");
			at = column;
		} else if (at > column) {
			buf_addc(out, ' ');
			at++;
		}
		at += table_fit(word, EDGE - column, out);
		text += len;
	}
	buf_addc(out, '\n');
}

static void
line(struct desk *d, const char *name, const char *text)
{
	if (text == NULL || *text == '\0')
		return;
	buf_printf(&d->cmd->out, "  %-12s ", name);
	wrap(d, text, 15);
}

/* What the services were from that moment on. */
static const char *
states_at(const struct incident *in, int64_t at, struct arena *a)
{
	const char *s = "";

	for (size_t i = 0; i < in->states; i++) {
		if (in->state[i].at == at)
			s = arena_printf(a, "%s%s%s: %s", s, *s != '\0' ?
			    ", " : "", in->state[i].service,
			    in->state[i].state);
	}
	return s;
}

/* Of several updates of a moment the first has them. */
static void
write_states(struct writer *w, const struct incident *in, size_t update)
{
	int64_t at = in->update[update].at;
	bool any = false;

	if (update > 0 && in->update[update - 1].at == at)
		return;
	for (size_t i = 0; i < in->states; i++) {
		if (in->state[i].at != at)
			continue;
		if (!any) {
			w_key(w, "states");
			w_open(w, '[');
		}
		any = true;
		w_open(w, '{');
		w_field_str(w, "service", in->state[i].service);
		w_field_str(w, "state", in->state[i].state);
		w_close(w, '}');
	}
	if (any)
		w_close(w, ']');
}

/* As a record that says all of it at once. */
static void
show_json(struct desk *d, const struct incident *in)
{
	char id[ID_TEXT], text[24], last[TIME_TEXT];
	struct buf *out = &d->cmd->out;
	struct writer w;

	record_id(id, "incident", in->key, time_format(in->last, last),
	    "whole", NULL);
	record_begin(&w, out, "incident", id, in->last);
	w_field_str(&w, "key", in->key);
	w_field_str(&w, "severity", severity(in, &d->scratch));
	w_field_str(&w, "title", in->title);
	w_field_str(&w, "status", incident_status_name(in->status));
	write_moment(&w, "started", in->started);
	write_moment(&w, "ended", in->ended);
	w_field_list(&w, "affects", in->affects);
	w_field_list(&w, "customers", in->customers);
	if (in->share >= 0)
		w_field_str(&w, "share", decimal_text(in->share, 4, text));
	w_field_str(&w, "impact", in->impact);
	if (in->weight >= 0)
		w_field_str(&w, "weight", decimal_text(in->weight, 4, text));
	w_field_str(&w, "excluded", in->excluded);
	write_moment(&w, "told", in->told);
	w_field_str(&w, "cause", in->cause);
	w_field_str(&w, "fix", in->fix);
	w_key(&w, "updates");
	w_open(&w, '[');
	for (size_t i = 0; i < in->updates; i++) {
		w_open(&w, '{');
		w_field_time(&w, "at", in->update[i].at);
		w_field_str(&w, "status", in->update[i].status);
		w_field_str(&w, "text", in->update[i].text);
		write_states(&w, in, i);
		w_close(&w, '}');
	}
	w_close(&w, ']');
	w_close(&w, '}');
	buf_addc(out, '\n');
}

static const char *
joined(const char *const *list, struct arena *a)
{
	const char *s = "";

	for (; *list != NULL; list++)
		s = arena_printf(a, "%s%s%s", s, *s != '\0' ? ", " : "",
		    *list);
	return s;
}

static void
show_times(struct desk *d, const struct incident *in)
{
	struct arena *a = &d->scratch;
	int64_t told = incident_told(d->rules, in);
	struct owed owed[OWED];
	char length[TIME_TEXT];
	size_t n;

	line(d, "started", cmd_time(d->cmd, in->started, a));
	if (in->declared != in->started)
		line(d, "declared", cmd_time(d->cmd, in->declared, a));
	if (told != TIME_NONE)
		line(d, "told", cmd_time(d->cmd, told, a));
	if (in->ended != TIME_NONE)
		line(d, "ended", arena_printf(a, "%s, after %s",
		    cmd_time(d->cmd, in->ended, a),
		    duration_exact(in->ended - in->started, length)));
	n = incident_owed(d->rules, in, d->cmd->now, owed);
	for (size_t i = 0; i < n; i++)
		line(d, i == 0 ? "due" : "", arena_printf(a, "%s, %s%s",
		    cmd_time(d->cmd, owed[i].due, a), owed_name(owed[i].kind),
		    owed[i].late ? " (late)" : ""));
}

int
incident_show(struct desk *d, const struct incident *in, struct err *e)
{
	struct arena *a = &d->scratch;
	struct buf *out = &d->cmd->out;
	char text[24];

	(void)e;
	if (cmd_form(d->cmd) == FORM_JSON) {
		show_json(d, in);
		return 0;
	}
	buf_printf(out, "%s  P%d  %s\n  ", in->key, in->severity,
	    incident_status_name(in->status));
	table_fit(in->title, 76, out);
	buf_addc(out, '\n');
	show_times(d, in);
	line(d, "affects", joined(in->affects, a));
	line(d, "customers", joined(in->customers, a));
	if (in->share >= 0)
		line(d, "share", arena_printf(a, "%s %%",
		    decimal_text(in->share, 4, text)));
	line(d, "impact", in->impact);
	if (in->weight >= 0)
		line(d, "weight", arena_printf(a, "%s %%",
		    decimal_text(in->weight, 4, text)));
	line(d, "excluded", in->excluded);
	line(d, "cause", in->cause);
	line(d, "fix", in->fix);
	for (size_t i = 0; i < in->updates; i++) {
		const struct incident_update *u = &in->update[i];

		buf_printf(out, "%s  %s  %s\n", i == 0 ? "\n" : "",
		    cmd_time(d->cmd, u->at, a), u->status != NULL ?
		    u->status : "-");
		if (u->text != NULL && *u->text != '\0') {
			buf_adds(out, "      ");
			wrap(d, u->text, 6);
		}
		if (i == 0 || in->update[i - 1].at != u->at)
			line(d, "", states_at(in, u->at, a));
	}
	return 0;
}

/* -- post-mortem ------------------------------------------------------ */

static void
step(struct desk *d, struct writer *w, int64_t at, const char *status,
    const char *text)
{
	const struct zone *z;
	struct err bad = { 0 };
	struct civil l;

	if (at == TIME_NONE || zone_load(&z, d->cmd->org.zone, &bad) < 0)
		return;
	l = civil_from_seconds(zone_local(z, at));
	w_open(w, '{');
	w_field_str(w, "time", arena_printf(&d->scratch,
	    "%04d-%02d-%02d %02d:%02d %s", (int)l.year, l.month, l.day,
	    l.hour, l.minute, zone_abbreviation(z, at)));
	w_field_str(w, "status", status != NULL ? status : "");
	w_field_str(w, "text", text != NULL ? text : "");
	w_close(w, '}');
}

/* Minute by minute: what began, what was said, what ended. */
static void
timeline(struct desk *d, struct writer *w, const struct incident *in)
{
	size_t i = 0;
	bool ended = in->ended == TIME_NONE;

	w_key(w, "timeline");
	w_open(w, '[');
	while (i < in->updates && in->update[i].at < in->started) {
		step(d, w, in->update[i].at, in->update[i].status,
		    in->update[i].text);
		i++;
	}
	step(d, w, in->started, "", "it began");
	for (; i < in->updates; i++) {
		if (!ended && in->update[i].at >= in->ended) {
			step(d, w, in->ended, "", "it was over");
			ended = true;
		}
		step(d, w, in->update[i].at, in->update[i].status,
		    in->update[i].text);
	}
	if (!ended)
		step(d, w, in->ended, "", "it was over");
	w_close(w, ']');
}

/* Months that missed their target with it, by customer. */
static int
credits(struct desk *d, struct writer *w, const struct incident *in,
    struct err *e)
{
	struct cmd *c = d->cmd;
	struct events v = { 0 };
	struct outage_facts f = { .incident = d->incident,
		.incidents = d->n, .now = c->now };
	struct maintenance *m;
	struct outages *all;
	const struct zone *z;
	struct month month;
	const char *id;
	int64_t from, to;

	if (events_rules(c, &v, e) < 0 || zone_load(&z, c->org.zone, e) < 0)
		return -1;
	month_at(z, in->started, &month);
	f.rules = v.rules;
	f.probes = v.probes;
	f.maintenances = maintenances_at(d->all, c->now, &c->arena, &m);
	f.maintenance = m;
	month_bounds(&month, z, &f.from, &f.to);
	f.from -= 86400;
	f.to += 86400;
	all = outages_new(&f);
	w_key(w, "credits");
	w_open(w, '[');
	for (size_t i = 0; (id = customers_id(c->customers, i)) != NULL;
	    i++) {
		const struct up_measure *u = &v.rules->measure[0];
		struct uptime_of of = { 0 };
		const struct cut *cut;
		struct whom who;
		char text[24];
		size_t n;

		if (!whom_in_month(c, id, &month, &who, &from, &to) ||
		    outage_refused(all, in, id, u->services) != NULL)
			continue;
		n = outages_of(all, id, u->services, to, &cut);
		uptime_sum(cut, n, who.since > from ? who.since : from,
		    who.until < to ? who.until : to, &of.sums);
		of.target = who.target;
		if (uptime_met(&of))
			continue;
		w_open(w, '{');
		w_field_str(w, "customer", id);
		w_field_str(w, "tier", who.tier);
		w_field_str(w, "uptime", uptime_percent(&of.sums, text));
		w_field_str(w, "target", decimal_text(of.target, 4, text));
		w_close(w, '}');
	}
	w_close(w, ']');
	w_field_str(w, "month", month.name);
	outages_free(all);
	events_free(&v);
	return 0;
}

static int
skeleton_facts(struct desk *d, const struct incident *in, struct buf *json,
    struct err *e)
{
	struct arena *a = &d->scratch;
	int64_t told = incident_told(d->rules, in);
	int64_t end = in->ended != TIME_NONE ? in->ended : d->cmd->now;
	char text[TIME_TEXT];
	struct writer w;

	w_begin(&w, json);
	w_open(&w, '{');
	w_field_str(&w, "incident", in->key);
	w_field_str(&w, "severity", severity(in, a));
	w_field_str(&w, "title", in->title);
	w_field_str(&w, "status", incident_status_name(in->status));
	w_field_bool(&w, "over", in->ended != TIME_NONE);
	w_field_str(&w, "started", cmd_time(d->cmd, in->started, a));
	w_field_str(&w, "declared", cmd_time(d->cmd, in->declared, a));
	w_field_str(&w, "told", told != TIME_NONE ?
	    cmd_time(d->cmd, told, a) : "");
	w_field_str(&w, "ended", in->ended != TIME_NONE ?
	    cmd_time(d->cmd, in->ended, a) : "");
	w_field_str(&w, "lasted", duration_exact(end - in->started, text));
	w_field_str(&w, "affects", *in->affects != NULL ?
	    joined(in->affects, a) : "everything");
	w_field_str(&w, "customers", *in->customers != NULL ?
	    joined(in->customers, a) : in->share >= 0 ?
	    arena_printf(a, "%s %% of them", decimal_text(in->share, 4,
	    text)) : "all");
	w_field_str(&w, "cause", in->cause != NULL ? in->cause : "");
	w_field_str(&w, "fix", in->fix != NULL ? in->fix : "");
	timeline(d, &w, in);
	if (credits(d, &w, in, e) < 0)
		return -1;
	w_close(&w, '}');
	return 0;
}

int
incident_skeleton(struct desk *d, const struct incident *in, struct err *e)
{
	static const char name[] = "incident/postmortem.md";
	struct buf json = BUF_INIT;
	struct template *t = NULL;
	const char *text;
	struct value v;
	size_t len;
	int rc = -1;

	if (skeleton_facts(d, in, &json, e) == 0 &&
	    cmd_template(d->cmd, name, &text, &len, e) == 0 &&
	    value_parse(&v, json.data, json.len, e) == 0 &&
	    template_parse(&t, name, text, len, e) == 0)
		rc = template_render(t, &v, ESCAPE_NONE, 1, NULL, NULL,
		    &d->cmd->out, e);
	template_free(t);
	buf_free(&json);
	return rc;
}
