/* backtest: what other rules would have made of the history. */
#ifndef TAI_TRIAGE_BACKTEST_H
#define TAI_TRIAGE_BACKTEST_H

#include "domain/book.h"
#include "triage.h"

struct judged {			/* texts in the arena; a verdict in short */
	bool there;
	const char *category, *topic, *rule;	/* "" none */
	const char *severity_rule;
	int severity;
	const char *reply;	/* goes out by itself, or "" */
	bool resolve;
	int escalate;
	const char *why;	/* that */
};

#define KEY_MAX	65	/* room for a record's id */

enum aspect { ASPECT_CATEGORY, ASPECT_TOPIC, ASPECT_SEVERITY, ASPECT_REPLY,
	    ASPECT_RESOLVE, ASPECT_ESCALATE, ASPECTS };
extern const char *const aspect_names[ASPECTS];

struct case_ {			/* a ticket */
	char key[KEY_TEXT];
	int64_t at;		/* of its first message here */
	struct judged old, new;
	/* how it went on in fact */
	int messages, answers, reopened;
};

/* Which of the bits 1 << ASPECT_ differ. */
unsigned case_changes(const struct case_ *);
/* Prints the changed tickets and the totals. */
void	backtest_put(struct cmd *, struct case_ *const *, size_t n,
	    int64_t unjudged);

#endif
