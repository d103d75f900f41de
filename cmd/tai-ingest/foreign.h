/*
 * What the verbs for foreign JSON share: operands (files, compressed files,
 * archives, "-"), items one by one, records out, the sum. Every input unit (a
 * message, an event, a row) is told of once: see struct tally.
 */
#ifndef TAI_INGEST_FOREIGN_H
#define TAI_INGEST_FOREIGN_H

#include "format/items.h"
#include "ingest.h"

struct foreign {
	struct cmd *cmd;
	const char *name;	/* of the stream at hand */
	size_t line;		/* of the item at hand */
	struct arena scratch;	/* emptied before each item */
	struct tally tally;
	struct rec *rec;	/* of foreign_emit */
	struct buf own;		/* the line that it emits */
	uint64_t *seen;		/* ids of this run */
	void *arg;		/* the verb's */
};

int	foreign_open(struct foreign *, struct cmd *, void *arg, struct err *);
/*
 * Reads one stream of items and calls back with each. A callback that returns
 * -1 with ERR_INPUT has its item rejected (and counted, unless it counted
 * itself); any other failure ends the run.
 */
int	foreign_stream(struct foreign *, const struct source *,
	    const char *const *keys, int (*each)(struct foreign *,
	    const struct item *, struct err *), struct err *);
/* The same for all operands of the command line, or stdin without any. */
int	foreign_operands(struct foreign *, const char *const *keys,
	    int (*each)(struct foreign *, const struct item *, struct err *),
	    struct err *);
/*
 * A record out (a line without newline): stored in the next commit, printed
 * after it. 1 new; 0 its id is here already, and nothing happens; -1.
 */
int	foreign_emit(struct foreign *, const struct buf *, struct err *);
/* Whether a record of that id is here: 1, 0, -1. */
int	foreign_has(struct foreign *, const char *id, struct err *);
/* Refuses what is at hand: one line on stderr or --reject, and counted. */
void	foreign_reject(struct foreign *, const char *why, const char *raw,
	    size_t len);
/* Commits, prints, indexes, and with -v or --stats the sum. */
int	foreign_finish(struct foreign *, struct err *);
void	foreign_close(struct foreign *);

#endif
