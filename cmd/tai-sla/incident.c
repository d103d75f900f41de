/* tai-sla incident: declared, told of, ended, and what is due of each. */
#include <inttypes.h>
#include <string.h>

#include "incident.h"

enum { OPT_SEVERITY = OPT_OWN, OPT_STATUS, OPT_AFFECTS, OPT_CUSTOMERS,
	OPT_SHARE, OPT_IMPACT, OPT_WEIGHT, OPT_STATE, OPT_EXCLUDED, OPT_CAUSE,
	OPT_FIX, OPT_BY, OPT_KEY, OPT_STARTED, OPT_ENDED, OPT_TOLD,
	OPT_ANNOUNCED, OPT_FACTS, OPT_ALL, OPT_DONE, OPT_REPEAT };

const struct option incident_options[] = {
	{ "severity", required_argument, NULL, OPT_SEVERITY },
	{ "status", required_argument, NULL, OPT_STATUS },
	{ "affects", required_argument, NULL, OPT_AFFECTS },
	{ "customers", required_argument, NULL, OPT_CUSTOMERS },
	{ "share", required_argument, NULL, OPT_SHARE },
	{ "impact", required_argument, NULL, OPT_IMPACT },
	{ "weight", required_argument, NULL, OPT_WEIGHT },
	{ "state", required_argument, NULL, OPT_STATE },
	{ "excluded", required_argument, NULL, OPT_EXCLUDED },
	{ "cause", required_argument, NULL, OPT_CAUSE },
	{ "fix", required_argument, NULL, OPT_FIX },
	{ "by", required_argument, NULL, OPT_BY },
	{ "key", required_argument, NULL, OPT_KEY },
	{ "started", required_argument, NULL, OPT_STARTED },
	{ "ended", required_argument, NULL, OPT_ENDED },
	{ "told", required_argument, NULL, OPT_TOLD },
	{ "announced", required_argument, NULL, OPT_ANNOUNCED },
	{ "facts", required_argument, NULL, OPT_FACTS },
	{ "all", no_argument, NULL, OPT_ALL },
	{ "done", no_argument, NULL, OPT_DONE },
	{ "message", required_argument, NULL, 'm' },
	{ 0 }
};
const struct option maintenance_options[] = {
	{ "affects", required_argument, NULL, OPT_AFFECTS },
	{ "customers", required_argument, NULL, OPT_CUSTOMERS },
	{ "by", required_argument, NULL, OPT_BY },
	{ "key", required_argument, NULL, OPT_KEY },
	{ "started", required_argument, NULL, OPT_STARTED },
	{ "ended", required_argument, NULL, OPT_ENDED },
	{ "announced", required_argument, NULL, OPT_ANNOUNCED },
	{ "repeat", required_argument, NULL, OPT_REPEAT },
	{ "all", no_argument, NULL, OPT_ALL },
	{ 0 }
};
struct incident_given given;

/* "a,b=3" and several options of it are the same. */
static int
add_facts(struct cmd *c, const char *text, struct err *e)
{
	while (*text != '\0') {
		size_t len = strcspn(text, ",");

		if (given.facts == FACTS_MOST)
			return err_set(e, ERR_USAGE, "over %d facts",
			    FACTS_MOST);
		given.fact[given.facts++] = arena_strndup(&c->arena, text,
		    len);
		text += len + (text[len] == ',');
	}
	return 0;
}

int
incident_option(struct cmd *c, int o, const char *value, struct err *e)
{
	switch (o) {
	case 'm': given.message = value; break;
	case OPT_SEVERITY: given.severity = value; break;
	case OPT_STATUS: given.status = value; break;
	case OPT_AFFECTS: given.affects = value; break;
	case OPT_CUSTOMERS: given.customers = value; break;
	case OPT_SHARE: given.share = value; break;
	case OPT_IMPACT: given.impact = value; break;
	case OPT_WEIGHT: given.weight = value; break;
	case OPT_STATE: given.state = value; break;
	case OPT_EXCLUDED: given.excluded = value; break;
	case OPT_CAUSE: given.cause = value; break;
	case OPT_FIX: given.fix = value; break;
	case OPT_BY: given.by = value; break;
	case OPT_KEY: given.key = value; break;
	case OPT_STARTED: given.started = value; break;
	case OPT_ENDED: given.ended = value; break;
	case OPT_TOLD: given.told = value; break;
	case OPT_ANNOUNCED: given.announced = value; break;
	case OPT_FACTS: return add_facts(c, value, e);
	case OPT_REPEAT: given.repeat = value; break;
	case OPT_ALL: given.all = true; break;
	case OPT_DONE: given.done = true; break;
	}
	return 0;
}

