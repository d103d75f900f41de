/*
 * Whom a verdict concerns: the targets of its escalation, and the channel
 * that its topic is routed to. A ticket tells each of them once.
 */
#include <string.h>

#include "base/time.h"
#include "triage.h"

/* Into a channel: what has come in, in a line. */
static int
route(struct notices *n, const struct escalation *x, const char *channel,
    struct arena *a, struct err *e)
{
	struct buf json = BUF_INIT;
	struct notice t = { .form = "route", .target = channel,
		.key = arena_printf(a, "route:%s:0:%s", x->ticket, channel),
		.facts = &json, .about = x->ticket, .customer = x->customer,
		.severity = (int)x->severity, .at = x->at };
	struct writer w;
	int rc;

	notices_facts(n, &w, &json);
	w_field_str(&w, "ticket", x->ticket);
	w_field_str(&w, "severity", severity_name(x->severity));
	w_field_str(&w, "subject", *x->subject != '\0' ? x->subject :
	    "(no subject)");
	w_field_str(&w, "customer", x->customer);
	w_field_str(&w, "tier", x->tier);
	w_close(&w, '}');
	rc = notices_tell(n, &t, a, e);
	buf_free(&json);
	return rc;
}

static bool
told_already(const struct course *to)
{
	for (const char *const *t = to->to; *t != NULL; t++) {
		if (strcmp(*t, to->channel) == 0)
			return true;
	}
	return false;
}

int
triage_notices(struct notices *n, const struct rec *r,
    const struct message *m, const struct verdict *v,
    const struct course *to, struct arena *a, struct err *e)
{
	const char *subject = rec_str(r, "subject", a);
	struct escalation x = { .ticket = rec_str(r, "ticket", a),
		.subject = subject != NULL ? subject : "",
		.customer = m->customer, .tier = m->tier,
		.severity = v->level, .level = to->level, .to = to->to,
		.todo = to->todo, .within = to->within, .why = to->why,
		.page = to->page };

	rec_time(r, "at", &x.at);
	if (to->level > 0 && notices_escalate(n, &x, a, e) < 0)
		return -1;
	if (to->channel == NULL || v->resolve || told_already(to) ||
	    v->level < notices_team(n)->route_from)
		return 0;
	return route(n, &x, to->channel, a, e) < 0 ? -1 : 0;
}
