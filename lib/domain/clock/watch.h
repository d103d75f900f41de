/*
 * What somebody who never sleeps would have said of a ticket, and when. The
 * ticket is looked at as it stood after each of its events, so that how often
 * one looks makes no difference.
 */
#ifndef TAI_DOMAIN_WATCH_H
#define TAI_DOMAIN_WATCH_H

#include "domain/clock/clock.h"
#include "domain/clock/ladder.h"
#include "domain/triage/tree.h"

enum watch_kind {
	WATCH_STEP,		/* of the ladder */
	WATCH_SILENCE,		/* no update */
	WATCH_EXCHANGES,	/* too many mails */
	WATCH_INVESTIGATION,	/* an outcome of the tree */
	WATCH_REMIND,		/* the customer */
};
const char *watch_kind_name(enum watch_kind);

struct watch_event {
	enum watch_kind kind;
	int64_t at;		/* its moment */
	/*
	 * What makes it once: the same for whoever looks, whenever. The
	 * ticket's key, the clock and its instance, the severity, the step.
	 */
	const char *key;
	const struct rung *rung;	/* of a STEP */
	struct clock clock;	/* of a STEP: as it was by then */
	const struct outcome *outcome;	/* of an INVESTIGATION */
	int64_t since;		/* of SILENCE and REMIND */
	int64_t span;		/* counted seconds of silence or work;
				   exchanges */
	const char *assignee;	/* at that moment; "" nobody */
	bool moot;		/* by now: there is nobody to be warned */
};

struct watch_ask {
	const struct ladder *ladder;
	struct clock_ask clocks;	/* and now */
	/* For investigations; facts says what else is known. NULL: none. */
	const struct trees *trees;
	struct facts *facts;
};

/*
 * Tells all that became due in [now - forget, now], by moment. A breach is
 * never moot; anything else is when, as of now, the clock has stopped or
 * stands still, its terms have changed so that the step lies ahead, or what
 * was watched is over. The texts and the ticket are the arena's.
 */
int	watch_ticket(const struct watch_ask *, const struct ticket *,
	    struct arena *, void (*)(void *, const struct watch_event *),
	    void *, struct err *);

/* What the trees of a ladder may ask of a ticket. */
void	watch_facts(struct facts *, const struct ticket *, const char *tier);

#endif
