/* A customer's uptime of a month, as seconds that add up. */
#ifndef TAI_DOMAIN_UPTIME_H
#define TAI_DOMAIN_UPTIME_H

#include "base/buf.h"
#include "domain/calendar/month.h"
#include "domain/uptime/outage.h"

struct uptime_sums {		/* seconds; all of them add up to total */
	int64_t total;
	int64_t excluded;	/* left out of both sides */
	int64_t down;		/* partial outages by weight, rounded up */
	int64_t weighed;	/* the same exactly, a second is UP_WHOLE */
	int64_t unknown;
	int64_t up;		/* the rest; partial outages leave theirs */
};

/* What cuts (in order, without gaps) come to within [from, to). */
void	uptime_sum(const struct cut *, size_t, int64_t from, int64_t to,
	    struct uptime_sums *);

struct uptime_of {		/* one record */
	const char *customer, *service;
	const struct month *month;	/* NULL: a time of any length */
	int64_t from, to;	/* what was looked at */
	int64_t at;		/* of the record */
	bool over;		/* to is its end, not only now */
	int64_t target;		/* 10^-4 percent; 0: none */
	struct uptime_sums sums;
	const char *const *incidents;	/* titles; NULL ends */
};
/* Whether the target was kept, by the exact ratio. */
bool	uptime_met(const struct uptime_of *);
/* "99.8710", cut off; four places. */
const char *uptime_percent(const struct uptime_sums *, char [24]);
/* Appends the record; more is JSON put behind its fields, or NULL. */
void	uptime_record(const struct uptime_of *, const struct buf *more,
	    struct buf *);

#endif
