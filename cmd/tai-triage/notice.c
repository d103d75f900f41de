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
	return notices_route(n, &x, to->channel, a, e) < 0 ? -1 : 0;
}
