/*
 * Who has which tickets, and who answered whom: what an assignment looks at.
 * Fed with the events of tickets in any order; asked about one moment after
 * another, events later than that do not exist yet. At most ROSTER_TICKETS
 * are remembered: of too many those that are nobody's, or resolved, are dropped
 * first, the oldest of them.
 */
#ifndef TAI_DOMAIN_ROSTER_H
#define TAI_DOMAIN_ROSTER_H

#include "domain/model.h"

#define ROSTER_TICKETS	65536

struct roster;

struct roster *roster_new(void);
void	roster_free(struct roster *);		/* NULL is none */
/* Takes an event, or again one that it has; its text is copied. */
void	roster_event(struct roster *, const char key[KEY_TEXT],
	    const struct event *);
void	roster_history(struct roster *, const struct history *);
/* The one is the other from now on, but for its status. */
void	roster_merge(struct roster *, const char from[KEY_TEXT],
	    const char into[KEY_TEXT]);
bool	roster_has(const struct roster *, const char key[KEY_TEXT]);

/* The moment of the questions that follow. */
void	roster_at(struct roster *, int64_t at);
/* Whose ticket it is; "" nobody's, or unknown. The roster's, as below. */
const char *roster_assignee(struct roster *, const char key[KEY_TEXT]);
/*
 * The ticket's state, without its texts, until the next call; NULL for one
 * that is unknown.
 */
const struct ticket *roster_ticket(struct roster *, const char key[KEY_TEXT]);
/* How many messages of the customer wait for a person's answer, and since. */
int	roster_asked(struct roster *, const char key[KEY_TEXT],
	    int64_t *since);
/* Calls with whoever has each open ticket but one (may be ""). */
void	roster_loads(struct roster *, const char *but,
	    void (*)(void *, const char *assignee), void *);
/* Who of us answered the ticket last; else whose it is; "" nobody. */
const char *roster_answerer(struct roster *, const char key[KEY_TEXT]);
/* The same of the customer's tickets but one: of the latest answer. */
const char *roster_known_to(struct roster *, const char *customer,
	    const char *but);

#endif
