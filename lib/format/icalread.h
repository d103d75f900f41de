/* Events of an iCalendar file, read (icalline.c) but not followed yet. */
#ifndef TAI_FORMAT_ICALREAD_H
#define TAI_FORMAT_ICALREAD_H

#include "format/ical.h"

#define ICAL_DAY	INT64_C(86400)
#define ICAL_LONGEST	366	/* days of one event */
#define ICAL_ZONES	32	/* of the file's own that are followed */

struct ical_when {			/* a DATE or DATE-TIME */
	bool date;
	int64_t day;		/* of its local time */
	int64_t clock;		/* seconds since midnight */
	const struct zone *zone;	/* of its local time; NULL: a date */
	int64_t at;		/* the moment; of a date, its midnight as UTC */
};

struct ical_moments {		/* EXDATE, RDATE */
	size_t n, room;
	struct ical_when *of;
	int64_t *length;	/* of a period in seconds; -1: the event's */
};

struct ical_event {
	int line;
	const char *uid, *rule;
	int rule_line;
	struct ical_when start, end, instead;	/* instead: RECURRENCE-ID */
	bool has_start, has_end, has_instead, cancelled;
	int64_t duration;	/* -1: not said */
	struct ical_moments except, also;
	struct ical_span span;	/* name, text, transparent */
};

struct ical_reader {
	struct ical_spans *out;
	const char *name;
	struct arena *arena;
	const struct zone *zone;
	int64_t first, last;	/* days */
	int64_t budget;
	struct ical_rule *rule;	/* room for one */
	struct ical_event *event;
	size_t events, room;
	struct err *err;
	/* while lines are read */
	const char *text;
	size_t len, pos;
	int line, next_line;
	int depth, inside;	/* of components; 0: in no event */
	bool any;
	/* of the file's own */
	struct zone *own[ICAL_ZONES];
	size_t owns;
};

struct ical_content {		/* a content line, cut up in place */
	const char *name, *value;
	char *parameters;	/* "A=b;C=\"d\"", or "" */
};

/* The next line, unfolded, in the buffer; false at the end. */
bool	ical_next_line(struct ical_reader *, struct buf *);
/* Cuts it up; false when it is no content line. */
bool	ical_cut(char *, struct ical_content *);
/*
 * The file's own VTIMEZONE of that name, for the years that are asked for;
 * false when it has none that can be followed. It lives as long as the
 * reader.
 */
bool	ical_zone_find(struct ical_reader *, const char *,
	    const struct zone **);

/* err_set with the file and line before why; -1. */
int	ical_bad(struct ical_reader *, int line, const char *why);
/*
 * "20260115", "20260115T100000", "20260115T100000Z" at the front; local in
 * the zone. False for anything else.
 */
bool	ical_when_read(struct ical_reader *, const char **,
	    const struct zone *, struct ical_when *);
/*
 * The moment of a local time. RFC 5545, 3.3.5: what clocks jump over is
 * reckoned as before the jump.
 */
int64_t	ical_moment(const struct zone *, int64_t local);
/* All events of the text. */
int	ical_events(struct ical_reader *);

#endif
