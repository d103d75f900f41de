/* Answers of monitors, as bits, and the quorum over them. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/time.h"
#include "domain/uptime/probe.h"

#define CHUNK		4096	/* ticks, two bits each */

struct region {
	char *name;
	size_t len;
	uint64_t **chunk;	/* up was said in even bits, down in odd ones */
};

struct probes {
	struct probe_rule rule;
	int64_t first;		/* number of the first tick */
	size_t chunks;
	int64_t from, to;	/* whole ticks, and those that are carried */
	struct region region[PROBE_REGIONS];
	int regions;
	int last;		/* the region that spoke last */
	int64_t oldest;	/* of all answers; TIME_MAX: none */
};

/* Rounds towards the past. */
static int64_t
tick_of(int64_t at, int64_t interval)
{
	return at / interval - (at % interval < 0);
}

struct probes *
probes_new(const struct probe_rule *rule, int64_t from, int64_t to)
{
	struct probes *p = xcalloc(1, sizeof(*p));

	p->rule = *rule;
	p->oldest = TIME_MAX;
	p->first = tick_of(from, rule->interval) - rule->carry;
	p->from = p->first * rule->interval;
	p->to = (tick_of(to > from ? to - 1 : from, rule->interval) + 1) *
	    rule->interval;
	p->chunks = (size_t)((p->to - p->from) / rule->interval) / CHUNK + 1;
	return p;
}

void
probes_free(struct probes *p)
{
	for (int i = 0; p != NULL && i < p->regions; i++) {
		for (size_t c = 0; c < p->chunks; c++)
			free(p->region[i].chunk[c]);
		free(p->region[i].chunk);
		free(p->region[i].name);
	}
	free(p);
}

static bool
is_region(const struct region *r, const char *name, size_t len)
{
	return r->len == len && memcmp(r->name, name, len) == 0;
}

static int
find_region(struct probes *p, const char *name, size_t len, struct err *e)
{
	struct region *r;

	/* Regions mostly take turns. */
	for (int n = 0; n < p->regions; n++) {
		int i = (p->last + 1 + n) % p->regions;

		if (is_region(&p->region[i], name, len))
			return p->last = i;
	}
	if (p->regions == PROBE_REGIONS)
		return err_set(e, ERR_INPUT, "probe: over %d regions of one "
		    "service", PROBE_REGIONS);
	r = &p->region[p->regions];
	r->name = xmalloc(len + 1);
	memcpy(r->name, name, len);
	r->name[len] = '\0';
	r->len = len;
	r->chunk = xcalloc(p->chunks, sizeof(*r->chunk));
	return p->last = p->regions++;
}

int
probes_add(struct probes *p, const char *region, size_t len, int64_t at,
    bool up, struct err *e)
{
	uint64_t **chunk, bits = up ? 1 : 2;
	size_t tick;
	int i;

	if (at >= p->to)
		return 0;
	if (at < p->oldest)
		p->oldest = at;
	if (at < p->from)
		return 0;
	if ((i = find_region(p, region, len, e)) < 0)
		return -1;
	tick = (size_t)(tick_of(at, p->rule.interval) - p->first);
	chunk = &p->region[i].chunk[tick / CHUNK];
	if (*chunk == NULL)
		*chunk = xcalloc(CHUNK / 32, sizeof(**chunk));
	(*chunk)[tick % CHUNK / 32] |= bits << (tick % 32 * 2);
	return 0;
}

int64_t
probes_oldest(const struct probes *p)
{
	return p->oldest;
}

enum probe_state
probe_quorum(const struct probe_rule *rule, int down, int answers)
{
	if (down >= rule->down)
		return PROBE_DOWN;
	return answers < rule->reporting ? PROBE_UNKNOWN : PROBE_UP;
}

/* 0: no answer, 1: up, 2: down, 3: both. */
static unsigned
answer(const struct probes *p, int region, int64_t tick)
{
	int64_t n = tick - p->first;
	const uint64_t *chunk;

	if (n < 0 || (size_t)n / CHUNK >= p->chunks)
		return 0;
	chunk = p->region[region].chunk[n / CHUNK];
	return chunk == NULL ? 0 :
	    (unsigned)(chunk[n % CHUNK / 32] >> (n % 32 * 2)) & 3;
}

static enum probe_state
state_at(const struct probes *p, int64_t tick)
{
	int down = 0, answers = 0;

	for (int i = 0; i < p->regions; i++) {
		unsigned said = answer(p, i, tick);

		for (int back = 1; said == 0 && back <= p->rule.carry; back++)
			said = answer(p, i, tick - back);
		answers += said != 0;
		down += said == 2 || (said == 3 && !p->rule.mixed_up);
	}
	return probe_quorum(&p->rule, down, answers);
}

/*
 * Most of the time every region says what it said before: ticks of which 32
 * look alike are stepped over together. The number of those from here on, at
 * least 1.
 */
static int64_t
alike(const struct probes *p, int64_t tick)
{
	const uint64_t ups = UINT64_C(0x5555555555555555);
	int64_t n = tick - p->first;

	if (n % 32 != 0 || p->rule.carry > 0 || (size_t)n / CHUNK >= p->chunks)
		return 1;
	for (int i = 0; i < p->regions; i++) {
		const uint64_t *chunk = p->region[i].chunk[n / CHUNK];
		uint64_t word = chunk == NULL ? 0 : chunk[n % CHUNK / 32];

		if (word != (word & 3) * ups)
			return 1;
	}
	return 32;
}

void
probes_each(const struct probes *p, int64_t from, int64_t to,
    void (*each)(void *, int64_t, int64_t, enum probe_state), void *arg)
{
	int64_t interval = p->rule.interval;
	int64_t tick = tick_of(from, interval);
	enum probe_state state = PROBE_UNKNOWN;
	int64_t begun = from;

	while (tick * interval < to) {
		int64_t starts = tick * interval > from ? tick * interval :
		    from;
		enum probe_state now = state_at(p, tick);

		if (now != state && starts > begun) {
			each(arg, begun, starts, state);
			begun = starts;
		}
		state = now;
		tick += alike(p, tick);
	}
	if (to > begun)
		each(arg, begun, to, state);
}
