/* On-call rotas as they are made of their file: oncallfile.c reads them,
 * oncall.c answers. */
#ifndef TAI_DOMAIN_ONCALLFILE_H
#define TAI_DOMAIN_ONCALLFILE_H

#include "domain/staff/oncall.h"
#include "format/zone.h"

struct turn {			/* people who follow one another */
	int64_t from, until;	/* moments */
	int64_t local;		/* from, as civil seconds of the zone */
	int64_t days, months;	/* of a shift; one of them is 0 */
	size_t people;
	const char **person;
	const struct yaml *where;
};

struct rota_own {		/* beside what is known of it */
	const struct zone *zone;
	struct turn *turn;	/* in order, none overlapping */
	size_t turns;
};

struct override {
	const struct rota *rota;
	int64_t from, until;
	const char *person;	/* NULL: nobody */
	const char *why;	/* or NULL */
	const struct yaml *where;
};

struct oncall {
	struct arena arena;
	size_t rotas;
	struct rota *known;
	struct rota_own *rota;	/* one for each of known */
	struct override *override;
	size_t overrides;
	struct page *page;
	size_t pages;
	int64_t answer;
	struct oncall_limits limits;
};

#endif
