/* rules/triage/: what a message is about and how bad it is. tai-rules(5). */
#ifndef TAI_DOMAIN_RULES_H
#define TAI_DOMAIN_RULES_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/mem.h"
#include "domain/model.h"
#include "format/pattern.h"
#include "format/record.h"
#include "format/yaml.h"

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

struct message {		/* what rules look at */
	const char *subject;
	const char *text;	/* without the quoted parts */
	size_t text_len;
	const char *from;	/* address */
	const char *channel, *tier, *customer;	/* "" unknown */
	bool first;		/* it opened its ticket */
};

struct rule_info {
	const char *id, *file;
	int line;
	const char *category, *topic;	/* NULL: says nothing of it */
	int severity;		/* -1: says nothing of it */
	int confidence;		/* percent */
	const char *reply;	/* template, "none", or NULL */
	bool resolve, closing;
	const char *team, *route_channel;	/* or NULL */
	const char *const *tags;	/* NULL ends */
	int escalate;		/* level 1-4, or 0 */
	const char *const *to;	/* whom to tell, NULL ends */
	int64_t within;		/* seconds, 0 for none */
	bool sensitive;		/* churn, legal, security: never resolved */
};

struct hit {			/* why a rule matched */
	const char *field;	/* "subject", "text", "from", ... */
	const char *pattern;
	struct span span;	/* bytes of that field */
};

struct verdict {		/* in the arena of rules_match */
	const struct rule_info *severity;	/* decided it, or NULL */
	const struct rule_info *topic;		/* and the rest, or NULL */
	size_t n;
	const struct rule_info **rule;	/* all that matched, by confidence */
	const struct rule_info *escalate; /* the highest level, or NULL */
	enum severity level;
	bool resolve, closing;
	bool sensitive;		/* a person has to see it */
};

/* When an answer goes out by itself: from the heads of the files. */
struct answering {
	int threshold;		/* percent a rule needs; -1: nothing does */
	const char *acknowledge; /* for what is below it; NULL: nothing */
	int64_t within;		/* seconds that a message may be old */
};
const struct answering *rules_answering(const struct rules *);

/*
 * The best by severity for severity, by confidence for the rest (ties: the
 * earlier rule). Default severity LOW when none says.
 */
int	rules_match(struct rules *, const struct message *, struct arena *,
	    struct verdict *, struct err *);
/* Calls back with each hit of one rule on the message. */
int	rules_explain(struct rules *, const struct rule_info *,
	    const struct message *, void (*)(void *, const struct hit *),
	    void *, struct err *);
/* Runs the examples inside the rules; returns how many fail. */
int	rules_test(struct rules *, void (*)(void *, const struct rule_info *,
	    const char *example, bool want, bool got), void *, size_t *ran);
int	rules_lint(struct rules *, void (*)(void *, const char *file, int line,
	    const char *), void *);
const struct rule_info *rules_info(const struct rules *, size_t);

/*
 * The parts of a `message` record that rules look at: typographic quotes,
 * dashes and spaces as plain ones, of the text the first 64 KiB that are not
 * quoted (all of it in an opening message that has no words of its own), and
 * no subject that an answer only repeats.
 */
int	message_of(const struct rec *, struct message *, struct arena *,
	    struct err *);

#endif
