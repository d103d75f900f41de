/* Lists of holidays: by rule (dayrule.h), or from an iCalendar file. */
#ifndef TAI_DOMAIN_HOLIDAY_H
#define TAI_DOMAIN_HOLIDAY_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/mem.h"
#include "domain/calendar/dayrule.h"
#include "format/yaml.h"

#define HOLIDAYS_MOST	400	/* rules, or days of a year, of a calendar */
#define HOLIDAY_LISTS	32	/* of a calendar */

struct holiday {
	int64_t day;		/* since 1970-01-01 */
	const char *name;
};

struct holidays;		/* a list of them, with a rule for weekends */

/*
 * How a file that is named somewhere is read: appends it to the buffer, or
 * fails with that place. NULL for where no files are.
 */
struct calendar_files {
	int (*read)(void *arg, const struct yaml *name, const char *path,
	    struct buf *, struct err *);
	void *arg;
};

/* A map of observed and days, or of an iCalendar file; lives in the arena. */
int	holidays_load(struct holidays **, const struct yaml *,
	    const struct calendar_files *, struct arena *, struct err *);

struct holiday_file {
	const char *path, *text;
	size_t len;
	bool transparent;	/* events that take no time close, too */
	const char *const *only, *const *except;	/* NULL ends */
	const struct yaml *where;
};
/* NULL for a list of rules. */
const struct holiday_file *holidays_file(const struct holidays *);
/*
 * The days of a year of several lists (those of files have none), moved off
 * weekends where a list says so, which can put one into a neighbouring year.
 * Not in order. Returns how many; what is over HOLIDAYS_MOST is left out, and
 * *over set.
 */
size_t	holidays_of(const struct holidays *const *, size_t lists, int64_t year,
	    struct holiday [HOLIDAYS_MOST], bool *over);

#endif
