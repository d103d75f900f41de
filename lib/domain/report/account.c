/* Customers' months. */
#include <stdlib.h>
#include <string.h>

#include <uthash.h>

#include "domain/report/account.h"

struct tally {
	const char *name;	/* "customer TAB month" */
	struct missed missed;
	UT_hash_handle hh;
};

struct misses {
	struct arena *arena;
	struct tally *tallies;
};

static int
find_zone(struct account *m, const char *zone, struct err *e)
{
	const char *name = m->who != NULL && *m->who->zone != '\0' ?
	    m->who->zone : zone;
	struct err bad = { 0 };

	if (zone_load(&m->zone, name, &bad) == 0)
		return 0;
	/* One customer's row must not end the run for the others. */
	return err_set(e, ERR_INPUT, "customer '%s': %s", m->customer,
	    bad.text);
}

/*
 * The zone decides when a month is, and is itself the customer's: a guess by
 * the given one is near enough to find the row that names it.
 */
int
account_fill(struct account *m, const struct customers *all,
    const char *zone, struct err *e)
{
	m->who = NULL;
	for (int pass = 0; pass < 2; pass++) {
		if (find_zone(m, zone, e) < 0)
			return -1;
		month_bounds(&m->month, m->zone, &m->start, &m->end);
		m->who = customers_at(all, m->customer, m->end - 1);
		if (m->who == NULL)
			m->who = customers_at(all, m->customer, m->start);
	}
	return 0;
}

int
account_at(struct account *m, int64_t at, const struct customers *all,
    const char *zone, struct err *e)
{
	m->who = customers_at(all, m->customer, at);
	if (find_zone(m, zone, e) < 0)
		return -1;
	month_at(m->zone, at, &m->month);
	return account_fill(m, all, zone, e);
}

struct misses *
misses_new(struct arena *a)
{
	struct misses *m = arena_zalloc(a, sizeof(*m));

	m->arena = a;
	return m;
}

void
misses_add(struct misses *m, const char *customer,
    const struct month *month, int policy)
{
	const char *name = arena_printf(m->arena, "%s\t%s", customer,
	    month->name);
	struct tally *t;

	HASH_FIND_STR(m->tallies, name, t);
	if (t == NULL) {
		t = arena_zalloc(m->arena, sizeof(*t));
		t->name = name;
		t->missed.customer = arena_strdup(m->arena, customer);
		t->missed.month = *month;
		HASH_ADD_KEYPTR(hh, m->tallies, t->name, strlen(t->name), t);
	}
	t->missed.count[policy]++;
}

static int
by_name(const struct tally *a, const struct tally *b)
{
	return strcmp(a->name, b->name);
}

size_t
misses_list(struct misses *m, const struct missed **out)
{
	struct missed *list = arena_zalloc(m->arena,
	    (HASH_COUNT(m->tallies) + 1) * sizeof(*list));
	size_t n = 0;

	HASH_SORT(m->tallies, by_name);
	for (const struct tally *t = m->tallies; t != NULL; t = t->hh.next)
		list[n++] = t->missed;
	*out = list;
	return n;
}
