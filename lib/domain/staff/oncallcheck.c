/* Rotas held against their limits, and what they are paid. */
#include <stdlib.h>
#include <string.h>

#include "base/time.h"
#include "domain/staff/oncallcheck.h"
#include "format/zone.h"

#define DAY	INT64_C(86400)
#define WEEK	(7 * DAY)
#define SHARES	64		/* people of one shift */
#define FINE	10000		/* parts of a cent, until all are added */

struct share {			/* of a shift */
	const char *person;
	int64_t all, hours;	/* seconds, and those of the rota's hours */
};

struct shift {			/* from one hand-over to the next */
	int64_t from, to;
	struct share share[SHARES];
	size_t n;
};

static struct share *
share_of(struct shift *s, const char *person)
{
	for (size_t i = 0; i < s->n; i++) {
		if (strcmp(s->share[i].person, person) == 0)
			return &s->share[i];
	}
	if (s->n == SHARES)
		return NULL;
	s->share[s->n] = (struct share){ .person = person };
	return &s->share[s->n++];
}

/*
 * The shift that holds at the moment, whole, and who was there; false for
 * time that belongs to none, of which to is the end.
 */
static bool
shift_at(const struct oncall *o, const struct rota *r, int64_t at,
    struct shift *s)
{
	struct duty d;
	int64_t begun;

	*s = (struct shift){ .from = at };
	oncall_shift(o, r, at, &d);
	begun = d.shift;
	s->to = d.to;
	if (begun == TIME_MIN)
		return false;
	s->from = begun;
	for (at = begun;; at = d.to) {
		oncall_shift(o, r, at, &d);
		if (d.shift != begun)
			return true;
		s->to = d.to;
		if (d.person != NULL) {
			struct share *p = share_of(s, d.person);
			int64_t from = d.from > at ? d.from : at;

			if (p != NULL) {
				p->all += d.to - from;
				p->hours += oncall_hours(r, from, d.to);
			}
		}
		if (d.to >= TIME_MAX)
			return true;
	}
}

static const struct share *
most(const struct shift *s)
{
	const struct share *best = NULL;

	for (size_t i = 0; i < s->n; i++) {
		if (best == NULL || s->share[i].all > best->all)
			best = &s->share[i];
	}
	return best;
}

/* -- checks ----------------------------------------------------------- */

struct check {
	const struct oncall *oncall;
	const struct incident *incident;
	size_t incidents;
	int64_t from, to;
	struct arena *arena;
	void (*each)(void *, const struct oncall_doubt *);
	void *arg;
	size_t n;
};

static void
doubt(struct check *k, struct oncall_doubt d)
{
	k->each(k->arg, &d);
	k->n++;
}

static void
check_gaps(struct check *k, const struct rota *r)
{
	struct duty d;

	for (int64_t at = k->from; at < k->to; at = d.to) {
		int64_t from, to;

		oncall_shift(k->oncall, r, at, &d);
		from = d.from > k->from ? d.from : k->from;
		to = d.to < k->to ? d.to : k->to;
		if (d.person == NULL && oncall_hours(r, from, to) > 0)
			doubt(k, (struct oncall_doubt){ "gap", r->name, NULL,
			    from, to, arena_printf(k->arena,
			    "nobody is on call: %s", d.why) });
	}
}

/* Weeks in a row of one who has most of each. */
static void
check_evenings(struct check *k, const struct rota *r)
{
	const int64_t limit = oncall_limits(k->oncall)->evenings;
	const char *last = NULL;
	int64_t since = 0;
	struct shift s;

	/* What began before counts, as far as it can matter. */
	for (int64_t at = k->from - (limit + 1) * WEEK; at < k->to;
	    at = s.to) {
		const struct share *p = shift_at(k->oncall, r, at, &s) ?
		    most(&s) : NULL;
		int64_t weeks;

		if (p == NULL || last == NULL ||
		    strcmp(p->person, last) != 0)
			since = s.from;
		last = p != NULL ? p->person : NULL;
		weeks = (s.to - since + WEEK / 2) / WEEK;
		if (p != NULL && weeks > limit && s.to > k->from)
			doubt(k, (struct oncall_doubt){ "evenings", r->name,
			    p->person, s.from, s.to, arena_printf(k->arena,
			    "evening week %lld in a row, %lld at most",
			    (long long)weeks, (long long)limit) });
	}
}

static int
incidents_of(const struct check *k, const struct rota *r,
    const struct shift *s, const char *person)
{
	int n = 0;

	for (size_t i = 0; i < k->incidents; i++) {
		const struct incident *x = &k->incident[i];
		char severity[3] = { 'P', (char)('0' + x->severity % 10) };
		struct page page;
		struct duty d;

		if (x->started < s->from || x->started >= s->to)
			continue;
		for (size_t p = 0; oncall_page(k->oncall, severity, p,
		    &page); p++) {
			if (page.rota != r)
				continue;
			oncall_duty(k->oncall, r, x->started + page.after, &d);
			n += d.person != NULL && strcmp(d.person, person) == 0;
		}
	}
	return n;
}

