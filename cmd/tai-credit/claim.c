/* A customer's month: its terms, and its credit. */
#include "claim.h"
#include "format/zone.h"

int
claim_terms(struct credit_run *run, struct claim *m, const struct rec *r,
    struct err *e)
{
	const struct org *org = &run->cmd->org;

	m->fee = -1;
	if (r != NULL) {
		m->tier = rec_str(r, "tier", &run->scratch);
		m->currency = rec_str(r, "currency", &run->scratch);
		if (!rec_int(r, "fee", &m->fee))
			rec_int(r, "base", &m->fee);
	}
	if (m->fee < 0 && m->of.who != NULL)
		m->fee = m->of.who->fee;
	if (m->tier == NULL)
		m->tier = m->of.who != NULL ? m->of.who->tier : "";
	if (m->currency == NULL)
		m->currency = m->of.who != NULL &&
		    *m->of.who->currency != '\0' ?
		    m->of.who->currency : org->currency;
	if (*m->tier == '\0')
		return err_set(e, ERR_INPUT,
		    "no tier is known of customer '%s' in %s", m->of.customer,
		    m->of.month.name);
	if (m->fee <= 0 || m->fee > INT64_MAX / 100)
		return err_set(e, ERR_INPUT,
		    "no fee is known of customer '%s' in %s", m->of.customer,
		    m->of.month.name);
	return 0;
}

static void
write_credit(const struct credit_run *run, const struct claim *m,
    int64_t amount, const char *id, struct buf *out)
{
	const int64_t end = m->of.end;
	int64_t expires = zone_utc(m->of.zone, zone_local(m->of.zone, end) +
	    credit_days(run->policy) * 86400, false);
	int64_t full = credit_amount(m->fee, m->share);
	char text[24];
	struct writer w;

	if (m->of.who != NULL && m->of.who->until < expires)
		expires = m->of.who->until > end ? m->of.who->until : end;
	record_begin(&w, out, "credit", id, end);
	w_field_str(&w, "customer", m->of.customer);
	w_field_str(&w, "month", m->of.month.name);
	w_field_str(&w, "service", *m->service != '\0' ? m->service : NULL);
	w_field_str(&w, "reason", m->reason);
	w_field_str(&w, "tier", m->tier);
	if (m->band != NULL) {
		w_field_str(&w, "uptime", uptime_text(m->uptime, text));
		w_field_str(&w, "below", decimal_text(m->band->below, 4,
		    text));
	} else
		w_field_int(&w, "missed", m->missed);
	w_field_str(&w, "percent", decimal_text(m->share, 2, text));
	w_field_int(&w, "base", m->fee);
	w_field_int(&w, "amount", amount);
	if (full > amount)
		w_field_int(&w, "cut", full - amount);
	w_field_str(&w, "currency", m->currency);
	w_field_str(&w, "state", expires > end ? "issued" : "expired");
	w_field_time(&w, "expires", expires);
	if (m->band != NULL && m->band->review)
		w_field_bool(&w, "review", true);
	w_close(&w, '}');
}

/* What the share comes to, within what the cap leaves of the month. */
static int64_t
amount_of(const struct credit_run *run, const struct claim *m)
{
	int64_t amount = credit_amount(m->fee, m->share);
	int64_t left = credit_cap(run->policy, m->fee) -
	    ledger_sum(run->ledger, m->of.customer, m->of.month.name);

	return amount < left ? amount : left;
}

int
claim_emit(struct credit_run *run, const struct claim *m, struct err *e)
{
	struct buf out = BUF_INIT;
	char id[ID_TEXT];
	const char *line;
	bool shown;
	int64_t amount;
	int rc = 0;

	record_id(id, "credit", m->of.customer, m->of.month.name, m->service,
	    m->reason, NULL);
	/* A credit once given stands; a run that is repeated shows it again. */
	if ((line = ledger_line(run->ledger, id, &shown)) != NULL)
		buf_adds(&out, shown ? "" : line);
	else if ((amount = amount_of(run, m)) > 0)
		write_credit(run, m, amount, id, &out);
	if (out.len > 0 && (rec_parse(run->rec, out.data, out.len, e) < 0 ||
	    ledger_note(run->ledger, run->rec, true, e) < 0 ||
	    cmd_emit(run->cmd, out.data, out.len, e) < 0))
		rc = -1;
	buf_free(&out);
	return rc;
}
