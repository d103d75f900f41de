/* Moments as people say them: "monday 9am", "2026-03-02 09:00 Europe/Rome". */
#ifndef TAI_FORMAT_SAID_H
#define TAI_FORMAT_SAID_H

#include <stdint.h>

#include "format/zone.h"

/*
 * What when_guess takes, "now", or a day, a time of day, or both: today,
 * tomorrow, yesterday, a weekday (the first one from today on; next: behind
 * today, last: before it) or a date, and 9am, 9:30 pm, 09:30, noon or midnight
 * (which begins the day). Without a time it is the day's first moment, without
 * a day today's. An IANA zone may stand behind it, alone or as in RFC 9557
 * ([Europe/Rome]); else it is local in the zone that is given. A local time
 * that the clocks jump over is the moment of the jump, of one that comes twice
 * it is the first. 0, or -1 with *out untouched.
 */
int	said_moment(const char *, const struct zone *, int64_t now,
	    int64_t *out);

#endif
