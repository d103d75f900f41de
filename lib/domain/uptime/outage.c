/* Stretches of time that are up, down, left out or unknown. */
#include <string.h>

#include "domain/uptime/outspan.h"

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
	    outage_concerns(s->customers, customer) &&
	    (s->but == NULL || !outage_concerns(s->but, customer));
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
    const struct spans *seen, size_t *room)
{
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
sweep(struct outages *o, const char *customer, int service, bool probed,
    size_t *room)
{
	const struct spans *all = &o->spans, *seen = probed ?
	    &o->seen[service] : &o->unseen[service];
	struct segs *segs = &o->segs[service];
	size_t next = 0, s = 0;

	segs->n = 0;
	for (int k = 0; k < SPAN_KINDS; k++)
		o->heap[k].n = 0;
	find_edges(o, customer, service, seen, room);
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
	outage_causes(o);
	if (o->spans.n > 1)
		qsort(o->spans.of, o->spans.n, sizeof(*o->spans.of),
		    span_compare);
	return o;
}

void
outages_free(struct outages *o)
{
	for (int i = 0; i < UP_SERVICES; i++) {
		free(o->seen[i].of);
		free(o->unseen[i].of);
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
		    outage_concerns(o->spans.of[i].customers, customer))
			return customer;
	}
	return "";
}

/* The services of which a probe is known before the moment. */
static uint64_t
probed_before(const struct outages *o, int64_t at)
{
	uint64_t bits = 0;

	for (int s = 0; s < o->f.rules->services; s++) {
		const struct probes *p = o->f.probes[s];

		bits |= (uint64_t)(p != NULL && probes_oldest(p) < at) << s;
	}
	return bits;
}

size_t
outages_of(struct outages *o, const char *customer, uint64_t services,
    int64_t ends, const struct cut **cuts)
{
	int64_t to = o->f.to < o->f.now ? o->f.to : o->f.now;
	uint64_t probed = probed_before(o, ends);
	size_t room = 0;

	services &= uprules_uses(o->f.rules, customer);
	customer = anybody(o, customer);
	*cuts = o->cuts.of;
	if (o->last.any && o->last.services == services &&
	    o->last.probed == probed &&
	    strcmp(o->last.customer, customer) == 0)
		return o->cuts.n;
	o->last.any = true;
	o->last.services = services;
	o->last.probed = probed;
	o->last.customer = arena_strdup(&o->arena, customer);
	o->cuts.n = 0;
	free(o->edge);
	o->edge = NULL;
	for (int s = 0; s < o->f.rules->services; s++) {
		if ((services >> s & 1) != 0)
			sweep(o, customer, s, probed >> s & 1, &room);
	}
	cut_all(o, services, o->f.from, to);
	*cuts = o->cuts.of;
	return o->cuts.n;
}
