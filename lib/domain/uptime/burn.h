/*
 * Error budgets: how much of the downtime that a target allows is left, and
 * how fast it goes (multi-window, multi-burn-rate alerts; "Alerting on SLOs"
 * in Google's Site Reliability Workbook).
 */
#ifndef TAI_DOMAIN_BURN_H
#define TAI_DOMAIN_BURN_H

#include "domain/uptime/outage.h"

struct burn_of {		/* what burns: cuts in order, without gaps */
	const struct cut *cut;
	size_t n;
	int64_t target;		/* 10^-4 percent */
};

struct budget {			/* seconds */
	int64_t allowed;	/* cut off */
	int64_t spent;
	int64_t left;		/* negative when overdrawn */
};

/*
 * The budget of [from, to), as of now: what is left out by then shortens the
 * time that is promised. Down beyond now is not known yet.
 */
void	burn_budget(const struct burn_of *, int64_t from, int64_t to,
	    int64_t now, struct budget *);
/* Of the budget, percent with four places, cut off: "87.5000", "-12.0000";
 * "0.0000" when there is none. */
char	*burn_left(const struct budget *, char [32]);

/*
 * How many times as fast as would just last, over the window before the
 * moment, in 10^-2 (cut off); INT64_MAX when nothing may be lost and
 * something was.
 */
int64_t	burn_rate(const struct burn_of *, int64_t at, int64_t window);
/* Whether an alert fires: both of its windows are over its rate, exactly. */
bool	burn_fires(const struct burn_of *, const struct up_alert *, int64_t at);

/*
 * Since when any alert of the kind ("page", "ticket") fires, on whole minutes
 * by the clock: TIME_NONE when none does at the last one. Pauses up to the
 * shortest window belong to the episode; looks back until horizon.
 */
int64_t	burn_episode(const struct burn_of *, const struct uprules *,
	    const char *as, int64_t now, int64_t horizon);

#endif
