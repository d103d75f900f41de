/*
 * Whom a verdict concerns: the targets of its escalation, and the channel
 * that its topic is routed to. A ticket tells each of them once.
 */
#include <string.h>

#include "base/time.h"
#include "triage.h"

static void
facts(const struct notices *n, const struct rec *r, const struct message *m,
    const struct verdict *v, struct arena *a, struct buf *json)
{
	const struct rule_info *f = v->escalate != NULL ? v->escalate :
	    v->topic;
	const char *subject = rec_str(r, "subject", a);
	char within[TIME_TEXT];
	struct writer w;

	notices_facts(n, &w, json);
	w_field_str(&w, "ticket", rec_str(r, "ticket", a));
	w_field_str(&w, "severity", severity_name(v->level));
	w_field_str(&w, "subject", subject != NULL && *subject != '\0' ?
	    subject : "(no subject)");
	w_field_str(&w, "customer", m->customer);
	w_field_str(&w, "tier", m->tier);
	w_field_str(&w, "why", f->id);
	w_field_str(&w, "within", f->within > 0 ?
	    duration_exact(f->within, within) : "");
	w_close(&w, '}');
}

/* level: 0 for a route. */
static int
tell(struct notices *n, const struct rec *r, const struct message *m,
    const struct verdict *v, const char *form, const char *target, int level,
    struct arena *a, struct err *e)
{
	const char *ticket = rec_str(r, "ticket", a);
	struct buf json = BUF_INIT;
	struct notice t = { .form = form, .target = target,
		.key = arena_printf(a, "%s:%s:%d:%s", form, ticket, level,
		target), .facts = &json, .about = ticket,
		.customer = m->customer, .severity = (int)v->level };
	int rc;

	rec_time(r, "at", &t.at);
	facts(n, r, m, v, a, &json);
	rc = notices_tell(n, &t, a, e);
	buf_free(&json);
	return rc;
}

int
triage_notices(struct notices *n, const struct rec *r,
    const struct message *m, const struct verdict *v, struct arena *a,
    struct err *e)
{
	const struct rule_info *f = v->escalate;

	for (const char *const *to = f != NULL ? f->to : NULL;
	    to != NULL && *to != NULL; to++) {
		if (tell(n, r, m, v, "escalation", *to, f->escalate, a, e) < 0)
			return -1;
	}
	f = v->route;
	if (f == NULL || f->route_channel == NULL || v->resolve ||
	    v->level < notices_team(n)->route_from)
		return 0;
	return tell(n, r, m, v, "route", f->route_channel, 0, a, e) < 0 ?
	    -1 : 0;
}
