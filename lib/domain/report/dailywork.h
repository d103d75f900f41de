/* What daily.c and dailywork.c share: the records of a day but tickets. */
#ifndef TAI_DOMAIN_DAILYWORK_H
#define TAI_DOMAIN_DAILYWORK_H

#include "domain/report/daily.h"

struct daily_work;

struct daily_work *daily_work_new(const struct surveys *);
void	daily_work_free(struct daily_work *);
/* A customer whom something CRITICAL happened to. */
void	daily_affect(struct daily *, const char *customer);
/* Satisfaction, incidents and escalations of the day. */
void	daily_work_end(struct daily *);

#endif
