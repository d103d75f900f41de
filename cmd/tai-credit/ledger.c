/* What customers were given so far: the cap is for a month's sum. */
#include <string.h>

#include <uthash.h>

#include "ledger.h"

struct given {			/* a credit */
	const char *id, *month;	/* month: "customer TAB 2026-01" */
	int64_t amount;
	const char *line;	/* its record */
	bool shown;
	UT_hash_handle hh;
};

struct sum {			/* of a customer's month */
	const char *month;
	int64_t amount;
	UT_hash_handle hh;
};

struct ledger {
	struct arena *arena;
	struct given *given;
	struct sum *sums;
};

struct ledger *
ledger_new(struct arena *a)
{
	struct ledger *l = arena_zalloc(a, sizeof(*l));

	l->arena = a;
	return l;
}

static struct given *
find(const struct ledger *l, const char *id)
{
	struct given *g;

	HASH_FIND_STR(l->given, id, g);
	return g;
}

static struct sum *
sum_of(struct ledger *l, const char *month)
{
	struct sum *s;

	HASH_FIND_STR(l->sums, month, s);
	if (s == NULL) {
		s = arena_zalloc(l->arena, sizeof(*s));
		s->month = arena_strdup(l->arena, month);
		HASH_ADD_KEYPTR(hh, l->sums, s->month, strlen(s->month), s);
	}
	return s;
}

int
ledger_note(struct ledger *l, const struct rec *r, bool shown, struct err *e)
{
	const char *id = rec_str(r, "id", l->arena);
	const char *customer = rec_str(r, "customer", l->arena);
	const char *month = rec_str(r, "month", l->arena);
	struct given *g;

	if (id == NULL || customer == NULL || month == NULL)
		return err_set(e, ERR_INPUT,
		    "credit: id, customer or month is missing");
	if ((g = find(l, id)) != NULL) {
		g->shown |= shown;
		return 0;
	}
	g = arena_zalloc(l->arena, sizeof(*g));
	if (!rec_int(r, "amount", &g->amount) || g->amount < 0)
		return err_set(e, ERR_INPUT,
		    "credit: amount is not a whole number of cents");
	g->id = id;
	g->month = arena_printf(l->arena, "%s\t%s", customer, month);
	g->line = arena_strndup(l->arena, r->line, r->len);
	g->shown = shown;
	HASH_ADD_KEYPTR(hh, l->given, g->id, strlen(g->id), g);
	if (!rec_is(r, "state", "void")) {
		struct sum *s = sum_of(l, g->month);

		if (g->amount > INT64_MAX - s->amount)
			s->amount = INT64_MAX;
		else
			s->amount += g->amount;
	}
	return 0;
}

int64_t
ledger_sum(struct ledger *l, const char *customer, const char *month)
{
	return sum_of(l, arena_printf(l->arena, "%s\t%s", customer,
	    month))->amount;
}

const char *
ledger_line(const struct ledger *l, const char *id, bool *shown)
{
	struct given *g = find(l, id);

	*shown = g != NULL && g->shown;
	return g != NULL ? g->line : NULL;
}
