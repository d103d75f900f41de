/* Clocks: what a ticket owes its customer, and every second of why. */
#ifndef TAI_DOMAIN_CLOCK_H
#define TAI_DOMAIN_CLOCK_H

#include "domain/model.h"
#include "domain/org.h"
#include "domain/policy.h"

enum clock_state { CLOCK_RUNNING, CLOCK_PAUSED, CLOCK_MET, CLOCK_MISSED,
	    CLOCK_NONE };
const char *clock_state_name(enum clock_state);

struct clock {
	enum clock_kind kind;
	enum clock_state state;	/* MISSED also while it runs on, late */
	struct target target;
	int64_t start;
	int64_t stop;		/* TIME_NONE while it runs or is paused */
	int64_t due;		/* TIME_NONE when paused or no target */
	int64_t counted;	/* open seconds, pauses left out */
	int64_t elapsed;	/* wall clock seconds from start */
	int64_t remaining;	/* counted seconds left, 0 when late */
	int64_t late;		/* counted seconds over the target */
	const char *why;	/* of state NONE: "feature request" */
};

/* A stretch of a clock's life, for explain; they lie end to end. */
enum stretch { STEP_OPEN, STEP_CLOSED, STEP_PAUSED };
struct clock_step {
	int64_t from, to;
	int64_t counted;	/* of to - from */
	enum stretch what;
	const char *why;	/* "weekend", "Memorial Day", ... */
};

/* What clocks follow from, beside the ticket. */
struct clock_ask {
	const struct policy *policy;
	const struct customers *customers; /* NULL: the tier never changes */
	const char *tier;	/* of the customer, as the ticket was opened */
	int64_t now;
	/* Told of every stretch, when it is not NULL. */
	void	(*step)(void *, const struct clock *,
		    const struct clock_step *);
	void	*arg;
};

/*
 * The three clocks of a folded ticket at the moment it was folded for. The
 * severity of now holds from the start.
 *
 * The response clock runs from the customer's first message to a person's
 * first answer; the resolution clock until the ticket is resolved, and stands
 * still while it waits for the customer. Time between a resolution and a
 * reopening counts for neither. The next clock is the last of the waits from
 * a later message to its answer, and its start TIME_NONE when there is none.
 * A wait that ends without an answer counts only if it was late.
 *
 * A clock is missed when more is counted than the target: closed time never
 * makes it late. Steps lie end to
 * end from start to stop (or now), and their counted parts add up to counted.
 */
int	clocks_of(const struct clock_ask *, const struct ticket *,
	    struct clock [CLOCKS], struct err *);
/* The clock as a `clock` record. */
void	clock_record(const struct clock *, const struct ticket *,
	    const char *tier, int64_t now, struct buf *);

#endif
