/* Maintenance that comes again: one record, many windows. */
#ifndef TAI_DOMAIN_REPEAT_H
#define TAI_DOMAIN_REPEAT_H

#include "domain/uptime/incident.h"

#define REPEAT_MOST	5000	/* windows of one series */

/* Whether it is a rule that can be followed (RFC 5545, 3.3.10), and a zone. */
int	repeat_check(const char *rule, const char *zone, struct err *);
/*
 * The windows of a series that begin up to the moment, in order: between the
 * same local times of its zone each, on the days of its rule, the first of
 * which is the day of its own window; of a rule's COUNT so many are gone.
 * What was called off has none from then on. A rule or zone that is none has
 * the one window. In the arena; returns how many.
 */
size_t	repeat_windows(const struct maintenance *, int64_t gone,
	    int64_t last, struct arena *, struct maintenance **);

#endif
