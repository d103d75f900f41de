/* Stretches of time that are up, down, left out or unknown. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/time.h"
#include "domain/outage.h"
#include "format/zone.h"

enum span_kind { SPAN_INCIDENT, SPAN_MAINTENANCE, SPAN_EXCLUDED, SPAN_KINDS,
	    SPAN_PROBES };

struct span {			/* what one cause says of some services */
	int64_t from, to;
	enum span_kind kind;
	int64_t weight;
	uint64_t services;
	const char *const *customers;	/* empty: all */
	const char *why;
	enum probe_state seen;	/* of PROBES */
};

struct spans {
	struct span *of;
	size_t n, room;
};

struct seg {			/* a stretch of one service */
	int64_t from, to, weight;
	enum cut_state state;
	enum cut_state unless;	/* what it is should that not count */
	const char *why;
	bool brief;
};

struct segs {
	struct seg *of;
	size_t n, room;
};

struct cuts {
	struct cut *of;
	size_t n, room;
};

struct heap {			/* spans, the heaviest first */
	const struct span **of;
	size_t n, room;
};

struct outages {
	struct outage_facts f;
	struct arena arena;
	struct spans spans;	/* of incidents and maintenance, by start */
	struct spans seen[UP_SERVICES];	/* of probes */
	struct segs segs[UP_SERVICES];
	struct cuts cuts;
	struct heap heap[SPAN_KINDS];
	int64_t *edge;
	size_t edges;
	struct {		/* what the cuts are of */
		const char *customer;
		uint64_t services;
		bool any;
	} last;
};

static void *
grow(void *of, size_t n, size_t *room, size_t size)
{
	if (n < *room)
		return of;
	*room = *room > 0 ? 2 * *room : 64;
	return xreallocarray(of, *room, size);
}

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

