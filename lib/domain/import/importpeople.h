/* Who is who in an export: people and companies, by id and by address. */
#ifndef TAI_DOMAIN_IMPORTPEOPLE_H
#define TAI_DOMAIN_IMPORTPEOPLE_H

#include "domain/import/importvalue.h"

struct people;

struct person {
	const char *address, *name, *company;	/* "" unknown */
	int role;		/* enum role, or -1: the export is silent */
};

struct people *people_new(void);
void	people_free(struct people *);
/* Adds what an item says of a person or a company; longer words win. */
void	people_add(struct people *, const struct import_place *,
	    const struct import_rule *);
/* NULL when nobody has that id or address. */
const struct person *people_find(const struct people *, const char *);
/*
 * The customer of a company by its id or name: as the map's customers say,
 * else by its domains; NULL unknown.
 */
const char *people_customer(const struct people *, const struct import_map *,
	    const struct customers *, const char *company, struct arena *);
/* enum role by its name, -1 for another text or NULL. */
int	people_role(const char *);
/* "Ann <ann@acme.example>" apart; name may be NULL to the caller's. */
void	people_split(const char *text, const char **address,
	    const char **name, struct arena *);

#endif
