/* What missed clocks cost in credits, under the rules and under others. */
#ifndef TAI_SLA_COST_H
#define TAI_SLA_COST_H

#include "sla.h"

struct cost;			/* lives in the command's arena */

/*
 * Reads credit.yaml of the rules, and of the folder where it has one; path
 * may also be a file: then both are the same.
 */
int	cost_open(struct cost **, struct cmd *, const char *path,
	    struct err *);
/* A clock of a customer's that began then was missed; policy: 0 or 1. */
int	cost_miss(struct cost *, const char *customer, int64_t start,
	    int policy, struct err *);
/* Nothing when neither policy gives credits for misses. */
void	cost_table(struct cost *);
void	cost_json(struct cost *);

#endif
