/* On-call rotas as they are made of their file: oncallfile.c reads them,
 * oncall.c answers. */
#ifndef TAI_DOMAIN_ONCALLFILE_H
#define TAI_DOMAIN_ONCALLFILE_H

#include "domain/staff/oncall.h"
#include "format/zone.h"

struct turn {			/* people who follow one another */
	int64_t from, until;	/* moments */
	int64_t starts;		/* when it holds first, from or later */
	int64_t local;		/* from, as civil seconds of the zone */
	int64_t length, months;	/* of a shift, seconds; one of them is 0 */
	size_t people;
	const char **person;
	const struct yaml *where;
};

struct layer {			/* of a rota; a later one covers it */
	const struct zone *zone;	/* of its hand-overs */
	struct turn *turn;	/* in order, none overlapping */
	size_t turns;
	const struct calendar *hours;	/* NULL: round the clock */
	bool outside;			/* while hours is closed */
};

struct rota_own {		/* beside what is known of it */
	const struct zone *zone;
	struct layer *layer;	/* the lowest first */
	size_t layers;
};

struct override {
	const struct rota *rota;	/* NULL: each */
	int64_t from, until;
	const char *person;	/* NULL: nobody */
	const char *instead_of;	/* only of that person's time; or NULL */
	const char *why;	/* or NULL */
	const struct yaml *where;
};

struct oncall {
	struct arena arena;
	struct calendars **inlined;	/* hours that have no name */
	size_t inlines, room;
	size_t rotas;
	struct rota *known;
	struct rota_own *rota;	/* one for each of known */
	struct override *override;	/* a later one beats it */
	size_t overrides;
	struct page *page;
	size_t pages;
	int64_t answer;
	struct oncall_limits limits;
};

/* The key every, which is a week without it; t->local is known already. */
int	turn_length(const struct yaml *turn, struct turn *, struct err *);

#endif
