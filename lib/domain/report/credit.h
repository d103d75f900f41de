/*
 * rules/credit.yaml: what a month below its uptime target earns, and one of
 * missed clocks. An uptime is a ratio of integers and stays one; nothing is
 * rounded before a decision.
 */
#ifndef TAI_DOMAIN_CREDIT_H
#define TAI_DOMAIN_CREDIT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/mem.h"
#include "format/yaml.h"

struct uptime {
	int64_t up, total;	/* 0 <= up <= total, total > 0 */
};

/*
 * The uptime of a month: excluded seconds (maintenance) leave both sides,
 * down ones are counted outside of them. -1 when the numbers make no sense.
 */
int	uptime_of(struct uptime *, int64_t total, int64_t excluded,
	    int64_t down);
/* The same from a decimal of percent, "99.8710"; -1 for another text. */
int	uptime_parse(struct uptime *, const char *);
/* Whether it is under a share of 10^-4 percent. */
bool	uptime_below(struct uptime, int64_t share);
/* Whether it is less than another. */
bool	uptime_less(struct uptime, struct uptime);
/* Percent with four places, cut off: "99.8710". */
char	*uptime_text(struct uptime, char [24]);

struct credit_band {
	int64_t below;		/* 10^-4 percent of uptime */
	int64_t share;		/* 10^-2 percent of the fee */
	bool review;		/* an incident review is owed as well */
};

struct credit_policy;

/* The policy lives in the arena. */
int	credit_load(struct credit_policy **, struct arena *,
	    const struct yaml *, struct err *);
/*
 * The band of an uptime: 1, 0 when it is in none, -1 (ERR_INPUT) for a tier
 * that the policy does not have.
 */
int	credit_find(const struct credit_policy *, const char *tier,
	    struct uptime, const struct credit_band **, struct err *);
/* What so many missed clocks of a month earn, 10^-2 percent; 0: nothing. */
int64_t	credit_missed(const struct credit_policy *, int64_t missed);
/*
 * A share (10^-2 percent) of a fee, rounded up to the minor unit; fees are
 * not negative, shares at most 100 percent.
 */
int64_t	credit_amount(int64_t fee, int64_t share);
/* The most that a month's credits may come to. */
int64_t	credit_cap(const struct credit_policy *, int64_t fee);
/* Days from issue until a credit expires. */
int64_t	credit_days(const struct credit_policy *);
/* A number of 10^-places as text without needless zeros: "99.95", "15". */
char	*decimal_text(int64_t, int places, char [24]);

#endif
