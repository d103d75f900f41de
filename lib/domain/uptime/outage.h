/*
 * When what a customer uses was down: incidents, maintenance and probes laid
 * over one another, by the policy, as stretches of time that neither overlap
 * nor leave a gap.
 */
#ifndef TAI_DOMAIN_OUTAGE_H
#define TAI_DOMAIN_OUTAGE_H

#include "domain/uptime/incident.h"
#include "domain/uptime/uprules.h"

enum cut_state { CUT_UP, CUT_DOWN, CUT_EXCLUDED, CUT_UNKNOWN };

struct cut {			/* [from, to) */
	int64_t from, to;
	enum cut_state state;
	int64_t weight;		/* of DOWN: 1 to UP_WHOLE */
	int service;		/* whose state that is; -1 for UP */
	const char *why;	/* the heaviest cause; "" for UP */
	bool brief;		/* an outage too short to count: UP */
};

struct outages;			/* all that happened, judged by the policy */

struct outage_facts {		/* as of now; they outlive the outages */
	struct uprules *rules;
	const struct incident *incident;
	size_t incidents;
	const struct maintenance *maintenance;
	size_t maintenances;
	struct probes *const *probes;	/* by service; NULL for none */
	int64_t from, to;	/* what is looked at */
	int64_t now;		/* what goes on ends here, for now */
};

struct outages *outages_new(const struct outage_facts *);
void	outages_free(struct outages *);
/*
 * From facts.from to facts.to, or to now where that is earlier: what counts
 * for a customer ("": nobody in particular) of services (bits). A service of
 * which no probe is known before the end of what is asked for is not probed
 * (facts.to at most). The cuts belong to the outages, and are valid until the
 * next call.
 */
size_t	outages_of(struct outages *, const char *customer, uint64_t services,
	    int64_t ends, const struct cut **);
/* Why an incident counts for nothing there: a text, or NULL when it does. */
const char *outage_refused(struct outages *, const struct incident *,
	    const char *customer, uint64_t services);
/* The services that names stand for, as bits; all for an empty list. */
uint64_t outage_services(const struct uprules *, const char *const *names);

#endif
