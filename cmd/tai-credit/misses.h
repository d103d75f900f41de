/* Missed clocks of the input, for credit.yaml's misses. */
#ifndef TAI_CREDIT_MISSES_H
#define TAI_CREDIT_MISSES_H

#include "claim.h"

struct clocks_seen;		/* lives in its arena */

struct clocks_seen *clocks_seen_new(struct arena *);
/* Notes a `clock` record; one that comes twice counts once. */
int	clocks_seen_note(struct clocks_seen *, struct credit_run *,
	    const struct rec *, struct err *);
/* Emits what the months that are over earn, by customer and month. */
int	clocks_seen_emit(struct clocks_seen *, struct credit_run *,
	    struct err *);

#endif
