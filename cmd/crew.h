/*
 * The people of team.yaml at work: who has which tickets, who answered whom,
 * who would get a ticket, from the records that went by and, with a store,
 * from there: open tickets once, a customer's when one writes.
 */
#ifndef TAI_CMD_CREW_H
#define TAI_CMD_CREW_H

#include "cmd.h"
#include "domain/staff/assign.h"

struct crew;

/* For verbs with NEED_ORG. The trees (may be NULL) and team must outlive it. */
int	crew_open(struct crew **, struct cmd *, const struct trees *,
	    const struct team *, struct err *);
void	crew_close(struct crew *);			/* NULL is none */
/* Whether anybody is ever assigned; anything ever counted. */
bool	crew_assigns(const struct crew *);
bool	crew_counts(const struct crew *);
/* Whether anybody hears of what customers add to their tickets. */
bool	crew_follows(const struct crew *);
/* Takes a record that goes by, or a line of ours, into what it knows. */
void	crew_record(struct crew *, const struct rec *);
void	crew_line(struct crew *, const char *, size_t);

struct want {			/* a ticket that somebody is to have */
	int64_t at;
	const char *ticket;
	const char *linked;	/* the ticket beside which it was begun; "" */
	const char *customer, *tier, *category, *topic;	/* "" unknown */
	const struct outcome *outcome;	/* of crew_outcome */
	const char *but;	/* who has it and may not keep it; or NULL */
};
struct choice {			/* texts in the arena of crew_choose */
	const char *has;	/* whose it is already; "" nobody's */
	const struct candidate *won;	/* who gets it; NULL: nobody */
	const char *fallback;	/* the word that it came to; or NULL */
	struct candidate *all;	/* of the whole team, in its order */
	size_t n;
};
/*
 * What the tree "assignment" says of the facts; *out is NULL for nobody, and
 * without the tree.
 */
int	crew_outcome(const struct crew *, const struct facts *,
	    void (*step)(void *, const struct asked *), void *,
	    struct arena *, const struct outcome **out, struct err *);
/*
 * Who gets it as of its moment; nobody when somebody has it, but for whom it
 * is taken from. before: without what happened to it at that very moment.
 */
int	crew_choose(struct crew *, const struct want *, bool before,
	    struct arena *, struct choice *, struct err *);
/*
 * Whether the outcome lets anybody have it, however much they have to do; or
 * there is no team, and what comes in is everybody's.
 */
bool	crew_anybody(struct crew *, const struct want *, struct arena *);
/* Emits the assign record of a choice; cause makes its id, with the ticket. */
int	crew_assign(struct crew *, const struct want *, const struct choice *,
	    const char *cause, const char *by, const char *why, struct err *);
struct standing {		/* of a ticket when a message came */
	enum severity severity;	/* before it */
	const char *assignee;	/* "" nobody; in the arena */
	int asked;		/* messages that wait for an answer, with it */
	int64_t since;		/* when the first of them came */
};
int	crew_standing(struct crew *, const struct want *, struct arena *,
	    struct standing *, struct err *);
/*
 * The tickets of the customer that are on the topic, this one the last, within
 * the time of the fact same_issue: keys by time, NULL ends; none when nothing
 * is counted.
 */
int	crew_same(struct crew *, const struct want *, struct arena *,
	    const char *const **same, struct err *);

#endif