static bool
concerns(const char *const *customers, const char *customer)
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
	    *in->affects == NULL && *in->customers == NULL) {
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
	s.services = outage_services(u, in->affects);
	s.weight = weigh(u, in, &why);
	s.kind = ours ? SPAN_INCIDENT : SPAN_EXCLUDED;
	s.why = ours ? arena_printf(&o->arena, "P%d %s", in->severity,
	    in->title) : arena_printf(&o->arena, "%s: P%d %s", in->excluded,
	    in->severity, in->title);
	if (s.weight > 0)
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
	if (!concerns(in->customers, customer))
		return "it concerns other customers";
	if ((outage_services(u, in->affects) & services &
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

	s.from = from;
	s.to = to < j->o->f.now ? to : j->o->f.now;
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

/* -- one service ------------------------------------------------------ */

static int
span_compare(const void *x, const void *y)
{
	const struct span *a = x, *b = y;

	if (a->from != b->from)
		return a->from < b->from ? -1 : 1;
	if (a->to != b->to)
		return a->to < b->to ? -1 : 1;
	return strcmp(a->why, b->why);
}

static bool
heavier(const struct span *a, const struct span *b)
{
	if (a->weight != b->weight)
		return a->weight > b->weight;
	return span_compare(a, b) < 0;
}

static void
heap_push(struct heap *h, const struct span *s)
{
	size_t i = h->n++;

	h->of = grow(h->of, i, &h->room, sizeof(*h->of));
	for (; i > 0 && heavier(s, h->of[(i - 1) / 2]); i = (i - 1) / 2)
		h->of[i] = h->of[(i - 1) / 2];
	h->of[i] = s;
}

static void
heap_pop(struct heap *h)
{
	const struct span *s = h->of[--h->n];
	size_t i = 0, child;

	while ((child = 2 * i + 1) < h->n) {
		if (child + 1 < h->n && heavier(h->of[child + 1],
		    h->of[child]))
			child++;
		if (!heavier(h->of[child], s))
			break;
		h->of[i] = h->of[child];
		i = child;
	}
	h->of[i] = s;
}

/* The heaviest that goes on at the moment, or NULL. */
static const struct span *
heap_top(struct heap *h, int64_t at)
{
	while (h->n > 0 && h->of[0]->to <= at)
		heap_pop(h);
	return h->n > 0 ? h->of[0] : NULL;
}

static int
by_moment(const void *x, const void *y)
{
	const int64_t *a = x, *b = y;

	return (*a > *b) - (*a < *b);
}

/* What the service is, given all that is said of one moment. */
static struct seg
decide(struct outages *o, int64_t at, const struct span *seen)
{
	static const char probed[] = "probes";
	const struct uprules *u = o->f.rules;
	const struct span *in = heap_top(&o->heap[SPAN_INCIDENT], at);
	const struct span *other = heap_top(&o->heap[SPAN_MAINTENANCE], at);
	const struct span *out = heap_top(&o->heap[SPAN_EXCLUDED], at);
	struct seg g = { .from = at, .state = CUT_UP, .why = "" };
	bool up = seen != NULL && seen->seen == PROBE_UP;
	bool down = seen != NULL && seen->seen == PROBE_DOWN;

	if (up && u->sources != SOURCES_EITHER)
		in = NULL;
	if (down && u->sources != SOURCES_BOTH && (in == NULL ||
	    in->weight < UP_WHOLE)) {
		g.weight = UP_WHOLE;
		g.why = probed;
	} else if (in != NULL) {
		g.weight = in->weight;
		g.why = in->why;
	}
	if (other != NULL && g.weight < UP_WHOLE) {
		g.weight = other->weight;
		g.why = other->why;
	}
	if (seen != NULL && seen->seen == PROBE_UNKNOWN)
		g.unless = u->unknown == UNKNOWN_EXCLUDED ? CUT_EXCLUDED :
		    CUT_UNKNOWN;
	if (g.weight > 0)
		g.state = CUT_DOWN;
	else if ((g.state = g.unless) != CUT_UP)
		g.why = "no probes";
	if (out != NULL) {
		g.state = CUT_EXCLUDED;
		g.why = out->why;
	}
	return g;
}

static void
add_seg(struct segs *s, const struct seg *g, int64_t to)
{
	struct seg *last = s->n > 0 ? &s->of[s->n - 1] : NULL;

	if (last != NULL && last->to == g->from && last->state == g->state &&
	    last->unless == g->unless && last->weight == g->weight &&
	    strcmp(last->why, g->why) == 0) {
		last->to = to;
		return;
	}
	s->of = grow(s->of, s->n, &s->room, sizeof(*s->of));
	s->of[s->n] = *g;
	s->of[s->n++].to = to;
}

/* Outages that are too short, whatever hides a part of them, are none. */
static void
drop_brief(struct segs *s, int64_t minimum)
{
	for (size_t i = 0, k; i < s->n; i = k) {
		for (k = i + 1; s->of[i].weight > 0 && k < s->n &&
		    s->of[k].weight > 0 && s->of[k].from == s->of[k - 1].to;
		    k++)
			;
		if (s->of[i].weight == 0 ||
		    s->of[k - 1].to - s->of[i].from >= minimum)
			continue;
		for (size_t b = i; b < k; b++) {
			s->of[b].weight = 0;
			if (s->of[b].state != CUT_DOWN)
				continue;
			s->of[b].state = s->of[b].unless;
			s->of[b].brief = true;
		}
	}
}

static bool
is_of(const struct span *s, const char *customer, int service)
{
	return (s->services >> service & 1) != 0 &&
	    concerns(s->customers, customer);
}

static void
add_edges(struct outages *o, const struct span *s, size_t *room)
{
	o->edge = grow(o->edge, o->edges + 1, room, sizeof(*o->edge));
	o->edge[o->edges++] = s->from;
	o->edge[o->edges++] = s->to;
}

static void
find_edges(struct outages *o, const char *customer, int service,
    size_t *room)
{
	const struct spans *seen = &o->seen[service];
	size_t n = 0;

	o->edges = 0;
	for (size_t i = 0; i < o->spans.n; i++) {
		if (is_of(&o->spans.of[i], customer, service))
			add_edges(o, &o->spans.of[i], room);
	}
	for (size_t i = 0; i < seen->n; i++)
		add_edges(o, &seen->of[i], room);
	if (o->edges > 1)
		qsort(o->edge, o->edges, sizeof(*o->edge), by_moment);
	for (size_t i = 0; i < o->edges; i++) {
		if (n == 0 || o->edge[i] != o->edge[n - 1])
			o->edge[n++] = o->edge[i];
	}
	o->edges = n;
}

static void
sweep(struct outages *o, const char *customer, int service, size_t *room)
{
	const struct spans *all = &o->spans, *seen = &o->seen[service];
	struct segs *segs = &o->segs[service];
	size_t next = 0, s = 0;

	segs->n = 0;
	for (int k = 0; k < SPAN_KINDS; k++)
		o->heap[k].n = 0;
	find_edges(o, customer, service, room);
	for (size_t i = 0; i + 1 < o->edges; i++) {
		int64_t at = o->edge[i];
		struct seg g;

		for (; next < all->n && all->of[next].from <= at; next++) {
			if (is_of(&all->of[next], customer, service))
				heap_push(&o->heap[all->of[next].kind],
				    &all->of[next]);
		}
		while (s < seen->n && seen->of[s].to <= at)
			s++;
		g = decide(o, at, s < seen->n && seen->of[s].from <= at ?
		    &seen->of[s] : NULL);
		add_seg(segs, &g, o->edge[i + 1]);
	}
	drop_brief(segs, o->f.rules->service[service].minimum);
}

/* -- all of them ------------------------------------------------------ */

struct outages *
outages_new(const struct outage_facts *facts)
{
	struct outages *o = xcalloc(1, sizeof(*o));

	o->f = *facts;
	for (size_t i = 0; i < facts->incidents; i++)
		add_incident(o, &facts->incident[i]);
	judge_all(o);
	if (o->spans.n > 1)
		qsort(o->spans.of, o->spans.n, sizeof(*o->spans.of),
		    span_compare);
	for (int i = 0; i < facts->rules->services; i++)
		take_probes(o, i);
	return o;
}

void
outages_free(struct outages *o)
{
	for (int i = 0; i < UP_SERVICES; i++) {
		free(o->seen[i].of);
		free(o->segs[i].of);
	}
	for (int k = 0; k < SPAN_KINDS; k++)
		free(o->heap[k].of);
	free(o->spans.of);
	free(o->cuts.of);
	free(o->edge);
	arena_free(&o->arena);
	free(o);
}

/* Of the services at one moment: what is down, else left out, else unknown. */
static void
join(struct cut *c, const struct seg *g, int service)
{
	static const int rank[] = { [CUT_UP] = 0, [CUT_UNKNOWN] = 1,
		[CUT_EXCLUDED] = 2, [CUT_DOWN] = 3 };

	if (rank[g->state] > rank[c->state] || (g->state == CUT_DOWN &&
	    c->state == CUT_DOWN && g->weight > c->weight)) {
		c->state = g->state;
		c->weight = g->weight;
		c->service = service;
		c->why = g->why;
		c->brief = g->brief;
	} else if (g->brief && c->state == CUT_UP && !c->brief) {
		c->service = service;
		c->why = g->why;
		c->brief = true;
	}
}

static void
add_cut(struct cuts *cuts, const struct cut *c)
{
	struct cut *last = cuts->n > 0 ? &cuts->of[cuts->n - 1] : NULL;

	if (last != NULL && last->state == c->state &&
	    last->weight == c->weight && last->service == c->service &&
	    last->brief == c->brief && strcmp(last->why, c->why) == 0) {
		last->to = c->to;
		return;
	}
	cuts->of = grow(cuts->of, cuts->n, &cuts->room, sizeof(*cuts->of));
	cuts->of[cuts->n++] = *c;
}

static void
cut_all(struct outages *o, uint64_t services, int64_t from, int64_t to)
{
	size_t at[UP_SERVICES] = { 0 };

	for (int64_t next; from < to; from = next) {
		struct cut c = { .from = from, .service = -1, .why = "" };

		next = to;
		for (int s = 0; s < o->f.rules->services; s++) {
			const struct segs *g = &o->segs[s];

			if ((services >> s & 1) == 0)
				continue;
			while (at[s] < g->n && g->of[at[s]].to <= from)
				at[s]++;
			if (at[s] == g->n)
				continue;
			if (g->of[at[s]].from > from) {
				if (g->of[at[s]].from < next)
					next = g->of[at[s]].from;
				continue;
			}
			if (g->of[at[s]].to < next)
				next = g->of[at[s]].to;
			join(&c, &g->of[at[s]], s);
		}
		if (c.state == CUT_UNKNOWN &&
		    o->f.rules->unknown == UNKNOWN_DOWN) {
			c.state = CUT_DOWN;
			c.weight = UP_WHOLE;
		}
		c.to = next;
		add_cut(&o->cuts, &c);
	}
}

/* Whom no cause names has the same as anybody else. */
static const char *
anybody(const struct outages *o, const char *customer)
{
	for (size_t i = 0; i < o->spans.n; i++) {
		if (*o->spans.of[i].customers != NULL &&
		    concerns(o->spans.of[i].customers, customer))
			return customer;
	}
	return "";
}

size_t
outages_of(struct outages *o, const char *customer, uint64_t services,
    const struct cut **cuts)
{
	int64_t to = o->f.to < o->f.now ? o->f.to : o->f.now;
	size_t room = o->edges;

	services &= uprules_uses(o->f.rules, customer);
	customer = anybody(o, customer);
	*cuts = o->cuts.of;
	if (o->last.any && o->last.services == services &&
	    strcmp(o->last.customer, customer) == 0)
		return o->cuts.n;
	o->last.any = true;
	o->last.services = services;
	o->last.customer = arena_strdup(&o->arena, customer);
	o->cuts.n = 0;
	free(o->edge);
	o->edge = NULL;
	room = 0;
	for (int s = 0; s < o->f.rules->services; s++) {
		if ((services >> s & 1) != 0)
			sweep(o, customer, s, &room);
	}
	cut_all(o, services, o->f.from, to);
	*cuts = o->cuts.of;
	return o->cuts.n;
}
