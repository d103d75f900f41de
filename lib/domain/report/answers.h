/* Answers to surveys, each one once, in the order of time. */
#ifndef TAI_DOMAIN_ANSWERS_H
#define TAI_DOMAIN_ANSWERS_H

#include "domain/report/score.h"

struct answers;

struct answers *answers_new(const struct surveys *);
/*
 * Takes an `answer` record unless it is later than now or was taken before.
 * Of several answers to one survey (field survey) the latest counts.
 */
int	answers_add(struct answers *, const struct rec *, int64_t now,
	    struct err *);
/* All of them by (at, id), until the next add; they live until the free. */
const struct answer *const *answers_list(struct answers *, size_t *n);
void	answers_free(struct answers *);

#endif
