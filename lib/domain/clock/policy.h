/* rules/sla.yaml: which target holds for a tier and a severity. */
#ifndef TAI_DOMAIN_POLICY_H
#define TAI_DOMAIN_POLICY_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "base/err.h"
#include "domain/calendar/calendar.h"
#include "domain/model.h"
#include "format/yaml.h"

struct target {
	const struct calendar *calendar;
	int64_t seconds;	/* counted on it; 0: no clock */
	const char *text;	/* as the policy writes it: "1bd" */
	const char *file;	/* of the policy or contract */
	int line;
	int contract;		/* line of the contract in force; 0: none */
	int64_t version;	/* since when these tiers hold, or TIME_MIN */
	int season;		/* line of the one that made it longer; 0 */
};

struct policy_ask {		/* what decides on a target */
	const char *tier;
	const char *customer;	/* its id; NULL or "" when unknown */
	enum severity severity;
	enum clock_kind kind;
	int64_t start;		/* of the clock: which season it is */
	int64_t at;		/* which version and contract are in force */
};

/* What a change midway does to a clock that runs. */
enum change { CHANGE_SEVERITY, CHANGE_TIER, CHANGE_POLICY, CHANGES };
enum on_change {
	ON_CHANGE_START,	/* nothing: what held at its start holds */
	ON_CHANGE_RETROACTIVE,	/* the new target, from the same start */
	ON_CHANGE_FROM,		/* the new target, from the change on */
	ON_CHANGE_PROPORTIONAL,	/* of the new target the share not used up */
};

struct policy;

/* The tree and the calendars must outlive the policy. */
int	policy_load(struct policy **, const struct yaml *,
	    const struct calendars *, struct err *);
/* The contracts of customers: contracts.yaml, at most once. */
int	policy_contracts(struct policy *, const struct yaml *,
	    const struct calendars *, struct err *);
void	policy_free(struct policy *);
/*
 * The target of a clock, with seasonal extensions; seconds 0 where the policy
 * has no clock. -1 (ERR_INPUT) for a tier that the policy does not have.
 */
int	policy_target(const struct policy *, const struct policy_ask *,
	    struct target *, struct err *);
/*
 * The first moment behind `at` at which the policy changes version, or the
 * customer's contract begins or ends; TIME_MAX for never.
 */
int64_t	policy_next(const struct policy *, const char *customer, int64_t at);
enum on_change policy_on_change(const struct policy *, enum change);
/* Whether a reopened ticket's resolution clock begins anew. */
bool	policy_restarts(const struct policy *);
/* Whether the clock stands still while the ticket waits for its customer. */
bool	policy_pauses(const struct policy *, enum clock_kind);
/*
 * When a customer for whom we have waited since is to be reminded; bd are of
 * the calendar. TIME_NONE: never.
 */
int64_t	policy_remind(const struct policy *, const struct calendar *,
	    int64_t since);
/* Whether tickets of the category (or topic) are not counted; why or NULL. */
const char *policy_excluded(const struct policy *, const char *category,
	    const char *topic);
/* Share of tickets that must meet the response target, 10^-2 percent. */
int64_t	policy_share(const struct policy *, const char *tier);
/* The uptime promised for a month, 10^-4 percent; 0 for none. */
int64_t	policy_uptime(const struct policy *, const struct policy_ask *);
/* Seconds on the clock before it is due when it is time to say so; 0: none. */
int64_t	policy_warning(const struct policy *, enum severity);
/* Tiers in the policy's order; NULL behind the last. */
const char *policy_tier(const struct policy *, size_t);
/* Contradictions and doubtful lines, one call each; returns their number. */
int	policy_lint(const struct policy *, void (*)(void *, const char *file,
	    int line, const char *), void *);

#endif
