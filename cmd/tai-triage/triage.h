/* The verbs of tai-triage and what they share. */
#ifndef TAI_TRIAGE_H
#define TAI_TRIAGE_H

#include "cmd.h"
#include "domain/past.h"
#include "domain/rules.h"
#include "notices.h"
#include "replies.h"

int	triage_run(struct cmd *, struct err *);
int	triage_signals(struct cmd *, struct err *);
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
/* What came before: NULL where no rule asks; past_free it. */
struct past *triage_past_open(const struct rules *);
/* Fills in the message what the rules ask for, of the stream and the store. */
int	triage_past(struct past *, struct cmd *, const struct rules *,
	    const struct rec *, struct message *, struct arena *,
	    struct err *);
/*
 * Whether a message is so new that somebody is to be written to about it;
 * replay: it is, however old.
 */
bool	triage_current(const struct cmd *, const struct rules *, bool replay,
	    const struct rec *);
/* Emits the answer that the rules give by themselves, if they do. */
int	triage_answer(struct cmd *, struct replies *, const struct rules *,
	    const struct rec *, const struct message *,
	    const struct verdict *, struct arena *, struct err *);

/* The fields scores (of a sum of several) and captures, where there are any. */
void	verdict_sum(struct writer *, const struct verdict *);
void	verdict_captures(struct writer *, const struct verdict *);

/* Tells whoever has to know of a verdict: each of a ticket's once. */
int	triage_notices(struct notices *, const struct rec *,
	    const struct message *, const struct verdict *, struct arena *,
	    struct err *);

/* What became of the notices of signals: how many tickets did not come. */
int	signals_prevented(struct cmd *, struct err *);

extern const struct option run_options[], signals_options[];
int	signals_option(struct cmd *, int, const char *, struct err *);
int	run_option(struct cmd *, int, const char *, struct err *);

#endif
