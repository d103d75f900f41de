/* What the programs of the bench share. */
#ifndef TAI_BENCH_H
#define TAI_BENCH_H

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "base/err.h"
#include "base/hash.h"
#include "domain/model.h"
#include "store/store.h"

static inline double
seconds(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* Ends the program with the error, if there is one. */
static inline void
must(int rc, const struct err *e)
{
	if (rc >= 0)
		return;
	fprintf(stderr, "%s\n", e->text);
	exit(1);
}

/*
 * The record of a step of a made-up ticket: 0 and 3 the customer writes, 1 a
 * verdict, 2 and 4 we answer, 5 it is resolved; from 6 on statuses change.
 */
void	made_record(struct buf *, long ticket, int step);
/* Appends it; within a transaction. */
void	made_append(struct store *, long ticket, int step);

#endif
