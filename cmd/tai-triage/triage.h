/* The verbs of tai-triage and what they share. */
#ifndef TAI_TRIAGE_H
#define TAI_TRIAGE_H

#include "cmd.h"
#include "domain/rules.h"
#include "replies.h"

int	triage_run(struct cmd *, struct err *);
int	triage_explain(struct cmd *, struct err *);
int	triage_test(struct cmd *, struct err *);
int	triage_lint(struct cmd *, struct err *);

/* All rules of the path, ready; rules_free them. */
int	triage_rules(struct cmd *, struct rules **, struct err *);
/* Whether a record is a customer's message, which gets a verdict. */
bool	triage_concerns(const struct rec *);
/* The message as rules see it, with its customer's tier. */
int	triage_message(const struct cmd *, const struct rec *,
	    struct message *, struct arena *, struct err *);
/*
 * Emits the answer that the rules give by themselves, if they do. replay:
 * however old the message is, as if it had just come.
 */
int	triage_answer(struct cmd *, struct replies *, const struct rules *,
	    bool replay, const struct rec *, const struct message *,
	    const struct verdict *, struct arena *, struct err *);

extern const struct option run_options[];
int	run_option(struct cmd *, int, const char *, struct err *);

#endif
