/*
 * The day's figures as JSON: numbers for programs, and beside them the texts
 * that templates put on a page. Every name is always there, so that a
 * template may be strict about what it asks for.
 */
#include <string.h>

#include "base/time.h"
#include "report.h"

static const char *const severity_order[] = { "CRITICAL", "HIGH", "MEDIUM",
	"LOW" };

/* A share as percent with one place, cut off; null of nothing. */
static void
share(struct writer *w, const char *key, int64_t part, int64_t whole)
{
	char text[32];

	w_key(w, key);
	w_str(w, whole > 0 ? ratio_text(part * 100, whole, 1, text) : NULL);
}

/* Without a zero behind the point: "95", "99.5". */
static void
target(struct writer *w, const char *key, int64_t hundredths)
{
	char text[32];
	size_t len;

	ratio_text(hundredths, 100, 2, text);
	for (len = strlen(text); len > 0 && text[len - 1] == '0'; len--)
		text[len - 1] = '\0';
	if (len > 0 && text[len - 1] == '.')
		text[len - 1] = '\0';
	w_field_str(w, key, text);
}

static void
local_time(const struct daily *d, struct writer *w, const char *key,
    int64_t t)
{
	static const char *const days[] = { "Sun", "Mon", "Tue", "Wed", "Thu",
		"Fri", "Sat" };
	char text[64];
	struct civil c;

	w_key(w, key);
	if (t == TIME_NONE || t == TIME_MAX) {
		w_str(w, NULL);
		return;
	}
	c = civil_from_seconds(zone_local(d->setup.zone, t));
	/* Within a week of now the weekday says it, and is shorter. */
	if (t >= d->start - 86400 && t < d->start + 6 * 86400)
		snprintf(text, sizeof(text), "%s %02d:%02d", days[c.weekday],
		    c.hour, c.minute);
	else
		snprintf(text, sizeof(text), "%04d-%02d-%02d", (int)c.year,
		    c.month, c.day);
	w_str(w, text);
}

/* A length in seconds as key_s, and as text under the key. */
static void
length(struct writer *w, const char *key, const char *key_s, int64_t seconds)
{
	char text[TIME_TEXT];

	w_field_int(w, key_s, seconds);
	w_field_str(w, key, duration_format(seconds, text));
}

/*
 * The same of seconds counted on a calendar. Never in days: a day of 24 hours
 * and one of open hours would read alike.
 */
static void
counted(struct writer *w, const char *key, const char *key_s, int64_t n)
{
	char text[64];

	w_field_int(w, key_s, n);
	if (n >= 3600)
		snprintf(text, sizeof(text), "%lldh %02lldm",
		    (long long)(n / 3600), (long long)(n / 60 % 60));
	else if (n >= 60)
		snprintf(text, sizeof(text), "%lldm", (long long)(n / 60));
	else
		snprintf(text, sizeof(text), "%llds", (long long)n);
	w_field_str(w, key, text);
}

static void
moment(struct writer *w, const char *key, int64_t t)
{
	w_key(w, key);
	if (t == TIME_NONE)
		w_str(w, NULL);
	else
		w_time(w, t);
}

/* "jonas" of jonas@tai.example: everybody here knows who that is. */
static void
owner(struct writer *w, const char *address)
{
	w_field_str(w, "owner", address);
	w_key(w, "owner_name");
	w_strn(w, address, strcspn(address, "@"));
}

static void
write_ticket(const struct daily *d, struct writer *w,
    const struct daily_ticket *t)
{
	w_field_str(w, "ticket", t->key);
	w_field_str(w, "customer", t->customer);
	w_field_str(w, "name", t->name);
	w_field_str(w, "tier", t->tier);
	w_field_str(w, "severity", severity_name(t->severity));
	w_field_bool(w, "is_critical", t->severity == SEVERITY_CRITICAL);
	w_field_bool(w, "is_high", t->severity == SEVERITY_HIGH);
	w_field_str(w, "status", status_name(t->status));
	w_field_bool(w, "waiting", t->status == STATUS_WAITING);
	w_field_bool(w, "done", t->status == STATUS_RESOLVED ||
	    t->status == STATUS_CLOSED);
	w_field_str(w, "subject", t->subject);
	w_field_str(w, "category", t->category);
	w_field_str(w, "topic", t->topic);
	owner(w, t->owner);
	moment(w, "opened", t->opened);
	local_time(d, w, "opened_local", t->opened);
	moment(w, "resolved_at", t->resolved);
	local_time(d, w, "resolved_local", t->resolved);
}

