/* What the parts of tai-sla watch share. */
#ifndef TAI_SLA_WATCH_H
#define TAI_SLA_WATCH_H

#include "crew.h"
#include "domain/clock/watch.h"
#include "notices.h"
#include "replies.h"
#include "sla.h"

struct unanswered {		/* a row of the daily list; the run's texts */
	char key[KEY_TEXT];
	const char *customer, *subject, *assignee;
	enum severity severity;
	int64_t since, due, late;
};

struct watching {
	struct cmd *cmd;
	struct ladder ladder;
	struct trees *trees;		/* NULL: no investigations */
	struct facts *facts;
	struct crew *crew;		/* who may have a ticket */
	struct notices *notices;
	struct replies *replies;
	uint64_t *seen;			/* ids of records of the input */
	struct arena scratch;		/* of one ticket */
	const struct zone *zone;
	/* of the ticket at hand */
	const struct ticket *ticket;
	const char *tier;
	struct err *err;
	bool failed;
	/* The daily list's moment, TIME_NONE for none; and its rows. */
	int64_t listed;
	struct unanswered *row;
	size_t rows, room;
	/* The customers' messages of the input, by nonce; not of a store. */
	struct letter *letters;
	/* --explain: what is shown instead */
	struct table *table;
};

/* Says what is due of the ticket at hand; -1 when the run has to end. */
int	watch_tell(struct watching *, const struct watch_event *, struct err *);
/* Who is told of it: targets, NULL ends; in the scratch arena. */
const char *const *watch_targets(struct watching *,
	    const struct watch_event *);
/* "response of 1h is due at ...": a line for people, in the scratch arena. */
const char *watch_words(struct watching *, const struct watch_event *);
/* Adds the ticket to the daily list, when it was unanswered then. */
int	watch_list_add(struct watching *, const struct history *,
	    struct err *);
int	watch_list_tell(struct watching *, struct err *);
/* The customer's message of an event, as a record's line, or NULL. */
int	watch_letter(struct watching *, const struct event *,
	    const char **line, size_t *len, struct err *);

#endif
