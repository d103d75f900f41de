/*
 * What monitors saw of a service, in ticks of its interval: each region says
 * up, down or nothing, and a quorum decides. Two bits a tick and region are
 * all that is kept, so that any number of answers, in any order, takes the
 * memory of the time that is looked at.
 */
#ifndef TAI_DOMAIN_PROBE_H
#define TAI_DOMAIN_PROBE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

#define PROBE_REGIONS	64	/* of a service */

struct probe_rule {
	int64_t interval;	/* seconds; ticks are multiples of it */
	int down;		/* regions that must say so */
	int reporting;		/* fewer answers: nobody knows */
	int carry;		/* ticks that an answer holds beyond its own */
	bool mixed_up;		/* of answers that differ up holds, not down */
};

enum probe_state { PROBE_UNKNOWN, PROBE_UP, PROBE_DOWN };

struct probes;			/* of one service */

/*
 * What is looked at, from the one moment to before the other: answers of the
 * whole ticks there, and those before it that still hold.
 */
struct probes *probes_new(const struct probe_rule *, int64_t from,
	    int64_t to);
void	probes_free(struct probes *);
/*
 * An answer of a region (bytes, not terminated). Of several in a tick the
 * rule says which holds, whichever came first. -1 (ERR_INPUT) for the region
 * that is one too many.
 */
int	probes_add(struct probes *, const char *region, size_t len, int64_t at,
	    bool up, struct err *);
/*
 * When anybody answered first, however long ago; TIME_MAX: nobody by the end of
 * what is looked at.
 */
int64_t	probes_oldest(const struct probes *);
/* The tick's verdict: down when enough say so, unknown when too few speak. */
enum probe_state probe_quorum(const struct probe_rule *, int down,
	    int answers);
/*
 * Stretches of one state, in order and without gaps, from the one moment to
 * the other (within those of probes_new); ticks are cut at both ends.
 */
void	probes_each(const struct probes *, int64_t from, int64_t to,
	    void (*)(void *, int64_t from, int64_t to, enum probe_state),
	    void *);

#endif