/* Whether the person is on in a rota by the week; when that begins. */
static bool
is_on(const struct check *k, const char *person, int64_t from, int64_t to,
    const struct rota **rota, int64_t *when)
{
	for (size_t i = 0; (*rota = oncall_rota(k->oncall, i)) != NULL; i++) {
		struct duty d;

		for (int64_t at = from; (*rota)->weekly && at < to;
		    at = d.to) {
			oncall_shift(k->oncall, *rota, at, &d);
			*when = at;
			if (d.person != NULL && strcmp(d.person, person) == 0)
				return true;
		}
	}
	return false;
}

static void
check_incidents(struct check *k, const struct rota *r)
{
	const int64_t limit = oncall_limits(k->oncall)->incidents;
	struct shift s;

	for (int64_t at = k->from - WEEK; at < k->to; at = s.to) {
		if (!shift_at(k->oncall, r, at, &s))
			continue;
		for (size_t i = 0; i < s.n; i++) {
			const char *person = s.share[i].person;
			int n = incidents_of(k, r, &s, person);
			const struct rota *on;
			int64_t when;

			if (n <= limit || s.to + WEEK <= k->from ||
			    !is_on(k, person, s.to, s.to + WEEK, &on, &when))
				continue;
			doubt(k, (struct oncall_doubt){ "incidents", on->name,
			    person, when, s.to + WEEK, arena_printf(k->arena,
			    "a week that should be free, after %d incidents "
			    "in '%s'", n, r->name) });
		}
	}
}

/* One person for two rotas: whoever calls second waits. */
static void
check_twice(struct check *k, const struct rota *r, const struct rota *other)
{
	struct duty a, b;
	int64_t to;

	for (int64_t at = k->from; at < k->to; at = to) {
		oncall_shift(k->oncall, r, at, &a);
		oncall_shift(k->oncall, other, at, &b);
		to = a.to < b.to ? a.to : b.to;
		to = to < k->to ? to : k->to;
		if (a.person != NULL && b.person != NULL &&
		    strcmp(a.person, b.person) == 0 &&
		    oncall_hours(r, at, to) > 0 &&
		    oncall_hours(other, at, to) > 0)
			doubt(k, (struct oncall_doubt){ "twice", r->name,
			    a.person, at, to, arena_printf(k->arena,
			    "is on call in '%s', too", other->name) });
	}
}

/* The quarter of the calendar that the day is in: its first day. */
static int64_t
quarter(int64_t day, int plus)
{
	struct civil c = civil_from_seconds(day * DAY);
	int month = (c.month - 1) / 3 * 3 + 3 * plus;

	return days_from_civil(c.year + month / 12, month % 12 + 1, 1);
}

/* Seconds of the person in rotas by the week. */
static int64_t
load_of(const struct oncall *o, const char *person, int64_t from, int64_t to)
{
	const struct rota *r;
	int64_t sum = 0;

	for (size_t i = 0; (r = oncall_rota(o, i)) != NULL; i++) {
		struct duty d;

		for (int64_t at = from; r->weekly && at < to; at = d.to) {
			oncall_shift(o, r, at, &d);
			if (d.person != NULL && strcmp(d.person, person) == 0)
				sum += (d.to < to ? d.to : to) - at;
		}
	}
	return sum;
}

static void
check_quarter(struct check *k, int64_t from, int64_t to)
{
	const int64_t limit = oncall_limits(k->oncall)->weeks;
	struct shift seen = { 0 };
	const struct rota *r;

	for (size_t i = 0; (r = oncall_rota(k->oncall, i)) != NULL; i++) {
		struct duty d;

		for (int64_t at = from; r->weekly && at < to; at = d.to) {
			oncall_shift(k->oncall, r, at, &d);
			if (d.person != NULL)
				share_of(&seen, d.person);
		}
	}
	for (size_t i = 0; i < seen.n; i++) {
		const char *person = seen.share[i].person;
		int64_t days = (load_of(k->oncall, person, from, to) +
		    DAY / 2) / DAY;

		if (days > 7 * limit)
			doubt(k, (struct oncall_doubt){ "weeks", NULL, person,
			    from, to, arena_printf(k->arena, "%lld.%lld weeks "
			    "a quarter, at most %lld",
			    (long long)(days / 7), (long long)(days % 7 * 10 /
			    7), (long long)limit) });
	}
}

