/*
 * Whom a verdict concerns: the targets of its escalation, and the channel
 * that its topic is routed to. A ticket tells each of them once.
 */
#include <string.h>

#include "triage.h"

static bool
told_already(const struct course *to)
{
	for (const char *const *t = to->to; *t != NULL; t++) {
		if (strcmp(*t, to->channel) == 0)
			return true;
	}
	return false;
}

struct escalation
triage_escalation(const struct rec *r, const struct message *m,
    const struct verdict *v, const struct course *to, struct arena *a)
{
	const char *subject = rec_str(r, "subject", a);
	struct escalation x = { .ticket = rec_str(r, "ticket", a),
		.subject = subject != NULL ? subject : "",
		.customer = m->customer, .tier = m->tier,
		.severity = v->level, .level = to->level, .to = to->to,
		.fallback = to->fallback, .todo = to->todo,
		.within = to->within, .why = to->why, .page = to->page };

	rec_time(r, "at", &x.at);
	return x;
}

int
triage_notices(struct cmd *c, struct notices *n, const struct escalation *x,
    const struct verdict *v, const struct course *to, struct arena *a,
    struct err *e)
{
	struct reach r;

	if (to->level > 0 && notices_escalate(n, x, a, e) < 0)
		return -1;
	if (to->page) {
		notices_reach(n, x, a, &r);
		if (!r.anybody)
			cmd_warn(c, ERR_NONE, "ticket %s is %s, and nobody "
			    "can be told (%s): see fallback in tai-rules(5)",
			    x->ticket, severity_name(x->severity), x->why);
	}
	if (to->channel == NULL || v->resolve || told_already(to) ||
	    v->level < notices_team(n)->route_from)
		return 0;
	return notices_route(n, x, to->channel, a, e) < 0 ? -1 : 0;
}
