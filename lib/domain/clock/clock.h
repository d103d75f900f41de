/* Clocks: what a ticket owes its customer, and every second of why. */
#ifndef TAI_DOMAIN_CLOCK_H
#define TAI_DOMAIN_CLOCK_H

#include "domain/clock/policy.h"
#include "domain/model.h"
#include "domain/org.h"

enum clock_state { CLOCK_RUNNING, CLOCK_PAUSED, CLOCK_MET, CLOCK_MISSED,
	    CLOCK_NONE };
const char *clock_state_name(enum clock_state);

/* What is out of the ordinary about it, as a record's flags say. */
#define CLOCK_CHANGED	1	/* severity, tier or policy changed midway */
#define CLOCK_DUE_SET	2	/* it is due when a person has set */
#define CLOCK_EXCLUDED	4	/* a part of its time does not count */
#define CLOCK_SKEWED	8	/* when a message was written is doubtful */
#define CLOCK_EARLY	16	/* we wrote before the customer did */
#define CLOCK_REOPENED	32
#define CLOCK_NO_TIER	64	/* the customer's is not in the policy */

struct clock {			/* one instance */
	enum clock_kind kind;
	int n;			/* of its kind, from 1 */
	enum clock_state state;	/* MISSED also while it runs on, late */
	const char *tier;	/* in force at its end */
	enum severity severity;	/* the same */
	struct target target;	/* the same; without a wait, RESPONSE's */
	int64_t start;
	int64_t stop;		/* TIME_NONE while it runs or is paused */
	int64_t due;		/* TIME_NONE when paused or no target */
	int64_t goal;		/* counted seconds that it may take */
	int64_t counted;	/* open seconds, pauses left out */
	int64_t elapsed;	/* wall clock seconds from start */
	int64_t remaining;	/* counted seconds left, 0 when late */
	int64_t late;		/* counted seconds over the goal */
	int64_t late_wall;	/* wall clock seconds since it was due */
	int64_t paused;		/* since when it is, or TIME_NONE */
	int64_t remind;		/* of a paused RESOLUTION: when the customer is
				   to be reminded; TIME_NONE for never */
	unsigned flags;
	const char *why;	/* of state NONE: "feature request" */
	/* The history's: what began it, ended it, paused it, set the due
	 * moment; NULL for nothing. */
	const struct event *by, *ended_by, *paused_by, *due_by;
};

/* A stretch of a clock's life, for explain; they lie end to end. */
enum stretch { STEP_OPEN, STEP_CLOSED, STEP_PAUSED };
struct clock_step {
	int64_t from, to;
	int64_t counted;	/* of to - from */
	enum stretch what;
	const char *why;	/* "weekend", "Memorial Day", ... */
	const struct calendar *calendar;	/* counted on it */
	const struct event *by;	/* since which it is so, or NULL */
};

/* What clocks follow from, beside the ticket. */
struct clock_ask {
	const struct policy *policy;
	const struct customers *customers; /* NULL: the tier never changes */
	const char *tier;	/* of the customer, as the ticket was opened */
	bool no_tier;		/* that is a default: CLOCK_NO_TIER */
	int64_t now;
	/*
	 * NULL, or told of every stretch, and of every instance when it is
	 * whole, behind its stretches; next ones that needed no answer have
	 * the state NONE.
	 */
	void	(*step)(void *, const struct clock *,
		    const struct clock_step *);
	void	(*instance)(void *, const struct clock *);
	void	*arg;
};

/*
 * The clocks of a folded ticket at the moment it was folded for: of each kind
 * the last instance.
 *
 * The response clock runs from the customer's first message to a person's
 * first answer; the resolution clock until the ticket is resolved. Both stand
 * still while it waits for the customer, and in excluded periods. Time
 * between a resolution and a reopening counts for neither; a policy may begin
 * a new instance at the reopening. Of next there is one for each wait from a
 * later message to its answer, and its start TIME_NONE when there is none. A
 * wait that ends without an answer counts only if it was late.
 *
 * The terms of a clock are those in force at its end; what a change midway
 * does, the policy says. A due moment set by hand replaces the target.
 *
 * A clock is missed when more is counted than the goal: closed time never
 * makes it late, but behind a due moment set by hand, where it is late by all
 * the seconds in which it does not stand still. Steps lie end to end from
 * start to stop (or now), and their counted parts add up to counted.
 */
int	clocks_of(const struct clock_ask *, const struct ticket *,
	    struct clock [CLOCKS], struct err *);
/* The names of its flags, one after the other from 0; NULL behind them. */
const char *clock_flag(const struct clock *, size_t);
/*
 * The clock as a `clock` record; steps and events are JSON arrays, or NULL.
 */
void	clock_record(const struct clock *, const struct ticket *,
	    int64_t now, const char *steps, const char *events,
	    struct buf *);

/*
 * What became of an instance, as an event log has it. Steps are noted as they
 * are told; then the events are told in their order, and the steps forgotten.
 */
enum clock_word { CLOCK_ACTIVATED, CLOCK_STOOD, CLOCK_RESUMED,
	    CLOCK_DUE_CHANGED, CLOCK_REMIND, CLOCK_BREACHED, CLOCK_FULFILLED,
	    CLOCK_STOPPED, CLOCK_CANCELLED };
const char *clock_word_name(enum clock_word);
struct clock_event {
	int64_t at;
	enum clock_word word;
	const char *why;	/* or NULL */
	const struct event *by;	/* or NULL */
};
struct clock_log {
	struct clock_step *step;	/* why is the arena's */
	size_t n, room;
	struct arena arena;
};
void	clock_log_step(struct clock_log *, const struct clock_step *);
void	clock_log_end(struct clock_log *, const struct clock *, int64_t now,
	    void (*)(void *, const struct clock_event *), void *);
void	clock_log_free(struct clock_log *);

#endif
