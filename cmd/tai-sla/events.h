/* What uptime is made of: incidents, maintenance and probes of the input. */
#ifndef TAI_SLA_EVENTS_H
#define TAI_SLA_EVENTS_H

#include "domain/uptime/alertdown.h"
#include "domain/uptime/outage.h"
#include "domain/uptime/uptime.h"
#include "sla.h"

struct events {
	struct uprules *rules;
	struct incidents *incidents;
	struct alert_downs *alerts;
	struct probes *probes[UP_SERVICES];
	int64_t from, to;	/* probes from then to then are looked at */
	bool probed;		/* whether probes are read at all */
	char service[64];	/* of the last probe, as it stood there */
	size_t service_len;
	int service_is;
	struct arena scratch;
};

/* uptime.yaml; for verbs with NEED_ORG. */
int	events_rules(struct cmd *, struct events *, struct err *);
/* Reads the input, or the store; rules, from, to and probed are set. */
int	events_read(struct cmd *, struct events *, struct err *);
/* All of it by the policy as of now; its texts are the run's. */
struct outages *events_outages(struct cmd *, struct events *,
	    const struct incident **, size_t *n);
void	events_free(struct events *);

struct whom {			/* a customer's side of a span of time */
	const char *id;		/* "": nobody is known */
	const char *tier;
	const struct zone *zone;
	int64_t since, until;	/* TIME_MIN, TIME_MAX */
	int64_t target;		/* of uptime, 10^-4 percent; 0: none */
};
/*
 * The customer as it last stood in the month, and its bounds there; false
 * when it was none then. -1 in *rc when its zone or tier is wrong: told.
 */
bool	whom_in_month(struct cmd *, const char *id, const struct month *,
	    struct whom *, int64_t *from, int64_t *to);
/* The same at any two moments. */
bool	whom_between(struct cmd *, const char *id, int64_t from, int64_t to,
	    struct whom *);

#endif
