/*
 * Signals: figures of a customer that tell of trouble before a ticket does.
 * rules/signals.yaml says which (tai-rules(5)); samples come in the order of
 * time, and each cause is told once until it is quiet again_after long.
 */
#ifndef TAI_DOMAIN_SIGNAL_H
#define TAI_DOMAIN_SIGNAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/mem.h"
#include "format/yaml.h"

#define SIGNAL_UNIT	1000000	/* figures are whole numbers of 10^-6 */

struct signal_rule {
	const char *id, *form;		/* form: templates/notice/FORM.txt */
	enum { SIGNAL_VALUE, SIGNAL_RATIO, SIGNAL_SUM, SIGNAL_TIMES,
	    SIGNAL_SILENT, SIGNAL_GROWTH } kind;
	const char *figure, *of;	/* of: what a ratio is of, or NULL */
	int64_t above;			/* units; of 1 for a ratio or growth */
	int64_t least;			/* units of `of`, below it is no ratio */
	int64_t lasts;			/* s: for, or the period of a sum */
	const char *priority;		/* "P1" to "P4" */
	const char *const *tell;	/* NULL ends */
	const char *topic;		/* of the tickets it prevents, or NULL */
	int line;
};

struct signals;

int	signals_load(struct signals **, const struct yaml *, struct err *);
void	signals_free(struct signals *);
const struct signal_rule *signals_rule(const struct signals *, size_t);
int64_t	signals_again(const struct signals *);	/* s */

struct figure {
	const char *name;
	int64_t value;		/* units */
};

struct raised {
	const struct signal_rule *rule;
	const char *customer;
	int64_t at;		/* when it was certain */
	int64_t since;		/* when it began */
	int64_t value;		/* the last one, in units (of 1 for a ratio) */
};

/*
 * Takes the figures of one customer at one moment, and calls back with what
 * they raise. ERR_INPUT: it is earlier than the customer's last one.
 */
int	signals_sample(struct signals *, const char *customer, int64_t at,
	    const struct figure *, size_t n, void (*)(void *,
	    const struct raised *), void *, struct err *);
/* What is silent by now. */
void	signals_end(struct signals *, int64_t now, void (*)(void *,
	    const struct raised *), void *);

/* "12.5" in units, digits behind the sixth cut off; -1 for what is none. */
int	figure_parse(const char *, int64_t *);
/* In words: "12.5", of a ratio "12.5 %"; in the arena. */
char	*figure_text(int64_t, bool percent, struct arena *);

#endif
