/*
 * rules/incident.yaml: which severity the facts make, and what an incident of
 * it obliges us to, and by when.
 */
#ifndef TAI_DOMAIN_INCRULES_H
#define TAI_DOMAIN_INCRULES_H

#include "base/err.h"
#include "base/mem.h"
#include "domain/uptime/incident.h"
#include "format/yaml.h"

struct incident_duty {		/* of a severity; times in s, -1: none */
	const char *is;		/* what it is, in words; "" */
	bool page;		/* whom it tells is paged */
	int64_t told, updates, postmortem;
	const char *const *tell, *const *publish;	/* NULL ends */
	bool mail;		/* to the customers that it names */
};

struct incident_rules {
	struct plan_duty {		/* who hears of maintenance */
		const char *const *tell, *const *publish;	/* NULL ends */
		bool mail, mail_named;	/* to customers; only those named */
		int64_t remind;		/* seconds before; 0: no reminder */
	} plans;
	const struct yaml *names, *statuses;	/* other words; or NULL */
	struct incident_duty of[5];	/* by P1 to P4 */
	const char *const *public;	/* sources; NULL ends */
	struct criterion *criterion;	/* from P1 down, none last */
	size_t criteria;
	struct arena *arena;
};

/*
 * A severity, 1 to 4, by its name or one of the file's (any case); 0. And a
 * status by its own name or one of the file's; -1.
 */
int	incident_severity_of(const struct incident_rules *, const char *);
int	incident_status_of(const struct incident_rules *, const char *);

enum fact_kind { FACT_THERE, FACT_TIME, FACT_PERCENT, FACT_COUNT };

struct criterion {
	int severity;		/* 1 to 4; 5: no incident */
	const char *fact, *why;
	enum fact_kind kind;
	int64_t over;		/* ms, 10^-4 percent, or 10^-4 */
	const char *text;	/* as it is written; "" for THERE */
};

/* Lives in the arena. ERR_CONFIG with file and line. */
int	incident_rules_load(struct incident_rules **, struct arena *,
	    const struct yaml *, struct err *);

/*
 * The criterion that facts ("latency=1200ms", "data_loss") meet: the one of
 * the worst severity, of several the first; NULL in *out when they meet none.
 * -1 (ERR_USAGE) for a fact that no criterion asks for, and for a value that
 * is not of its kind.
 */
int	incident_suggest(const struct incident_rules *,
	    const char *const *facts, size_t n, const struct criterion **out,
	    const char **fact, struct err *);

enum owed_kind { OWED_TOLD, OWED_UPDATE, OWED_POSTMORTEM, OWED };
const char *owed_name(enum owed_kind);	/* "tell customers", "update", ... */

struct owed {			/* what is due of an incident */
	enum owed_kind kind;
	int64_t due;
	bool late;
};
/*
 * What is not done yet at the moment, the first due first: a pure function of
 * the incident as it stood then. At most OWED of them; returns how many.
 */
size_t	incident_owed(const struct incident_rules *, const struct incident *,
	    int64_t now, struct owed [OWED]);
/* When customers were told: said so, or public from the start; TIME_NONE. */
int64_t	incident_told(const struct incident_rules *,
	    const struct incident *);

#endif
