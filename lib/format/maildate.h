/* Dates as mails have them. */
#ifndef TAI_FORMAT_MAILDATE_H
#define TAI_FORMAT_MAILDATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define MAIL_ZONE_NONE	INT32_MIN

/*
 * Reads a date and time of day: RFC 5322 with its obsolete forms, what breaks
 * it (no zone, a zone by name, a wrong weekday, "GMT+2", ISO 8601, ctime), and
 * dates in many languages as programs write them over what they quote. *zone
 * is its offset in seconds east, MAIL_ZONE_NONE without one; then it is read
 * in the zone that *zone had before, UTC for MAIL_ZONE_NONE. False when it is
 * no moment, or could be two: 1/2/2026.
 */
bool	mail_date(const char *, size_t, int32_t *zone, int64_t *);

#endif
