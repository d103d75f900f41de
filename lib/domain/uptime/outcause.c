/* What incidents, maintenance and probes say, by the policy. */
#include <inttypes.h>
#include <string.h>

#include <uthash.h>

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
	bool granted;		/* there is one */
	bool asked;		/* it is needed */
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
	int64_t left;

	if (from >= to)
		return;
	j->asked = true;
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

struct used {			/* extra windows of a customer's own */
	const char *customer;
	int64_t n;
	UT_hash_handle hh;
};

struct month {			/* extra windows so far */
	struct outages *o;
	int64_t month, all;	/* of everybody */
	struct used *used;
};

static bool
is_left(const struct month *m, const char *customer)
{
	int64_t extra = m->o->f.rules->maintenance.extra;
	struct used *used = NULL;

	if (customer != NULL)
		HASH_FIND_STR(m->used, customer, used);
	return extra < 0 || m->all + (used != NULL ? used->n : 0) < extra;
}

static void
use(struct month *m, const char *const *customers)
{
	m->all += *customers == NULL;
	for (; *customers != NULL; customers++) {
		struct used *used;

		HASH_FIND_STR(m->used, *customers, used);
		if (used == NULL) {
			used = arena_zalloc(&m->o->arena, sizeof(*used));
			used->customer = *customers;
			HASH_ADD_KEYPTR(hh, m->used, used->customer,
			    strlen(used->customer), used);
		}
		used->n++;
	}
}

/* Of those whom it names the ones for whom a window is left, or is not. */
static const char *const *
of_named(const struct month *m, const char *const *named, bool left)
{
	const char **out;
	size_t n = 0;

	while (named[n] != NULL)
		n++;
	out = arena_zalloc(&m->o->arena, (n + 1) * sizeof(*out));
	for (n = 0; *named != NULL; named++) {
		if (is_left(m, *named) == left)
			out[n++] = *named;
	}
	return out;
}

/* Those who have used up by themselves what is left for everybody else. */
static const char *const *
of_others(const struct month *m)
{
	const char **out = arena_zalloc(&m->o->arena,
	    (HASH_COUNT(m->used) + 1) * sizeof(*out));
	size_t n = 0;

	for (const struct used *u = m->used; u != NULL; u = u->hh.next) {
		if (!is_left(m, u->customer))
			out[n++] = u->customer;
	}
	return out;
}

/* The window for some customers, or all but some; whether it took an extra. */
static bool
judge_for(const struct month *m, const struct maintenance *w,
    const char *const *customers, const char *const *but, bool granted)
{
	struct judging j = { .o = m->o, .m = w, .granted = granted,
		.extra = m->o->f.rules->maintenance.longest };

	j.span.services = outage_services(m->o->f.rules, w->services);
	j.span.customers = customers;
	j.span.but = but;
	judge(&j);
	return j.asked;
}

/* Windows that name customers are those customers' alone. */
static bool
judge_one(const struct month *m, const struct maintenance *w)
{
	const char *const *some, *const *all = w->customers;
	bool asked = false;

	if (*w->customers != NULL) {
		if (*(some = of_named(m, w->customers, true)) != NULL)
			asked = judge_for(m, w, some, NULL, true);
		if (*(some = of_named(m, w->customers, false)) != NULL)
			asked |= judge_for(m, w, some, NULL, false);
		return asked;
	}
	if (!is_left(m, NULL))
		return judge_for(m, w, all, NULL, false);
	some = of_others(m);
	asked = judge_for(m, w, all, *some != NULL ? some : NULL, true);
	return (*some != NULL && judge_for(m, w, some, NULL, false)) || asked;
}

/* Both come in the order of their starts. */
static void
judge_all(struct outages *o)
{
	struct month m = { .o = o };

	for (size_t i = 0; i < o->f.maintenances; i++) {
		const struct maintenance *w = &o->f.maintenance[i];

		if (w->cancelled || w->started >= o->f.now)
			continue;
		if (month_of(o->f.rules, w->started) != m.month) {
			m.month = month_of(o->f.rules, w->started);
			m.all = 0;
			HASH_CLEAR(hh, m.used);
		}
		if (judge_one(&m, w))
			use(&m, w->customers);
	}
	HASH_CLEAR(hh, m.used);
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
	if (p != NULL && probes_oldest(p) < TIME_MAX)
		probes_each(p, from, to, take_seen, &o->seen[service]);
	if (s->required)
		take_seen(&o->unseen[service], from, to, PROBE_UNKNOWN);
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
