/*
 * rules/oncall.yaml: who is on call, when, and who is paged for what. A rota
 * has turns: people who follow one another, each from one hand-over to the
 * next; an override puts somebody else in, or nobody. A rota may hold only
 * while a calendar is open, or while it is closed.
 */
#ifndef TAI_DOMAIN_ONCALL_H
#define TAI_DOMAIN_ONCALL_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "domain/calendar/calendar.h"
#include "domain/staff/team.h"
#include "format/yaml.h"

struct oncall;

/* The tree, the team and the calendars must outlive it. ERR_CONFIG with file
 * and line: unknown people, rotas and calendars, turns or overrides that
 * overlap. */
int	oncall_load(struct oncall **, const struct yaml *,
	    const struct team *, const struct calendars *, struct err *);
void	oncall_free(struct oncall *);

/*
 * Who is on call at the moment, a person's id; NULL: nobody is. *until (may
 * be NULL) is when that may change, TIME_MAX for never. An unknown rota has
 * nobody.
 */
const char *oncall_at(const struct oncall *, const char *rota, int64_t at,
	    int64_t *until);

/* -- rotas, and stretches of time in them ----------------------------- */

struct rota {
	const char *name;
	const char *zone;		/* IANA name */
	const struct calendar *hours;	/* NULL: round the clock */
	bool outside;			/* while hours is closed */
	bool evenings;			/* counts for the limit of evenings */
	bool weekly;			/* its turns change by the week */
	bool parted;			/* layers with hours of their own */
	int64_t pay;			/* minor units a week */
	int line;
};
/* The i-th, from 0; NULL behind the last. And by name; NULL for none. */
const struct rota *oncall_rota(const struct oncall *, size_t i);
const struct rota *oncall_find(const struct oncall *, const char *rota);

struct duty {			/* one stretch, in [from, to) */
	const char *person;	/* id; NULL: nobody */
	const char *why;	/* of an override, or of a gap; or NULL */
	int64_t from, to;	/* TIME_MIN, TIME_MAX: without an end */
	int64_t shift;		/* the hand-over that it began with */
	bool on;		/* the rota's hours hold */
	bool override;
};
/*
 * Whose shift it is at the moment, from hand-over to hand-over or to an
 * override's edge, whatever the hours; on says whether they hold.
 */
void	oncall_shift(const struct oncall *, const struct rota *, int64_t at,
	    struct duty *);
/* The same, cut to the hours: with on unset nobody needs to be there. */
void	oncall_duty(const struct oncall *, const struct rota *, int64_t at,
	    struct duty *);
/*
 * Seconds of the rota's hours in [from, to); and of those the ones in which
 * the hours of a layer hold, whether or not it has turns then.
 */
int64_t	oncall_hours(const struct rota *, int64_t from, int64_t to);
int64_t	oncall_layers(const struct oncall *, const struct rota *,
	    int64_t from, int64_t to);

/* -- whom a severity pages -------------------------------------------- */

struct page {
	const char *severity;	/* "P1", "CRITICAL" */
	const struct rota *rota;
	int64_t after;		/* seconds from its beginning */
};
/* The i-th of those for a severity, in the file's order; false for none. */
bool	oncall_page(const struct oncall *, const char *severity, size_t i,
	    struct page *);
/* Seconds in which a page is to be answered. */
int64_t	oncall_answer(const struct oncall *);

struct oncall_limits {
	int64_t weeks;		/* of a quarter, for each person; 0: any */
	int64_t evenings;	/* weeks in a row; 0: any */
	int64_t incidents;	/* of a week; more earn a free one; -1: any */
};
const struct oncall_limits *oncall_limits(const struct oncall *);

#endif
