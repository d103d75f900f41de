/* Response and resolution clocks that were missed, and what they earn. */
#include <string.h>

#include <uthash.h>

#include "misses.h"

struct seen {
	const char *clock;	/* "ticket clock n" */
	UT_hash_handle hh;
};

struct clocks_seen {
	struct arena *arena;
	struct seen *seen;
	struct misses *misses;
};

struct clocks_seen *
clocks_seen_new(struct arena *a)
{
	struct clocks_seen *s = arena_zalloc(a, sizeof(*s));

	s->arena = a;
	s->misses = misses_new(a);
	return s;
}

static bool
is_new(struct clocks_seen *all, const char *clock)
{
	struct seen *s;

	HASH_FIND_STR(all->seen, clock, s);
	if (s != NULL)
		return false;
	s = arena_zalloc(all->arena, sizeof(*s));
	s->clock = arena_strdup(all->arena, clock);
	HASH_ADD_KEYPTR(hh, all->seen, s->clock, strlen(s->clock), s);
	return true;
}

int
clocks_seen_note(struct clocks_seen *all, struct credit_run *run,
    const struct rec *r, struct err *e)
{
	struct arena *a = &run->scratch;
	const char *ticket, *clock;
	struct account of = { 0 };
	int64_t started, n = 1;

	arena_reset(a);
	if (!rec_is(r, "state", "missed") || rec_is(r, "clock", "next"))
		return 0;
	ticket = rec_str(r, "ticket", a);
	clock = rec_str(r, "clock", a);
	of.customer = rec_str(r, "customer", a);
	if (of.customer == NULL || *of.customer == '\0')
		return 0;
	if (ticket == NULL || clock == NULL ||
	    !rec_time(r, "started", &started))
		return err_set(e, ERR_INPUT,
		    "clock: ticket, clock or started is missing");
	rec_int(r, "n", &n);
	if (account_at(&of, started, run->cmd->customers,
	    run->cmd->org.zone, e) < 0)
		return -1;
	if (is_new(all, arena_printf(a, "%s %s %lld", ticket, clock,
	    (long long)n)))
		misses_add(all->misses, of.customer, &of.month, 0);
	return 0;
}

static int
emit(struct credit_run *run, const struct missed *m, struct err *e)
{
	struct claim claim = { .of.customer = m->customer,
	    .of.month = m->month, .service = "", .reason = "support",
	    .missed = m->count[0],
	    .share = credit_missed(run->policy, m->count[0]) };

	arena_reset(&run->scratch);
	if (claim.share == 0)
		return 0;
	if (account_fill(&claim.of, run->cmd->customers,
	    run->cmd->org.zone, e) < 0)
		return -1;
	if (claim.of.end > run->cmd->now)
		return 0;
	if (claim_terms(run, &claim, NULL, e) < 0)
		return -1;
	return claim_emit(run, &claim, e);
}

int
clocks_seen_emit(struct clocks_seen *all, struct credit_run *run,
    struct err *e)
{
	const struct missed *list;
	size_t n = misses_list(all->misses, &list);

	for (size_t i = 0; i < n; i++) {
		struct err bad = { 0 };

		if (emit(run, &list[i], &bad) == 0)
			continue;
		if (bad.kind != ERR_INPUT) {
			*e = bad;
			return -1;
		}
		cmd_warn(run->cmd, ERR_INPUT, "%s", bad.text);
	}
	return 0;
}
