/* The verbs of tai-csat. */
#ifndef TAI_CSAT_H
#define TAI_CSAT_H

#include "cmd.h"
#include "domain/report/answers.h"

int	csat_score(struct cmd *, struct err *);
int	csat_tell(struct cmd *, struct err *);
int	csat_score_option(struct cmd *, int, const char *, struct err *);

enum { OPT_DAYS = OPT_OWN };

#define TREND_DAYS	30	/* without --days */

enum tag { TAG_TIER, TAG_CUSTOMER, TAG_CATEGORY, TAG_CHANNEL, TAG_AGENT,
	    TAGS };

/*
 * One line of scores: a kind of survey among all, or among those of a tier,
 * a customer, ... ("tier:starter").
 */
struct group {
	const struct survey_kind *kind;
	const char *name;
	int order;		/* 0 for all, else 1 + enum tag */
	struct score now;	/* the period asked for */
	struct score last, before;	/* the trend's two periods */
};

/* Scores of all groups, in order: for people, and as `score` records. */
void	scores_table(struct cmd *, const struct group *, size_t);
void	scores_records(struct cmd *, const struct surveys *,
	    const struct group *, size_t, int64_t days);

#endif
