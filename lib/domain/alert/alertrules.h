/*
 * rules/alerts: episodes.yaml (numbers), thresholds.yaml (severities by
 * value) and routing.yaml (who is told of which).
 */
#ifndef TAI_DOMAIN_ALERTRULES_H
#define TAI_DOMAIN_ALERTRULES_H

#include "domain/alert/alertmap.h"
#include "domain/model.h"
#include "domain/org.h"

struct alert_numbers {		/* seconds, but for changes */
	int64_t skew;		/* clocks differ by so much */
	int64_t window;		/* what fires within it is one storm */
	int64_t hold;		/* firing again so soon is no new ticket */
	int64_t repeats;	/* repeats are counted this far apart */
	int64_t changes;	/* more of these ... */
	int64_t within;		/* ... in this time are flapping, */
	int64_t quiet;		/* which is over after so long */
};

struct alert_route {
	const struct yaml *when;
	struct pattern *match;	/* service, host and title; or NULL */
	const char *team, *channel;	/* or NULL */
	int64_t level;		/* of the escalation; 0 none */
	const char *const *to;	/* NULL ends; or NULL */
	int64_t within;		/* s; 0 none */
};

struct alert_threshold {
	struct pattern *match;	/* metric, else title */
	double over;
	int64_t lasts;		/* s; 0 any */
	int severity;
	bool overrides;		/* also against the source's own word */
};

struct alert_rules {
	struct alert_numbers number;
	struct alert_threshold *threshold;
	size_t thresholds;
	struct alert_route *route;
	size_t routes;
	const char *category, *topic;
	int severity;		/* of what does not tell: 1 to 4 */
	enum severity tickets[5];	/* by P */
};

/* The trees must outlive the rules; ERR_CONFIG. Patterns are to be freed. */
int	alert_rules_load(struct alert_rules *, struct arena *,
	    const struct yaml *episodes, const struct yaml *thresholds,
	    const struct yaml *routing, struct err *);
void	alert_rules_free(struct alert_rules *);
/* 1 to 4: the source's word, a threshold, or the default; see tai-rules(5). */
int	alert_judge(const struct alert_rules *, const struct alert *);
/* The first route that fits; NULL for none. tier may be NULL. */
const struct alert_route *alert_routed(const struct alert_rules *,
	    const struct alert *, int severity, const char *tier);

#endif
