/* A policy as it is made of its file; polfile.c makes it, policy.c asks. */
#ifndef TAI_DOMAIN_POLFILE_H
#define TAI_DOMAIN_POLFILE_H

#include "base/mem.h"
#include "domain/clock/policy.h"

#define TIERS_MOST	32
#define SEASONS_MOST	8
#define VERSIONS_MOST	64

struct goal {
	struct duration amount;	/* 0: none */
	const struct calendar *calendar;	/* its own, or NULL */
	int64_t seconds;	/* the same on the cell's calendar */
	const char *text;	/* as it is written */
	const char *longer[SEASONS_MOST];	/* in a season: "4h + 1bd" */
	const struct yaml *where;
};

struct cell {			/* a tier's targets for a severity */
	const struct calendar *calendar;
	struct goal goal[CLOCKS];
	bool own_next;		/* else next is as response */
	bool own_calendar;	/* else it is the tier's */
};

struct tier {
	const char *name;
	uint32_t bit;		/* in a season's tiers */
	int64_t share;		/* 10^-2 percent */
	int64_t uptime;		/* 10^-4 percent */
	int64_t downtime_s;	/* as somebody wrote it, a month */
	const struct yaml *downtime;
	struct cell cell[SEVERITIES];
};

struct version {		/* of the tiers' targets */
	int64_t from;		/* TIME_MIN: of the first */
	struct tier *tier;	/* as many as the policy has */
	const struct yaml *where;
};

struct contract {		/* what a customer has agreed on of its own */
	const char *customer;
	int64_t from, until;	/* [from, until); TIME_MAX: without an end */
	int64_t signing;	/* the moment */
	bool locked;		/* the targets of the signing hold all along */
	const char *tier;	/* whose targets it goes on from; NULL: the
				   customer's own */
	int64_t uptime;		/* 10^-4 percent; 0: the tier's */
	const struct calendar *calendar;	/* of all cells; NULL */
	struct cell own[SEVERITIES];	/* a goal without where: the tier's */
	const struct yaml *where;
};

struct season {
	int from, until;	/* month * 100 + day; may pass the year's end */
	uint32_t tiers;		/* a bit each */
	struct duration longer;
	const char *text;
	int line;
};

struct exclusion {
	const char *category, *topic;	/* NULL: any */
	const char *why;
};

struct warning {
	int64_t before;		/* due: seconds on the clock */
	const struct yaml *where;	/* NULL: none */
};

struct policy {
	struct arena arena;
	size_t tiers;
	struct version version[VERSIONS_MOST];	/* by from; one at least */
	size_t versions;
	struct contract *contract;	/* by customer and from */
	size_t contracts;
	enum on_change on_change[CHANGES];
	bool restarts;		/* a reopened ticket's resolution clock */
	uint32_t pauses;	/* bit of each clock that waiting stops */
	struct duration remind;	/* 0: never */
	struct season season[SEASONS_MOST];
	size_t seasons;
	struct exclusion *exclusion;
	size_t exclusions;
	struct warning warning[SEVERITIES];
};

/* The calendar on which a cell's goal counts. */
const struct calendar *policy_calendar(const struct cell *, enum clock_kind);
/* Reading, for polfile.c and contract.c. */
int	policy_duration(const struct yaml *, struct duration *, struct err *);
/*
 * Reads what a map says of a cell over what stands there; goals of a cell
 * whose calendar changes are counted anew.
 */
int	policy_cell(struct policy *, struct cell *, const struct yaml *,
	    const struct calendars *, struct err *);
/* Goals in seconds of the cell's calendars, as they now are. */
int	policy_count(struct cell *, struct err *);
/* The calendar that a map names, if it does. */
int	policy_find_calendar(const struct yaml *, const struct calendars *,
	    const struct calendar **, struct err *);
/* The tier of a version by its name, or NULL. */
const struct tier *policy_tier_of(const struct policy *,
	    const struct version *, const char *name);
/* The version in force at a moment. */
const struct version *policy_version(const struct policy *, int64_t at);
/* The customer's contract in force at a moment, or NULL. */
const struct contract *policy_contract(const struct policy *,
	    const char *customer, int64_t at);
/* A duration in seconds of a calendar, with its hours of the moment. */
int64_t	policy_seconds(const struct duration *, const struct calendar *,
	    int64_t at);
/* "2026-07-01" as the first moment of that day in the zone of the calendar,
 * or a moment itself. */
int	policy_date(const struct yaml *, const char *key,
	    const struct calendar *, int64_t *out, struct err *);

#endif
