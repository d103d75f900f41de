/*
 * What came before a message: its ticket's opening and our answers, and the
 * earlier tickets of its customer. Fed with records in any order; what is
 * later than the message asked about does not count. At most PAST_ENTRIES
 * tickets and as many customers are remembered, the latest to be spoken of.
 */
#ifndef TAI_DOMAIN_PAST_H
#define TAI_DOMAIN_PAST_H

#include "domain/triage/rules.h"

#define PAST_ENTRIES	65536
#define PAST_ANSWERS	16	/* of a ticket: the latest */

struct past;

struct past *past_new(const struct rules_need *);
void	past_free(struct past *);
/* Takes messages, replies and verdicts, as far as they are needed. */
void	past_add(struct past *, const struct rec *);
void	past_add_line(struct past *, const char *, size_t);
/* Whether it was told of the ticket, or the customer; if not, it is now. */
bool	past_knows_ticket(struct past *, const char *key);
bool	past_knows_customer(struct past *, const char *customer);
/*
 * Fills in what the rules need of the message; the list is the arena's. One of
 * which nothing says what it answers opens no ticket that has older ones.
 */
void	past_fill(const struct past *, const struct rec *, struct message *,
	    struct arena *);

#endif