/* -- what is known ---------------------------------------------------- */

int
desk_rules(struct desk *d, struct cmd *c, struct err *e)
{
	struct yaml *root;

	d->cmd = c;
	d->all = incidents_new();
	if (cmd_rule_yaml(c, "incident.yaml", &root, e) < 0)
		return -1;
	return incident_rules_load(&d->rules, &c->arena, root, e);
}

void
desk_close(struct desk *d)
{
	if (d->all != NULL)
		incidents_free(d->all);
	notices_close(d->notices);
	arena_free(&d->scratch);
}

static int
take(struct cmd *c, void *arg, const struct rec *r, struct err *e)
{
	struct desk *d = arg;

	(void)c;
	return incidents_add(d->all, r, e);
}

int
desk_read(struct desk *d, struct err *e)
{
	static const char *const types[] = { "incident", "maintenance",
		NULL };

	if (cmd_records(d->cmd, types, take, d, e) < 0)
		return -1;
	d->n = incidents_at(d->all, d->cmd->now, &d->cmd->arena,
	    &d->incident);
	return 0;
}

const char *
desk_operand(struct cmd *c)
{
	if (c->argc == 0)
		return NULL;
	c->argc--;
	return *c->argv++;
}

int
desk_find(struct desk *d, const char *name, struct incident **out,
    struct err *e)
{
	*out = NULL;
	for (size_t i = 0; i < d->n; i++) {
		struct incident *in = &d->incident[i];

		if (!incident_is(in->key, name))
			continue;
		if (strcmp(in->key, name) == 0) {
			*out = in;
			return 0;
		}
		if (*out != NULL)
			return err_set(e, ERR_USAGE, "'%s' is not one "
			    "incident: %s, %s", name, (*out)->key, in->key);
		*out = in;
	}
	return *out != NULL ? 0 : err_set(e, ERR_USAGE, "no incident '%s'",
	    name);
}

static int
parse_severity(const struct desk *d, const char *s, int *out, struct err *e)
{
	*out = incident_severity_of(d->rules, s);
	return *out != 0 ? 0 : err_set(e, ERR_USAGE, "'%s' is not P1, P2, P3 "
	    "or P4, or a name of incident.yaml", s);
}

/* -- open ------------------------------------------------------------- */

/* By what is known, or by a person; the person has the last word. */
static int
decide(struct desk *d, int *severity, const char **why, struct err *e)
{
	const struct criterion *c;
	const char *fact = NULL;

	*severity = 0;
	*why = NULL;
	if (incident_suggest(d->rules, given.fact, given.facts, &c, &fact,
	    e) < 0)
		return -1;
	if (c != NULL && c->severity <= 4) {
		*severity = c->severity;
		*why = arena_printf(&d->cmd->arena, "P%d: %s (%s)",
		    c->severity, c->why, fact);
	} else if (c != NULL)
		*why = c->why;
	if (given.severity != NULL)
		return parse_severity(d, given.severity, severity, e);
	if (*severity == 0)
		return err_set(e, ERR_USAGE, "%s%s--severity P1 to P4 "
		    "declares one all the same", *why != NULL ? *why :
		    given.facts > 0 ? "no criterion is met" :
		    "no severity and no facts", *why != NULL ||
		    given.facts > 0 ? "; " : ": ");
	return 0;
}

static const char *const nothing[] = { NULL };

