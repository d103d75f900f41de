/* What the verbs of tai-sla calendar share. */
#ifndef TAI_SLA_CALENDAR_H
#define TAI_SLA_CALENDAR_H

#include "format/record.h"
#include "sla.h"

enum roll { ROLL_NO, ROLL_END, ROLL_START, ROLL_CLOSE };

struct sum {			/* what is asked, of which calendar */
	const struct calendar *calendar;
	const struct zone *zone;
	enum roll roll;		/* sums end, or begin, where it is open, or
				   end as the day closes */
	bool days;		/* between counts days, */
	bool first, last;	/* these included */
};

/* Local in the zone when it says none, or "now"; ERR_INPUT. */
int	cal_moment(const struct cmd *, const struct sum *, const char *,
	    int64_t *, struct err *);
/* An object of a line each: begins with the calendar. */
void	cal_begin(struct cmd *, const struct sum *, struct writer *);
void	cal_end(struct cmd *, struct writer *);
/* "2026-03-09T18:30:00Z	Mon 2026-03-09 11:30:00 PDT" */
void	cal_add_moment(struct cmd *, const struct sum *, int64_t);
/* The windows in [from, to), indented, or as an array of JSON. */
void	cal_windows(struct cmd *, const struct sum *, int64_t from,
	    int64_t to, struct writer *);

/* Each answers for one line: a and b are its words, NULL where it has none.
 * They return 0, 1 (at: it is closed) or -1. */
int	cal_at(struct cmd *, const struct sum *, const char *a, const char *b,
	    struct err *);
int	cal_next(struct cmd *, const struct sum *, const char *a,
	    const char *b, struct err *);
int	cal_previous(struct cmd *, const struct sum *, const char *a,
	    const char *b, struct err *);
int	cal_show(struct cmd *, const struct sum *, const char *a,
	    const char *b, struct err *);
int	cal_all(struct cmd *);		/* which calendars there are */
int	cal_days(struct cmd *, const struct sum *, const char *a,
	    const char *b, struct err *);
int	cal_list(struct cmd *, const struct sum *, const char *a,
	    const char *b, struct err *);

#endif
