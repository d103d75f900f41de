/* tai-sla explain: a ticket's clocks, every counted and uncounted stretch. */
#include <inttypes.h>
#include <string.h>

#include "base/time.h"
#include "sla.h"

struct explaining {
	struct cmd *cmd;
	const char *name;	/* as asked for */
	char key[KEY_TEXT];	/* resolved, in a store */
	struct arena arena;
	struct buf steps[CLOCKS];	/* text of each clock's stretches */
	struct buf json[CLOCKS];
	int64_t counted[CLOCKS];
	bool found, ambiguous;
};

static void
take_step(void *arg, const struct clock *k, const struct clock_step *s)
{
	static const char *const whats[] = { "counted", "closed", "paused" };
	struct explaining *x = arg;
	const char *zone = calendar_zone(k->target.calendar);
	char length[TIME_TEXT];
	struct buf *json = &x->json[k->kind];
	struct writer w;

	x->counted[k->kind] += s->counted;
	duration_exact(s->to - s->from, length);
	buf_printf(&x->steps[k->kind], "    %s  %10s  %s\n",
	    local_time(x->cmd, zone, s->from, &x->arena), s->what == STEP_OPEN ?
	    length : "-", s->what == STEP_OPEN ? "counted" :
	    arena_printf(&x->arena, "%s not counted: %s", length, s->why));
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
	const char *zone = calendar_zone(k->target.calendar);
	char target[TIME_TEXT], counted[TIME_TEXT], rest[TIME_TEXT];

	buf_printf(out, "\n  %s: %s", clock_name(k->kind),
	    clock_state_name(k->state));
	if (k->state == CLOCK_NONE) {
		buf_printf(out, " (%s)\n", k->why);
		return;
	}
	duration_exact(k->target.seconds, target);
	duration_exact(k->counted, counted);
	duration_exact(k->late > 0 ? k->late : k->remaining, rest);
	buf_printf(out, ", %s counted of %s, %s %s\n", counted, target, rest,
	    k->late > 0 ? "late" : "left");
	buf_printf(out, "    target %s on calendar '%s' (sla.yaml:%d)\n",
	    k->target.text, calendar_name(k->target.calendar),
	    k->target.line);
	buf_add(out, x->steps[k->kind].data, x->steps[k->kind].len);
	buf_printf(out, "    %s  %10s  %s\n", local_time(x->cmd, zone,
	    k->stop != TIME_NONE ? k->stop : x->cmd->now, &x->arena), counted,
	    k->stop != TIME_NONE ? "total, stopped" : "total, now");
	if (k->due != TIME_NONE)
		buf_printf(out, "    %s  %10s  due\n", local_time(x->cmd, zone,
		    k->due, &x->arena), "");
}

static void
json_clock(struct explaining *x, const struct clock *k,
    const struct ticket *t, const char *tier)
{
	struct buf line = BUF_INIT, list = BUF_INIT, whole = BUF_INIT;
	struct rec *r = arena_alloc(&x->arena, sizeof(*r));
	struct err bad = { 0 };

	clock_record(k, t, tier, x->cmd->now, &line);
	buf_printf(&list, "[%s]", x->json[k->kind].data);
	if (rec_parse(r, line.data, line.len, &bad) == 0)
		rec_with(r, "steps", list.data, list.len, &whole);
	buf_add(&x->cmd->out, whole.data, whole.len);
	buf_addc(&x->cmd->out, '\n');
	buf_free(&line);
	buf_free(&list);
	buf_free(&whole);
}

static int
explain(struct explaining *x, const struct history *h, struct err *e)
{
	struct cmd *c = x->cmd;
	struct clock clocks[CLOCKS];
	struct ticket t;
	const char *tier;

	ticket_fold(h, c->now, &x->arena, &t);
	if (t.opened == TIME_NONE)
		return 0;
	x->found = true;
	tier = cmd_tier(c, &t);
	if (clocks_of(c->policy, &t, tier, c->now, clocks, take_step, x,
	    e) < 0)
		return -1;
	if (c->form != FORM_JSON)
		buf_printf(&c->out, "%s  %s  %s  %s  %s\n  %s\n", h->key,
		    *t.customer != '\0' ? t.customer : t.from, tier,
		    severity_name(t.severity), status_name(t.status),
		    t.subject);
	for (int k = 0; k < CLOCKS; k++) {
		/* What is told must be what was counted. */
		if (clocks[k].state != CLOCK_NONE &&
		    x->counted[k] != clocks[k].counted)
			return err_set(e, ERR_BUG, "the stretches of %s add "
			    "up to %" PRId64 " s, not %" PRId64,
			    clock_name(clocks[k].kind), x->counted[k],
			    clocks[k].counted);
		if (k == CLOCK_NEXT && clocks[k].state == CLOCK_NONE)
			continue;
		if (c->form == FORM_JSON)
			json_clock(x, &clocks[k], &t, tier);
		else
			text_clock(x, &clocks[k]);
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

int
sla_explain(struct cmd *c, struct err *e)
{
	struct explaining x = { .cmd = c };
	struct history h;
	int rc;

	if (c->argc == 0)
		return err_set(e, ERR_USAGE, "explain needs a ticket");
	x.name = c->argv[0] + (c->argv[0][0] == '#');
	c->argc--;
	c->argv++;
	for (int k = 0; k < CLOCKS; k++) {
		buf_init(&x.steps[k]);
		buf_init(&x.json[k]);
	}
	if (cmd_reads_records(c))
		rc = cmd_histories(c, false, NULL, each, &x, e);
	else if ((rc = store_ticket(c->store, x.name, x.key, e)) == 1 &&
	    (rc = store_history(c->store, x.key, &h, &x.arena, e)) == 1)
		rc = explain(&x, &h, e);
	if (rc == 0 && !x.found)
		rc = err_set(e, ERR_USAGE, "no ticket '%s'", x.name);
	for (int k = 0; k < CLOCKS; k++) {
		buf_free(&x.steps[k]);
		buf_free(&x.json[k]);
	}
	arena_free(&x.arena);
	return rc;
}
