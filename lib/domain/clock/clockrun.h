/* Between what events mean for clocks (clock.c) and counting (clockrun.c). */
#ifndef TAI_DOMAIN_CLOCKRUN_H
#define TAI_DOMAIN_CLOCKRUN_H

#include "base/mem.h"
#include "domain/clock/clock.h"

struct segment {		/* of a clock's life, up to the next one */
	int64_t from;
	const char *why;	/* it stands still; NULL: it runs */
	const struct event *by;
	enum severity severity;
};

struct life {			/* of the instance that is on */
	bool on;
	int n;			/* instances so far */
	int64_t start;
	const struct event *by;
	enum severity first;
	int64_t due, due_at;	/* set by hand, and when; TIME_NONE */
	const struct event *due_by;
	struct segment *segment, few[6];
	size_t segments, room;
};

struct period {			/* that does not count */
	int64_t since, until;	/* until TIME_MAX: it goes on */
	const char *why;
	const struct event *by;
};

struct walk {			/* through a ticket's events */
	const struct clock_ask *ask;
	const struct ticket *end;	/* as it is now */
	struct ticket t;		/* as it was then */
	struct life life[CLOCKS];
	struct {			/* the events that did it last */
		const struct event *customer, *answer, *status;
	} by;
	struct period *period;
	size_t periods;
	enum on_change how[CHANGES];
	bool dynamic;		/* terms are looked up as time goes by */
	bool early, reopened;
	bool failed;
	struct err err;		/* when it has */
	struct clock *clock;	/* of each kind the last */
};

/* Periods that records of the history take out; free() them. */
void	periods_find(struct walk *);
/*
 * What the instance that is on has come to by its stop, or TIME_NONE: by now.
 */
void	clock_count(struct walk *, enum clock_kind, int64_t stop,
	    struct clock *);

#endif
