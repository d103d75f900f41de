/* What a customer's month earns: whom and what it is about, and the record. */
#ifndef TAI_CREDIT_CLAIM_H
#define TAI_CREDIT_CLAIM_H

#include "cmd.h"
#include "domain/report/account.h"
#include "domain/report/credit.h"
#include "ledger.h"

struct credit_run {
	struct cmd *cmd;
	struct credit_policy *policy;
	struct ledger *ledger;
	struct arena scratch;
	struct rec *rec;
};

struct claim {
	struct account of;
	const char *service, *reason, *tier, *currency;
	int64_t fee;
	int64_t share;		/* of it, 10^-2 percent */
	/* What is told besides: the uptime and its band, or the misses. */
	struct uptime uptime;
	const struct credit_band *band;
	int64_t missed;
};

/* Tier, currency and fee: of the record (may be NULL), else the customer's. */
int	claim_terms(struct credit_run *, struct claim *, const struct rec *,
	    struct err *);
/* Emits the credit, within what the cap leaves of the month. */
int	claim_emit(struct credit_run *, const struct claim *, struct err *);

#endif
