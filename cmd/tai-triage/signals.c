/*
 * tai-triage signals: figures in, proactive notices out, before there is a
 * ticket.
 */
#include <stdlib.h>
#include <string.h>

#include "base/io.h"
#include "base/time.h"
#include "domain/triage/signal.h"
#include "format/csv.h"
#include "format/items.h"
#include "triage.h"

#define FIGURES		64

static bool replay;

struct watching {
	struct cmd *cmd;
	struct signals *signals;
	struct notices *notices;
	struct arena arena;	/* of one sample or notice */
	struct err *err;	/* of the first notice that failed */
	size_t told;
};

/* -- the notice ------------------------------------------------------- */

static void
facts(struct watching *s, const struct raised *r, const struct customer *who,
    bool ours, struct buf *json)
{
	const struct signal_rule *rule = r->rule;
	bool percent = rule->kind == SIGNAL_RATIO ||
	    rule->kind == SIGNAL_GROWTH;
	struct writer w;

	notices_facts(s->notices, &w, json);
	w_field_str(&w, "customer", who != NULL ? who->name : r->customer);
	w_field_str(&w, "tier", who != NULL ? who->tier :
	    s->cmd->org.default_tier);
	w_field_str(&w, "value", figure_text(r->value, percent, &s->arena));
	w_field_str(&w, "above", figure_text(rule->above, percent,
	    &s->arena));
	w_field_str(&w, "since", cmd_time(s->cmd, r->since,
	    &s->arena));
	w_field_str(&w, "priority", rule->priority);
	w_field_bool(&w, "ours", ours);
	w_close(&w, '}');
}

/* "customer" is their contact; a cause is told again behind again_after. */
static void
tell(void *arg, const struct raised *r)
{
	struct watching *s = arg;
	const struct customer *who = customers_at(s->cmd->customers,
	    r->customer, r->at);
	int64_t again = signals_again(s->signals);
	struct buf json = BUF_INIT;
	struct notice n = { .form = r->rule->form, .facts = &json,
		.key = arena_printf(&s->arena, "signal:%s:%s", r->rule->id,
		r->customer),
		.about = arena_printf(&s->arena, "signal:%s", r->rule->id),
		.topic = r->rule->topic, .customer = r->customer,
		.severity = -1, .at = r->at, .again = again };
	const char *contact = customers_contact(s->cmd->customers,
	    r->customer);
	int got;

	/* What was long ago is no news, but for a replay. */
	if (s->err->kind != ERR_NONE || (!replay && s->cmd->now - r->at >
	    again))
		return;
	for (const char *const *t = r->rule->tell; *t != NULL; t++) {
		const bool ours = strcmp(*t, "customer") != 0;

		n.target = ours ? *t : contact;
		if (n.target == NULL) {
			cmd_warn(s->cmd, ERR_NONE, "%s: %s has no contact, "
			    "and is not told", r->rule->id, r->customer);
			continue;
		}
		buf_reset(&json);
		facts(s, r, who, ours, &json);
		if ((got = notices_tell(s->notices, &n, &s->arena,
		    s->err)) < 0)
			break;
		s->told += (size_t)got;
	}
	buf_free(&json);
}

/* The templates that signals name, before anything is read. */
static int
check(struct watching *s, struct err *e)
{
	const struct signal_rule *rule;
	int rc = 0;

	for (size_t i = 0; rc == 0 && (rule = signals_rule(s->signals, i)) !=
	    NULL; i++) {
		const struct raised none = { .rule = rule, .customer = "" };
		struct buf json = BUF_INIT;

		facts(s, &none, NULL, false, &json);
		rc = notices_check(s->notices, rule->form, &json, e);
		buf_free(&json);
	}
	return rc;
}

/* -- the samples ------------------------------------------------------ */

static int
sample(struct watching *s, const char *customer, int64_t at,
    const struct figure *f, size_t n, struct err *e)
{
	if (at > s->cmd->now)
		return 0;
	if (signals_sample(s->signals, customer, at, f, n, tell, s, e) < 0)
		return -1;
	if (s->err->kind == ERR_NONE)
		return 0;
	*e = *s->err;
	return -1;
}

static int
take_row(struct watching *s, const struct csv *csv, struct err *e)
{
	const char *customer = csv_get(csv, "customer"), *name, *cell;
	const char *when = csv_get(csv, "at");
	struct figure f[FIGURES];
	int64_t at;
	size_t n = 0;

	if (customer == NULL || *customer == '\0')
		return err_set(e, ERR_INPUT, "no customer");
	if (when == NULL || time_parse(when, &at) < 0)
		return err_set(e, ERR_INPUT, "at is not an RFC 3339 time");
	for (size_t i = 0; (name = csv_column(csv, i)) != NULL; i++) {
		cell = csv_cell(csv, i);
		if (strcmp(name, "at") == 0 || strcmp(name, "customer") == 0 ||
		    *cell == '\0')
			continue;
		if (n == FIGURES)
			return err_set(e, ERR_INPUT, "over %d figures",
			    FIGURES);
		f[n].name = name;
		if (figure_parse(cell, &f[n++].value) < 0)
			return err_set(e, ERR_INPUT, "%s is not a number: "
			    "'%.40s'", name, cell);
	}
	return sample(s, customer, at, f, n, e);
}

