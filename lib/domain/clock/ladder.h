/*
 * rules/ladder.yaml: who hears of a clock before and after it is due, and
 * what else is watched. tai-policy(5), LADDER.
 */
#ifndef TAI_DOMAIN_LADDER_H
#define TAI_DOMAIN_LADDER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/mem.h"
#include "domain/model.h"
#include "format/yaml.h"

struct rung {			/* a step of a ladder */
	const char *name;
	unsigned severities;	/* bits 1 << enum severity */
	unsigned clocks;	/* bits 1 << enum clock_kind */
	int64_t offset;		/* seconds from due; negative: before it */
	bool before;		/* a warning, also with an offset of 0 */
	bool wall;		/* of the wall clock; else counted */
	const char *const *to;	/* targets, NULL ends */
	bool page;		/* people are paged, too */
	bool assign;		/* the ticket changes hands */
	int line;
};

struct ladder {			/* texts are the tree's */
	const char *file;
	struct rung *rung;	/* in the file's order */
	size_t rungs;
	int64_t late;		/* seconds behind its moment: told late */
	int64_t forget;		/* seconds behind its moment: told no more */
	const char *const *unassigned;	/* targets, NULL ends */
	struct {
		int64_t after;	/* counted seconds; 0: not watched */
		const char *const *to;
	} silence;
	struct {
		int64_t over;	/* 0: not watched */
		int64_t level;
		const char *const *to;
	} exchanges;
	const char *tree;	/* of investigations, or NULL */
	const char *reminder;	/* template of the customer's, or NULL */
	struct {
		int64_t at;	/* second of the day; -1: no list */
		const char *calendar;	/* on whose days */
		const char *const *to;
	} unanswered;
};

/* Everything lives in the arena. ERR_CONFIG with file and line. */
int	ladder_load(struct ladder *, struct arena *, const struct yaml *,
	    struct err *);
/* Whether the step is about a clock of that kind and severity. */
bool	rung_fits(const struct rung *, enum clock_kind, enum severity);

#endif
