/* tai-sla explain: a ticket's clocks, every counted and uncounted stretch. */
#include <inttypes.h>
#include <string.h>

#include "sla.h"

struct explaining {
	struct cmd *cmd;
	const char *name;	/* as asked for */
	struct arena arena;
	struct buf text[CLOCKS];	/* each clock's stretches */
	struct buf json[CLOCKS];
	int64_t counted[CLOCKS];
	bool found;
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

static void
take_step(void *arg, const struct clock *k, const struct clock_step *s)
{
	static const char *const whats[] = { "counted", "closed", "paused" };
	struct explaining *x = arg;
	struct buf *json = &x->json[k->kind];
	char length[TIME_TEXT];
	struct writer w;

	x->counted[k->kind] += s->counted;
	duration_exact(s->to - s->from, length);
	if (s->what == STEP_OPEN)
		line(x, k, &x->text[k->kind], s->from, length, "counted");
	else
		line(x, k, &x->text[k->kind], s->from, "-",
		    arena_printf(&x->arena, "%s: %s", s->why, length));
	w_begin(&w, json);
	w.comma = json->len > 0;
	w_open(&w, '{');
	w_field_time(&w, "from", s->from);
	w_field_time(&w, "to", s->to);
	w_field_str(&w, "what", whats[s->what]);
	w_field_int(&w, "counted_s", s->counted);
	w_field_str(&w, "why", s->why);
	w_close(&w, '}');
}

static void
text_clock(struct explaining *x, const struct clock *k)
{
	struct buf *out = &x->cmd->out;
	char target[TIME_TEXT], counted[TIME_TEXT], rest[TIME_TEXT];
	bool over = k->stop != TIME_NONE;

	buf_printf(out, "\n  %s: ", clock_name(k->kind));
	if (k->state == CLOCK_NONE) {
		buf_printf(out, "no clock, %s\n", k->why);
		return;
	}
	duration_exact(k->target.seconds, target);
	duration_exact(k->counted, counted);
	duration_exact(k->late > 0 ? k->late : k->remaining, rest);
	buf_printf(out, "%s, %s of %s, %s %s\n    target %s on calendar '%s' "
	    "(sla.yaml:%d)\n", clock_state_name(k->state), counted, target,
	    rest, k->late > 0 ? "late" : over ? "to spare" : "left",
	    k->target.text, calendar_name(k->target.calendar),
	    k->target.line);
	buf_add(out, x->text[k->kind].data, x->text[k->kind].len);
	line(x, k, out, over ? k->stop : x->cmd->now, counted, over ?
	    "in all, to the end" : "in all, up to now");
	if (k->due != TIME_NONE)
		line(x, k, out, k->due, "", over || k->late > 0 ?
		    "it was due" : "it is due");
}

static void
json_clock(struct explaining *x, const struct clock *k,
    const struct ticket *t, const char *tier)
{
	struct rec *r = arena_alloc(&x->arena, sizeof(*r));
	struct buf record = BUF_INIT, steps = BUF_INIT;
	struct err e = { 0 };

	clock_record(k, t, tier, x->cmd->now, &record);
	buf_printf(&steps, "[%s]", x->json[k->kind].data);
	if (rec_parse(r, record.data, record.len, &e) == 0)
		rec_with(r, "steps", steps.data, steps.len, &x->cmd->out);
	buf_addc(&x->cmd->out, '\n');
	buf_free(&record);
	buf_free(&steps);
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
	bool json = c->form == FORM_JSON;
	struct clock clock[CLOCKS];
	struct clock_ask ask;
	struct ticket t;
	const char *tier;

	ticket_fold(h, c->now, &x->arena, &t);
	if (t.opened == TIME_NONE)
		return 0;
	x->found = true;
	ask = cmd_clock_ask(c, &t);
	tier = ask.tier;
	ask.step = take_step;
	ask.arg = x;
	if (clocks_of(&ask, &t, clock, e) < 0)
		return -1;
	if (!json)
		title(x, &t, tier);
	for (int k = 0; k < CLOCKS; k++) {
		if (k == CLOCK_NEXT && clock[k].start == TIME_NONE)
			continue;
		/* What is told must be what was counted. */
		if (clock[k].state != CLOCK_NONE &&
		    x->counted[k] != clock[k].counted)
			return err_set(e, ERR_BUG, "the stretches of %s add "
			    "up to %" PRId64 " s, not %" PRId64,
			    clock_name(clock[k].kind), x->counted[k],
			    clock[k].counted);
		if (json)
			json_clock(x, &clock[k], &t, tier);
		else
			text_clock(x, &clock[k]);
	}
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
	struct explaining x = { .cmd = c };
	int rc;

	if (c->argc == 0 || *c->argv[0] == '\0')
		return err_set(e, ERR_USAGE, "explain needs a ticket");
	x.name = c->argv[0] + (c->argv[0][0] == '#');
	c->argc--;
	c->argv++;
	for (int k = 0; k < CLOCKS; k++) {
		buf_init(&x.text[k]);
		buf_init(&x.json[k]);
	}
	rc = cmd_reads_records(c) ? cmd_histories(c, false, NULL, each, &x, e) :
	    from_store(&x, e);
	if (rc == 0 && !x.found)
		rc = err_set(e, ERR_USAGE, "no ticket '%s'", x.name);
	for (int k = 0; k < CLOCKS; k++) {
		buf_free(&x.text[k]);
		buf_free(&x.json[k]);
	}
	arena_free(&x.arena);
	return rc;
}
