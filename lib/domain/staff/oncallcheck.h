/* Rotas held against their limits, and what they are paid. */
#ifndef TAI_DOMAIN_ONCALLCHECK_H
#define TAI_DOMAIN_ONCALLCHECK_H

#include "domain/staff/oncall.h"
#include "domain/uptime/incident.h"

struct oncall_doubt {
	const char *check;	/* "gap", "weeks", "evenings", "incidents",
				   "twice" */
	const char *rota;	/* NULL: several */
	const char *person;	/* NULL: nobody */
	int64_t from, to;	/* when it is so */
	const char *text;	/* without names and times */
};

/*
 * Calls the function with each doubt about [from, to): hours that nobody
 * covers; a person who is on call in two rotas at once; one with too many
 * weeks in a quarter of the calendar; too many evening weeks in a row; a week
 * that should be free after one with too many incidents, of which those count
 * that paged the person's rota. Weeks before from are looked at for that. The
 * text is in the arena; returns how many.
 */
size_t	oncall_check(const struct oncall *, int64_t from, int64_t to,
	    const struct incident *, size_t n, struct arena *,
	    void (*each)(void *, const struct oncall_doubt *), void *);

struct oncall_pay {
	const char *rota, *person;
	int64_t shifts;		/* that the person had a part in */
	int64_t seconds;	/* of the rota's hours */
	int64_t amount;		/* minor units */
};
/*
 * What the shifts that begin in [from, to) come to: shifts that fill a week
 * to its pay, each shared by the time that people were there, and rounded to
 * cents at the end, so that no cent is lost. By rota, and by the order in
 * which people come. In the arena.
 */
size_t	oncall_pay(const struct oncall *, int64_t from, int64_t to,
	    struct arena *, struct oncall_pay **);

#endif