const char *const *
desk_split(struct desk *d, const char *text)
{
	const char **out;
	size_t n = 0;

	if (text == NULL)
		return nothing;
	out = arena_alloc(&d->cmd->arena, (strlen(text) + 1) * sizeof(*out));
	while (*text != '\0') {
		size_t len;

		text += strspn(text, ", ");
		len = strcspn(text, ",");
		if (len > 0)
			out[n++] = arena_strndup(&d->cmd->arena, text, len);
		text += len;
	}
	out[n] = NULL;
	return out;
}

static int
open_one(struct desk *d, struct err *e)
{
	struct cmd *c = d->cmd;
	const char *title = desk_operand(c), *why;
	struct incident in = { .title = title, .ended = TIME_NONE,
		.declared = c->now, .started = c->now, .told = TIME_NONE,
		.affects = desk_split(d, given.affects), .cause = given.cause,
		.customers = desk_split(d, given.customers), .fix = given.fix };
	struct statement h = { .in = &in, .ended = TIME_NONE,
		.told = TIME_NONE };
	bool publishes = false;
	int status = INCIDENT_INVESTIGATING;

	if (title == NULL || *title == '\0')
		return err_set(e, ERR_USAGE, "incident open needs a title");
	if (c->argc > 0)
		return err_set(e, ERR_USAGE, "one title: quote '%s %s'",
		    title, c->argv[0]);
	if (decide(d, &in.severity, &why, e) < 0)
		return -1;
	if (given.started != NULL && sla_moment(c, "--started",
	    given.started, &in.started, e) < 0)
		return -1;
	if (in.started > c->now)
		return err_set(e, ERR_USAGE, "it starts later than now");
	if (given.status != NULL && ((status = incident_status_of(
	    d->rules, given.status)) < 0 || status >= INCIDENT_RESOLVED))
		return err_set(e, ERR_USAGE, "--status is investigating, "
		    "identified or monitoring");
	if (given.told != NULL && sla_moment(c, "--told", given.told,
	    &h.told, e) < 0)
		return -1;
	in.status = (enum incident_status)status;
	in.first = in.worst = in.severity;
	in.key = given.key != NULL ? given.key : incident_key(title,
	    in.started, &c->arena);
	if (desk_publishes(d, &in, &publishes, e) < 0)
		return -1;
	if (h.told == TIME_NONE && publishes)
		h.told = c->now;
	h.text = given.message == NULL ? why : why == NULL ? given.message :
	    arena_printf(&c->arena, "%s (%s)", given.message, why);
	return desk_say(d, &h, true, e);
}

/* -- update, resolve, postmortem -------------------------------------- */

static int
find_operand(struct desk *d, const char *what, struct incident **in,
    struct err *e)
{
	const char *name = desk_operand(d->cmd);

	if (name == NULL)
		return err_set(e, ERR_USAGE, "incident %s needs an incident",
		    what);
	if (desk_read(d, e) < 0)
		return -1;
	return desk_find(d, name, in, e);
}

static int
update(struct desk *d, struct err *e)
{
	struct statement h = { .ended = TIME_NONE, .told = TIME_NONE,
		.text = given.message };
	struct incident *in;
	bool again;
	int before, status;

	if (find_operand(d, "update", &in, e) < 0)
		return -1;
	before = in->severity;
	if (given.severity != NULL &&
	    parse_severity(d, given.severity, &in->severity, e) < 0)
		return -1;
	status = (int)in->status;
	if (given.status != NULL && (status = incident_status_of(
	    d->rules, given.status)) < 0)
		return err_set(e, ERR_USAGE, "'%s' is not investigating, "
		    "identified or monitoring", given.status);
	if (status >= INCIDENT_RESOLVED && given.status != NULL)
		return err_set(e, ERR_USAGE, "that is for incident resolve "
		    "and postmortem");
	if (given.told != NULL && sla_moment(d->cmd, "--told", given.told,
	    &h.told, e) < 0)
		return -1;
	if (in->severity < in->worst) {
		in->worst = in->severity;
		in->worsened = d->cmd->now;
	}
	if (in->status >= INCIDENT_RESOLVED && given.status == NULL)
		h.ended = in->ended;
	again = in->status >= INCIDENT_RESOLVED && status < INCIDENT_RESOLVED;
	in->reopened += again;
	if (again)
		in->resumed = d->cmd->now;
	in->status = (enum incident_status)status;
	if (given.customers != NULL)
		in->customers = desk_split(d, given.customers);
	h.in = in;
	return desk_say(d, &h, again || in->severity < before, e);
}

