/* Time zones: the system's tzdata (TZif, RFC 8536), never a process-wide TZ. */
#ifndef TAI_FORMAT_ZONE_H
#define TAI_FORMAT_ZONE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

struct zone;

/*
 * Loads an IANA zone by name ("America/Los_Angeles", "UTC") from the folder
 * TZDIR or /usr/share/zoneinfo, following the footer rule behind the last
 * transition up to the year 2500. ERR_CONFIG for a name that tzdata does not
 * have or that leaves its folder. Loaded zones are kept for the run; the
 * pointer stays valid.
 */
int	zone_load(const struct zone **, const char *name, struct err *);
/* The same from the bytes of a TZif file; ERR_INPUT, and the caller frees. */
int	zone_parse(struct zone **, const char *name, const void *, size_t,
	    struct err *);
/*
 * One that somebody else describes: the offset before all steps, and those in
 * order, none at the moment of another. The caller frees it.
 */
struct zone_step {
	int64_t at, offset;
};
struct zone *zone_make(const char *name, int64_t offset,
	    const struct zone_step *, size_t n);
void	zone_free(struct zone *);
const char *zone_name(const struct zone *);
/* Seconds east of UTC at a moment. */
int64_t	zone_offset(const struct zone *, int64_t utc);
/* The first moment behind this one at which the offset or the name changes. */
int64_t	zone_change(const struct zone *, int64_t utc);
/* Civil seconds (as if local time were UTC) of a moment. */
int64_t	zone_local(const struct zone *, int64_t utc);
/*
 * The moment of civil seconds. In a gap: the moment of the transition. In an
 * overlap: the first, or the second when later is set.
 */
int64_t	zone_utc(const struct zone *, int64_t local, bool later);
/* Start of the local day (days since 1970-01-01): its first existing moment. */
int64_t	zone_day(const struct zone *, int64_t day);
/* The local date of a moment, as days since 1970-01-01. */
int64_t	zone_date(const struct zone *, int64_t utc);
/* Short name in force: "PST". */
const char *zone_abbreviation(const struct zone *, int64_t utc);

#endif
