/* tai-report daily: what became of the day so far. */
#include <string.h>

#include "base/time.h"
#include "format/template.h"
#include "report.h"

#define WIDTH	80	/* a report is mailed and printed, not resized */

struct run {
	struct daily day;
	struct arena scratch;
};

/* What cannot be counted is told, and the others are counted. */
static int
other(struct cmd *c, void *arg, const struct rec *r, struct err *e)
{
	struct run *run = arg;
	struct err bad = { 0 };

	if (daily_record(&run->day, r, &bad) == 0)
		return 0;
	if (cmd_reads_records(c))
		return err_set(e, bad.kind, "%s", bad.text);
	cmd_warn(c, bad.kind, "store: %s", bad.text);
	return 0;
}

static int
each(struct cmd *c, void *arg, const struct history *h, struct err *e)
{
	struct run *run = arg;
	const struct customer *who = NULL;
	struct err bad = { 0 };
	struct ticket t;
	const char *tier;

	(void)e;
	arena_reset(&run->scratch);
	ticket_fold(h, c->now, &run->scratch, &t);
	if (t.opened == TIME_NONE)
		return 0;
	tier = cmd_tier(c, &t);
	if (*t.customer != '\0')
		who = customers_at(c->customers, t.customer, t.opened);
	if (daily_ticket(&run->day, h, tier, who != NULL ? who->name : "",
	    &bad) < 0)
		cmd_warn(c, ERR_CONFIG, "ticket %s: %s", h->key, bad.text);
	return 0;
}

static const char *
partial(void *arg, const char *name, struct arena *a)
{
	struct cmd *c = arg;
	struct err e = { 0 };
	const char *path = arena_printf(a, "report/%s", name), *text;
	size_t len;

	return cmd_template(c, path, &text, &len, &e) == 0 ? text : NULL;
}

static int
render(struct cmd *c, const struct buf *figures, const char *name,
    enum template_escape escape, struct buf *out, struct err *e)
{
	struct template *t;
	const char *text;
	struct value v;
	size_t len;
	int rc;

	if (cmd_template(c, name, &text, &len, e) < 0 ||
	    value_parse(&v, figures->data, figures->len, e) < 0 ||
	    template_parse(&t, name, text, len, e) < 0)
		return -1;
	rc = template_render(t, &v, escape, 1, partial, c, out, e);
	template_free(t);
	return rc;
}

static int
print(struct cmd *c, const struct daily *d, struct err *e)
{
	struct buf figures = BUF_INIT, text = BUF_INIT;
	int rc = 0;

	daily_figures(c, d, &figures);
	cmd_redact_json(c, &figures);
	switch (c->form) {
	case FORM_JSON:
		buf_add(&c->out, figures.data, figures.len);
		buf_addc(&c->out, '\n');
		break;
	case FORM_HTML:
		rc = render(c, &figures, "report/daily.html", ESCAPE_HTML,
		    &c->out, e);
		break;
	default:
		rc = render(c, &figures, "report/daily.txt", ESCAPE_HEADER,
		    &text, e);
		if (rc == 0)
			table_text(text.data, text.len, WIDTH, &c->out);
		break;
	}
	buf_free(&figures);
	buf_free(&text);
	return rc;
}

int
report_daily(struct cmd *c, struct err *e)
{
	struct daily_setup setup = { .policy = c->policy,
		.customers = c->customers, .now = c->now,
		.response = c->org.target.response,
		.resolution = c->org.target.resolution };
	struct surveys surveys;
	struct run run = { 0 };
	struct yaml *root;
	int rc;

	if (c->form == FORM_CSV || c->form == FORM_TSV)
		return err_set(e, ERR_USAGE,
		    "the daily report is --text, --html or --json");
	if (cmd_rule_yaml(c, "survey.yaml", &root, e) < 0 ||
	    surveys_load(&surveys, &c->arena, root, e) < 0 ||
	    zone_load(&setup.zone, c->org.zone, e) < 0)
		return -1;
	setup.surveys = &surveys;
	daily_begin(&run.day, &setup);
	rc = cmd_histories(c, false, other, each, &run, e);
	if (rc == 0) {
		daily_end(&run.day);
		rc = print(c, &run.day, e);
	}
	daily_free(&run.day);
	arena_free(&run.scratch);
	return rc;
}
