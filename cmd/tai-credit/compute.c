/* tai-credit compute: months of uptime in, credits out. */
#include <stdlib.h>
#include <string.h>

#include "base/time.h"
#include "credit.h"
#include "domain/report/credit.h"
#include "format/zone.h"
#include "ledger.h"

struct run {
	struct credit_policy *policy;
	struct ledger *ledger;
	struct arena scratch;
	struct rec *rec;
};

struct month {			/* an uptime record, and whom it is about */
	const char *customer, *service, *name, *tier, *currency;
	const struct customer *who;	/* NULL unknown */
	struct uptime uptime;
	const char *target;	/* as it was promised, or NULL */
	int64_t start, end;	/* in the customer's zone */
	const struct zone *zone;
	int64_t fee;
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
read_uptime(const struct rec *r, struct month *m, struct arena *a,
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

/* "2026-02" as the moments at which it begins and ends in the zone. */
static int
month_bounds(struct month *m, struct err *e)
{
	char first[16];
	int64_t day;
	struct civil c;

	if (strlen(m->name) != 7)
		return err_set(e, ERR_INPUT, "uptime: month is not such as "
		    "2026-02");
	snprintf(first, sizeof(first), "%.7s-01", m->name);
	if (date_parse(first, &day) < 0)
		return err_set(e, ERR_INPUT, "uptime: month is not such as "
		    "2026-02");
	c = civil_from_seconds(day * 86400);
	m->start = zone_day(m->zone, day);
	m->end = zone_day(m->zone, day + days_in_month(c.year, c.month));
	return 0;
}

static int
find_zone(struct cmd *c, struct month *m, struct err *e)
{
	const char *name = m->who != NULL && *m->who->zone != '\0' ?
	    m->who->zone : c->org.zone;
	struct err bad = { 0 };

	if (zone_load(&m->zone, name, &bad) == 0)
		return 0;
	/* One customer's row must not end the run for the others. */
	return err_set(e, ERR_INPUT, "customer '%s': %s", m->customer,
	    bad.text);
}

/*
 * The customer as of the month's last second, or of its first when it left
 * in between. The zone decides when that is, and is itself the customer's:
 * a guess by UTC is near enough to find the row that names it.
 */
static int
find_customer(struct cmd *c, struct month *m, struct err *e)
{
	for (int pass = 0; pass < 2; pass++) {
		if (find_zone(c, m, e) < 0 || month_bounds(m, e) < 0)
			return -1;
		m->who = customers_at(c->customers, m->customer, m->end - 1);
		if (m->who == NULL)
			m->who = customers_at(c->customers, m->customer,
			    m->start);
	}
	return 0;
}

static int
find_terms(struct cmd *c, struct month *m, const struct rec *r,
    struct arena *a, struct err *e)
{
	m->tier = rec_str(r, "tier", a);
	m->currency = rec_str(r, "currency", a);
	m->fee = -1;
	if (!rec_int(r, "fee", &m->fee) && !rec_int(r, "base", &m->fee) &&
	    m->who != NULL)
		m->fee = m->who->fee;
	if (m->tier == NULL)
		m->tier = m->who != NULL ? m->who->tier : "";
	if (m->currency == NULL)
		m->currency = m->who != NULL && *m->who->currency != '\0' ?
		    m->who->currency : c->org.currency;
	if (*m->tier == '\0')
		return err_set(e, ERR_INPUT,
		    "no tier is known of customer '%s' in %s", m->customer,
		    m->name);
	if (m->fee <= 0 || m->fee > INT64_MAX / 100)
		return err_set(e, ERR_INPUT,
		    "no fee is known of customer '%s' in %s", m->customer,
		    m->name);
	return 0;
}

/* Whether the month kept what was promised to this customer. */
static int
is_met(const struct month *m, bool *met, struct err *e)
{
	struct uptime target;

	*met = m->uptime.up == m->uptime.total;
	if (*met || m->target == NULL)
		return 0;
	if (uptime_parse(&target, m->target) < 0)
		return err_set(e, ERR_INPUT, "uptime: target is not a "
		    "percentage");
	*met = !uptime_less(m->uptime, target);
	return 0;
}

static void
write_credit(const struct run *run, const struct month *m,
    const struct credit_band *band, int64_t amount, const char *id,
    struct buf *out)
{
	int64_t expires = zone_utc(m->zone, zone_local(m->zone, m->end) +
	    credit_days(run->policy) * 86400, false);
	char text[24];
	struct writer w;

	if (m->who != NULL && m->who->until < expires)
		expires = m->who->until > m->end ? m->who->until : m->end;
	record_begin(&w, out, "credit", id, m->end);
	w_field_str(&w, "customer", m->customer);
	w_field_str(&w, "month", m->name);
	w_field_str(&w, "service", *m->service != '\0' ? m->service : NULL);
	w_field_str(&w, "reason", "uptime");
	w_field_str(&w, "tier", m->tier);
	w_field_str(&w, "uptime", uptime_text(m->uptime, text));
	w_field_str(&w, "below", decimal_text(band->below, 4, text));
	w_field_str(&w, "percent", decimal_text(band->share, 2, text));
	w_field_int(&w, "base", m->fee);
	w_field_int(&w, "amount", amount);
	w_field_str(&w, "currency", m->currency);
	w_field_str(&w, "state", expires > m->end ? "issued" : "expired");
	w_field_time(&w, "expires", expires);
	if (band->review)
		w_field_bool(&w, "review", true);
	w_close(&w, '}');
}

/* What the band earns, within what the cap leaves of the month. */
static int64_t
amount_of(const struct run *run, const struct month *m,
    const struct credit_band *band)
{
	int64_t amount = credit_amount(m->fee, band->share);
	int64_t left = credit_cap(run->policy, m->fee) -
	    ledger_sum(run->ledger, m->customer, m->name);

	return amount < left ? amount : left;
}

static int
emit(struct cmd *c, struct run *run, const struct month *m,
    const struct credit_band *band, struct err *e)
{
	struct buf out = BUF_INIT;
	char id[ID_TEXT];
	const char *line;
	bool shown;
	int64_t amount;
	int rc = 0;

	record_id(id, "credit", m->customer, m->name, m->service, "uptime",
	    NULL);
	/* A credit once given stands; a run that is repeated shows it again. */
	if ((line = ledger_line(run->ledger, id, &shown)) != NULL)
		buf_adds(&out, shown ? "" : line);
	else if ((amount = amount_of(run, m, band)) > 0)
		write_credit(run, m, band, amount, id, &out);
	if (out.len > 0 && (rec_parse(run->rec, out.data, out.len, e) < 0 ||
	    ledger_note(run->ledger, run->rec, true, e) < 0 ||
	    cmd_emit(c, out.data, out.len, e) < 0))
		rc = -1;
	buf_free(&out);
	return rc;
}

static int
take_uptime(struct cmd *c, struct run *run, const struct rec *r,
    struct err *e)
{
	struct arena *a = &run->scratch;
	const struct credit_band *band;
	struct month m = { 0 };
	bool met;
	int got;

	arena_reset(a);
	m.customer = rec_str(r, "customer", a);
	m.name = rec_str(r, "month", a);
	m.service = rec_str(r, "service", a);
	m.target = decimal(r, "target", a);
	if (m.customer == NULL || m.name == NULL)
		return err_set(e, ERR_INPUT,
		    "uptime: customer or month is missing");
	if (m.service == NULL)
		m.service = "";
	if (read_uptime(r, &m, a, e) < 0 || is_met(&m, &met, e) < 0)
		return -1;
	if (met)
		return 0;
	if (find_customer(c, &m, e) < 0 || find_terms(c, &m, r, a, e) < 0)
		return -1;
	/* Until a month is over nobody knows what it comes to. */
	if (m.end > c->now)
		return 0;
	got = credit_find(run->policy, m.tier, m.uptime, &band, e);
	return got == 1 ? emit(c, run, &m, band, e) : got;
}

static int
take(struct cmd *c, void *arg, const struct rec *r, struct err *e)
{
	struct run *run = arg;

	if (rec_is(r, "type", "uptime"))
		return take_uptime(c, run, r, e);
	if (rec_is(r, "type", "credit"))
		return ledger_note(run->ledger, r, true, e);
	if (rec_is(r, "type", "customer"))
		return customers_add_record(c->customers, r, e);
	return 0;
}

static int
read_ledger(struct cmd *c, struct run *run, struct err *e)
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
	struct run run = { 0 };
	struct filter filter = { .each = take, .arg = &run };
	struct yaml *root;
	int rc = -1;

	if (c->pending)
		return err_set(e, ERR_USAGE, "a store does not keep uptime: "
		    "give the records");
	if (cmd_rule_yaml(c, "credit.yaml", &root, e) < 0 ||
	    credit_load(&run.policy, &c->arena, root, e) < 0)
		return -1;
	run.ledger = ledger_new(&c->arena);
	run.rec = xmalloc(sizeof(*run.rec));
	if (read_ledger(c, &run, e) == 0)
		rc = cmd_filter(c, &filter, e);
	free(run.rec);
	arena_free(&run.scratch);
	return rc;
}
