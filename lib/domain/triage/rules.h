/* rules/triage/: what a message is about and how bad it is. tai-rules(5). */
#ifndef TAI_DOMAIN_RULES_H
#define TAI_DOMAIN_RULES_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/mem.h"
#include "domain/model.h"
#include "domain/triage/capture.h"
#include "format/pattern.h"
#include "format/record.h"
#include "format/yaml.h"

struct languages;
struct rules;

struct rules *rules_new(void);
/*
 * Adds a file, whose tree must outlive the rules; call rules_ready after the
 * last. Ids are unique over files.
 */
int	rules_add(struct rules *, const struct yaml *, struct err *);
int	rules_ready(struct rules *, struct err *);
void	rules_free(struct rules *);
size_t	rules_count(const struct rules *);

#define PAST_TICKETS	100	/* of a customer, at most; the latest */

struct past_ticket {		/* an earlier ticket of the customer */
	int64_t at;		/* of its first verdict */
	const char *category, *topic;	/* "" none; NULL fits any */
	const char *ticket;	/* its key; NULL: not said */
};

struct message {		/* what rules look at */
	const char *subject;
	const char *text;	/* without the quoted parts */
	size_t text_len;
	const char *whole;	/* with them; NULL: the same as text */
	size_t whole_len;
	const char *from;	/* address */
	const char *to;		/* addresses of To and Cc, one a line */
	const char *attachment;	/* names and types, one a line each */
	const char *headers;	/* "Name: value", one a line */
	const char *channel, *tier, *customer;	/* "" unknown */
	bool first;		/* it opened its ticket */
	bool unthreaded;	/* the record does not say: see past_fill */
	int64_t at;		/* TIME_NONE: every rule is valid then */
	/* What came before; see rules_need. TIME_NONE, 0: nothing. */
	int64_t opened, answered;	/* the ticket; by a person of ours */
	const struct past_ticket *past;
	size_t n_past;
};

struct rule_info {
	const char *id, *file;
	int line;
	const char *category, *topic;	/* NULL: says nothing of it */
	int severity;		/* -1: says nothing of it */
	int at_most;		/* lowers what is above it; -1: no */
	int confidence;		/* percent; of hints what they add */
	bool adds;		/* a hint: it only adds to its topic */
	int64_t from, until;	/* valid from the one to before the other */
	const char *reply;	/* template, "none", or NULL */
	bool resolve, closing;
	const char *team, *route_channel;	/* or NULL */
	const char *const *tags;	/* NULL ends */
	const char *const *overrules;	/* tags; NULL ends */
	int escalate;		/* level 1-4, or 0 */
	const char *const *to;	/* whom to tell, NULL ends */
	int64_t within;		/* seconds, 0 for none */
	bool sensitive;		/* churn, legal, security: never resolved */
	const char *const *captures;	/* names in its patterns, NULL ends */
};

struct hit {			/* why a rule matched */
	const char *field;	/* "subject", "text", "header List-Id", ... */
	const char *pattern;
	struct span span;	/* bytes of that field */
	const char *words;	/* what matched there, and how long it is */
	size_t len;
	int score;		/* of the hint that it belongs to, or 0 */
};

struct score {			/* a term of a sum */
	const struct rule_info *rule;
	int points;
};

struct overruled {		/* a rule whose condition held in vain */
	const struct rule_info *rule, *by;
};

struct verdict {		/* in the arena of rules_match */
	const struct rule_info *severity;	/* decided it, or NULL */
	const struct rule_info *lowered;	/* then lowered it, or NULL */
	const struct rule_info *topic;		/* and the rest, or NULL */
	size_t n;
	const struct rule_info **rule;	/* all that matched, by score */
	const int *score;		/* of each */
	const struct overruled *overruled;	/* count as no match */
	size_t n_overruled;
	int confidence;		/* of the topic: the sum, cut at SCORE_MAX */
	const struct score *sum; /* what it is the sum of */
	size_t terms;
	const struct rule_info *escalate; /* the highest level, or NULL */
	const struct rule_info *route;	/* the topic, if it is sure enough */
	enum severity level;
	const struct language *language; /* NULL: none, or doubtful */
	bool resolve, closing;
	bool reply;		/* sure enough to answer by itself */
	bool sensitive;		/* a person has to see it */
	bool secret;		/* its text holds a masked secret */
	struct capture *capture;	/* of the rule that decides the topic */
	size_t captures;
};
#define SCORE_MAX	99	/* of a sum: hints never make certain */

enum action { ACT_TOPIC, ACT_ROUTE, ACT_ESCALATE, ACT_REPLY, ACT_RESOLVE,
	    ACTIONS };
#define NEVER	101		/* a threshold that nothing reaches */

/* What happens by itself: from the heads of the files. */
struct answering {
	int threshold[ACTIONS];	/* percent that each needs */
	const char *acknowledge; /* for what gets no reply; NULL: nothing */
	const char *critical;	/* the same, when CRITICAL; or NULL */
	const struct yaml *says;	/* where that stands; or NULL */
	int64_t within;		/* seconds that a message may be old */
};
/* For a customer ("" unknown), whom a head may treat otherwise. */
const struct answering *rules_answering(const struct rules *,
	    const char *customer);
/* The one for everybody, then those for customers; NULL behind the last. */
const struct answering *rules_answerings(const struct rules *, size_t i);

/* What rules ask beyond the message itself, to be fetched before a match. */
struct rules_need {
	bool opened, answered;
	int64_t past;		/* seconds to look back; 0: not at all */
};
const struct rules_need *rules_need(const struct rules *);

/*
 * The best by severity for severity, by score for the rest (ties: the
 * earlier rule). Default severity LOW when none says; what is not CRITICAL
 * and does not escalate is lowered to the least at_most. A topic's confidence
 * is the highest score of its rules and what its hints add, see tai-rules(5).
 */
int	rules_match(struct rules *, const struct message *, struct arena *,
	    struct verdict *, struct err *);
/* Calls back with each hit of one rule on the message. */
int	rules_explain(struct rules *, const struct rule_info *,
	    const struct message *, void (*)(void *, const struct hit *),
	    void *, struct err *);
/*
 * Calls back with each condition of a rule, those of a list behind it and one
 * deeper: whether it holds, its line, and what it is.
 */
int	rules_conditions(struct rules *, const struct rule_info *,
	    const struct message *, void (*)(void *, int depth, bool holds,
	    int line, const char *), void *, struct err *);
/* Runs the examples inside the rules; returns how many fail. */
int	rules_test(struct rules *, void (*)(void *, const struct rule_info *,
	    const char *example, bool want, bool got), void *, size_t *ran);
/*
 * The language of a match example of that rule, when an answer is plainly in
 * another; NULL when there is no such example.
 */
const struct language *rules_answered_wrong(const struct rules *, size_t i,
	    const char *subject, const char *text);
int	rules_lint(struct rules *, void (*)(void *, const char *file, int line,
	    const char *), void *);
/* Each word with which a condition of a rule compares a field: "tier", "x". */
void	rules_words(const struct rules *, void (*)(void *,
	    const struct rule_info *, const char *field, const char *word),
	    void *);
const struct rule_info *rules_info(const struct rules *, size_t);
/* The languages of the heads, which have receipts. */
const struct languages *rules_languages(const struct rules *);

/*
 * The parts of a `message` record that rules look at: typographic quotes,
 * dashes and spaces as plain ones, of the text the first 64 KiB that are not
 * quoted (all of it in an opening message that has no words of its own), and
 * no subject that an answer only repeats.
 */
int	message_of(const struct rec *, struct message *, struct arena *,
	    struct err *);

#endif
