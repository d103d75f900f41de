/* Dates and times as spreadsheets and other programs write them. */
#ifndef TAI_FORMAT_WHEN_H
#define TAI_FORMAT_WHEN_H

#include <stdbool.h>
#include <stdint.h>

#include "format/zone.h"

/*
 * The format is strptime's, narrowed: %Y %y (69 to 99 are 19xx) %m %d %e %b
 * %B (English) %a %A (skipped) %H %I %M %S %p %z (+05:30, +0530, Z, UTC, GMT)
 * %s (seconds since 1970) %f (a fraction, dropped) %%; a space stands for any
 * number of them; anything else for itself. 24:00 is the end of a day. Without
 * %z the time is local in the zone (NULL: UTC); what the format leaves out is
 * zero.
 */
bool	when_format(const char *format);	/* whether it is one */
/* 0 with the moment, or -1 with *out untouched (also for 31 April). */
int	when_parse(const char *format, const char *text, const struct zone *,
	    int64_t *out);
/*
 * Without a format: RFC 3339, the same with a space or slashes, without
 * seconds, with a fraction behind a point or a comma (dropped), with +0530 or
 * UTC behind it or no zone, ISO 8601's 20260302T090000Z, RFC 5322's "Mon, 02
 * Mar 2026 09:00:00 +0100" and parts of it, ctime's "Mon Mar  2 09:00:00 2026"
 * and what date and git make of it, a date alone (its first moment), or
 * seconds, milliseconds or microseconds since 1970, also behind an @.
 */
int	when_guess(const char *text, const struct zone *, int64_t *out);

#endif
