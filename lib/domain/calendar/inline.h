/* Hours that stand where they are needed, as a calendar without a name. */
#ifndef TAI_DOMAIN_INLINE_H
#define TAI_DOMAIN_INLINE_H

#include "domain/calendar/calendar.h"

/*
 * A calendar of hours written as a calendar's open is, local in the zone (an
 * IANA name, which must outlive it, as must the tree). It is one of *out,
 * which calendars_free frees. ERR_CONFIG with file and line.
 */
int	calendar_inline(struct calendars **out, const struct calendar **,
	    struct arena *, const struct yaml *open, const char *zone,
	    struct err *);

#endif
