/*
 * iCalendar (RFC 5545): the events of a file as spans of days or of time, and
 * lines to write one. Recurrences by day, week, month and year are followed;
 * those by the hour and less, and THISANDFUTURE, are refused. What a file may
 * cost is bounded.
 */
#ifndef TAI_FORMAT_ICAL_H
#define TAI_FORMAT_ICAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/mem.h"
#include "format/zone.h"

#define ICAL_MOST	((size_t)4 << 20)	/* bytes of a file */

struct ical_span {
	int64_t from, to;	/* [from, to): days since 1970, or moments */
	bool days;
	const char *name;	/* SUMMARY on one line; "" for none */
	const char *text;	/* CATEGORIES and DESCRIPTION */
	bool transparent;	/* TRANSP:TRANSPARENT */
};

struct ical_spans {		/* all zero: empty */
	struct ical_span *span;	/* ical_free */
	size_t n, room;
};

/*
 * What happens on the days from first to last (since 1970-01-01), in no
 * order; what is cancelled does not. Times without a zone are local in the
 * given one. Names live in the arena. ERR_INPUT with "name:line: ".
 */
int	ical_read(struct ical_spans *, const char *name, const char *,
	    size_t, const struct zone *, int64_t first, int64_t last,
	    struct arena *, struct err *);
void	ical_free(struct ical_spans *);

/* -- recurrence ------------------------------------------------------- */

struct ical_rule {
	enum { ICAL_DAILY, ICAL_WEEKLY, ICAL_MONTHLY, ICAL_YEARLY } freq;
	int64_t interval, count;	/* count 0: no end */
	bool has_until;
	const char *until;		/* as it is written */
	unsigned months;		/* bit 1 to 12; 0: not said */
	int week_start;			/* 0 is Sunday */
	struct ical_numbers {
		size_t n;
		int of[366];
	} monthday, yearday, weekno, setpos;
	size_t days;
	struct { int nth, weekday; } day[7 * 107];	/* nth 0: each */
};

/* An RRULE's value; ERR_INPUT without a place. */
int	ical_rule_parse(struct ical_rule *, const char *, struct arena *,
	    struct err *);
/*
 * Calls each with the days of the rule from the start on, in order, up to
 * last, until it returns false or the count is reached. Every day that is
 * looked at costs one of *budget; -1 when that is used up.
 */
int	ical_rule_days(const struct ical_rule *, int64_t start, int64_t last,
	    int64_t *budget, bool (*each)(void *, int64_t day), void *);

/* -- writing ---------------------------------------------------------- */

/* Appends "NAME:value", CRLF, folded into 75 octets between characters. */
void	ical_line(struct buf *, const char *name, const char *value);
/* The same with a TEXT, which is escaped. */
void	ical_text(struct buf *, const char *name, const char *text);
/* "20260115T144700Z" */
void	ical_time(struct buf *, const char *name, int64_t);

#endif
