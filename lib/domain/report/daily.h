/*
 * The figures of one day of support: from local midnight to a moment of that
 * day. Everything is counted from what had happened by that moment.
 */
#ifndef TAI_DOMAIN_DAILY_H
#define TAI_DOMAIN_DAILY_H

#include "domain/clock/clock.h"
#include "domain/clock/policy.h"
#include "domain/model.h"
#include "domain/report/answers.h"
#include "format/zone.h"

struct daily_ticket {		/* as lists show it; the day's arena */
	char key[KEY_TEXT];
	const char *customer;	/* id, or the sender's address */
	const char *name;	/* of the customer, or the same address */
	const char *tier, *subject, *category, *topic;
	const char *owner;	/* "" when nobody has it */
	enum severity severity;
	enum status status;
	int64_t opened, resolved;
	int64_t due;		/* the next one; TIME_NONE for none */
	enum clock_kind clock;	/* whose due that is */
	int64_t late;		/* counted seconds over it, 0 in time */
};

struct daily_miss {		/* a target that was missed on the day */
	const struct daily_ticket *ticket;
	enum clock_kind clock;
	const char *target;	/* as the policy writes it */
	int64_t late;		/* counted seconds so far */
	bool open;		/* it still runs */
};

struct daily_sla {		/* clocks that were decided on the day */
	int64_t met, missed;
	int64_t target;		/* 10^-2 percent */
};

struct daily_tier {
	const char *tier;
	struct daily_sla sla[2];	/* CLOCK_RESPONSE, CLOCK_RESOLUTION */
};

struct daily_escalation {
	const char *to;
	int64_t level;		/* the highest */
	const char *const *tickets;	/* NULL ends */
	const char *const *whys;	/* each once, NULL ends */
	int64_t n;		/* tickets */
};

struct daily_incident {
	const char *severity, *title, *cause;
	const char *const *customers;	/* ids, NULL ends */
	int64_t started, ended;	/* TIME_NONE: it goes on */
};

struct daily_setup {
	const struct policy *policy;
	const struct customers *customers;	/* as of a clock_ask */
	const struct surveys *surveys;
	const struct zone *zone;
	int64_t now;
	int64_t response, resolution;	/* targets, 10^-2 percent */
};

struct daily {
	struct daily_setup setup;
	int64_t start;		/* local midnight */
	struct arena arena;
	/* tickets */
	int64_t opened, resolved, reopened, resolvable;
	int64_t status[STATUSES];	/* at the moment */
	int64_t opened_by[SEVERITIES], open_by[SEVERITIES];
	int64_t close_sum;	/* wall clock seconds of the resolved */
	/* targets; tiers in the policy's order, those with a clock decided */
	struct daily_sla sla[2];
	struct daily_tier *tier;
	size_t tiers;
	struct daily_miss *miss;	/* the latest first */
	size_t misses, miss_room;
	/* what hurts */
	struct daily_ticket **critical;	/* of the day, and still open */
	size_t criticals, critical_room;
	struct daily_escalation *escalation;	/* the most first */
	size_t escalations;
	int64_t escalated;	/* tickets, each once */
	struct daily_incident *incident;	/* of the day, P1 first */
	size_t incidents;
	int64_t p1;
	int64_t repaired, repair_sum;	/* incidents that ended on the day */
	int64_t affected;	/* customers with an incident or CRITICAL */
	bool everybody;		/* an incident that names no customers */
	/* satisfaction */
	struct score csat;
	const struct survey_kind *csat_kind;
	const struct answer **answer;	/* csat of the day, the worst first */
	size_t answers;
	/* open tickets, the next due first */
	struct daily_ticket **open;
	size_t opens, open_room;

	struct daily_work *work;
};

void	daily_begin(struct daily *, const struct daily_setup *);
/* An answer, incident or triage record; others are passed over. */
int	daily_record(struct daily *, const struct rec *, struct err *);
/*
 * A ticket that has an event by the moment; tier is its customer's, name ""
 * when nobody knows the customer.
 */
int	daily_ticket(struct daily *, const struct history *,
	    const char *tier, const char *name, struct err *);
/* After the last: sums, and lists in order. */
void	daily_end(struct daily *);
void	daily_free(struct daily *);

#endif