static int
has_columns(const struct csv *csv, const char *file, struct err *e)
{
	static const char *const wanted[] = { "at", "customer" };

	for (size_t k = 0; k < sizeof(wanted) / sizeof(*wanted); k++) {
		const char *name;
		size_t i = 0;

		while ((name = csv_column(csv, i)) != NULL &&
		    strcmp(name, wanted[k]) != 0)
			i++;
		if (name == NULL)
			return err_set(e, ERR_INPUT, "%s:1: no column '%s', "
			    "between commas", file, wanted[k]);
	}
	return 0;
}

static int
take_csv(struct watching *s, const char *name, const char *data, size_t len,
    struct err *e)
{
	struct cmd *c = s->cmd;
	struct csv *csv;
	int got, rc = 0;

	if (csv_parse(&csv, name, data, len, e) < 0)
		return -1;
	rc = has_columns(csv, name, e);
	while (rc == 0) {
		struct err bad = { 0 };

		arena_reset(&s->arena);
		if ((got = csv_next(csv, &bad)) == 0)
			break;
		if (got == 1 && take_row(s, csv, &bad) == 0)
			continue;
		if (bad.kind != ERR_INPUT || c->strict) {
			*e = bad;
			rc = -1;
		} else if (got < 0) {
			cmd_warn(c, ERR_INPUT, "%s", bad.text);
		} else {
			reject_line(&c->reject, name, csv_line(csv), bad.text,
			    "", 0);
		}
	}
	csv_free(csv);
	return rc;
}

/* A `measure` record: its figures are an object of numbers. */
static int
take_measure(struct cmd *c, void *arg, const struct rec *r, struct err *e)
{
	struct watching *s = arg;
	struct value figures, name, v;
	struct figure f[FIGURES];
	size_t n = 0, pos = 0;
	int64_t at;

	if (rec_is(r, "type", "customer"))
		return customers_add_record(c->customers, r, e);
	if (!rec_is(r, "type", "measure"))
		return 0;
	arena_reset(&s->arena);
	if (record_check(r, e) < 0)
		return -1;
	rec_time(r, "at", &at);
	rec_get(r, "figures", &figures);
	while (value_field(&figures, &pos, &name, &v)) {
		const char *text = value_text(&v, &s->arena);

		if (n == FIGURES)
			return err_set(e, ERR_INPUT, "over %d figures",
			    FIGURES);
		f[n].name = value_str(&name, &s->arena, NULL);
		if (text == NULL || figure_parse(text, &f[n++].value) < 0)
			return err_set(e, ERR_INPUT, "%s is not a number",
			    f[n > 0 ? n - 1 : 0].name);
	}
	return sample(s, rec_str(r, "customer", &s->arena), at, f, n, e);
}

static int
end(struct cmd *c, void *arg, struct err *e)
{
	struct watching *s = arg;

	signals_end(s->signals, c->now, tell, s);
	if (s->err->kind == ERR_NONE)
		return 0;
	*e = *s->err;
	return -1;
}

/* The operands that are CSV by their names; the others are records. */
static int
take_tables(struct watching *s, struct err *e)
{
	struct cmd *c = s->cmd;
	int left = 0, tables = 0;

	for (int i = 0; i < c->argc; i++) {
		size_t len = strlen(c->argv[i]);
		struct buf b = BUF_INIT;
		int rc;

		if (len < 4 || strcmp(c->argv[i] + len - 4, ".csv") != 0) {
			c->argv[left++] = c->argv[i];
			continue;
		}
		tables++;
		rc = file_read(c->argv[i], (size_t)1 << 30, &b, e);
		if (rc == 0)
			rc = take_csv(s, c->argv[i], b.data, b.len, e);
		buf_free(&b);
		if (rc < 0)
			return -1;
	}
	c->argc = left;
	return tables > 0 && left == 0;
}

static bool prevented;

enum { OPT_PREVENTED = OPT_OWN, OPT_REPLAY };
const struct option signals_options[] = {
	{ "prevented", no_argument, NULL, OPT_PREVENTED },
	{ "replay", no_argument, NULL, OPT_REPLAY },
	{ 0 }
};

int
signals_option(struct cmd *c, int o, const char *value, struct err *e)
{
	if (o == OPT_PREVENTED) {
		prevented = true;
		return 0;
	}
	replay = true;
	(void)c;
	(void)value;
	(void)e;
	return 0;
}

static int
watch(struct watching *s, struct err *e)
{
	struct cmd *c = s->cmd;
	struct filter f = { .each = take_measure, .finish = end, .arg = s };
	int done = take_tables(s, e);

	if (done < 0)
		return -1;
	if (done == 0)
		return cmd_filter(c, &f, e);
	return end(c, s, e) < 0 ? -1 : cmd_flush(c, e);
}

int
triage_signals(struct cmd *c, struct err *e)
{
	struct err bad = { 0 };
	struct watching s = { .cmd = c, .err = &bad };
	struct yaml *root;
	int rc = -1;

	if (prevented)
		return signals_prevented(c, e);
	c->only = true;
	if (notices_open(&s.notices, c, e) == 0 &&
	    cmd_rule_yaml(c, "signals.yaml", &root, e) == 0 &&
	    signals_load(&s.signals, root, e) == 0) {
		if ((rc = check(&s, e)) == 0)
			rc = watch(&s, e);
		if (rc == 0 && c->verbose)
			fprintf(stderr, "%s: %zu notices\n", c->tool, s.told);
		signals_free(s.signals);
	}
	notices_close(s.notices);
	arena_free(&s.arena);
	return rc;
}
