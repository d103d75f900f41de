/*
 * Days of the year by rule, as people write them:
 *
 *	1 january			easter - 2
 *	third monday of january		easter + 39
 *	last monday of may		fourth thursday of november + 1
 *	monday before 25 may		19 june from 2021
 *	monday nearest 29 january
 *	friday after 18 june		8 may until 2024
 *	orthodox easter + 1		2026-06-10
 */
#ifndef TAI_DOMAIN_HOLIDAY_H
#define TAI_DOMAIN_HOLIDAY_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/mem.h"
#include "format/yaml.h"

#define HOLIDAYS_MOST	100	/* of one list */

struct holiday {
	int64_t day;		/* since 1970-01-01 */
	const char *name;
};

struct holidays;		/* a list of them, with a rule for weekends */
struct holiday_rule;		/* one of them */

/* In the arena; -1 when the text is no rule. */
int	holiday_rule_parse(const struct holiday_rule **, const char *,
	    struct arena *);
/* The day in that year; false where it has none (29 February). */
bool	holiday_rule_day(const struct holiday_rule *, int64_t year, int64_t *);

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
 * The days of a year, moved off weekends where the list says so, which can
 * put one into a neighbouring year. Not in order. Returns how many.
 */
size_t	holidays_of(const struct holidays *, int64_t year,
	    struct holiday [HOLIDAYS_MOST]);

/* "mon", "Monday" to 0 for Sunday; -1 for any other text of that length. */
int	weekday_parse(const char *, size_t len);

#endif
