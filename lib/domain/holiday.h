/* Holidays by rule: dates, nth weekdays, Easter, and when they are observed. */
#ifndef TAI_DOMAIN_HOLIDAY_H
#define TAI_DOMAIN_HOLIDAY_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/mem.h"
#include "format/yaml.h"

struct holidays;

struct holiday {
	int64_t day;		/* days since 1970-01-01, as observed */
	const char *name;
};

/* Reads one set of calendars.yaml's holidays. */
int	holidays_load(struct holidays **, struct arena *, const struct yaml *,
	    struct err *);
/* Those observed in a year, in order; at most room of them. */
size_t	holidays_of(const struct holidays *, int64_t year, struct holiday *,
	    size_t room);
/* 0 (Sunday) to 6 of "sun", "Sunday", …; -1. */
int	weekday_parse(const char *, size_t len);

#endif
