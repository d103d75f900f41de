/* Who gets a ticket, and which tickets have a cause in common. */
#ifndef TAI_TRIAGE_CREW_H
#define TAI_TRIAGE_CREW_H

#include "domain/assign.h"
#include "triage.h"

struct crew;

/* The judge and the notices must outlive it. */
int	crew_open(struct crew **, struct cmd *, struct judge *,
	    struct notices *, struct err *);
void	crew_close(struct crew *);			/* NULL is none */
/* Takes a record that goes by, or one of ours, into what it knows. */
int	crew_record(struct crew *, const struct rec *, struct err *);
/* The same for a line of ours. */
void	crew_line(struct crew *, const char *, size_t);

struct choice {			/* texts in the arena of crew_choose */
	const struct outcome *outcome;	/* NULL: nobody is to have it */
	const char *has;	/* who has it already; "" nobody */
	const struct candidate *won;	/* or NULL */
	struct candidate *all;	/* of the whole team, in its order */
	size_t n;
};
/*
 * Who would get the ticket of the message; step (may be NULL) hears of the
 * tree's questions. before: as it was before the message came.
 */
int	crew_choose(struct crew *, const struct rec *, const struct message *,
	    const struct verdict *, bool before, void (*step)(void *,
	    const struct asked *), void *, struct arena *, struct choice *,
	    struct err *);
/*
 * Notes a message that is to be assigned (unless it is resolved: then nobody
 * has to see it) and counted. Whose it becomes is settled at the end of the
 * input, in the order of time, so that the order of records does not matter.
 */
int	crew_work(struct crew *, const struct rec *, const struct message *,
	    const struct verdict *, bool resolved, struct arena *,
	    struct err *);
/* Emits the assign records, and the notices of causes in common. */
int	crew_finish(struct crew *, struct err *);

#endif
