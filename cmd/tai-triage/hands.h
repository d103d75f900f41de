/* Who gets a ticket, and which tickets have a cause in common. */
#ifndef TAI_TRIAGE_HANDS_H
#define TAI_TRIAGE_HANDS_H

#include "crew.h"
#include "triage.h"

struct hands;

struct task {			/* a message that somebody has to see */
	struct want want;
	const char *id;			/* of the message */
	const char *subject;
	const char *const *tags;
	enum severity level;
	bool first;			/* it opened its ticket */
};

/* The judge and the notices must outlive it. */
int	hands_open(struct hands **, struct cmd *, struct judge *,
	    struct notices *, struct err *);
void	hands_close(struct hands *);			/* NULL is none */
/* A record that goes by, and a line of ours. */
void	hands_record(struct hands *, const struct rec *);
void	hands_line(struct hands *, const char *, size_t);
/*
 * Who would have got the ticket of the message when it came; step (may be
 * NULL) hears of the tree's questions.
 */
int	hands_choose(struct hands *, const struct rec *,
	    const struct message *, const struct verdict *,
	    void (*step)(void *, const struct asked *), void *,
	    struct arena *, const struct outcome **, struct choice *,
	    struct err *);
/* Whether anybody may have the ticket of the message: 1, 0 or -1. */
int	hands_anybody(struct hands *, const struct rec *,
	    const struct message *, const struct verdict *, struct arena *,
	    struct err *);
/* The severity of its ticket by now, when that is worse than the message's. */
int	hands_level(struct hands *, const struct rec *,
	    const struct message *, struct arena *, enum severity *,
	    struct err *);
/*
 * Notes a message that is to be assigned (unless it is resolved: then nobody
 * has to see it) and counted.
 */
int	hands_work(struct hands *, const struct rec *,
	    const struct message *, const struct verdict *, bool resolved,
	    struct arena *, struct err *);
/* Of what a customer adds to a ticket: who hears of it. The crew follows. */
int	followup_work(struct crew *, struct notices *, const struct trees *,
	    const struct task *, struct arena *, struct err *);
/* Whether its template is right. */
int	followup_check(struct notices *, struct err *);
/* Emits the assign records and notices of what is noted, which is done then. */
int	hands_settle(struct hands *, struct err *);

#endif
