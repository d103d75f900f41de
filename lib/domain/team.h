/* rules/team.yaml: whom an escalation reaches, and how. */
#ifndef TAI_DOMAIN_TEAM_H
#define TAI_DOMAIN_TEAM_H

#include "base/err.h"
#include "domain/model.h"
#include "format/yaml.h"

struct way {			/* one that a target is reached by */
	const char *channel;	/* "email", "slack", "pagerduty" */
	const char *to;
};

struct team {
	const struct yaml *targets;
	enum severity route_from;
};

/* ERR_CONFIG with file and line. */
int	team_load(struct team *, const struct yaml *, struct err *);
/* The n-th way to a target, from 0; false behind the last. */
bool	team_way(const struct team *, const char *target, int n,
	    struct way *);

#endif
