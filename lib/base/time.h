/* Moments are integer seconds UTC since 1970; intervals are half-open. */
#ifndef TAI_BASE_TIME_H
#define TAI_BASE_TIME_H

#include <stdbool.h>
#include <stdint.h>

#define TIME_TEXT	32	/* room for a moment as text */
#define TIME_NONE	INT64_MIN
#define TIME_MIN	INT64_C(-62135596800)	/* 0001-01-01T00:00:00Z */
#define TIME_MAX	INT64_C(253402300799)	/* 9999-12-31T23:59:59Z */

struct civil {			/* a date and time of day without a zone */
	int64_t year;
	int month, day;		/* 1-12, 1-31 */
	int hour, minute, second;
	int weekday;		/* 0 is Sunday */
};

/*
 * RFC 3339 with Z or an offset ("2026-01-31T17:00:00-08:00"; a space for the
 * T is accepted, a fraction is cut off, second 60 counts as 59). A bare date
 * is refused. Returns 0, or -1 with *t untouched.
 */
int	time_parse(const char *, int64_t *);
/* "2026-01-31T17:00:00Z"; returns its second argument. */
char	*time_format(int64_t, char [TIME_TEXT]);
/* "2026-01-31" to the days since 1970-01-01; 0 or -1. */
int	date_parse(const char *, int64_t *);

/* Days since 1970-01-01 of a date of the proleptic Gregorian calendar. */
int64_t	days_from_civil(int64_t year, int month, int day);
/* The civil time of seconds counted from 1970-01-01T00:00:00 local. */
struct civil civil_from_seconds(int64_t);
int64_t	civil_to_seconds(const struct civil *);
int	days_in_month(int64_t year, int month);

enum duration_unit {
	DURATION_SECONDS,	/* s m h: seconds, on a calendar open seconds */
	DURATION_BUSINESS_DAYS,	/* bd: open days of a calendar */
	DURATION_DAYS,		/* d: days of the civil calendar */
};
struct duration {
	int64_t amount;		/* of the unit; never negative */
	enum duration_unit unit;
	int64_t seconds;	/* beside days, with duration_parse_mixed */
};

/*
 * "30m", "4h", "1h30m", "1h 30m", "1.5h", "90s", "90 minutes", "2bd",
 * "2 business days", "60d", and ISO 8601's PT1H30M and P2D. Units of one kind
 * follow one another, the larger first; kinds do not mix, and a month or a
 * week is no number of them. Returns 0, or -1 for anything else, for a sign,
 * for parts of a second or of a day, and for over a hundred years.
 */
int	duration_parse(const char *, struct duration *);
/* Also days or business days and open time behind them: "1bd 4h", P1DT4H. */
int	duration_parse_mixed(const char *, struct duration *);
/* Seconds as "52h", "4h 15m", "45s": the two largest units, cut off. */
char	*duration_format(int64_t seconds, char [TIME_TEXT]);
/* Seconds exactly: "4h15m30s", "45m", "0s". */
char	*duration_exact(int64_t seconds, char [TIME_TEXT]);

#endif
