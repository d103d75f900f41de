/* A calendar as it is made of its file; calfile.c makes it, calendar.c asks. */
#ifndef TAI_DOMAIN_CALFILE_H
#define TAI_DOMAIN_CALFILE_H

#include "domain/calendar.h"
#include "domain/holiday.h"
#include "domain/windows.h"
#include "format/zone.h"

#define INTERVALS	24	/* a day */

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

struct calendar {
	const char *name;
	const struct zone *zone;
	bool always;
	int64_t longest;	/* seconds of the longest regular day */
	struct hours week[7];
	struct closing *closing;	/* by day, one a day */
	size_t closings, room;
	struct windows open;
};

struct calendars {
	struct arena arena;
	size_t n;
	struct calendar *calendar;
	const struct yaml *lists;	/* of holidays, while reading */
	struct holidays **list;
};

#endif
