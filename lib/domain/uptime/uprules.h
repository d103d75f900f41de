/*
 * rules/uptime.yaml: what "up" means, what counts against it and what does
 * not. Shares of a service are in 10^-4 percent, UP_WHOLE is all.
 */
#ifndef TAI_DOMAIN_UPRULES_H
#define TAI_DOMAIN_UPRULES_H

#include "base/err.h"
#include "base/mem.h"
#include "domain/calendar/calendar.h"
#include "domain/uptime/probe.h"
#include "format/yaml.h"

#define UP_SERVICES	64	/* a bit each */
#define UP_WHOLE	INT64_C(1000000)
#define UP_ALERTS	8
#define UP_MINIMUM	(INT64_C(31) * 86400)	/* of an outage, at most */

enum up_counts { COUNTS_FULL, COUNTS_NAMED, COUNTS_NONE };
enum up_sources {		/* incidents and probes of one moment */
	SOURCES_EITHER,		/* down when either says so */
	SOURCES_BOTH,		/* an incident that the probes do not deny */
	SOURCES_PROBES,		/* the probes; incidents where they are silent */
	SOURCES_INCIDENTS,	/* probes are not looked at */
};
enum up_unknown { UNKNOWN_APART, UNKNOWN_EXCLUDED, UNKNOWN_DOWN };

struct up_service {
	const char *name;
	const char *const *aliases;	/* NULL ends */
	struct probe_rule probe;
	int64_t minimum;	/* a shorter outage does not count */
	bool required;		/* without any probe nothing is known */
};

struct up_measure {		/* up when all of its services are */
	const char *name;
	uint64_t services;
};

struct up_use {
	const char *customer;
	uint64_t services;
};

struct up_impact {
	const char *name;
	int64_t weight;
};

struct up_alert {		/* how fast a budget may burn */
	int64_t rate;		/* 10^-2 of the rate that just lasts */
	int64_t long_s, short_s;
	const char *as;		/* "page", "ticket" */
};

struct uprules {
	struct arena *arena;
	struct up_service service[UP_SERVICES];
	int services;
	struct up_measure *measure;
	size_t measures;
	struct up_use *use;
	size_t uses;
	enum up_counts severity[5];	/* by P1 to P4 */
	struct up_impact *impact;
	size_t impacts;
	int64_t alert_down[5];	/* weight of an alert, by P1 to P4; -1: none */
	bool share_weighs;
	int64_t minimum;
	const char *const *excluded;	/* reasons; NULL ends */
	bool whole_months;	/* also of who came or left within */
	struct probe_rule probe;
	bool required;
	enum up_sources sources;
	enum up_unknown unknown;
	struct {
		int64_t notice;
		const struct calendar *regular;	/* NULL: none */
		struct calendars *calendars;
		int64_t extra;		/* times a month; -1: any */
		int64_t longest;	/* of one of those */
	} maintenance;
	struct up_alert alert[UP_ALERTS];
	size_t alerts;
	const char *const *page, *const *ticket;	/* whom; NULL ends */
};

/*
 * Lives in the arena, but for its windows of maintenance: free it as well.
 * ERR_CONFIG with file and line.
 */
int	uprules_load(struct uprules **, struct arena *, const struct yaml *,
	    struct err *);
void	uprules_free(struct uprules *);		/* NULL is none */
/* The service by name or alias, in any case; -1 for none. */
int	uprules_service(const struct uprules *, const char *name);
/* The same, and one more with what holds for all where there is none; -1
 * when there are too many. */
int	uprules_any_service(struct uprules *, const char *name);
/* A measure by name, or a service as one; NULL for neither. */
const struct up_measure *uprules_measure(struct uprules *, const char *name);
/* What the customer uses: bits; all where nothing is said. */
uint64_t uprules_uses(const struct uprules *, const char *customer);
/* What an impact weighs; -1 for one that the policy does not name. */
int64_t	uprules_weight(const struct uprules *, const char *impact);
/* Whether time for that reason is left out. */
bool	uprules_excuses(const struct uprules *, const char *reason);

#endif
