/* The verbs of tai-triage and what they share. */
#ifndef TAI_TRIAGE_H
#define TAI_TRIAGE_H

#include "cmd.h"
#include "domain/triage/past.h"
#include "domain/triage/rules.h"
#include "domain/triage/tree.h"
#include "notices.h"
#include "replies.h"

int	triage_run(struct cmd *, struct err *);
int	triage_signals(struct cmd *, struct err *);
int	triage_explain(struct cmd *, struct err *);
int	triage_decide(struct cmd *, struct err *);
int	triage_test(struct cmd *, struct err *);
int	triage_backtest(struct cmd *, struct err *);
int	triage_lint(struct cmd *, struct err *);

/* All rules of the path, ready; rules_free them. */
int	triage_rules(struct cmd *, struct rules **, struct err *);
/* Whether a record is a customer's message, which gets a verdict. */
bool	triage_concerns(const struct rec *);
/*
 * The message as rules see it, with its customer's tier, and "[secret: NAME]"
 * where it is flagged for one.
 */
int	triage_message(const struct cmd *, const struct rec *,
	    struct message *, struct arena *, struct err *);
/* The kinds of secrets that it held, each once, NULL ends. */
const char *const *triage_secrets(const struct message *, struct arena *);
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
/* Why nothing answers it by itself, however new it is; NULL: something does. */
const char *triage_unanswered(const struct cmd *, const struct rules *,
	    const struct rec *, const struct message *,
	    const struct verdict *, struct arena *);
/* What does: the surest rule's template when it is sure enough, else the
 * receipt. */
const char *triage_template(const struct rules *, const struct message *,
	    const struct verdict *);
/* Whether a message has that flag. */
bool	triage_flagged(const struct rec *, const char *);
/*
 * Whether every template that the rules name is there and right: 0, or -1 with
 * the first that is not (ERR_CONFIG); with found each of those is told, and
 * returned how many they are.
 */
int	triage_forms(struct cmd *, struct replies *, const struct rules *,
	    void (*found)(struct cmd *, const char *), struct err *);
/* The answer that the rules give by themselves: records, "" for none. */
struct first_answer {
	struct buf reply;
	struct buf status;	/* which settles the ticket */
};
/*
 * Fills it in. A template that cannot be filled is told, and the receipt
 * stands in for it; ERR_INPUT when that cannot be, either.
 */
int	triage_answer(struct cmd *, struct replies *, const struct rules *,
	    const struct rec *, const struct message *,
	    const struct verdict *, struct arena *, struct first_answer *,
	    struct err *);

/* The fields scores (of a sum of several) and captures, where there are any. */
void	verdict_sum(struct writer *, const struct verdict *);
void	verdict_captures(struct writer *, const struct verdict *);

/* What is to be done about a message; texts in the arena of judge_course. */
struct course {
	int level;		/* of the escalation; 0: none */
	const char *const *to;	/* targets, NULL ends */
	const char *const *fallback;	/* in their place, NULL ends */
	int64_t within;		/* seconds; 0: not said */
	const char *why;	/* the rule's id, or the outcome of a tree */
	bool page;		/* people among the targets are paged */
	const char *const *todo;	/* what else is to be done, NULL ends */
	const char *team, *channel;	/* of the route; or NULL */
};
struct judge;			/* the decision trees, if there are any */
int	judge_open(struct judge **, struct cmd *, struct err *);
void	judge_close(struct judge *);	/* NULL is none */
const struct trees *judge_trees(const struct judge *);	/* or NULL */
/* The facts of a verdict, until the next call; NULL without trees. */
struct facts *judge_facts(struct judge *, const struct message *,
	    const struct verdict *, struct arena *);
/* step (may be NULL) hears of every question. */
int	judge_course(struct judge *, const struct message *,
	    const struct verdict *, void (*step)(void *,
	    const struct asked *), void *, struct arena *, struct course *,
	    struct err *);
/* The fields route and escalate of a verdict. */
void	course_json(struct writer *, const struct course *);
/* The same with the questions that led there, for explain. */
struct why;
int	why_open(struct why **, struct cmd *, struct err *);
void	why_close(struct why *);		/* NULL is none */
/* Takes a record that goes by: who has what follows from those. */
void	why_record(struct why *, const struct rec *);
int	why_text(struct why *, const struct rec *, const struct message *,
	    const struct verdict *, struct arena *, struct err *);
int	why_json(struct why *, struct writer *, const struct rec *,
	    const struct message *, const struct verdict *, struct arena *,
	    struct err *);
/* The tags and the ids of all matching rules, each once, NULL ends. */
const char *const *verdict_tags(const struct verdict *, struct arena *);
const char *const *verdict_rules(const struct verdict *, struct arena *);

/* What looks wrong in escalation.yaml and team.yaml, and whom rules tell that
 * is nobody: 1, 0 or -1. */
int	lint_escalation(struct cmd *, const struct rules *, struct err *);

/* What the verdict on a message escalates; texts in the arena. */
struct escalation triage_escalation(const struct rec *,
	    const struct message *, const struct verdict *,
	    const struct course *, struct arena *);
/*
 * Tells whoever has to know of a verdict, each of a ticket's once; where it
 * ought to page and reaches nobody that is said on stderr.
 */
int	triage_notices(struct cmd *, struct notices *,
	    const struct escalation *, const struct verdict *,
	    const struct course *, struct arena *, struct err *);

/* What became of the notices of signals: how many tickets did not come. */
int	signals_prevented(struct cmd *, struct err *);

extern const struct option run_options[], signals_options[],
	    explain_options[], test_options[], backtest_options[];
int	test_option(struct cmd *, int, const char *, struct err *);
int	backtest_option(struct cmd *, int, const char *, struct err *);
int	explain_option(struct cmd *, int, const char *, struct err *);
int	signals_option(struct cmd *, int, const char *, struct err *);
int	run_option(struct cmd *, int, const char *, struct err *);

#endif
