/* tai-sla explain: a ticket's clocks, every counted and uncounted stretch. */
#include <inttypes.h>
#include <string.h>

#include "sla.h"

struct explaining {
	struct cmd *cmd;
	const char *name;	/* as asked for */
	const struct ticket *ticket;
	struct arena arena;
	struct buf text;	/* the stretches of an instance */
	struct buf json;
	struct buf out[CLOCKS];	/* instances that are whole */
	struct clock_log log;
	const struct event *cause;	/* told last */
	int64_t counted;
	bool found;
	struct err err;
};

static const struct zone *
zone_of(const struct clock *k)
{
	const struct zone *z = NULL;
	struct err e = { 0 };

	/* The calendar has loaded it. */
	zone_load(&z, calendar_zone(k->target.calendar), &e);
	return z;
}

/* A moment, what was counted from then on, and a word about it. */
static void
line(struct explaining *x, const struct clock *k, struct buf *out, int64_t at,
    const char *counted, const char *word)
{
	buf_printf(out, "    %-28s %10s  %s\n", local_time(zone_of(k), at,
	    &x->arena), counted, word);
}

/* The record that something follows from. */
static void
put_cause(struct explaining *x, const struct event *by, struct buf *out)
{
	const char *id = sla_record(x->cmd, by, &x->arena);

	if (by != NULL)
		buf_printf(out, "%20s%s%s%s\n", "", sla_cause(by, &x->arena),
		    id != NULL ? ": " : "", id != NULL ? id : "");
}

/* Since which it is so, once. */
static void
cause_line(struct explaining *x, const struct event *by)
{
	if (by == NULL || by == x->cause)
		return;
	x->cause = by;
	put_cause(x, by, &x->text);
}

static void
take_step(void *arg, const struct clock *k, const struct clock_step *s)
{
	static const char *const whats[] = { "counted", "closed", "paused" };
	struct explaining *x = arg;
	char length[TIME_TEXT];
	const char *id;
	struct writer w;

	clock_log_step(&x->log, s);
	x->counted += s->counted;
	duration_exact(s->to - s->from, length);
	if (s->what == STEP_OPEN)
		line(x, k, &x->text, s->from, length, "counted");
	else
		line(x, k, &x->text, s->from, "-",
		    arena_printf(&x->arena, "%s: %s", s->why, length));
	if (s->what == STEP_PAUSED || x->cause != NULL)
		cause_line(x, s->by);
	w_begin(&w, &x->json);
	w.comma = x->json.len > 0;
	w_open(&w, '{');
	w_field_time(&w, "from", s->from);
	w_field_time(&w, "to", s->to);
	w_field_str(&w, "what", whats[s->what]);
	w_field_int(&w, "counted_s", s->counted);
	w_field_str(&w, "why", s->why);
	if (s->what != STEP_PAUSED)
		w_field_str(&w, "calendar", calendar_name(s->calendar));
	if ((id = sla_record(x->cmd, s->by, &x->arena)) != NULL)
		w_field_str(&w, "record", id);
	w_close(&w, '}');
}

/* Which line of which policy, contract or person says so. */
static void
source_lines(struct explaining *x, const struct clock *k, struct buf *out)
{
	const char *file = strrchr(k->target.file, '/');

	buf_printf(out, "    target %s on calendar '%s' (%s:%d)\n",
	    k->target.text, calendar_name(k->target.calendar),
	    file != NULL ? file + 1 : k->target.file, k->target.line);
	if (k->target.contract > 0)
		buf_printf(out, "    under the contract of contracts.yaml:"
		    "%d\n", k->target.contract);
	if (k->target.version > TIME_MIN)
		buf_printf(out, "    of the policy from %s on\n",
		    local_time(zone_of(k), k->target.version, &x->arena));
	if (k->target.season > 0)
		buf_printf(out, "    longer by the season of sla.yaml:%d\n",
		    k->target.season);
	if (k->flags & CLOCK_DUE_SET)
		buf_printf(out, "    due moment set by hand: %s, %s\n",
		    local_time(zone_of(k), k->due, &x->arena),
		    sla_cause(k->due_by, &x->arena));
	if (k->flags & CLOCK_DUE_SET && k->late > 0)
		buf_adds(out, "    late is every second behind it, by day "
		    "and night\n");
}