static int
resolve(struct desk *d, struct err *e)
{
	struct statement h = { .ended = d->cmd->now, .told = TIME_NONE,
		.text = given.message };
	struct incident *in;

	if (find_operand(d, "resolve", &in, e) < 0)
		return -1;
	/* What is over already is no longer than that. */
	if (in->status >= INCIDENT_RESOLVED)
		h.ended = in->ended;
	if (given.ended != NULL && sla_moment(d->cmd, "--ended",
	    given.ended, &h.ended, e) < 0)
		return -1;
	if (h.ended < in->started || h.ended > d->cmd->now)
		return err_set(e, ERR_USAGE, "the end, %s, is %s", cmd_time(
		    d->cmd, h.ended, &d->scratch), h.ended > d->cmd->now ?
		    "later than now" : arena_printf(&d->scratch, "before its "
		    "start, %s", cmd_time(d->cmd, in->started, &d->scratch)));
	if (in->status < INCIDENT_RESOLVED)
		in->status = INCIDENT_RESOLVED;
	in->ended = h.ended;
	if (given.cause != NULL)
		in->cause = given.cause;
	if (given.fix != NULL)
		in->fix = given.fix;
	if (h.text == NULL)
		h.text = "it is over";
	h.in = in;
	return desk_say(d, &h, true, e);
}

static int
postmortem(struct desk *d, struct err *e)
{
	struct statement h = { .told = TIME_NONE, .text = given.message };
	struct incident *in;

	if (find_operand(d, "postmortem", &in, e) < 0)
		return -1;
	if (!given.done)
		return incident_skeleton(d, in, e);
	if (in->ended == TIME_NONE)
		return err_set(e, ERR_USAGE, "it is not over: incident "
		    "resolve comes first");
	in->status = INCIDENT_POSTMORTEM;
	h.ended = in->ended;
	h.in = in;
	return desk_say(d, &h, false, e);
}

/* -- list, tell, suggest ---------------------------------------------- */

static void
list_json(struct desk *d, const struct incident *in, const struct owed *o,
    size_t n)
{
	char severity[] = "P0";
	struct writer w;

	severity[1] = (char)('0' + in->severity);
	w_begin(&w, &d->cmd->out);
	w_open(&w, '{');
	w_field_str(&w, "incident", in->key);
	w_field_str(&w, "severity", severity);
	w_field_str(&w, "status", incident_status_name(in->status));
	w_field_str(&w, "title", in->title);
	w_field_time(&w, "started", in->started);
	if (in->ended != TIME_NONE)
		w_field_time(&w, "ended", in->ended);
	w_key(&w, "owed");
	w_open(&w, '[');
	for (size_t i = 0; i < n; i++) {
		w_open(&w, '{');
		w_field_str(&w, "what", owed_name(o[i].kind));
		w_field_time(&w, "due", o[i].due);
		w_field_bool(&w, "late", o[i].late);
		w_close(&w, '}');
	}
	w_close(&w, ']');
	w_close(&w, '}');
	buf_addc(&d->cmd->out, '\n');
}

static void
list_row(struct desk *d, struct table *t, const struct incident *in,
    const struct owed *o, size_t n)
{
	struct arena *a = &d->scratch;
	char text[TIME_TEXT];
	int64_t end = in->ended != TIME_NONE ? in->ended : d->cmd->now;

	/* Our own are found by what stands behind the colon as well. */
	table_cell(t, cmd_form(d->cmd) != FORM_TSV && cmd_form(d->cmd) !=
	    FORM_CSV && strncmp(in->key, "incident:", 9) == 0 ? in->key + 9 :
	    in->key);
	table_cell(t, arena_printf(a, "P%d", in->severity));
	table_cell(t, incident_status_name(in->status));
	table_cell(t, in->title);
	table_cell(t, duration_format(end - in->started, text));
	table_cell(t, n > 0 ? owed_name(o[0].kind) : NULL);
	table_cell(t, n == 0 ? NULL : o[0].late ? arena_printf(a, "%s late",
	    duration_format(d->cmd->now - o[0].due, text)) :
	    duration_format(o[0].due - d->cmd->now, text));
	if (n > 0 && o[0].late)
		table_mark(t, MARK_BAD);
}

