/* A policy as it is made of its file; polfile.c makes it, policy.c asks. */
#ifndef TAI_DOMAIN_POLFILE_H
#define TAI_DOMAIN_POLFILE_H

#include "base/mem.h"
#include "domain/policy.h"

#define TIERS_MOST	32
#define SEASONS_MOST	8

struct goal {
	int64_t seconds;	/* on the cell's calendar; 0: none */
	const char *text;	/* as it is written */
	bool days;		/* in bd */
	struct {		/* in each season */
		int64_t seconds;	/* more */
		const char *text;	/* of the whole: "4h + 1bd" */
	} longer[SEASONS_MOST];
	const struct yaml *where;
};

struct cell {			/* a tier's targets for a severity */
	const struct calendar *calendar;
	struct goal goal[CLOCKS];
	bool own_next;		/* else next is as response */
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

struct season {
	int from, until;	/* month * 100 + day; may pass the year's end */
	uint32_t tiers;		/* a bit each */
	struct duration longer;
	const char *text;
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
	struct tier *tier;
	size_t tiers;
	struct season season[SEASONS_MOST];
	size_t seasons;
	struct exclusion *exclusion;
	size_t exclusions;
	struct warning warning[SEVERITIES];
};

#endif
