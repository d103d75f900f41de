/* What incidents, maintenance and probes say, by the policy. */
#include <inttypes.h>
#include <string.h>

#include "base/time.h"
#include "domain/uptime/outspan.h"

static void
add_span(struct spans *s, const struct span *span)
{
	if (span->to <= span->from)
		return;
	s->of = grow(s->of, s->n, &s->room, sizeof(*s->of));
	s->of[s->n++] = *span;
}

/* -- incidents -------------------------------------------------------- */

uint64_t
outage_services(const struct uprules *u, const char *const *names)
{
	uint64_t bits = 0;

	if (*names == NULL)
		return UINT64_MAX;
	for (; *names != NULL; names++) {
		int i = uprules_service(u, *names);

		if (i >= 0)
			bits |= UINT64_C(1) << i;
	}
	return bits;
}

bool
outage_concerns(const char *const *customers, const char *customer)
{
	if (*customers == NULL)
		return true;
	for (; *customers != NULL; customers++) {
		if (strcmp(*customers, customer) == 0)
			return true;
	}
	return false;
}

/* How much of its time counts, and when that is nothing why. */
static int64_t
weigh(const struct uprules *u, const struct incident *in, const char **why)
{
	int64_t weight = in->weight;

	if (u->severity[in->severity] == COUNTS_NONE) {
		*why = "its severity does not count";
		return 0;
	}
	if (u->severity[in->severity] == COUNTS_NAMED &&
	    *in->affects == NULL && *in->customers == NULL &&
	    in->states == 0) {
		*why = "it names neither services nor customers";
		return 0;
	}
	if (weight < 0 && in->impact != NULL)
		weight = uprules_weight(u, in->impact);
	if (weight < 0 || weight > UP_WHOLE)
		weight = UP_WHOLE;
	if (u->share_weighs && in->share >= 0 && *in->customers == NULL)
		weight = weight * (in->share < 1000000 ? in->share :
		    1000000) / 1000000;
	*why = weight == 0 ? "its impact weighs nothing" : NULL;
	return weight;
}

/* What its updates say of the services, each up to the next word of it. */
static uint64_t
add_states(struct outages *o, const struct incident *in, struct span s)
{
	int64_t next[UP_SERVICES];
	uint64_t told = 0;

	for (int i = 0; i < UP_SERVICES; i++)
		next[i] = s.to;
	for (size_t i = in->states; i-- > 0;) {
		const struct incident_state *t = &in->state[i];
		int service = uprules_service(o->f.rules, t->service);

		if (service < 0)
			continue;
		s.services = UINT64_C(1) << service;
		told |= s.services;
		s.from = t->at > in->started ? t->at : in->started;
		s.to = next[service];
		if (t->at < next[service])
			next[service] = t->at;
		s.weight = uprules_weight(o->f.rules, t->state);
		if (s.weight < 0)
			s.weight = UP_WHOLE;
		if (s.weight > 0)
			add_span(&o->spans, &s);
	}
	return told;
}

/* The services that it names, or else those of which it tells a state. */
static uint64_t
touched(const struct uprules *u, const struct incident *in)
{
	uint64_t bits = 0;

	if (*in->affects != NULL || in->states == 0)
		return outage_services(u, in->affects);
	for (size_t i = 0; i < in->states; i++) {
		int service = uprules_service(u, in->state[i].service);

		if (service >= 0)
			bits |= UINT64_C(1) << service;
	}
	return bits;
}

static void
add_incident(struct outages *o, const struct incident *in)
{
	const struct uprules *u = o->f.rules;
	bool ours = in->excluded == NULL || !uprules_excuses(u, in->excluded);
	struct span s = { .from = in->started, .to = in->ended,
		.customers = in->customers };
	const char *why;

	if (s.to == TIME_NONE || s.to > o->f.now)
		s.to = o->f.now;
	s.weight = weigh(u, in, &why);
	s.kind = ours ? SPAN_INCIDENT : SPAN_EXCLUDED;
	s.why = ours ? arena_printf(&o->arena, "P%d %s", in->severity,
	    in->title) : arena_printf(&o->arena, "%s: P%d %s", in->excluded,
	    in->severity, in->title);
	if (s.weight == 0)
		return;
	s.services = touched(u, in) & ~add_states(o, in, s);
	if (s.services != 0)
		add_span(&o->spans, &s);
}

const char *
outage_refused(struct outages *o, const struct incident *in,
    const char *customer, uint64_t services)
{
	const struct uprules *u = o->f.rules;
	const char *why;

	if (weigh(u, in, &why) == 0)
		return why;
	if (!outage_concerns(in->customers, customer))
		return "it concerns other customers";
	if ((touched(u, in) & services &
	    uprules_uses(u, customer)) == 0)
		return "it concerns other services";
	return NULL;
}

/* -- maintenance ------------------------------------------------------ */

struct judging {		/* one maintenance */
	struct outages *o;
	const struct maintenance *m;
	struct span span;
	int64_t extra;		/* seconds of the extra window left */
	int granted;		/* -1: not asked yet */
	int64_t *month;		/* extra windows of the month so far */
};