static int
list(struct desk *d, struct err *e)
{
	static const struct column columns[] = {
		{ .title = "INCIDENT" }, { .title = "" },
		{ .title = "STATUS" }, { .title = "TITLE", .shrink = true },
		{ .title = "LASTED", .right = true }, { .title = "NEXT" },
		{ .title = "IN", .right = true },
	};
	struct table *t;
	bool late = false;

	if (desk_read(d, e) < 0)
		return -1;
	t = table_new(columns, sizeof(columns) / sizeof(*columns));
	for (size_t i = 0; i < d->n; i++) {
		const struct incident *in = &d->incident[i];
		struct owed owed[OWED];
		size_t n = incident_owed(d->rules, in, d->cmd->now, owed);

		if (!given.all && in->ended != TIME_NONE && n == 0)
			continue;
		for (size_t k = 0; k < n; k++)
			late = late || owed[k].late;
		if (cmd_form(d->cmd) == FORM_JSON)
			list_json(d, in, owed, n);
		else
			list_row(d, t, in, owed, n);
	}
	if (cmd_form(d->cmd) != FORM_JSON)
		cmd_table(d->cmd, t);
	table_free(t);
	return late;
}

/* What other ways than "open" and "resolve" brought in; cron runs it. */
static int
tell(struct desk *d, struct err *e)
{
	d->cron = true;
	if (desk_read(d, e) < 0)
		return -1;
	for (size_t i = 0; i < d->n; i++) {
		const struct incident *in = &d->incident[i];

		if (in->ended != TIME_NONE && d->cmd->now - in->ended >
		    OVER_IS_NEWS)
			continue;
		if (desk_tell(d, in, in->ended != TIME_NONE, e) < 0)
			return -1;
	}
	return cmd_flush(d->cmd, e);
}

static int
show(struct desk *d, struct err *e)
{
	struct incident *in;

	if (find_operand(d, "show", &in, e) < 0)
		return -1;
	return incident_show(d, in, e);
}

static int
suggest(struct desk *d, struct err *e)
{
	const struct criterion *c;
	const char *fact = NULL;

	if (given.facts == 0)
		return err_set(e, ERR_USAGE, "suggest needs --facts, such as "
		    "api_down=4m");
	if (incident_suggest(d->rules, given.fact, given.facts, &c, &fact,
	    e) < 0)
		return -1;
	if (c == NULL || c->severity > 4)
		buf_printf(&d->cmd->out, "none\t%s\n", c != NULL ? c->why :
		    "no criterion is met");
	else
		buf_printf(&d->cmd->out, "P%d\t%s (%s)\n", c->severity,
		    c->why, fact);
	return c == NULL || c->severity > 4;
}

int
sla_incident(struct cmd *c, struct err *e)
{
	static const struct {
		const char *name;
		int (*run)(struct desk *, struct err *);
	} subs[] = {
		{ "list", list }, { "open", open_one }, { "update", update },
		{ "resolve", resolve }, { "postmortem", postmortem },
		{ "show", show }, { "tell", tell }, { "suggest", suggest },
	};
	struct desk d = { 0 };
	size_t i = 0, n = sizeof(subs) / sizeof(*subs);
	int rc = -1;

	if (c->argc > 0) {
		while (i < n && strcmp(subs[i].name, c->argv[0]) != 0)
			i++;
		if (i < n)
			desk_operand(c);
		else if (strcmp(c->argv[0], "-") != 0 &&
		    strchr(c->argv[0], '.') == NULL &&
		    strchr(c->argv[0], '/') == NULL)
			return err_set(e, ERR_USAGE, "incident has list, "
			    "open, update, resolve, postmortem, show, tell "
			    "and suggest, not '%s'", c->argv[0]);
		else
			i = 0;
	}
	if (desk_rules(&d, c, e) == 0)
		rc = subs[i].run(&d, e);
	desk_close(&d);
	return rc;
}
