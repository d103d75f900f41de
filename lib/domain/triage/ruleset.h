/* What the parts of the rules share: rules.c, rulematch.c, rulecheck.c. */
#ifndef TAI_DOMAIN_RULESET_H
#define TAI_DOMAIN_RULESET_H

#include "domain/triage/language.h"
#include "domain/triage/rules.h"

enum term_kind { TERM_ALL, TERM_ANY, TERM_NOT, TERM_SOME, TERM_PATTERN,
	    TERM_HEADER, TERM_EQUAL, TERM_FIRST, TERM_PREVIOUS, TERM_SINCE,
	    TERM_LANGUAGE };
enum { FIELD_SUBJECT, FIELD_TEXT, FIELD_WHOLE, FIELD_FROM, FIELD_TO,
	FIELD_ATTACHMENT, FIELD_CHANNEL, FIELD_TIER, FIELD_CUSTOMER,
	FIELD_FIRST, FIELD_OPENED, FIELD_ANSWER, FIELDS };
#define SCANNED		(FIELD_ATTACHMENT + 1)	/* fields for patterns */

extern const char *const field_names[FIELDS];

struct term {			/* of a condition */
	enum term_kind kind;
	unsigned fields;	/* bits of FIELD_; PATTERN, EQUAL, FIRST */
	const char *text;	/* as the file has it; PATTERN, EQUAL, LANGUAGE */
	const char *header;	/* its name; HEADER */
	size_t pattern;		/* number in the set; PATTERN, HEADER */
	bool truth;		/* FIRST */
	int count;		/* at least so many; SOME, PREVIOUS */
	int64_t over, under;	/* seconds; SINCE; PREVIOUS: within under */
	const char *topic;	/* "same", a name or NULL; PREVIOUS */
	int line;
	struct term *first;	/* ALL, ANY, SOME; NOT: none of them holds */
	struct term *next;
};

struct hint {
	int score;
	struct term *when;
	struct hint *next;
};

struct rule {
	struct rule_info info;
	size_t order;		/* earlier ones win ties */
	struct term *when;	/* NULL: hints alone */
	struct hint *hints;
	int least;		/* score from which it matches */
	bool late;		/* asks what the others take the topic for */
	const struct yaml *match, *no_match;	/* examples, or NULL */
};

struct disabling {
	const struct yaml *id;
	struct disabling *next;
};

struct exception {		/* a customer whom a head treats otherwise */
	const char *customer;
	struct disabling *disable;	/* ids, until all rules are there */
	struct answering answering;
	const struct rule **without;	/* those rules */
	size_t n;
	struct exception *next;
};

struct rules {
	struct arena arena;
	struct rule **rule;
	size_t n, room;
	struct pattern **pattern;
	size_t patterns, pattern_room;
	struct rule_index *index;	/* when built */
	struct known *known;	/* their numbers by their texts */
	/* of each pattern and field: 2 * message + whether it was there */
	uint32_t *memo;
	uint32_t message;	/* number of the one at hand */
	struct pattern_set *set;
	struct pattern_scan *scan[SCANNED];	/* of the message at hand */
	unsigned used;		/* bits of the fields that patterns look at */
	bool built;		/* the set and the scans */
	int scans;		/* messages so far, until then */
	struct grams *grams;	/* of its fields, until then */
	const struct yaml **disabled;	/* ids that a file switches off */
	size_t disables, disable_room;
	struct answering answering;
	struct exception *exceptions;
	struct rules_need need;
	struct languages *languages;
	uint32_t spoken;	/* by the message of this number */
	uint32_t spoken_by;
	size_t lates;		/* rules that wait for the others' topic */
	/* what "same" means to the rule at hand; NULL for nothing */
	const char *category, *topic;
	const struct rule_info *judged;	/* the topic but for late rules */
};

/* rulecond.c: a map of conditions, all of which hold. */
int	rule_condition(struct rules *, const struct yaml *, struct term **,
	    struct err *);
void	rule_patterns_free(struct rules *);
/*
 * ruleindex.c: made when the patterns are built; after each scan it is looked
 * up, and then gives the places of the rules that may match, in order: the
 * first from *rule on.
 */
struct rule_index *rule_index_new(const struct rules *);
void	rule_index_free(struct rule_index *);
void	rule_index_look(struct rule_index *, const struct rules *);
bool	rule_index_next(const struct rule_index *, size_t *rule);
/* rulehead.c: what stands in a file beside its rules, and afterwards. */
int	rule_head(struct rules *, const struct yaml *, struct err *);
int	rule_heads_ready(struct rules *, struct err *);
void	answering_empty(struct answering *);
const struct exception *rule_exception(const struct rules *,
	    const char *customer);
/* rulehint.c: hints and least; from and until; what its patterns capture. */
int	rule_hints(struct rules *, const struct yaml *, struct rule *,
	    struct err *);
int	rule_dates(const struct yaml *, struct rule_info *, struct err *);
int	rule_names(struct rules *, const struct yaml *, struct rule *,
	    struct err *);
/*
 * rulescore.c: whether the rule matches: its score, 0 to 100, or -1 for no
 * and -2 for an error; who decides; what it captured.
 */
#define NO_MATCH	(-1)
#define MATCH_ERROR	(-2)
int	rule_score(struct rules *, const struct rule *,
	    const struct message *, struct err *);
void	rules_decide(const struct rules *, const struct message *,
	    struct verdict *, struct arena *);
int	rule_captures(struct rules *, const struct message *,
	    struct verdict *, struct arena *, struct err *);
/* The rule that an info is part of. */
const struct rule *rule_of(const struct rule_info *);

/* The field's text; "" for what a message does not have. */
const char *message_field(const struct message *, int field, size_t *len);
/* Whether the rule's condition holds for the message of the last scan. */
int	term_holds(struct rules *, const struct term *, const struct message *,
	    struct err *);
/*
 * The same of a pattern's or a header's term: 1 with the field (the text that
 * was looked at) and the span in it.
 */
int	term_find(struct rules *, const struct term *, const struct message *,
	    const char **text, int *field, struct span *, struct err *);
void	rule_same(struct rules *, const struct rule *);
void	rules_scan(struct rules *, const struct message *);
/* Plain quotes, dashes and spaces, at most so many bytes of the text. */
char	*message_plain(struct arena *, const char *, size_t len, size_t most,
	    size_t *out_len);
/* An example as a message; 0, or -1 with its file and line. */
int	example_message(const struct yaml *, struct message *, struct arena *,
	    struct err *);

#endif