static void
flag_lines(const struct clock *k, struct buf *out)
{
	static const struct { unsigned flag; const char *text; } notes[] = {
		{ CLOCK_CHANGED, "severity, tier or policy changed midway" },
		{ CLOCK_SKEWED, "the time of a message is doubtful" },
		{ CLOCK_EARLY, "we wrote before the customer did: no answer" },
		{ CLOCK_NO_TIER, "the customer's tier is not in the policy" },
	};

	for (size_t i = 0; i < sizeof(notes) / sizeof(*notes); i++) {
		if (k->flags & notes[i].flag)
			buf_printf(out, "    note: %s\n", notes[i].text);
	}
}

/* Which words of whom changed the severity while the clock was on. */
static void
severity_lines(struct explaining *x, const struct clock *k, int64_t end,
    struct buf *out)
{
	const struct history *h = x->ticket->history;
	struct ticket t;

	ticket_start(&t, h);
	for (size_t i = 0; i < h->n && h->event[i].at <= end; i++) {
		const struct event *ev = &h->event[i];
		const enum severity was = t.severity;
		const char *id;

		ticket_step(&t, ev, &x->arena);
		if (t.severity == was || ev->at <= k->start)
			continue;
		id = sla_record(x->cmd, ev, &x->arena);
		buf_printf(out, "      %s, not %s, from %s: %s%s%s\n",
		    severity_name(t.severity), severity_name(was),
		    local_time(zone_of(k), ev->at, &x->arena),
		    sla_cause(ev, &x->arena), id != NULL ? " " : "",
		    id != NULL ? id : "");
	}
}

static void
tier_lines(struct explaining *x, const struct clock *k, int64_t end,
    struct buf *out)
{
	const struct customers *all = x->cmd->customers;
	const char *id = x->ticket->customer;
	const struct customer *was, *is;

	if (*id == '\0')
		return;
	for (int64_t at = k->start; (at = customers_next(all, id, at)) < end;) {
		was = customers_at(all, id, at - 1);
		is = customers_at(all, id, at);
		if (was != NULL && is != NULL && strcmp(was->tier,
		    is->tier) != 0)
			buf_printf(out, "      tier %s, not %s, from %s\n",
			    is->tier, was->tier, local_time(zone_of(k), at,
			    &x->arena));
	}
}

static void
change_lines(struct explaining *x, const struct clock *k, struct buf *out)
{
	int64_t end = k->stop != TIME_NONE ? k->stop : x->cmd->now;

	if (!(k->flags & CLOCK_CHANGED))
		return;
	severity_lines(x, k, end, out);
	tier_lines(x, k, end, out);
}

static void
text_clock(struct explaining *x, const struct clock *k, struct buf *out)
{
	char target[TIME_TEXT], counted[TIME_TEXT], rest[TIME_TEXT];
	char wall[TIME_TEXT];
	bool over = k->stop != TIME_NONE;

	buf_printf(out, "\n  %s", clock_name(k->kind));
	if (k->n > 1)
		buf_printf(out, " %d", k->n);
	if (k->state == CLOCK_NONE) {
		buf_printf(out, ": no clock, %s\n", k->why);
		return;
	}
	duration_exact(k->goal, target);
	duration_exact(k->counted, counted);
	duration_exact(k->late > 0 ? k->late : k->remaining, rest);
	buf_printf(out, ": %s, %s of %s, %s %s\n", clock_state_name(k->state),
	    counted, target, rest, k->late > 0 ? "late" : over ? "to spare" :
	    "left");
	source_lines(x, k, out);
	flag_lines(k, out);
	change_lines(x, k, out);
	buf_add(out, x->text.data, x->text.len);
	line(x, k, out, over ? k->stop : x->cmd->now, counted, over ?
	    "in all, to the end" : "in all, up to now");
	if (over)
		put_cause(x, k->ended_by, out);
	if (k->due != TIME_NONE)
		line(x, k, out, k->due, "", k->late > 0 ? arena_printf(
		    &x->arena, "it was due %s ago",
		    duration_exact(k->late_wall, wall)) : over ?
		    "it was due" : "it is due");
	if (k->remind != TIME_NONE)
		line(x, k, out, k->remind, "", "the customer is reminded");
}

