/* tai-credit compute: months of uptime and clocks in, credits out. */
#include <stdlib.h>

#include "claim.h"
#include "credit.h"
#include "misses.h"

struct compute {
	struct credit_run run;
	struct clocks_seen *clocks;
};

/* A decimal given as a string or as a number. */
static const char *
decimal(const struct rec *r, const char *name, struct arena *a)
{
	struct value v;

	if (!rec_get(r, name, &v))
		return NULL;
	if (v.kind == VALUE_NUMBER)
		return arena_strndup(a, v.text, v.len);
	return value_str(&v, a, NULL);
}

static int
read_uptime(const struct rec *r, struct claim *m, struct arena *a,
    struct err *e)
{
	int64_t total, excluded = 0, down;
	const char *text;

	if (rec_int(r, "total_s", &total) && rec_int(r, "down_s", &down)) {
		rec_int(r, "excluded_s", &excluded);
		if (uptime_of(&m->uptime, total, excluded, down) < 0)
			return err_set(e, ERR_INPUT, "uptime: total_s, "
			    "excluded_s and down_s contradict each other");
		return 0;
	}
	text = decimal(r, "uptime", a);
	if (text == NULL || uptime_parse(&m->uptime, text) < 0)
		return err_set(e, ERR_INPUT, "uptime: neither total_s and "
		    "down_s nor a percentage are there");
	return 0;
}

/* Whether the month kept what was promised to this customer. */
static int
is_met(const struct claim *m, const char *promised, bool *met,
    struct err *e)
{
	struct uptime target;

	*met = m->uptime.up == m->uptime.total;
	if (*met || promised == NULL)
		return 0;
	if (uptime_parse(&target, promised) < 0)
		return err_set(e, ERR_INPUT, "uptime: target is not a "
		    "percentage");
	*met = !uptime_less(m->uptime, target);
	return 0;
}

static int
take_uptime(struct credit_run *run, const struct rec *r, struct err *e)
{
	struct claim m = { .reason = "uptime" };
	struct arena *a = &run->scratch;
	const char *month;
	bool met;
	int got;

	arena_reset(a);
	m.of.customer = rec_str(r, "customer", a);
	m.service = rec_str(r, "service", a);
	month = rec_str(r, "month", a);
	if (m.of.customer == NULL || month == NULL)
		return err_set(e, ERR_INPUT,
		    "uptime: customer or month is missing");
	if (month_parse(month, &m.of.month) < 0)
		return err_set(e, ERR_INPUT, "uptime: month is not such as "
		    "2026-02");
	if (m.service == NULL)
		m.service = "";
	if (read_uptime(r, &m, a, e) < 0 ||
	    is_met(&m, decimal(r, "target", a), &met, e) < 0)
		return -1;
	if (met)
		return 0;
	if (account_fill(&m.of, run->cmd->customers, run->cmd->org.zone,
	    e) < 0 || claim_terms(run, &m, r, e) < 0)
		return -1;
	/* Until a month is over nobody knows what it comes to. */
	if (m.of.end > run->cmd->now)
		return 0;
	got = credit_find(run->policy, m.tier, m.uptime, &m.band, e);
	if (got != 1)
		return got;
	m.share = m.band->share;
	return claim_emit(run, &m, e);
}

static int
take(struct cmd *c, void *arg, const struct rec *r, struct err *e)
{
	struct compute *x = arg;

	if (rec_is(r, "type", "uptime"))
		return take_uptime(&x->run, r, e);
	if (rec_is(r, "type", "clock"))
		return clocks_seen_note(x->clocks, &x->run, r, e);
	if (rec_is(r, "type", "credit"))
		return ledger_note(x->run.ledger, r, true, e);
	if (rec_is(r, "type", "customer"))
		return customers_add_record(c->customers, r, e);
	return 0;
}

static int
finish(struct cmd *c, void *arg, struct err *e)
{
	struct compute *x = arg;

	(void)c;
	return clocks_seen_emit(x->clocks, &x->run, e);
}

static int
read_ledger(struct cmd *c, struct credit_run *run, struct err *e)
{
	static const char *const types[] = { "credit", NULL };
	struct cursor *cur;
	int64_t seq;
	int got;

	if (c->store == NULL)
		return 0;
	if (store_log(c->store, types, NULL, 0, &cur, e) < 0)
		return -1;
	while ((got = cursor_record(cur, run->rec, &seq, e)) == 1) {
		struct err bad = { 0 };

		if (ledger_note(run->ledger, run->rec, false, &bad) < 0)
			cmd_warn(c, ERR_INPUT, "store:%lld: %s",
			    (long long)seq, bad.text);
	}
	cursor_close(cur);
	return got;
}

int
credit_compute(struct cmd *c, struct err *e)
{
	struct compute x = { .run.cmd = c };
	struct filter filter = { .each = take, .finish = finish, .arg = &x };
	struct yaml *root;
	int rc = -1;

	if (c->pending)
		return err_set(e, ERR_USAGE, "a store does not keep uptime: "
		    "give the records");
	if (cmd_rule_yaml(c, "credit.yaml", &root, e) < 0 ||
	    credit_load(&x.run.policy, &c->arena, root, e) < 0)
		return -1;
	x.clocks = clocks_seen_new(&c->arena);
	x.run.ledger = ledger_new(&c->arena);
	x.run.rec = xmalloc(sizeof(*x.run.rec));
	if (read_ledger(c, &x.run, e) == 0)
		rc = cmd_filter(c, &filter, e);
	free(x.run.rec);
	arena_free(&x.run.scratch);
	return rc;
}
