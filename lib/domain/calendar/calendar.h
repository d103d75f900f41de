/*
 * Business time. A calendar is open in windows, seconds UTC, half-open; they
 * are tabled with running sums, so that adding and subtracting cost the same
 * for a minute and for a year. Years are tabled when they are first asked for.
 */
#ifndef TAI_DOMAIN_CALENDAR_H
#define TAI_DOMAIN_CALENDAR_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/mem.h"
#include "base/time.h"
#include "domain/calendar/holiday.h"
#include "format/yaml.h"

struct calendar;
struct calendars;		/* all of rules/calendars.yaml */

/*
 * Reads zones through format/zone; refuses a calendar that never opens. The
 * second reads files of holidays by the function; the first refuses them.
 */
int	calendars_load(struct calendars **, const struct yaml *, struct err *);
int	calendars_load_files(struct calendars **, const struct yaml *,
	    const struct calendar_files *, struct err *);
void	calendars_free(struct calendars *);
const struct calendar *calendar_find(const struct calendars *,
	    const char *name);
/* The i-th of the file, from 0; NULL behind the last. */
const struct calendar *calendar_next(const struct calendars *, size_t i);
const char *calendar_name(const struct calendar *);
const char *calendar_zone(const struct calendar *);
/*
 * Seconds of the longest regular day: what 1bd is, by the latest hours, or by
 * those that hold at the moment.
 */
int64_t	calendar_day(const struct calendar *);
int64_t	calendar_day_at(const struct calendar *, int64_t at);
bool	calendar_is_always(const struct calendar *);

/* Open seconds in [from, to); 0 when to <= from. */
int64_t	calendar_between(const struct calendar *, int64_t from, int64_t to);
/*
 * The earliest moment by which that many open seconds have passed since
 * start: the end of a window rather than the start of the next. 0 seconds
 * gives start. TIME_MAX when it is behind the table (the year 2200).
 */
int64_t	calendar_add(const struct calendar *, int64_t start, int64_t seconds);
/*
 * The latest start from which adding the seconds gives the moment; TIME_MIN
 * when it is before the table (the year 1900).
 */
int64_t	calendar_subtract(const struct calendar *, int64_t end,
	    int64_t seconds);
/* The window that holds the moment, or the next one; false behind all. */
bool	calendar_window(const struct calendar *, int64_t at, int64_t *open,
	    int64_t *close);
/* The last window that began before the moment; false before all. */
bool	calendar_before(const struct calendar *, int64_t at, int64_t *open,
	    int64_t *close);
/* Whether hours begin on the local day (days since 1970-01-01). */
bool	calendar_opens_on(const struct calendar *, int64_t day);
/* Such days in [from, to); those that the table has. */
int64_t	calendar_days(const struct calendar *, int64_t from, int64_t to);
/*
 * The same time of day on the n-th such day behind the moment's, or before it
 * when n is negative; TIME_MAX and TIME_MIN as for calendar_add.
 */
int64_t	calendar_add_days(const struct calendar *, int64_t at, int64_t n);
/*
 * When the hours that begin on the moment's local day end, the last of them;
 * the moment itself where there are none.
 */
int64_t	calendar_day_close(const struct calendar *, int64_t at);
/* Civil seconds, and the date as days since 1970-01-01, in its zone. */
int64_t	calendar_local(const struct calendar *, int64_t at);
int64_t	calendar_date(const struct calendar *, int64_t at);
/*
 * Appends why it is closed in [from, to), which lies between two windows:
 * "weekend, Memorial Day", or "out of hours" when it opens on each of the
 * days.
 */
void	calendar_reason(const struct calendar *, int64_t from, int64_t to,
	    struct buf *);
/* Why the calendar is closed on the local day ("Memorial Day"), or NULL. */
const char *calendar_holiday(const struct calendar *, int64_t day);
/* Dates (days since 1970) of the holidays of a year, observed, in order. */
size_t	calendar_holidays(const struct calendar *, int64_t year, int64_t *,
	    const char **names, size_t room);

#endif