static void
json_clock(struct explaining *x, const struct clock *k, struct buf *out)
{
	struct buf steps = BUF_INIT, events = BUF_INIT;

	buf_printf(&steps, "[%s]", x->json.data);
	sla_events(x->cmd, &x->log, k, &events);
	clock_record(k, x->ticket, x->cmd->now, steps.data, events.data, out);
	buf_addc(out, '\n');
	buf_free(&steps);
	buf_free(&events);
}

static void
take_instance(void *arg, const struct clock *k)
{
	struct explaining *x = arg;

	/* What is told must be what was counted. */
	if (k->state != CLOCK_NONE && x->counted != k->counted)
		err_set(&x->err, ERR_BUG, "the stretches of %s add up to %"
		    PRId64 " s, not %" PRId64, clock_name(k->kind),
		    x->counted, k->counted);
	if (x->cmd->form == FORM_JSON)
		json_clock(x, k, &x->out[k->kind]);
	else if (!sla_needless(k))
		text_clock(x, k, &x->out[k->kind]);
	buf_reset(&x->text);
	buf_reset(&x->json);
	x->log.n = 0;
	x->counted = 0;
	x->cause = NULL;
}

static void
title(struct explaining *x, const struct ticket *t, const char *tier)
{
	struct buf *out = &x->cmd->out;

	buf_printf(out, "%s  %s  %s  %s\n  ", t->history->key, tier,
	    severity_name(t->severity), status_name(t->status));
	table_fit(*t->customer != '\0' ? t->customer : t->from, 40, out);
	buf_adds(out, ": ");
	table_fit(cmd_redact(x->cmd, t->subject, &x->cmd->arena), 76, out);
	buf_addc(out, '\n');
}

static int
explain(struct explaining *x, const struct history *h, struct err *e)
{
	struct cmd *c = x->cmd;
	struct clock clock[CLOCKS];
	struct clock_ask ask;
	struct ticket t;

	ticket_fold(h, c->now, &x->arena, &t);
	if (t.opened == TIME_NONE)
		return 0;
	x->found = true;
	x->ticket = &t;
	ask = cmd_clock_ask(c, &t);
	ask.step = take_step;
	ask.instance = take_instance;
	ask.arg = x;
	if (clocks_of(&ask, &t, clock, e) < 0)
		return -1;
	if (x->err.kind != ERR_NONE) {
		*e = x->err;
		return -1;
	}
	if (c->form != FORM_JSON)
		title(x, &t, clock[CLOCK_RESOLUTION].tier);
	for (int k = 0; k < CLOCKS; k++)
		buf_add(&c->out, x->out[k].data, x->out[k].len);
	return 0;
}

static int
each(struct cmd *c, void *arg, const struct history *h, struct err *e)
{
	struct explaining *x = arg;
	char prefix[KEY_TEXT];

	(void)c;
	if (hash_canonical(x->name, prefix, sizeof(prefix)) < 0 ||
	    strncmp(h->key, prefix, strlen(prefix)) != 0)
		return 0;
	if (x->found)
		return err_set(e, ERR_USAGE, "ticket '%s' is not unique",
		    x->name);
	return explain(x, h, e);
}

static int
from_store(struct explaining *x, struct err *e)
{
	struct cmd *c = x->cmd;
	char key[KEY_TEXT];
	struct history h;
	int got = store_ticket(c->store, x->name, key, e);

	if (got == 1)
		got = store_history(c->store, key, &h, &x->arena, e);
	return got == 1 ? explain(x, &h, e) : got;
}

int
sla_explain(struct cmd *c, struct err *e)
{
	struct explaining x = { .cmd = c, .text = BUF_INIT, .json = BUF_INIT };
	int rc;

	if (c->argc == 0 || *c->argv[0] == '\0')
		return err_set(e, ERR_USAGE, "explain needs a ticket");
	x.name = c->argv[0] + (c->argv[0][0] == '#');
	c->argc--;
	c->argv++;
	for (int k = 0; k < CLOCKS; k++)
		buf_init(&x.out[k]);
	rc = cmd_reads_records(c) ? cmd_histories(c, false, NULL, each, &x, e) :
	    from_store(&x, e);
	if (rc == 0 && !x.found)
		rc = err_set(e, ERR_USAGE, "no ticket '%s'", x.name);
	for (int k = 0; k < CLOCKS; k++)
		buf_free(&x.out[k]);
	buf_free(&x.text);
	buf_free(&x.json);
	clock_log_free(&x.log);
	arena_free(&x.arena);
	return rc;
}
