/* A customer's month: when it is there, what it pays, what clocks it missed. */
#ifndef TAI_DOMAIN_ACCOUNT_H
#define TAI_DOMAIN_ACCOUNT_H

#include "base/err.h"
#include "base/mem.h"
#include "domain/calendar/month.h"
#include "domain/org.h"

struct account {
	const char *customer;
	struct month month;
	const struct customer *who;	/* NULL unknown */
	const struct zone *zone;
	int64_t start, end;	/* of the month, there */
};

/*
 * Fills the rest of an account by its customer and month: the customer as of
 * the month's last second, or of its first when it left in between; in the
 * given zone where it has none. ERR_INPUT for a zone that is none.
 */
int	account_fill(struct account *, const struct customers *,
	    const char *zone, struct err *);
/* Makes the month the one of a moment, and fills the rest. */
int	account_at(struct account *, int64_t at, const struct customers *,
	    const char *zone, struct err *);

/* Missed clocks by customer and month, under one policy and another. */
struct misses;			/* lives in its arena */
struct missed {
	const char *customer;
	struct month month;
	int64_t count[2];
};

struct misses *misses_new(struct arena *);
/* Counts one clock under the policy, 0 or 1. */
void	misses_add(struct misses *, const char *customer,
	    const struct month *, int policy);
/* The months by customer and time: as many as it returns. */
size_t	misses_list(struct misses *, const struct missed **);

#endif
