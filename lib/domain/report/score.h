/*
 * Satisfaction: what answers to surveys add up to, and how sure that is.
 * rules/survey.yaml says what a score means. Intervals are of 95 %.
 */
#ifndef TAI_DOMAIN_SCORE_H
#define TAI_DOMAIN_SCORE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/mem.h"
#include "format/record.h"
#include "format/yaml.h"

struct survey_kind {
	const char *name;	/* "csat" */
	int64_t low, high;	/* scores there are */
	int64_t promoters, passives;	/* the lowest of each; 0 and 0: no
					   such thing */
	int64_t target;		/* 10^-2 points, INT64_MIN for none */
	bool net;		/* its value is the share of promoters less
				   that of detractors (nps) */
};

struct surveys {
	const struct survey_kind *kind;
	size_t kinds;
	double significance;	/* 0.05 */
};

/* Lives in the arena. */
int	surveys_load(struct surveys *, struct arena *, const struct yaml *,
	    struct err *);
/* NULL for a kind that the file does not have. */
const struct survey_kind *surveys_find(const struct surveys *,
	    const char *name);

struct answer {			/* of an `answer` record */
	const char *id, *survey;	/* survey: "" for none */
	const struct survey_kind *kind;
	int64_t at, score;
	bool dismissed;		/* closed without a score */
	bool anonymous;
	const char *ticket, *customer, *comment;	/* "" for none */
};

/* 0, or -1 (ERR_INPUT) for a kind or a score that there is not. A record
 * without a kind is of the first. */
int	answer_of(struct answer *, const struct surveys *, const struct rec *,
	    struct arena *, struct err *);

/* Zero-initialise. A dismissed survey has no score and is not among n. */
struct score {
	int64_t n, sum, squares;
	int64_t promoters, passives, detractors;
	int64_t dismissed;
	int64_t sent, bounced;	/* surveys, where that is known */
};

void	score_add(struct score *, const struct answer *);

/* An estimate; known is false where there is too little to say one. */
struct interval {
	bool known;
	double value, low, high;
};

/* A share k of n, by Wilson; 0 <= k <= n. */
struct interval score_wilson(int64_t k, int64_t n);
/*
 * Promoters less detractors in percent, -100 to 100; the interval by the
 * variance of a trinomial. value is right whenever n > 0.
 */
struct interval score_nps(const struct score *);
/* The average, by the sample's variance, kept within the scale. */
struct interval score_mean(const struct score *, const struct survey_kind *);
/* What the kind is judged by: score_nps or score_mean. */
struct interval score_value(const struct score *, const struct survey_kind *);
/* Answered of delivered (sent less bounced); not known without surveys. */
struct interval score_rate(const struct score *);

struct trend {			/* whether two values differ by chance */
	bool known;
	double z, p;		/* two-sided */
};
/* From before to after: positive z is a rise. */
struct trend score_trend(const struct score *before,
	    const struct score *after, const struct survey_kind *);
/* Two shares, k1 of n1 and k2 of n2, by the pooled proportion. */
struct trend score_proportions(int64_t k1, int64_t n1, int64_t k2,
	    int64_t n2);

/*
 * num / den as a decimal with so many places, cut off downwards: never
 * rounded up. den > 0.
 */
char	*ratio_text(int64_t num, int64_t den, int places, char [32]);

#endif