static void
write_head(const struct cmd *c, const struct daily *d, struct writer *w)
{
	static const char *const days[] = { "Sunday", "Monday", "Tuesday",
		"Wednesday", "Thursday", "Friday", "Saturday" };
	static const char *const months[] = { "January", "February", "March",
		"April", "May", "June", "July", "August", "September",
		"October", "November", "December" };
	struct civil l = civil_from_seconds(zone_local(d->setup.zone,
	    d->setup.now));
	char text[32];

	w_field_str(w, "report", "daily");
	w_field_str(w, "org", c->org.name);
	snprintf(text, sizeof(text), "%04d-%02d-%02d", (int)l.year, l.month,
	    l.day);
	w_field_str(w, "date", text);
	w_field_str(w, "weekday", days[l.weekday]);
	w_field_int(w, "day", l.day);
	w_field_str(w, "month", months[l.month - 1]);
	w_field_int(w, "year", l.year);
	snprintf(text, sizeof(text), "%02d:%02d", l.hour, l.minute);
	w_field_str(w, "time", text);
	w_field_str(w, "zone", zone_name(d->setup.zone));
	w_field_str(w, "zone_short", zone_abbreviation(d->setup.zone,
	    d->setup.now));
	w_field_time(w, "from", d->start);
	w_field_time(w, "to", d->setup.now);
}

static void
write_severities(struct writer *w, const char *key,
    const int64_t n[SEVERITIES])
{
	int64_t most = 0, sum = 0;

	for (int i = 0; i < SEVERITIES; i++) {
		most = n[i] > most ? n[i] : most;
		sum += n[i];
	}
	w_key(w, key);
	w_open(w, '[');
	for (int i = 0; i < SEVERITIES; i++) {
		int s = severity_parse(severity_order[i]);

		w_open(w, '{');
		w_field_str(w, "severity", severity_order[i]);
		w_field_int(w, "n", n[s]);
		share(w, "share", n[s], sum);
		share(w, "bar", n[s], most);
		w_close(w, '}');
	}
	w_close(w, ']');
}

static void
write_tickets(const struct daily *d, struct writer *w)
{
	w_field_int(w, "new", d->opened);
	w_field_int(w, "resolved", d->resolved);
	w_field_int(w, "reopened", d->reopened);
	w_field_int(w, "open", (int64_t)d->opens);
	w_key(w, "status");
	w_open(w, '{');
	for (int s = STATUS_OPEN; s <= STATUS_WAITING; s++)
		w_field_int(w, status_name((enum status)s), d->status[s]);
	w_close(w, '}');
	write_severities(w, "new_by_severity", d->opened_by);
	write_severities(w, "open_by_severity", d->open_by);
	w_field_int(w, "resolvable", d->resolvable);
	share(w, "resolvable_share", d->resolvable, d->opened);
	w_key(w, "close");
	if (d->resolved == 0) {
		w_str(w, NULL);
		return;
	}
	w_open(w, '{');
	w_field_int(w, "n", d->resolved);
	length(w, "average", "average_s", d->close_sum / d->resolved);
	w_close(w, '}');
}

/* Met of decided clocks; ok compares exactly and not what is printed. */
static void
write_sla(struct writer *w, const struct daily_sla *s)
{
	int64_t n = s->met + s->missed;

	w_field_int(w, "n", n);
	w_field_int(w, "met", s->met);
	w_field_int(w, "missed", s->missed);
	share(w, "percent", s->met, n);
	target(w, "target", s->target);
	w_field_bool(w, "ok", s->met * 10000 >= s->target * n);
}

