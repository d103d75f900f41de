/*
 * Episodes of alerts as outages, where the policy says so: from when an alert
 * of a service fires until it has recovered. Records of one alert have the
 * same source and fingerprint; they fold in the order of (at, id).
 */
#ifndef TAI_DOMAIN_ALERTDOWN_H
#define TAI_DOMAIN_ALERTDOWN_H

#include "domain/uptime/incident.h"
#include "domain/uptime/uprules.h"

struct alert_downs;

struct alert_downs *alert_downs_new(void);
void	alert_downs_free(struct alert_downs *);	/* NULL is none */
/* Takes a record of type alert; others, and what names no service, pass. */
void	alert_downs_add(struct alert_downs *, const struct rec *);
/*
 * The episodes that are known at the moment and that the policy counts, as
 * incidents of their service in the arena; how many.
 */
size_t	alert_downs_at(struct alert_downs *, const struct uprules *,
	    int64_t now, struct arena *, struct incident **);

#endif
