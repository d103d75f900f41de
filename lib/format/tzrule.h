/*
 * The rule behind a zone's last transition: the TZ string of POSIX, with the
 * names in brackets and the hours up to 167 either way of RFC 8536.
 */
#ifndef TAI_FORMAT_TZRULE_H
#define TAI_FORMAT_TZRULE_H

#include <stdbool.h>
#include <stdint.h>

#define TZ_NAME	32		/* room for a short name */

struct tz_day {			/* when in a year, local time before it */
	enum { TZ_JULIAN, TZ_DAY, TZ_WEEKDAY } kind;
	int month, week, weekday;	/* WEEKDAY: 1-12, 1-5, 0-6 */
	int day;		/* JULIAN: 1-365, no leap day; DAY: 0-365 */
	int64_t seconds;	/* from that day's midnight */
};

struct tz_rule {
	char name[TZ_NAME], summer_name[TZ_NAME];
	int64_t offset, summer_offset;	/* seconds east of UTC */
	bool summer;		/* whether there is one */
	struct tz_day begin, end;	/* of summer time */
};

/* 0, or -1 for anything but a whole rule. Summer time needs its dates. */
int	tz_rule_parse(struct tz_rule *, const char *);
/* Civil seconds of the change in that year. */
int64_t	tz_date(const struct tz_day *, int64_t year);

#endif
