/*
 * How much one sender has written lately. A table of fixed size remembers the
 * latest mails of the latest senders; a store can be asked behind it. Only
 * moments of mails count, never the time of day, so that an import, one mail
 * at a time and a store give the same answers.
 */
#ifndef TAI_DOMAIN_FLOOD_H
#define TAI_DOMAIN_FLOOD_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "domain/mail/automatic.h"
#include "format/alike.h"

#define FLOOD_MAILS	32	/* of one sender that are remembered */

/*
 * Calls back with the sender's mails of [from, to], at most FLOOD_MAILS,
 * the latest: how many, or -1.
 */
struct flood_lookup {
	void *arg;
	int (*mails)(void *, int64_t sender, int64_t from, int64_t to,
	    struct alike_mail [FLOOD_MAILS], struct err *);
};

enum flood {
	FLOOD_NONE,
	FLOOD_REPEAT,		/* what came before, once more */
	FLOOD_MANY,		/* over the limit, each one another */
	FLOOD_SAME,		/* over it with what is the same, or made by
				   a program: nobody is to answer it */
};

struct floods;

/* The lookup may be NULL. */
struct floods *floods_new(const struct automatic *,
	    const struct flood_lookup *);
void	floods_free(struct floods *);
/* Looks at one mail and remembers it: an enum flood, or -1. */
int	floods_add(struct floods *, const struct alike_mail *, bool automatic,
	    struct err *);

#endif
