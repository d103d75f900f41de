/* rules/org.yaml: who we are. rules/customers.csv: whom we serve. */
#ifndef TAI_DOMAIN_ORG_H
#define TAI_DOMAIN_ORG_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/mem.h"
#include "format/csv.h"
#include "format/record.h"
#include "format/yaml.h"

struct org {
	const char *name;		/* "TAI" */
	const char *zone;		/* of days in reports */
	const char *default_tier;	/* of a sender nobody knows */
	const char *currency;
	const char *address;		/* support@tai.example */
	const char *const *addresses;	/* ours, lower case, NULL ends */
	const char *const *agents;	/* agents' addresses, lower case */
	const char *const *agent_domains; /* everybody there is an agent */
	struct {			/* targets of the daily report, % */
		int64_t response, resolution;	/* of 10^-2 percent */
		int64_t csat;			/* of 10^-2 points */
	} target;
	struct yaml *root;		/* for what other modules read */
};

enum role { ROLE_CUSTOMER, ROLE_AGENT, ROLE_AUTO, ROLE_SYSTEM };
const char *role_name(enum role);

int	org_load(struct org *, struct arena *, struct yaml *, struct err *);
/* AGENT for agents, SYSTEM for our own addresses, else CUSTOMER. */
enum role org_role(const struct org *, const char *address);

struct customer {
	const char *id, *name, *tier, *zone, *currency, *csm;
	int64_t since;		/* this row holds from here on */
	int64_t until;		/* TIME_MAX: still a customer */
	int64_t fee;		/* a month, minor units */
	const char *contract;	/* contract overrides, or "" */
};

struct customers;

struct customers *customers_new(void);
/*
 * Adds a row or a `customer` record. Columns and fields: customer, name,
 * tier, domains and addresses (several: ; in CSV, an array in a record),
 * zone, fee, currency, csm, since, until, contract.
 */
int	customers_add_row(struct customers *, const struct csv *,
	    struct err *);
int	customers_add_record(struct customers *, const struct rec *,
	    struct err *);
/* As the customer stood at the moment; NULL when unknown then. */
const struct customer *customers_at(const struct customers *, const char *id,
	    int64_t at);
/* By address, then by domain (and its parents); NULL for nobody. */
const char *customers_by_address(const struct customers *, const char *);
/* All ids in order; NULL behind the last. */
const char *customers_id(struct customers *, size_t);
void	customers_free(struct customers *);

#endif
