/*
 * Who gets a ticket: whom its decision tree lets have it; of these, in this
 * order, the role that suits best, who is at work, who has answered this
 * customer before, who has the fewest tickets, who is at work soonest, who
 * stands first in team.yaml. Pure.
 */
#ifndef TAI_DOMAIN_ASSIGN_H
#define TAI_DOMAIN_ASSIGN_H

#include "domain/calendar/calendar.h"
#include "domain/staff/team.h"
#include "domain/triage/tree.h"

struct assign_ask {
	const struct team *team;
	const struct calendar *const *shift;	/* of each; NULL: always */
	const int *load;		/* of each: open tickets */
	const char *zone;		/* of people who have none */
	const struct outcome *outcome;	/* says roles, awake, oncall */
	const char *oncall;	/* who is, in the outcome's rota; or NULL */
	const char *tier, *category, *topic;	/* "" unknown */
	const char *related;	/* who answered the ticket beside which it
				   was begun, as records say; "" nobody */
	const char *previous;	/* who answered the customer last; "" */
	const char *but;	/* who may not have it (has it); or NULL */
	/*
	 * A word of the outcome's fallback: in place of roles, tiers and
	 * skills; and of loads, where it cannot wait. NULL: not so far yet.
	 */
	const char *fallback;
	int64_t at;
};

/* Whether a person serves that tier, and does that category or topic. */
bool	assign_serves(const struct person *, const char *tier);
bool	assign_does(const struct person *, const char *category,
	    const char *topic);

struct candidate {		/* texts are the arena's */
	const struct person *person;
	bool fits;
	const char *why;	/* won by, lost by, or not fit */
	int role;		/* place among the roles, from 0 */
	bool there;		/* at work, and long enough; or on call */
	bool knows;		/* answered the customer before */
	int load;
	int64_t free_at;	/* at work from then on */
};

/*
 * Fills a candidate for each of the team, in its order, and returns who gets
 * it, NULL for nobody. The zones must be known (team_load has checked them).
 */
const struct candidate *assign_choose(const struct assign_ask *,
	    struct candidate *, struct arena *);

#endif
