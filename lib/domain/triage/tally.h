/*
 * How often a judge was right: labels expected and given, counted. Precision
 * is the share of what was given a label that has it, recall the share of
 * what has a label that was given it, F1 their harmonic mean.
 */
#ifndef TAI_DOMAIN_TALLY_H
#define TAI_DOMAIN_TALLY_H

#include <stddef.h>
#include <stdint.h>

#include "base/mem.h"

#define TALLY_LABELS	1000	/* more are counted as TALLY_REST */
#define TALLY_REST	"(more)"

struct tally;

struct tally_label {
	const char *name;
	int64_t expected, given, right;
};

struct tally *tally_new(void);
void	tally_free(struct tally *);
void	tally_add(struct tally *, const char *expected, const char *given);
/* How many, and how many of them right. */
int64_t	tally_total(const struct tally *, int64_t *right);
/* All labels, those first that were expected most, then by name. */
size_t	tally_labels(struct tally *, struct arena *, struct tally_label **);
/* How often the one was expected and the other given. */
int64_t	tally_cell(const struct tally *, const char *expected,
	    const char *given);
/*
 * Hundredths of a percent, cut off; -1 where there is nothing to divide by:
 * of a label, and the mean of the labels that were expected.
 */
int	tally_precision(const struct tally_label *);
int	tally_recall(const struct tally_label *);
int	tally_f1(const struct tally_label *);
int	tally_macro_f1(const struct tally *);

#endif
