/* rules/team.yaml: our people, and whom an escalation reaches, and how. */
#ifndef TAI_DOMAIN_TEAM_H
#define TAI_DOMAIN_TEAM_H

#include <stddef.h>

#include "base/err.h"
#include "base/mem.h"
#include "domain/model.h"
#include "format/yaml.h"

struct way {			/* one that a target is reached by */
	const char *channel;	/* "email", "slack", "pagerduty" */
	const char *to;
};

struct person {
	const char *id;		/* what assignments call them */
	const char *name;	/* else the id */
	const char *address, *slack, *pagerduty;	/* "" for none */
	const char *zone;	/* IANA name; "" the company's */
	const char *shift;	/* a calendar; "" none: at any time */
	const char *role;	/* "senior", "engineering"; "" none */
	const char *const *skills;	/* categories, topics; empty: all */
	const char *const *tiers;	/* empty: all; both NULL ends */
	int load;		/* open tickets at most; 0: any number */
	int line;		/* of team.yaml */
};

struct team {
	const char *file;
	const struct yaml *targets;
	enum severity route_from;
	int64_t tell_within;	/* seconds; an older alert is no news */
	struct person *person;	/* in the file's order */
	size_t people;
	/* For assignments; seconds, and seconds of the day. */
	int64_t handover;	/* so long before a shift ends, no tickets */
	int64_t awake_from, awake_to;
};

/* Texts are the tree's and the arena's. ERR_CONFIG with file and line. */
int	team_load(struct team *, struct arena *, const struct yaml *,
	    struct err *);
/* By id, else by address (any case); NULL for nobody. */
const struct person *team_person(const struct team *, const char *);
/* The i-th, from 0; NULL behind the last. */
const struct person *team_next(const struct team *, size_t i);
/*
 * The i-th person that a fallback means, from 0; NULL behind the last: "role
 * ROLE" and "everybody" several; else the person, or those that a target is.
 */
const struct person *team_meant(const struct team *, const char *word,
	    size_t i);
/* Whether anybody, or a way to a target, is reached by that address. */
bool	team_reaches(const struct team *, const char *address);
/* Where they are reached on a channel; "" when not there. */
const char *person_at(const struct person *, const char *channel);
/*
 * The n-th way to a target, from 0; false behind the last. A target is one of
 * targets, else a person, else an address to mail to. A way that names a
 * person is theirs; one that says "oncall ROTA" is given as it is.
 */
bool	team_way(const struct team *, const char *target, int n,
	    struct way *);

#endif
