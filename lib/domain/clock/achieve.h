/* How many clocks of a period were met: counts, shares, and the worst. */
#ifndef TAI_DOMAIN_ACHIEVE_H
#define TAI_DOMAIN_ACHIEVE_H

#include <stdbool.h>
#include <stdint.h>

#include "domain/clock/clock.h"

struct achieved {		/* clocks of one kind that began in a period */
	int64_t met, missed;	/* missed: also what is late and runs on */
	int64_t running;	/* neither yet */
	int64_t excluded;	/* the contract does not count them */
};

void	achieved_add(struct achieved *, const struct clock *);
/* met of met and missed, 10^-2 percent, cut off; -1 when there is none. */
int64_t	achieved_share(const struct achieved *);
/* "95.24" of such a share, in the arena; NULL for -1. */
const char *achieved_text(int64_t share, struct arena *);
/* Whether the share (10^-2 percent) is reached, exactly; true with none. */
bool	achieved_reaches(const struct achieved *, int64_t share);

#endif