static void
take(struct judging *j, int64_t from, int64_t to, bool excluded,
    const char *why)
{
	struct span s = j->span;

	/* Nothing farther off than the shortest outage could touch it. */
	s.from = from > j->o->f.from - UP_MINIMUM ? from :
	    j->o->f.from - UP_MINIMUM;
	s.to = to < j->o->f.to + UP_MINIMUM ? to : j->o->f.to + UP_MINIMUM;
	if (s.to > j->o->f.now)
		s.to = j->o->f.now;
	if (s.from >= s.to)
		return;
	s.kind = excluded ? SPAN_EXCLUDED : SPAN_MAINTENANCE;
	s.weight = UP_WHOLE;
	s.why = arena_printf(&j->o->arena, "maintenance%s%s, %s",
	    *j->m->title != '\0' ? " " : "", j->m->title, why);
	add_span(&j->o->spans, &s);
}

/* Announced in time, but outside of the regular windows. */
static void
take_extra(struct judging *j, int64_t from, int64_t to)
{
	const struct uprules *u = j->o->f.rules;
	int64_t left;

	if (from >= to)
		return;
	if (j->granted < 0) {
		j->granted = u->maintenance.extra < 0 ||
		    *j->month < u->maintenance.extra;
		*j->month += 1;
	}
	if (!j->granted) {
		take(j, from, to, false, "no window left for it this month");
		return;
	}
	left = to - from < j->extra ? to - from : j->extra;
	take(j, from, from + left, true, "announced");
	j->extra -= left;
	take(j, from + left, to, false, "longer than its window");
}

static void
take_announced(struct judging *j, int64_t from, int64_t to)
{
	const struct calendar *cal = j->o->f.rules->maintenance.regular;
	int64_t open, close;

	while (cal != NULL && from < to &&
	    calendar_window(cal, from, &open, &close) && open < to) {
		if (open < from)
			open = from;
		if (close > to)
			close = to;
		take_extra(j, from, open);
		take(j, open, close, true, "announced, in a regular window");
		from = close;
	}
	take_extra(j, from, to);
}

static int
by_start(const void *x, const void *y)
{
	const struct notice_window *a = x, *b = y;

	if (a->started != b->started)
		return a->started < b->started ? -1 : 1;
	return (a->ended > b->ended) - (a->ended < b->ended);
}

/* What was told in time is left out, as far as it then was so. */
static void
judge(struct judging *j)
{
	const struct maintenance *m = j->m;
	int64_t notice = j->o->f.rules->maintenance.notice, at = m->started;
	struct notice_window *t = arena_alloc(&j->o->arena, (m->n + 1) *
	    sizeof(*t));
	size_t n = 0;
	const char *late = "announced too late";

	for (size_t i = 0; i < m->n; i++) {
		if (m->told[i].started - m->told[i].announced >= notice)
			t[n++] = m->told[i];
	}
	if (n > 1)
		qsort(t, n, sizeof(*t), by_start);
	for (size_t i = 0; i < n; i++) {
		int64_t from = t[i].started > at ? t[i].started : at;
		int64_t to = t[i].ended < m->ended ? t[i].ended : m->ended;

		if (from >= to)
			continue;
		take(j, at, from, false, late);
		take_announced(j, from, to);
		at = to;
	}
	take(j, at, m->ended, false, late);
}

static int64_t
month_of(const struct uprules *u, int64_t at)
{
	struct civil c = civil_from_seconds(u->maintenance.regular != NULL ?
	    calendar_local(u->maintenance.regular, at) : at);

	return c.year * 12 + c.month;
}

/* Both come in the order of their starts. */
static void
judge_all(struct outages *o)
{
	int64_t month = 0, used = 0;

	for (size_t i = 0; i < o->f.maintenances; i++) {
		const struct maintenance *m = &o->f.maintenance[i];
		struct judging j = { .o = o, .m = m, .granted = -1,
			.extra = o->f.rules->maintenance.longest,
			.month = &used };

		if (m->cancelled || m->started >= o->f.now)
			continue;
		if (month_of(o->f.rules, m->started) != month) {
			month = month_of(o->f.rules, m->started);
			used = 0;
		}
		j.span.services = outage_services(o->f.rules, m->services);
		j.span.customers = m->customers;
		judge(&j);
	}
}

/* -- probes ----------------------------------------------------------- */

static void
take_seen(void *arg, int64_t from, int64_t to, enum probe_state state)
{
	struct span s = { .from = from, .to = to, .kind = SPAN_PROBES,
		.seen = state };

	add_span(arg, &s);
}

/* What was seen, a little beyond what is looked at: see brief. */
static void
take_probes(struct outages *o, int service)
{
	const struct up_service *s = &o->f.rules->service[service];
	const struct probes *p = o->f.probes[service];
	int64_t from = o->f.from - s->minimum, to = o->f.to + s->minimum;

	if (o->f.rules->sources == SOURCES_INCIDENTS)
		return;
	if (to > o->f.now)
		to = o->f.now;
	if (to <= from)
		return;
	if (p != NULL && probes_any(p))
		probes_each(p, from, to, take_seen, &o->seen[service]);
	else if (s->required)
		take_seen(&o->seen[service], from, to, PROBE_UNKNOWN);
}

void
outage_causes(struct outages *o)
{
	for (size_t i = 0; i < o->f.incidents; i++)
		add_incident(o, &o->f.incident[i]);
	judge_all(o);
	for (int i = 0; i < o->f.rules->services; i++)
		take_probes(o, i);
}
