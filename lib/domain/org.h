/* rules/org.yaml: who we are. rules/customers.csv: whom we serve. */
#ifndef TAI_DOMAIN_ORG_H
#define TAI_DOMAIN_ORG_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/mem.h"
#include "domain/mail/token.h"
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
	/* Who says so in Authentication-Results; NULL: nobody is asked. */
	const char *const *authserv;
	bool arc;			/* ARC is noted, too */
	const char *const *forms;	/* see org_is_form */
	const char *const *freemail;	/* domains, folded */
	int64_t topic_window;		/* s, of a new subject in a thread */
	struct {			/* days after a ticket is resolved; 0: ever */
		int64_t raw, text, attachments;
	} keep;
	const char *secret_file;	/* as org.yaml says it, or NULL */
	struct token_keys keys;		/* what is in it */
	struct yaml *root;		/* for what other modules read */
};

enum role { ROLE_CUSTOMER, ROLE_AGENT, ROLE_AUTO, ROLE_SYSTEM };
const char *role_name(enum role);

int	org_load(struct org *, struct arena *, struct yaml *, struct err *);
/* The list of free mail services: freemail.yaml. */
int	org_load_freemail(struct org *, struct arena *, const struct yaml *,
	    struct err *);
/* Whether people who have nothing to do with one another have it. */
bool	org_freemail(const struct org *, const char *folded_domain);
/* Whether mail of ours comes from there; NULL for no domain. */
bool	org_is_host(const struct org *, const char *domain);
/*
 * Whether the address writes on behalf of whoever filled in a form: a whole
 * address of forms, or a local part of forms at a domain of ours.
 */
bool	org_is_form(const struct org *, const char *address);
/*
 * What stands behind the + of an address of ours, "" for the address itself;
 * NULL when it is none of ours.
 */
const char *org_tag(const struct org *, const char *address,
	    struct arena *);
/* AGENT for agents, SYSTEM for our own addresses, else CUSTOMER. */
enum role org_role(const struct org *, const char *address);

struct customer {
	const char *id, *name, *tier, *zone, *currency, *csm;
	int64_t since;		/* this row holds from here on */
	int64_t until;		/* TIME_MAX: still a customer */
	int64_t fee;		/* a month, minor units */
	const char *contract;	/* contract overrides, or "" */
	bool of_file;		/* a row, not a record */
};

struct customers;

/* Dates of rows without a zone are in this one, which the caller keeps. */
struct customers *customers_new(const char *zone);
/*
 * Adds a row or a `customer` record. Columns and fields: customer, name,
 * tier, domains and addresses (several: ; in CSV, an array in a record),
 * zone, fee, currency, csm, since, until, contract.
 */
extern const char *const customer_columns[];	/* their names; NULL ends */
/*
 * where is "file:line", or NULL. A customer whose domain, address or zone is
 * wrong, or another's, serves without it, and -1 tells of it.
 */
int	customers_add_row(struct customers *, const struct csv *,
	    const char *where, struct err *);
int	customers_add_yaml(struct customers *, const struct yaml *,
	    struct err *);
/*
 * The first row of a file whose tier is not known: ERR_CONFIG. The other has
 * all such rows without a tier from now on, which is the default one.
 */
int	customers_tiers(const struct customers *, bool (*known)(void *,
	    const char *), void *, struct err *);
void	customers_default_tiers(struct customers *, bool (*known)(void *,
	    const char *), void *);
int	customers_add_record(struct customers *, const struct rec *,
	    struct err *);
/* The customer whom somebody at this address is from; see contacts.csv. */
void	customers_add_contact(struct customers *, const char *address,
	    const char *customer);
/* Domains that never say whose an address is; the list is the caller's. */
void	customers_freemail(struct customers *, const char *const *domains);
/* As the customer stood at the moment; NULL when unknown then. */
const struct customer *customers_at(const struct customers *, const char *id,
	    int64_t at);
/* When it next changes behind that moment; TIME_MAX for never. */
int64_t	customers_next(const struct customers *, const char *id, int64_t at);
/*
 * As it last stood within [from, to), NULL when it was none then; *since is
 * when it became one, without a gap up to there.
 */
const struct customer *customers_during(const struct customers *,
	    const char *id, int64_t from, int64_t to, int64_t *since);
/*
 * By address, with and without its +tag, then by domain and its parents (not
 * of a free mail service), then as a contact; NULL for nobody.
 */
const char *customers_by_address(const struct customers *, const char *);
/* An address to write to a customer at: a contact, else a known sender; NULL
 * when there is none. */
const char *customers_contact(const struct customers *, const char *id);
/* Whether anything was ever said of a customer of that id. */
bool	customers_known(const struct customers *, const char *id);
/* All ids in order; NULL behind the last. */
const char *customers_id(struct customers *, size_t);
void	customers_free(struct customers *);

#endif