size_t
oncall_check(const struct oncall *o, int64_t from, int64_t to,
    const struct incident *incident, size_t n, struct arena *a,
    void (*each)(void *, const struct oncall_doubt *), void *arg)
{
	const struct oncall_limits *limits = oncall_limits(o);
	struct check k = { o, incident, n, from, to, a, each, arg, 0 };
	const struct zone *z = NULL;
	const struct rota *r;
	struct err bad = { 0 };

	for (size_t i = 0; (r = oncall_rota(o, i)) != NULL; i++) {
		check_gaps(&k, r);
		if (r->evenings && limits->evenings > 0)
			check_evenings(&k, r);
		if (r->weekly && limits->incidents >= 0)
			check_incidents(&k, r);
		for (size_t j = 0; j < i; j++)
			check_twice(&k, r, oncall_rota(o, j));
	}
	if (limits->weeks == 0 || (r = oncall_rota(o, 0)) == NULL ||
	    zone_load(&z, r->zone, &bad) < 0)
		return k.n;
	for (int64_t day = quarter(zone_date(z, from), 0);
	    zone_day(z, day) < to; day = quarter(day, 1))
		check_quarter(&k, zone_day(z, day),
		    zone_day(z, quarter(day, 1)));
	return k.n;
}

/* -- pay -------------------------------------------------------------- */

static struct oncall_pay *
line_of(struct oncall_pay *list, size_t *n, const char *rota,
    const char *person)
{
	for (size_t i = 0; i < *n; i++) {
		if (list[i].rota == rota &&
		    strcmp(list[i].person, person) == 0)
			return &list[i];
	}
	list[*n] = (struct oncall_pay){ .rota = rota, .person = person };
	return &list[(*n)++];
}

/*
 * What all weeks up to the moment have come to, in fine parts: of the one that
 * it is in, from Monday on, the part that is over. That is local time, in
 * which a week has seven days also when clocks change; of a rota whose layers
 * have hours, these hours. So shifts that fill weeks come to their pay,
 * however they are cut.
 */
static int64_t
earned(const struct oncall *o, const struct rota *r, const struct zone *z,
    int64_t at)
{
	/* The epoch was a Thursday. */
	const int64_t local = zone_local(z, at) + 3 * DAY;
	const int64_t week = local / WEEK;
	const int64_t pay = r->pay * FINE;
	int64_t from, all = WEEK, part = local % WEEK;

	if (r->parted) {
		from = zone_day(z, week * 7 - 3);
		all = oncall_layers(o, r, from, zone_day(z, week * 7 + 4));
		part = oncall_layers(o, r, from, at);
	}
	return week * pay + (all > 0 ? pay / all * part + pay % all * part /
	    all : 0);
}

static void
pay_shift(const struct oncall *o, const struct rota *r, const struct zone *z,
    const struct shift *s, struct oncall_pay *list, size_t *n)
{
	const int64_t hours = oncall_hours(r, s->from, s->to);
	const int64_t whole = earned(o, r, z, s->to) -
	    earned(o, r, z, s->from);
	int64_t left = whole, covered = 0;
	struct oncall_pay *longest = NULL;
	int64_t best = -1;

	for (size_t i = 0; i < s->n && hours > 0; i++) {
		const struct share *p = &s->share[i];
		/* In parts, so that nothing overflows. */
		int64_t amount = whole / hours * p->hours +
		    whole % hours * p->hours / hours;
		struct oncall_pay *line;

		if (p->hours == 0)
			continue;
		line = line_of(list, n, r->name, p->person);
		line->shifts++;
		line->seconds += p->hours;
		line->amount += amount;
		left -= amount;
		covered += p->hours;
		if (p->hours > best) {
			best = p->hours;
			longest = line;
		}
	}
	/* What divisions lost, when somebody was always there. */
	if (covered == hours && longest != NULL)
		longest->amount += left;
}

/* To whole cents, which come to the whole: the largest parts are rounded up. */
static void
to_cents(struct oncall_pay *line, size_t n)
{
	int64_t left = FINE / 2;

	for (size_t i = 0; i < n; i++)
		left += line[i].amount % FINE;
	for (left /= FINE; left > 0; left--) {
		struct oncall_pay *most = line;

		for (size_t i = 1; i < n; i++) {
			if (line[i].amount % FINE > most->amount % FINE)
				most = &line[i];
		}
		most->amount += FINE - most->amount % FINE;
	}
	for (size_t i = 0; i < n; i++)
		line[i].amount /= FINE;
}

size_t
oncall_pay(const struct oncall *o, int64_t from, int64_t to, struct arena *a,
    struct oncall_pay **out)
{
	struct oncall_pay *list = NULL;
	size_t n = 0, room = 0;
	const struct zone *z = NULL;
	const struct rota *r;
	struct err bad = { 0 };

	for (size_t i = 0; (r = oncall_rota(o, i)) != NULL &&
	    zone_load(&z, r->zone, &bad) == 0; i++) {
		const size_t first = n;
		struct shift s;

		for (int64_t at = from; at < to; at = s.to) {
			if (!shift_at(o, r, at, &s) || s.from < from)
				continue;
			if (n + SHARES > room) {
				struct oncall_pay *grown = arena_alloc(a,
				    (room = 2 * room + 2 * SHARES) *
				    sizeof(*grown));

				if (n > 0)
					memcpy(grown, list, n * sizeof(*list));
				list = grown;
			}
			pay_shift(o, r, z, &s, list, &n);
		}
		to_cents(list + first, n - first);
	}
	*out = list;
	return n;
}
