/*
 * A calendar as it is made of its file: calfile.c reads it, caltable.c tables
 * its windows, calendar.c answers.
 */
#ifndef TAI_DOMAIN_CALFILE_H
#define TAI_DOMAIN_CALFILE_H

#include "domain/calendar.h"
#include "domain/holiday.h"
#include "domain/windows.h"
#include "format/zone.h"

#define INTERVALS	24	/* a day */
#define FIRST_YEAR	1990	/* that a calendar covers */
#define LAST_YEAR	2200

struct hours {			/* open hours that begin on one day */
	size_t n;
	struct interval {	/* seconds from midnight, up to two days */
		int64_t from, to;
	} of[INTERVALS];
	const struct yaml *where;	/* NULL: none were written */
};

struct closing {		/* a day that is not as its weekday is */
	int64_t day;
	const char *name;	/* why it is closed */
	const struct hours *hours;	/* or these instead: NULL when closed */
	const struct yaml *where;	/* of a dated one; NULL: a holiday */
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
	int64_t longest;	/* seconds of the longest regular day */
	struct hours week[7];
	struct closing *closing;	/* by day, one a day */
	size_t closings, room;
	struct table *table;	/* NULL for one that is always open */
};

struct calendars {
	struct arena arena;
	size_t n;
	struct calendar *calendar;
	const struct yaml *lists;	/* of holidays, while reading */
	struct holidays **list;
};

struct table *calendar_table_new(struct arena *);
/* Tables the years around the moment, or all when there is a table. */
void	calendar_tabulate(const struct calendar *, int64_t at);
/* The hours that begin on the day; NULL when a holiday closes it. */
const struct hours *calendar_hours(const struct calendar *, int64_t day);
/* The first closing on the day or behind it: an index up to closings. */
size_t	calendar_closing(const struct calendar *, int64_t day);
/* Whether it is ever open. */
bool	calendar_opens(const struct calendar *);

#endif
