/* The credits that a run knows of: of the store, of its input, its own. */
#ifndef TAI_CREDIT_LEDGER_H
#define TAI_CREDIT_LEDGER_H

#include "cmd.h"

struct ledger;			/* lives in its arena */

struct ledger *ledger_new(struct arena *);
/* Notes a `credit` record; shown when this run's output has it. */
int	ledger_note(struct ledger *, const struct rec *, bool shown,
	    struct err *);
/* What a customer's month was given so far, void credits left out. */
int64_t	ledger_sum(struct ledger *, const char *customer, const char *month);
/* A credit's record by its id, or NULL. */
const char *ledger_line(const struct ledger *, const char *id, bool *shown);

#endif
