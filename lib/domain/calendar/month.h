/* A calendar month, as bills, uptime and reports count them. */
#ifndef TAI_DOMAIN_MONTH_H
#define TAI_DOMAIN_MONTH_H

#include <stdint.h>

#include "format/zone.h"

struct month {
	char name[8];		/* "2026-02" */
	int64_t year;
	int number;		/* 1 to 12 */
};

/* "2026-02"; -1 for anything else, and outside of 1970 to 2099. */
int	month_parse(const char *, struct month *);
/* The month of a moment there. */
void	month_at(const struct zone *, int64_t at, struct month *);
void	month_next(struct month *);
/* When it begins and ends there. */
void	month_bounds(const struct month *, const struct zone *, int64_t *from,
	    int64_t *to);

#endif
