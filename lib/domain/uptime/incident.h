/*
 * Incidents and maintenance: what all records of one of them say together, as
 * of a moment. Records of one have the same key; without a key, title and
 * start are its name. They fold in the order of (at, id), so that neither
 * arrival order nor what is said later makes a difference to a moment.
 */
#ifndef TAI_DOMAIN_INCIDENT_H
#define TAI_DOMAIN_INCIDENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/mem.h"
#include "format/record.h"

enum incident_status { INCIDENT_INVESTIGATING, INCIDENT_IDENTIFIED,
	    INCIDENT_MONITORING, INCIDENT_RESOLVED, INCIDENT_POSTMORTEM,
	    INCIDENT_STATUSES };
const char *incident_status_name(enum incident_status);	/* "monitoring" */
int	incident_status_parse(const char *);	/* -1 for any other text */

struct incident_update {	/* a word about it, to whoever it concerns */
	int64_t at;
	const char *status;	/* as it is written, or NULL */
	const char *text;	/* or NULL */
};

struct incident_state {		/* what a service was from then on */
	int64_t at;
	const char *service;
	const char *state;	/* a word of uptime.yaml's impacts */
};

struct incident {		/* as it stood; texts in the arena */
	const char *key;
	const char *title;
	int severity;		/* 1 to 4: P1 to P4 */
	int first, worst;	/* as it was declared, and was at its worst */
	int64_t worsened;	/* when it became that */
	enum incident_status status;
	int64_t declared;	/* when the first record was made */
	int64_t last;		/* and the last one so far */
	int64_t started;
	int64_t ended;		/* TIME_NONE: it goes on */
	const char *const *affects;	/* services; NULL ends, empty: all */
	const char *const *customers;	/* empty: all */
	int64_t share;		/* of customers, 10^-4 percent; -1: unsaid */
	int64_t weight;		/* how much was down, 10^-4 percent; -1 */
	const char *impact;	/* "outage", "partial", ...; or NULL */
	const char *excluded;	/* why it is not ours, or NULL */
	const char *cause, *fix;	/* or NULL */
	int64_t told;		/* customers heard of it; TIME_NONE */
	int64_t postmortem;	/* when that was there; TIME_NONE */
	struct incident_update *update;	/* by time, each once */
	size_t updates;
	size_t reopened;	/* how often it went on after all */
	int64_t resumed;	/* when it last did so, else declared */
	struct incident_state *state;	/* by time, each once */
	size_t states;
};

struct maintenance {		/* as it stood */
	const char *key, *title;	/* "" without a title */
	int64_t started, ended;
	const char *const *services, *const *customers;	/* empty: all */
	/*
	 * What was told of it before: windows, each with the moment at which
	 * it was announced, the earliest first. The last word is the window
	 * above; what it adds to earlier ones was announced that late.
	 */
	struct notice_window {
		int64_t announced, started, ended;
		bool moved;	/* from another one, said before */
		bool anew;	/* after it had been called off */
	} *told;
	size_t n;
	bool cancelled;		/* or completed before it began */
	int64_t completed;	/* when that was; TIME_NONE */
	int64_t said;		/* when the last record of it was made */
	const char *repeat;	/* a rule by which it comes again; or NULL */
	const char *zone;	/* of its local times: IANA name */
	int64_t repeat_told;	/* since when that rule is known */
	size_t nth;		/* of a series, from 0 */
	bool begins;		/* no series, or the first window of one */
	size_t calls;		/* how often it had been called off before */
};

struct incidents;

struct incidents *incidents_new(void);
void	incidents_free(struct incidents *);
/*
 * Takes a record of type incident or maintenance, once however often it
 * comes; others are passed over. -1 (ERR_INPUT) when a time is missing or it
 * ends before it starts.
 */
int	incidents_add(struct incidents *, const struct rec *, struct err *);
/*
 * What is known at the moment, by start and key, in the arena: records of
 * later do not exist, what has not started does not either, and what ends
 * later has not ended. Maintenance is there as soon as it is announced, of a
 * series each window that begins within a quarter from now.
 */
size_t	incidents_at(struct incidents *, int64_t now, struct arena *,
	    struct incident **);
size_t	maintenances_at(struct incidents *, int64_t now, struct arena *,
	    struct maintenance **);

/*
 * The key of what has none: of its title and start, so that all who tell of
 * it without one mean the same; in the arena.
 */
const char *incident_key(const char *title, int64_t started, struct arena *);
/* The record's key, or that; NULL when it has neither. */
const char *incident_name(const struct rec *, struct arena *);
/*
 * Whether a person means it: its key, what stands behind the key's colon, or
 * the beginning of either; letters in any case.
 */
bool	incident_is(const char *key, const char *name);

#endif
