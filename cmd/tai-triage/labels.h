/* test FILE: records that say themselves what they should be judged as. */
#ifndef TAI_TRIAGE_LABELS_H
#define TAI_TRIAGE_LABELS_H

#include "domain/triage/tally.h"
#include "triage.h"

enum { LABEL_CATEGORY, LABEL_TOPIC, LABEL_SEVERITY, LABELS };
extern const char *const label_names[LABELS];

struct label_map {		/* --map; all NULL without */
	const struct yaml *words[LABELS];	/* theirs: ours, a list, ~ */
	const char *field[LABELS];	/* where theirs stand */
	const char *subject, *text;
};
int	label_map_load(struct label_map *, struct cmd *, const char *file,
	    struct err *);
/*
 * What a record expects: NULL nothing, else ours, those of several with a
 * bar between ("billing|sales"); in the arena.
 */
const char *label_expected(const struct label_map *, const struct rec *,
	    int which, struct arena *);
/* The record with the subject and text that the map points at. */
int	label_message(const struct label_map *, const struct rec *,
	    struct message *, struct arena *, struct err *);
/* Whether what was given is one of what was expected. */
bool	label_fits(const char *expected, const char *given);

struct mistake {
	int64_t number;		/* of the record */
	int which, confidence;
	const char *expected, *given, *rule, *subject;
};
#define MISTAKES	20	/* that are shown: the surest ones */

/* Judges the records of the operands: 0, 1 for less right than that, or -1. */
int	labels_test(struct cmd *, struct rules *, const char *map,
	    int64_t least, struct err *);
/* Prints all of it; with mistakes (n of them). */
void	labels_put(struct cmd *, struct tally *const [LABELS],
	    const struct mistake *, size_t n);

#endif
