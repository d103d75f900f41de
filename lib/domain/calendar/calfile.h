/*
 * A calendar as it is made of its file: calfile.c and caldates.c read it,
 * caltable.c tables its windows, calendar.c and caldays.c answer.
 */
#ifndef TAI_DOMAIN_CALFILE_H
#define TAI_DOMAIN_CALFILE_H

#include "domain/calendar/calendar.h"
#include "domain/calendar/holiday.h"
#include "domain/calendar/windows.h"
#include "format/zone.h"

#define INTERVALS	24	/* a day */
#define FIRST_YEAR	1900	/* that a calendar covers */
#define LAST_YEAR	2200

struct hours {			/* open hours that begin on one day */
	size_t n;
	struct interval {	/* seconds from midnight, up to two days */
		int64_t from, to;
	} of[INTERVALS];
	const struct yaml *where;	/* NULL: none were written */
};

struct week {			/* hours that hold between two dates */
	int64_t from, until;	/* days, both included */
	struct hours day[7];
	int64_t longest;	/* seconds of the longest day */
	const struct yaml *where;
};

enum rank { HOLIDAY, YEARLY, DATED };	/* the higher beats the lower */

struct closing {		/* a day that is not as its weekday is */
	int64_t day;
	const char *name;	/* why it is closed */
	const struct hours *hours;	/* or these instead: NULL when closed */
	const struct yaml *where;	/* NULL: a holiday */
	enum rank rank;
};

struct cut {			/* closed within hours: [from, to) */
	int64_t from, to;
	const char *name;
};

/*
 * Windows of whole years. Most runs ask for one year or two: the first
 * question tables those around it, one that leads farther tables them all.
 */
struct table {
	struct windows open;
	int64_t from, to;	/* moments that it answers for */
};

struct calendar {
	const char *name;
	const struct zone *zone;
	bool always;
	struct week *week;	/* by date, none when always open */
	size_t weeks;
	struct closing *closing;	/* by day, one a day */
	size_t closings, room;
	struct cut *cut;	/* in order, none touching another */
	size_t cuts, cut_room;
	struct table *table;	/* NULL for one that is always open */
};

struct calendars {
	struct arena arena;
	size_t n;
	struct calendar *calendar;
	const struct yaml *lists;	/* of holidays, while reading */
	const struct calendar_files *files;	/* likewise */
	size_t days;		/* closings and cuts of all so far */
	struct holidays **list;
};

/*
 * The text of a day, of a list of intervals or of pairs of times, too;
 * "closed" for an empty one.
 */
const char *hours_text(const struct yaml *, struct arena *);
/* "09:00-12:00, 13:00-17:00", or over midnight "22:00-06:00". */
int	hours_parse(const struct yaml *, const char *, struct hours *,
	    struct err *);
/* "mon-fri", "sat", "mon, wed", weekdays, daily as bits, 1 for Sunday; or 0. */
unsigned weekdays_parse(const char *);
/* Its dates and holidays (either may be NULL), sorted and checked. */
int	calendar_read_dates(struct calendars *, struct calendar *,
	    const struct yaml *dates, const struct yaml *holidays,
	    struct err *);
struct table *calendar_table_new(struct arena *);
/* Tables the years around the moment, or all when there is a table. */
void	calendar_tabulate(const struct calendar *, int64_t at);
/* The hours that hold on the day, or NULL. */
const struct week *calendar_week(const struct calendar *, int64_t day);
/* The hours that begin on the day; NULL when it is closed. */
const struct hours *calendar_hours(const struct calendar *, int64_t day);
/* The first closing on the day or behind it: an index up to closings. */
size_t	calendar_closing(const struct calendar *, int64_t day);
/* Whether it is ever open. */
bool	calendar_opens(const struct calendar *);

#endif