static void
write_slas(const struct daily *d, struct writer *w)
{
	w_key(w, "sla");
	w_open(w, '{');
	for (int k = CLOCK_RESPONSE; k <= CLOCK_RESOLUTION; k++) {
		w_key(w, clock_name((enum clock_kind)k));
		w_open(w, '{');
		write_sla(w, &d->sla[k]);
		w_close(w, '}');
	}
	w_field_int(w, "tiers_n", (int64_t)d->tiers);
	w_key(w, "tiers");
	w_open(w, '[');
	for (size_t i = 0; i < d->tiers; i++) {
		w_open(w, '{');
		w_field_str(w, "tier", d->tier[i].tier);
		for (int k = CLOCK_RESPONSE; k <= CLOCK_RESOLUTION; k++) {
			w_key(w, clock_name((enum clock_kind)k));
			w_open(w, '{');
			write_sla(w, &d->tier[i].sla[k]);
			w_close(w, '}');
		}
		w_close(w, '}');
	}
	w_close(w, ']');
	w_close(w, '}');
}

static void
write_missed(const struct daily *d, struct writer *w)
{
	w_field_int(w, "missed_n", (int64_t)d->misses);
	w_key(w, "missed");
	w_open(w, '[');
	for (size_t i = 0; i < d->misses; i++) {
		const struct daily_miss *m = &d->miss[i];

		w_open(w, '{');
		write_ticket(d, w, m->ticket);
		w_field_str(w, "clock", clock_name(m->clock));
		w_field_str(w, "target", m->target);
		counted(w, "late", "late_s", m->late);
		w_field_bool(w, "running", m->open);
		w_close(w, '}');
	}
	w_close(w, ']');
}

/* The same as one text, "a, b, c"; a template knows no first and last. */
static void
write_joined(struct writer *w, const char *key, const char *const *list)
{
	struct buf b = BUF_INIT;

	for (size_t i = 0; list[i] != NULL; i++)
		buf_printf(&b, "%s%s", i > 0 ? ", " : "", list[i]);
	w_field_str(w, key, b.data);
	buf_free(&b);
}

static void
write_escalations(const struct daily *d, struct writer *w)
{
	w_field_int(w, "escalated", d->escalated);
	w_field_int(w, "escalations_n", (int64_t)d->escalations);
	w_key(w, "escalations");
	w_open(w, '[');
	for (size_t i = 0; i < d->escalations; i++) {
		const struct daily_escalation *x = &d->escalation[i];

		w_open(w, '{');
		w_field_str(w, "to", x->to);
		w_field_int(w, "n", x->n);
		w_field_int(w, "level", x->level);
		w_key(w, "tickets");
		w_list(w, x->tickets);
		w_key(w, "whys");
		w_list(w, x->whys);
		write_joined(w, "why", x->whys);
		w_close(w, '}');
	}
	w_close(w, ']');
}

static void
write_incident(const struct daily *d, struct writer *w,
    const struct daily_incident *in)
{
	bool ended = in->ended != TIME_NONE;

	w_open(w, '{');
	w_field_str(w, "severity", in->severity);
	w_field_bool(w, "is_p1", strcmp(in->severity, "P1") == 0);
	w_field_str(w, "title", in->title);
	w_field_str(w, "cause", in->cause);
	w_key(w, "customers");
	w_list(w, in->customers);
	write_joined(w, "customers_text", in->customers);
	moment(w, "started", in->started);
	local_time(d, w, "started_local", in->started);
	moment(w, "ended", in->ended);
	local_time(d, w, "ended_local", in->ended);
	length(w, "length", "length_s", (ended ? in->ended : d->setup.now) -
	    in->started);
	w_close(w, '}');
}

