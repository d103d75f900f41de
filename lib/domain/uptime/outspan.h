/* Causes as spans of time: outcause.c makes them, outage.c lays them over
 * one another. */
#ifndef TAI_DOMAIN_OUTSPAN_H
#define TAI_DOMAIN_OUTSPAN_H

#include <stdlib.h>

#include "domain/uptime/outage.h"

enum span_kind { SPAN_INCIDENT, SPAN_MAINTENANCE, SPAN_EXCLUDED, SPAN_KINDS,
	    SPAN_PROBES };

struct span {			/* what one cause says of some services */
	int64_t from, to;
	enum span_kind kind;
	int64_t weight;
	uint64_t services;
	const char *const *customers;	/* empty: all */
	const char *const *but;	/* of all not these; or NULL */
	const char *why;
	enum probe_state seen;	/* of PROBES */
};

struct spans {
	struct span *of;
	size_t n, room;
};

struct seg {			/* a stretch of one service */
	int64_t from, to, weight;
	enum cut_state state;
	enum cut_state unless;	/* what it is should that not count */
	const char *why;
	bool brief;
};

struct segs {
	struct seg *of;
	size_t n, room;
};

struct cuts {
	struct cut *of;
	size_t n, room;
};

struct heap {			/* spans, the heaviest first */
	const struct span **of;
	size_t n, room;
};

struct outages {
	struct outage_facts f;
	struct arena arena;
	struct spans spans;	/* of incidents and maintenance, by start */
	struct spans seen[UP_SERVICES];	/* of probes */
	struct spans unseen[UP_SERVICES]; /* in place of those, without any */
	struct segs segs[UP_SERVICES];
	struct cuts cuts;
	struct heap heap[SPAN_KINDS];
	int64_t *edge;
	size_t edges;
	struct {		/* what the cuts are of */
		const char *customer;
		uint64_t services, probed;
		bool any;
	} last;
};

/* The array with room for one more item. */
static inline void *
grow(void *of, size_t n, size_t *room, size_t size)
{
	if (n < *room)
		return of;
	*room = *room > 0 ? 2 * *room : 64;
	return xreallocarray(of, *room, size);
}

/* Whether the list names the customer, or nobody. */
bool	outage_concerns(const char *const *customers, const char *customer);
/* Fills spans, seen and unseen from the facts. */
void	outage_causes(struct outages *);

#endif
