/* explain: which message, and what is said of it. */
#ifndef TAI_TRIAGE_EXPLAIN_H
#define TAI_TRIAGE_EXPLAIN_H

#include "triage.h"

struct explain {
	struct rules *rules;
	struct why *why;
	struct past *past;	/* NULL where no rule asks */
	const struct rule_info *rule;	/* whose conditions are asked for */
	struct arena arena;	/* of one message */
	char key[KEY_TEXT];	/* or the beginning of one */
	size_t messages;
	struct buf lines;	/* of the ticket's messages */
	/* of the message at hand */
	struct cmd *cmd;
	const struct message *message;
	struct writer *json;
};

/* explainanswer.c: what answers it, or why nothing does. */
int	explain_answer(struct explain *, const struct rec *,
	    const struct verdict *, struct err *);
/* A message that gets no verdict, and why. */
void	explain_unjudged(struct explain *, const struct rec *);
/* A customer's text on one line, without what a terminal would obey. */
void	explain_show(struct buf *, const char *, size_t);
/* The verdict on the message and the rules behind it, as text or JSON. */
int	explain_put(struct explain *, const struct rec *,
	    const struct verdict *, struct err *);

#endif