static void
write_trouble(const struct daily *d, struct writer *w)
{
	w_field_int(w, "critical_n", (int64_t)d->criticals);
	w_key(w, "critical");
	w_open(w, '[');
	for (size_t i = 0; i < d->criticals; i++) {
		w_open(w, '{');
		write_ticket(d, w, d->critical[i]);
		w_close(w, '}');
	}
	w_close(w, ']');
	w_field_int(w, "p1", d->p1);
	w_field_int(w, "incidents_n", (int64_t)d->incidents);
	w_key(w, "incidents");
	w_open(w, '[');
	for (size_t i = 0; i < d->incidents; i++)
		write_incident(d, w, &d->incident[i]);
	w_close(w, ']');
	w_key(w, "mttr");
	if (d->repaired > 0) {
		w_open(w, '{');
		w_field_int(w, "n", d->repaired);
		length(w, "average", "average_s",
		    d->repair_sum / d->repaired);
		w_close(w, '}');
	} else
		w_str(w, NULL);
	w_field_int(w, "affected", d->affected);
	w_field_bool(w, "everybody", d->everybody);
	w_field_bool(w, "trouble", d->criticals + d->incidents > 0);
}

static void
write_csat(const struct daily *d, struct writer *w)
{
	const struct score *s = &d->csat;
	const struct survey_kind *k = d->csat_kind;
	char text[32];

	w_key(w, "csat");
	if (s->n == 0) {
		w_str(w, NULL);
		return;
	}
	w_open(w, '{');
	w_field_int(w, "n", s->n);
	w_field_str(w, "mean", ratio_text(s->sum, s->n, 1, text));
	w_field_int(w, "high", k->high);
	w_field_int(w, "promoters", s->promoters);
	w_field_int(w, "passives", s->passives);
	w_field_int(w, "detractors", s->detractors);
	share(w, "promoters_share", s->promoters, s->n);
	share(w, "passives_share", s->passives, s->n);
	share(w, "detractors_share", s->detractors, s->n);
	share(w, "to_passives_share", s->promoters + s->passives, s->n);
	w_close(w, '}');
}

static void
write_answers(const struct cmd *c, const struct daily *d, struct writer *w)
{
	w_key(w, "answers");
	w_open(w, '[');
	for (size_t i = 0; i < d->answers; i++) {
		const struct answer *a = d->answer[i];
		const char *id = a->anonymous ? "" : a->customer;
		const struct customer *who = customers_at(c->customers, id,
		    a->at);

		w_open(w, '{');
		w_field_int(w, "score", a->score);
		w_field_str(w, "comment", a->comment);
		w_field_bool(w, "detractor", a->score < a->kind->passives);
		w_field_bool(w, "anonymous", a->anonymous);
		w_field_str(w, "ticket", a->anonymous ? "" : a->ticket);
		w_field_str(w, "customer", id);
		w_field_str(w, "name", who != NULL && *who->name != '\0' ?
		    who->name : id);
		w_close(w, '}');
	}
	w_close(w, ']');
}

static void
write_handoff(const struct daily *d, struct writer *w)
{
	w_field_int(w, "handoff_n", (int64_t)d->opens);
	w_key(w, "handoff");
	w_open(w, '[');
	for (size_t i = 0; i < d->opens; i++) {
		const struct daily_ticket *t = d->open[i];
		bool due = t->due != TIME_NONE;

		w_open(w, '{');
		write_ticket(d, w, t);
		w_key(w, "clock");
		w_str(w, due ? clock_name(t->clock) : NULL);
		moment(w, "due", t->due);
		local_time(d, w, "due_local", t->due);
		w_field_bool(w, "is_late", due && t->late > 0);
		counted(w, "late", "late_s", t->late);
		w_close(w, '}');
	}
	w_close(w, ']');
}

void
daily_figures(const struct cmd *c, const struct daily *d, struct buf *out)
{
	int64_t csat = c->org.target.csat;
	struct writer w;

	w_begin(&w, out);
	w_open(&w, '{');
	write_head(c, d, &w);
	write_tickets(d, &w);
	write_csat(d, &w);
	target(&w, "csat_target", csat);
	w_field_bool(&w, "csat_ok", d->csat.n > 0 &&
	    d->csat.sum * 100 >= csat * d->csat.n);
	write_answers(c, d, &w);
	write_slas(d, &w);
	write_missed(d, &w);
	write_escalations(d, &w);
	write_trouble(d, &w);
	write_handoff(d, &w);
	w_field_bool(&w, "quiet", d->opened + d->resolved + d->reopened +
	    d->csat.n + d->escalated == 0 &&
	    d->misses + d->criticals + d->incidents == 0);
	w_close(&w, '}');
}
